# SPDX-License-Identifier: BSD-3-Clause
"""What are numbers as one bit each, and a scale: C(x) = |x|_1 / d * sign(x)?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["bytes_of_signs", "scaled_signs"]

_SCALE_BYTES = 4


def scaled_signs(x: Any) -> NDArray[np.float64]:
    """Each number as plus or minus the mean size, rounded to float32; 0 as plus.

    No numbers stay none.

    >>> scaled_signs([3.0, -1.0, 0.0, 0.5]).tolist()
    [1.125, -1.125, 1.125, 1.125]

    Source: Tang et al., "1-bit Adam", arXiv 2102.02888.
    """
    x = np.asarray(x, np.float64)
    if not x.size:
        return np.array(x, np.float64)
    mean = float(np.float32(math.fsum(np.abs(x).reshape(-1)) / x.size))
    return np.asarray(np.where(x < 0, -mean, mean))


def bytes_of_signs(size: int) -> int:
    """What so many compressed numbers take: a bit each, filled up to bytes, and a float32.

    >>> bytes_of_signs(1000), 4 * 1000
    (129, 4000)
    """
    return -(-size // 8) + _SCALE_BYTES
