# SPDX-License-Identifier: BSD-3-Clause
"""Which inputs and variables may be stored in less, and is what is found 1-minimal?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import recommend
from numformats.analysis.candidate import as_candidate
from numformats.analysis.delta import keep_few
from numformats.analysis.storage import _narrow_one_by_one
from numformats.analysis.stored_variables import rewrite, variables

X = np.random.default_rng(0).normal(size=64)
Y = np.random.default_rng(1).normal(size=64)


@pytest.mark.parametrize("needed", [(), (0,), (7,), (2, 5), (0, 1, 2), tuple(range(8))])
def test_delta_debugging_keeps_what_is_needed(needed):
    asked = []
    kept = keep_few(range(8), lambda kept: asked.append(kept) or set(needed) <= set(kept))
    assert kept == list(needed)
    assert len(asked) <= 8 * 11 / 2


def test_delta_debugging_is_one_minimal_where_errors_interact():
    for holds in (lambda k: len(k) >= 3, lambda k: len(k) % 2 == 0, lambda k: sum(k) >= 12):
        kept = keep_few(range(8), holds)
        assert holds(kept)
        if len(kept) > 1 and holds is not None and not holds([]):
            assert not any(
                holds(list(rest)) for rest in itertools.combinations(kept, len(kept) - 1)
            )


def weighted(big, small, offset):
    scaled = small * 0.001
    total = big + scaled
    result = np.zeros_like(total)
    result[:] = total + offset
    result -= 0
    return result


def test_variables_of_a_function_are_those_it_writes():
    assert variables(weighted) == ["scaled", "total", "result"]
    assert variables(lambda x: x) == []
    assert variables(np.exp) == []
    written = []
    copy = rewrite(weighted, lambda name, value: written.append(name) or value)
    inputs = (X, Y, np.float64(2))
    assert (copy(*inputs) == weighted(*inputs)).all()
    assert written == ["scaled", "total", "result", "result", "result"]


def test_a_closure_with_defaults_is_rewritten():
    factor = 3

    def inner(x, *, shift: Elsewhere = 1):  # noqa: F821
        y = x * factor
        return y + shift

    assert rewrite(inner, lambda _, value: value * 2)(1) == 7


def test_what_hardly_matters_is_stored_in_less():
    big, small = 1 + np.abs(X), np.abs(Y)
    tolerance = 1e-5
    found = recommend(
        weighted,
        {"big": big, "small": small, "offset": 0.5},
        tolerance,
        ["posit8", "posit16", "posit32"],
        per_variable=True,
    )
    plan = found[0].storage
    assert found[0].name == "posit32"
    assert found[0].error <= tolerance
    assert plan.formats["big"] == "posit32"
    assert plan.formats["small"] in {"posit8", "posit16"}
    assert plan.formats["scaled"] in {"posit8", "posit16"}
    assert plan.formats["offset"] == "posit8"  # 0.5 is one of its values
    assert plan.formats["total"] == plan.formats["result"] == "posit32"
    assert plan.error <= tolerance
    assert plan.bits < plan.bits_before == (64 + 64 + 1) * 32
    assert all(error > tolerance for _, error in plan.blockers.values())  # nothing can give more
    assert all(c.storage is None for c in found[1:])
    assert "  big: posit32 (posit16: error " in repr(found)


def test_narrowing_goes_on_until_nothing_holds():
    class Cancelling:
        """a may be narrow only beside a narrow b."""

        def holds(self, stored):
            names = {name for name, c in stored.items() if c.bits == 8}
            return names in ({"b"}, {"a", "b"}, set())

    narrow = as_candidate("posit8")
    stored = {}
    _narrow_one_by_one(Cancelling(), stored, ["a", "b"], 16, [narrow])
    assert stored == {"a": narrow, "b": narrow}


def test_the_error_of_a_plan_is_that_of_its_storage():
    def f(x, y):
        return x + y * 1e-4

    x, y = 1 + np.abs(X), np.abs(Y)
    plan = recommend(f, (x, y), 1e-6, ["posit8", "float32"], per_variable=True)[0].storage
    assert plan.formats == {"x": "float32", "y": "float32"} or plan.formats["y"] == "posit8"
    stored = y.astype(plan.formats["y"] if plan.formats["y"] != "posit8" else nf.posit8).astype(
        np.float32
    )
    got = f(x.astype(np.float32), stored).astype(float)
    assert plan.error == pytest.approx(
        np.max(np.abs(got - (x + y * 1e-4)) / (x + y * 1e-4)), rel=1e-6
    )
