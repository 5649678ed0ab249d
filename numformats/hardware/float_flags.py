# SPDX-License-Identifier: BSD-3-Clause
"""Which flags does a float raise by the definitions, and for whole columns where these decide?

For formats that are too wide for `flags`: two directed roundings of the format itself tell what is
exact, and most of what is not is far from both ends of the range.  The rest is done row by row.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import from_bits
from numformats.hardware.cases import DIVIDE, INEXACT, INVALID, OVERFLOW, UNDERFLOW
from numformats.hardware.thresholds import least_normal
from numformats.oracle import Row, SquareRoot, for_format

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numformats.hardware.arithmetic import Conversion, Elementwise
    from numformats.number_format import Format
    from numformats.oracle.values import Exact

__all__ = ["flag_byte", "flags_by_rows", "flags_of_row"]

Codes = np.ndarray[Any, Any]


def flag_byte(names: Collection[str]) -> int:
    """The oracle's flags as a byte; what overflows is inexact."""
    return (
        INVALID * ("invalid" in names)
        | DIVIDE * ("divide" in names)
        | (OVERFLOW | INEXACT) * ("overflow" in names)
    )


def flags_of_row(
    operation: Elementwise | Conversion, codes: Sequence[int], result: int, tininess: str
) -> int:
    """The flags of one case, by their definitions (IEEE 754-2019, 7), but for NaNs that signal.

    >>> from numformats.hardware import operation
    >>> flags_of_row(operation("binary64", "mul"), [1, 0x3FE0 << 48], 0, "after")  # 2^-1074 / 2
    3
    """
    found = flag_byte(operation.by_oracle(*codes)[1])
    x, f = operation.exact(*codes), operation.result
    if found or not isinstance(x, Fraction | SquareRoot) or x == 0:
        return found
    if for_format(f).decode(result) == x:  # a root that is no fraction equals none
        return 0
    y: Exact = x if tininess == "before" else _rounded(f, x)
    square, least = (y.radicand, least_normal(f) ** 2) if isinstance(y, SquareRoot) else (y, None)
    assert isinstance(square, Fraction)
    return INEXACT | UNDERFLOW * (abs(square) < (least_normal(f) if least is None else least))


def _rounded(f: Format, x: Exact) -> Fraction:
    """The number rounded to the precision of f as if exponents had no end."""
    endless = Row(family="float", exp=20, man=f.man, bias=1 << 19)
    oracle = for_format(endless)
    value = oracle.decode(oracle.encode(x, f.rounding))
    assert isinstance(value, Fraction)
    return value


def flags_by_rows(
    operation: Elementwise | Conversion, operands: Sequence[Codes], results: Codes, tininess: str
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Flags of floats of any width, but for NaNs that signal."""
    f = operation.result
    down, up = (
        from_bits(replace(operation, result=g).reference(*operands), g)
        for g in (replace(f, rounding=m) for m in ("toward_negative", "toward_positive"))
    )
    exact = np.asarray(down == up, np.bool_)
    size = np.abs(from_bits(results, f))
    oracle, codec = for_format(f), for_format(f).codec
    ends = np.array([oracle.encode(least_normal(f)), codec.at_index(codec.last_finite)])
    least, largest = from_bits(ends.astype(results.dtype), f)
    inside = (size > least) & (size < largest)
    # Where a format has no NaN, or ends at 0, a delivered 0 may stand for something else.
    zero_is_zero = f.has_nan and f.is_signed
    sure = inside | (exact & (size < largest) & ((size > 0) | zero_is_zero))
    found = np.where(inside & ~exact, INEXACT, 0).astype(np.uint8)
    for i in np.flatnonzero(~sure).tolist():
        codes = [int(c[i]) for c in operands]
        found[i] = flags_of_row(operation, codes, int(results[i]), tininess)
    return found
