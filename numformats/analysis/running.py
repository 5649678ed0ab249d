# SPDX-License-Identifier: BSD-3-Clause
"""How far is a computed sum, dot product or polynomial from the exact one, told while computing?

Running error analysis (Wilkinson 1986; Higham 2002, 3.3): beside each computed value goes a bound
of its error, from the error bound of each operation at the operands that it really had.  It needs
no range of a posit and knows which operations were exact.  The bounds are rounded upward.
Proved: `running_sum` and `running_horner` in proofs/coq/Horner.v.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.analysis.bound_parts import enclosed_magnitudes
from numformats.analysis.errors import analysed_format, model
from numformats.analysis.growth_of_errors import inflated

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.parse import FormatLike

__all__ = ["Running", "running_dot", "running_horner", "running_sum"]


class Running(NamedTuple):
    """A computed value and a bound of its error."""

    value: Any
    """In the format: a scalar, or an array of results."""
    error: Any
    """|value - exact| is not above it; inf where something saturated or is not a number."""


def running_sum(T: FormatLike, x: ArrayLike) -> Running:  # noqa: N803
    """Sum the vector x in T, one addition after the other, with a bound of the error.

    x is converted into T first, and the exact sum is that of the converted numbers.

    >>> import numpy as np
    >>> import numformats as nf
    >>> s = nf.analysis.running_sum(nf.bfloat16, np.full(300, 1.0))
    >>> float(s.value), s.error
    (256.0, 44.0...)
    """
    a = _vector(T, x)
    return Running(*_accumulated(T, a))


def running_dot(T: FormatLike, x: ArrayLike, y: ArrayLike) -> Running:  # noqa: N803
    """Add the products of two vectors in T, each operation rounded, with a bound of the error.

    >>> import numpy as np
    >>> import numformats as nf
    >>> d = nf.analysis.running_dot(nf.posit16, [1.5, 2.5], [3.0, 0.1])
    >>> abs(float(d.value) - (4.5 + 2.5 * float(nf.posit16(0.1)))) <= d.error < 2e-3
    True
    """
    a, b = _vector(T, x), _vector(T, y)
    if a.shape != b.shape:
        msg = f"x has {a.size} elements and y {b.size}: must be the same number"
        raise ValueError(msg)
    products = model(T).bound("multiply", a, b)
    with np.errstate(all="ignore"):
        value, error = _accumulated(T, a * b)
    return Running(value, float(inflated(products.sum() + error, a.size + 1)))


def running_horner(T: FormatLike, coefficients: ArrayLike, x: ArrayLike) -> Running:  # noqa: N803
    """Evaluate a polynomial in T by Horner's rule, highest power first, with bounds of the errors.

    >>> import numformats as nf
    >>> p = nf.analysis.running_horner(nf.binary16, [1, -3, 3, -1], 1.01)
    >>> exact = (float(nf.binary16(1.01)) - 1) ** 3
    >>> abs(float(p.value) - exact) <= p.error < 0.01
    True
    """
    m, a = model(T), _vector(T, coefficients)
    at = _converted(T, x)
    size = enclosed_magnitudes(at)
    value = np.zeros(at.shape, at.dtype)
    value[...] = a[0] if a.size else 0  # not added, which might flush or cut it
    error = np.zeros(at.shape)
    with np.errstate(all="ignore"):
        for c in a[1:]:
            term = value * at
            made = m.bound("multiply", value, at) + m.bound("add", term, c)
            error = inflated(error * size + made, 4)
            value = term + c
    return Running(value[()], error if error.ndim else float(error))


def _accumulated(T: FormatLike, a: Any) -> tuple[Any, float]:  # noqa: N803
    """The last of the partial sums, and the bounds of all additions together."""
    if not a.size:
        return np.zeros(1, a.dtype)[0], 0.0
    with np.errstate(all="ignore"):
        partial = np.add.accumulate(a)
    errors = model(T).bound("add", partial[:-1], a[1:])
    return partial[-1], float(inflated(errors.sum(), a.size))


def _converted(T: FormatLike, x: ArrayLike) -> Any:  # noqa: N803
    f = analysed_format(T)
    a = np.asarray(x)
    with np.errstate(all="ignore"):
        return a if a.dtype == f.dtype else a.astype(f.dtype)


def _vector(T: FormatLike, x: ArrayLike) -> Any:  # noqa: N803
    a = _converted(T, x)
    if a.ndim != 1:
        msg = f"an operand has shape {a.shape}: must be a vector"
        raise ValueError(msg)
    return a
