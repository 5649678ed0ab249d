# SPDX-License-Identifier: BSD-3-Clause
"""Would the tests of bounds see a bound that is too small?  Each mutant has to be found.

The checks are those of the other tests: a bound holds for measured errors.  Without a mutant they find
nothing; with u halved, the flush term dropped, the sign of the bias flipped, the quire narrowed or the
check of the range left out they find an error above its bound.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import oracle_of
from kernels import dot, horner, total
from measured_errors import all_tuples, compare_with_bounds, exact_value
from numformats.analysis import (
    a_priori,
    dot_bound,
    horner_bound,
    model,
    one_rounding,
    quire_bound,
    quire_width,
    sum_bound,
    units,
)
from numformats.oracle import OracleQuire

TINY_SUM = nf.Float(4, 3, subnormals=False)
FORMATS = [nf.bfloat16, nf.bposit16, nf.mlu32, nf.Float(5, 6, rounding="toward_zero"),
           nf.TruncatedFloat(5, 8, 5, truncate="operand"), nf.q15, TINY_SUM]  # fmt: skip


def violations(formats=FORMATS):
    """The kernels whose error is above the a-priori bound or on the wrong side, on hard operands."""
    found = []
    for T in formats:
        for name, run, bound in runs(T):
            error = run.computed - run.exact
            if not Fraction(bound.low) <= error <= Fraction(bound.high):
                found.append((T.__name__, name))
    return found


def runs(T):
    ulp = 2.0 ** -(T.format.compute_man or T.format.man or 9)
    least = float(nf.finfo(T).smallest_normal)
    if T.format.family == "fixed":
        half = (np.array([181, 181, 181, 181]) / 2**15).astype(T)  # products of nearly half a step
        yield "dot", dot(T, half, half), dot_bound(T, half, half)
        return
    # One and numbers of just over or under half a unit and a whole one: the worst case of each sum.
    for part in (0.51, 0.49, 0.99):
        x = np.array([1.0] + [part * ulp] * 3).astype(T)
        yield f"sum {part}", total(T, x), sum_bound(T, x)
        wide = np.array([1.0, part * ulp]).astype(T)
        yield f"sum of two {part}", total(T, wide), sum_bound(T, wide)
    y = np.array([1 + ulp, 1 + 3 * ulp]).astype(T)
    yield "dot", dot(T, y, y), dot_bound(T, y, y)
    yield "product", dot(T, y[:1], y[1:]), dot_bound(T, y[:1], y[1:])
    # Next to 0 there is nothing but the absolute term.
    tiny = np.array([least, -least * (1 - ulp * 4), least * 0.75]).astype(T)
    if T.format.family != "posit":
        yield "tiny sum", total(T, tiny[[0, 0]] * 1 - tiny[[1, 1]] * 0), sum_bound(T, tiny[[0, 0]])
        yield (
            "cancelled",
            total(T, np.array([least * 1.5, -least]).astype(T)),
            sum_bound(T, np.array([least * 1.5, -least]).astype(T)),
        )
        small = np.array([least * 1.5, least]).astype(T)
        with np.errstate(all="ignore"):
            half = np.array([0.375, 0.25]).astype(T)
        yield "tiny products", dot(T, small, half), dot_bound(T, small, half)
        yield (
            "tiny polynomial",
            horner(T, np.array([0.0, least, 0]).astype(T), half[0]),
            horner_bound(T, np.array([0.0, least, 0]).astype(T), half[0]),
        )


def with_steps(monkeypatch, **changes):
    """The a-priori bounds with other constants: a number scales one."""
    before = a_priori.steps_of

    def mutant(*args):
        steps = before(*args)
        new = {name: getattr(steps, name) * factor for name, factor in changes.items()}
        return dataclasses.replace(steps, **new)

    monkeypatch.setattr(a_priori, "steps_of", mutant)


def test_the_bounds_themselves_are_not_found():
    assert violations() == []


def test_u_halved_is_found(monkeypatch):
    with_steps(monkeypatch, u_add=0.5, u_mul=0.5)
    found = {name for name, _ in violations()}
    assert {"bfloat16", "mlu32", "float<exp=5,man=6,rounding=toward_zero>"} <= found


def test_the_flush_term_dropped_is_found(monkeypatch):
    with_steps(monkeypatch, eta_add=0, eta_mul=0)
    found = {name for name, _ in violations()}
    assert {"mlu32", "q15", TINY_SUM.__name__} <= found


def test_the_sign_of_the_bias_flipped_is_found(monkeypatch):
    before = a_priori.put_together

    def mutant(*args, **kwargs):
        bound = before(*args, **kwargs)
        return dataclasses.replace(bound, low=-bound.high, high=-bound.low)

    monkeypatch.setattr(a_priori, "put_together", mutant)
    found = {name for name, _ in violations()}
    assert {"mlu32", "float<exp=5,man=6,rounding=toward_zero>"} <= found
    assert "bfloat16" not in found  # its errors have no side


# ---- one operation -----------------------------------------------------------------------------------


def wrong_bounds(T, op="add"):
    return compare_with_bounds(T, op, all_tuples(T, 2), lambda *xs: model(T).bound(op, *xs))[0]


@pytest.mark.parametrize(
    "T", [nf.Float(3, 2), nf.Posit(6), nf.Fixed(5, 3), nf.TruncatedFloat(3, 2, 1)], ids=str
)
def test_half_a_bound_of_one_operation_is_found(T, monkeypatch):
    op = "multiply"
    assert wrong_bounds(T, op) == []
    wrong, _ = compare_with_bounds(T, op, all_tuples(T, 2), lambda *xs: model(T).bound(op, *xs) / 2)
    assert wrong


def test_a_line_without_flushing_is_found(monkeypatch):
    T = nf.TruncatedFloat(3, 2, 1)
    gradual = nf.TruncatedFloat(3, 2, 1, ftz=False)
    assert wrong_bounds(T, "multiply") == []
    mutant = dataclasses.replace(model(T), results=model(gradual).results)
    wrong, _ = compare_with_bounds(
        T, "multiply", all_tuples(T, 2), lambda *xs: mutant.bound("multiply", *xs)
    )
    assert wrong


def test_arithmetic_means_as_thresholds_of_a_posit_are_found():
    """What a model of floats would say of a posit whose exponent bits are cut off."""
    T = nf.Posit(6)
    m = model(T)
    sides = [m.results.above, m.results.below]
    before = [(s.turn_low.copy(), s.turn_high.copy(), s.worst.copy()) for s in sides]
    try:
        for s in sides:
            middle = (s.low + s.high) / 2
            s.turn_low, s.turn_high = (
                np.where(s.single, middle, t) for t in (s.turn_low, s.turn_high)
            )
            s.worst = np.where(s.single, (s.high - s.low) / 2, s.worst)
        assert wrong_bounds(T, "multiply")
    finally:
        for s, (low, high, worst) in zip(sides, before, strict=True):
            s.turn_low, s.turn_high, s.worst = low, high, worst
    assert wrong_bounds(T, "multiply") == []


# ---- quires and ranges -------------------------------------------------------------------------------


def fits_exactly(T, bits):
    """Do the largest and the finest product of T fit into one quire of so many bits?"""
    oracle = oracle_of(T)
    largest = oracle.codec.at_index(oracle.codec.last_finite)
    finest = 1
    quire = OracleQuire(T, bits)
    quire.lsb = 2 * (1 - exact_value(oracle, finest).denominator.bit_length())
    for _ in range(3):
        quire.fma(largest, largest)
    quire.fma(finest, finest)
    exact = 3 * exact_value(oracle, largest) ** 2 + exact_value(oracle, finest) ** 2
    return quire.value == exact


@pytest.mark.parametrize(
    "T", [nf.posit8, nf.posit32, nf.bposit16, nf.bposit32, nf.bposit64, nf.bposit32q], ids=str
)
def test_a_quire_of_the_computed_width_is_exact_and_no_narrower_one(T):
    width = quire_width(T, 4)
    assert fits_exactly(T, width)
    assert not fits_exactly(T, width - 3)


def test_a_quire_narrowed_to_800_bits_is_found(monkeypatch):
    assert quire_width(nf.bposit32) == 840
    assert quire_width(nf.bposit64) == 904
    x = np.ones(2).astype(nf.bposit32)
    with pytest.raises(nf.analysis.NoBoundError, match="800 bits is not exact"):
        quire_bound(nf.bposit32, x, x, bits=800)
    monkeypatch.setattr(one_rounding, "quire_width", lambda *_: 800)
    quire_bound(nf.bposit32, x, x, bits=800)  # the mutant lets it pass
    assert not fits_exactly(nf.bposit32, one_rounding.quire_width())


def test_the_range_check_skipped_is_found(monkeypatch):
    """Outside of the certified range the relative error is above any u that the range gives."""

    def unchecked(f, lo, hi):
        return Fraction(lo), Fraction(hi)

    with pytest.raises(nf.analysis.NoBoundError):
        units.u_of_range_of(nf.posit16.format, 2.0**-60, 2.0**60)
    monkeypatch.setattr(units, "range_of", unchecked)
    u = units.u_of_range_of(nf.posit16.format, 2.0**-60, 2.0**60)
    oracle = oracle_of(nf.posit16)
    worst = max(
        abs(exact_value(oracle, oracle.encode(x)) - x) / x
        for x in (Fraction(1, 2**60), Fraction(2**60))
    )
    assert worst > u
