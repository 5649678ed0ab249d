# SPDX-License-Identifier: BSD-3-Clause
"""How far does a format move a number of each binade?  Tables of the largest errors, by binade.

Within a binade (2**e, 2**(e+1)] the values of every format here are at one distance, the gap;
where powers of two are missing (the ends of posits, underflow) the values around the binade stand
for it.  To nearest the error is half the gap, in other modes all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats import Format, FormatInfo

    Floats = NDArray[np.float64]

__all__ = ["FIRST", "LAST", "Errors", "error_tables", "outward"]

FIRST, LAST = -1074, 1023  # binades of float64; smaller numbers count to the first one
# Errors toward lower and toward higher magnitude, in units of the gap; of negative numbers,
# mirrored.
_NEAREST = (0.5, 0.5)
_POSITIVE = {
    "toward_zero": (1.0, 0.0),
    "toward_negative": (1.0, 0.0),
    "toward_positive": (0.0, 1.0),
}
_NEGATIVE = {
    "toward_zero": (1.0, 0.0),
    "toward_negative": (0.0, 1.0),
    "toward_positive": (1.0, 0.0),
}


@dataclass(frozen=True, eq=False)
class Errors:
    """Of each binade the largest |z| - |round(z)| and |round(z)| - |z|, z positive and negative."""

    positive: tuple[Floats, Floats]
    negative: tuple[Floats, Floats]

    def columns(self) -> Floats:
        """The four and, fifth, the largest error relative to |z|."""
        four = np.stack([*self.positive, *self.negative])
        with np.errstate(all="ignore"):
            unit = four.max(axis=0) / np.ldexp(1.0, np.arange(FIRST, LAST + 1))
        return np.concatenate([four, np.nextafter(unit, np.inf)[None]])


def outward(x: Fraction, direction: int) -> float:
    """The float64 next to x and not below it (direction 1), or not above it (-1)."""
    try:
        near = float(x)
    except OverflowError:
        near = np.inf if x > 0 else -np.inf
        if (direction > 0) != (x > 0):
            near = float(np.nextafter(near, 0))
        return near
    if (Fraction(near) - x) * direction >= 0:  # near - x would be rounded
        return near
    return float(np.nextafter(near, direction * np.inf))


def error_tables(f: Format) -> dict[str, Errors]:
    """The errors of a format's arithmetic: "add" of everything but what has a table of its own.

    That may be "multiply", for products, and "load", for operands that are cut or flushed when
    they are read.
    """
    gap, low, high = _gaps(nf.finfo(f))
    if f.family != "truncated":
        return {"add": _of_mode(f.rounding, gap, low, high)}
    cut = _cut_gap(f, gap)
    nearest = 0.5 * gap
    both = Errors((nearest, nearest), (nearest, nearest))
    cut_first = Errors((cut + nearest, nearest), (cut + nearest, nearest))
    only_cut = Errors((cut, np.zeros_like(cut)), (cut, np.zeros_like(cut)))
    add = {"result": only_cut, "rounded": cut_first}.get(f.cut, both)
    multiply = {"product": cut_first}.get(f.cut, add)
    tables = {"add": _flushed(f, add, flush=f.ftz), "multiply": _flushed(f, multiply, flush=f.ftz)}
    if f.daz or f.cut == "operand":
        nothing = np.zeros_like(gap)
        read = only_cut if f.cut == "operand" else Errors((nothing, nothing), (nothing, nothing))
        tables["load"] = _flushed(f, read, flush=f.daz)
    return tables


def _powers() -> Floats:
    return np.ldexp(1.0, np.arange(FIRST, LAST + 1))


def _gaps(info: FormatInfo) -> tuple[Floats, Floats, Floats]:
    """Of each binade the gap, and the errors of a number that may go to either side, if irregular.

    Where the binade is regular the last two are NaN: the mode says what the errors are.
    """
    f = info.format
    powers = _powers()
    with np.errstate(all="ignore"):
        there = powers.astype(f.dtype).astype(np.float64) == powers
    minpos, maxpos = (Fraction(*v.as_integer_ratio()) for v in (info.minpos, info.maxpos))
    never_zero = f.is_tapered or not f.zero
    gap = np.zeros(powers.size)  # of numbers beyond the ends nothing is asked
    low, high = np.full(powers.size, np.nan), np.full(powers.size, np.nan)
    for place, e in enumerate(range(FIRST, LAST + 1)):
        if e > info.largest_exponent:
            break
        top = e == info.largest_exponent
        if (
            e >= info.smallest_exponent
            and there[place]
            and (top or (e < LAST and there[place + 1]))
        ):
            gap[place] = 2.0 ** max(e - info.fraction_bits(e), FIRST)
            continue
        first, last = Fraction(2) ** e, Fraction(2) ** (e + 1)
        below = (
            _neighbour(f, first, -1) if first >= minpos else (minpos if never_zero else Fraction(0))
        )
        above = minpos if last <= minpos else min(maxpos, _neighbour(f, min(last, maxpos), 1))
        gap[place] = outward(above - below, 1)
        if never_zero or f.is_tapered:  # not to nearest: posits round on their bit string
            low[place] = outward(max(last - below, Fraction(0)), 1)
            high[place] = outward(max(above - first, Fraction(0)), 1)
    return gap, low, high


def _neighbour(f: Format, x: Fraction, direction: int) -> Fraction:
    """The value of the format at x or beyond, in that direction."""
    scalar: Any = f.type(x)
    value = Fraction(*scalar.as_integer_ratio())
    while (value - x) * direction < 0:
        end = nf.finfo(f).maxpos if direction > 0 else f.type(0)
        scalar = np.nextafter(scalar, end)
        value = Fraction(*scalar.as_integer_ratio())
    return value


def _of_mode(rounding: str, gap: Floats, low: Floats, high: Floats) -> Errors:
    """The errors of a mode: shares of the gap, or those of the irregular binades."""
    sides = []
    for shares in (_POSITIVE, _NEGATIVE):
        toward, away = (
            _NEAREST if rounding.startswith("nearest") else shares.get(rounding, (1.0, 1.0))
        )
        sides.append(
            (np.where(np.isnan(low), toward * gap, low), np.where(np.isnan(high), away * gap, high))
        )
    return Errors(*sides)


def _cut_gap(f: Format, gap: Floats) -> Floats:
    """The gap of compute_man fraction bits."""
    return np.maximum(gap, np.ldexp(1.0, np.arange(FIRST, LAST + 1) - f.compute_man))


def _flushed(f: Format, errors: Errors, *, flush: bool) -> Errors:
    """With ftz or daz, what is below the smallest normal number may go to zero."""
    if not flush:
        return errors
    normal = 1 - f.bias
    binades = np.arange(FIRST, LAST + 1)
    tiny = binades < normal
    ends = np.ldexp(1.0, np.minimum(binades + 1, normal))
    sides = [(np.where(tiny, ends, t), a) for t, a in (errors.positive, errors.negative)]
    return Errors(*sides)
