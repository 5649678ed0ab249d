# SPDX-License-Identifier: BSD-3-Clause
"""How is what doubles leave open decided, and what is kept of a chunk that was judged?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.errors import FormatError
from numformats.sweep.plan import Kept, Plan, digest
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["JudgedPlan", "find_format", "judged"]

EXAMPLES = 10  # wrong results that are kept of a chunk, and shown of all
MOST_ASKED = 20_000  # in a chunk; a sound kernel leaves some hundreds open


def find_format(given: FormatLike) -> Format:
    """The format of a class, dtype or text; raises SweepError for anything else."""
    try:
        return nf.parse.as_format(given)
    except (FormatError, TypeError) as error:
        raise SweepError(str(error)) from None


def judged(
    results: NDArray[Any],
    open_places: NDArray[np.intp],
    right: Callable[[int], int],
    operands: Callable[[int], list[int]],
) -> Kept:
    """What is kept of a chunk: `right` asks the oracle for the code at a place.

    At the places beyond the first MOST_ASKED nobody was asked: they count as undecided.
    """
    asked = open_places[:MOST_ASKED].tolist()
    wanted = {place: right(place) for place in asked}
    wrong = [place for place in asked if wanted[place] != int(results[place])]
    little = results.astype(results.dtype.newbyteorder("<"), copy=False)
    return {
        "items": int(results.size),
        "asked": len(asked),
        "undecided": int(open_places.size) - len(asked),
        "wrong": len(wrong),
        "examples": [[*operands(p), int(results[p]), wanted[p]] for p in wrong[:EXAMPLES]],
        "digest": digest(little.tobytes()),
    }


class JudgedPlan(Plan):
    """A sweep whose chunks are what `judged` keeps: of an operation in a format."""

    format: Format
    op: str

    def settings(self) -> Mapping[str, Any]:
        """Operation and format."""
        return {"op": self.op, "format": str(self.format)}

    def summary(self, done: Mapping[int, Kept]) -> dict[str, Any]:
        """Counts, the digest of all result codes, and the first wrong results.

        An example holds the operands' codes, the code that the library gave, and the oracle's.
        """
        kept = [done[number] for number in sorted(done)]
        counts = {
            name: sum(chunk[name] for chunk in kept)
            for name in ("items", "asked", "undecided", "wrong")
        }
        return {
            **counts,
            "digest": digest("".join(chunk["digest"] for chunk in kept).encode()),
            "examples": [e for chunk in kept for e in chunk["examples"]][:EXAMPLES],
        }
