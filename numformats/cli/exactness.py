# SPDX-License-Identifier: BSD-3-Clause
"""What does rounding at every step cost?  The same sum and product, rounded each time and once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table

from numformats import _native, fsum, matmul

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["errors", "print_exactness"]

FORMATS = ("bfloat16", "posit16", "bposit16", "binary32", "posit32")
TERMS, SIDE = 100_000, 200


def _worst(result: Any, exact: list[Fraction]) -> float:
    """Largest error, relative to the largest of the exact numbers."""
    size = max(map(abs, exact))
    numbers = (Fraction(*x.as_integer_ratio()) for x in np.asarray(result).ravel())
    return float(max(abs(x - e) for x, e in zip(numbers, exact, strict=True)) / size)


def _exact_product(a: Any, b: Any) -> list[Fraction]:
    """The exact product of two matrices: in integers, 2**-lsb each."""
    lsb = 80  # the operands are multiples of it: of at least 2**-20, with 28 bits at the most
    x, y = (
        np.array([[int(Fraction(*v.as_integer_ratio()) * 2**lsb) for v in r] for r in m], object)
        for m in (a, b)
    )
    return [Fraction(int(v), 4**lsb) for v in (x @ y).ravel()]


def errors(name: str, terms: int = TERMS, side: int = SIDE) -> tuple[float, float, float, float]:
    """Relative errors in a format: of a sum rounded at each step and once, of a product likewise.

    The numbers are uniform in [0, 1] and normal, the same for each format, rounded into it; the
    errors are those of the sums alone, against exact arithmetic.
    """
    dtype, rng = _native.NAMED[name].dtype, np.random.default_rng(1)
    x = rng.uniform(0, 1, terms).astype(dtype)
    total = [sum((Fraction(*v.as_integer_ratio()) for v in x), Fraction(0))]
    a, b = (np.round(rng.standard_normal((side, side)), 5).astype(dtype) for _ in "ab")
    product = _exact_product(a, b)
    return (
        _worst(fsum(x, accumulate="sequential"), total),
        _worst(fsum(x), total),
        _worst(matmul(a, b, accumulate="sequential"), product),
        _worst(matmul(a, b), product),
    )


def print_exactness(out: Console, terms: int = TERMS, side: int = SIDE) -> None:
    """Print both errors of the sum and of the product, a row for each format."""
    table = Table(title=f"sum of {terms:,} numbers, and a {side} x {side} product: relative errors")
    table.add_column("format")
    for column in ("sum, each step", "sum, once", "product, each step", "product, once"):
        table.add_column(column, justify="right")
    for name in FORMATS:
        table.add_row(name, *(f"{e:.1e}" for e in errors(name, terms, side)))
    out.print(table)
