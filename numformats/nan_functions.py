# SPDX-License-Identifier: BSD-3-Clause
"""Where is the least or greatest element that is a number?  nanargmin and nanargmax of any format.

NumPy's own put an infinity in the place of NaN, which posits, takums and many floats do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from numformats._overridable import overridable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["nanargmax", "nanargmin"]


@overridable
def nanargmin(a: ArrayLike, axis: SupportsIndex | None = None, *, keepdims: bool = False) -> Any:
    """Index of the least element, NaN and NaR aside: the first one where several are equal.

    As numpy.nanargmin: over the flattened array, or along one axis; an integer, or an array of
    them.  Raises ValueError where all elements are NaN and where there are none.

    >>> import numformats as nf
    >>> nf.nanargmin(np.array([np.nan, 3, 1, 1], nf.posit16))
    np.int64(2)
    """
    return _place(np.fmin, np.asarray(a), axis, keepdims)


@overridable
def nanargmax(a: ArrayLike, axis: SupportsIndex | None = None, *, keepdims: bool = False) -> Any:
    """Index of the greatest element, NaN and NaR aside; all else as for `nanargmin`.

    >>> import numformats as nf
    >>> nf.nanargmax(np.array([[np.nan, 3, 1], [2, np.nan, 4]], nf.posit16), axis=1)
    array([1, 2])
    """
    return _place(np.fmax, np.asarray(a), axis, keepdims)


def _place(extreme: np.ufunc, a: np.ndarray[Any, Any], axis: Any, keepdims: bool) -> Any:
    """The first place of the extreme value; fmin and fmax leave NaN out of it."""
    numbers = ~np.isnan(a)
    if not np.all(np.any(numbers, axis=axis)):
        msg = "All-NaN slice encountered"  # as NumPy says
        raise ValueError(msg)
    value = extreme.reduce(a, axis=axis, keepdims=True)
    return np.argmax(a == value, axis=axis, keepdims=keepdims)
