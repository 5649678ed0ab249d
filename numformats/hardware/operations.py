# SPDX-License-Identifier: BSD-3-Clause
"""Which operations can a device be asked for, and what must each return?

An operation knows the formats of its operands and of its result.  It answers three questions about
codes: what is the result, for whole columns and quickly; what is it by the oracle; and what is the
exact value before the rounding.  The last two share nothing with the first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, cast, get_args

import numpy as np

import numformats as nf
from numformats.arrays import code_dtype, from_bits, to_bits
from numformats.number_format import Rounding
from numformats.oracle import Oracle, for_format
from numformats.oracle import exact as exactly
from numformats.oracle.values import Exact, Special, Value, negate
from numformats.parse import as_format, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["OPERATIONS", "Conversion", "Elementwise", "Operation", "operation"]

Codes: TypeAlias = np.ndarray[Any, Any]
Answer: TypeAlias = tuple[int, frozenset[str]]


class Operation(ABC):
    """What a device is to do: from the codes of its operands to the code of its result."""

    name: str
    """As the command line says it: "add", "convert"."""
    operands: tuple[Format, ...]
    result: Format

    @abstractmethod
    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results of columns of codes, in the unsigned integers of its storage."""

    @abstractmethod
    def by_oracle(self, *codes: int) -> Answer:
        """The code of one result and its flags ("invalid", "divide", "overflow"), by the oracle."""

    @abstractmethod
    def exact(self, *codes: int) -> Exact:
        """The result before it is rounded: a Fraction, a SquareRoot or a Special."""

    def columns(self, codes: Sequence[Sequence[int]] | Codes) -> list[Codes]:
        """One column for each operand, in the unsigned integers of its storage, of rows of codes.

        ValueError where a row has another number of codes than there are operands.
        """
        wanted = len(self.operands)
        for row in codes:
            if len(row) != wanted:
                raise ValueError(f"{len(row)} operands in a row; {self.name} has {wanted}")
        table = np.asarray(codes, object).reshape(len(codes), wanted)
        return [table[:, i].astype(code_dtype(f)) for i, f in enumerate(self.operands)]


def _together(x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
    """Terms of an exact sum: nothing is cut where they are aligned."""
    return x, y


def _add(x: Value, y: Value) -> Exact:
    return exactly.add(x, y, _together)[0]


def _fma(x: Value, y: Value, z: Value) -> Exact:
    return _add(exactly.mul(x, y)[0], z)


@dataclass(frozen=True)
class _Row:
    """One row of the table of operations."""

    ufunc: Callable[..., Any]
    operands: int
    exact: Callable[..., Exact]


# Name of the oracle's method -> how it is done.
_ROWS = {
    "add": _Row(np.add, 2, _add),
    "sub": _Row(np.subtract, 2, lambda x, y: _add(x, negate(y))),
    "mul": _Row(np.multiply, 2, lambda x, y: exactly.mul(x, y)[0]),
    "div": _Row(np.divide, 2, lambda x, y: exactly.div(x, y)[0]),
    "sqrt": _Row(np.sqrt, 1, lambda x: exactly.sqrt(x)[0]),
    "fma": _Row(nf.fma, 3, _fma),
    "ieee_remainder": _Row(nf.ieee_remainder, 2, lambda x, y: exactly.ieee_remainder(x, y)[0]),
    "rint": _Row(np.rint, 1, lambda x: exactly.to_integer(x, round)),
}
OPERATIONS = (*_ROWS, "convert")
"""Names that `operation` knows, in the order of their table."""


@dataclass(frozen=True)
class Elementwise(Operation):
    """An operation whose operands and result are of one format."""

    name: str
    result: Format

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The format, once for each operand."""
        return (self.result,) * _ROWS[self.name].operands

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results, by the compiled arithmetic."""
        values = [from_bits(c, f) for c, f in zip(columns, self.operands, strict=True)]
        with np.errstate(all="ignore"):
            return np.asarray(to_bits(_ROWS[self.name].ufunc(*values)))

    def by_oracle(self, *codes: int) -> Answer:
        """Code and flags of one result, by the oracle."""
        oracle = for_format(self.result)
        return getattr(oracle, self.name)(*codes), oracle.last_flags

    def exact(self, *codes: int) -> Exact:
        """The result before it is rounded."""
        decode = for_format(self.result).decode
        return _ROWS[self.name].exact(*map(decode, codes))


@dataclass(frozen=True)
class Conversion(Operation):
    """From one format to another, rounded once."""

    source: Format
    result: Format
    name: str = "convert"

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The format of the operand."""
        return (self.source,)

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results, by the compiled arithmetic."""
        (codes,) = columns
        with np.errstate(all="ignore"):
            return np.asarray(to_bits(from_bits(codes, self.source).astype(self.result.dtype)))

    def by_oracle(self, *codes: int) -> Answer:
        """Code and flags of one result, by the oracle."""
        (code,) = codes
        to: Oracle = for_format(self.result)
        return to.cast_from(for_format(self.source), code), to.last_flags

    def exact(self, *codes: int) -> Exact:
        """The operand."""
        value: Exact | Special = for_format(self.source).decode(*codes)
        return value


def operation(
    format: FormatLike,  # noqa: A002 - as the command line says it
    op: str,
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
    f = as_format(format)
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
