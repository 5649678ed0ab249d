# SPDX-License-Identifier: BSD-3-Clause
"""How are matrices of codes multiplied, and the exact sums rounded once into what is wanted?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization.error_free import Scale, product_of_scales
from numformats.quantization.integer_products import limbs_of_product
from numformats.quantization.reals import as_reals
from numformats.quantization.rescale import Scaled, rounded_codes, rounded_into

if TYPE_CHECKING:
    from numformats.quantization.affine import Affine

__all__ = ["fixed_point_multiplier", "quantized_matmul"]


def quantized_matmul(  # noqa: PLR0913 - two operands with their scales, and what becomes of them
    a: Any,
    b: Any,
    a_affine: Affine,
    b_affine: Affine,
    *,
    bias: Any = None,
    output: Affine | None = None,
    dtype: Any = np.float32,
    multiplier: int | None = None,
) -> Any:
    """The product of dequantised matrices, exact until one rounding: from integer products.

    Parameters
    ----------
    a, b : integer arrays
        Codes of the two affines, shapes as in np.matmul.  Scales may differ by row of a and by
        column of b, not along K; zero points may differ anywhere.
    bias : array, optional
        Real numbers, added before the rounding; or integers, in units of the product of scales.
    output : Affine, optional
        Fitted: the result is its codes, clip(rne(sum * scales / scale) + zero_point).
    dtype : optional
        Without `output`: float16 to float64 or a format, into which each sum is rounded once.
    multiplier : int, optional
        With `output`: the scales' ratio is first rounded to an integer of so many bits (2 to 53)
        over a power of two, as `fixed_point_multiplier` gives it: what integer-only hardware has.

    Accumulators are as wide as the sums: float32 or float64 where these hold them exactly, else
    two of these and more (128 bits).  Raises TypeError and ValueError.

    >>> from numformats.quantization import Affine
    >>> q = Affine(8, scale=0.5)
    >>> quantized_matmul([[2, 4]], [[1], [3]], q, q)
    array([[3.5]], dtype=float32)
    >>> quantized_matmul([[2, 4]], [[1], [3]], q, q, output=q)
    array([[7]], dtype=int8)
    """
    a, b = np.asarray(a), np.asarray(b)
    (x, s), (y, t) = _operand(a, a_affine, "a", -1), _operand(b, b_affine, "b", -2)
    limbs = limbs_of_product(x, y)
    scale = product_of_scales(s, t)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind in "iu":
            limbs, bias = _with_integers(limbs, bias), None
        else:
            bias = as_reals(bias, "bias").high
    if output is None:
        if multiplier is not None:
            raise ValueError("multiplier= is of a rescale to codes: give output=, too")
        return rounded_into(Scaled(limbs, scale, bias), dtype)
    step = output.layout.spread(output.scale, limbs[0])
    zero = output.layout.spread(output.zero_point, limbs[0])
    if multiplier is not None:
        if bias is not None:
            raise ValueError(
                "with multiplier= a bias is integers, in units of the product of scales"
            )
        scale, step = _fixed(scale, step, multiplier), 1.0
    value = Scaled(limbs, scale, bias)
    return rounded_codes(value, step, zero, output.qmin, output.qmax).astype(output.dtype)


def fixed_point_multiplier(ratio: Any, bits: int = 31) -> tuple[Any, Any]:
    """Integers m of exactly so many bits, and shifts, with m / 2^shift next to the ratios.

    ratio: positive float64; the error is at most 2^-bits of it.  Raises ValueError.

    >>> fixed_point_multiplier(0.75, 8)
    (array(192), array(8))
    """
    ratio = np.asarray(as_reals(ratio, "ratio").high)
    if not (ratio > 0).all():
        raise ValueError(f"ratio={ratio}; allowed: positive numbers")
    fixed = _fixed(product_of_scales(ratio), np.float64(1), bits)
    m, exponent = np.frexp(fixed.high)
    shift = bits - exponent - fixed.exponent
    return np.asarray(np.ldexp(m, bits), np.int64), np.asarray(shift)


def _fixed(scale: Scale, step: Any, bits: int) -> Scale:
    """Scale / step with its significand rounded to so many bits."""
    if not 2 <= bits <= 53:
        raise ValueError(f"multiplier bits={bits!r}; allowed: 2 to 53")
    significand, own = np.frexp(step)
    exponent = np.frexp(scale.high / significand)[1]
    # The quotient of high parts may be 1 where the exact one is below it, but by less than the
    # last of `bits` bits: it then rounds to the same power of two.
    unit = Scaled([np.float64(1)], Scale(scale.high, scale.low, bits - exponent))
    m = rounded_codes(unit, significand, 0, 0, 2**bits)
    return Scale(np.ldexp(m, -bits), np.zeros(m.shape), scale.exponent - own + exponent)


def _operand(codes: Any, affine: Affine, name: str, k: int) -> tuple[Any, Any]:
    """Codes minus zero points, and scales that broadcast with the product."""
    if codes.dtype.kind not in "iu" and codes.size:
        raise TypeError(
            f"{name} has dtype {codes.dtype}; allowed: integers, the codes of {affine!r}"
        )
    if codes.ndim < 2:
        raise ValueError(f"{name} has shape {codes.shape}; allowed: matrices, or stacks of them")
    scale, zero = affine.spread(affine.scale, codes), affine.spread(affine.zero_point, codes)
    if scale.ndim and scale.shape[k] != 1:
        raise ValueError(
            f"{name}: {affine!r} has scales that differ along K, the axis of the sums; allowed: "
            f"one for all, or one per {'row' if k == -1 else 'column'}"
        )
    if codes.size and (codes.min() < affine.qmin or codes.max() > affine.qmax):
        raise ValueError(f"{name} has codes beyond {affine.qmin} to {affine.qmax} of {affine!r}")
    return (codes if not zero.any() else codes.astype(np.int64) - zero), scale


def _with_integers(limbs: list[Any], bias: Any) -> list[Any]:
    """The sums with an integer bias added, in one limb where that is exact."""
    added = as_reals(bias, "bias")
    if len(limbs) == 1 and added.low is None:
        total = limbs[0] + added.high
        if np.abs(total).max(initial=0.0) < 2.0**53:
            return [total]
    return [*limbs, added.high, *([] if added.low is None else [added.low])]
