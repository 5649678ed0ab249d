# SPDX-License-Identifier: BSD-3-Clause
"""What does another implementation, NumPy's in doubles, say of each function?

NumPy's functions err by a few 2^-53 of the value, on whatever vectors a CPU has; those made of
them here by some more.  All are believed to 2^-46, and tests/sweep holds each to MPFR at 2^-48.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

__all__ = ["FUNCTIONS", "POLES", "TOLERANCE", "UNDERFLOWS"]

TOLERANCE = 2.0**-46
_LN2, _LN10 = math.log(2), math.log(10)


def _quarters(x: Doubles) -> tuple[NDArray[np.int64], Doubles]:
    """X = q/2 + r up to a multiple of 2, |r| <= 1/4; both are exact."""
    finite = np.where(np.isfinite(x), x, 0)
    r = np.fmod(finite, 2)
    nearest = np.rint(2 * r)
    return nearest.astype(np.int64) & 3, np.where(np.isfinite(x), r - nearest / 2, np.nan)


def _of_quarter(q: NDArray[np.int64], t: Doubles) -> Doubles:
    s = np.where(q & 1, np.cos(t), np.sin(t))
    return np.where(q & 2, -s, s)


def _sinpi(x: Doubles) -> Doubles:
    q, r = _quarters(x)
    return np.where((r == 0) & (q & 1 == 0), np.copysign(0, x), _of_quarter(q, np.pi * r))


def _cospi(x: Doubles) -> Doubles:
    q, r = _quarters(x)
    return np.where((r == 0) & (q & 1 == 1), 0, _of_quarter((q + 1) & 3, np.pi * r))


def _exp_less_1(base: float, scale: float, near: float) -> Callable[[Doubles], Doubles]:
    """base**x - 1: far from 0 the subtraction loses two bits at most."""
    return lambda x: np.where(np.abs(x) < near, np.expm1(x * scale), np.power(base, x) - 1)


def _sigmoid(x: Doubles) -> Doubles:
    t = np.exp(-np.abs(x))
    sigmoid: Doubles = np.where(x > 0, 1, t) / (1 + t)
    return sigmoid


FUNCTIONS: dict[str, Callable[[Doubles], Doubles]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "exp10": lambda x: np.power(10.0, x),
    "expm1": np.expm1,
    "exp2m1": _exp_less_1(2, _LN2, 0.5),
    "exp10m1": _exp_less_1(10, _LN10, 0.125),
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2p1": lambda x: np.log1p(x) / _LN2,
    "log10p1": lambda x: np.log1p(x) / _LN10,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinpi": _sinpi,
    "cospi": _cospi,
    "tanpi": lambda x: _sinpi(x) / _cospi(x),
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arctan": np.arctan,
    "arcsinpi": lambda x: np.arcsin(x) / np.pi,
    "arccospi": lambda x: np.arccos(x) / np.pi,
    "arctanpi": lambda x: np.arctan(x) / np.pi,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsinh": np.arcsinh,
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "square": np.square,
    "reciprocal": np.reciprocal,
    "sigmoid": _sigmoid,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "silu": lambda x: np.where(x == -np.inf, -0.0, x * _sigmoid(x)),
    "erf": np.vectorize(math.erf, otypes=[np.float64]),
    "erfc": np.vectorize(math.erfc, otypes=[np.float64]),
}
POLES = frozenset(
    "log log2 log10 log1p log2p1 log10p1 tanpi arctanh rsqrt reciprocal".split()  # noqa: SIM905
)
"""Where an infinity of a finite argument is exact; elsewhere it stands for a number too large."""
UNDERFLOWS = frozenset("exp exp2 exp10 sigmoid softplus silu erfc".split())  # noqa: SIM905
"""Where a zero of an argument that is not 0 stands for a number too small."""
