# SPDX-License-Identifier: BSD-3-Clause
"""Which transitions of an operation do cases reach: which bins are hit, empty, or unreachable?

Counting needs NumPy only; witnesses and proofs need bitwuzla, of `numformats[hardware]`.

Read in this order: scales, bins, definition; words, decoders, arithmetic, cutting, circuit,
columns, counting; terms, filling.
"""

from __future__ import annotations

from numformats.hardware.coverage.bins import Bin, Group, groups_of
from numformats.hardware.coverage.counting import Coverage, Row, bins_of
from numformats.hardware.coverage.filling import Decision, decide, fill, unreachable

__all__ = [
    "Bin",
    "Coverage",
    "Decision",
    "Group",
    "Row",
    "bins_of",
    "decide",
    "fill",
    "groups_of",
    "unreachable",
]
