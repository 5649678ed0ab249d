# SPDX-License-Identifier: BSD-3-Clause
"""Do the tests of soundness find planted bugs?  Each must make a bound too small somewhere."""

from __future__ import annotations

import numpy as np
import pytest

from bounded_expressions import check, dtype_of
from numformats.analysis import bound
from numformats.analysis.bounds import affine, decisions, local_rounding, products, quotients
from numformats.analysis.bounds import rounding_tables as tables

TENTH = ("third", "x")
FOUR = ("add", ("add", TENTH, TENTH), ("add", TENTH, TENTH))
# Expressions that feel the bugs below, in boxes of a corner each.
CASES = [
    ("posit8", ("multiply", "x", "y"), [(1.0, 2.0), (1.0, 2.0)]),
    ("posit8", ("multiply", ("third", "x"), ("third", "y")), [(1.0, 1.5), (1.0, 1.5)]),
    ("posit8", ("subtract", ("third", "x"), ("third", "y")), [(1.0, 2.0), (-2.0, -1.0)]),
    ("fixed<8,frac=4>", ("sqrt", TENTH), [(0.5, 2.0), (0.0, 0.0)]),
    ("fixed<8,frac=4>", ("add", FOUR, FOUR), [(0.5, 2.0), (0.0, 0.0)]),
    ("truncated<exp=3,man=4,compute_man=2>", ("multiply", "x", "y"), [(0.25, 0.5), (0.25, 0.5)]),
    ("truncated<exp=3,man=4,compute_man=2,truncate=operand>", ("multiply", "x", "y"), [(1.0, 2.0), (1.0, 2.0)]),
    ("float<exp=4,man=3>", ("add", ("add", ("third", "x"), ("third", "y")), ("third", "x")), [(1.0, 1.5), (1.0, 1.5)]),
]  # fmt: skip


def quarter_of_the_gap(patch):
    patch.setattr(tables, "_NEAREST", (0.25, 0.25))


def radius_too_small(patch):
    radius = affine.Affine.radius.fget
    patch.setattr(affine.Affine, "radius", property(lambda self: 0.5 * radius(self)))


def sign_of_correlation(patch):
    combine = products.combine
    patch.setattr(products, "combine", lambda a, x, b, y: combine(a, x, -b, y))


def half_the_error_of_a_root(patch):
    times = quotients.times_middle
    patch.setattr(
        quotients, "times_middle", lambda x, e, s: times((0.25 * x[0], 0.25 * x[1]), e, s)
    )


def no_flush(patch):
    patch.setattr(tables, "_flushed", lambda _, errors, **__: errors)


def operands_uncut(patch):
    nothing = property(lambda _: False)
    patch.setattr(local_rounding.LocalRounding, "changes_operands", nothing)


def condensed_symbols_lost(patch):
    patch.setattr(affine, "total", lambda noise, _: noise)


MUTANTS = [
    quarter_of_the_gap, radius_too_small, sign_of_correlation, half_the_error_of_a_root, no_flush,
    operands_uncut, condensed_symbols_lost,
]  # fmt: skip


def fails():
    """Is some case unsound?  With few symbols, so that condensing counts."""
    for i, (name, tree, box) in enumerate(CASES):
        try:
            check(name, tree, box, i, symbols=4)
        except AssertionError:
            return True
    return False


@pytest.fixture(autouse=True)
def fresh_tables():
    yield
    local_rounding.local_rounding.cache_clear()


def test_without_a_bug_nothing_is_unsound():
    local_rounding.local_rounding.cache_clear()
    assert not fails()


@pytest.mark.parametrize("plant", MUTANTS)
def test_a_planted_bug_is_found(plant, monkeypatch):
    local_rounding.local_rounding.cache_clear()
    plant(monkeypatch)
    assert fails(), f"{plant.__name__} lives"


def test_branches_that_part_are_compared(monkeypatch):
    def step(x):
        return x if x * 3 > 2 else -x

    box, dtype = {"x": (0.5, 1.0)}, dtype_of("posit<6,es=2>")
    right = bound(step, box, dtype, subdivide=4).absolute
    assert right > 1  # -x is computed where x is right, or the other way
    plain = decisions.Answers.__call__
    monkeypatch.setattr(
        decisions.Answers,
        "__call__",
        lambda self, choices, **_: plain(self, choices, apart=False),
    )
    assert bound(step, box, dtype, subdivide=4).absolute < 1
    assert np.isfinite(right)
