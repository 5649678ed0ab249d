# SPDX-License-Identifier: BSD-3-Clause
"""What do products with fewer multiplications cost in accuracy: Strassen's, and Winograd's variant?

Every sum, difference and product is rounded in the format, as hardware would compute them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from numformats._array_formats import native
from numformats._overridable import overridable
from numformats._rules import integer
from numformats.exact.products import matmul
from numformats.linalg.operands import Array, matrices

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_DEPTH", "Scheme", "Variant", "scheme_of", "strassen"]

Variant = Literal["strassen", "winograd"]
MOST_DEPTH = 20

# Sums of blocks of A and of B, the seven products of these, and sums of products: four results.
# A line is (name, left, sign, right); left and right are names of what stands above.
Sum = tuple[str, str, int, str]


class Scheme(NamedTuple):
    """How four blocks of a product come from seven products of blocks."""

    sums: tuple[Sum, ...]
    products: tuple[tuple[str, str, str], ...]
    results: tuple[Sum, ...]
    blocks: tuple[str, str, str, str]


_STRASSEN = Scheme(
    (
        ("S1", "A11", 1, "A22"),
        ("T1", "B11", 1, "B22"),
        ("S2", "A21", 1, "A22"),
        ("T3", "B12", -1, "B22"),
        ("T4", "B21", -1, "B11"),
        ("S5", "A11", 1, "A12"),
        ("S6", "A21", -1, "A11"),
        ("T6", "B11", 1, "B12"),
        ("S7", "A12", -1, "A22"),
        ("T7", "B21", 1, "B22"),
    ),
    (
        ("P1", "S1", "T1"),
        ("P2", "S2", "B11"),
        ("P3", "A11", "T3"),
        ("P4", "A22", "T4"),
        ("P5", "S5", "B22"),
        ("P6", "S6", "T6"),
        ("P7", "S7", "T7"),
    ),
    (
        ("U1", "P1", 1, "P4"),
        ("U2", "U1", -1, "P5"),
        ("C11", "U2", 1, "P7"),
        ("C12", "P3", 1, "P5"),
        ("C21", "P2", 1, "P4"),
        ("U3", "P1", 1, "P3"),
        ("U4", "U3", -1, "P2"),
        ("C22", "U4", 1, "P6"),
    ),
    ("C11", "C12", "C21", "C22"),
)
_WINOGRAD = Scheme(
    (
        ("S1", "A21", 1, "A22"),
        ("S2", "S1", -1, "A11"),
        ("S3", "A11", -1, "A21"),
        ("S4", "A12", -1, "S2"),
        ("T1", "B12", -1, "B11"),
        ("T2", "B22", -1, "T1"),
        ("T3", "B22", -1, "B12"),
        ("T4", "T2", -1, "B21"),
    ),
    (
        ("P1", "A11", "B11"),
        ("P2", "A12", "B21"),
        ("P3", "S4", "B22"),
        ("P4", "A22", "T4"),
        ("P5", "S1", "T1"),
        ("P6", "S2", "T2"),
        ("P7", "S3", "T3"),
    ),
    (
        ("C11", "P1", 1, "P2"),
        ("U2", "P1", 1, "P6"),
        ("U3", "U2", 1, "P7"),
        ("U4", "U2", 1, "P5"),
        ("C12", "U4", 1, "P3"),
        ("C21", "U3", -1, "P4"),
        ("C22", "U3", 1, "P5"),
    ),
    ("C11", "C12", "C21", "C22"),
)
_SCHEMES = {"strassen": _STRASSEN, "winograd": _WINOGRAD}


def scheme_of(variant: str) -> Scheme:
    """The scheme of that name; ValueError for another."""
    if variant not in _SCHEMES:
        msg = f"variant={variant!r}; allowed: {', '.join(_SCHEMES)}"
        raise ValueError(msg)
    return _SCHEMES[variant]


@overridable
def strassen(
    a: Any,
    b: Any,
    depth: int = 1,
    *,
    variant: Variant = "strassen",
    accumulate: Any = "sequential",
) -> Any:
    """Multiply matrices by seven products of half the size, `depth` times over.

    Parameters
    ----------
    a, b : array_like (..., m, k) and (..., k, n) of one number format, float16, float32 or float64
        Rows and columns of zeros are added up to a multiple of 2**depth.
    depth : 0 (the product by rows and columns) to 20
    variant : "strassen" (18 sums of blocks) or "winograd" (15)
    accumulate : how the small products are added, as `nf.matmul` has it; "sequential" rounds each
        product and each sum in the format

    Every sum of blocks is rounded in the format, so that the result differs from `nf.matmul`, whose
    error `product_error_bound` compares.  Raises ValueError for shapes that do not match, TypeError
    for two formats, and for one without 0, 1 or negative numbers, with wrapping or stochastic
    rounding.

    >>> import numpy as np, numformats as nf
    >>> a = np.array([[1, 2], [3, 4]], nf.posit16)
    >>> nf.linalg.strassen(a, a).astype(int).tolist()
    [[7, 10], [15, 22]]

    Source: Strassen, "Gaussian elimination is not optimal" (1969); Winograd's variant as in
    Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition (2002), section 23.1.
    """
    depth = integer("depth", depth, 0, MOST_DEPTH)
    scheme = scheme_of(variant)
    x, y = matrices("a", a), matrices("b", b)
    if x.dtype != y.dtype:
        msg = f"a has dtype {x.dtype} and b {y.dtype}: use astype on one of them"
        raise TypeError(msg)
    if x.shape[-1] != y.shape[-2]:
        msg = f"a has {x.shape[-1]} columns and b {y.shape[-2]} rows"
        raise ValueError(msg)
    rows, columns = x.shape[-2], y.shape[-1]
    step = 2**depth

    def multiply(p: Array, q: Array) -> Array:
        product: Array = matmul(p, q, accumulate=accumulate)
        return product

    result = _recursive(_padded(x, step), _padded(y, step), depth, scheme, multiply)
    return result[..., :rows, :columns].view(native(np.asarray(a).dtype))


def _padded(m: Array, step: int) -> Array:
    """The matrix with zeros behind it, up to a multiple of step in both directions."""
    rows, columns = (-(-n // step) * step for n in m.shape[-2:])
    if (rows, columns) == m.shape[-2:]:
        return m
    wide = np.zeros((*m.shape[:-2], rows, columns), m.dtype)
    wide[..., : m.shape[-2], : m.shape[-1]] = m
    return wide


def _blocks(name: str, m: Array) -> dict[str, Array]:
    i, j = m.shape[-2] // 2, m.shape[-1] // 2
    return {
        f"{name}11": m[..., :i, :j],
        f"{name}12": m[..., :i, j:],
        f"{name}21": m[..., i:, :j],
        f"{name}22": m[..., i:, j:],
    }


def _recursive(
    a: Array, b: Array, depth: int, scheme: Scheme, multiply: Callable[[Array, Array], Array]
) -> Array:
    if depth == 0:
        return multiply(a, b)
    v: dict[str, Array] = _blocks("A", a) | _blocks("B", b)
    for name, left, sign, right in scheme.sums:
        v[name] = v[left] + v[right] if sign > 0 else v[left] - v[right]
    for name, left, right in scheme.products:
        v[name] = _recursive(v[left], v[right], depth - 1, scheme, multiply)
    for name, left, sign, right in scheme.results:
        v[name] = v[left] + v[right] if sign > 0 else v[left] - v[right]
    c11, c12, c21, c22 = (v[name] for name in scheme.blocks)
    upper, lower = np.concatenate([c11, c12], axis=-1), np.concatenate([c21, c22], axis=-1)
    return np.concatenate([upper, lower], axis=-2)
