# SPDX-License-Identifier: BSD-3-Clause
"""Which flags are missing or too many, in rows whose results are right?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.hardware.cases import DIVIDE, INEXACT, INVALID, OVERFLOW, UNDERFLOW

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FlagCounts", "flag_sentence"]

_NAMES = {
    INVALID: "invalid",
    DIVIDE: "divide by zero",
    OVERFLOW: "overflow",
    UNDERFLOW: "underflow",
    INEXACT: "inexact",
}


class FlagCounts:
    """How often the device's flags stand for which right ones; only where these differ."""

    def __init__(self) -> None:
        self._counts = np.zeros((256, 256), np.int64)

    def add(self, got: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> None:
        """Count rows."""
        np.add.at(self._counts, (got, right), 1)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Each sentence and in how many rows it is so."""
        found: dict[str, int] = {}
        for got, right in zip(*np.nonzero(self._counts), strict=True):
            sentence = flag_sentence(int(got), int(right))
            found[sentence] = found.get(sentence, 0) + int(self._counts[got, right])
        return iter(found.items())


def flag_sentence(got: int, right: int) -> str:
    """What is wrong with a byte of flags.

    >>> flag_sentence(0x00, 0x01), flag_sentence(0x03, 0x05)
    ('inexact flag missing', 'overflow flag missing, underflow flag must not be set')
    """
    missing = [f"{_name(bit)} flag missing" for bit in _bits(right & ~got)]
    extra = [f"{_name(bit)} flag must not be set" for bit in _bits(got & ~right)]
    return ", ".join(missing + extra)


def _bits(flags: int) -> list[int]:
    return [1 << i for i in range(7, -1, -1) if flags >> i & 1]


def _name(bit: int) -> str:
    return _NAMES.get(bit, f"unknown (0x{bit:02X})")
