# SPDX-License-Identifier: BSD-3-Clause
"""What is a dot product of so many pairs, exact by a quire or in an accumulator of another kind?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.arrays import from_bits, to_bits
from numformats.hardware.abstract import Answer, Codes, Operation
from numformats.oracle import Accumulation, Special, for_format
from numformats.oracle import exact as exactly
from numformats.oracle.values import is_zero
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.oracle.values import Exact, Value

__all__ = ["MOST_PAIRS", "Dot", "accumulator"]

MOST_PAIRS = 1024


@dataclass(frozen=True)
class Dot(Operation):
    """x1 y1 + x2 y2 + ..., operands in this order, in one format.

    `accumulate` is what `nf.vecdot` takes: "exact", the quire, rounds once; the other models of
    docs/reference/accumulate.md round as they say.  Flags are 0: IEEE 754 leaves those of sums to
    the implementation (9.4).

    >>> import numformats as nf
    >>> one, big, minus = (nf.posit8(v).bits for v in (1, 4096, -4096))
    >>> row = (big, one, one, one, minus, one)
    >>> Dot(nf.posit8.format, 3).by_oracle(*row)[0] == one
    True
    >>> Dot(nf.posit8.format, 3, "sequential").by_oracle(*row)[0]
    0
    """

    result: Format
    pairs: int
    accumulate: Any = "exact"

    def __post_init__(self) -> None:
        """Refuse what is no number of pairs; an accumulator that does not exist, too."""
        if not 1 <= self.pairs <= MOST_PAIRS:
            raise ValueError(f"dot of {self.pairs} pairs; allowed: 1 to {MOST_PAIRS}")
        empty = np.zeros((1, 1), self.result.dtype)
        nf.vecdot(empty, empty, accumulate=self.accumulate)

    @property
    def name(self) -> str:  # type: ignore[override]
        """As `operation` reads it."""
        parts = self.accumulate if isinstance(self.accumulate, tuple) else (self.accumulate,)
        model = "/".join(str(p if isinstance(p, str | int) else as_format(p)) for p in parts)
        return f"dot:{self.pairs}" + (f",accumulate={model}" if model != "exact" else "")

    @property
    def solver(self) -> str:
        """Sums that are midpoints, with pairs that cancel."""
        return "dot"

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The format, twice for each pair."""
        return (self.result,) * (2 * self.pairs)

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the sums, by the compiled products."""
        x, y = (from_bits(np.stack(columns[i::2], axis=-1), self.result) for i in (0, 1))
        with np.errstate(all="ignore"):
            return np.asarray(to_bits(nf.vecdot(x, y, accumulate=self.accumulate)))

    def by_oracle(self, *codes: int) -> Answer:
        """Code and flags of one sum, by the oracle."""
        sums = Accumulation(self.result, self.result, self.result)
        return sums.dot(codes[::2], codes[1::2], self.accumulate), sums.last_flags

    def exact(self, *codes: int) -> Exact:
        """The sum that no accumulator has rounded."""
        load = for_format(self.result).codec.load
        total: Value = Fraction(0)
        for x, y in zip(codes[::2], codes[1::2], strict=True):
            product = exactly.mul(load(x), load(y))[0]
            total = exactly.add(total, product, lambda a, b: (a, b))[0]
        return total if isinstance(total, Special) and not is_zero(total) else _unsigned(total)


def _unsigned(total: Value) -> Value:
    return Fraction(0) if is_zero(total) else total


def accumulator(text: str) -> Any:
    """The model that a text means: "sequential", "binary32", "blocked/bfloat16/16", "aligned/24".

    >>> accumulator("blocked/bfloat16/16"), accumulator("binary32")
    (('blocked', 'bfloat16', 16), 'binary32')
    """
    parts = [int(p) if p.isdecimal() and len(p) < 10 else p for p in text.split("/")]
    return tuple(parts) if len(parts) > 1 else parts[0]
