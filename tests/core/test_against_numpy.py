# SPDX-License-Identifier: BSD-3-Clause
"""Does NumPy's own arithmetic give the bits of binary16, binary32 and binary64?

Other libraries that nobody here wrote: test_against_ml_dtypes.py (and gfloat) and
test_against_mpfr.py.
"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from helpers import array, raised, random_codes

NUMPY = {
    "binary16": (nf.binary16, np.float16, np.uint16),
    "binary32": (nf.binary32, np.float32, np.uint32),
    "binary64": (nf.binary64, np.float64, np.uint64),
}
by_numpy = pytest.mark.parametrize("name", NUMPY)
UNARY = ["negative", "positive", "absolute", "fabs", "sign", "sqrt", "square", "reciprocal",
         "rint", "floor", "ceil", "trunc", "spacing", "isnan", "isinf", "isfinite", "signbit",
         "conjugate", "modf", "frexp"]  # fmt: skip
BINARY = ["add", "subtract", "multiply", "divide", "floor_divide", "remainder", "fmod", "divmod",
          "copysign", "nextafter", "maximum", "minimum", "fmax", "fmin", "heaviside", "equal",
          "not_equal", "less", "less_equal", "greater", "greater_equal"]  # fmt: skip


def operands(name):
    """Codes: all pairs of edges, then random ones, many of them near each other."""
    T, _, u = NUMPY[name]
    f = T.format
    rng = np.random.default_rng(f.bits)
    top = (1 << f.exp) - 1
    one = f.bias << f.man
    magnitudes = [0, 1, 2, (1 << f.man) - 1, 1 << f.man, (1 << f.man) + 1, one - 1, one, one + 1,
                  one + (1 << f.man), one + (3 << f.man - 1), (top << f.man) - 1, top << f.man,
                  (top << f.man) | (1 << f.man - 1)]  # fmt: skip
    edges = np.array([m | s << (f.bits - 1) for m in magnitudes for s in (0, 1)], u)
    a, b = (x.ravel() for x in np.meshgrid(edges, edges))
    x, y = random_codes(T, 20000, rng), random_codes(T, 20000, rng)
    y[:8000] = x[:8000] ^ rng.integers(0, 64, 8000).astype(u)
    # exponents that are not far apart
    y[8000:14000] = y[8000:14000] & u((1 << f.man) - 1) | x[8000:14000] & ~u((1 << f.man) - 1)
    return np.concatenate([a, x]), np.concatenate([b, y])


def same(ours, theirs):
    """Equal codes; of NaN only that it is NaN.  Integers and truths: equal."""
    if ours.dtype.isbuiltin == 1:
        return ours == theirs
    u = f"u{theirs.dtype.itemsize}"
    return (nf.to_bits(ours) == theirs.view(u)) | (np.isnan(ours) & np.isnan(theirs))


def assert_same(what, ours, theirs, *codes):
    ours, theirs = (r if isinstance(r, tuple) else (r,) for r in (ours, theirs))
    for g, w in zip(ours, theirs, strict=True):
        wrong = np.flatnonzero(~same(g, w))
        assert not wrong.size, (what, [hex(int(c[wrong[0]])) for c in codes], g[wrong[0]],
                                w[wrong[0]], wrong.size)  # fmt: skip


@by_numpy
@pytest.mark.parametrize("ufunc", UNARY)
def test_numpy_unary(name, ufunc):
    T, t, _ = NUMPY[name]
    codes, more = operands(name)
    codes = np.arange(65536, dtype=np.uint16) if name == "binary16" else np.append(codes, more)
    function = getattr(np, ufunc)
    with np.errstate(all="ignore"):
        ours, theirs = function(array(T, codes)), function(codes.view(t))
    if ufunc == "spacing" and name == "binary16":
        # NumPy's half, alone, steps toward +inf from negative numbers
        keep = ~np.signbit(codes.view(t))
        ours, theirs, codes = ours[keep], theirs[keep], codes[keep]
    if ufunc == "frexp":  # C leaves the exponent of NaN and infinity open
        finite = np.isfinite(codes.view(t))
        theirs = (theirs[0], np.where(finite, theirs[1], 0))
    assert_same(ufunc, ours, theirs, codes)


def exact_quotient(a, b, t):
    """Where the exact quotient of a and b is so small that NumPy's route through fmod is exact."""
    with np.errstate(all="ignore"):
        return np.abs(np.floor(a.astype(float) / b)) < 2.0 ** np.finfo(t).nmant


@by_numpy
@pytest.mark.parametrize("ufunc", BINARY)
def test_numpy_binary(name, ufunc):
    T, t, _ = NUMPY[name]
    a, b = operands(name)
    x, y = a.view(t), b.view(t)
    function = getattr(np, ufunc)
    with np.errstate(all="ignore"):
        ours, theirs = function(array(T, a), array(T, b)), function(x, y)
    keep = np.ones(a.size, bool)
    if ufunc in {"floor_divide", "divmod"}:
        # NumPy divides a - fmod(a, b), rounded, by b: not the floor of the quotient when large
        keep = exact_quotient(x, y, t) | ~np.isfinite(x) | ~np.isfinite(y) | (y == 0)
    if ufunc in {"remainder", "divmod", "floor_divide"}:
        # a tiny negative a: NumPy rounds a + b, as here, but its quotient is then 0 or -1 by chance
        keep &= ~_rounded_up_to_b(x, y) if ufunc != "remainder" else keep
    if ufunc in {"maximum", "minimum", "fmax", "fmin"}:
        keep &= ~(
            (x == 0) & (y == 0)
        )  # the order of -0 and +0 is open in NumPy; IEEE 754-2019 here
    if ufunc == "nextafter" and name == "binary16":
        keep &= ~((x == 0) & (y == 0))  # C returns y when x == y; NumPy's half returns x
    pick = lambda r: tuple(p[keep] for p in r) if isinstance(r, tuple) else r[keep]  # noqa: E731
    assert_same(ufunc, pick(ours), pick(theirs), a[keep], b[keep])
    assert keep.sum() > 12000


def _rounded_up_to_b(x, y):
    with np.errstate(all="ignore"):
        return np.isfinite(x) & np.isfinite(y) & (np.remainder(x, y) == y)


@by_numpy
def test_numpy_ldexp_and_integers(name):
    T, t, _ = NUMPY[name]
    a, _ = operands(name)
    k = np.random.default_rng(1).integers(-300, 300, a.size)
    with np.errstate(all="ignore"):
        assert_same("ldexp", np.ldexp(array(T, a), k), np.ldexp(a.view(t), k), a, k)
        a = a[~np.isnan(a.view(t))]  # a signalling NaN ** 0 is NaN to NumPy, any NaN ** 0 is 1 here
        for i in (0, 1, 2):
            ours, theirs = np.power(array(T, a), i), np.power(a.view(t), t(i))
            assert_same("power", ours, theirs, a)


@by_numpy
@pytest.mark.parametrize("target", NUMPY)
def test_numpy_casts(name, target):
    T, t, _ = NUMPY[name]
    to, numpy_to, _ = NUMPY[target]
    a, b = operands(name)
    codes = np.append(a, b)
    with np.errstate(all="ignore"):
        want = codes.view(t).astype(numpy_to)
        assert_same("cast", array(T, codes).astype(to), want, codes)
        assert_same("to", array(T, codes).astype(numpy_to).astype(to), want, codes)
        assert_same("from", codes.view(t).astype(to.dtype), want, codes)


@by_numpy
def test_numpy_flags(name):
    """The same calls raise the same of divide, invalid and overflow."""
    T, t, u = NUMPY[name]
    f = T.format
    big = np.array([((1 << f.exp) - 1 << f.man) - 1], u)
    values = {"max": big.view(t), "one": np.ones(1, t), "zero": np.zeros(1, t),
              "inf": np.full(1, np.inf, t), "nan": np.full(1, np.nan, t),
              "minus": -np.ones(1, t)}  # fmt: skip
    for ufunc in ("add", "subtract", "multiply", "divide", "fmod"):
        function = getattr(np, ufunc)
        for x in values.values():
            for y in values.values():
                _, want = raised(function, x, y)
                _, got = raised(function, x.astype(T.dtype), y.astype(T.dtype))
                assert got == want - {"underflow"}, (ufunc, x, y)
    for x in values.values():
        for ufunc in ("sqrt", "square", "reciprocal"):
            _, want = raised(getattr(np, ufunc), x)
            _, got = raised(getattr(np, ufunc), x.astype(T.dtype))
            assert got == want - {"underflow"}, (ufunc, x)
