# SPDX-License-Identifier: BSD-3-Clause
"""Which inputs and variables of a function may be stored in cheaper formats than it computes in?

A variable is stored by rounding it to the cheaper format whenever it is written; arithmetic stays
in the format of the choice.  From the cheapest format up, delta debugging finds the variables that
cannot be stored in it; all others are, and the rest goes on to the next format.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.delta import keep_few
from numformats.analysis.figures import short
from numformats.analysis.hardware_cost import cost_of
from numformats.analysis.stored_variables import rewrite, variables
from numformats.analysis.trial import judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.call import Call
    from numformats.analysis.candidate import Candidate
    from numformats.analysis.recommendation import Choice
    from numformats.analysis.reference_errors import ErrorKind, Truth

__all__ = ["StoragePlan", "plan_storage"]


@dataclass(frozen=True)
class StoragePlan:
    """Formats of inputs and variables, and what was tried to find them.

    `formats` maps each name to its format's; `error` is the error of all together.  `bits` is the
    sum of bits of the inputs' numbers, `bits_before` of the same in the computing format.
    `blockers` maps each name to the narrower format with the least error of those that it cannot
    take, and that error beside the others' formats: it exceeds the tolerance.  `trials` counts the
    runs.
    """

    computing: str
    formats: dict[str, str]
    error: float
    bits: int
    bits_before: int
    blockers: dict[str, tuple[str, float]]
    trials: int

    def __repr__(self) -> str:
        """One line for each variable."""
        first = f"stored apart, computed in {self.computing}: error {short(self.error)}, inputs "
        lines = [f"{first}{self.bits} bits instead of {self.bits_before} ({self.trials} runs)"]
        for name, stored in self.formats.items():
            other = self.blockers.get(name)
            why = f" ({other[0]}: error {short(other[1])})" if other else ""
            lines.append(f"  {name}: {stored}{why}")
        return "\n".join(lines)


class _Trials:
    """Runs with some variables stored in other formats, each tried once."""

    def __init__(
        self, call: Call, truth: Truth, choice: Choice, goal: tuple[float, ErrorKind]
    ) -> None:
        self.call, self.truth, self.goal = call, truth, goal
        self.base = np.dtype(choice.format)
        self.locals = variables(call.function)
        self.known: dict[tuple[tuple[str, str], ...], float] = {}

    def error(self, stored: dict[str, Candidate]) -> float:
        """The error with these variables stored like this; infinite when that fails."""
        key = tuple(sorted((name, candidate.name) for name, candidate in stored.items()))
        if key not in self.known:

            def store(name: str, value: Any) -> Any:
                there = isinstance(value, np.ndarray | np.generic) and value.dtype == self.base
                return (
                    _through(value, stored[name], self.base) if there and name in stored else value
                )

            def convert(name: str, values: NDArray[Any]) -> Any:
                return store(name, values.astype(stored[name].dtype).astype(self.base)[()]
                             if name in stored else values.astype(self.base)[()])  # fmt: skip

            function = None
            if any(name in self.locals for name in stored):
                function = rewrite(self.call.function, store)  # type: ignore[arg-type] # it has variables
            worst, _ = judge(
                self.call, self.truth, self.base, *self.goal, convert=convert, function=function
            )
            self.known[key] = float("inf") if worst is None else worst.error
        return self.known[key]

    def holds_but(
        self, stored: dict[str, Candidate], names: list[str], candidate: Candidate, kept: list[str]
    ) -> bool:
        """Does it hold when the names that are not kept are stored in the candidate, too?"""
        return self.holds({**stored, **{n: candidate for n in names if n not in kept}})

    def holds(self, stored: dict[str, Candidate]) -> bool:
        return self.error(stored) <= self.goal[0]


def _through(value: Any, candidate: Candidate, base: np.dtype[Any]) -> Any:
    """The value rounded to the candidate; in place, so that views of an array see it too."""
    with np.errstate(all="ignore"):
        rounded = value.astype(candidate.dtype).astype(base)
    if isinstance(value, np.ndarray) and value.flags.writeable:
        value[...] = rounded
        return value
    return rounded


def plan_storage(  # noqa: PLR0913
    call: Call, truth: Truth, choice: Choice, candidates: list[Candidate],
    goal: tuple[float, ErrorKind], on_step: Callable[[str], None],
) -> Choice:  # fmt: skip
    """The choice with its plan: `recommend`'s per_variable."""
    trials = _Trials(call, truth, choice, goal)
    left = [*call.converted, *(name for name in trials.locals if name not in call.inputs)]
    everything = list(left)
    stored: dict[str, Candidate] = {}
    cheaper = sorted(
        (c for c in candidates if c.bits < choice.bits), key=lambda c: (c.bits, cost_of(c).total)
    )
    for candidate in cheaper:
        if not left:
            break
        on_step(f"storage in {candidate.name}")

        kept = keep_few(left, functools.partial(trials.holds_but, stored, left, candidate))
        stored |= {name: candidate for name in left if name not in kept}
        left = kept
    _narrow_one_by_one(trials, stored, everything, choice.bits, cheaper)
    blockers = {}
    for name in everything:
        narrower = _narrower(stored, name, choice.bits, cheaper)
        if narrower:
            tried = min(narrower, key=lambda c: trials.error({**stored, name: c}))
            blockers[name] = (tried.name, trials.error({**stored, name: tried}))
    sizes = {name: int(np.size(call.inputs[name])) for name in call.converted}  # type: ignore[arg-type]
    plan = StoragePlan(
        computing=choice.name,
        formats={name: stored[name].name if name in stored else choice.name for name in everything},
        error=trials.error(stored),
        bits=sum(
            n * (stored[name].bits if name in stored else choice.bits) for name, n in sizes.items()
        ),
        bits_before=sum(sizes.values()) * choice.bits,
        blockers=blockers,
        trials=len(trials.known),
    )
    return replace(choice, storage=plan)


def _narrower(
    stored: dict[str, Candidate], name: str, widest: int, cheaper: list[Candidate]
) -> list[Candidate]:
    width = stored[name].bits if name in stored else widest
    return [c for c in cheaper if c.bits < width]


def _narrow_one_by_one(
    trials: _Trials, stored: dict[str, Candidate], names: list[str], widest: int,
    cheaper: list[Candidate],
) -> None:  # fmt: skip
    """Try again what failed beside others' formats, until nothing holds: errors may cancel."""
    changed = True
    while changed:
        changed = False
        for name in names:
            fitting = (
                c
                for c in _narrower(stored, name, widest, cheaper)
                if trials.holds({**stored, name: c})
            )
            found = next(fitting, None)
            if found is not None:
                stored[name], changed = found, True
