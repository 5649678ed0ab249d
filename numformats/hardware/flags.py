# SPDX-License-Identifier: BSD-3-Clause
"""Which of IEEE 754's five flags does each case raise?  For whole columns of codes.

Let x be the exact result, p the precision, and W a float with two fraction bits more than the
result's and with exponents beyond any x.  One operation in W that rounds to odd tells everything.
A number t of at most p + 1 bits is below, at or above the odd result exactly as it is below, at or
above x: an x that is not exact becomes odd in its last bit, which no t has, and rounding keeps
order.  With numbers t that stand in `Thresholds`:

* inexact: the delivered number, of p bits, is not the odd result;
* overflow: x rounds, with p bits and no end, beyond the largest number;
* underflow: inexact, and x is tiny: below the least normal number, or "after rounding" it rounds
  below it, with p bits and no end.

Where x is a zero, an infinity or nothing, flags depend on the kinds of the operands alone: the
oracle is asked once for each combination of kinds.  Where W would be wider than 64 bits (binary64),
`flags_by_rows` does it all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import from_bits
from numformats.hardware.arithmetic import Conversion, Elementwise
from numformats.hardware.cases import INEXACT, INVALID, OVERFLOW, UNDERFLOW
from numformats.hardware.float_flags import flag_byte, flags_by_rows
from numformats.hardware.nans import any_signals
from numformats.hardware.thresholds import Thresholds, wider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.hardware.abstract import Operation
    from numformats.number_format import Format

__all__ = ["TININESS", "flags"]

TININESS = ("after", "before")

Codes = np.ndarray[Any, Any]
Truths = np.ndarray[Any, np.dtype[np.bool_]]
Flags = np.ndarray[Any, np.dtype[np.uint8]]


def flags(
    operation: Operation, operands: Sequence[Codes], results: Codes, *, tininess: str = "after"
) -> Flags:
    """One byte for each case: 16 invalid, 8 divide by zero, 4 overflow, 2 underflow, 1 inexact.

    Parameters
    ----------
    operation, operands, results : the operation, its columns of codes, and what it returned
    tininess : "after" or "before"
        Is a number too small for underflow told after it was rounded, as if exponents had no end,
        or before?  IEEE 754 leaves it to the implementation (7.5).

    Results of floats have IEEE 754's flags, where NaNs that signal are invalid operands; formats
    that lack an infinity, a NaN, a sign or a zero follow the rules of the oracle.  Posits, takums,
    fixed point and truncated floats have no flags: 0.  Other operations say it themselves.

    >>> from numformats.hardware import operation
    >>> div = operation("binary16", "div")
    >>> columns = [np.array(c, np.uint16) for c in ([0x3C00, 0x3C00, 0], [0x4200, 0, 0])]
    >>> flags(div, columns, div.reference(*columns)).tolist()  # 1/3, 1/0, 0/0
    [1, 8, 16]
    """
    if tininess not in TININESS:
        raise ValueError(f"tininess={tininess!r}; allowed: {', '.join(TININESS)}")
    if not isinstance(operation, Elementwise | Conversion):
        return operation.flags(operands, results)
    if operation.result.rounding == "stochastic":
        raise ValueError(f"{operation.result} rounds by random words: it has no flags")
    if operation.result.family != "float" or not len(results):
        return np.zeros(len(results), np.uint8)
    w = wider(operation)
    if w is None:
        found = flags_by_rows(operation, operands, results, tininess)
    else:
        found = _by_odd(operation, w, operands, results, tininess)
    signals = any_signals(operation.operands, operands)
    return found | INVALID * signals.astype(np.uint8)


def _by_odd(
    operation: Elementwise | Conversion,
    w: Format,
    operands: Sequence[Codes],
    results: Codes,
    tininess: str,
) -> Flags:
    """Flags from the result in W."""
    f, ends = operation.result, Thresholds(operation.result, w)
    formats = operation.operands
    odd = [Conversion(g, w).reference(c) for g, c in zip(formats, operands, strict=True)]
    if isinstance(operation, Elementwise):
        odd = [Elementwise(operation.name, w).reference(*odd)]
    size, negative = odd[0] & ends.mask, odd[0] > ends.mask
    number = (size != 0) & (size < ends.inf)

    inexact = Conversion(f, w).reference(results) != odd[0]
    overflow = ends.overflows(size, negative)
    invalid = np.zeros_like(number)
    if not f.is_signed:
        outside = negative & (ends.leaves_zero(size) | (not f.zero))
        saturates = f.zero and (f.overflow.startswith("saturate") or ends.zero_stays)
        overflow = np.where(negative, outside & saturates, overflow)
        invalid = outside & (not saturates)
    tiny = ends.is_tiny(size, negative, tininess)
    found = np.select([invalid, overflow, inexact & tiny, inexact],
                      [INVALID, OVERFLOW | INEXACT, UNDERFLOW | INEXACT, INEXACT], 0)  # fmt: skip
    found = found.astype(np.uint8)
    special = np.flatnonzero(~number)
    found[special] = _of_kinds(operation, [c[special] for c in operands])
    return found


def _of_kinds(operation: Operation, operands: Sequence[Codes]) -> Flags:
    """Flags of rows whose results are no numbers, or exact zeros."""
    if not len(operands[0]):
        return np.zeros(0, np.uint8)
    key = np.zeros(len(operands[0]), np.int64)
    for f, codes in zip(operation.operands, operands, strict=True):
        values = from_bits(codes, f)
        kind = np.select([np.isnan(values), np.isinf(values), values == 0], [1, 2, 3], 4)
        key = key * 10 + 2 * kind + np.signbit(values)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    answers = [flag_byte(operation.by_oracle(*(int(c[i]) for c in operands))[1]) for i in first]
    return np.array(answers, np.uint8)[place]
