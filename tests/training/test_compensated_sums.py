# SPDX-License-Identifier: BSD-3-Clause
"""Are compensated sums the exact sum rounded once, and weighted readers within their bound?"""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.compensation import CompensatedSum, ErrorFeedback, weighted_bound

TRUNCATED = [nf.TruncatedFloat(8, 23, 20, truncate=cut) for cut in
             ("result", "operand", "align", "product", "rounded")]  # fmt: skip


@pytest.mark.parametrize("T", [*TRUNCATED, nf.bfloat16, nf.Fixed(24, 8), nf.posit16, np.float32])
def test_the_total_is_the_exact_sum_rounded_once(T):
    rng, exact = np.random.default_rng(1), Fraction(0)
    s = CompensatedSum(T)
    grid = nf.Float(8, 20, rounding="toward_zero") if T in TRUNCATED else T
    grid = nf.binary32 if T is np.float32 else grid
    for x in (rng.normal(size=300) * 10.0 ** rng.integers(-9, 3, 300)).tolist():
        exact += Fraction(x)
        assert float(s.add(x)) == float(nf.quantize(exact, grid))
        assert s.exact_total() == exact
    assert s.steps == 300


@pytest.mark.parametrize("T", TRUNCATED, ids=lambda T: T.format.cut)
def test_an_accelerator_of_20_bits_no_longer_drifts(T):
    """Uniform terms: its own additions lose a fifth of n u, with compensation one u at most."""
    n, u = 5_000, 2.0**-20
    whole = np.random.default_rng(2).integers(0, 2**20, n)
    terms, exact = whole / 2**20, int(whole.sum()) / 2**20
    s = CompensatedSum(T)
    for x in terms:
        total = s.add(x)
    assert -u <= float(total) / exact - 1 <= 0
    plain = float(np.cumsum(terms.astype(T))[-1]) / exact - 1
    if T.format.cut in {"result", "align"}:
        assert plain < -100 * u


def test_a_residual_as_narrow_as_the_total_still_removes_the_drift():
    terms = np.random.default_rng(3).integers(0, 2**20, 5_000) / 2**20
    s = CompensatedSum(nf.mlu32, residual=nf.mlu32)
    for x in terms:
        total = s.add(x)
    assert abs(float(total) / terms.sum() - 1) < 4 * 2.0**-20
    coarse = CompensatedSum(nf.Fixed(16, 4), residual=nf.Fixed(8, 8))
    assert float(coarse.add(0.03)) == 0
    assert coarse.residual == 8 / 256


def test_arrays_start_and_broadcast():
    s = CompensatedSum(nf.Fixed(16, 4, rounding="toward_negative"), [[0.1, 0.2]])
    assert s.total.tolist() == [[0.0625, 0.1875]]
    assert np.allclose(s.residual, [[0.0375, 0.0125]])
    s.add(0.03)
    assert s.total.tolist() == [[0.125, 0.1875]]
    assert (
        s.exact_total() == [[Fraction(0.1) + Fraction(0.03), Fraction(0.2) + Fraction(0.03)]]
    ).all()
    assert s.add([[1, 2]]).dtype == nf.Fixed(16, 4, rounding="toward_negative")
    assert repr(s) == "CompensatedSum(fixed<16,frac=4,rounding=toward_negative>, 2 additions)"
    assert type(CompensatedSum(nf.bfloat16).add(1)) is nf.bfloat16


def test_stochastic_sums_repeat():
    def run(seed):
        s = CompensatedSum(nf.Fixed(16, 4), rounding="stochastic", seed=seed)
        return [float(s.add(0.01)) for _ in range(50)]

    assert run(1) == run(1) != run(2)


def test_what_no_sum_takes():
    s = CompensatedSum(nf.bfloat16, np.zeros(3))
    with pytest.raises(ValueError, match=r"x has shape \(2,\); allowed: \(3,\)"):
        s.add([1, 2])
    with pytest.raises(ValueError, match=r"x\[1\] is nan"):
        s.add([1, np.nan, 2])
    with pytest.raises(ValueError, match="no sum of float64"):
        s.add(Fraction(1, 3))
    with pytest.raises(ValueError, match="no sum of float64"):
        CompensatedSum(nf.bfloat16, Fraction(1, 3))
    with pytest.raises(ValueError, match="float64 does not hold its values"):
        CompensatedSum(nf.posit64)
    assert s.steps == 0


def weights():
    rng, t = np.random.default_rng(4), np.arange(400)
    return {
        "constant": np.ones(400),
        "decaying": 0.99**t,
        "rising": 0.99 ** t[::-1],
        "slow wave": np.cos(t / 50),
        "alternating": (-1.0) ** t,
        "random": rng.normal(size=400),
    }


@pytest.mark.parametrize("name", weights())
@pytest.mark.parametrize("rounding", ["toward_negative", "nearest_even"])
def test_a_weighted_reader_is_within_its_bound(name, rounding):
    w, rng = weights()[name], np.random.default_rng(5)
    feedback = ErrorFeedback(nf.Fixed(24, 8), rounding=rounding)
    x = rng.normal(size=(400, 50)) / 100
    y = np.array([feedback(row).astype(float) for row in x])
    error = np.abs((w[:, None] * (y - x)).sum(axis=0)).max()
    assert error <= weighted_bound(w, feedback.bound)
    if name in {"constant", "rising"}:
        assert weighted_bound(w, feedback.bound) <= 2 * feedback.bound


@pytest.mark.parametrize("seed", range(5))
def test_no_smaller_bound_is_true(seed):
    """Prefix errors of the largest size and of the right signs reach it."""
    w = [Fraction(int(v), 8) for v in np.random.default_rng(seed).integers(-20, 20, 30)]
    steps = [*(a - b for a, b in itertools.pairwise(w)), w[-1]]
    prefix = [Fraction(1, 4) if s > 0 else -Fraction(1, 4) for s in steps]
    d = [prefix[0], *(b - a for a, b in itertools.pairwise(prefix))]
    reached = sum(a * b for a, b in zip(w, d, strict=True))
    bound = weighted_bound([float(v) for v in w], 0.25)
    assert reached <= bound <= reached * (1 + Fraction(1, 2**50))


def test_bounds_of_several_readers_and_refusals():
    w = np.array([[1, 1], [1, 0], [1, 1]])
    assert np.allclose(weighted_bound(w, 0.5), [0.5, 1.5])
    assert weighted_bound([0, 0], 0.5) == 0
    assert weighted_bound([3], 1) >= 3
    for bad in ([], 1.0, [1, np.nan]):
        with pytest.raises(ValueError, match="weights"):
            weighted_bound(bad, 1)
    for step in (-1, np.nan):
        with pytest.raises(ValueError, match="step="):
            weighted_bound([1], step)
