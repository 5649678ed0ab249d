# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays of double-doubles reach the core?

A pair (high, low) of float64 arrays is an exact sum: high is it rounded to nearest, and low is 0
where high is no finite number.  Results are such pairs, too.  Infinities, NaN and signs of zeros
are those of float64.  Relative errors, with u = 2**-53: a sum 3 u**2, a product 7 u**2, a quotient
12 u**2, a root 5 u**2, any function 2**-96; below 2**-900 few 2**-1074 are added.  The same bits at
every CPU level.  Bounds: Joldes, Muller, Popescu, "Tight and rigorous error bounds for basic
building blocks of double-word arithmetic", ACM TOMS 44 (2017), and proofs/README.md.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import numformats as nf
from numformats import _dtypes
from numformats._native import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BLOCKS", "COMPARISONS", "Pair", "cumsum", "matmul", "total"]

Array: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Array, Array]

# The ufuncs that the core computes, and its names of them (nf_ops.def).  Of other ufuncs the truth
# is in decimal digits.
_NAMES: dict[np.ufunc, str] = {
    np.add: "add", np.subtract: "sub", np.multiply: "mul", np.divide: "div", np.negative: "neg",
    np.positive: "pos", np.absolute: "abs", np.fabs: "abs", np.sign: "sign", np.sqrt: "sqrt",
    np.square: "square", np.reciprocal: "reciprocal", np.rint: "rint", np.floor: "floor",
    np.ceil: "ceil", np.trunc: "trunc", np.copysign: "copysign", np.maximum: "maximum",
    np.minimum: "minimum", np.fmax: "fmax", np.fmin: "fmin", nf.fma: "fma",
    np.exp: "exp", np.expm1: "expm1", np.exp2: "exp2", nf.exp2m1: "exp2m1", nf.exp10: "exp10",
    nf.exp10m1: "exp10m1", np.log: "log", np.log1p: "log1p", np.log2: "log2", nf.log2p1: "log2p1",
    np.log10: "log10", nf.log10p1: "log10p1", np.sin: "sin", np.cos: "cos", np.tan: "tan",
    np.arcsin: "arcsin", np.arccos: "arccos", np.arctan: "arctan", nf.arcsinpi: "arcsinpi",
    nf.arccospi: "arccospi", nf.arctanpi: "arctanpi", np.sinh: "sinh", np.cosh: "cosh",
    np.tanh: "tanh", np.arcsinh: "arcsinh", np.arccosh: "arccosh", np.arctanh: "arctanh",
    np.cbrt: "cbrt", nf.rsqrt: "rsqrt", nf.sigmoid: "sigmoid", nf.softplus: "softplus",
    nf.silu: "silu", nf.gelu: "gelu", nf.erf: "erf", nf.erfc: "erfc", np.deg2rad: "deg2rad",
    np.radians: "deg2rad", np.rad2deg: "rad2deg", np.degrees: "rad2deg", np.hypot: "hypot",
    np.power: "pow", np.float_power: "pow", np.arctan2: "arctan2", np.logaddexp: "logaddexp",
    np.logaddexp2: "logaddexp2",
}  # fmt: skip
_ORDER: dict[np.ufunc, str] = {
    np.equal: "equal", np.not_equal: "not_equal", np.less: "less", np.less_equal: "less_equal",
    np.greater: "greater", np.greater_equal: "greater_equal",
}  # fmt: skip


_DOUBLES, _TRUTHS = ffi.typeof("double[]"), ffi.typeof("bool[]")
_OPERANDS = ffi.typeof("nf_dd_array[]")


def _at(a: Array) -> Any:
    return ffi.from_buffer(_DOUBLES, a)


def _common_shape(xs: tuple[Pair, ...]) -> tuple[int, ...]:
    shape = xs[0][0].shape
    for x in xs:
        for part in x:
            if part.shape != shape:
                return np.broadcast(*(p for pair in xs for p in pair)).shape
    return shape


def _dense(part: Array, shape: tuple[int, ...]) -> Array:
    if part.shape != shape:
        part = np.broadcast_to(part, shape)
    return np.ascontiguousarray(part, dtype=np.float64)


def _operands(xs: tuple[Pair, ...]) -> tuple[tuple[int, ...], Any, list[Array]]:
    """Their common shape, C's description of them, and what that points to.

    A single number is not repeated.
    """
    shape = _common_shape(xs)
    described, kept = ffi.new(_OPERANDS, len(xs)), []
    for c, x in zip(described, xs, strict=True):
        one = x[0].size == x[1].size == 1
        high, low = (_dense(part, part.shape if one else shape) for part in x)
        c.hi, c.lo, c.step = _at(high), _at(low), 0 if one else 1
        kept += [high, low]
    return shape, described, kept


def _check(went_on: bool) -> None:
    if not went_on:
        _dtypes.raise_stop()


def _results(shape: tuple[int, ...]) -> Pair:
    return np.empty(shape), np.empty(shape)


def _call(operation: int, *xs: Pair) -> Pair:
    shape, x, _kept = _operands(xs)
    high, low = _results(shape)
    _check(lib.nf_dd_call(operation, x, high.size, _at(high), _at(low)))
    return high, low


def _compare(comparison: int, *xs: Pair) -> NDArray[np.bool_]:
    shape, x, _kept = _operands(xs)
    out = np.empty(shape, dtype=bool)
    _check(lib.nf_dd_compare(comparison, x, out.size, ffi.from_buffer(_TRUTHS, out)))
    return out


def _bound(call: Callable[..., Any], find: Callable[[bytes], int], name: str) -> Any:
    number = find(name.encode())
    if number < 0:
        raise NotImplementedError(f"the core has no {name} of double-doubles")
    return functools.partial(call, number)


# Each takes as many pairs as its ufunc has operands, which broadcast, and gives a pair.
BLOCKS: dict[np.ufunc, Callable[..., Pair]] = {
    f: _bound(_call, lib.nf_dd_find, name) for f, name in _NAMES.items()
}
# Of two pairs, plain truths.
COMPARISONS: dict[np.ufunc, Callable[[Pair, Pair], NDArray[np.bool_]]] = {
    f: _bound(_compare, lib.nf_dd_find_comparison, name) for f, name in _ORDER.items()
}


def _lines(x: Pair, axis: int) -> tuple[tuple[int, int, int], Any, list[Array]]:
    """The lengths before, along and behind an axis."""
    shape = x[0].shape
    outer, n, inner = math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])
    _, described, kept = _operands((x,))
    return (outer, n, inner), described, kept


def total(x: Pair, axis: int) -> Pair:
    """The sums along an axis from 0 on, without it, in pairs.

    The error is at most (8 + log2 n) 3 u**2 times the sum of the magnitudes of the n terms.

    >>> x = np.array([1.0, 2.0**-60, -1.0]), np.zeros(3)
    >>> [float(part) for part in total(x, 0)]
    [8.673617379884035e-19, 0.0]
    """
    high, low = _results(x[0].shape[:axis] + x[0].shape[axis + 1 :])
    (outer, n, inner), described, _kept = _lines(x, axis)
    _check(lib.nf_dd_sum(described, outer, n, inner, _at(high), _at(low)))
    return high, low


def cumsum(x: Pair, axis: int) -> Pair:
    """The running sums along an axis from 0 on, one by one.

    The error of the n-th is at most 3 n u**2 times the sum of the magnitudes of its terms.
    """
    high, low = _results(x[0].shape)
    (outer, n, inner), described, _kept = _lines(x, axis)
    _check(lib.nf_dd_running_sum(described, outer, n, inner, _at(high), _at(low)))
    return high, low


def _swapped(x: Pair) -> Pair:
    return x[0].swapaxes(-1, -2), x[1].swapaxes(-1, -2)


def matmul(x: Pair, y: Pair) -> Pair:
    """Products of stacks of matrices, x[..., m, k] and y[..., k, n]; leading dimensions broadcast.

    The error is at most (3 k + 7) u**2 times the product of the magnitudes.
    """
    m, k = x[0].shape[-2:]
    if y[0].shape[-2] != k:
        raise ValueError(f"matmul: {x[0].shape} and {y[0].shape} do not match")
    n = y[0].shape[-1]
    if n < m:  # the loops run along rows of the result: these are to be long
        return _swapped(_products(_swapped(y), _swapped(x), n, k, m))
    return _products(x, y, m, k, n)


def _products(x: Pair, y: Pair, m: int, k: int, n: int) -> Pair:
    outer = np.broadcast_shapes(x[0].shape[:-2], y[0].shape[:-2])
    high, low = _results((*outer, m, n))
    left = [np.broadcast_to(part, (*outer, m, k)) for part in x]
    right = [np.broadcast_to(part, (*outer, k, n)) for part in y]
    for i in np.ndindex(outer):
        described = [_operands(((a[i], b[i]),)) for a, b in (left, right)]
        (_, a, _kept_a), (_, b, _kept_b) = described
        _check(lib.nf_dd_multiply(m, k, n, a, b, _at(high[i]), _at(low[i])))
    return high, low
