# SPDX-License-Identifier: BSD-3-Clause
"""Do four threads get the bits that one gets?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

import numformats as nf
from helpers import array, plain, random_codes

FORMATS = [nf.posit8, nf.float8_e4m3fn, nf.posit16, nf.posit32, nf.takum_linear64, nf.mlu32, nf.q15]
THREADS = 4
N = 40_000


def operands(T):
    rng = np.random.default_rng(T.format.bits)
    return [array(T, random_codes(T, N, rng)) for _ in range(3)]


def work(a, b, c):
    """Codes of many results; tables of 8-bit formats are made by the first that comes."""
    with np.errstate(all="ignore"):
        results = [a + b, a - b, a * b, a / b, np.sqrt(a), nf.fma(a, b, c), np.maximum(a, b), -a,
                   a[:64].reshape(8, 8) @ b[:64].reshape(8, 8), a.astype(np.float64).astype(a.dtype),
                   np.sort(a[:5000]), np.add.accumulate(a[:2000]), a**3]  # fmt: skip
    return [plain(r).tolist() for r in results] + [(a < b).tolist(), np.isnan(a).tolist()]


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)
def test_shared_inputs(T):
    shared = operands(T)
    start = Barrier(THREADS)

    def one(_):
        start.wait()
        return work(*shared)

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(one, range(THREADS)))
    alone = work(*shared)
    assert all(f == alone for f in found)


def test_tables_of_a_new_format_made_by_four_threads_at_once():
    """The first use of an 8-bit format fills its tables; no thread may see a half-filled one."""
    for man in (1, 2, 4, 5):
        T = nf.Float(7 - man, man, overflow="saturate", rounding="nearest_away")
        shared = operands(T)
        start = Barrier(THREADS)

        def one(_, shared=shared, start=start):
            start.wait()
            with np.errstate(all="ignore"):
                return [plain(f(*shared[:2])).tolist() for f in (np.add, np.multiply, np.divide)]

        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(one, range(THREADS)))
        assert all(f == found[0] for f in found)


def test_formats_made_at_once():
    start = Barrier(THREADS)

    def make(_):
        start.wait()
        return [nf.Posit(n, es=e) for n in range(35, 60) for e in (0, 4)] + [
            nf.Fixed(n, 3) for n in range(17, 30)
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(make, range(THREADS)))
    assert all(f == found[0] for f in found)
    assert len(set(found[0])) == len(found[0])
    assert np.ones(2, found[0][0]).sum() == 2


def test_errstate_of_one_thread_is_its_own():
    zero, one = np.zeros(4, nf.posit32), np.ones(4, nf.posit32)
    start = Barrier(2)

    def quiet():
        with np.errstate(all="ignore"):
            start.wait()
            return [np.isnan(one / zero).all() for _ in range(50)]

    def strict():
        with np.errstate(all="raise"):
            start.wait()
            count = 0
            for _ in range(50):
                try:
                    one / zero
                except FloatingPointError:
                    count += 1
            return count

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(quiet), pool.submit(strict)
        assert all(first.result())
        assert second.result() == 50


def test_stochastic_streams_are_never_shared():
    """Each call takes a stream of its own, whichever thread makes it."""
    T = nf.Float(8, 7, rounding="stochastic")
    x = np.full(3000, 1 / 3, T)
    y = np.full(3000, 1 + 2**-7, T)
    nf.seed(11)
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda _: tuple(plain(x * y).tolist()), range(13)))
    nf.seed(11)
    alone = [tuple(plain(x * y).tolist()) for _ in range(13)]
    assert len(set(alone)) == 13
    assert set(results) == set(alone)
