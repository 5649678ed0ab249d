# SPDX-License-Identifier: BSD-3-Clause
"""Which cases should a device be tried with, and what must it answer?

`numformats.hardware.vectors` is both this package and its function.

Read in this order: draws, corners, exhaustive, levels, filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.hardware.operations import Operation, operation
from numformats.hardware.vectors.draws import Draws
from numformats.hardware.vectors.exhaustive import check_size, every_row
from numformats.hardware.vectors.filled import ReferenceFaultError, filled
from numformats.hardware.vectors.levels import LEVELS, rows_of_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.cases import Cases
    from numformats.parse import FormatLike

__all__ = ["SEED", "ReferenceFaultError", "vectors"]

SEED = 20
BATCH = 1 << 16
# Rows of a batch that are asked of the oracle too.
CONFIRMED = 64


def vectors(  # noqa: PLR0913 - what a command line says
    format: FormatLike | Operation,  # noqa: A002 - as the command line says it
    op: str | Operation | None = None,
    *,
    level: int | str = 1,
    mode: str | None = None,
    to: FormatLike | None = None,
    seed: int = SEED,
    count: int | None = None,
    tininess: str = "after",
) -> Iterator[Cases]:
    """Cases with operands, right results and flags, in batches.

    Parameters
    ----------
    format, op, mode, to : as `operation` takes them
        An Operation in the place of `format` or of `op` is taken as it is.
    level : 1, 2 or "exhaustive"
        1: tens of thousands of cases.  2: about a million.  Operations that have few operands give
        all of them.  "exhaustive": all, streamed; the memory does not grow with their number.
    seed : int
        0..2**64 - 1.  The same seed gives the same cases on every machine.
    count : int, optional
        How many cases: of a level filled up by random ones, of "exhaustive" evenly spaced.
    tininess : "after" or "before"
        When a float is too small for the flag underflow: rounded as if the exponent had no end
        (IEEE 754's choice for decimal, and that of most binary hardware), or before it is rounded.

    Results are those of the compiled arithmetic; rows of each batch, chosen by the seed, are asked
    of the oracle too, and ReferenceFaultError is raised where the two differ.  Raises ValueError
    for a level that does not exist, for more cases than 2**34, for formats that round by random
    words, and as `operation` does.

    >>> batch = next(vectors("posit8", "add"))
    >>> len(batch), [hex(int(c[17])) for c in (*batch.operands, batch.results, batch.flags)]
    (65536, ['0x0', '0x11', '0x11', '0x0'])
    """
    asked = operation(format, op, mode=mode, to=to)
    _check(asked, level, seed, count, tininess)
    return _batches(asked, level, seed, count, tininess)


def _check(asked: Operation, level: int | str, seed: int, count: int | None, tininess: str) -> None:
    if level not in {*LEVELS, "exhaustive"} or isinstance(level, bool):
        raise ValueError(f"level={level!r}; allowed: 1, 2 and 'exhaustive'")
    if not 0 <= seed < 1 << 64:
        raise ValueError(f"seed={seed!r}; allowed: 0 to 2**64 - 1")
    if count is not None and count < 0:
        raise ValueError(f"count={count!r}; allowed: 0 and more")
    if tininess not in {"after", "before"}:
        raise ValueError(f"tininess={tininess!r}; allowed: 'after' and 'before'")
    if level == "exhaustive":
        check_size(asked)
    for f in (asked.result, *asked.operands):
        if f.rounding == "stochastic":
            raise ValueError(f"{f} rounds by random words, so that a case has no one result")


def _batches(
    asked: Operation, level: int | str, seed: int, count: int | None, tininess: str
) -> Iterator[Cases]:
    draws = Draws(seed, f"{asked} confirmed")
    if level == "exhaustive":
        parts = every_row(asked, BATCH, count)
    else:
        rows = rows_of_level(asked, int(level), Draws(seed, f"{asked} level {level}"), count)
        starts = range(0, len(rows[0]), BATCH)
        parts = (tuple(c[i : i + BATCH] for c in rows) for i in starts)
    for part in parts:
        yield filled(asked, part, draws, confirmed=CONFIRMED, tininess=tininess)
