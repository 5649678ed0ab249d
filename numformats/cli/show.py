# SPDX-License-Identifier: BSD-3-Clause
"""Which value does the command line ask for, and how does its anatomy look on a terminal?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from rich.text import Text

import numformats as nf
from numformats._show import anatomy_rows
from numformats.analysis.problems import CompareError
from numformats.cli.tables import console

if TYPE_CHECKING:
    from numformats._dtypes import Scalar

LARGEST_EXPONENT = 10_000


# Bit field -> style of rich.
COLOURS = {
    "sign": "bold red",
    "regime": "yellow",
    "direction": "yellow",
    "regime size": "dark_orange",
    "exponent": "cyan",
    "characteristic": "cyan",
    "integer": "cyan",
    "fraction": "green",
}


def print_value(text: str, format_name: str) -> None:
    """Print everything about one value; CompareError when text or name is wrong."""
    made = _format(format_name)
    code, asked = _read(text, made)
    rows = anatomy_rows(made.format, code, (text, asked))
    width = max(len(name) for name, _ in rows) + 2
    out = console()
    for name, parts in rows:
        content = Text.assemble(*((piece, COLOURS.get(field, "")) for piece, field in parts))
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
