# SPDX-License-Identifier: BSD-3-Clause
"""What is a claim, what is one instance of it, and what came out of a proof?

A claim says one thing of functions of the core.  It is proved instance by instance: for one row at
one field width, for one part of a case split, or once.  Rooms (smt, coq, gappa, exhaustion, bounds)
make claims; registry.py collects them; run.py runs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROVED, REFUTED, UNKNOWN, UNSUPPORTED, SKIPPED = (
    "proved",
    "refuted",
    "unknown",
    "unsupported",
    "skipped",
)


@dataclass(frozen=True, order=True)
class Instance:
    """`row` is the text of a format, as nf_format_parse reads it; width is of the field."""

    row: str = ""
    width: int = 0
    part: str = ""

    def __str__(self):
        return " ".join(str(x) for x in (self.row, self.width, self.part) if x)


@dataclass(frozen=True)
class Mutant:
    """A mistake planted in one file: the claim must be refuted at `instance`.

    `equivalent` gives the reason why a mutant is no mistake there, and must be proved.
    """

    name: str
    path: str  # from the root of the checkout: cbits/core/round.h
    old: str  # exactly one place of the file
    new: str
    instance: Instance
    equivalent: str = ""


@dataclass
class Outcome:
    """`counterexample`: lines for a person, codes and decoded values first; `why`: of a result that is not proved."""

    result: str
    seconds: float = 0.0
    solver: str = ""
    nodes: int = 0
    vacuity: str = ""  # "satisfiable", or "" where there are no hypotheses
    counterexample: list[str] = field(default_factory=list)
    why: str = ""
    files: dict[str, str] = field(default_factory=dict)  # path: SHA-256 of what was read
    broken: bool = False  # the proof itself ended by an exception or a signal


@dataclass(frozen=True)
class Claim:
    """`prove(instance, checkout, seconds)` gives an Outcome; it may take `seconds` for each query.

    `instances`: all that are proved (`quick` says which of them by `make proofs`).  `of_row(row)`:
    the instances for any one row, with those of lemmas as (claim id, instance) in `needs`; a
    ValueError says why the claim cannot have it.  `prepare(checkout)`: what all instances share, done
    once before processes start.  `solvers`: second solvers, any of which `prove` takes as `solver`.
    """

    id: str
    says: str
    kind: str  # smt, coq, gappa, exhaustion, bounds
    functions: tuple[str, ...]
    prove: Callable[..., Outcome]
    instances: tuple[Instance, ...]
    quick: Callable[[Instance], bool] = lambda _instance: True
    of_row: Callable[..., list[Instance]] | None = None
    needs: Callable[..., list[tuple[str, Instance]]] = lambda _instance: []
    mutants: tuple[Mutant, ...] = ()
    seconds: float = 60.0  # limit of one query
    trusts: str = ""
    prepare: Callable[..., object] = lambda _checkout: None
    solvers: tuple[str, ...] = ()
