# SPDX-License-Identifier: BSD-3-Clause
"""What are this package's own functions made of?  What they do exactly, NumPy does in steps.

In an arithmetic of many digits the steps give the exact result to these digits, whatever format or
accumulator the program asks for: `accumulate=` and `dtype=` round, and roundings are what a
reference leaves out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.exact.means import standard_error
from numformats.parse import as_dtype
from numformats.tracing import calls
from numformats.tracing.lowering_products import _dot, _vecdot
from numformats.tracing.lowering_statistics import mean, var
from numformats.tracing.texts import Texts, array, count


def _fsum(
    a: Any,
    axis: Any = None,
    *,
    dtype: Any = None,
    keepdims: bool = False,
    accumulate: Any = None,
) -> Any:
    return np.sum(array(a), axis=axis, keepdims=keepdims)


def _fmean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return mean(array(a), axis, keepdims=keepdims)


def _fvar(a: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    return var(array(a), axis, ddof=ddof, keepdims=keepdims)


def _fstd(a: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    return np.sqrt(_fvar(a, axis, ddof=ddof, keepdims=keepdims))


def _norm2(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    a = array(a)
    return np.sqrt(np.sum(a * a, axis=axis, keepdims=keepdims))


def _standard_error(a: Any, axis: Any = None, *, ddof: int = 1) -> Any:
    a = array(a)
    return np.sqrt(_fvar(a, axis, ddof=ddof) / count(a, axis))


def _matmul(a: Any, b: Any, *, accumulate: Any = None, dtype: Any = None) -> Any:
    return np.matmul(array(a), array(b))


def _nf_vecdot(a: Any, b: Any, *, axis: int = -1, accumulate: Any = None, dtype: Any = None) -> Any:
    return _vecdot(a, b, axis=axis)


def _complex_multiply(ar: Any, ai: Any, br: Any, bi: Any) -> tuple[Any, Any]:
    return ar * br - ai * bi, ar * bi + ai * br


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Knuth's steps: in a reference, which rounds later, the error is less; its derivative is 0."""
    s = array(a) + b
    from_b = s - a
    return s, (a - (s - from_b)) + (b - from_b)


def _two_prod(a: Any, b: Any) -> tuple[Any, Any]:
    """The error of a reference's product: 0 where it is exact; its derivative is 0."""
    p = array(a) * b
    return p, a * b - p


def _linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    return np.linspace(start, stop, int(num), endpoint=endpoint, axis=axis)


def _quantize(
    x: Any,
    T: Any,  # noqa: N803 - T is a type
    rounding: Any = None,
    overflow: Any = None,
    seed: Any = None,
) -> Any:
    return x.astype(as_dtype(T))


def _arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """As many steps as the face sees."""
    if stop is None:
        start, stop = 0, start
    length = int(np.ceil((array(stop) - start) / step))
    return start + np.arange(max(length, 0)) * step


OURS: Texts = {
    calls.exact_arange: _arange,
    nf.complex_multiply: _complex_multiply,
    nf.det2: lambda a, b, c, d: a * d - b * c,
    nf.fast_two_sum: _two_sum,
    nf.fdot: lambda a, b, *, dtype=None: _dot(a, b),
    nf.fmean: _fmean,
    nf.fstd: _fstd,
    nf.fsum: _fsum,
    nf.fvar: _fvar,
    nf.linspace: _linspace,
    nf.matmul: _matmul,
    nf.norm2: _norm2,
    nf.posit_arctan2: lambda x, y: np.arctan2(y, x),
    nf.posit_arctan2pi: lambda x, y: nf.arctan2pi(y, x),
    nf.quantize: _quantize,
    nf.two_prod: _two_prod,
    nf.two_sum: _two_sum,
    nf.vecdot: _nf_vecdot,
    standard_error: _standard_error,
}
