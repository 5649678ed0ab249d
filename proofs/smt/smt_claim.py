# SPDX-License-Identifier: BSD-3-Clause
"""How does a claim that is a list of queries become a claim of the registry?"""

from __future__ import annotations

import time

from proofs.claim import PROVED, REFUTED, UNKNOWN, UNSUPPORTED, Claim, Outcome
from proofs.smt import terms as t
from proofs.smt.c.types import UnsupportedError
from proofs.smt.core import Core
from proofs.smt.query import ask
from proofs.smt.solvers import FIRST, SOLVERS

_cores = {}


def core_of(checkout, make=Core):
    """The core of a checkout, parsed once per process."""
    key = (str(checkout.root), make)
    if key not in _cores:
        _cores[key] = make(checkout)
    return _cores[key]


def smt_claim(name, says, functions, queries, instances, *, core=Core, **more):
    """`queries(core, instance)` yields Query objects; all of them have to be proved."""

    def prove(instance, checkout, seconds, solver=FIRST):
        start = time.monotonic()
        outcome = Outcome(PROVED, solver=solver)
        try:
            program = core_of(checkout, core)
            outcome.files = program.digests()
            for query in queries(program, instance):
                if not settle(query, program, seconds, outcome):
                    break
        except UnsupportedError as error:
            outcome.result, outcome.why = UNSUPPORTED, str(error)
        outcome.seconds = time.monotonic() - start
        return outcome

    def prepare(checkout):
        """Parse and compile what all instances share."""
        return core_of(checkout, core).native

    more = {"prepare": prepare, "solvers": tuple(SOLVERS), **more}
    return Claim(name, says, "smt", tuple(functions), prove, tuple(instances), **more)


def settle(query, core, seconds, outcome):
    """Ask one query; False where it is not proved, and the outcome says why."""
    if query.interesting is not None:
        vacuity = ask([*query.hypotheses, query.interesting], seconds, outcome.solver)
        outcome.vacuity = "satisfiable" if vacuity.status == "sat" else vacuity.status
        if vacuity.status != "sat":
            outcome.result, outcome.why = (
                UNKNOWN,
                f"{query.name}: the hypotheses are {vacuity.status}",
            )
            return False
    answer = ask([*query.hypotheses, t.lnot(query.goal), *named(query)], seconds, outcome.solver)
    outcome.nodes += answer.nodes
    if answer.status == "unsat":
        return True
    outcome.result = REFUTED if answer.status == "sat" else UNKNOWN
    outcome.why = (
        query.name if answer.status == "sat" else f"{query.name}: no answer within {seconds:g} s"
    )
    if answer.status == "sat":
        outcome.counterexample = counterexample(query, core, answer.values)
    return False


def named(query):
    """Equations that give the terms a counterexample shows a name, so that the solver has their values."""
    return [t.eq(t.var(f"shown_{i}", x.w), x) for i, x in enumerate(query.shown.values())]


def counterexample(query, core, values):
    """Lines: the terms that the query shows, then what the compiled core gives there."""
    shown = {name: values[f"shown_{i}"] for i, name in enumerate(query.shown)}
    lines = [f"{name} = {value:#x}" for name, value in shown.items()]
    if query.replay and not core.checkout.is_mutant:
        lines += query.replay(core.native, shown)
    return lines
