# SPDX-License-Identifier: BSD-3-Clause
"""In which region does a wrong answer lie?  What is said of it where no model of a fault fits."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.anatomy import fields, magnitude_code
from numformats.oracle import Special
from numformats.oracle.values import is_infinite, is_zero

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.check.evidence import Evidence

__all__ = ["regime_of", "region", "symptom"]

_PLACES = {
    "special": "the exact result is no number",
    "zero": "the exact result is 0",
    "beyond": "the exact result is beyond the largest number",
    "under": "the exact result is below the least number that is not 0",
    "exact": "the exact result is a number of the format",
    "tie": "the exact result is a tie",
    "below": "the exact result is nearer to the code toward 0",
    "above": "the exact result is nearer to the code away from 0",
}


def region(evidence: Evidence) -> str:
    """Where the exact result lies, and how many fraction bits remain there."""
    text = _PLACES[evidence.place]
    bits = evidence.fraction_bits
    if bits is None or evidence.place in {"beyond", "under", "exact"}:
        return text
    if bits > 0:
        return f"{text}; {bits} fraction bit{'s' * (bits > 1)} remain"
    cut = f" and {-bits} exponent bit{'s' * (bits < -1)} cut off" if bits else ""
    return f"{text}; no fraction bits remain{cut}"


def regime_of(evidence: Evidence, code: int) -> str:
    """The regime bits of a code's magnitude; "" in formats without."""
    f = evidence.operation.result
    parts = fields(f, magnitude_code(f, code)) if f.is_tapered else []
    return "".join(
        part.bits for part in parts if part.name in {"direction", "regime", "regime size"}
    )


def symptom(evidence: Evidence) -> tuple[str, str]:
    """Kind and sentence of a wrong answer by itself: the first of a list that is so."""
    kind, text = next((kind, text) for kind, text, shows in _SYMPTOMS if shows(evidence))
    return kind, text.format(got=_got(evidence))


def _got(e: Evidence) -> str:
    """What the device gave, in a word."""
    value = e.oracle.decode(e.got)
    if value is Special.NAN:
        return "NaR" if e.operation.result.is_tapered else "NaN"
    if is_zero(value):
        return "0"
    return "infinity" if is_infinite(value) else "another number"


def _is_nan(e: Evidence, code: int) -> bool:
    return e.oracle.decode(code) is Special.NAN


def _of_nan(e: Evidence) -> bool:
    return Special.NAN in e.values and not _is_nan(e, e.expected)


def _zero_for_number(e: Evidence) -> bool:
    got, right = (e.oracle.decode(code) for code in (e.got, e.expected))
    small = isinstance(right, Fraction) and 0 < abs(right) < 1
    return e.place == "under" or (is_zero(got) and small)


def _sign_differs(e: Evidence) -> bool:
    return not _is_nan(e, e.got) and e.oracle.signbit(e.got) != e.oracle.signbit(e.expected)


def _is_beside(e: Evidence) -> bool:
    """Is it one of the two codes beside the exact result?"""
    return e.is_number and e.got in {e.round("toward_zero"), e.outward}


_SYMPTOMS: list[tuple[str, str, Callable[[Evidence], bool]]] = [
    (
        "saturation",
        "some results beyond the largest number become {got}",
        lambda e: e.place == "beyond",
    ),
    (
        "nar",
        "some results are {got} where it must not come",
        lambda e: _is_nan(e, e.got) and not _is_nan(e, e.expected),
    ),
    (
        "nar",
        "some operands that are no numbers give {got}",
        lambda e: _is_nan(e, e.expected) and not _is_nan(e, e.got) and Special.NAN in e.values,
    ),
    (
        "nar",
        "some operations that have no result give {got}",
        lambda e: _is_nan(e, e.expected) and not _is_nan(e, e.got),
    ),
    ("nar", "some results of operands that are no numbers are wrong", _of_nan),
    ("underflow", "some results near the least number become {got}", _zero_for_number),
    ("sign", "the sign is wrong", _sign_differs),
    ("tie", "some ties go the wrong way", lambda e: e.place == "tie" and _is_beside(e)),
    (
        "regime",
        "the regime is wrong",
        lambda e: regime_of(e, e.got) != regime_of(e, e.expected),
    ),
    (
        "regime",
        "rounding is wrong where no fraction bits remain",
        lambda e: e.fraction_bits is not None and e.fraction_bits <= 0,
    ),
    (
        "sticky",
        "some results just above a tie are rounded as if they were ties",
        lambda e: _is_beside(e) and e.place == "above" and e.got & 1 == 0,
    ),
    ("sticky", "the wrong one of the two codes beside the exact result is taken", _is_beside),
    ("other", "the answer is wrong, by no fault that is known here", lambda _: True),
]
