# SPDX-License-Identifier: BSD-3-Clause
"""What is the true result?  The same code in 50 digits, in exact fractions, or in twice float64.

An Algebra says how numbers are held (one array of objects, or two of float64) and what ufuncs and
sums do to them; Reference makes any algebra an interpreter.
"""

from __future__ import annotations

import functools
from fractions import Fraction

import mpmath
import numpy as np

import numformats as nf
from numformats.exact import fsum
from numformats.tracing.lowering import LOWERED
from numformats.tracing.value import Interpreter, Traced, _fail, as_traced

COMPARISONS = {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}


def to_f64(a):
    a = np.asarray(a)
    with np.errstate(all="ignore"):
        return a.astype(np.float64)


OURS = {nf.fma, nf.sigmoid, nf.erf, nf.softplus, nf.rsqrt}
_sure = functools.cache(lambda: mp_algebra(50))


class Float64:
    """float64 itself: beside a format of 24 bits or fewer it is truth enough, and fast."""

    count, exact = 1, False

    def lift(self, plain):
        return (to_f64(plain),)

    def ufunc(self, f, *xs):
        if f in OURS:  # through 50 digits, rounded
            return (to_f64(_sure().ufunc(f, *(_sure().lift(x[0]) for x in xs))[0]),)
        return (f(*(x[0] for x in xs)),)

    def sum(self, x, axis, keepdims):
        return (np.sum(x[0], axis=axis, keepdims=keepdims),)

    def cumsum(self, x, axis):
        return (np.cumsum(x[0], axis=axis),)

    def matmul(self, x, y):
        return (np.matmul(x[0], y[0]),)

    def key(self, x):
        return x[0]

    def f64(self, x):
        return x[0]


class Objects(Float64):
    """Python numbers in object arrays: mpmath (sure), gmpy2 or flint (fast), Fraction (exact)."""

    def __init__(self, convert, functions, zero):
        self.convert, self.zero = np.frompyfunc(convert, 1, 1), zero
        self.functions = {f: np.frompyfunc(g, f.nin, 1) for f, g in functions.items()}

    def lift(self, plain):
        plain = np.asarray(plain)
        out = np.empty(plain.shape, object)
        out[...] = self.convert(plain.astype(object))
        return (out,)

    def ufunc(self, f, *xs):
        xs = [x[0] for x in xs]
        if f in self.functions:
            return (self._object(self.functions[f](*xs)),)
        if f in _NATIVE:
            return (self._object(f(*xs)),)
        return _fail(f"np.{f.__name__} has no meaning in this reference")

    def _object(self, a):
        if isinstance(a, np.ndarray):
            return a
        out = np.empty((), object)
        out[()] = a
        return out

    def sum(self, x, axis, keepdims):
        return (self._object(np.add.reduce(x[0], axis=axis, keepdims=keepdims, initial=self.zero)),)

    def matmul(self, x, y):
        return (self._object(np.matmul(x[0], y[0])),)

    def f64(self, x):
        return to_f64(x[0])


_NATIVE = {np.add, np.subtract, np.multiply, np.negative, np.absolute, np.maximum, np.minimum}


def mp_algebra(digits=50):
    ctx = mpmath.MPContext()
    ctx.dps = digits

    def convert(v):
        if isinstance(v, ctx.mpf):
            return v
        if isinstance(v, (bool, int, np.integer, np.bool_)):
            return ctx.mpf(int(v))
        if isinstance(v, complex):
            _fail("complex numbers are not traced")
        if isinstance(v, float) or not np.isfinite(v):
            return ctx.mpf(float(v))
        top, bottom = v.as_integer_ratio()
        return ctx.mpf(top) / bottom

    def divide(x, y):
        if y == 0:
            return ctx.nan if x == 0 or ctx.isnan(x) else (ctx.inf if x > 0 else ctx.ninf)
        return x / y

    def real(g):
        def function(*xs):
            r = g(*xs)
            return ctx.nan if isinstance(r, ctx.mpc) else r

        return function

    names = {
        np.sqrt: "sqrt",
        np.exp: "exp",
        np.log: "ln",
        np.log1p: "log1p",
        np.expm1: "expm1",
        np.sin: "sin",
        np.cos: "cos",
        np.tan: "tan",
        np.arcsin: "asin",
        np.arccos: "acos",
        np.arctan: "atan",
        np.sinh: "sinh",
        np.cosh: "cosh",
        np.tanh: "tanh",
        np.arcsinh: "asinh",
        np.arccosh: "acosh",
        np.arctanh: "atanh",
        np.cbrt: "cbrt",
        np.log10: "log10",
        np.hypot: "hypot",
        np.arctan2: "atan2",
        np.power: "power",
        np.floor: "floor",
        np.ceil: "ceil",
        np.rint: "nint",
        np.fabs: "fabs",
        np.sign: "sign",
    }
    table = {f: real(getattr(ctx, n)) for f, n in names.items()}
    table |= {
        nf.fma: lambda x, y, z: x * y + z,
        nf.sigmoid: lambda x: 1 / (1 + ctx.exp(-x)),
        nf.erf: ctx.erf,
        nf.softplus: lambda x: ctx.log1p(ctx.exp(x)),
        nf.rsqrt: real(lambda x: 1 / ctx.sqrt(x)),
    }
    table |= {
        np.logaddexp: lambda x, y: max(x, y) + ctx.log1p(ctx.exp(-abs(x - y))),
        np.remainder: lambda x, y: x - y * ctx.floor(x / y),
    }
    table |= {
        np.divide: divide,
        np.exp2: lambda x: ctx.mpf(2) ** x,
        np.log2: real(lambda x: ctx.log(x, 2)),
    }
    return Objects(convert, table, ctx.mpf(0))


def fraction_algebra():
    def convert(v):
        return v if isinstance(v, Fraction) else Fraction(*v.as_integer_ratio())

    table = {
        np.divide: lambda x, y: x / y,
        np.power: lambda x, y: x ** int(y),
        np.floor: lambda x: Fraction(x.__floor__()),
        np.sign: lambda x: Fraction((x > 0) - (x < 0)),
    }
    return Objects(convert, table, Fraction(0))


# ---- twice float64: two arrays, error-free transformations, about 104 bits ------------------------
def two_sum(a, b):
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def _split(a):
    t = a * 134217729.0
    high = t - (t - a)
    return high, a - high


def two_product(a, b):
    p = a * b
    ah, al = _split(a)
    bh, bl = _split(b)
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


def _fast(s, e):
    t = s + e
    return t, np.where(np.isfinite(t), e - (t - s), 0.0)


def dd_add(x, y):
    s, e = two_sum(x[0], y[0])
    t, f = two_sum(x[1], y[1])
    s, e = _fast(s, e + t)
    return _fast(s, e + f)


def dd_mul(x, y):
    p, e = two_product(x[0], y[0])
    return _fast(p, e + (x[0] * y[1] + x[1] * y[0]))


def dd_neg(x):
    return -x[0], -x[1]


def dd_div(x, y):
    q = x[0] / y[0]
    r = dd_add(x, dd_neg(dd_mul((q, np.zeros_like(q)), y)))
    q2 = r[0] / y[0]
    r = dd_add(r, dd_neg(dd_mul((q2, np.zeros_like(q2)), y)))
    s, e = _fast(q, q2)
    s, e = dd_add((s, e), (r[0] / y[0], np.zeros_like(q)))
    bad = ~np.isfinite(q)
    return np.where(bad, q, s), np.where(bad, 0.0, e)


def dd_sqrt(x):
    s = np.sqrt(x[0])
    p, e = two_product(s, s)
    r = dd_add(x, (-p, -e))
    fix = np.where(s > 0, r[0] / (2 * np.where(s > 0, s, 1)), 0.0)
    return _fast(s, fix)


_LN2 = (0.6931471805599453, 2.3190468138462996e-17)
_COEFFICIENTS = []
for _k in range(2, 12):
    _f = Fraction(1, int(mpmath.factorial(_k)))
    _h = float(_f)
    _COEFFICIENTS.append((_h, float(_f - Fraction(_h))))


def dd_exp(x):
    k = np.rint(x[0] / _LN2[0])
    k0 = (k, np.zeros_like(k))
    r = dd_add(x, dd_neg(dd_mul(k0, _LN2)))
    r = (r[0] / 256, r[1] / 256)
    total = _COEFFICIENTS[-1]
    for c in _COEFFICIENTS[-2::-1]:
        total = dd_add(dd_mul(total, r), c)
    total = dd_add(dd_mul(dd_mul(total, r), r), r)  # exp(r) - 1
    for _ in range(8):
        total = dd_add((2 * total[0], 2 * total[1]), dd_mul(total, total))
    total = dd_add(total, (np.ones_like(k), np.zeros_like(k)))
    scale = np.ldexp(1.0, np.clip(k, -1074, 1023).astype(int))
    plain = np.exp(x[0])
    bad = ~np.isfinite(plain) | (plain == 0)
    return np.where(bad, plain, total[0] * scale), np.where(bad, 0.0, total[1] * scale)


def dd_log(x):
    y = np.log(x[0])
    e = dd_mul(x, dd_exp((-y, np.zeros_like(y))))
    e = dd_add(e, (-np.ones_like(y), np.zeros_like(y)))
    return np.where(
        np.isfinite(y),
        dd_add((y, np.zeros_like(y)), (e[0] - e[0] * e[0] / 2, e[1])),
        (y, np.zeros_like(y)),
    )


def _ratio(value):
    return Fraction(*(int(i) for i in value.as_integer_ratio()))


BLOCK = 4096


class DoubleDouble(Float64):
    """Two float64 arrays: about 31 digits at some ten array operations each; others by mpmath."""

    count = 2

    def __init__(self):
        self.sure = mp_algebra(40)
        self.table = {
            np.add: dd_add,
            np.subtract: lambda x, y: dd_add(x, dd_neg(y)),
            np.multiply: dd_mul,
            np.divide: dd_div,
            np.negative: dd_neg,
            np.sqrt: dd_sqrt,
            np.exp: dd_exp,
            np.log: dd_log,
            np.absolute: lambda x: tuple(np.where(x[0] < 0, -p, p) for p in x),
            np.maximum: lambda x, y: self.pick(self.less(x, y), y, x),
            np.minimum: lambda x, y: self.pick(self.less(y, x), y, x),
        }

    def lift(self, plain):
        plain = np.asarray(plain)
        high = to_f64(plain)
        low = np.zeros_like(high)
        if plain.dtype.itemsize > 4 and plain.dtype != np.float64 and plain.dtype.kind != "b":
            inexact = np.isfinite(high) & (high.astype(plain.dtype) != plain)
            if inexact.any():  # more than 53 bits, as in posit64 and int64
                low[inexact] = [
                    float(_ratio(v) - Fraction(h))
                    for v, h in zip(plain[inexact].astype(object), high[inexact].tolist())
                ]
        return high, low

    def pick(self, where, x, y):
        return tuple(np.where(where, a, b) for a, b in zip(x, y))

    def less(self, x, y):
        return (x[0] < y[0]) | ((x[0] == y[0]) & (x[1] < y[1])) | np.isnan(y[0])

    def ufunc(self, f, *xs):
        shape = np.broadcast_shapes(*(x[0].shape for x in xs))
        if f not in self.table or int(np.prod(shape)) <= BLOCK:
            return self._apply(f, *xs)
        flat = [
            tuple(np.broadcast_to(p, shape).reshape(-1) for p in x) for x in xs
        ]  # blocks stay in cache
        blocks = [
            self._apply(f, *(tuple(p[i : i + BLOCK] for p in x) for x in flat))
            for i in range(0, flat[0][0].size, BLOCK)
        ]
        return tuple(np.concatenate(b).reshape(shape) for b in zip(*blocks))

    def _apply(self, f, *xs):
        with np.errstate(all="ignore"):
            if f in self.table:
                return self.table[f](*xs)
            ctx_parts = [(self.sure.lift(x[0])[0] + self.sure.lift(x[1])[0],) for x in xs]
            (r,) = self.sure.ufunc(f, *ctx_parts)
            high = to_f64(r)
            return high, np.where(
                np.isfinite(high), to_f64(r - self.sure.lift(np.nan_to_num(high))[0]), 0.0
            )

    def sum(self, x, axis, keepdims):
        if axis is None:
            shape = (1,) * x[0].ndim if keepdims else ()
            s = self.sum((x[0].ravel(), x[1].ravel()), 0, False)
            return s[0].reshape(shape), s[1].reshape(shape)
        if isinstance(axis, tuple):
            for a in sorted((a % x[0].ndim for a in axis), reverse=True):
                x = self.sum(x, a, True)
            return x if keepdims else tuple(np.squeeze(p, axis) for p in x)
        x = tuple(np.moveaxis(p, axis, 0) for p in x)
        while len(x[0]) > 1:
            half = len(x[0]) // 2
            y = dd_add(tuple(p[:half] for p in x), tuple(p[half : 2 * half] for p in x))
            x = tuple(np.concatenate([a, p[2 * half :]]) for a, p in zip(y, x))
        x = x if len(x[0]) else tuple(np.zeros((1, *p.shape[1:])) for p in x)
        return tuple(np.moveaxis(p, 0, axis) if keepdims else p[0] for p in x)

    def cumsum(self, x, axis):
        x = tuple(p.ravel() if axis is None else np.moveaxis(p, axis, 0) for p in x)
        out = tuple(np.array(p) for p in x)  # Hillis and Steele: log n array additions
        step = 1
        while step < len(out[0]):
            new = dd_add(tuple(p[step:] for p in out), tuple(p[:-step] for p in out))
            out = tuple(np.concatenate([p[:step], n]) for p, n in zip(out, new))
            step *= 2
        return tuple(p if axis is None else np.moveaxis(p, 0, axis) for p in out)

    def matmul(self, x, y):
        left = tuple(p[None, :] if p.ndim == 1 else p for p in x)
        right = tuple(p[:, None] if p.ndim == 1 else p for p in y)
        if (
            left[0].shape[-2] * right[0].shape[-1] <= left[0].shape[-1]
        ):  # few long rows: all products, then sums
            turned = tuple(np.swapaxes(p, -1, -2) for p in right)
            terms = self.ufunc(
                np.multiply,
                tuple(p[..., :, None, :] for p in left),
                tuple(p[..., None, :, :] for p in turned),
            )
            total = self.sum(terms, -1, False)
        else:
            total = None
            for k in range(left[0].shape[-1]):
                term = dd_mul(
                    tuple(p[..., :, k, None] for p in left),
                    tuple(p[..., None, k, :] for p in right),
                )
                total = term if total is None else dd_add(total, term)
        if x[0].ndim == 1:
            total = tuple(p[..., 0, :] for p in total)
        if y[0].ndim == 1:
            total = tuple(p[..., 0] for p in total)
        return total

    def key(self, x):
        return x[0]


class Reference(Interpreter):
    """The function in an algebra; x.dtype is the format it stands for."""

    def __init__(self, algebra, dtype=np.dtype(np.float64)):
        super().__init__()
        self.algebra, self.count, self._dtype = algebra, algebra.count, np.dtype(dtype)

    def dtype(self, parts):
        return self._dtype

    def lift(self, plain):
        return self.of(*self.algebra.lift(plain))

    def face(self, x):
        return self.algebra.key(x.parts)

    def cast(self, x, dtype):
        return self.of(*x.parts)  # a cast rounds nothing here

    def f64(self, x):
        return self.algebra.f64(x.parts)

    def predicate(self, f, args, kwargs):
        if f in COMPARISONS and self.algebra.count == 2:  # the sign of the difference decides
            with np.errstate(all="ignore"):
                x, y = (as_traced(self, a).parts for a in args)
                d = self.algebra.ufunc(np.subtract, x, y)
                same = (x[0] == y[0]) & (x[1] == y[1])
                sign = np.where(same, 0.0, np.where(np.isnan(d[0]), x[0] - y[0], d[0]))
                return f(sign, 0.0)
        if f in {np.isnan, np.isfinite, np.isinf, np.signbit, np.isclose, np.allclose}:
            args = [self.f64(a) if isinstance(a, Traced) else a for a in args]
            return f(*args, **kwargs)
        if f in COMPARISONS:
            args = [as_traced(self, a) for a in args]
        r = super().predicate(f, args, kwargs)
        return r.astype(bool) if isinstance(r, np.ndarray) and r.dtype == object else r

    def number(self, f, args, kwargs):
        if f is np.sum or f is fsum:
            a = self.algebra.sum(
                as_traced(self, args[0]).parts,
                kwargs.get("axis", args[1] if len(args) > 1 else None),
                kwargs.get("keepdims", False),
            )
            return self.of(*a)
        if f is np.cumsum:
            return self.of(
                *self.algebra.cumsum(
                    as_traced(self, args[0]).parts,
                    kwargs.get("axis", args[1] if len(args) > 1 else None),
                )
            )
        if f is np.matmul:
            return self.of(*self.algebra.matmul(*(as_traced(self, a).parts for a in args)))
        if f is np.square:
            return args[0] * args[0]
        if f in LOWERED:
            return LOWERED[f](*args, **kwargs)
        if isinstance(f, np.ufunc):
            return self.of(*self.algebra.ufunc(f, *(as_traced(self, a).parts for a in args)))
        return _fail(f"{f.__module__}.{f.__name__} is not traced")
