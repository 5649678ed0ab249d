# SPDX-License-Identifier: BSD-3-Clause
"""What is the exact product of integer matrices, how wide must its accumulator be?

A BLAS adds in any order, but integers whose sums of magnitudes stay within 2^24 (float32) or 2^53
(float64) are added exactly in every order.  So operands are cut into slices of few bits.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from numformats.quantization.int128 import Int128
from numformats.quantization.reals import F64

__all__ = ["accumulator_bits", "fits_int64", "integer_matmul", "limbs_of_product", "widest_operand"]

_SINGLE, _DOUBLE = 2**24, 2**53


def accumulator_bits(k: int, a: int, b: int | None = None, *, symmetric: bool = True) -> int:
    """How many bits, sign included, a sum of k products of codes of a and b bits needs.

    Exact, for the largest sums: k (2^(a-1) - 1) (2^(b-1) - 1) in both signs where symmetric; else
    of codes minus zero points, whose magnitudes are up to 2^a - 1 and 2^b - 1.

    >>> accumulator_bits(4096, 8), accumulator_bits(2, 32), accumulator_bits(3, 32)
    (27, 64, 65)
    """
    b = a if b is None else b
    k, a, b = (operator.index(v) for v in (k, a, b))
    largest: int = (
        k * (2 ** (a - 1) - 1) * (2 ** (b - 1) - 1) if symmetric else k * (2**a - 1) * (2**b - 1)
    )
    return largest.bit_length() + 1


def fits_int64(k: int, a: int, b: int | None = None, *, symmetric: bool = True) -> bool:
    """The width rule: k (2^(a-1) - 1) (2^(b-1) - 1) <= 2^63 - 1, or its exact asymmetric form.

    >>> fits_int64(2, 32), fits_int64(3, 32), fits_int64(4096, 26), fits_int64(4096, 27)
    (True, False, True, False)
    """
    return accumulator_bits(k, a, b, symmetric=symmetric) <= 64


def widest_operand(k: int) -> int:
    """The most bits of two symmetric operands whose sums of k products fit int64.

    >>> [widest_operand(k) for k in (1, 64, 1024, 4096)]
    [32, 29, 27, 26]
    """
    return max(bits for bits in range(2, 33) if fits_int64(k, bits))


def integer_matmul(a: Any, b: Any) -> Any:
    """The exact product of matrices of integers: int64, or `Int128` where that may be too narrow.

    a, b: integer arrays, shapes as in np.matmul with two axes or more, of magnitudes below 2^62.
    int64 is given exactly where K max|a| max|b| <= 2^63 - 1: no sum can wrap.  Raises TypeError
    for other dtypes and ValueError for shapes and magnitudes.

    >>> import numpy as np
    >>> integer_matmul([[127, 127]], [[127], [-127]])
    array([[0]])
    >>> top = 2**31 - 1
    >>> int(integer_matmul(np.full((1, 3), top), np.full((3, 1), top))[0, 0]) == 3 * top**2
    True
    """
    a, b = _checked(a, "a"), _checked(b, "b")
    limbs = _limbs(a, b)
    bound = a.shape[-1] * _largest(a) * _largest(b)
    if bound <= 2**63 - 1:
        total = np.zeros(np.shape(limbs[0][0]), np.int64)
        for limb, shift in limbs:
            total += limb.astype(np.int64) << shift
        return total
    return Int128.of_limbs(limbs)


def limbs_of_product(a: Any, b: Any) -> list[Any]:
    """Arrays of integers in float64 whose sum is the exact product; one where 53 bits hold it."""
    return [np.ldexp(limb, shift) for limb, shift in _limbs(a, b)]


def _limbs(a: Any, b: Any) -> list[tuple[Any, int]]:
    """Pairs (integers of up to 53 bits in float64, shift)."""
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(
            f"shapes {a.shape} and {b.shape} do not match: K is {a.shape[-1]} and {b.shape[-2]}"
        )
    k, left, right = a.shape[-1], _largest(a), _largest(b)
    if k * left * right <= _DOUBLE:
        return [(_product(a, b, left * right), 0)]
    # Signed slices of w bits have magnitudes up to 2^(w-1).
    width = (51 - k.bit_length()) // 2
    columns: dict[int, Any] = {}
    for i, x in enumerate(_slices(a, width)):
        for j, y in enumerate(_slices(b, width)):
            columns.setdefault(i + j, []).append(np.matmul(x, y))
    # A column's sum of up to 16 products still has 53 bits: 16 K 2^(2w-2) <= 2^53.
    return [
        (sum(parts[1:], parts[0]), width * place)
        for place, parts in sorted(columns.items(), reverse=True)
    ]


def _product(a: Any, b: Any, largest: int) -> Any:
    """The product in float64; by way of float32 in chunks of K that 24 bits hold, where it is long.

    A chunk shorter than 256 costs more in additions of float64 than float32 saves.
    """
    k = a.shape[-1]
    chunk = _SINGLE // max(largest, 1)
    if chunk < min(k, 256):
        return np.matmul(a.astype(F64), b.astype(F64))
    x, y = a.astype(np.float32), b.astype(np.float32)
    if chunk >= k:
        return np.matmul(x, y).astype(F64)
    total = 0.0
    for first in range(0, k, chunk):
        part = slice(first, first + chunk)
        total = total + np.matmul(x[..., part], y[..., part, :]).astype(F64)
    return total


def _slices(a: Any, width: int) -> list[Any]:
    """Integers as slices of `width` bits from -2^(width-1) to 2^(width-1), lowest first."""
    slices, rest = [], a.astype(np.int64)
    half, mask = 1 << (width - 1), (1 << width) - 1
    while True:
        low = ((rest + half) & mask) - half
        slices.append(low.astype(F64))
        rest = (rest - low) >> width
        if not rest.any():
            return slices


def _checked(a: Any, name: str) -> Any:
    a = np.asarray(a)
    if a.dtype.kind not in "iu" and a.size:
        raise TypeError(f"{name} has dtype {a.dtype}; allowed: integers")
    if a.ndim < 2:
        raise ValueError(f"{name} has shape {a.shape}; allowed: matrices, or stacks of them")
    if _largest(a) >= 2**62:
        raise ValueError(f"{name} has magnitudes up to {_largest(a)}; allowed: below 2^62")
    return a if a.dtype.kind == "i" else a.astype(np.int64)


def _largest(a: Any) -> int:
    return max(-int(a.min()), int(a.max()), 0) if a.size else 0
