# SPDX-License-Identifier: BSD-3-Clause
"""How are real numbers made integers of few bits, and integers real numbers again?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.quantization.calibration import (
    CALIBRATIONS,
    best_of,
    extremes,
    kl_range,
    percentile_range,
)
from numformats.quantization.code_range import checked_bits, code_dtype, code_range
from numformats.quantization.error_free import product_of_scales
from numformats.quantization.layout import layout
from numformats.quantization.nearest import nearest_quotient
from numformats.quantization.reals import Reals, as_reals, place
from numformats.quantization.rescale import Scaled, rounded_into
from numformats.quantization.scales import asymmetric_scale, symmetric_scale, zero_point

__all__ = ["Affine"]

SCALES = ("free", "power_of_two")


class Affine:
    """Codes clip(rne(x / scale) + zero_point, qmin, qmax) of numbers scale * (code - zero_point).

    Parameters
    ----------
    bits : int
        2 to 32.  Codes are int8, int16 or int32 arrays; those of 4 bits and fewer can be packed.
    symmetric : bool
        Codes from -(2^(bits-1) - 1) to that, zero point 0, so that the largest element keeps its
        sign.  Else from -2^(bits-1) to 2^(bits-1) - 1, and the zero point is an integer: 0 is a
        value, exactly, in both.
    axis : int or tuple of int, optional
        One scale for each index along it: a channel, or the axis of rows for one per token.  None:
        one scale for all.
    group : int, optional
        Runs of so many elements along the axis have one scale, at each index of the other axes.
    scale : "free", "power_of_two", or a positive number or array that broadcasts with x
        free: range / number of steps, rounded to float64 (up where asymmetric).  power_of_two: the
        smallest one that keeps every element within half a step.
    calibration : str
        Which range `fit` takes: "min_max", "percentile" (all but 100 - percentile percent), "mse"
        (the least square error among shares of the whole range: never above min_max), "kl" (the
        least divergence of histograms).
    percentile : float
    zero_point : int or array of int, optional
        With numbers as scale: then there is nothing left to fit.

    `fit` freezes scale and zero_point.  The range always includes 0, all zeros have scale 1, and a
    scale is never below 2^-1074.  Rounding is decided on exact quotients, never on rounded ones.

    >>> q = Affine(8).fit([-1.0, 0.5, 2.0])
    >>> q.quantize([-1.0, 0.0, 2.0, 9.0])
    array([-64,   0, 127, 127], dtype=int8)
    >>> q.dequantize([127, -127])
    array([ 2., -2.])
    >>> Affine(8, symmetric=False).fit([0.0, 255.0]).zero_point
    array(-128)

    Source: Jacob et al., "Quantization and training of neural networks for efficient
    integer-arithmetic-only inference" (2018); axis and group as in ONNX's QuantizeLinear.
    """

    def __init__(  # noqa: PLR0913 - the names are the interface
        self,
        bits: int,
        symmetric: bool = True,
        axis: int | tuple[int, ...] | None = None,
        scale: Any = "free",
        *,
        group: int | None = None,
        calibration: str = "min_max",
        percentile: float = 99.9,
        zero_point: Any = None,
    ) -> None:
        self.bits = checked_bits(bits)
        self.symmetric = bool(symmetric)
        self.axis, self.group = axis, group
        self.layout = layout(axis, group)
        if calibration not in CALIBRATIONS:
            allowed = ", ".join(CALIBRATIONS)
            raise ValueError(f"calibration={calibration!r}; allowed: {allowed}")
        if not 50 < percentile <= 100:
            raise ValueError(f"percentile={percentile!r}; allowed: above 50, up to 100")
        self.calibration, self.percentile = calibration, percentile
        self.qmin, self.qmax = code_range(self.bits, symmetric=self.symmetric)
        self.dtype = code_dtype(self.bits)
        self._scale: Any = None
        self._zero: Any = None
        self.kind = scale if isinstance(scale, str) else "given"
        if isinstance(scale, str):
            if scale not in SCALES:
                raise ValueError(f"scale={scale!r}; allowed: {', '.join(SCALES)}, or numbers")
        else:
            self._scale = _checked_scale(scale)
            if zero_point is None and self.symmetric:
                zero_point = 0
            if zero_point is not None:
                self._zero = np.broadcast_to(self._checked_zero(zero_point), self._scale.shape)
        if zero_point is not None and self.kind != "given":
            raise ValueError(f"zero_point={zero_point!r} needs numbers as scale=")

    @property
    def fitted(self) -> bool:
        """Whether scale and zero point are known."""
        return self._zero is not None

    @property
    def scale(self) -> Any:
        """The scales, float64, with the axes of what was fitted (of length 1 where shared)."""
        return self._known(self._scale)

    @property
    def zero_point(self) -> Any:
        """The codes of 0, int64, in the shape of the scales."""
        return self._known(self._zero)

    def fit(self, x: Any) -> Affine:
        """Choose scale and zero point for data like x; returns itself.

        x: any real dtype or format.  Raises TypeError, and ValueError for NaN and infinities, which
        names the first of them.
        """
        values = as_reals(x)
        high = values.high
        least, most = self._range(values)
        self._scale, self._zero = self._parameters(least, most)
        if self.kind == "given":
            self.layout.spread(self._scale, high)
        return self

    def fresh(self) -> Affine:
        """Another one with the same settings, not fitted."""
        return Affine(
            self.bits,
            self.symmetric,
            self.axis,
            self._scale if self.kind == "given" else self.kind,
            group=self.group,
            calibration=self.calibration,
            percentile=self.percentile,
        )

    def with_parameters(self, scale: Any, zero_point: Any = 0) -> Affine:
        """Another one with the same settings, fitted to these: learned, or stored before.

        Raises TypeError and ValueError for scales that are not positive and finite, and zero points
        that are no codes.
        """
        return Affine(
            self.bits,
            self.symmetric,
            self.axis,
            scale,
            group=self.group,
            calibration=self.calibration,
            percentile=self.percentile,
            zero_point=zero_point,
        )

    def inside(self, x: Any) -> Any:
        """Whether the integer nearest to each x / scale, plus zero_point, is a code."""
        values = as_reals(x)
        scale, zero = (self.spread(v, values.high) for v in (self.scale, self.zero_point))
        low, high = self.qmin - zero, self.qmax - zero
        steps = nearest_quotient(values, scale, low - 1, high + 1)
        return (steps >= low) & (steps <= high)

    def quantize(self, x: Any) -> Any:
        """The codes of x, in an array of its shape: int8, int16 or int32.

        Raises ValueError before `fit`, for NaN and infinities, and where x has other axes than
        what was fitted.
        """
        return self._codes(as_reals(x), self.scale, self.zero_point).astype(self.dtype)

    def dequantize(self, codes: Any, dtype: Any = np.float64) -> Any:
        """Scale * (code - zero_point) rounded once into a dtype: float16 to float64, or a format.

        Raises TypeError for codes that are no integers, ValueError for one outside of the range.
        """
        codes = np.asarray(codes)
        if codes.dtype.kind not in "iu" and codes.size:
            raise TypeError(f"codes have dtype {codes.dtype}; allowed: integers")
        inside = (codes >= self.qmin) & (codes <= self.qmax)
        if not inside.all():
            index = np.unravel_index(int(np.argmin(inside)), codes.shape)
            allowed = f"allowed: {self.qmin} to {self.qmax}"
            raise ValueError(f"{place('codes', index)} is {codes[index]}; {allowed}")
        dtype = np.dtype(dtype)
        if self.scale.ndim == 0 and codes.size > 2**self.bits:
            every = np.arange(self.qmin, self.qmax + 1)
            return self.dequantize(every, dtype)[codes.astype(np.intp) - self.qmin]
        scale, zero = (self.spread(v, codes) for v in (self.scale, self.zero_point))
        steps = (codes.astype(np.int64) - zero).astype(np.float64)
        if dtype == np.float64:
            return steps * scale
        return rounded_into(Scaled([steps], product_of_scales(scale)), dtype)

    def __repr__(self) -> str:
        parts = [str(self.bits), f"symmetric={self.symmetric}"]
        parts += [
            f"{n}={v}" for n, v in (("axis", self.axis), ("group", self.group)) if v is not None
        ]
        if self.kind == "power_of_two":
            parts.append(f"scale={self.kind!r}")
        if self.calibration != "min_max":
            parts.append(f"calibration={self.calibration!r}")
        state = "not fitted"
        if self.fitted:
            count = self._scale.size
            state = f"scale {float(self._scale):.6g}" if count == 1 else f"{count} scales"
        return f"Affine({', '.join(parts)}), {state}"

    def _range(self, values: Reals) -> tuple[Any, Any]:
        x = values.high
        whole = extremes(x, self.layout)
        if self.kind == "given" or self.calibration == "min_max" or not x.size:
            return whole
        if self.calibration == "percentile":
            return percentile_range(x, self.layout, self.percentile, symmetric=self.symmetric)
        if self.calibration == "kl":
            return kl_range(x, self.layout, self.bits, symmetric=self.symmetric)

        def fake(tried: tuple[Any, Any]) -> Any:
            scale, zero = self._parameters(*tried)
            codes = self._codes(values, scale, zero)
            return (codes - self.layout.spread(zero, x)) * self.layout.spread(scale, x)

        return best_of(whole, self.layout, x, fake)

    def _parameters(self, least: Any, most: Any) -> tuple[Any, Any]:
        if self.symmetric:
            scale = self._scale
            if self.kind != "given":
                scale = symmetric_scale(np.maximum(-least, most), self.bits, self.kind)
            return scale, np.zeros(scale.shape, np.int64)
        scale = self._scale
        if self.kind != "given":
            scale = asymmetric_scale(least, most, self.bits, self.kind)
        return scale, zero_point(least, scale, self.bits)

    def _codes(self, values: Reals, scale: Any, zero: Any) -> Any:
        scale, zero = (self.spread(v, values.high) for v in (scale, zero))
        return nearest_quotient(values, scale, self.qmin - zero, self.qmax - zero) + zero

    def spread(self, parameter: Any, x: Any) -> Any:
        """A scale or zero point for each element; refuses arrays of other axes than were fitted."""
        if parameter.ndim == 0:
            return parameter
        if self.kind != "given" and parameter.shape != self.layout.shape(x):
            raise ValueError(
                f"x has shape {x.shape}; the scales of {self!r} have {parameter.shape}"
            )
        spread = self.layout.spread(parameter, x)
        if np.broadcast_shapes(spread.shape, x.shape) != x.shape:
            raise ValueError(f"x has shape {x.shape}; the scales have {parameter.shape}")
        return spread

    def _checked_zero(self, zero_point: Any) -> Any:
        zero = np.asarray(zero_point)
        low, high = (0, 0) if self.symmetric else (self.qmin, self.qmax)
        if zero.dtype.kind not in "iu" or not ((zero >= low) & (zero <= high)).all():
            allowed = "0, for it is symmetric" if self.symmetric else f"integers {low} to {high}"
            raise ValueError(f"zero_point={zero_point!r}; allowed: {allowed}")
        return zero.astype(np.int64)

    def _known(self, value: Any) -> Any:
        if not self.fitted:
            raise ValueError(f"{self!r}: call fit with data first")
        return value


def _checked_scale(scale: Any) -> Any:
    values = as_reals(scale, "scale").high
    if not (values > 0).all():
        index = np.unravel_index(int(np.argmin(values > 0)), values.shape)
        raise ValueError(f"{place('scale', index)} is {values[index]!s}; allowed: positive numbers")
    return np.array(values)
