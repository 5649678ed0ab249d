# SPDX-License-Identifier: BSD-3-Clause
"""Does the error of the sum stay within one step, or half a step, at each of a million calls?

Everything is a whole number of 2^-24, so that sums in int64 are the truth.
"""

import math

import numpy as np
import pytest

import numformats as nf
from numformats.training.compensation import ErrorFeedback

FRAC, FINE = 8, 24
STEP = 1 << (FINE - FRAC)
MILLION = 1_000_000
ROUNDINGS = {"toward_negative": STEP, "nearest_even": STEP // 2}


def streams(steps):
    """One adversary a column, in units of 2^-24."""
    rng, half = np.random.default_rng(4), STEP // 2
    t = np.arange(steps)
    small = rng.integers(-STEP, STEP, steps)
    return np.stack(
        [
            np.full(steps, half - 1),  # just below the tie: rounded alone always 0
            np.full(steps, -1),  # to floor alone always a whole step
            np.full(steps, half),  # ties, all the time
            np.where(t % 2, half + 1, -half - 1),
            np.where(t % 3, half, -STEP - half),
            small,
            small // 37,
            np.where(t % 1000, 0, 100 * STEP + 1),
        ],
        axis=1,
    )


def codes_of(feedback, whole):
    """What the calls gave, in units of 2^-8."""
    x = whole / 2.0**FINE
    out = np.empty(x.shape, np.int32)
    for t, row in enumerate(x):
        out[t] = feedback(row).view(np.int32)
    return out


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_bound_holds_at_every_prefix_of_a_million(rounding):
    feedback = ErrorFeedback(nf.Fixed(32, FRAC), rounding=rounding)
    whole = streams(MILLION)
    error = np.cumsum(codes_of(feedback, whole) * np.int64(STEP) - whole, axis=0)
    assert np.abs(error).max(axis=0).max() <= ROUNDINGS[rounding]
    assert np.array_equal(-error[-1], feedback.residual * 2.0**FINE)
    assert feedback.bound == ROUNDINGS[rounding] / 2**FINE
    if rounding == "toward_negative":
        # Floor alone, for comparison: the second stream loses a step in each call.
        assert np.all((error <= 0) & (error > -STEP))
        lost = np.cumsum((whole[:, 1] // STEP) * STEP - whole[:, 1])
        assert lost[-1] == -MILLION * (STEP - 1)


@pytest.mark.parametrize("rounding", ["toward_zero", "toward_positive", "nearest_away", "to_odd"])
def test_other_roundings_have_their_bounds(rounding):
    feedback = ErrorFeedback(nf.Fixed(32, FRAC), rounding=rounding)
    whole = streams(5000)
    error = np.cumsum(codes_of(feedback, whole) * np.int64(STEP) - whole, axis=0)
    assert np.abs(error).max() / 2**FINE <= feedback.bound
    assert feedback.bound == (0.5 if rounding.startswith("nearest") else 1) / 2**FRAC


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_gain_below_one_has_a_bound_that_grows(rounding, alpha):
    feedback = ErrorFeedback(nf.Fixed(32, FRAC), rounding=rounding, alpha=alpha)
    whole = streams(3000)
    outs = codes_of(feedback, whole)
    error = np.cumsum(outs * np.int64(STEP) - whole, axis=0) / 2**FINE
    d = ROUNDINGS[rounding] / 2**FINE
    t = np.arange(1, len(whole) + 1)
    assert np.all(np.abs(error).max(axis=1) <= d * (1 + (1 - alpha) * (t - 1)))
    assert feedback.bound == d * (1 + (1 - alpha) * (len(whole) - 1))
    # Without feedback floor loses nearly a whole step each time: no better bound is true.
    if rounding == "toward_negative" and alpha == 0:
        assert abs(error[-1, 1]) > 0.999 * feedback.bound


def worst(feedback, x):
    """The largest error of a prefix, in steps."""
    errors, total = [], 0.0
    for value in x:
        total += float(feedback(value)) - value
        errors.append(abs(total))
    return max(errors) * 2**FRAC


def test_forgetting_brings_the_drift_back():
    """The options of the source, which it recommends, on small updates; the page has more."""
    x = np.random.default_rng(5).integers(0, STEP, 10_000) / 2.0**FINE
    floor = nf.Fixed(32, FRAC, rounding="toward_negative")
    assert worst(ErrorFeedback(floor), x) <= 1
    harmful = ErrorFeedback(floor, reset_every=10)
    assert 400 < worst(harmful, x) < harmful.bound * 2**FRAC == 1001
    assert worst(ErrorFeedback(floor, alpha=0.1), x) > 3500
    assert worst(ErrorFeedback(floor, alpha=0), x) > 4500


@pytest.mark.parametrize(
    "T", [nf.bfloat16, nf.posit16, nf.mlu32, nf.Float(4, 3), nf.takum_linear16]
)
def test_in_other_formats_it_is_the_gap_at_the_largest_number(T):
    rng, feedback, total = np.random.default_rng(6), ErrorFeedback(T), 0
    for x in rng.integers(-(2**30), 2**30, 2000).tolist():
        y = feedback(x / 2**30)
        total += int(float(y) * 2**60) - (x << 30)
        assert abs(total) <= feedback.bound * 2**60
    assert math.frexp(feedback.bound)[0] == 0.5
    assert total
