# SPDX-License-Identifier: BSD-3-Clause
"""Which bins has an operation?  Tables of them, each a product of a few coordinates.

The quantities that coordinates cut into classes, all of exact values (E = floor(log2(abs(x)))):

===============  =================================================================================
kind_a, b, c     NaN, zero, min, subnormal, normal, max, inf of an operand, and its sign
scale_a, b, r    regime or binade of an operand, and of the exact result
place            of the result's scale among those of a and b: below, smaller, between, larger,
                 above
negative         sign of the exact result
difference       have the two terms of a sum opposite signs?
alignment        E of the first term less E of the second; of fma the first is the product
normalisation    E of the result less that which no carry, borrow or cancellation would give
lsb              last bit of the code that is left when the result is cut off
guard, round     the two bits after it
sticky           is any bit after these set?
tail             what is cut off: nothing, less than half a unit, half, more
carry            rounded up?  If so, into the next binade, or the next regime?
end              inside; subnormal; underflow or overflow by rounding, or far out
===============  =================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, starmap
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from numformats.hardware.coverage.scales import Coordinate, check_covered, kinds, precision, scales

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.hardware.operations import Operation

__all__ = ["CANCELLED", "CARRIES", "ENDS", "PLACES", "TAILS", "Bin", "Group", "groups_of"]

PLACES = ("below", "smaller", "between", "larger", "above")
TAILS = ("exact", "below", "tie", "above")
CARRIES = ("none", "up", "binade", "regime")
ENDS = ("inside", "subnormal", "underflow", "far underflow", "overflow", "far overflow")
CANCELLED = -(1 << 20)
"""The normalisation of a sum that is zero."""


class Bin(NamedTuple):
    """One bin: the name of its table and a label for each coordinate of that."""

    group: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        """As in a report: rounding[+3 + 1 1 0 0]."""
        return f"{self.group}[{' '.join(self.values)}]"


@dataclass(frozen=True)
class Group:
    """A table of bins: the product of its coordinates, for the cases that it speaks of."""

    name: str
    when: str
    """The quantity that is 1 for these cases: "always", "numbers" (operands and result are numbers
    and not zero), "result" (the result is), "cut" (it is, and within reach of the format) and
    "shifted" (the operands are numbers, and the result is cut, or zero)."""
    coordinates: tuple[Coordinate, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of classes of each coordinate."""
        return tuple(len(c.labels) for c in self.coordinates)

    @property
    def size(self) -> int:
        """The number of bins."""
        return prod(self.shape)

    def bin(self, place: Iterable[int]) -> Bin:
        """The bin of the classes of all coordinates."""
        labels = (c.labels[i] for c, i in zip(self.coordinates, place, strict=True))
        return Bin(self.name, tuple(labels))

    def place(self, found: Bin) -> tuple[int, ...]:
        """The classes of a bin; ValueError where it is none of this table."""
        if len(found.values) != len(self.coordinates):
            raise ValueError(f"{found}: {self.name} has {len(self.coordinates)} coordinates")
        for c, label in zip(self.coordinates, found.values, strict=True):
            if label not in c.labels:
                raise ValueError(f"{found}: {c.name} {label!r}; allowed: {', '.join(c.labels)}")
        pairs = zip(self.coordinates, found.values, strict=True)
        return tuple(c.labels.index(label) for c, label in pairs)


@lru_cache(maxsize=64)
def groups_of(operation: Operation) -> tuple[Group, ...]:
    """The tables of bins of an operation.

    Raises ValueError for an operation, a family of formats or a rounding that has none.

    >>> from numformats.hardware import operation
    >>> {g.name: g.size for g in groups_of(operation("posit8", "mul"))}
    {'kinds': 64, 'regimes': 980, 'rounding': 448, 'carry': 112, 'ends': 12, 'normalisation': 8}
    """
    check_covered(operation)
    operands, result = operation.operands, operation.result
    named = zip(operands, ("kind_a", "kind_b", "kind_c"), strict=False)
    negative = Coordinate("negative", ("+", "-"), (0, 1))
    scale_r = scales(result, "scale_r")
    bits = [_bit(name) for name in ("lsb", "guard", "round", "sticky")]
    carry = Coordinate("carry", CARRIES, (0, 1, 2, 3))
    end = Coordinate("end", ENDS, tuple(range(6)))
    if len(operands) == 1:
        where = [scales(operands[0], "scale_a"), scale_r]
    else:
        where = [scales(operands[0], "scale_a"), scales(operands[1], "scale_b"), _place()]
    found = [
        Group("kinds", "always", tuple(starmap(kinds, named))),
        Group("regimes", "numbers", tuple(where)),
        Group("rounding", "cut", (scale_r, negative, *bits)),
        Group("carry", "cut", (scale_r, negative, carry)),
        Group("ends", "result", (negative, end)),
    ]
    return (*found, *_shifts(operation))


def _bit(name: str) -> Coordinate:
    return Coordinate(name, ("0", "1"), (0, 1))


def _place() -> Coordinate:
    return Coordinate("place", PLACES, tuple(range(len(PLACES))))


def _shifts(operation: Operation) -> list[Group]:
    """The table of the shifts inside the operation, if it has any."""
    tail = Coordinate("tail", TAILS, tuple(range(len(TAILS))))
    p = precision(operation.operands[0])
    match operation.name:
        case "add" | "sub" | "fma":
            difference = Coordinate("difference", ("sum", "difference"), (0, 1))
            shift = (difference, _alignment(p, operation.name), _cancellation(p), tail)
            return [Group("alignment", "shifted", shift)]
        case "mul":
            shifts = Coordinate("normalisation", ("0", "+1"), (0, 1))
        case "div":
            shifts = Coordinate("normalisation", ("-1", "0"), (-1, 0))
        case _:
            return []
    return [Group("normalisation", "shifted", (shifts, tail))]


def _alignment(p: int, name: str) -> Coordinate:
    """Small shifts, half a word, and about a whole word, or two where the term is a product."""
    marks = {1, 2, 3, p // 2, p - 1, p, p + 1, p + 2}
    if name == "fma":
        marks |= {2 * p - 1, 2 * p, 2 * p + 1, 2 * p + 2}
    ends = sorted(m for m in marks if m > 0)
    spans = _spans(ends)
    labels = ("0", *spans)
    below = tuple(f"-{s}" for s in reversed(spans))
    # Class -m..-(n-1) starts at 1 - n where m and n are neighbouring marks.
    edges = (-ends[-1] - 1, *(1 - e for e in reversed(ends[1:])))
    return Coordinate("alignment", below + labels, (*edges, 0, *ends))


def _cancellation(p: int) -> Coordinate:
    """Cancelled altogether, then by many to one bit, none, a carry, two."""
    ends = sorted({1, 2, 3, max(1, p // 2), p} - {0})
    labels = tuple(f"-{s}" for s in reversed(_spans(ends)))
    edges = (CANCELLED + 1, *(1 - e for e in reversed(ends[1:])))
    return Coordinate("normalisation", ("zero", *labels, "0", "+1"), (CANCELLED, *edges, 0, 1))


def _spans(starts: list[int]) -> list[str]:
    """What the classes are called that start there; the last has no end."""
    spans = [str(a) if b == a + 1 else f"{a}~{b - 1}" for a, b in pairwise(starts)]
    return [*spans, f"{starts[-1]}~"]
