# SPDX-License-Identifier: BSD-3-Clause
"""Is the recommended format the cheapest that holds, with the error that it really has?"""

from __future__ import annotations

import functools
import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import Choice, CompareError, Recommendation, recommend
from numformats.analysis.candidate import as_candidate
from numformats.analysis.delta import keep_few
from numformats.analysis.storage import _narrow_one_by_one
from numformats.analysis.stored_variables import rewrite, variables
from numformats.cli import main

X = np.random.default_rng(0).normal(size=64)
Y = np.random.default_rng(1).normal(size=64)


def dot(x, y):
    return np.sum(x * y)


def fractions(values):
    return [Fraction(*v.as_integer_ratio()) for v in np.ravel(values)]


def exact_error(T, truth):
    """Of dot, by fractions alone."""
    got = dot(X.astype(T), Y.astype(T))
    return float(abs(Fraction(*got.as_integer_ratio()) - truth) / abs(truth))


@pytest.mark.parametrize("reference", ["double", 40, "exact"])
def test_errors_are_the_exact_ones(reference):
    truth = sum(a * b for a, b in zip(fractions(X), fractions(Y), strict=True))
    found = recommend(
        dot,
        (X, Y),
        1e-2,
        ["posit16", "bfloat16", "posit32", "float16", "posit64"],
        reference=reference,
    )
    for choice in (*found, *found.rejected):
        assert choice.error == pytest.approx(exact_error(choice.format, truth), rel=1e-9)
        assert (choice.error <= 1e-2) == (choice in found) == (not choice.reason)
    assert [c.bits for c in found] == sorted(c.bits for c in found)


def test_cheapest_is_first_and_none_is_dropped():
    found = recommend(dot, (X, Y), 1e-2)
    everything = [*found, *found.rejected]
    assert {c.name for c in everything} == {*nf.formats(), "float16", "float32", "float64"}
    assert [(c.bits, c.cost) for c in found] == sorted((c.bits, c.cost) for c in found)
    assert all(c.error <= 1e-2 for c in found)
    assert all(c.error > 1e-2 and c.reason for c in found.rejected)
    assert isinstance(found, list)
    assert isinstance(found, Recommendation)
    assert all(isinstance(c, Choice) for c in everything)
    tight = recommend(dot, (X, Y), 1e-12)
    assert {c.name for c in tight} < {c.name for c in found}
    assert tight[0].bits == 64


def test_a_tolerance_of_zero_wants_exact_results():
    """4-bit floats have 1, 2, 3 and their doubles; E8M0 has no 3, fixed point of [-1, 1) neither."""
    found = recommend(lambda x: x + x, [1, 2, 3], 0)
    assert (found[0].name, found[0].error) == ("float4_e2m1fn", 0.0)
    reasons = {c.name: c.reason for c in found.rejected}
    assert reasons["float8_e8m0fnu"].startswith("error 0.333 at output[2]: 8 for 6")
    assert {"q7", "q15", "q31"} <= reasons.keys()


def test_elementwise_is_stricter_than_normwise():
    x = np.array([1.0, 1e-6])

    def f(x):
        return (x + 1) - 1

    strict, loose = (
        recommend(f, x, 1e-3, ["posit16", "binary16", "posit32"], error=kind)
        for kind in ("elementwise", "normwise")
    )
    assert [c.name for c in strict] == []
    assert [c.name for c in loose] == ["binary16", "posit16", "posit32"]
    assert strict.kind == "elementwise"


def test_failures_have_their_reasons():
    def fails(x):
        if x.dtype == nf.posit16:
            raise ValueError("no posits here")
        if x.dtype == nf.bfloat16:
            return x.astype(np.float64)
        return x / (x - x) if x.dtype == nf.binary16 else x

    found = recommend(fails, X, 1e-3, ["posit16", "bfloat16", "binary16", "float32"])
    assert [c.name for c in found] == ["float32"]
    reasons = {c.name: c.reason for c in found.rejected}
    assert reasons["posit16"] == "ValueError: no posits here"
    assert "leaves the format at output: its dtype is float64" in reasons["bfloat16"]
    assert "gives inf at output[" in reasons["binary16"] or "gives -inf" in reasons["binary16"]
    assert "rejected: posit16: ValueError: no posits here" in repr(found)


def test_no_tolerance_takes_a_nan_or_an_infinity():
    found = recommend(
        lambda x: x * 300 * 300, [1.0, 2.0], 5.0, ["binary16", "float8_e4m3fn", "float32"]
    )
    assert [c.name for c in found] == ["float32"]
    assert all(c.error == math.inf for c in found.rejected)
    assert [c.reason.split(" at ")[0] for c in found.rejected] == ["gives nan", "gives inf"]


def test_an_element_without_truth_is_left_out():
    def f(x):
        return np.log(x)

    found = recommend(f, np.array([0.0, 2.0]), 1e-2, ["binary16", "posit16"])
    assert [c.name for c in found] == ["binary16", "posit16"]
    with_nothing = recommend(f, np.array([0.0]), 1e-2, ["binary16"])
    assert "nowhere finite" in with_nothing.rejected[0].reason


@pytest.mark.parametrize("inputs", [(X, Y), [X, Y], {"x": X, "y": Y}, {"y": Y, "x": X}])
def test_inputs_may_be_given_in_many_ways(inputs):
    assert (
        recommend(dot, inputs, 1e-2, ["posit16"])[0].error
        == recommend(dot, (X, Y), 1e-2, ["posit16"])[0].error
    )


def test_one_input_scalars_integers_and_options():
    assert recommend(lambda x: x * x, [0.5, 0.25], 0, ["posit8"])
    assert recommend(lambda x: x * x, 0.5, 0, "posit8, posit16")[0].name == "posit8"
    assert recommend(lambda x, y: x * y, (0.5, 2.0), 0, nf.posit8)[0].format is nf.posit8
    assert recommend(lambda x, y: x * y, [3, 2], 0, [nf.posit8.dtype])[0].name == "posit8"
    assert recommend(
        lambda x, k, mode: np.sum(x[k:]) if mode == "sum" else x,
        (np.ones(4), 2, "sum"),
        0,
        [np.float32],
    )
    assert recommend(np.sqrt, [4.0, 9.0], 0, [np.dtype("f4")])[0].format is np.float32
    two = recommend(lambda x: {"a": x, "b": [1][0] * x}, X, 1, ["posit16"])
    assert two[0].worst.output in {"a", "b"}


class Filter:
    gain = 2

    def run(self, x, times=1):
        y = np.zeros(len(x), dtype=x.dtype)  # NumPy does not dispatch its constructors
        y[:] = x * self.gain * times
        return y


def test_methods_and_partial_functions_make_arrays_too():
    for function in (
        Filter().run,
        functools.partial(Filter().run, times=2),
        functools.partial(Filter.run, Filter()),
    ):
        assert recommend(function, X, 1e-3, ["posit16", "float32"])[-1].name == "float32"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((dot, (X,), 1e-3), "missing a required argument: 'y'"),
        ((dot, {"x": X, "z": Y}, 1e-3), "does not take these inputs"),
        ((dot, (X, Y), -1), "tolerance=-1: must be"),
        ((dot, (X, Y), math.nan), "tolerance=nan: must be"),
        ((dot, (X, np.array([np.inf] * 64)), 1), "input y has an infinity"),
        ((dot, (X, Y), 1, ["posit17"]), "did you mean 'posit16'"),
        ((dot, (X, Y), 1, []), "candidates is empty"),
        ((3, (X,), 1), "3 is no function"),
        ((lambda: 3, (), 1), "there is no input"),
        ((lambda x: math.exp(2 * x), 1.5, 1), "leaves the trace"),
        ((lambda _: 1 // 0, 1.5, 1), "the reference run failed: ZeroDivisionError"),
        ((lambda _: "text", 1.5, 1), "output is no array: str"),
        ((dot, ("a", "b"), 1), "no input holds numbers"),
    ],
)  # fmt: skip
def test_wrong_calls_say_what_is_wrong(arguments, words):
    with pytest.raises(CompareError) as caught:
        recommend(*arguments)
    assert words in str(caught.value)


def test_options_are_checked():
    with pytest.raises(CompareError, match="error='worst': must be one of elementwise, normwise"):
        recommend(dot, (X, Y), 1, error="worst")
    for reference in ("float16", 3, True):
        with pytest.raises(CompareError, match="reference="):
            recommend(dot, (X, Y), 1, reference=reference)


def test_numbers_near_the_ends_of_double_take_fifty_digits():
    """Their products have no double; the truth must not become 0 with the format's result."""
    found = recommend(lambda x: x * x / 1e-300, np.array([1e-200]), 1e-10, ["float64"])
    assert found.reference == "50 digits"
    assert found.rejected[0].reason.startswith("error 1 at output[0]: 0 for 1e-100")


# ---- which variables may be stored in less ---------------------------------------------------------


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


# ---- the command -----------------------------------------------------------------------------------

SCRIPT = """
import numpy as np
def norm(x):
    total = np.sum(x * x)
    return np.sqrt(total)
def norm_inputs():
    return (np.linspace(0.1, 1, 50),)
"""


def test_command_prints_and_writes(tmp_path, capsys):
    script, out = tmp_path / "s.py", tmp_path / "out.json"
    script.write_text(SCRIPT, "utf-8")
    target = f"{script}:norm"
    assert (
        main(
            [
                "recommend",
                target,
                "--tolerance",
                "1e-3",
                "--candidates",
                "posit8,posit16,float32,float<exp=5,man=12>",
                "--per-variable",
                "--json",
                str(out),
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "s.py:norm: largest elementwise relative error" in said
    assert "rejected: posit8: error" in said
    document = json.loads(out.read_text("utf-8"))
    assert document["schema"] == "numformats.recommend/1"
    errors = [c["error"] for c in document["recommended"]]
    assert all(e <= 1e-3 for e in errors)
    assert document["recommended"][0]["storage"]["formats"].keys() == {"x", "total"}
    assert document["rejected"][0]["format"] == "posit8"


def test_command_says_what_is_wrong(tmp_path, capsys):
    script = tmp_path / "s.py"
    script.write_text(SCRIPT, "utf-8")
    for more, words in (
        (["-t", "-1"], "tolerance=-1.0"),
        (["-t", "1", "--candidates", "posit17"], "posit17"),
        (["-t", "1", "--error", "x"], "error='x'"),
        (["-t", "1", "--reference", "2"], "reference=2"),
        (["-t", "1", "--json", str(tmp_path / "no" / "f.json")], "no such folder"),
    ):
        assert main(["recommend", f"{script}:norm", *more]) == 1
        assert words in capsys.readouterr().err
