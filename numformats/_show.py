# SPDX-License-Identifier: BSD-3-Clause
"""What exactly is this value in this format?  Rows of text whose bit fields are named."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

from numformats import oracle
from numformats._array_formats import as_formats, format_of
from numformats.anatomy import fields, magnitude_code, neighbour_codes
from numformats.arrays import code_dtype
from numformats.oracle.values import Special
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.oracle import Oracle
    from numformats.oracle.values import Value
    from numformats.parse import FormatLike

__all__ = ["Row", "anatomy_rows", "decimal_form", "power_form", "show"]

LONGEST_DECIMAL = 60  # digits; longer exact decimals are cut and marked

# A name, and pieces of text, each with the name of the bit field that it shows ("": none).
Row = tuple[str, list[tuple[str, str]]]


def show(x: Any, T: FormatLike | None = None) -> None:  # noqa: N803 - T is a type
    """Print what a value is made of: its bits, field by field, exact value, neighbours and spacing.

    * x: a scalar (or array of one element) of a format, a NumPy float or one of ml_dtypes; with T
      any number or decimal text, rounded into that format
    * T: a format, or anything that stands for one

    Raises TypeError for what is not one value of a format, ValueError for a text that is no number.
    In a notebook a scalar as the last line of a cell shows the same in colour.

    >>> import numformats as nf
    >>> nf.show(nf.posit8(-3))
    format    posit<8,es=2>
    code      0xb4
    bits      10110100
    negated   0 10 01 100
      sign      0  + (the value itself is negative)
      regime    10  0: times 2^0
      exponent  01  1: in all 2^1
      fraction  100  1 + 4/2^3
    value     -3
    decimal   -3
    below     0xb3  -3.25  spacing 1/2^2
    above     0xb5  -2.75  spacing 1/2^2
    """
    f, code = _code_of(x, T)
    rows = anatomy_rows(f, code)
    width = max(len(name) for name, _ in rows) + 2
    for name, parts in rows:
        print(f"{name:{width}}" + "".join(text for text, _ in parts))  # noqa: T201 - is for that


def _code_of(x: Any, T: FormatLike | None) -> tuple[Format, int]:  # noqa: N803
    """The format and the code of one value."""
    if T is not None:
        f = as_format(T)
        with np.errstate(all="ignore"):  # the value that is shown tells of saturation
            return f, int(f.type(x).bits)
    if not isinstance(x, np.generic | np.ndarray):
        msg = f"show needs a scalar of a format, or a format to round into, not {x!r}"
        raise TypeError(msg)
    f = format_of(x.dtype, "the value")
    array = np.asarray(x)
    if array.size != 1:
        msg = f"show takes one value, not an array of shape {array.shape}"
        raise TypeError(msg)
    codes = np.ascontiguousarray(as_formats("the value", array)).view(code_dtype(f))
    return f, int(codes.reshape(())) & ((1 << f.bits) - 1)


def anatomy_rows(
    f: Format, code: int, asked: tuple[str, Fraction | None] | None = None
) -> list[Row]:
    """Everything about one code; `asked`: the number that was rounded, and its text."""
    reader = oracle.for_format(f)
    value = reader.decode(code)
    rows = [
        _row("format", str(f)),
        _row("code", _hexadecimal(f, code)),
        *_bit_rows(f, code, explain=_is_finite(value)),
        *_value_rows(f, value),
    ]
    if asked is not None and asked[1] is not None:
        rows.append(_row("rounded", _rounding(asked[0], asked[1], value)))
    return rows + _neighbour_rows(reader, f, code, value)


def _row(name: str, text: str) -> Row:
    return name, [(text, "")]


def _is_finite(value: Value) -> bool:
    return isinstance(value, Fraction) or value is Special.NEG_ZERO


def _number(value: Value) -> Fraction:
    """The exact number; 0 for -0 and what is none."""
    return value if isinstance(value, Fraction) else Fraction(0)


def _hexadecimal(f: Format, code: int) -> str:
    return f"0x{code:0{-(-f.bits // 4)}x}"


def _bit_rows(f: Format, code: int, *, explain: bool) -> list[Row]:
    """The rows of bits; what the fields mean only for numbers (NaR has no exponent)."""
    magnitude = magnitude_code(f, code) if explain else code
    parts = fields(f, magnitude)
    rows: list[Row] = []
    if magnitude != code:
        bits = f"{code:0{f.bits}b}"
        rows.append(("bits", [(bits[0], "sign"), (bits[1:], "")]))
    spelled = [piece for part in parts for piece in ((" ", ""), (part.bits, part.name))][1:]
    rows.append(("bits" if magnitude == code else "negated", spelled))
    for part in parts:
        meaning = part.meaning if explain or part.name == "sign" else ""
        if part.name == "sign" and magnitude != code:
            meaning = "+ (the value itself is negative)"
        rows.append((f"  {part.name}", [(part.bits, part.name), (f"  {meaning}", "")]))
    return rows


def _value_rows(f: Format, value: Value) -> list[Row]:
    if isinstance(value, Special):
        return [_row("value", _special(f, value))]
    return [_row("value", power_form(value)), _row("decimal", decimal_form(value))]


def _special(f: Format, value: Special) -> str:
    return "NaR" if value is Special.NAN and f.is_tapered else str(value.value)


def _rounding(text: str, asked: Fraction, value: Value) -> str:
    """What became of the number asked for."""
    if not _is_finite(value):
        return f"{text} has no finite value here"
    error = _number(value) - asked
    if error == 0:
        return "no: the value asked for is exact"
    relative = f" ({_rough(abs(error / asked))} of it)" if asked else ""
    return f"from {text}: error {_rough(error)}{relative}"


def _rough(value: Fraction) -> str:
    return str(mpmath.nstr(mpmath.mpf(value.numerator) / value.denominator, 4))


def _neighbour_rows(reader: Oracle, f: Format, code: int, value: Value) -> list[Row]:
    if not _is_finite(value):
        return []
    rows: list[Row] = []
    for name, other in zip(("below", "above"), neighbour_codes(f, code), strict=True):
        if other is None:
            rows.append(_row(name, "nothing"))
            continue
        near = reader.decode(other)
        if isinstance(near, Special) and near is not Special.NEG_ZERO:
            rows.append(_row(name, f"{_hexadecimal(f, other)}  {_special(f, near)}"))
        else:
            gap = power_form(abs(_number(near) - _number(value)))
            text = decimal_form(_number(near))
            rows.append(_row(name, f"{_hexadecimal(f, other)}  {text}  spacing {gap}"))
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
