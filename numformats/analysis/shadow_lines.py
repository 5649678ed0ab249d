# SPDX-License-Identifier: BSD-3-Clause
"""Where in the user's program is this, and what has happened there so far?"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import CodeType

    from numformats.analysis.ruler import Ruler

__all__ = ["NOWHERE", "Lines", "Place", "Tally"]

_NOT_THE_USERS = {"numpy", "numformats", "contextlib", "functools"}


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


NOWHERE = Place("?", 0)  # a function without a line of its own, such as np.exp itself


@dataclass
class Tally:
    """What one kind of operation did at one place."""

    errors: Any  # nf_errors
    calls: int = 0
    elements: int = 0
    measured: int = 0  # fewer than elements where arrays were sampled
    nans: int = 0  # results that are none although no operand was
    cancellations: int = 0
    cancelled_bits: float = 0.0
    decisions: int = 0
    diverged: int = 0
    blame: float = 0.0
    gross: float = 0.0
    through: float = 0.0


@dataclass
class Lines:
    """The tallies of a run, and where things first went wrong."""

    boundary: CodeType | None = None  # frames from this one out are not the program's
    tallies: dict[tuple[Place, str], Tally] = field(default_factory=dict)
    first_nan: tuple[Place, str] | None = None
    first_saturation: tuple[Place, str] | None = None

    def here(self) -> Place:
        """The innermost line that is neither NumPy's nor ours."""
        frame = sys._getframe(1)  # noqa: SLF001 - as the standard library's logging does
        while frame is not None and frame.f_code is not self.boundary:
            module = frame.f_globals.get("__name__") or ""
            if module.partition(".")[0] not in _NOT_THE_USERS:
                return Place(frame.f_code.co_filename, frame.f_lineno)
            frame = frame.f_back  # type: ignore[assignment]
        return NOWHERE

    def tally(self, place: Place, operation: str, ruler: Ruler) -> Tally:
        """The tally of an operation at a place."""
        key = place, operation
        found = self.tallies.get(key)
        if found is None:
            found = self.tallies[key] = Tally(ruler.errors())
        return found
