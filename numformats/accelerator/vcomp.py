# SPDX-License-Identifier: BSD-3-Clause
"""VCOMP.F32 Rd = Rn + Rm * alpha: what is a sum with a weighted error, rounded once or twice?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.parse import as_format

__all__ = ["vcomp"]


def vcomp(n: Any, m: Any, alpha: Any, *, fused: bool = True, T: Any = None) -> Any:  # noqa: N803
    """The sum n + m * alpha, element by element, in the format of n.

    Parameters
    ----------
    n, m : arrays or scalars of one format, or float32 or float64
        The sum's term and the error that is given back; Python's numbers are rounded into T.
    alpha : number, or array of that format
        The implicit register: rounded into the format when it is loaded.
    fused : bool
        One rounding of the exact n + m * alpha; False: the product is rounded, then the sum.
    T : format, optional
        Any: binary32 is the instruction, 8-bit formats and nf.Fixed its twins; None is the dtype
        of n, binary32 for Python's numbers.

    Codes go in and out by `nf.from_bits` and `nf.to_bits`.  Raises TypeError for arrays of another
    dtype than T.

    >>> import numpy as np
    >>> one, m, alpha = np.float32(1), np.float32(1 + 2**-13), np.float32(1 - 2**-13)
    >>> vcomp(-one, m, alpha), vcomp(-one, m, alpha, fused=False)
    (np.float32(-1.4901161e-08), np.float32(0.0))
    """
    dtype = _dtype(n, T)
    own = np.dtype(as_format(_TWINS.get(dtype, dtype)).dtype)
    x, e, gain = (
        _register(v, dtype, own, name) for v, name in ((n, "n"), (m, "m"), (alpha, "alpha"))
    )
    result = nf.fma(e, gain, x) if fused else x + e * gain
    return np.asarray(result).view(dtype)[()]


_TWINS: dict[np.dtype[Any], Any] = {
    np.dtype(np.float16): nf.binary16,
    np.dtype(np.float32): nf.binary32,
    np.dtype(np.float64): nf.binary64,
}


_FLOAT32: np.dtype[Any] = np.dtype(np.float32)


def _dtype(n: Any, T: Any) -> np.dtype[Any]:  # noqa: N803
    """The dtype of the registers."""
    if T is None:
        found = getattr(n, "dtype", None)
        return _FLOAT32 if found is None else found
    for floats in _TWINS:
        if T in (floats, floats.type):
            return floats
    return as_format(T).dtype


def _register(x: Any, dtype: np.dtype[Any], own: np.dtype[Any], name: str) -> Any:
    """The numbers as codes of the format; those that have another dtype are refused."""
    given = getattr(x, "dtype", None)
    if given is not None and given not in {dtype, own}:
        raise TypeError(f"{name} has dtype {given}; allowed: {dtype}")
    return np.asarray(x).astype(own)
