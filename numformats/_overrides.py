# SPDX-License-Identifier: BSD-3-Clause
"""What does a scalar of a format answer in the place of NumPy's own functions (NEP 18)?

NumPy computes places, such as stop - start or (n - 1) * q, in the format of its arguments, where
they need not be values.  Arrays leave these functions to NumPy: only scalars come here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import ranges
from numformats._dtypes import FixedScalar, FormatScalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

__all__ = ["ANSWERS"]


def _linspace(start: ArrayLike, stop: ArrayLike, *args: Any, **kwargs: Any) -> Any:
    """`linspace`, if the result is real; into integers and complex numbers NumPy's own."""
    dtype = kwargs.get("dtype", args[3] if len(args) > 3 else None)
    try:
        ranges.target_of(dtype, start, stop)
    except TypeError:
        return np.linspace(np.asarray(start), np.asarray(stop), *args, **kwargs)
    return ranges.linspace(start, stop, *args, **kwargs)


def _with_number_q(function: Callable[..., Any]) -> Callable[..., Any]:
    """Take a quantile's q for Python's float that it is, unless float64 lacks it."""

    def answer(a: Any, q: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(q, (FormatScalar, FixedScalar)):
            q = float(q) if float(q) == q else np.asarray(q)
        return function(np.asanyarray(a), q, *args, **kwargs)

    return answer


ANSWERS = {np.linspace: _linspace} | {
    function: _with_number_q(function)
    for function in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile)
}
