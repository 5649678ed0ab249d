# SPDX-License-Identifier: BSD-3-Clause
"""Where among the exponents of the operands are the wrong answers?  Counts on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import from_bits
from numformats.hardware.check.evidence import oracle_of
from numformats.oracle import Special
from numformats.oracle.values import floor_log2, is_zero

if TYPE_CHECKING:
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["Axis", "Grid"]

Codes = np.ndarray[Any, Any]

MOST_BINS = 32
_TABLE_BITS = 16


class Axis:
    """The bins of one operand: 0, exponents from the least up, infinities and NaN."""

    def __init__(self, f: Format) -> None:
        """Find the exponents of a format."""
        codec = oracle_of(f).codec
        far = (codec.decode(codec.at_index(i)) for i in (1, codec.last_finite))
        scales = [floor_log2(v) for v in far if not isinstance(v, Special) and v]
        self.format, self.least = f, min(scales, default=0)
        span = max(scales, default=0) - self.least + 1
        self.width = -(-span // MOST_BINS)
        self.numbers = -(-span // self.width)
        self.bins = self.numbers + 2
        self._table: Codes | None = None

    @property
    def labels(self) -> list[str]:
        """What each bin holds."""
        starts = [self.least + i * self.width for i in range(self.numbers)]
        ranges = [f"2^{s}" if self.width == 1 else f"2^{s}..2^{s + self.width - 1}" for s in starts]
        return ["0", *ranges, "NaR" if self.format.is_tapered else "inf, NaN"]

    def places(self, codes: Codes) -> Codes:
        """The bin of each code."""
        if self.format.bits > _TABLE_BITS:
            return self._places(codes)
        if self._table is None:
            self._table = self._places(np.arange(1 << self.format.bits, dtype=codes.dtype))
        return np.asarray(self._table[codes])

    def _places(self, codes: Codes) -> Codes:
        with np.errstate(all="ignore"):
            values = from_bits(codes, self.format)
            scales = np.frexp(values)[1].astype(np.int64) - 1
            finite, zero = np.isfinite(values), values == 0
        # What flushes subnormals may have numbers below its axis; the oracle's floor is the bound.
        bins = np.clip((scales - self.least) // self.width, 0, self.numbers - 1) + 1
        return np.where(finite, np.where(zero, 0, bins), self.bins - 1).astype(np.int64)

    def place(self, code: int) -> int:
        """The bin of one code, by the oracle."""
        value = oracle_of(self.format).decode(code)
        if is_zero(value):
            return 0
        if isinstance(value, Special):
            return self.bins - 1
        return min(max((floor_log2(value) - self.least) // self.width, 0), self.numbers - 1) + 1


class Grid:
    """Rows and wrong rows by the exponents of the first two operands (or of the only one)."""

    def __init__(self, operation: Operation) -> None:
        """Make the axes."""
        self.axes = [Axis(f) for f in operation.operands[:2]]
        shape = [axis.bins for axis in self.axes]
        self.rows = np.zeros(shape, np.int64)
        self.wrong = np.zeros(shape, np.int64)

    def add(self, operands: tuple[Codes, ...], wrong: Codes) -> None:
        """Count rows."""
        places = [axis.places(column) for axis, column in zip(self.axes, operands, strict=False)]
        flat = np.ravel_multi_index(tuple(places), self.rows.shape)
        size = self.rows.size
        self.rows += np.bincount(flat, minlength=size).reshape(self.rows.shape)
        self.wrong += np.bincount(flat[wrong], minlength=size).reshape(self.rows.shape)
