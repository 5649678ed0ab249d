# SPDX-License-Identifier: BSD-3-Clause
"""How are gradients kept from being too large?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import number, own_format, wide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Gradients = Mapping[str, Any]
    Clipped = dict[str, NDArray[Any]]

__all__ = ["clip_by_norm", "clip_by_value", "global_norm"]


def clip_by_value(gradients: Gradients, limit: float) -> Clipped:
    """Each gradient moved into -limit..limit, which is rounded once into its dtype; NaN stays.

    Raises ValueError for a limit that is not above 0 or has no value near it.

    >>> import numpy as np
    >>> clip_by_value({"w": np.array([3.0, -0.5, -2.0])}, 1.0)["w"]
    array([ 1. , -0.5, -1. ])
    """
    _check(limit)
    found = {}
    for name, given in gradients.items():
        g = np.asarray(given)
        end = number(limit, g.dtype, "limit")
        found[name] = np.maximum(-end, np.minimum(g, end))
    return found


def global_norm(gradients: Gradients) -> float:
    """The root of the sum of all squares, of all arrays: the exact sum, rounded once to float64.

    Infinity or NaN where a gradient has one.  Where float64 does not hold a gradient's format, that
    is, for 64-bit posits and takums, the norm is rounded into that format first.

    >>> import numpy as np, numformats as nf
    >>> global_norm({"a": np.array([3.0], nf.posit16), "b": np.array([[4.0]], np.float32)})
    5.0
    """
    arrays = [wide(np.asarray(g).reshape(-1)) for g in gradients.values()]
    if not arrays:
        return 0.0
    kinds = {a.dtype for a in arrays}
    if len(kinds) == 1:
        return float(nf.norm2(np.concatenate(arrays)))
    return math.hypot(*(float(nf.norm2(a)) for a in arrays))


def clip_by_norm(gradients: Gradients, limit: float) -> tuple[Clipped, float]:
    """All gradients times limit/norm where their `global_norm` is above the limit; and that norm.

    The factor is one number for all, rounded to `dtypes.widest`; the products are rounded once into
    each gradient's dtype.  A norm that is infinite or NaN changes nothing: see `LossScaler`.
    Raises ValueError for a limit that is not above 0.

    >>> import numpy as np
    >>> clip_by_norm({"w": np.array([3.0, -4.0])}, 1.0)
    ({'w': array([ 0.6, -0.8])}, 5.0)

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks"
    (2013).
    """
    _check(limit)
    arrays = {name: np.asarray(g) for name, g in gradients.items()}
    norm = global_norm(arrays)
    if not math.isfinite(norm) or norm <= limit:
        return arrays, norm
    return {name: (wide(g) * (limit / norm)).astype(g.dtype) for name, g in arrays.items()}, norm


def all_finite(gradients: Gradients) -> bool:
    """Whether no gradient has an infinity, a NaN or a NaR."""
    arrays = (np.asarray(g) for g in gradients.values())
    return all(bool(np.isfinite(g.view(own_format(g.dtype))).all()) for g in arrays)


def _check(limit: float) -> None:
    if not limit > 0:
        raise ValueError(f"limit={limit!r}; allowed: a number above 0")
