# SPDX-License-Identifier: BSD-3-Clause
"""Which cases should a device be tried with, and what must it answer?

`numformats.hardware.vectors` is both this package and its function.

Read in this order: draws, corners; grid, congruences, aim, solved, ties, extremes, aimed;
exhaustive, levels, filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.hardware.operations import Operation, operation
from numformats.hardware.vectors.draws import Draws
from numformats.hardware.vectors.exhaustive import check_size, every_row
from numformats.hardware.vectors.filled import ReferenceFaultError, filled
from numformats.hardware.vectors.levels import LEVELS, Columns, rows_of_level

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
    witnesses: bool = False,
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
        (RISC-V, x86), or before it is rounded (Arm).  IEEE 754 leaves it open for binary formats.
    witnesses : bool
        Add a case for each transition (of regimes, alignment, rounding bits, carries, saturation:
        `numformats.hardware.coverage`) that the level misses, found by a solver within a minute.
        Needs numformats[hardware]; these cases are the same where the solver's version is.

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
    if witnesses and level == "exhaustive":
        raise ValueError("witnesses=True; allowed: False with level='exhaustive', which has them")
    if level == "exhaustive":
        parts = every_row(asked, BATCH, count)
    else:
        parts = _rows(asked, int(level), seed, count, witnesses=witnesses)
    return _filled(asked, parts, Draws(seed, f"{asked} confirmed"), tininess)


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


def _rows(
    asked: Operation, level: int, seed: int, count: int | None, *, witnesses: bool
) -> Iterator[Columns]:
    """The rows of a level, made when the first are asked for, in batches."""
    draws = Draws(seed, f"{asked} level {level}")
    rows = rows_of_level(asked, level, draws, count, witnesses=witnesses)
    for start in range(0, len(rows[0]), BATCH):
        yield tuple(c[start : start + BATCH] for c in rows)


def _filled(
    asked: Operation, parts: Iterator[Columns], draws: Draws, tininess: str
) -> Iterator[Cases]:
    for part in parts:
        yield filled(asked, part, draws, confirmed=CONFIRMED, tininess=tininess)
