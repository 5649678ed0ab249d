# SPDX-License-Identifier: BSD-3-Clause
"""Which ratios are elementary functions meant to reach?  Of 65,536 elements, one thread, in one run."""

from __future__ import annotations

from typing import NamedTuple

from elementwise_targets import Target
from functions_peers import FUNCTIONS, HALVES, WORDS

__all__ = ["GOALS", "TARGETS", "Goal"]


class Goal(NamedTuple):
    """Every function of these formats runs at `least` times the peer's speed in the same function."""

    formats: tuple[str, ...]
    peer: str
    least: float


GOALS = (
    Goal(HALVES, "numpy float32", 1 / 2),
    Goal(HALVES, "universal-dtypes posit16", 50),
    Goal(WORDS, "numpy float64", 1 / 4),
)
TARGETS = [Target(name, f, goal.peer, f, goal.least)
           for goal in GOALS for f in FUNCTIONS for name in goal.formats]  # fmt: skip
