# SPDX-License-Identifier: BSD-3-Clause
"""Which ufuncs are made of others?  Each text has as few steps as the mathematics allows.

What is chosen (the integer in sin(pi x), the sign of y) is chosen by the face; the steps then are
exact, so that the text is as good at zeros and poles as the arithmetic that it runs in.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing import calls
from numformats.tracing.texts import UMATH, Texts, cast, constant, ln2, ln10, pi


def _fmod(x: Any, y: Any) -> Any:
    return x - np.trunc(x / y) * y


def _remainder(x: Any, y: Any) -> Any:
    return x - np.floor(x / y) * y


def _floor_divide(x: Any, y: Any) -> Any:
    return np.floor(x / y)


def _ieee_remainder(x: Any, y: Any) -> Any:
    return x - np.rint(x / y) * y


def _rint_ties_away(x: Any) -> Any:
    below = np.floor(np.absolute(x) + 0.5)
    return np.where(np.signbit(x), -below, below)


def _modf(x: Any) -> tuple[Any, Any]:
    whole = np.trunc(x)
    return np.where(np.isinf(x), 0, x - whole), whole


def _frexp(x: Any) -> tuple[Any, Any]:
    """The exponents are plain integers, from a float64 of the face."""
    _, exponent = np.frexp(_floats(x))
    return _ldexp(x, -exponent), exponent


def _floats(x: Any) -> Any:
    while not isinstance(x, np.ndarray):
        x = x.run.face(x)
    return x.astype(np.float64)


def _ldexp(x: Any, n: Any) -> Any:
    """In two steps, since 2**n itself may leave the range."""
    half = np.asarray(n) // 2
    return x * np.ldexp(1.0, half) * np.ldexp(1.0, n - half)


def _copysign(x: Any, y: Any) -> Any:
    size = np.absolute(x)
    return np.where(np.signbit(y), -size, size)


def _heaviside(x: Any, h: Any) -> Any:
    return np.where(np.isnan(x), x, np.where(np.equal(x, 0), h, np.where(np.greater(x, 0), 1, 0)))


def _fmax(x: Any, y: Any) -> Any:
    return np.where(np.isnan(x), y, np.where(np.isnan(y), x, np.maximum(x, y)))


def _fmin(x: Any, y: Any) -> Any:
    return np.where(np.isnan(x), y, np.where(np.isnan(y), x, np.minimum(x, y)))


def _logaddexp2(x: Any, y: Any) -> Any:
    log = ln2(x if hasattr(x, "run") else y)
    return np.logaddexp(x * log, y * log) / log


def _clip(a: Any, min: Any = None, max: Any = None) -> Any:  # noqa: A002 - NumPy's names
    a = a if min is None else np.maximum(a, min)
    return a if max is None else np.minimum(a, max)


def _np_clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: None = None,
    *,
    min: Any = None,  # noqa: A002
    max: Any = None,  # noqa: A002
) -> Any:
    return _clip(a, a_min if min is None else min, a_max if max is None else max)


# Angles in half turns: x is brought near to 0 exactly, by an integer that the face chooses.


def _sinpi(x: Any) -> Any:
    turns = np.rint(x)
    near = np.sin(pi(x) * (x - turns))
    return np.where(np.equal(np.remainder(_floats(turns), 2), 1), -near, near)


def _cospi(x: Any) -> Any:
    """cos(pi x) = sin(pi (1/2 - |r|)) beside an integer: exact zeros at halves."""
    turns = np.rint(x)
    near = np.sin(pi(x) * (0.5 - np.absolute(x - turns)))
    return np.where(np.equal(np.remainder(_floats(turns), 2), 1), -near, near)


def _tanpi(x: Any) -> Any:
    return _sinpi(x) / _cospi(x)


def _sinc(x: Any) -> Any:
    away = np.where(np.equal(x, 0), 1, x)
    return np.where(np.equal(x, 0), 1, _sinpi(away) / (pi(x) * away))


def _sigmoid(x: Any) -> Any:
    """By exp of a negative number on both sides: it never leaves the range."""
    small = np.exp(-np.absolute(x))
    return np.where(np.signbit(x), small, 1) / (1 + small)


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))


def _gelu(x: Any) -> Any:
    return x * nf.erfc(-x / np.sqrt(constant(x, 2))) / 2


def _compound(x: Any, n: Any) -> Any:
    return np.exp(n * np.log1p(x))


def _rootn(x: Any, n: Any) -> Any:
    """An odd root of a negative number is negative."""
    size = np.power(np.absolute(x), 1 / (constant(x, 0) + n))
    odd = np.equal(np.remainder(n, 2), 1)
    nan = np.where(np.less(x, 0) & ~odd, np.nan, size)
    return np.where(np.less(x, 0) & odd, -size, nan)


UFUNCS: Texts = {
    calls.in_dtype: lambda f, dtype, *operands: f(
        *(cast(x, dtype) if hasattr(x, "run") else x for x in operands)
    ),
    calls.power: lambda x, y: np.power(x, y),
    np.clip: _np_clip,
    UMATH.clip: _clip,
    np.conjugate: lambda x: x,
    np.copysign: _copysign,
    np.deg2rad: lambda x: x * (pi(x) / 180),
    np.degrees: lambda x: x * 180 / pi(x),
    np.divmod: lambda x, y: (_floor_divide(x, y), _remainder(x, y)),
    np.fabs: lambda x: np.absolute(x),
    np.float_power: lambda x, y: np.power(x, y),
    np.floor_divide: _floor_divide,
    np.fmax: _fmax,
    np.fmin: _fmin,
    np.fmod: _fmod,
    np.frexp: _frexp,
    np.heaviside: _heaviside,
    np.ldexp: _ldexp,
    np.logaddexp2: _logaddexp2,
    np.modf: _modf,
    np.positive: lambda x: x,
    np.rad2deg: lambda x: x * 180 / pi(x),
    np.radians: lambda x: x * (pi(x) / 180),
    np.reciprocal: lambda x: 1 / x,
    np.remainder: _remainder,
    np.square: lambda x: x * x,
    np.trunc: lambda x: np.where(np.signbit(x), np.ceil(x), np.floor(x)),
    np.sinc: _sinc,
    nf.arccospi: lambda x: np.arccos(x) / pi(x),
    nf.arcsinpi: lambda x: np.arcsin(x) / pi(x),
    nf.arctan2pi: lambda y, x: np.arctan2(y, x) / pi(y if hasattr(y, "run") else x),
    nf.arctanpi: lambda x: np.arctan(x) / pi(x),
    nf.compound: _compound,
    nf.cospi: _cospi,
    nf.exp10: lambda x: np.exp(x * ln10(x)),
    nf.exp10m1: lambda x: np.expm1(x * ln10(x)),
    nf.exp2m1: lambda x: np.expm1(x * ln2(x)),
    nf.fmm: lambda x, y, z: x * y * z,
    nf.gelu: _gelu,
    nf.ieee_remainder: _ieee_remainder,
    nf.log10p1: lambda x: np.log1p(x) / ln10(x),
    nf.log2p1: lambda x: np.log1p(x) / ln2(x),
    nf.rint_ties_away: _rint_ties_away,
    nf.rootn: _rootn,
    nf.rsqrt: lambda x: 1 / np.sqrt(x),
    nf.sigmoid: _sigmoid,
    nf.silu: lambda x: x * _sigmoid(x),
    nf.sinc: _sinc,
    nf.sinpi: _sinpi,
    nf.softplus: _softplus,
    nf.tanpi: _tanpi,
}
