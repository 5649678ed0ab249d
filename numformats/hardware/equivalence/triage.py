# SPDX-License-Identifier: BSD-3-Clause
"""What is wrong with a design that is refuted?  The diagnosis of `numformats.hardware.check`.

An operator's counterexample is a case of its operation.  An encoder's is one of a conversion: from
a float that is wide enough to hold the number exactly.  Of a decoder the wrong field says it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

import numformats as nf
from numformats.arrays import code_dtype
from numformats.hardware.cases import Cases
from numformats.hardware.check import Diagnosis, diagnose
from numformats.hardware.equivalence.claims import Decoder, Encoder, Operator
from numformats.hardware.operations import Conversion
from numformats.oracle import for_format
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.hardware.equivalence.claims import Bits, Claim
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format
    from numformats.oracle.values import Exact

__all__ = ["triage"]

_FIELDS = {
    "sign": ("sign", "the sign is not that of the code"),
    "nar": ("nar", "NaR or NaN is not told from numbers"),
    "inf": ("saturation", "infinities are not told from numbers"),
    "zero": ("underflow", "zero is not told from other numbers"),
    "scale": ("regime", "the scale is wrong: regime, exponent, or their sum"),
    "significand": ("other", "the fraction is not at its place below the hidden bit"),
}
_MOST_BITS = 64


def triage(claim: Claim, answers: Sequence[tuple[Bits, Bits]], widths: Bits) -> Diagnosis | None:
    """The likely fault, from inputs and outputs of which the first are wrong; None: no model fits.

    The other answers, right and wrong ones, tell faults apart that agree on the first.
    """
    inputs, got = answers[0]
    if isinstance(claim, Operator):
        names = [name for name in "abc" if name in inputs]
        rows = [[i[name] for name in names] for i, _ in answers]
        return _diagnosed(claim.operation, rows, [o["result"] for _, o in answers])
    if isinstance(claim, Encoder):
        exact = [claim.exact(i, widths) for i, _ in answers]
        source = _holding(exact, widths)
        if source is None:
            return None
        rows = [[for_format(source).encode(x)] for x in exact]
        return _diagnosed(Conversion(source, claim.format), rows, [o["code"] for _, o in answers])
    assert isinstance(claim, Decoder)
    wanted = claim.expected(inputs, widths)
    wrong = [name for name in _FIELDS if name in wanted and got[name] != wanted[name]]
    kind, sentence = _FIELDS[wrong[0]]
    return Diagnosis(kind, sentence, 1)


def _diagnosed(
    operation: Operation, rows: Sequence[Sequence[int]], results: Sequence[int]
) -> Diagnosis | None:
    """What the checker says of these cases."""
    columns = tuple(operation.columns(rows))
    found = diagnose(operation, Cases(columns, np.array(results, code_dtype(operation.result))))
    return found[0] if found else None


def _holding(numbers: Sequence[Exact], widths: Bits) -> Format | None:
    """A float of at most 64 bits that has these numbers, or ones beside them as sticky bits say."""
    # Two bits below the last: a number above it by a third of a unit stays apart from both.
    man = widths["significand"] + widths.get("guard", 0) + 1
    scales = [floor_log2(x) for x in numbers if isinstance(x, Fraction) and x]
    exp = max([s.bit_length() + 2 for s in scales] + [4])
    if 1 + exp + man > _MOST_BITS:
        return None
    return nf.Float(exp=exp, man=man).format
