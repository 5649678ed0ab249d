# SPDX-License-Identifier: BSD-3-Clause
"""What are a*d - b*c, complex products and polynomials, elementwise, exact and rounded once?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from numformats._array_formats import as_formats, format_of, result_dtype
from numformats._overridable import overridable
from numformats.exact.means import round_exact
from numformats.exact.products import vecdot
from numformats.exact.quire_array import QuireArray

__all__ = ["complex_multiply", "det2", "horner_exact"]

Array = np.ndarray[Any, Any]


def common_operands(*operands: Any) -> list[Array]:
    """The operands as arrays of one shape and one dtype that holds all of their values."""
    arrays = [np.asarray(x) for x in operands]
    strong = [
        x.dtype
        for x, o in zip(arrays, operands, strict=True)
        if not isinstance(o, (int, float)) or isinstance(o, np.generic)
    ]
    dtype = result_dtype(*strong) if strong else np.dtype(np.float64)
    format_of(dtype, "an operand")
    return [np.asarray(x, dtype) for x in np.broadcast_arrays(*arrays)]


def _of_signs(a: Array, b: Array, c: Array, d: Array, dtype: np.dtype[Any]) -> Array:
    """a*d - b*c where something is infinite or NaN: of finite numbers only the signs matter."""
    x, y, z, w = (np.where(np.isfinite(v), np.sign(v), v).astype(float) for v in (a, b, c, d))
    special = ~np.isfinite([x, y, z, w]).all(axis=0)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(special, x * w - y * z, 1.0).astype(dtype)


@overridable
def det2(a: Any, b: Any, c: Any, d: Any) -> Any:
    """a*d - b*c elementwise: exact, rounded once.  The determinant of [[a, b], [c, d]].

    Operands broadcast; their formats may differ if one of them, or a NumPy float, holds the values
    of all (else TypeError).  Infinities and NaN as in a*d - b*c.

    >>> import numpy as np, numformats as nf
    >>> x = 1 + 2.0**-30
    >>> x * x - (1 + 2.0**-29) * 1, nf.det2(x, 1 + 2.0**-29, 1.0, x)
    (0.0, np.float64(8.673617379884035e-19))

    Source: Kahan, "On the cost of floating-point computation without extra-precise arithmetic"
    (2004), who bounds the error of what is exact here.
    """
    a, b, c, d = common_operands(a, b, c, d)
    f = format_of(a.dtype, "an operand")
    if f.family == "fixed" or not f.is_signed:  # such a format may lack -c
        sums = np.asarray(QuireArray(f, a.shape).fma(a, d).fms(b, c).round())
        special = ~np.isfinite([a, b, c, d]).all(axis=0)
        return np.where(special, _of_signs(a, b, c, d, sums.dtype), sums).view(a.dtype)[()]
    return vecdot(np.stack([a, b], -1), np.stack([d, -c], -1))


@overridable
def complex_multiply(ar: Any, ai: Any, br: Any, bi: Any) -> tuple[Any, Any]:
    """(ar + i*ai) * (br + i*bi) elementwise: real and imaginary part, each rounded once.

    Operands, errors and specials as for `nf.det2`.

    >>> import numformats as nf
    >>> nf.complex_multiply(nf.posit16(1), nf.posit16(2), nf.posit16(3), nf.posit16(4))
    (posit16(-5.0), posit16(10.0))
    """
    ar, ai, br, bi = common_operands(ar, ai, br, bi)
    return det2(ar, ai, bi, br), vecdot(np.stack([ar, ai], -1), np.stack([bi, br], -1))


def _integer(x: Any) -> tuple[int, int] | None:
    """A scalar as (integer, exponent of two); None when it is not finite."""
    if not np.isfinite(x):
        return None
    numerator, denominator = x.as_integer_ratio()
    return int(numerator), 1 - int(denominator).bit_length()


def _evaluate(coefficients: list[tuple[int, int]], x: tuple[int, int]) -> tuple[int, int]:
    """Horner's scheme in integers times powers of two."""
    value, exponent = 0, 0
    for c, e in coefficients:
        value, exponent = value * x[0], exponent + x[1]
        low = min(exponent, e) if value else e
        value = (value << (exponent - low) if value else 0) + (c << (e - low))
        exponent = low
    return value, exponent


@overridable
def horner_exact(coefficients: Any, x: Any) -> Any:
    """The polynomial with these coefficients, the highest power first, at x: rounded once.

    Parameters
    ----------
    coefficients : sequence of numbers of one format, or Python numbers
        c[0] * x**(n-1) + ... + c[n-1], as in `np.polyval`; empty: 0.
    x : array_like of the format, any shape

    Raises TypeError for dtypes that are no formats or have no common one; ValueError when the
    coefficients are not one-dimensional.  NaN, NaR or an infinity anywhere gives NaN (NaR).

    >>> import numpy as np, numformats as nf
    >>> c = [1, -3, 3, -1]  # (x - 1)**3
    >>> x = 1 + 2.0**-40
    >>> np.polyval(c, x), nf.horner_exact(c, x) == 2.0**-120
    (np.float64(0.0), np.True_)

    In integers: the cost grows with the square of the degree.
    """
    c, points = np.asarray(coefficients), np.asarray(x)
    if c.ndim != 1:
        msg = f"coefficients have shape {c.shape}; allowed: one dimension"
        raise ValueError(msg)
    strong = [v.dtype for v in (c, points) if v.dtype.kind not in "iuO"]
    if len(strong) > 1 and isinstance(coefficients, (list, tuple)) and c.dtype == float:
        strong = strong[1:]  # Python's floats take on the dtype of x
    dtype = result_dtype(*strong) if strong else np.dtype(float)
    f = format_of(dtype, "x")
    terms = [_integer(v) for v in as_formats("coefficients", c.astype(dtype))]
    finite = [t for t in terms if t is not None]
    results: list[tuple[int, int] | float] = []
    for point in as_formats("x", points.astype(dtype)).ravel():
        at = _integer(point)
        bad = at is None or len(finite) < len(terms)
        results.append(math.nan if bad or at is None else _evaluate(finite, at))
    out = round_exact(f, results)
    return out.view(dtype).reshape(points.shape)[()]
