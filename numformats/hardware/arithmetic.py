# SPDX-License-Identifier: BSD-3-Clause
"""Which operations on numbers are there, and how are they done fast, by the oracle, and exactly?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.arrays import from_bits, to_bits
from numformats.hardware.abstract import Answer, Codes, Operation
from numformats.oracle import Oracle, for_format
from numformats.oracle import exact as exactly
from numformats.oracle.values import Exact, Special, Value, negate

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from numformats.number_format import Format

__all__ = ["ROWS", "Conversion", "Elementwise"]


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
ROWS = {
    "add": _Row(np.add, 2, _add),
    "sub": _Row(np.subtract, 2, lambda x, y: _add(x, negate(y))),
    "mul": _Row(np.multiply, 2, lambda x, y: exactly.mul(x, y)[0]),
    "div": _Row(np.divide, 2, lambda x, y: exactly.div(x, y)[0]),
    "sqrt": _Row(np.sqrt, 1, lambda x: exactly.sqrt(x)[0]),
    "fma": _Row(nf.fma, 3, _fma),
    "ieee_remainder": _Row(nf.ieee_remainder, 2, lambda x, y: exactly.ieee_remainder(x, y)[0]),
    "rint": _Row(np.rint, 1, lambda x: exactly.to_integer(x, round)),
}


@dataclass(frozen=True)
class Elementwise(Operation):
    """An operation whose operands and result are of one format."""

    name: str
    result: Format

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The format, once for each operand."""
        return (self.result,) * ROWS[self.name].operands

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results, by the compiled arithmetic."""
        values = [from_bits(c, f) for c, f in zip(columns, self.operands, strict=True)]
        with np.errstate(all="ignore"):
            return np.asarray(to_bits(ROWS[self.name].ufunc(*values)))

    def by_oracle(self, *codes: int) -> Answer:
        """Code and flags of one result, by the oracle."""
        oracle = for_format(self.result)
        return getattr(oracle, self.name)(*codes), oracle.last_flags

    def exact(self, *codes: int) -> Exact:
        """The result before it is rounded."""
        decode = for_format(self.result).decode
        return ROWS[self.name].exact(*map(decode, codes))


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
