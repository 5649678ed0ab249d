# SPDX-License-Identifier: BSD-3-Clause
"""Do several threads give the bits, and the flags, that one gives for a large elementwise call?"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import numformats as nf
from helpers import array, plain, random_codes

N = 300_001  # ten pieces, the last one short
FORMATS = [nf.posit32, nf.bfloat16, nf.q15, nf.float8_e4m3fn, nf.posit64, nf.mlu32,
           nf.Float(8, 7, rounding="stochastic"), nf.Posit(24, es=3)]  # fmt: skip
by_format = pytest.mark.parametrize("T", FORMATS, ids=str)


@pytest.fixture(autouse=True)
def one_thread_afterwards():
    before = nf.get_num_threads()
    yield
    nf.set_num_threads(1)
    nf.threads._number = before


def results(T, n=N):
    """Codes of many operations, from one state of the random words."""
    rng = np.random.default_rng(5)
    a, b = (array(T, random_codes(T, n, rng)) for _ in "ab")
    nf.seed(7)
    with np.errstate(all="ignore"):
        found = [a + b, a * b, a / b, np.sqrt(a), nf.fma(a, b, a), a < b, np.maximum(a, b), -a,
                 *np.divmod(a[:70_000], b[:70_000]), a.astype(np.float64), a.astype(nf.posit16),
                 rng.standard_normal(n).astype(T), a[1::2] + b[:-1:2], a + b[:1],
                 np.add.accumulate(a[:70_000]), a[:70_000].sum(keepdims=True)]  # fmt: skip
        found.append(np.add(a, b, out=a))
    return [plain(r).tobytes() if hasattr(r.dtype.type, "format") else r.tobytes() for r in found]


@by_format
def test_the_same_bits(T):
    nf.set_num_threads(1)
    alone = results(T)
    for n in (2, 3, 8):
        nf.set_num_threads(n)
        assert results(T) == alone


def test_flags_of_any_part_are_raised():
    a = np.ones(N, nf.posit32)
    b = a.copy()
    for n in (1, 4):
        nf.set_num_threads(n)
        for at in (0, N // 2, N - 1):
            b[at] = 0
            with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="divide"):
                a / b
            b[at] = 1
        with np.errstate(all="raise"):
            assert (a / b == 1).all()


def test_calls_from_threads_of_python():
    T = nf.bposit32
    nf.set_num_threads(1)
    alone = results(T)
    nf.set_num_threads(3)
    with ThreadPoolExecutor(4) as pool:
        assert all(r == alone for r in pool.map(lambda _: results(T), range(4)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_child_of_fork_has_threads_of_its_own():
    T = nf.posit32
    nf.set_num_threads(3)
    alone = results(T)
    child = os.fork()
    if child == 0:
        os._exit(0 if results(T) == alone else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert results(T) == alone
