# SPDX-License-Identifier: BSD-3-Clause
"""Where do residuals of many tiles live when memory is short?  The least recently used go first."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from numformats.training.compensation.error_feedback import ErrorFeedback

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["ResidualStore"]


class ResidualStore:
    """Error feedback of tiles, each by a key, whose residuals take at most so many bytes.

    Parameters
    ----------
    T : as `ErrorFeedback` has it, and its options
    budget : int
        Bytes for all residuals, 8 for a number and part; 128 KiB as the cache that was described.

    `store(key, x)` gives y.  A tile whose residual is not there (any more) starts with none: what
    was dropped is lost then, the sum of its y is off by that for good, and `bound(key)` is
    infinite.  `hits`, `misses` (first calls and returns of evicted tiles) and `evictions` count.
    After every call the bytes are within the budget, even if the tile just used has to go.

    >>> import numpy as np, numformats as nf
    >>> store = ResidualStore(nf.Fixed(16, 4), budget=16)
    >>> for key in ("a", "b", "a", "c", "b"):
    ...     y = store(key, np.array([0.01]))
    >>> store.hits, store.misses, store.evictions, store.bytes
    (1, 4, 2, 16)
    >>> store.bound("a"), store.bound("b"), store.bound("c")
    (inf, inf, 0.03125)
    """

    def __init__(self, T: Any, budget: int = 128 * 1024, **options: Any) -> None:  # noqa: N803
        if not budget >= 0:
            raise ValueError(f"budget={budget!r}; allowed: 0 bytes or more")
        ErrorFeedback(T, **options)  # raises for what is none
        self._make = (T, options)
        self.budget, self.bytes = int(budget), 0
        self.hits = self.misses = self.evictions = 0
        self._tiles: OrderedDict[Hashable, ErrorFeedback] = OrderedDict()
        self._broken: set[Hashable] = set()
        self._frozen = False

    def __len__(self) -> int:
        return len(self._tiles)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._tiles

    def __call__(self, key: Hashable, x: Any) -> Any:
        """What x becomes with the residual of its tile; in `eval` its plain rounding."""
        T, options = self._make  # noqa: N806 - a type
        if self._frozen:
            return ErrorFeedback(T, **options).eval()(x)
        feedback = self._tiles.get(key)
        known = feedback is not None
        if feedback is None:
            feedback = ErrorFeedback(T, **options)
        before = feedback.nbytes
        y = feedback(x)  # what raises changes nothing
        self.hits, self.misses = self.hits + known, self.misses + (not known)
        self._tiles[key] = feedback
        self._tiles.move_to_end(key)
        self.bytes += feedback.nbytes - before
        while self.bytes > self.budget:
            oldest, gone = self._tiles.popitem(last=False)
            self.bytes -= gone.nbytes
            self.evictions += 1
            self._broken.add(oldest)
        return y

    def bound(self, key: Hashable) -> float:
        """The `bound` of a tile, infinite once its residual was lost; KeyError for an unknown."""
        if key in self._broken:
            return math.inf
        return self._tiles[key].bound

    def residual(self, key: Hashable) -> Any:
        """The residual of a tile; KeyError where it is not there."""
        return self._tiles[key].residual

    def eval(self) -> ResidualStore:
        """From now on nothing is read, kept or counted, and calls may repeat."""
        self._frozen = True
        return self

    def train(self) -> ResidualStore:
        """Go on with the residuals that there were."""
        self._frozen = False
        return self

    def __repr__(self) -> str:
        broken = f", {len(self._broken)} bounds broken" if self._broken else ""
        return (
            f"ResidualStore({len(self)} tiles, {self.bytes} of {self.budget} bytes, "
            f"{self.hits} hits, {self.misses} misses, {self.evictions} evictions{broken})"
        )
