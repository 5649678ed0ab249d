# SPDX-License-Identifier: BSD-3-Clause
"""How is a verdict told: in lines for people, in a dictionary for programs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.anatomy import fields, magnitude_code
from numformats.arrays import code_dtype, from_bits
from numformats.hardware.equivalence.claims import Operator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numformats.hardware.equivalence.proof import Counterexample, Proof
    from numformats.number_format import Format

__all__ = ["as_dict", "lines"]


def lines(proof: Proof) -> Iterator[str]:
    """The verdict, and the counterexample with its decoded fields."""
    claim, name = proof.claim, proof.design.name
    inputs = f"all 2^{proof.input_bits} inputs"
    words = {"decode": "decoder", "encode": "encoder"}
    what = f"the {words.get(claim.kind, claim.kind)} of {claim.format}"
    time = f"{proof.seconds:.1f} s"
    if proof.verdict == "proved":
        yield f"{name} is {what}: proved for {inputs}, against {claim.basis} ({time})"
    elif proof.verdict == "undecided":
        yield f"{name}: undecided after {time}; --seconds gives the solver more"
    else:
        yield f"{name} is not {what} ({time})"
    for port in proof.left_out:
        yield f"  without {port}: numbers that need it are not claimed"
    for warning in proof.design.warnings:
        yield f"  yosys: {warning}"
    if proof.counterexample:
        yield from _counterexample(proof, proof.counterexample)


def _counterexample(proof: Proof, found: Counterexample) -> Iterator[str]:
    """One row for each port: what it is, and for outputs what it must be."""
    formats = code_formats(proof)
    for port, value in found.inputs.items():
        yield f"  {port:12} {_shown(port, value, found.widths[port], formats)}"
    for port, value in found.got.items():
        text = _shown(port, value, found.widths[port], formats)
        if port not in found.expected:
            yield f"  {port:12} {text}  (may be anything)"
        elif found.expected[port] == value:
            yield f"  {port:12} {text}  (right)"
        else:
            yield f"  {port:12} {text}  (wrong)"
            must = _shown(port, found.expected[port], found.widths[port], formats)
            yield f"  {'must be':>12} {must}"
    if proof.diagnosis:
        yield f"  diagnosis: {proof.diagnosis.kind}: {proof.diagnosis.sentence}"


def code_formats(proof: Proof) -> Mapping[str, Format]:
    """The ports that carry codes, and of which format."""
    claim = proof.claim
    if isinstance(claim, Operator):
        operands = zip("abc", claim.operation.operands, strict=False)
        return dict(operands) | {"result": claim.operation.result}
    return {"code": claim.format}


def _shown(port: str, value: int, width: int, formats: Mapping[str, Format]) -> str:
    """A code by its fields, any other port by what its convention says."""
    if port in formats:
        return code_text(value, formats[port])
    if port == "scale":
        return str(value - (value >> (width - 1) << width))
    if port == "significand":
        return f"{value:0{width}b}"[:1] + "." + f"{value:0{width}b}"[1:]
    return f"{value:0{width}b}"


def code_text(code: int, fmt: Format) -> str:
    """A code in hexadecimal, its fields, and the number.

    >>> import numformats as nf
    >>> code_text(0x4C, nf.posit8.format)
    '4c  0|10|01|100 = 3.0'
    """
    parts = "|".join(part.bits for part in fields(fmt, magnitude_code(fmt, code)))
    number = from_bits(np.array([code], code_dtype(fmt)), fmt)[0]
    sign = "-" if magnitude_code(fmt, code) != code else ""
    return f"{code:0{-(-fmt.bits // 4)}x}  {sign}{parts} = {number}"


def as_dict(proof: Proof) -> dict[str, Any]:
    """The verdict for programs: all numbers are integers, ports by the names of the convention."""
    found = proof.counterexample
    return {
        "verdict": proof.verdict,
        "top": proof.design.name,
        "kind": proof.claim.kind,
        "format": str(proof.claim.format),
        "against": proof.claim.basis,
        "input_bits": proof.input_bits,
        "seconds": round(proof.seconds, 3),
        "left_out": list(proof.left_out),
        "warnings": list(proof.design.warnings),
        "counterexample": found
        and {
            "inputs": dict(found.inputs),
            "got": dict(found.got),
            "expected": dict(found.expected),
            "diagnosis": proof.diagnosis and proof.diagnosis.kind,
        },
    }
