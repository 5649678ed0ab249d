# SPDX-License-Identifier: BSD-3-Clause
"""Which faults lie in the last step, where an exact result becomes one of two codes?"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from numformats.hardware.check.evidence import BETWEEN
from numformats.hardware.check.fault import Fault
from numformats.hardware.check.regions import regime_of
from numformats.oracle import SquareRoot
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.check.evidence import Evidence
    from numformats.number_format import Format

__all__ = ["rounding_faults"]

_TIES = {
    "nearest_even": "ties go to the even code",
    "nearest_away": "ties go away from zero",
    "nearest_zero": "ties go toward zero",
    "nearest_positive": "ties go up, toward +infinity",
    "nearest_negative": "ties go down, toward -infinity",
}
_MODES = {
    "toward_zero": "truncates instead of rounding",
    "toward_positive": "rounds up, toward +infinity",
    "toward_negative": "rounds down, toward -infinity",
    "to_odd": "rounds to odd",
    "nearest_even": "rounds to nearest, ties to even",
}


def rounding_faults(f: Format) -> Iterator[Fault]:
    """The faults that a device of this format can have in its rounding."""
    if f.family == "truncated":
        yield Fault("sticky", "rounds to nearest instead of truncating", _nearest)
        return
    own = f.rounding
    if own in _TIES:
        for mode in [m for m in _TIES if m != own]:
            yield Fault("tie", _TIES[mode], partial(_tie, mode=mode))
        yield Fault("tie", "ties go to the odd code", _tie_to_odd)
    for mode in [m for m in _MODES if m != own]:
        if own in _TIES and mode in _TIES:
            continue
        text = _MODES[mode] if mode == "toward_zero" else f"{_MODES[mode]}, instead of {own}"
        yield Fault("sticky", text, partial(_rounded, mode=mode))
    yield Fault("sticky", "rounds away from zero", _away)
    yield Fault("sticky", "a carry out of the fraction is lost", _carry_lost)
    if f.is_tapered:
        yield from _taper_faults()


def _taper_faults() -> Iterator[Fault]:
    text = "rounding is disabled where no fraction bits remain"
    yield Fault("regime", text, partial(_not_rounded, most=0))
    text = "rounding is disabled where exponent bits are cut off"
    yield Fault("regime", text, partial(_not_rounded, most=-1))
    text = "rounds up always where no fraction bits remain"
    yield Fault("regime", text, _up_without_fraction)
    text = "a carry into the next regime is lost: the result stays below the boundary"
    yield Fault("regime", text, _regime_carry_lost)
    text = "takes the nearer number where exponent bits are cut off, and does not round the code"
    yield Fault("regime", text, _nearer_number)


def _nearest(e: Evidence) -> int | None:
    return e.round("nearest_even") if e.is_number else None


def _tie(e: Evidence, mode: str) -> int | None:
    return e.round(mode) if e.place == "tie" else None


def _tie_to_odd(e: Evidence) -> int | None:
    """Between the two codes of a tie, one is odd."""
    if e.place != "tie":
        return None
    inward = e.round("toward_zero")
    return inward if inward & 1 else e.outward


def _rounded(e: Evidence, mode: str) -> int | None:
    return e.round(mode) if e.place in BETWEEN else None


def _away(e: Evidence) -> int | None:
    return e.outward if e.place in BETWEEN else None


def _carry_lost(e: Evidence) -> int | None:
    """The fraction becomes 0, but the exponent before it stays."""
    if e.place not in BETWEEN or e.expected != e.outward or e.operation.result.family == "fixed":
        return None
    value = e.oracle.decode(e.outward)
    if not isinstance(value, Fraction) or not value or value.numerator & (value.numerator - 1):
        return None
    assert isinstance(e.exact, Fraction | SquareRoot)
    return e.code_of(value / 2) if floor_log2(value) > floor_log2(e.exact) else None


def _not_rounded(e: Evidence, most: int) -> int | None:
    bits = e.fraction_bits
    if e.place not in BETWEEN or bits is None or bits > most:
        return None
    return e.round("toward_zero")


def _up_without_fraction(e: Evidence) -> int | None:
    bits = e.fraction_bits
    return e.outward if e.place in BETWEEN and bits is not None and bits <= 0 else None


def _regime_carry_lost(e: Evidence) -> int | None:
    if e.place not in BETWEEN or e.expected != e.outward:
        return None
    inward = e.round("toward_zero")
    return inward if regime_of(e, inward) != regime_of(e, e.outward) else None


def _nearer_number(e: Evidence) -> int | None:
    """Nearest by distance; where both are as near, the even code."""
    bits = e.fraction_bits
    if e.place not in BETWEEN or bits is None or bits >= 0 or isinstance(e.exact, SquareRoot):
        return None
    inward, outward = e.round("toward_zero"), e.outward
    near, far = (abs(e.oracle.decode(c) - e.exact) for c in (inward, outward))  # type: ignore[operator]
    if near == far:
        return inward if inward & 1 == 0 else outward
    return inward if near < far else outward
