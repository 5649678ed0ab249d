# SPDX-License-Identifier: BSD-3-Clause
"""Do mixed formats, layouts, splits, random words and the thread's rounding give the same bits on every path?"""

from __future__ import annotations

import ctypes
import ctypes.util

import numpy as np
import pytest

import numformats as nf
from exact_paths import agree, every, product, values
from helpers import array, oracle_of, plain, raised, random_codes
from numformats.exact import core_calls


@pytest.mark.parametrize(("A", "B", "T"), [(nf.posit16, nf.bfloat16, nf.posit32),
                                           (nf.posit32, nf.binary32, nf.binary64),
                                           (nf.q15, nf.takum_linear32, nf.posit8),
                                           (nf.binary64, nf.float8_e5m2, nf.bposit32),
                                           (nf.posit64, nf.posit8, nf.posit64)])  # fmt: skip
def test_mixed_formats(A, B, T):
    rng = np.random.default_rng(6)
    a, b = values(A, (26, 40), rng, 2), values(B, (40, 27), rng, 2)
    paths = () if A is nf.posit64 else ("extract", "slices")
    agree(a, b, paths, T.dtype)
    exact = [[oracle_of(t).decode(int(c)) for c in plain(x).ravel()] for t, x in ((A, a), (B, b))]
    want = sum(exact[0][40 * 5 + i] * exact[1][27 * i + 11] for i in range(40))
    with np.errstate(all="ignore"):
        got = nf.matmul(a, b, dtype=T)
    assert int(plain(got)[5, 11]) == oracle_of(T).encode(want)


@pytest.mark.parametrize("frac", [-20, 8, 95, 110])
def test_wide_sums_wrap(frac):
    """Sums of more than 128 bits, of which a wrapping format wants the low ones."""
    T, rng = nf.Fixed(16, frac=frac, overflow="wrap"), np.random.default_rng(frac % 7)
    a, b = (np.ldexp(rng.standard_normal(s), rng.integers(-18, 19, s)).astype(nf.binary64)
            for s in ((26, 40), (40, 27)))  # fmt: skip
    agree(a, b, T=T.dtype)
    exact = [[oracle_of(nf.binary64).decode(int(c)) for c in plain(x).ravel()] for x in (a, b)]
    want = sum(exact[0][40 * 5 + i] * exact[1][27 * i + 11] for i in range(40))
    assert product(a, b, "slices", T.dtype)[0][5, 11] == oracle_of(T).encode(want)


@pytest.mark.parametrize("T", [nf.posit32, nf.binary64, nf.float8_e4m3fn, nf.takum_linear32],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_order_layout_and_splits_do_not_matter(T):
    rng = np.random.default_rng(7)
    with np.errstate(all="ignore"):
        a, b = values(T, (37, 70), rng, 5), values(T, (70, 29), rng, 5)
        want = plain(a @ b).tolist()
        order = rng.permutation(70)
        assert plain(a[:, order] @ b[order]).tolist() == want
        assert plain(a[:, ::-1] @ b[::-1]).tolist() == want
        assert plain((b.T @ a.T).T).tolist() == want
        assert plain(np.asfortranarray(a) @ b.repeat(2, 1)[:, ::2]).tolist() == want
        rows = [plain(a[i : i + 5] @ b) for i in range(0, 37, 5)]
        assert np.concatenate(rows).tolist() == want


def test_stochastic_results_do_not_depend_on_the_path():
    T = nf.Float(4, 3, rounding="stochastic")
    rng = np.random.default_rng(2)
    agree(values(T, (140, 30), rng, 1), values(T, (30, 25), rng, 1))


@every
def test_sums(T):
    rng = np.random.default_rng(3)
    for k in (0, 1, 15, 16, 512, 1300):
        for a in (values(T, (3, k), rng, 9), array(T, random_codes(T, 3 * k, rng)).reshape(3, k)):
            results = [raised(lambda a=a, p=p: plain(core_calls.total(a, np.empty(3, T), path=p)))
                       for p in ("loop", "auto")]  # fmt: skip
            assert results[0][0].tolist() == results[1][0].tolist()
            assert results[0][1] == results[1][1]


def test_a_path_that_cannot_be_is_an_error():
    a = np.ones((2, 2), nf.posit64)
    with pytest.raises(ValueError, match="'extract' does not serve"):
        core_calls.multiply(a, a, np.empty_like(a), path="extract")
    with pytest.raises(ValueError, match="'fast' is none of auto, loop, extract, slices"):
        core_calls.multiply(a, a, np.empty_like(a), path="fast")


UPWARD, NEAREST = 0x800, 0


@pytest.mark.skipif(ctypes.util.find_library("m") is None, reason="no C library for mathematics")
def test_the_rounding_mode_of_the_thread_does_not_matter():
    libm = ctypes.CDLL(ctypes.util.find_library("m"))
    rng = np.random.default_rng(1)
    # rounded up, the first digits leave second ones twice as large as they may be
    a, b = (1 + rng.integers(1, 1024, s) * 2.0**-44 for s in ((40, 512), (512, 30)))
    want = nf.matmul(a, b), nf.fdot(a[0], b[:, 0]), nf.fsum(a)
    assert libm.fesetround(UPWARD) == 0
    try:
        got = nf.matmul(a, b), nf.fdot(a[0], b[:, 0]), nf.fsum(a)
        assert libm.fegetround() == UPWARD
    finally:
        libm.fesetround(NEAREST)
    assert (got[0] == want[0]).all()
    assert got[1:] == want[1:]
