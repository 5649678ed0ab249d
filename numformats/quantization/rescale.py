# SPDX-License-Identifier: BSD-3-Clause
"""How is an exact integer times a scale, plus a bias, rounded once: into a dtype, or to a code?

The scale is an unevaluated sum of float64 (the product of two scales has 106 bits), the integer a
sum of limbs.  Double-double arithmetic settles nearly all; what lies within its error of a
boundary, and integers of several limbs, go to the exact dot product of `nf.vecdot`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import numformats as nf
from numformats.quantization.error_free import two_product, two_sum
from numformats.quantization.nearest import exact_sign, settled
from numformats.quantization.reals import F64

if TYPE_CHECKING:
    from numformats.quantization.error_free import Scale

__all__ = ["Scaled", "rounded_codes", "rounded_into"]

_MAX = np.finfo(F64).max
# Results of other magnitudes may be subnormal, or have subnormal errors: the exact sum decides.
_LEAST, _LARGEST = 2.0**-900, 2.0**1000
# A float64 rounded to odd rounds on rightly into formats of so many bits.
_ODD = 51


class Scaled(NamedTuple):
    """The exact value sum(limbs) * scale + bias; limbs: integers in float64, bias may be None."""

    limbs: list[Any]
    scale: Scale
    bias: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """What all parts broadcast to."""
        bias = 0.0 if self.bias is None else self.bias
        return np.broadcast_shapes(*(np.shape(v) for v in (*self.limbs, *self.scale, bias)))

    def at(self, where: Any, shape: tuple[int, ...]) -> Scaled:
        """The elements at an index or a mask, after broadcasting to the shape."""

        def take(v: Any) -> Any:
            return np.broadcast_to(v, shape)[where]

        scale = type(self.scale)(*map(take, self.scale))
        return Scaled(
            list(map(take, self.limbs)), scale, None if self.bias is None else take(self.bias)
        )

    def factors(self) -> tuple[list[tuple[Any, Any]], Any]:
        """Pairs whose sum of products is the value over 2^exponent, and that exponent.

        The exponent is taken out so that neither a product nor their sum can underflow or overflow.
        """
        exponent = self.scale.exponent
        if self.bias is not None:
            exponent = np.maximum(exponent, np.frexp(self.bias)[1] - 900)
        shift = np.maximum(self.scale.exponent - exponent, -1900)
        pairs = [
            (np.ldexp(limb, shift // 2), np.ldexp(part, shift - shift // 2))
            for limb in self.limbs
            for part in (self.scale.high, self.scale.low)
        ]
        if self.bias is not None:
            half = -exponent // 2
            pairs.append((np.ldexp(self.bias, half), np.ldexp(1.0, -exponent - half)))
        return pairs, exponent

    def operands(self) -> tuple[Any, Any]:
        """Two arrays whose dot products along the last axis are the values."""
        half = self.scale.exponent // 2
        pairs = [
            (np.ldexp(limb, half), np.ldexp(part, self.scale.exponent - half))
            for limb in self.limbs
            for part in (self.scale.high, self.scale.low)
        ]
        if self.bias is not None:
            pairs.append((np.asarray(self.bias, F64), np.float64(1)))
        left = np.stack(np.broadcast_arrays(*(u for u, _ in pairs)), axis=-1)
        right = np.stack(np.broadcast_arrays(*(v for _, v in pairs)), axis=-1)
        left, right = np.broadcast_arrays(left, right)
        return left, right


def rounded_into(value: Scaled, dtype: Any) -> Any:
    """The values rounded once into a dtype: float16 to float64, or a format.

    Formats of more than 51 bits, other than float64 itself, take the exact dot product everywhere.
    """
    dtype, shape = np.dtype(dtype), value.shape
    double = dtype in (F64, np.dtype(nf.binary64))
    if not double and not _odd_serves(dtype):
        left, right = value.at(..., shape).operands()
        return np.asarray(nf.vecdot(left, right, dtype=dtype))
    near, rest, slack, doubt = _near(value, shape)
    if double:
        doubt = doubt | (slack > 0) & _beside_midpoint(near, rest)
    near, rest = np.array(near), np.array(rest)
    if doubt.any():
        near[doubt], rest[doubt] = _settle(value.at(doubt, shape), clip=not double)
    return near.astype(dtype) if double else _to_odd(near, rest).astype(dtype)


def rounded_codes(value: Scaled, step: Any, zero: Any, low: int, high: int) -> Any:
    """clip(rne(value / step) + zero, low, high), as int64."""
    step, zero = np.asarray(step, F64), np.asarray(zero, np.int64)
    shape = np.broadcast_shapes(value.shape, step.shape, zero.shape)
    significand, own = np.frexp(step)
    with np.errstate(over="ignore", under="ignore"):
        if len(value.limbs) == 1 and value.bias is None:
            product, exponent = value.limbs[0] * value.scale.high, value.scale.exponent
        else:
            pairs, exponent = value.at(..., value.shape).factors()
            product = _dot(pairs)
        quotient = np.ldexp(product / significand, exponent - own)
    quotient = np.broadcast_to(quotient, shape)

    def side(doubt: Any, middle: Any) -> Any:
        pairs, exponent = value.at(doubt, shape).factors()
        m, e = (np.broadcast_to(v, shape)[doubt] for v in (significand, own))
        factor = np.ldexp(m, e - exponent)
        return exact_sign(*pairs, (-middle, factor))

    return (settled(quotient, side, low - zero, high - zero) + zero).astype(np.int64)


def _odd_serves(dtype: np.dtype[Any]) -> bool:
    if dtype.kind == "f":
        return dtype.itemsize < 8
    info = nf.finfo(dtype)
    return info.bits <= _ODD and info.lossless_in_float64


def _dot(pairs: list[tuple[Any, Any]]) -> Any:
    left = np.stack(np.broadcast_arrays(*(u for u, _ in pairs)), axis=-1)
    right = np.stack(np.broadcast_arrays(*(v for _, v in pairs)), axis=-1)
    return np.asarray(nf.vecdot(left, right))


def _near(value: Scaled, shape: tuple[int, ...]) -> Any:
    """Near + rest is the value within slack; and whether it may lie on the other side of near."""
    if len(value.limbs) > 1:
        nothing = np.zeros(shape)
        return nothing, nothing, nothing, np.ones(shape, bool)
    limb, scale = value.limbs[0], value.scale
    high, error = two_product(limb, scale.high)
    rest = error + limb * scale.low
    # Two roundings of numbers below 2^-52 |high|; without a low part there are none.
    slack = np.where(scale.low == 0, 0.0, np.abs(high) * 2.0**-103)
    with np.errstate(over="ignore", under="ignore"):
        near, rest, slack = (np.ldexp(v, scale.exponent) for v in (high, rest, slack))
        strange = (np.abs(near) < _LEAST) & (limb != 0) | (np.abs(near) > _LARGEST)
        if value.bias is not None:
            near, lost = two_sum(near, value.bias)
            slack = slack + (np.abs(lost) + np.abs(rest)) * 2.0**-52
            rest = lost + rest
        near, rest = two_sum(near, rest)
    doubt = strange | ((slack > 0) & (np.abs(rest) <= slack * 2)) | (np.abs(near) > _LARGEST)
    return tuple(np.broadcast_to(v, shape) for v in (near, rest, slack, doubt))


def _beside_midpoint(near: Any, rest: Any) -> Any:
    """Whether near + rest may lie on the other side of the midpoint between two float64.

    It is half a unit in the last place away, or a quarter where `near` is a power of two.
    """
    with np.errstate(invalid="ignore"):
        share = np.abs(rest) / np.spacing(np.abs(near))
    return (np.abs(share - 0.5) < 2.0**-40) | (np.abs(share - 0.25) < 2.0**-40)


def _settle(value: Scaled, *, clip: bool) -> tuple[Any, Any]:
    """The exact value rounded to float64, and what that loses, of which only the sign is needed."""
    left, right = value.operands()
    near = np.asarray(nf.vecdot(left, right))
    if clip:
        # Beyond the range a number stands for the value: formats that saturate do so from one.
        # Below it, too: posits never round to 0.
        near = np.clip(near, -_MAX, _MAX)
        side = exact_sign(*value.factors()[0])
        near = np.where(near == 0, side * 2.0**-1074, near)
    left = np.concatenate([left, near[..., None]], axis=-1)
    right = np.concatenate([right, np.full((*near.shape, 1), -1.0)], axis=-1)
    with np.errstate(all="ignore"):
        rest = np.where(np.isfinite(near), np.asarray(nf.vecdot(left, right)), 0.0)
    return near, rest


def _to_odd(near: Any, rest: Any) -> Any:
    """near, moved to the neighbour with an odd last bit where a rest is left and its own is even.

    Rounded to odd a float64 keeps on which side of every shorter number and midpoint the exact
    value lies, so that the cast into a shorter format rounds as if from the exact value.
    """
    bits = near.view(np.int64)
    moves = (rest != 0) & (bits % 2 == 0) & (np.abs(near) < _MAX)
    outward = (rest > 0) == (near > 0)
    return (bits + np.where(outward, 1, -1) * moves).view(F64)
