# SPDX-License-Identifier: BSD-3-Clause
"""Which operations can a device be asked for, by their names?

An operation knows the formats of its operands and of its result.  It answers three questions about
codes: what is the result, for whole columns and quickly; what is it by the oracle; and what is the
exact value before the rounding.  The last two share nothing with the first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_args

from numformats.hardware.abstract import Operation
from numformats.hardware.arithmetic import ROWS, Conversion, Elementwise
from numformats.number_format import Rounding
from numformats.parse import as_format, unknown

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["OPERATIONS", "Conversion", "Elementwise", "Operation", "operation"]

OPERATIONS = (*ROWS, "convert")
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
    format : a format, its class, dtype or text
        Of the operands, and of the result unless `to` is given.
    op : one of OPERATIONS
    mode : a rounding, of floats and fixed point
        "nearest_even", "toward_zero", ...; default: the format's own.
    to : the result's format, of "convert" only

    Raises UnknownFormatError (a ValueError) for a name that is not known, ValueError for a mode
    that the format has not, or for `to` that is missing or of no use.

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
    f = as_format(cast("FormatLike", format))
    if given is None:
        raise ValueError(f"an operation of {f} is needed; known: {', '.join(OPERATIONS)}")
    op = given
    if op not in OPERATIONS:
        raise unknown("operation", op, OPERATIONS)
    if op == "convert":
        if to is None:
            raise ValueError("convert needs the format of its result: to=None")
        return Conversion(f, _in_mode(as_format(to), mode))
    if to is not None:
        raise ValueError(f"to={to!r}: only convert has a format of its own for the result")
    return Elementwise(op, _in_mode(f, mode))


def _in_mode(f: Format, mode: str | None) -> Format:
    """The format with another rounding."""
    if mode is None or mode == f.rounding:
        return f
    allowed = get_args(Rounding) if f.family in {"float", "fixed"} else (f.rounding,)
    if mode not in allowed:
        raise ValueError(f"mode={mode!r} of {f}; allowed: {', '.join(allowed)}")
    return replace(f, rounding=cast("Rounding", mode))
