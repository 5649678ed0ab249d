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


def bitwuzla_answer(text, seconds):
    """Status and values of the variables, by bitwuzla."""
    from bitwuzla import Option, Options, Parser, TermManager

    options = Options()
    options.set(Option.PRODUCE_MODELS, True)
    options.set(Option.TIME_LIMIT_PER, int(seconds * 1000))
    options.set(Option.SEED, 1)
    parser = Parser(TermManager(), options)
    parser.parse(text, True, False)
    solver = parser.bitwuzla()
    status = str(solver.check_sat()).rpartition(".")[2].lower()
    values = {}
    if status == "sat":
        for f in parser.get_declared_funs():
            values[str(f)] = int(
                str(solver.get_value(f))
                .removeprefix("#b")
                .replace("true", "1")
                .replace("false", "0"),
                2,
            )
    return status, values


def ask(asserts, seconds, solver=bitwuzla_answer):
    """The solver's answer: are there values that satisfy all of `asserts`?"""
    text = smtlib.smtlib(asserts)
    start = time.monotonic()
    status, values = solver(text, seconds)
    return Answer(status, time.monotonic() - start, len(smtlib.order(asserts)), values)
