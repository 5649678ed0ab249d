# SPDX-License-Identifier: BSD-3-Clause
"""What are the elements of a traced value, one after the other?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


class Flat:
    """x.flat of a traced x: elements by their places in C order."""

    def __init__(self, x: Any) -> None:
        self._x = x
        self._places = np.arange(x.size)

    def _at(self, place: Any) -> tuple[Any, ...]:
        return np.unravel_index(self._places[place], self._x.shape)

    def __getitem__(self, place: Any) -> Any:
        return self._x[self._at(place)]

    def __setitem__(self, place: Any, values: Any) -> None:
        self._x[self._at(place)] = values

    def __len__(self) -> int:
        return int(self._x.size)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))
