# SPDX-License-Identifier: BSD-3-Clause
"""Is each constant of the proved bounds needed?  A value of the package for which less is false.

The theorems are in the files of this folder; the same weakenings, planted there, must not compile.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import (
    NoBoundError,
    feedback_bound,
    linear_recurrence_bound,
    lipschitz_recurrence_bound,
    quire_bound,
    quire_width,
    sum_bound,
)
from numformats.training.compensation import ErrorFeedback, weighted_bound

TWO = Fraction(2)


def value(T, code):
    return Fraction(float(T.from_bits(code)))


def rounded(T, x):
    """A Fraction of few bits, rounded once into a format."""
    return Fraction(*T(x).as_integer_ratio())


@pytest.mark.parametrize(
    ("T", "p", "scale"),
    [
        (nf.bposit16, 5, 191),
        (nf.bposit32, 21, 191),
        (nf.bposit64, 53, 191),
        (nf.bposit8q, 4, 7),
        (nf.bposit16q, 4, 127),
        (nf.bposit32q, 14, 223),
        (nf.bposit64q, 40, 319),
        (nf.takum_linear16, 5, 254),
        (nf.takum_linear32, 21, 254),
        (nf.takum_linear64, 53, 254),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_half_of_u_is_too_small(T, p, scale):
    """Tapered.v, Takums.v: halfway above the largest power of two the error is u / (1 + u), no less."""
    u = TWO**-p
    x = TWO**scale * (1 + u)
    error = abs(rounded(T, x) - x) / x
    assert error == u / (1 + u)
    assert error > u / 2 / (1 + u / 2)


def test_beyond_the_ends_there_is_no_relative_bound():
    """Ends.v: results saturate at the values that are named there, and none becomes 0."""
    least, most = (TWO**20 + 1) * TWO**-212, (TWO**21 - 1) * TWO**171
    T = nf.bposit32
    assert (value(T, 1), value(T, 2**31 - 1)) == (least, most)
    assert rounded(T, 16 * most) == most
    assert rounded(T, least / 16) == least
    takum = nf.takum_linear32
    assert value(takum, 1) == (TWO**20 + 1) * TWO**-275
    assert value(takum, 2**31 - 1) == (TWO**21 - 1) * TWO**234


def test_without_the_flush_the_bound_is_false():
    """Truncated.v: what is below the least normal number is lost whole, which u |x| does not say."""
    small = nf.mlu32(2.0**-126)
    flushed = small * nf.mlu32(0.75)
    x = Fraction(3, 4) * TWO**-126
    assert float(flushed) == 0
    assert x > TWO**-20 * x
    assert x <= TWO**-20 * x + TWO**-126


@pytest.mark.parametrize("n", [1, 100, 5000])
def test_drift_is_linear_in_n(n):
    """Drift.v: a sum that starts at 1 loses n terms of three quarters of a step: no bound without n, or half of u, holds."""
    u = TWO**-20
    x = np.full(n + 1, float(u * 3 / 4), np.float32)
    x[0] = 1
    computed = Fraction(float(np.cumsum(x.astype(nf.mlu32))[-1]))
    lost = 1 + n * u * 3 / 4 - computed
    assert computed == 1
    assert lost > n * (u / 2 * computed)
    assert (lost > u * (1 + lost)) == (n > 1)
    assert lost <= n * (u * (1 + lost) + TWO**-126)
    assert lost <= Fraction(float(sum_bound(nf.mlu32, x)))


def test_a_cell_of_32_units_holds_a_threshold():
    """Cells.v, Thresholds.v: posit64 has 60 significant bits near 1, so that thresholds are 8 units of a field of 64."""
    unit = TWO**-63
    codes = [int(nf.to_bits(nf.posit64(1 + k * unit))) for k in range(33)]
    one = int(nf.to_bits(nf.posit64(1)))
    assert set(codes[1:8]) == {one}
    assert set(codes[9:16]) == {one + 1}
    assert len(set(codes[1:32])) > 1


def test_a_quire_one_bit_narrower_overflows():
    """Quire.v: 2^31 - 1 squares of the largest b-posit need 840 bits, and the finest products their last one."""
    p = [value(nf.bposit32, code) for code in range(4)]
    assert p[1] * p[3] - p[2] * p[2] == -(TWO**-424)
    most = value(nf.bposit32, 2**31 - 1)
    largest = int(most * most * (2**31 - 1) * TWO**424)
    assert 2**838 <= largest < 2**839  # a sign beside 839 bits, and not beside 838
    assert quire_width(nf.bposit32) == 840
    x = np.ones(2).astype(nf.bposit32)
    narrow = quire_width(nf.bposit32, 2) - 1
    for bits in (800, narrow):
        with pytest.raises(NoBoundError, match="is not exact"):
            quire_bound(nf.bposit32, x, x, bits=bits)
    assert [quire_width(T) for T in (nf.posit8, nf.posit16, nf.posit32, nf.posit64)] == [
        128,
        256,
        512,
        1024,
    ]


def test_no_form_is_below_n_u():
    """Growth.v: recurrences start from no error and are wrong by (1 + e)^n - 1; geometric ones by e times the sum."""
    e, n = TWO**-10, 50
    error = Fraction(0)
    for _ in range(n):
        error = (1 + e) * error + e
    assert n * e < error == (1 + e) ** n - 1
    assert error <= Fraction(float(linear_recurrence_bound(float(e), n)))
    error = Fraction(0)
    for _ in range(n):
        error = error / 2 + e
    assert error <= Fraction(float(lipschitz_recurrence_bound(0.5, float(e), n)))
    assert error > 2 * e * (1 - TWO**-49)


@pytest.mark.parametrize("T", [nf.posit16, nf.bposit16, nf.takum_linear16, nf.bfloat16])
def test_the_linear_bound_of_dot_products_is_near(T):
    """Additions.v: two products, each a tie, reach more than half of n u times the magnitudes."""
    u = Fraction(nf.analysis.model(T).unit_at(1.0))
    x = np.array([1, 1]).astype(T)
    y = np.array([1, float(u)]).astype(T)
    computed = Fraction(float(x[0] * y[0] + x[1] * y[1]))
    error = abs(computed - (1 + u))
    assert error == u  # 1 + u is halfway, and 1 is even
    assert error > 2 * (u / 2) * (1 + u) / 2


def test_error_feedback_needs_its_quantum_and_its_gain():
    """Feedback.v: one residual is left, less than a quantum, and with a gain below 1 a share of all of them."""
    T = nf.Fixed(16, 8, rounding="toward_negative")
    q, n = TWO**-8, 101
    feedback, plain = ErrorFeedback(T), Fraction(0)
    x, total, worst = Fraction(3, 4) * q, Fraction(0), Fraction(0)
    for _ in range(n):
        total += Fraction(float(feedback(float(x)))) - x
        worst = max(worst, abs(total))
        plain += Fraction(float(T(float(x)))) - x
    assert q / 2 < worst <= q
    assert Fraction(float(feedback_bound(T, 1.0))) == q
    assert plain == -n * x
    assert weighted_bound([1, 1, 1], float(q)) == float(q)
    assert weighted_bound([1, -1, 1], float(q)) == 5 * float(q)
