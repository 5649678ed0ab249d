# SPDX-License-Identifier: BSD-3-Clause
"""Do results stay the same when the thread rounds otherwise and flushes subnormals?

Some libraries set these modes when they are loaded.  glibc's fenv_t of x86-64 ends with MXCSR.
"""

from __future__ import annotations

import ctypes
import platform
from contextlib import contextmanager

import numpy as np
import pytest

import numformats as nf
from helpers import array, plain, random_codes

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc", reason="x86-64, glibc"
)
# rounding down, up, toward zero, nearest; results and operands flushed to zero
MODES = {"down": 0x2000, "up": 0x4000, "zero": 0x6000, "flush": 0x8040, "zero, flush": 0xE040}
FORMATS = [nf.posit32, nf.bposit32, nf.takum_linear32, nf.binary32, nf.binary64, nf.bfloat16, nf.binary16,
           nf.tf32, nf.mlu32, nf.q31, nf.posit16, nf.float8_e5m2, nf.posit64,
           nf.Float(8, 23, rounding="toward_positive"), nf.Fixed(32, 20, overflow="wrap")]  # fmt: skip


@contextmanager
def mxcsr(bits):
    """MXCSR with these bits set."""
    libm = ctypes.CDLL("libm.so.6")
    state, before = (ctypes.c_uint32 * 8)(), (ctypes.c_uint32 * 8)()
    libm.fegetenv(state)
    libm.fegetenv(before)
    state[7] = (state[7] & ~0xE040) | bits
    libm.fesetenv(state)
    try:
        yield
    finally:
        libm.fesetenv(before)


def test_the_modes_are_seen_by_the_host():
    tiny, one, three = np.float32([1e-40]), np.float32([1]), np.float32([3])
    with mxcsr(MODES["flush"]):
        assert (tiny * one)[0] == 0
    with mxcsr(MODES["down"]):
        down = (one / three)[0]
    assert down < (one / three)[0]


def operands(T):
    """Made in the usual modes: NumPy's own numbers depend on them."""
    rng = np.random.default_rng(3)
    codes = [array(T, random_codes(T, 1000, rng)) for _ in "abc"]
    small = np.concatenate([rng.standard_normal(500) * 1e-310, rng.standard_normal(500) * 1e-40])
    return *codes, small, small.astype(np.float32), rng.standard_normal(1000)


def results(T, a, b, c, *doubles):
    with np.errstate(all="ignore"):
        found = [a + b, a - b, a * b, a / b, np.sqrt(a), nf.fma(a, b, c), np.rint(a), np.square(a),
                 a < b, a.astype(np.float32), a.astype(np.float64), a.astype(np.int64),
                 *(x.astype(T) for x in doubles), np.vecdot(a, b), a[:1] + b[:1], np.sort(a),
                 a[:900].reshape(30, 30) @ b[:900].reshape(30, 30)]  # fmt: skip
    return [plain(r).tobytes() if hasattr(r.dtype.type, "format") else r.tobytes() for r in found]


@pytest.mark.parametrize("T", FORMATS, ids=str)
@pytest.mark.parametrize("bits", MODES.values(), ids=MODES)
def test_the_same_bits(T, bits):
    drawn = operands(T)
    usual = results(T, *drawn)
    with mxcsr(bits):
        found = results(T, *drawn)
    assert found == usual
