# SPDX-License-Identifier: BSD-3-Clause
"""What is the true result?  The same code in float64, in twice that, in 50 digits, or exactly.

`truth` finds an algebra by its name; Reference runs a program in it.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from numformats.analysis.algebra_base import COMPARISONS, Algebra, Parts, to_f64
from numformats.analysis.algebra_double import DoubleDouble, is_in_range
from numformats.analysis.algebra_float64 import Float64
from numformats.analysis.algebra_objects import (
    Objects,
    digits_algebra,
    fraction_algebra,
    mp_algebra,
)
from numformats.analysis.reference_run import Reference

__all__ = [
    "COMPARISONS", "Algebra", "DoubleDouble", "Float64", "Objects", "Parts", "Reference", "Truth",
    "digits_algebra", "fraction_algebra", "mp_algebra", "to_f64", "truth",
]  # fmt: skip

Truth: TypeAlias = str | int

FEWEST_DIGITS, MOST_DIGITS = 20, 10_000
_DIGITS = 50  # of the truth of formats that are too wide for pairs of doubles


def truth(reference: Truth | Algebra = "double", dtype: Any = None) -> Algebra:
    """The algebra of that name, for programs in the format `dtype`.

    "float64", "double" (pairs of float64, 106 bits; of a format with 12 bits of exponent or more
    50 digits instead), a number of decimal digits (20 to 10000; also as a text, "50"), or "exact"
    (fractions).  An algebra is given back.  ValueError for any other.

    >>> truth().name, truth(50).name, truth("exact").name
    ('double', '50 digits', 'exact')
    """
    if isinstance(reference, Algebra):
        return reference
    if reference == "float64":
        return Float64()
    if reference == "exact":
        return fraction_algebra()
    if reference == "double":
        wide = dtype is not None and not is_in_range(np.dtype(dtype))
        return digits_algebra(_DIGITS) if wide else DoubleDouble()
    digits = _digits(reference)
    if digits is None:
        raise ValueError(
            f"reference {reference!r}: it must be 'float64', 'double', 'exact', or a number of "
            f"digits from {FEWEST_DIGITS} to {MOST_DIGITS}"
        )
    return digits_algebra(digits)


def _digits(reference: Any) -> int | None:
    """The number of digits that was asked for, None if it is no such number."""
    if isinstance(reference, bool) or not isinstance(reference, int | np.integer | str):
        return None
    try:
        digits = int(reference)
    except ValueError:
        return None
    return digits if FEWEST_DIGITS <= digits <= MOST_DIGITS else None
