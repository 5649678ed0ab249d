# SPDX-License-Identifier: BSD-3-Clause
"""What is each row of numbers reduced to?  The exact sum, mean, median, ..., rounded once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.exact import means

if TYPE_CHECKING:
    from collections.abc import Callable

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
    out = np.empty((len(rows), len(places)), rows.dtype)
    for i, place in enumerate(places.tolist()):
        low, high = ordered[:, math.floor(place)], ordered[:, math.ceil(place)]
        out[:, i] = _between(low, high, _share(place, interpolation))
    return out


def _share(place: float, interpolation: str) -> float:
    """How far the quantile lies from the element below toward the one above: exactly."""
    rest = place - math.floor(place)
    if interpolation == "nearest":
        return float(round(place) - math.floor(place))
    return {"linear": rest, "lower": 0.0, "higher": 1.0, "midpoint": 0.5}[interpolation]


def _between(low: Array, high: Array, share: float) -> Array:
    """The values low + share * (high - low), exact and rounded once; infinities as in float64."""
    if share in {0, 1} or not len(low):
        return high if share else low
    terms = np.stack([low, high, low], axis=1)  # 1 - share may be no float64
    weights = np.array([[1.0], [share], [-share]])
    finite = np.isfinite(terms).all(axis=1)
    out = low.copy()
    out[finite] = nf.matmul(terms[finite], weights, dtype=low.dtype)[:, 0]
    open_ended = ~finite & (low != high)
    out[open_ended] = low[open_ended] + high[open_ended]
    return out


def product_rows(rows: Array) -> Array:
    """The product of each row: the exact one, rounded once."""
    return np.concatenate([_rounded(rows, []), *(_product(row) for row in rows)])


def _product(row: Array) -> Array:
    if not np.isfinite(row).all():  # the sizes of finite numbers do not matter
        infinite = np.abs(row[np.isinf(row)][:1])
        signs: Array = np.prod(np.sign(row), keepdims=True)
        return signs * infinite if len(infinite) else signs
    if not row.astype(bool).all():
        return _rounded(row, [(0, 0)])
    sign = -1 if np.count_nonzero(np.signbit(row)) % 2 else 1
    magnitudes, exponent = _integers(row)
    head, dropped, inexact = _leading(magnitudes)
    # each of the cuts took less than one unit of a number of _PRODUCT_BITS bits
    above = head + (head * len(magnitudes) >> (_PRODUCT_BITS - 2)) + 1
    low = (sign * (head << 1 | inexact), exponent + dropped - 1)
    high = (sign * (above << 1 | 1), exponent + dropped - 1)
    with np.errstate(all="ignore"):
        decided = nf.to_bits(_rounded(row, [low])) == nf.to_bits(_rounded(row, [high]))
    if inexact and not decided:
        return _rounded(row, [(sign * _tree(magnitudes), exponent)])
    return _rounded(row, [low])


def _integers(row: Array) -> tuple[list[int], int]:
    """Integers in the ratios of the magnitudes, and the power of two that their product lacks."""
    with np.errstate(all="ignore"):
        wide = row.astype(np.float64)
        exact = np.isfinite(wide).all() and np.array_equal(wide.astype(row.dtype), row)
    if exact:
        fractions, exponents = np.frexp(np.abs(wide))
        return (fractions * 2**53).astype(np.int64).tolist(), int(exponents.sum()) - 53 * len(row)
    numerators, denominators = zip(*(x.as_integer_ratio() for x in row.tolist()), strict=True)
    return [abs(n) for n in numerators], len(row) - sum(d.bit_length() for d in denominators)


def _leading(magnitudes: list[int]) -> tuple[int, int, bool]:
    """The product: its leading bits, the number of bits dropped below, were any of them 1."""
    head, dropped, inexact = 1, 0, False
    for i in range(0, len(magnitudes), 32):
        head *= math.prod(magnitudes[i : i + 32])
        excess = head.bit_length() - _PRODUCT_BITS
        if excess > 0:
            inexact |= head & ((1 << excess) - 1) != 0
            head >>= excess
            dropped += excess
    return head, dropped, inexact


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
