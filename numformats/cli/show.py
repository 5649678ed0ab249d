# SPDX-License-Identifier: BSD-3-Clause
"""What exactly is this value in this format?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import mpmath
import numpy as np
from rich.text import Text

import numformats as nf
from numformats.analysis.candidate import finite_value, is_finite
from numformats.analysis.problems import CompareError
from numformats.analysis.reference import number
from numformats.cli.anatomy import COLOURS, fields, magnitude_code, neighbour_codes
from numformats.cli.tables import console
from numformats.oracle.values import Special

if TYPE_CHECKING:
    from numformats._dtypes import Scalar
    from numformats.formats import Format
    from numformats.oracle import Oracle
    from numformats.oracle.values import Value

LARGEST_EXPONENT = 10_000
LONGEST_DECIMAL = 60  # digits; longer exact decimals are cut and marked


def print_value(text: str, format_name: str) -> None:
    """Print everything about one value; CompareError when text or name is wrong."""
    made = _format(format_name)
    parameters = made.format
    code, asked = _read(text, made)
    oracle = nf.oracle.for_format(parameters)
    value = oracle.decode(code)
    rows: list[tuple[str, str | Text]] = [
        ("format", str(parameters)),
        ("code", _hexadecimal(parameters, code)),
        *_bit_rows(parameters, code, explain=is_finite(value)),
        *_value_rows(parameters, value),
    ]
    if asked is not None:
        rows.append(("rounded", _rounding(text, asked, value)))
    rows += _neighbour_rows(oracle, parameters, code, value)
    width = max(len(name) for name, _ in rows) + 2
    out = console()
    for name, content in rows:
        out.print(Text.assemble((f"{name:{width}}", "bold"), content), soft_wrap=True)


def _format(name: str) -> type[Scalar]:
    try:
        return nf.parse_format(name)
    except nf.FormatError as error:
        raise CompareError(str(error)) from None


def _read(text: str, made: type[Scalar]) -> tuple[int, Fraction | None]:
    """The code that is meant, and the exact number asked for (None for bits and specials)."""
    plain = text.strip().lower()
    if plain.startswith(("0x", "0b")):
        try:
            code = int(plain, 0)
        except ValueError:
            raise CompareError(f"{text!r} is not a bit pattern") from None
        if code >> made.format.bits:
            raise CompareError(f"{text} does not fit the {made.format.bits} bits of {made.format}")
        return code, None
    exponent = plain.rpartition("e")[2].lstrip("+-")
    if "e" in plain and exponent.isdecimal() and int(exponent) > LARGEST_EXPONENT:
        raise CompareError(f"{text!r} is beyond all formats: its exponent is over 10000")
    try:
        asked = Fraction(plain)
    except ZeroDivisionError:
        raise CompareError(f"{text!r} divides by zero") from None
    except ValueError:
        if plain.lstrip("+-") not in {"nan", "nar", "inf", "infinity"}:
            raise CompareError(f"{text!r} is no number and no 0x... bit pattern") from None
        asked = None
    with np.errstate(all="ignore"):  # the row "rounded" tells about saturation
        return int(made(plain if asked is None else asked).bits), asked


def _hexadecimal(parameters: Format, code: int) -> str:
    return f"0x{code:0{-(-parameters.bits // 4)}x}"


def _bit_rows(parameters: Format, code: int, *, explain: bool) -> list[tuple[str, str | Text]]:
    """The rows of bits; what the fields mean only for numbers (NaR has no exponent)."""
    magnitude = magnitude_code(parameters, code) if explain else code
    parts = fields(parameters, magnitude)
    rows: list[tuple[str, str | Text]] = []
    if magnitude != code:
        bits = f"{code:0{parameters.bits}b}"
        rows.append(("bits", Text.assemble((bits[0], COLOURS["sign"]), bits[1:])))
    spelled = Text(" ").join(Text(part.bits, COLOURS[part.name]) for part in parts)
    rows.append(("bits" if magnitude == code else "negated", spelled))
    for part in parts:
        meaning = part.meaning if explain or part.name == "sign" else ""
        if part.name == "sign" and magnitude != code:
            meaning = "+ (the value itself is negative)"
        content = Text.assemble((part.bits, COLOURS[part.name]), "  ", meaning)
        rows.append((f"  {part.name}", content))
    return rows


def _value_rows(parameters: Format, value: Value) -> list[tuple[str, str]]:
    if isinstance(value, Special):
        return [("value", _special(parameters, value))]
    return [("value", power_form(value)), ("decimal", decimal_form(value))]


def _special(parameters: Format, value: Special) -> str:
    return "NaR" if value is Special.NAN and parameters.is_tapered else str(value.value)


def _rounding(text: str, asked: Fraction, value: Value) -> str:
    """What became of the number asked for."""
    if not is_finite(value):
        return f"{text} has no finite value here"
    error = finite_value(value) - asked
    if error == 0:
        return "no: the value asked for is exact"
    relative = f" ({_rough(abs(error / asked))} of it)" if asked else ""
    return f"from {text}: error {_rough(error)}{relative}"


def _rough(value: Fraction) -> str:
    return str(mpmath.nstr(number(value), 4))


def _neighbour_rows(
    oracle: Oracle, parameters: Format, code: int, value: Value
) -> list[tuple[str, str]]:
    if not is_finite(value):
        return []
    rows: list[tuple[str, str]] = []
    for name, other in zip(("below", "above"), neighbour_codes(parameters, code), strict=True):
        if other is None:
            rows.append((name, "nothing"))
            continue
        near = oracle.decode(other)
        if isinstance(near, Special) and near is not Special.NEG_ZERO:
            rows.append((name, f"{_hexadecimal(parameters, other)}  {_special(parameters, near)}"))
        else:
            gap = abs(finite_value(near) - finite_value(value))
            text = decimal_form(finite_value(near))
            rows.append(
                (name, f"{_hexadecimal(parameters, other)}  {text}  spacing {power_form(gap)}")
            )
    return rows


def power_form(value: Fraction) -> str:
    """An exact dyadic number as an odd integer and a power of two.

    >>> power_form(Fraction(-5, 8)), power_form(Fraction(96)), power_form(Fraction(3))
    ('-5/2^3', '3 * 2^5', '3')
    """
    top, bottom = value.numerator, value.denominator
    if bottom & (bottom - 1):
        return f"{top}/{bottom}"
    if bottom > 1:
        return f"{top}/2^{bottom.bit_length() - 1}"
    zeros = (top & -top).bit_length() - 1 if top else 0
    if zeros < 5:
        return str(top)
    odd = top >> zeros
    return f"2^{zeros}" if odd == 1 else f"{odd} * 2^{zeros}"


def decimal_form(value: Fraction) -> str:
    """The exact decimal of a dyadic number, cut with "..." when it is very long.

    >>> decimal_form(Fraction(-5, 8)), decimal_form(Fraction(1, 2**20))
    ('-0.625', '9.5367431640625e-07')
    """
    if value == 0:
        return "0"
    sign, size = ("-" if value < 0 else ""), abs(value)
    # size = whole / 10^places exactly: a power of two below is a power of ten with fives above.
    places = size.denominator.bit_length() - 1
    whole = size.numerator * 5**places
    digits = str(whole)
    exponent = len(digits) - 1 - places
    digits = digits.rstrip("0")
    cut = digits[:LONGEST_DECIMAL] + ("..." if len(digits) > LONGEST_DECIMAL else "")
    if -5 < exponent < 17 and len(digits) <= LONGEST_DECIMAL:
        return sign + _positional(digits, exponent)
    mantissa = cut[0] + ("." + cut[1:] if len(cut) > 1 else "")
    return f"{sign}{mantissa}e{exponent:+03d}"


def _positional(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{whole}.{rest}" if rest else whole
