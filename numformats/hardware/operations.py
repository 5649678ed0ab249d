# SPDX-License-Identifier: BSD-3-Clause
"""Which operations can a device be asked for, by their names?

An operation knows the formats of its operands and of its result.  It answers three questions about
codes: what is the result, for whole columns and quickly; what is it by the oracle; and what is the
exact value before the rounding.  The last two share nothing with the first.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

from numformats.hardware.abstract import Operation
from numformats.hardware.arithmetic import ROWS, Conversion, Elementwise
from numformats.hardware.comparisons import COMPARISONS, Comparison
from numformats.hardware.dots import Dot, accumulator
from numformats.hardware.instructions import Vacc, Vcomp, Vscale
from numformats.hardware.machine_integers import ToInteger, machine_integer
from numformats.hardware.plugins import from_script, is_script
from numformats.number_format import Rounding
from numformats.parse import as_format, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["OPERATIONS", "Conversion", "Elementwise", "Operation", "operation"]

# Operations with options in their names: "dot:4,accumulate=sequential", "vscale,doubling=true".
_WITH_OPTIONS: dict[str, Callable[..., Operation]] = {
    "dot": Dot,
    "vcomp": Vcomp,
    "vscale": Vscale,
    "vacc": Vacc,
}
OPERATIONS = (*ROWS, "convert", *COMPARISONS, *_WITH_OPTIONS)
"""Names that `operation` knows, in the order of their table."""


def operation(
    format: FormatLike | Operation,  # noqa: A002 - as the command line says it
    op: str | Operation | None = None,
    *,
    mode: str | None = None,
    to: FormatLike | None = None,
) -> Operation:
    """The operation of a name.

    Parameters
    ----------
    format : a format, its class, dtype or text; "int8" ... "uint64"
        Of the operands, and of the result unless `to` is given.  Machine integers wrap.
    op : one of OPERATIONS, "SCRIPT.py:name", or an Operation, which is returned
        "dot:4" has four pairs, "dot:4,accumulate=blocked/binary32/16" another accumulator;
        "vcomp,fused=false", "vscale,doubling=true,rounding=true,overflow=wrap",
        "vacc,operand_bits=16,overflow=saturate" have the options of `numformats.accelerator`.
        A script's name is an Operation, or a function of a Format that makes one.
    mode : a rounding, of floats and fixed point
        "nearest_even", "toward_zero", ...; default: the format's own.
    to : the result's format, of "convert" only
        To integers a conversion cuts toward zero.

    Raises UnknownFormatError (a ValueError) for a name that is not known, ValueError for a mode
    that the format has not, for `to` that is missing or of no use, or for a wrong option.

    >>> import numpy as np
    >>> add = operation("posit8", "add")
    >>> add.reference(np.array([0x40], np.uint8), np.array([0x48], np.uint8))
    array([76], dtype=uint8)
    >>> add.by_oracle(0x40, 0x48), add.exact(0x40, 0x48)
    ((76, frozenset()), Fraction(3, 1))
    """
    given = format if isinstance(format, Operation) else op
    if isinstance(given, Operation):
        return given
    f = machine_integer(format) or as_format(cast("FormatLike", format))
    if given is None:
        raise ValueError(f"an operation of {f} is needed; known: {', '.join(OPERATIONS)}")
    if given == "convert":
        return _conversion(f, to, mode)
    if to is not None:
        raise ValueError(f"to={to!r}: only convert has a format of its own for the result")
    return _named(given, _in_mode(f, mode))


def _conversion(f: Format, to: FormatLike | None, mode: str | None) -> Operation:
    if to is None:
        raise ValueError("convert needs the format of its result: to=None")
    integer = machine_integer(to)
    if integer is None:
        return Conversion(f, _in_mode(as_format(to), mode))
    if mode not in {None, "toward_zero"}:
        raise ValueError(f"mode={mode!r} to {to}; allowed: toward_zero")
    return ToInteger(f, integer)


def _named(op: str, f: Format) -> Operation:
    """The operation of this name on numbers of this format."""
    if is_script(op):
        return from_script(op, f)
    if op in ROWS:
        return Elementwise(op, f)
    if op in COMPARISONS:
        return Comparison(op, f)
    head, *options = op.split(",", 1)
    head, colon, number = head.partition(":")
    if head not in _WITH_OPTIONS or (colon and head != "dot"):
        raise unknown("operation", op, OPERATIONS)
    made = _WITH_OPTIONS[head]
    given = dict(_option(op, part, made) for part in _parts(options))
    if head == "dot":
        if not number.isdecimal() or len(number) > 6:
            raise ValueError(f"{op!r}: dot needs its number of pairs, as in 'dot:4'")
        given["pairs"] = int(number)
    return made(f, **given)


def _parts(options: list[str]) -> list[str]:
    """Options of a name, of which that of an accumulator may hold the commas of a format."""
    if not options:
        return []
    if options[0].startswith("accumulate="):
        return options
    return options[0].split(",")


def _option(op: str, text: str, made: Callable[..., Operation]) -> tuple[str, Any]:
    """One option and its value, of the kind that the operation's default has."""
    key, equals, value = text.partition("=")
    known = {p.name: p.default for p in list(inspect.signature(made).parameters.values())[1:]}
    known.pop("pairs", None)
    if key not in known or not equals:
        raise ValueError(f"{op!r}: option {text!r}; known: {', '.join(f'{k}=' for k in known)}")
    if key == "accumulate":
        return key, accumulator(value)
    if isinstance(known[key], bool):
        if value not in {"true", "false"}:
            raise ValueError(f"{op!r}: {key}={value!r}; allowed: true, false")
        return key, value == "true"
    if isinstance(known[key], int):
        if not value.isdecimal() or not 2 <= int(value[:6]) <= 64:
            raise ValueError(f"{op!r}: {key}={value!r}; allowed: 2 to 64")
        return key, int(value)
    return key, value


def _in_mode(f: Format, mode: str | None) -> Format:
    """The format with another rounding."""
    if mode is None or mode == f.rounding:
        return f
    allowed = get_args(Rounding) if f.family in {"float", "fixed"} else (f.rounding,)
    if mode not in allowed:
        raise ValueError(f"mode={mode!r} of {f}; allowed: {', '.join(allowed)}")
    return replace(f, rounding=cast("Rounding", mode))
