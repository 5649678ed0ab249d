# SPDX-License-Identifier: BSD-3-Clause
"""What are the derivatives of NumPy's functions?  One table, read by both directions.

An elementwise function has a diagonal Jacobian: "times the derivative" is its own transpose.  So a
rule is one linear map of g per operand, used on tangents (jvp) and on cotangents (vjp) alike;
broadcasting is undone by the tape's numbers, not here.  Write each with as few roundings as the
mathematics allows (g / y, not g * (1 / y)).  None: the function is flat in that operand.
"""

from __future__ import annotations

import numpy as np

import numformats as nf
from numformats.exact import fsum


def same(g, *_):
    return g


def minus(g, *_):
    return -g


ELEMENTWISE = {
    np.add: (same, same),
    np.subtract: (same, minus),
    np.multiply: (lambda g, r, x, y: g * y, lambda g, r, x, y: g * x),
    np.divide: (lambda g, r, x, y: g / y, lambda g, r, x, y: -(g * r) / y),
    np.power: (lambda g, r, x, y: g * (y * x ** (y - 1)), lambda g, r, x, y: g * (r * np.log(x))),
    np.maximum: (
        lambda g, r, x, y: np.where(x >= y, g, 0),
        lambda g, r, x, y: np.where(x >= y, 0, g),
    ),
    np.minimum: (
        lambda g, r, x, y: np.where(x <= y, g, 0),
        lambda g, r, x, y: np.where(x <= y, 0, g),
    ),
    np.hypot: (lambda g, r, x, y: g * x / r, lambda g, r, x, y: g * y / r),
    np.arctan2: (
        lambda g, r, y, x: g * x / (x * x + y * y),
        lambda g, r, y, x: -g * y / (x * x + y * y),
    ),
    np.logaddexp: (lambda g, r, x, y: g * np.exp(x - r), lambda g, r, x, y: g * np.exp(y - r)),
    np.remainder: (same, lambda g, r, x, y: -g * np.floor(x / y)),
    np.negative: (minus,),
    np.absolute: (lambda g, r, x: np.where(x < 0, -g, g),),
    np.fabs: (lambda g, r, x: np.where(x < 0, -g, g),),
    np.sign: (None,),
    np.floor: (None,),
    np.ceil: (None,),
    np.rint: (None,),
    np.trunc: (None,),
    np.square: (lambda g, r, x: g * (x + x),),
    np.sqrt: (lambda g, r, x: g / (r + r),),
    np.cbrt: (lambda g, r, x: g / (3 * (r * r)),),
    np.reciprocal: (lambda g, r, x: -g * (r * r),),
    np.exp: (lambda g, r, x: g * r,),
    np.exp2: (lambda g, r, x: g * (r * _constant(x, "0.6931471805599453094")),),
    np.expm1: (lambda g, r, x: g * np.exp(x),),
    np.log: (lambda g, r, x: g / x,),
    np.log2: (lambda g, r, x: g / (x * _constant(x, "0.6931471805599453094")),),
    np.log10: (lambda g, r, x: g / (x * _constant(x, "2.302585092994045684")),),
    np.log1p: (lambda g, r, x: g / (1 + x),),
    np.sin: (lambda g, r, x: g * np.cos(x),),
    np.cos: (lambda g, r, x: -g * np.sin(x),),
    np.tan: (lambda g, r, x: g * (1 + r * r),),
    np.arcsin: (lambda g, r, x: g / np.sqrt((1 - x) * (1 + x)),),
    np.arccos: (lambda g, r, x: -g / np.sqrt((1 - x) * (1 + x)),),
    np.arctan: (lambda g, r, x: g / (1 + x * x),),
    np.sinh: (lambda g, r, x: g * np.cosh(x),),
    np.cosh: (lambda g, r, x: g * np.sinh(x),),
    np.tanh: (lambda g, r, x: g * ((1 - r) * (1 + r)),),
    np.arcsinh: (lambda g, r, x: g / np.hypot(1, x),),
    np.arccosh: (lambda g, r, x: g / np.sqrt((x - 1) * (x + 1)),),
    np.arctanh: (lambda g, r, x: g / ((1 - x) * (1 + x)),),
    nf.sigmoid: (lambda g, r, x: g * (r * (1 - r)),),
    nf.softplus: (lambda g, r, x: g * nf.sigmoid(x),),
    nf.rsqrt: (lambda g, r, x: -(g * r) / (x + x),),
    nf.fma: (lambda g, r, x, y, z: g * y, lambda g, r, x, y, z: g * x, same),
    nf.erf: (lambda g, r, x: g * (np.exp(-x * x) * _constant(x, "1.1283791670955125739")),),
}


def _constant(x, text):
    """A constant rounded once to the format of x."""
    return np.asarray(float(text)).astype(x.dtype)


# Linear and bilinear functions: forward, they act on tangents as on values; backward, these.
def _sum_back(g, shape, axis=None, keepdims=False, **_):
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)


def _cumsum_back(g, shape, axis=None, **_):
    if axis is None:
        return np.flip(np.cumsum(np.flip(g))).reshape(shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


LINEAR = {np.sum: _sum_back, fsum: _sum_back, np.cumsum: _cumsum_back}


def _matmul_back_left(g, x, y):
    if y.ndim == 1:
        return g[..., None] * y if x.ndim > 1 else g * y
    return (
        g @ np.swapaxes(y, -1, -2)
        if x.ndim > 1
        else np.swapaxes(y @ g[..., None], -1, -2)[..., 0, :]
    )


def _matmul_back_right(g, x, y):
    if x.ndim == 1:
        return g * x if y.ndim == 1 else x[:, None] * g[..., None, :]
    return np.swapaxes(x, -1, -2) @ g if y.ndim > 1 else np.swapaxes(x, -1, -2) @ g


BILINEAR = {np.matmul: (_matmul_back_left, _matmul_back_right)}
