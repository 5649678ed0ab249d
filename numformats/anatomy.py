# SPDX-License-Identifier: BSD-3-Clause
"""Which bits of a code word are sign, regime, exponent and fraction?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["Field", "fields", "magnitude_code", "neighbour_codes"]


class Field(NamedTuple):
    """Some bits of a code word, what they are called and what they say."""

    name: str
    bits: str
    meaning: str


def fields(parameters: Format, code: int) -> list[Field]:
    """The fields of a code from the top bit down; their bits joined are the code.

    `parameters` is a numformats Format.  Codes of negative posits, takums and fixed-point numbers
    are two's complements: give the code of the magnitude to read exponent and fraction.
    """
    bits = f"{code:0{parameters.bits}b}"
    cut = {"posit": _posit, "takum_linear": _takum, "fixed": _fixed}.get(parameters.family, _float)
    return [part for part in cut(parameters, bits) if part.bits]


def _sign(bit: str) -> Field:
    return Field("sign", bit, "-" if bit == "1" else "+")


def _posit(parameters: Format, bits: str) -> list[Field]:
    body = bits[1:]
    run = len(body) - len(body.lstrip(body[:1]))
    length = min(run + 1, parameters.rs, len(body))  # the terminating bit, unless at full length
    run = min(run, length)
    regime = run - 1 if body[:1] == "1" else -run
    exponent = body[length : length + parameters.es]
    # Exponent bits that do not fit into the word are zero.
    power = int(exponent.ljust(parameters.es, "0") or "0", 2)
    fraction = body[length + parameters.es :]
    scale = regime * 2**parameters.es
    return [
        _sign(bits[0]),
        Field("regime", body[:length], f"{regime}: times 2^{scale}"),
        Field("exponent", exponent, f"{power}: in all 2^{scale + power}"),
        _fraction(fraction, "1"),
    ]


def _takum(_: Format, bits: str) -> list[Field]:
    padded = bits.ljust(12, "0")  # a takum shorter than 12 bits is read with zeros behind it
    direction, regime_bits = padded[1], padded[2:5]
    regime = int(regime_bits, 2)
    size = regime if direction == "1" else 7 - regime
    tail = int(padded[5 : 5 + size] or "0", 2)
    power = 2**size - 1 + tail if direction == "1" else -(2 ** (size + 1)) + 1 + tail
    way = "exponents from 0 up" if direction == "1" else "exponents below 0"
    sizes = f"{size} bits of characteristic follow" if size else f"0: times 2^{power}"
    return [
        _sign(bits[0]),
        Field("direction", bits[1], way),
        Field("regime size", bits[2:5], sizes),
        Field("characteristic", bits[5 : 5 + size], f"{tail}: times 2^{power}"),
        _fraction(bits[5 + size :], "1"),
    ]


def _float(parameters: Format, bits: str) -> list[Field]:
    start = 1 if parameters.is_signed else 0
    exponent = bits[start : start + parameters.exp]
    stored = int(exponent, 2)
    subnormal = stored == 0 and parameters.zero and parameters.man > 0
    power = (1 if subnormal else stored) - parameters.bias
    head = [_sign(bits[0])] if start else []
    return [
        *head,
        Field("exponent", exponent, f"{stored}: times 2^{power}"),
        _fraction(bits[start + parameters.exp :], "0" if subnormal else "1"),
    ]


def _fixed(parameters: Format, bits: str) -> list[Field]:
    start = 1 if parameters.is_signed else 0
    width = min(max(len(bits) - start - parameters.frac, 0), len(bits) - start)
    step = f"in steps of 2^{-parameters.frac}"
    head = [_sign(bits[0])] if start else []
    return [
        *head,
        Field(
            "integer", bits[start : start + width], str(int(bits[start : start + width] or "0", 2))
        ),
        Field("fraction", bits[start + width :], step),
    ]


def _fraction(bits: str, whole: str) -> Field:
    number = f"{whole} + {int(bits or '0', 2)}/2^{len(bits)}"
    return Field("fraction", bits, number)


def magnitude_code(parameters: Format, code: int) -> int:
    """The code whose fields read as exponent and fraction: of two's complements, the negation."""
    negative = code >> (parameters.bits - 1) == 1
    if parameters.family in {"posit", "takum_linear"} and negative:
        return -code & ((1 << parameters.bits) - 1)
    return code


def neighbour_codes(parameters: Format, code: int) -> tuple[int | None, int | None]:
    """The codes of the next lower and next higher place, None beyond the ends of the code line.

    -0 of a float counts as 0, and so do the codes that a float without subnormals reads as 0.
    """
    top = 1 << (parameters.bits - 1)
    if not (parameters.is_tapered or parameters.is_signed):
        first, last = 0, 2 * top - 1
    elif parameters.family in {"float", "truncated"}:
        first, last = 1 - top, top - 1
    else:
        first, last = -top, top - 1
    place = code if code <= last else top - code if first == 1 - top else code - 2 * top
    # The place of the smallest positive number, which without subnormals is not beside that of 0.
    step = 1 << parameters.man if parameters.zero and _flat_zero(parameters) else 1
    if -step < place < step:
        lower, higher = -step, step
    else:
        lower = 0 if place == step else place - 1
        higher = 0 if place == -step else place + 1
    below = _code_of(lower, first, top) if lower >= first else None
    above = _code_of(higher, first, top) if higher <= last else None
    return below, above


def _flat_zero(parameters: Format) -> bool:
    return parameters.family == "float" and not parameters.subnormals


def _code_of(place: int, first: int, top: int) -> int:
    if place >= 0:
        return place
    return top - place if first == 1 - top else place + 2 * top
