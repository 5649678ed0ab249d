# SPDX-License-Identifier: BSD-3-Clause
"""Which ports must a design have, and do they fit the claim?

The convention is in docs/reference/rtl-ports.md; a map from its names to the design's renames.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.hardware.equivalence.codes import SCALE_BITS, magnitude, magnitude_bits, row_of
from numformats.hardware.equivalence.problems import EquivalenceError
from numformats.hardware.equivalence.rounded import threshold_bits
from numformats.hardware.equivalence.terms import Terms
from numformats.oracle import Oracle
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numformats.hardware.equivalence.design import Design
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = [
    "ABSENT",
    "Wanted",
    "check_sticky",
    "decoder_ports",
    "encoder_ports",
    "fitted",
    "operator_ports",
]

ABSENT = "-"
"""In a map: the design has no such port."""


@dataclass(frozen=True)
class Wanted:
    """A port of the convention."""

    name: str
    direction: str
    least: int
    most: int
    optional: bool = False
    """May it be missing without being mapped to ABSENT?"""
    essential: bool = True
    """May it not even be mapped to ABSENT?"""


def _classes(fmt: Format, direction: str) -> list[Wanted]:
    """The ports of one bit: sign, zero, nar, inf, as far as the format has such numbers."""
    names = ["zero"] * fmt.zero + ["nar"] * fmt.has_nan + ["inf"] * fmt.has_inf
    signed = fmt.is_signed or fmt.is_tapered
    return [Wanted(n, direction, 1, 1, essential=False) for n in ["sign"] * signed + names]


def decoder_ports(fmt: Format) -> list[Wanted]:
    """Ports of a decoder.

    >>> import numformats as nf
    >>> [(p.name, p.least) for p in decoder_ports(nf.posit16.format)][-2:]
    [('scale', 7), ('significand', 12)]
    """
    row, terms = row_of(fmt), Terms()
    code = terms.word(1, magnitude_bits(row))
    significand = terms.width(magnitude(terms, row, code).significand)
    return [
        Wanted("code", "input", fmt.bits, fmt.bits),
        *_classes(fmt, "output"),
        Wanted("scale", "output", _scale_bits(fmt), SCALE_BITS),
        Wanted("significand", "output", significand, 1 << 16),
    ]


def _scale_bits(fmt: Format) -> int:
    """Bits of a signed integer that holds the scales of the least and the greatest number."""
    oracle = Oracle(row_of(fmt))
    codec = oracle.codec
    places = [p for p in (1, codec.last_finite, codec.first, -1) if codec.first <= p <= codec.last]
    values = [oracle.decode(codec.at_index(p)) for p in places]
    scales = [floor_log2(v) for v in values if isinstance(v, Fraction) and v]
    return max((s if s >= 0 else ~s).bit_length() for s in scales) + 1


def encoder_ports(fmt: Format) -> list[Wanted]:
    """Ports of an encoder."""
    return [
        *_classes(fmt, "input"),
        Wanted("scale", "input", 1, SCALE_BITS),
        Wanted("significand", "input", 1, 1 << 16),
        Wanted("guard", "input", 1, 1 << 16, optional=True),
        Wanted("sticky", "input", 1, 1, optional=True),
        Wanted("code", "output", fmt.bits, fmt.bits),
    ]


def operator_ports(operation: Operation) -> list[Wanted]:
    """Ports of an operator."""
    operands = [
        Wanted(name, "input", f.bits, f.bits)
        for name, f in zip("abc", operation.operands, strict=False)
    ]
    return [*operands, Wanted("result", "output", operation.result.bits, operation.result.bits)]


def fitted(design: Design, wanted: Iterable[Wanted], names: Mapping[str, str]) -> dict[str, str]:
    """The design's name of each port of the convention that it has.

    `names` maps names of the convention to the design's, or to ABSENT.  Raises EquivalenceError
    for a port that is missing, has the wrong direction or width, or is mapped and not known, and
    for an input of the design that nobody drives.
    """
    wanted = list(wanted)
    known = [port.name for port in wanted]
    strange = sorted(set(names) - set(known))
    if strange:
        raise EquivalenceError(f"--ports names {strange[0]!r}; allowed: {', '.join(known)}")
    found = {}
    for port in wanted:
        name = names.get(port.name, port.name)
        if name == ABSENT:
            if port.essential and not port.optional:
                raise EquivalenceError(f"port {port.name!r} cannot be left out")
        elif name in design.ports:
            _check(design, port, name)
            found[port.name] = name
        elif not port.optional or port.name in names:
            has = ", ".join(design.ports)
            raise EquivalenceError(f"{design.name} has no port {name!r}; it has: {has}")
    _refuse_strangers(design, found)
    return found


def _check(design: Design, port: Wanted, name: str) -> None:
    """Direction and width."""
    given = design.ports[name]
    if given.direction != port.direction:
        raise EquivalenceError(
            f"port {name!r} of {design.name} is {given.direction}; {port.name} is {port.direction}"
        )
    if not port.least <= given.width <= port.most:
        allowed = f"{port.least}" if port.most == port.least else f"at least {port.least}"
        if given.width > port.most != port.least:
            allowed = f"at most {port.most}"
        raise EquivalenceError(
            f"port {name!r} of {design.name} has {given.width} bits; {port.name} has {allowed}"
        )


def _refuse_strangers(design: Design, found: Mapping[str, str]) -> None:
    """An input that the claim does not know would be free: say so instead of refuting."""
    for name, port in design.ports.items():
        if port.direction != "output" and name not in found.values():
            raise EquivalenceError(
                f"{port.direction} port {name!r} of {design.name} has no meaning; "
                "map it with --ports, or wrap the design in a module that drives it"
            )


def check_sticky(fmt: Format, significand: int) -> None:
    """A number that is known but for its end must be told from the thresholds beside it."""
    least = threshold_bits(Terms(), row_of(fmt))
    if significand < least:
        raise EquivalenceError(
            f"significand and guard have {significand} bits; with a sticky port {fmt} needs {least}"
        )
