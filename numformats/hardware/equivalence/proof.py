# SPDX-License-Identifier: BSD-3-Clause
"""Does a design do what its kind says, for all inputs?  Proved, refuted, or out of time."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from numformats.hardware.equivalence.claims import Claim, Decoder, Encoder, Operator
from numformats.hardware.equivalence.design import read_design
from numformats.hardware.equivalence.ports import ABSENT, fitted
from numformats.hardware.equivalence.terms import Terms
from numformats.hardware.operations import operation
from numformats.parse import as_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numformats.hardware.equivalence.design import Design
    from numformats.hardware.equivalence.terms import Term
    from numformats.parse import FormatLike

__all__ = ["Counterexample", "Proof", "Verdict", "claim", "prove"]

Verdict = Literal["proved", "refuted", "undecided"]


@dataclass(frozen=True)
class Counterexample:
    """Inputs at which the design is wrong.  Ports have the names of the convention."""

    inputs: Mapping[str, int]
    got: Mapping[str, int]
    expected: Mapping[str, int]
    """By the oracle; an output that may be anything is not there."""
    widths: Mapping[str, int]


@dataclass(frozen=True)
class Proof:
    """What came of a claim."""

    verdict: Verdict
    claim: Claim
    design: Design
    input_bits: int
    """The claim is about 2**input_bits inputs."""
    seconds: float
    left_out: tuple[str, ...]
    """Ports of the convention that the design was said not to have."""
    counterexample: Counterexample | None = None
    diagnosis: Any = None

    def __bool__(self) -> bool:
        """Is it proved?"""
        return self.verdict == "proved"


def claim(
    kind: str,
    format: FormatLike,  # noqa: A002 - as the command line says it
    *,
    mode: str | None = None,
    to: FormatLike | None = None,
) -> Claim:
    """The claim of a kind: "decode", "encode", or the name of an operation.

    Raises EquivalenceError for one that cannot be proved, ValueError for one that is not there.
    """
    if kind == "decode":
        return Decoder(as_format(format))
    if kind == "encode":
        return Encoder(operation(format, "add", mode=mode).result)
    return Operator(operation(format, kind, mode=mode, to=to))


def prove(  # noqa: PLR0913 - a design and a claim
    files: Sequence[str | Path],
    top: str,
    format: FormatLike,  # noqa: A002 - as the command line says it
    kind: str,
    *,
    mode: str | None = None,
    to: FormatLike | None = None,
    ports: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    seconds: float = 600,
) -> Proof:
    """Prove that a combinational design is a decoder, an encoder or an operator of a format.

    Parameters
    ----------
    files : paths of Verilog files
    top : name of the module
    format : a format, its class, dtype or text
        At most 32 bits for "decode" and "encode"; operands of at most 16 bits together else.
    kind : "decode", "encode", or an operation of `numformats.hardware.OPERATIONS`
    mode, to : rounding, and format of the result, as of `numformats.hardware.operation`
    ports : the design's names of the ports of the convention; "-" for one that it has not
    parameters : values of the module's parameters
    seconds : after which the verdict is "undecided"

    Returns a Proof, which is true when it is "proved".  Raises EquivalenceError (a ValueError)
    where there is nothing to prove: a design that does not parse or has registers, ports that are
    missing or of the wrong width, a format that is too wide.  RuntimeError, should solver and
    oracle disagree about a counterexample.

    Source: the design by yosys, in bit vectors; a decoder against the cases of the definition, an
    encoder against the thresholds between codes, an operator against the oracle's results of all
    operands; the solver is bitwuzla (Niemetz and Preiner, CAV 2023).
    """
    goal = claim(kind, format, mode=mode, to=to)
    design = read_design(files, top, parameters=parameters, seconds=seconds)
    names = fitted(design, goal.ports, ports or {})
    left_out = tuple(n for n, name in (ports or {}).items() if name == ABSENT)
    widths = {name: design.ports[own].width for name, own in names.items()}
    directions = {name: design.ports[own].direction for name, own in names.items()}
    terms, start = Terms(), time.monotonic()
    words = design.in_terms(terms)
    known = {name: words[own] for name, own in names.items()}
    verdict, model = _solve(terms, goal.wrong(terms, known), known, seconds)
    found = None
    if model is not None:
        inputs = {n: v for n, v in model.items() if directions[n] == "input"}
        got = {n: v for n, v in model.items() if directions[n] == "output"}
        if goal.allows(inputs, got, widths):
            raise RuntimeError(f"solver and oracle disagree about {inputs} -> {got}: please report")
        found = Counterexample(inputs, got, goal.expected(inputs, widths), widths)
    bits = sum(w for n, w in widths.items() if directions[n] == "input")
    return Proof(verdict, goal, design, bits, time.monotonic() - start, left_out, found)


def _solve(
    terms: Terms, wrong: Term, words: Mapping[str, Term], seconds: float
) -> tuple[Verdict, dict[str, int] | None]:
    """Ask whether the claim can be wrong, and where."""
    api = terms.solver
    options = api.Options()
    options.set(api.Option.PRODUCE_MODELS, True)
    solver = api.Bitwuzla(terms.manager, options)
    solver.assert_formula(wrong)
    limit = time.monotonic() + seconds
    with _interruptible() as interrupted:
        solver.configure_terminator(_Stop(lambda: interrupted() or time.monotonic() > limit))
        result = solver.check_sat()
    if result == api.Result.UNSAT:
        return "proved", None
    if result != api.Result.SAT:
        return "undecided", None
    return "refuted", {name: int(solver.get_value(w).value(10)) for name, w in words.items()}


class _Stop:
    """The solver asks this object, often, whether it shall stop."""

    def __init__(self, question: Callable[[], bool]) -> None:
        self._question = question

    def __call__(self) -> bool:
        return self._question()


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C within; raise KeyboardInterrupt at the end.

    The solver's binding drops what is raised while it asks, so that nothing may be raised there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    came = threading.Event()

    def note(_signal: int, _frame: Any) -> None:
        came.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGINT, before)
    if came.is_set():
        raise KeyboardInterrupt
