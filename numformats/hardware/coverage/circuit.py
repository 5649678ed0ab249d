# SPDX-License-Identifier: BSD-3-Clause
"""What are the quantities of a case, in words?  The same as `definition` says.

The decoders, the operation and the cut are written once.  Evaluated on columns of NumPy's
integers they count; read by a solver they find witnesses and prove that there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.hardware.coverage.arithmetic import exact_result
from numformats.hardware.coverage.cutting import bits_before_cut, cut
from numformats.hardware.coverage.decoders import decode
from numformats.hardware.coverage.scales import Coordinate, precision, scales

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.hardware.coverage.arithmetic import Result
    from numformats.hardware.coverage.decoders import Number
    from numformats.hardware.coverage.words import Algebra, Truth, Word
    from numformats.hardware.operations import Operation

__all__ = ["quantities", "width"]


def width(operation: Operation) -> int:
    """Bits of a signed word in which no step of the circuit overflows."""
    operands, f = operation.operands, operation.result
    p, bits = max(map(precision, operands)), bits_before_cut(f)
    name = operation.name
    inside = {
        "add": p + 6,
        "sub": p + 6,
        "mul": 2 * p,
        "fma": 2 * p + 6,
        "div": p + bits + 2,
        "sqrt": 2 * bits,
    }.get(name, p)
    # A code, a takum of 12 bits with its characteristic, a string before it is cut, CANCELLED.
    fields = (max(12, *(g.bits for g in (*operands, f))) + 8, f.es + bits, 11 + bits, 22)
    # Sums and differences of exponents, and the code of a float with any exponent.
    exponents = [max(8 + 3, g.exp + 3, g.rs.bit_length() + g.es + 2) for g in (*operands, f)]
    return max(inside, *fields, *exponents, f.exp + f.man + 3) + 2


def quantities(algebra: Algebra, operation: Operation, codes: Sequence[Word]) -> dict[str, Word]:
    """The quantities of codes by name; where a case has not a quantity, its word is meaningless."""
    where = algebra.where
    numbers = [decode(algebra, f, c) for f, c in zip(operation.operands, codes, strict=True)]
    q: dict[str, Word] = {"always": where(codes[0] >= 0, 1, 0)}
    for letter, number in zip("abc", numbers, strict=False):
        kind = where(number.negative, 6 - number.rank, 7 + number.rank)
        q[f"kind_{letter}"] = where(number.nan, 0, kind)
        q[f"scale_{letter}"] = number.exponent
    f, name = operation.result, operation.name
    x = exact_result(algebra, name, numbers, bits_before_cut(f))
    special, all_numbers = _special(name, numbers, x), numbers[0].is_number
    for number in numbers[1:]:
        all_numbers = all_numbers & number.is_number
    is_result = ~special & (x.significand != 0)
    found = cut(algebra, f, x)
    is_cut = is_result & found.near
    truths = {
        "result": is_result,
        "numbers": is_result & all_numbers,
        "cut": is_cut,
        "shifted": all_numbers & ~special & (is_cut | (x.significand == 0)),
        "negative": x.negative,
        "lsb": found.lsb,
        "guard": found.guard,
        "round": found.round,
        "sticky": found.sticky,
    }
    if x.difference is not None:
        truths["difference"] = x.difference
    q |= {key: where(truth, 1, 0) for key, truth in truths.items()}
    rest = found.round | found.sticky
    q["tail"] = where(found.guard, where(rest, 3, 2), where(rest, 1, 0))
    q["tail"] = where(x.significand == 0, 0, q["tail"])
    shifts = {"alignment": x.alignment, "normalisation": x.normalisation}
    q |= {key: word for key, word in shifts.items() if word is not None}
    q |= {"scale_r": x.exponent, "carry": found.carry, "end": found.end}
    if len(numbers) > 1:
        q["place"] = _place(algebra, operation, q)
    return q


def _special(name: str, numbers: list[Number], x: Result) -> Truth:
    """Is the result no number?"""
    special = numbers[0].nan | numbers[0].inf
    for number in numbers[1:]:
        special = special | number.nan | number.inf
    if name == "sqrt":
        special = special | x.negative
    if name == "div":
        special = special | ~numbers[1].is_number
    return special


def _place(algebra: Algebra, operation: Operation, q: dict[str, Word]) -> Word:
    """Where the class of the result's scale is among those of a and b."""
    where = algebra.where

    def classes(cuts: Coordinate) -> Word:
        return algebra.count(q[cuts.name], cuts.edges[1:])

    first, second = operation.operands[:2]
    a, b = classes(scales(first, "scale_a")), classes(scales(second, "scale_b"))
    r = classes(scales(operation.result, "scale_r"))
    low, high = where(a < b, a, b), where(a < b, b, a)
    inside = where(r == high, 3, where(r == low, 1, 2))
    return where(r < low, 0, where(r > high, 4, inside))
