# SPDX-License-Identifier: BSD-3-Clause
"""What is one question to a solver, and what does it answer?

A query holds hypotheses and a goal.  The solver is asked for values that satisfy the hypotheses and
not the goal: none is a proof, one is a counterexample.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proofs.smt import smtlib
from proofs.smt import terms as t
from proofs.smt.solvers import FIRST, SOLVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Query:
    """`shown`: terms that a counterexample names, codes of operands first.

    `interesting`: together with the hypotheses it has to be satisfiable, or the claim says nothing;
    None: there are no hypotheses that could be empty.  `replay(native, values)` says in lines what
    the compiled core gives at a counterexample, `values` being those of `shown`.
    """

    name: str
    goal: t.T
    hypotheses: tuple[t.T, ...] = ()
    shown: Mapping[str, t.T] = field(default_factory=dict)
    interesting: t.T | None = None
    replay: Callable[..., list[str]] | None = None


@dataclass
class Answer:
    """`status`: unsat, sat or unknown; `values` of the variables where it is sat."""

    status: str
    seconds: float
    nodes: int
    values: dict[str, int]


def ask(asserts, seconds, solver=FIRST):
    """A solver's answer: are there values that satisfy all of `asserts`?"""
    text = smtlib.smtlib(asserts)
    start = time.monotonic()
    status, values = SOLVERS[solver](text, seconds)
    return Answer(status, time.monotonic() - start, len(smtlib.order(asserts)), values)
