# SPDX-License-Identifier: BSD-3-Clause
"""What is each row of numbers reduced to?  The exact sum, mean, median, ..., rounded once."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats import _convert, means

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Array = np.ndarray[Any, Any]
Pair = tuple[int, int]

__all__ = ["ACCUMULATIONS", "EMPTY", "REDUCTIONS", "SPREADS", "product_rows", "quantile_rows"]

# A product keeps this many bits; those below decide only where it is nearly a midpoint.
_PRODUCT_BITS = 4096


def quantile_rows(rows: Array, qs: Array, interpolation: str) -> Array:
    """Quantiles of each row, shape (rows, qs): the exact interpolated value, rounded once.

    The place between two elements is NumPy's, q * (n - 1) in float64; rows are not empty.
    Source: NumPy, np.quantile, and the five interpolations that pandas names.
    """
    ordered = np.sort(rows, axis=1)
    places = np.asarray(qs, np.float64) * (rows.shape[1] - 1)
    exact = [
        _between(row[math.floor(h)], row[math.ceil(h)], _share(h, interpolation))
        for row in ordered
        for h in places.tolist()
    ]
    return _rounded(rows, exact).reshape(len(rows), len(places))


def _share(place: float, interpolation: str) -> Fraction:
    """How far the quantile lies from the element below toward the one above."""
    rest = Fraction(place) - math.floor(place)
    if interpolation == "linear":
        return rest
    if interpolation == "nearest":
        return Fraction(round(place) - math.floor(place))
    return {"lower": Fraction(0), "higher": Fraction(1), "midpoint": Fraction(1, 2)}[interpolation]


def _between(low: Any, high: Any, share: Fraction) -> Pair | float:
    """The value low + share * (high - low), exactly; infinities as in float64."""
    if low == high or not share:
        high, share = low, Fraction(0)
    elif share == 1:
        low, share = high, Fraction(0)
    if not (np.isfinite(low) and np.isfinite(high)):
        return float(low) if not share else float(low) + float(high)
    below, above = Fraction(*low.as_integer_ratio()), Fraction(*high.as_integer_ratio())
    value = below + share * (above - below)
    return _convert.quotient(value.numerator, value.denominator)


def product_rows(rows: Array) -> Array:
    """The product of each row: the exact one, rounded once."""
    return np.concatenate([_rounded(rows, []), *(_product(row) for row in rows)])


def _product(row: Array) -> Array:
    codes, counts = np.unique(nf.to_bits(row), return_counts=True)
    factors = nf.from_bits(codes, row.dtype.type)
    if not np.isfinite(factors).all():  # the sizes of finite numbers do not matter
        infinite = np.abs(row[np.isinf(row)][:1])
        sign = np.prod(np.sign(row), keepdims=True)
        return sign * infinite if len(infinite) else sign
    sign = (-1) ** int(counts[np.signbit(factors)].sum())
    ratios = [f.as_integer_ratio() for f in factors]
    # denominators are powers of two
    exponent = -sum((d.bit_length() - 1) * int(c) for (_, d), c in zip(ratios, counts, strict=True))
    magnitudes = [abs(n) for (n, _), c in zip(ratios, counts, strict=True) for _ in range(c)]
    if 0 in magnitudes:
        return _rounded(row, [(0, 0)])
    head, dropped = _leading(magnitudes)
    low = (sign * (head << 1 | bool(dropped)), exponent + dropped - 1)
    # each of the cuts took less than one unit of a number of _PRODUCT_BITS bits
    above = head + (head * len(magnitudes) >> (_PRODUCT_BITS - 2)) + 1
    with np.errstate(all="ignore"):
        high = _rounded(row, [(sign * (above << 1 | 1), exponent + dropped - 1)])
        decided = not dropped or nf.to_bits(high) == nf.to_bits(_rounded(row, [low]))
    if decided:
        return _rounded(row, [low])
    return _rounded(row, [(sign * _tree(magnitudes), exponent)])


def _leading(magnitudes: Iterable[int]) -> Pair:
    """The product as (its leading bits, number of bits dropped below them)."""
    head, dropped = 1, 0
    for m in magnitudes:
        head *= m
        excess = head.bit_length() - _PRODUCT_BITS
        if excess > 0:
            head >>= excess
            dropped += excess
    return head, dropped


def _tree(magnitudes: list[int]) -> int:
    """The whole product; factors of like sizes meet, so that it takes no quadratic time."""
    while len(magnitudes) > 1:
        pairs = zip(magnitudes[::2], [*magnitudes[1::2], 1], strict=False)
        magnitudes = [a * b for a, b in pairs]
    return magnitudes[0]


def _rounded(like: Array, exact: list[Pair | float]) -> Array:
    return means.round_exact(like.dtype.type.format, exact)


def _median(rows: Array, _: int) -> Array:
    return quantile_rows(rows, np.array([0.5]), "linear")[:, 0]


# Each takes rows that are not empty, and ddof.
REDUCTIONS: dict[str, Callable[[Array, int], Array]] = {
    "sum": lambda rows, _: nf.fsum(rows, axis=1),
    "mean": lambda rows, _: nf.fmean(rows, axis=1),
    "var": lambda rows, ddof: nf.fvar(rows, axis=1, ddof=ddof),
    "std": lambda rows, ddof: nf.fstd(rows, axis=1, ddof=ddof),
    "sem": lambda rows, ddof: means.standard_error(rows, axis=1, ddof=ddof),
    "prod": lambda rows, _: product_rows(rows),
    "min": lambda rows, _: np.min(rows, axis=1),
    "max": lambda rows, _: np.max(rows, axis=1),
    "median": _median,
    "any": lambda rows, _: np.asarray(rows.astype(bool).any(axis=1)),
    "all": lambda rows, _: np.asarray(rows.astype(bool).all(axis=1)),
}
# Those of nothing that are not missing.
EMPTY = {"sum": 0, "prod": 1, "any": False, "all": True}
# Those that divide by n - ddof.
SPREADS = ("var", "std", "sem")
# Running ones round at each step, as NumPy's do.
ACCUMULATIONS = {
    "cumsum": np.add,
    "cumprod": np.multiply,
    "cummin": np.minimum,
    "cummax": np.maximum,
}
