# SPDX-License-Identifier: BSD-3-Clause
"""Does the pass over an array find what the definitions say?  Against them, one element at a time."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.candidate import find_candidate
from numformats.analysis.ruler import BINS, bin_label, cancelled, histogram_of, ruler_of, shares
from numformats.analysis.shadow_sample import SAMPLE, sample_of, taken

FORMATS = ["posit8", "posit16", "binary16", "bfloat16", "mlu32", "float32", "fixed<16,frac=8>",
           "float8_e4m3fn", "takum_linear16", "posit<6,es=1>"]  # fmt: skip


def slow(value, local, truth, candidate):
    """The figures by their definitions, in fractions."""
    found = {"introduced": Fraction(0), "inherited": Fraction(0), "ulps": Fraction(0), "sum": 0,
             "elements": 0, "nonzero_for_zero": 0, "nans": 0, "lost": 0, "saturated": 0,
             "underflowed": 0, "histogram": [0] * BINS}  # fmt: skip
    for v, x, t in zip(value.tolist(), local.tolist(), truth.tolist(), strict=True):
        found["nans"] += math.isnan(v)
        ends = float(candidate.largest), float(candidate.lowest)
        beyond = (x > ends[0] and v >= ends[0]) or (x < ends[1] and v <= ends[1])
        found["saturated"] += beyond and not (math.isinf(x) and math.isinf(v))
        found["underflowed"] += 0 < abs(x) < candidate.smallest
        if not math.isfinite(v) and math.isfinite(t):
            found["lost"] += 1
            found["ulps"] = math.inf
        if not all(map(math.isfinite, (v, x, t))):
            continue
        made, given = Fraction(v) - Fraction(x), Fraction(x) - Fraction(t)
        if x == 0 or t == 0:
            found["nonzero_for_zero"] += made != 0 or given != 0
            continue
        found["introduced"] = max(found["introduced"], abs(made / Fraction(x)))
        found["inherited"] = max(found["inherited"], abs(given / Fraction(t)))
        ulps = abs(made + given) / candidate.spacing(math.frexp(t)[1] - 1)
        found["ulps"] = max(found["ulps"], ulps)
        found["sum"] += ulps
        found["elements"] += 1
        edges = [Fraction(2) ** e for e in range(-3, BINS - 5)]
        place = 0 if ulps == 0 else 1 + sum(ulps >= edge for edge in edges)
        found["histogram"][place] += 1
    return found


def operands(candidate, n):
    r = np.random.default_rng(11)
    with np.errstate(all="ignore"):
        spread = r.standard_normal(n) * 2.0 ** r.integers(-12, 12, n)
        value = spread.astype(candidate.dtype).astype(float)
        local = value * (1 + 2.0 ** -r.integers(5, 30, n).astype(float))
        truth = local * (1 + r.standard_normal(n) * 2.0 ** -r.integers(3, 30, n).astype(float))
    special = [0.0, -2.5, math.inf, -math.inf, math.nan, float(candidate.largest),
               2 * float(candidate.largest), -1e90, float(candidate.smallest) / 4]  # fmt: skip
    grid = np.array([[a, b, c] for a in special for b in special for c in special]).T
    mixed = [np.concatenate([x, g]) for x, g in zip((value, local, truth), grid, strict=True)]
    order = r.permutation(mixed[0].size)
    return [x[order] for x in mixed]


@pytest.mark.parametrize("name", FORMATS)
def test_every_figure_is_as_defined(name):
    candidate = find_candidate(name)
    ruler = ruler_of(candidate.dtype)
    value, local, truth = operands(candidate, 700)
    expected, errors = slow(value, local, truth, candidate), ruler.errors()
    half = np.empty(value.size)
    with np.errstate(all="ignore"):
        error = ruler.measure((value, None), (local, None), (truth, None), errors, half)
        np.testing.assert_array_equal(error, value - local)
        np.testing.assert_array_equal(half, 0.5 * value + 0.5 * truth)
    for figure in ("introduced", "inherited", "ulps"):
        assert getattr(errors, figure) == pytest.approx(float(expected[figure]), rel=1e-13)
    assert errors.sum_of_ulps == pytest.approx(float(expected["sum"]), rel=1e-12)
    for count in ("elements", "nonzero_for_zero", "nans", "lost", "saturated", "underflowed"):
        assert getattr(errors, count) == expected[count], count
    assert histogram_of(errors).tolist() == expected["histogram"]


def test_low_parts_count():
    ruler = ruler_of(nf.posit64.dtype)
    high, low = np.array([1.0, 3.0]), np.array([2.0**-60, -(2.0**-58)])
    errors = ruler.errors()
    error = ruler.measure((high, low), (high, np.zeros(2)), (high, 2 * low), errors)
    assert error.tolist() == low.tolist()
    assert errors.inherited == pytest.approx(2.0**-58 / 3)
    assert errors.ulps > 0


def test_measurements_add_up_and_order_is_that_of_c():
    ruler = ruler_of(nf.posit16.dtype)
    x = np.arange(1.0, 13).reshape(3, 4)
    y, z = np.asfortranarray(x * 1.125), x * 1.25
    errors = ruler.errors()
    error = ruler.measure((x, None), (y, None), (z, None), errors)
    np.testing.assert_array_equal(error, x - y)
    ruler.measure((z, None), (z, None), (z, None), errors)
    assert (errors.elements, histogram_of(errors)[0]) == (24, 12)


def test_shares_leave_out_what_is_no_number():
    slope = np.array([1.0, np.inf, np.nan, -2.0, np.inf])
    error = np.array([0.5, 0.0, 0.0, 1.0, 1.0])
    assert shares(slope, error) == (-1.5, 2.5)
    assert shares(np.zeros(0), np.zeros(0)) == (0, 0)


def test_cancellations_are_where_the_larger_operand_towers():
    x, y = np.array([64.0, 64.0, 1.0, 0.0, np.nan]), np.array([2.0])
    exact, truth = np.array([1.0, 2.0, 1.0, 0.0, 1.0]), np.array([5.0, 5.0, 0.01, 1.0, 1.0])
    assert cancelled([x, y], [exact, truth], 64.0).tolist() == [0, 2, 3]


def test_labels_of_bins_follow_one_another():
    labels = [bin_label(i) for i in range(BINS)]
    assert labels[:4] == ["exact", "< 1/8", "1/8 to 1/4", "1/4 to 1/2"]
    assert all(
        a.split(" to ")[1] == b.split(" to ")[0] for a, b in itertools.pairwise(labels[2:-1])
    )


@pytest.mark.parametrize("size", [SAMPLE + 1, 100_000, 1_000_003])
def test_a_sample_is_spread_and_the_same_each_time(size):
    places = sample_of(size)
    assert len(places) == len(set(places.tolist())) == SAMPLE
    assert places[0] == 0
    assert places.max() < size
    assert (np.diff(places) > 0).all()
    assert (np.diff(places) <= 2 * size / SAMPLE + 1).all()
    # no column of a matrix is preferred
    counts = np.bincount(places % 8, minlength=8)
    assert counts.min() > 0.9 * SAMPLE / 8 or size == SAMPLE + 1


def test_elements_are_taken_from_what_broadcasts():
    shape, sample = (3, 4), np.array([0, 5, 11])
    row, scalar = np.arange(4.0), np.array([[7.0]])
    assert taken(row, shape, sample).tolist() == [0, 1, 3]
    assert taken(scalar, shape, sample) == 7
    assert taken(np.arange(12.0).reshape(3, 4), shape, sample).tolist() == [0, 5, 11]
