# SPDX-License-Identifier: BSD-3-Clause
"""Which parts of the box make the bound large?  Bisection of the worst boxes, in batches.

Of the boxes with the largest bounds each is cut in half along the input that helps most, until
there are as many boxes as asked for, or the bound is near enough to what points of the box show.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.bounds.runs import Open, Outcome, Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Search"]

BATCH = 128


@dataclass
class Search:
    """Boxes and what they give; the columns of low and high are boxes."""

    run: Runner
    low: Floats
    high: Floats
    refine: str = "absolute"
    progress: Callable[[int, int], None] | None = None
    outcomes: list[Outcome | Open] = field(default_factory=list)
    stopped: str = ""

    def start(self) -> None:
        """Run the boxes as they are."""
        self.outcomes = self._evaluate(self.low, self.high)

    def size(self, outcome: Outcome | Open) -> float:
        """What is to be made small."""
        if isinstance(outcome, Open):
            return np.inf
        sizes = outcome.absolute if self.refine == "absolute" else outcome.relative
        return max((float(s.max(initial=0.0)) for s in sizes), default=0.0)

    def bisect(self, most: int, enough: float, deadline: float) -> None:
        """Cut the worst boxes until there are `most`, or the worst is `enough`."""
        while len(self.outcomes) < most:
            sizes = np.array([self.size(o) for o in self.outcomes])
            worst = sizes.max(initial=0.0)
            if worst <= enough:
                self.stopped = "near enough to the estimate"
                return
            if time.monotonic() > deadline:
                self.stopped = "out of time"
                return
            order = np.argsort(-sizes, kind="stable")
            count = min(BATCH // 2, most - len(self.outcomes), max(1, len(sizes) // 4))
            chosen = order[:count]
            chosen = (
                chosen[sizes[chosen] > 0.5 * worst]
                if np.isfinite(worst)
                else chosen[np.isinf(sizes[chosen])]
            )
            chosen = chosen[(self.high > self.low)[:, chosen].any(axis=0)]
            if not chosen.size:
                self.stopped = "points cannot be cut"
                return
            self._cut(chosen)
            if self.progress:
                self.progress(len(self.outcomes), most)

    def _cut(self, chosen: NDArray[np.intp]) -> None:
        """Replace boxes by their halves along the best of the widest inputs."""
        low, high = self.low[:, chosen], self.high[:, chosen]
        halves = [self._halves(low, high, axis) for axis in self._axes(low, high)]
        ends = [np.concatenate([h[i] for h in halves], axis=1) for i in (0, 1)]
        found = self._evaluate(*ends)
        n = len(chosen)
        scores = np.array([self.size(o) for o in found]).reshape(len(halves), 2, n)
        both = scores.max(axis=1) + 1e-3 * np.minimum(scores.min(axis=1), scores.max(axis=1))
        both = np.where(np.isnan(both), np.inf, both)
        widest = np.stack([h[2] for h in halves])
        best = np.lexsort((-widest, both), axis=0)[0]
        column = np.arange(n)
        first = (best * 2) * n + column
        for places, targets in ((first, chosen), (first + n, None)):
            lows, highs = ends[0][:, places], ends[1][:, places]
            outcomes = [found[i] for i in places]
            if targets is None:
                self.low, self.high = (
                    np.concatenate([self.low, lows], 1),
                    np.concatenate([self.high, highs], 1),
                )
                self.outcomes += outcomes
            else:
                self.low[:, targets], self.high[:, targets] = lows, highs
                for target, outcome in zip(targets, outcomes, strict=True):
                    self.outcomes[target] = outcome

    def _axes(self, low: Floats, high: Floats) -> list[NDArray[np.intp]]:
        """For each box the inputs to try, the widest (relative to the whole box) first."""
        span = np.maximum(self.run.box.high - self.run.box.low, 1e-300)
        order = np.argsort(-(high - low) / span[:, None], axis=0, kind="stable")
        return list(order[: min(len(order), 4)])

    @staticmethod
    def _halves(low: Floats, high: Floats, axis: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        """Both halves of each box along its axis, first all lower ones; and how wide they were."""
        column = np.arange(low.shape[1])
        middle = 0.5 * low[axis, column] + 0.5 * high[axis, column]
        lower, upper = high.copy(), low.copy()
        lower[axis, column], upper[axis, column] = middle, middle
        width = high[axis, column] - low[axis, column]
        return np.concatenate([low, upper], axis=1), np.concatenate([lower, high], axis=1), width

    def fork(self) -> None:
        """Follow all answers in the boxes that are open yet."""
        self.run.forks = self.run.forks | {"if"}
        places = [i for i, o in enumerate(self.outcomes) if isinstance(o, Open)]
        for place, outcome in zip(
            places, self._evaluate(self.low[:, places], self.high[:, places]), strict=True
        ):
            self.outcomes[place] = outcome

    def _evaluate(self, low: Floats, high: Floats) -> list[Outcome | Open]:
        found: list[Outcome | Open] = []
        for i in range(0, low.shape[1], BATCH):
            found += self.run(low[:, i : i + BATCH], high[:, i : i + BATCH])
        return found
