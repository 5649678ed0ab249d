# SPDX-License-Identifier: BSD-3-Clause
"""Is this a number of things: of features, samples, epochs?"""

from __future__ import annotations

import operator
from typing import Any

__all__ = ["checked_count"]


def checked_count(value: Any, name: str, least: int = 1) -> int:
    """The value as an int; TypeError or ValueError that names it where it is none or too small."""
    try:
        n = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; it must be an integer") from None
    if n < least:
        raise ValueError(f"{name} is {n}; it must be at least {least}")
    return n
