# SPDX-License-Identifier: BSD-3-Clause
"""Which lines made the error of the result?  The rounding errors, each times its derivative.

To first order the error of a result is the sum over all operations of the error introduced there
times the derivative of the result there.  Added up by line this blames no line for what later
lines damp, and lets none escape whose small error is magnified.  The result is one number: the
1-norm of the error of all outputs (its derivative is the sign of each output's error), so that a
positive share made the error larger, a negative one made up for others.

Derivatives are taken halfway between the values of the format and the true ones: so the errors of
operands go through products without any error of second order, through quotients and square roots
with a small one, and the shares add up to the measured error even where it is not small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.analysis.blame_slopes import operation_slopes
from numformats.analysis.ruler import shares
from numformats.autodiff.tape import Tape
from numformats.autodiff.writes import Writes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from numformats.analysis.shadow_lines import Tally

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = ["Blame", "Entry", "Ledger"]

_MOST_BYTES = 1 << 30  # what the ledger of one run may keep


class Entry(NamedTuple):
    """A block of the tape: what was introduced there, or of a sample its places."""

    tally: Tally
    error: Floats
    sample: Numbers | None
    cancelled: tuple[Numbers, Floats] | None  # places (in error), and all errors that came in


@dataclass(frozen=True)
class Blame:
    """The error of a result: the sum of all shares, of their sizes, and what was measured."""

    net: float
    gross: float
    measured: float
    notes: list[str] = field(default_factory=list)


class Ledger:
    """The tape of a shadow run, with the error that each block introduced."""

    def __init__(self) -> None:
        self.tape = Tape(exact=False)
        self.entries: list[Entry] = []
        self.writes = Writes()
        self.bytes = 0
        self.without_rule: set[str] = set()

    @property
    def is_full(self) -> bool:
        """Has the run been too long for the ledger?"""
        return self.bytes > _MOST_BYTES

    def write(
        self,
        f: Any,
        kwargs: dict[str, Any],
        operands: Sequence[tuple[Any, Numbers | None]],
        result: Floats,
        entry: Entry,
    ) -> Numbers:
        """The tape numbers of a result.

        operands, result: the numbers halfway; of operands also their tape numbers (None: plain).
        """
        shape = result.shape
        if self.is_full:
            return np.zeros(shape, np.int64)
        slopes = operation_slopes(f, result, [x for x, _ in operands], kwargs, self.without_rule)
        moved: list[tuple[Numbers, Callable[[Any], Any]]] = [
            (numbers, back)
            for i, (_, numbers) in enumerate(operands)
            if numbers is not None and (back := slopes(i)) is not None
        ]
        self.bytes += 3 * result.nbytes  # the error, the number halfway, and a write of it
        if self.is_full:
            self.tape, self.entries, self.writes = Tape(exact=False), [], Writes()
            return np.zeros(shape, np.int64)
        self.entries.append(entry)
        return self.tape.block(shape, moved)

    def settle(self, outputs: Sequence[tuple[Numbers, Floats]]) -> Blame:
        """Give each tally its share; outputs: of each its tape numbers and its whole error."""
        errors = np.concatenate([e.reshape(-1) for _, e in outputs] or [np.zeros(0)])
        known = np.isfinite(errors)
        notes = self._notes(int(errors.size - known.sum()))
        measured = float(np.abs(errors[known]).sum())
        if self.is_full or not errors.size:
            return Blame(np.nan, np.nan, measured if errors.size else np.nan, notes)
        slopes = [(n, np.where(np.isfinite(e), np.sign(e), 0.0)) for n, e in outputs]
        net = gross = 0.0
        with np.errstate(all="ignore"):
            for block, g in self.writes.undoing(self.tape.walk(slopes)):
                share, size = self._charge(self.entries[block], g)
                net, gross = net + share, gross + size
        return Blame(net, gross, measured, self._notes(int(errors.size - known.sum())))

    def _charge(self, entry: Entry, g: Floats) -> tuple[float, float]:
        """The share of a block in the error, and the sum of its sizes; both into its tally."""
        g, weight = np.reshape(g, -1), 1.0
        if entry.sample is not None:
            weight = g.size / entry.sample.size
            g = g[entry.sample]
        net, size = (weight * s for s in shares(g, entry.error.reshape(-1)))
        entry.tally.blame += net
        entry.tally.gross += size
        if entry.cancelled is not None:
            places, given = entry.cancelled
            parts = shares(g[places], given[places])[0], shares(g, given)[0]
            entry.tally.through += weight * min(parts, key=abs)
        return net, size

    def _notes(self, unknown: int) -> list[str]:
        notes = []
        if self.is_full:
            limit = _MOST_BYTES >> 20
            notes.append(f"no blame: the run needs more than {limit} MiB to follow every element")
        if self.without_rule:
            names = ", ".join(sorted(self.without_rule))
            notes.append(f"blame stops at functions without a derivative rule: {names}")
        if unknown:
            notes.append(f"{unknown} outputs are not finite, and left out of the blame")
        return notes
