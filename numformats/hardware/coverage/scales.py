# SPDX-License-Identifier: BSD-3-Clause
"""Into which classes are numbers of a format put: by their kind, and by their exponent?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from numformats.hardware.operations import Conversion, Elementwise
from numformats.oracle import for_format
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from fractions import Fraction

    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = [
    "COVERED",
    "KINDS",
    "Coordinate",
    "check_covered",
    "kinds",
    "last_exponent",
    "precision",
    "scales",
]

COVERED = ("add", "sub", "mul", "div", "sqrt", "fma", "convert")
"""Operations whose transitions are defined."""

_FAMILIES = ("posit", "takum_linear", "float")
_MOST_BINADES = 32
"""Floats of so many exponents have a class for each; the others have nine."""

KINDS = ("zero", "min", "subnormal", "normal", "max", "inf")
"""Kinds of an operand from the smallest magnitude up.  A quantity `kind` is 0 for NaN and NaR,
6 - i for the i-th kind with a minus sign, 7 + i for the i-th with a plus sign."""


@dataclass(frozen=True)
class Coordinate:
    """One axis of a table of bins: an integer cut into classes.

    Class i of `labels` holds the integers from edges[i] to below edges[i + 1]; the first and the
    last class have no other end.
    """

    name: str
    labels: tuple[str, ...]
    edges: tuple[int, ...]

    def classes(self, values: Any) -> Any:
        """The class of each integer of an array."""
        return np.searchsorted(self.edges[1:], values, "right")


def check_covered(operation: Operation) -> None:
    """Raise ValueError unless transitions are defined for the operation and its formats."""
    known = isinstance(operation, Elementwise | Conversion) and operation.name in COVERED
    if not known:
        raise ValueError(f"coverage of {operation.name!r}; allowed: {', '.join(COVERED)}")
    for f in (*operation.operands, operation.result):
        if f.family not in _FAMILIES or (f.family == "float" and not f.zero):
            raise ValueError(f"coverage of {f}; allowed: posits, takums, and floats with a zero")
    if operation.result.rounding == "stochastic":
        raise ValueError(f"coverage of {operation.result}: a random rounding has no transitions")


def precision(f: Format) -> int:
    """The most significant bits that a number of the format has."""
    if f.family == "float":
        return f.man + 1
    if f.family == "takum_linear":
        return max(1, f.bits - 4)
    # The shortest regime has two bits, or one where one is all that there is.
    return max(1, f.bits - min(f.rs, 2) - f.es)


def kinds(f: Format, name: str) -> Coordinate:
    """The kinds of operands that the format has, with their signs."""
    has = {
        "subnormal": f.subnormals and f.man > 1,
        "inf": f.has_inf,
    }
    nan = "NaR" if f.is_tapered else "NaN"
    table = [(0, nan)] if f.has_nan else []
    for i, kind in reversed(list(enumerate(KINDS))):
        if f.is_signed and has.get(kind, True) and (i or f.signed_zero):
            table.append((6 - i, f"-{kind}"))
    table += [(7 + i, kind) for i, kind in enumerate(KINDS) if has.get(kind, True)]
    edges, labels = zip(*table, strict=True)
    return Coordinate(name, labels, edges)


@lru_cache(maxsize=256)
def scales(f: Format, name: str) -> Coordinate:
    """The regimes of a posit or takum, the exponents of a float: classes of floor(log2(abs(x)))."""
    if f.family == "posit":
        regimes = range(-f.rs, f.rs)
        return Coordinate(name, tuple(map(str, regimes)), tuple(k << f.es for k in regimes))
    if f.family == "takum_linear":
        lengths = range(8)
        below = [(1 - (2 << r), f"-{r}") for r in reversed(lengths)]
        above = [((1 << r) - 1, f"+{r}") for r in lengths]
        edges, labels = zip(*below, *above, strict=True)
        return Coordinate(name, labels, edges)
    return _binades(f, name)


def _binades(f: Format, name: str) -> Coordinate:
    """Below the normal numbers, then every binade, or those at both ends and about 1."""
    first = 1 - f.bias
    last = last_exponent(f)
    starts = set(range(first, last + 1))
    if len(starts) > _MOST_BINADES:
        starts = {first, first + 1, first // 2, -1, 0, 1, last // 2, last}
        starts = {e for e in starts if first <= e <= last}
    edges = (first - 1, *sorted(starts))
    ends = (*edges[1:], last + 1)
    spans = [
        str(e) if e + 1 == end else f"{e}..{end - 1}" for e, end in zip(edges, ends, strict=True)
    ]
    return Coordinate(name, ("subnormal", *spans[1:]), edges)


@lru_cache(maxsize=64)
def last_exponent(f: Format) -> int:
    """The exponent of the largest finite number of a float."""
    codec = for_format(f).codec
    return floor_log2(cast("Fraction", codec.decode(codec.at_index(codec.last_finite))))
