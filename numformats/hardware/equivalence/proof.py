# SPDX-License-Identifier: BSD-3-Clause
"""Does a design do what its kind says, for all inputs?  Proved, refuted, or out of time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numformats.hardware.equivalence.asking import Verdict, answer, find_failure
from numformats.hardware.equivalence.claims import Claim, Decoder, Encoder, Operator
from numformats.hardware.equivalence.design import read_design
from numformats.hardware.equivalence.ports import ABSENT, fitted
from numformats.hardware.equivalence.terms import Terms
from numformats.hardware.equivalence.triage import triage
from numformats.hardware.operations import operation
from numformats.parse import as_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numformats.hardware.check import Diagnosis
    from numformats.hardware.equivalence.claims import Bits
    from numformats.hardware.equivalence.design import Design
    from numformats.parse import FormatLike

__all__ = ["Counterexample", "Proof", "claim", "prove"]


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
    diagnosis: Diagnosis | None = None
    """What is likely wrong, as `numformats check` says it."""

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
    seconds : of the solver, after which the verdict is "undecided"

    Returns a Proof, which is true when it is "proved".  Raises EquivalenceError (a ValueError)
    where there is nothing to prove: a design that does not parse or has registers, ports that are
    missing or of the wrong width, a format that is too wide.  RuntimeError, should solver and
    oracle disagree about a counterexample.

    Source: the design by yosys, in bit vectors; a decoder against the cases of the definition, an
    encoder against the thresholds between codes, an operator against the oracle's results of all
    operands; the solver is bitwuzla (Niemetz and Preiner, CAV 2023).
    """
    goal = claim(kind, format, mode=mode, to=to)
    design = read_design(files, top, parameters=parameters)
    names = fitted(design, goal.ports, ports or {})
    left_out = tuple(n for n, name in (ports or {}).items() if name == ABSENT)
    widths = {name: design.ports[own].width for name, own in names.items()}
    inputs = [n for n, own in names.items() if design.ports[own].direction == "input"]
    terms, start = Terms(), time.monotonic()
    words = design.in_terms(terms)
    known = {name: words[own] for name, own in names.items()}
    verdict, values = find_failure(terms, goal.wrong(terms, known), known, seconds)
    found = diagnosis = None
    if values is not None:
        first = _split(values, inputs)
        found = _confirmed(goal, *first, widths)
        beside = [answer(terms, known, near) for near in _neighbours(first[0], widths)]
        diagnosis = triage(goal, [first, *(_split(v, inputs) for v in beside)], widths)
    spent = time.monotonic() - start
    bits = sum(widths[name] for name in inputs)
    return Proof(verdict, goal, design, bits, spent, left_out, found, diagnosis)


def _split(values: Bits, inputs: Sequence[str]) -> tuple[Bits, Bits]:
    """Inputs, and outputs."""
    return (
        {name: value for name, value in values.items() if name in inputs},
        {name: value for name, value in values.items() if name not in inputs},
    )


def _confirmed(goal: Claim, inputs: Bits, got: Bits, widths: Bits) -> Counterexample:
    """The counterexample, if the oracle agrees that it is one."""
    if goal.allows(inputs, got, widths):
        raise RuntimeError(f"solver and oracle disagree about {inputs} -> {got}: please report")
    return Counterexample(inputs, got, goal.expected(inputs, widths), widths)


def _neighbours(inputs: Bits, widths: Bits) -> Iterator[dict[str, int]]:
    """The inputs with one bit of a number changed: right and wrong answers that tell more.

    What says zero, NaR or infinity stays, and so does the significand's leading one.
    """
    for name, value in inputs.items():
        bits = widths[name] - (name == "significand")
        if widths[name] > 1 or name in ("sign", "sticky"):
            yield from ({**inputs, name: value ^ 1 << place} for place in range(bits))
