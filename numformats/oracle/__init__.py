# SPDX-License-Identifier: BSD-3-Clause
"""What is the right answer?  Slow, obvious, exact arithmetic on codes in pure Python.

Everything here is written from the definitions of the formats and shares nothing with the native
code, so that either can be checked against the other, and hardware against both.  It imports
nothing of numformats but its own modules and the errors.

>>> posit = for_format(Row(family="posit", bits=8))
>>> hex(posit.add(0x40, 0x48))  # 1 + 2
'0x4c'
>>> posit.div(0x40, 0x00) == 0x80, sorted(posit.last_flags)  # 1 / 0 is NaR
(True, ['divide'])

Read in this order: values, rounding, row, codec, tapered, posit, takum, float_layout, ieee, fixed,
truncated, exact, base, arithmetic, comparison, text, conversions, philox, accumulators, accumulate,
quire, blocks, function_bounds, function_values, function_powers, function_growth, function_circle,
function_special, functions_of_two, function_rounding, functions; accelerator.
"""

from __future__ import annotations

from numformats.oracle.accumulate import Accumulation
from numformats.oracle.arithmetic import Arithmetic
from numformats.oracle.blocks import Blocks, Quantized
from numformats.oracle.comparison import Comparison
from numformats.oracle.conversions import Conversions
from numformats.oracle.functions import Functions
from numformats.oracle.philox import philox4x64
from numformats.oracle.quire import OracleQuire, quire_layout
from numformats.oracle.row import Row, described
from numformats.oracle.values import Special, SquareRoot

__all__ = [
    "Accumulation",
    "Blocks",
    "Oracle",
    "OracleQuire",
    "Quantized",
    "Row",
    "Special",
    "SquareRoot",
    "for_format",
    "philox4x64",
    "quire_layout",
]


class Oracle(Arithmetic, Functions, Comparison, Conversions):
    """Every operation of one format, on codes."""


def for_format(T: object) -> Oracle:  # noqa: N803  (the name of a type, as everywhere in NumPy)
    """Return the oracle of a format.

    ``T`` is a Row, a ``numformats.Format``, a scalar class such as ``nf.posit32``, its dtype, or
    the text of a format.  Raises TypeError for anything else.

    >>> for_format(Row(family="fixed", bits=16, frac=15)).decode(0x4000)
    Fraction(1, 2)
    """
    return Oracle(Row.of(described(T)))
