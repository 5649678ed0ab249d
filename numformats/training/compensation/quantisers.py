# SPDX-License-Identifier: BSD-3-Clause
"""What does the T of an error feedback mean: how does it round, and how coarse is the grid?"""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.number_format import Format
from numformats.parse import as_format
from numformats.training.compensation.expansions import Parts, rounded_to_odd, total
from numformats.training.dtypes import own_format

if TYPE_CHECKING:
    from numformats.number_format import Rounding

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

__all__ = ["ByCall", "ByFormat", "ByStep", "Quantiser", "quantiser"]


class Quantiser:
    """How a number is rounded: `write` gives what is stored, `values` what that is worth."""

    text = ""
    is_wide = False  # float64 does not hold all values
    draws = False  # stochastic rounding with a seed of its own
    elementwise = False  # a large array may be rounded in blocks
    has_range = True  # `range_of` counts what is beyond it

    def write(self, parts: Parts, key: int | None, shape: Shape) -> Array:
        """The stored numbers for the exact sum of the parts; key: of the random words, if any."""
        raise NotImplementedError

    def write_fractions(self, v: Array, key: int | None, shape: Shape) -> Array:
        """The same for an array of Fractions."""
        raise NotImplementedError

    def values(self, y: Array) -> Array | None:
        """What stored numbers are worth, in float64; None where that does not hold them all."""
        raise NotImplementedError

    def largest_error(self, largest: float) -> float:
        """What one rounding changes at most, of numbers up to `largest` within the range."""
        raise NotImplementedError

    def range_of(self, v: Array, error: Array) -> tuple[float, int]:  # noqa: ARG002
        """The largest |v|, and how many of them were out of the range that y has."""
        return (float(np.abs(v).max()) if v.size else 0.0), 0


class ByFormat(Quantiser):
    """Rounding into a format, as it rounds by itself or as `rounding` says."""

    def __init__(self, T: Any, rounding: Rounding | None, seed: int | None) -> None:  # noqa: N803
        self.dtype = _dtype(T)
        f = as_format(own_format(self.dtype))
        self.text = str(self.dtype)
        if f.family == "truncated":
            # What the datapath keeps: compute_man fraction bits of the exact number, cut.
            grid = Format(
                "float", 1 + f.exp + f.compute_man, exp=f.exp, man=f.compute_man, bias=f.bias,
                signed_zero=True, subnormals=not f.ftz, inf="ieee", nan="ieee",
                rounding=rounding or "toward_zero", overflow="inf",
            )  # fmt: skip
        else:
            grid = f if rounding is None else dataclasses.replace(f, rounding=rounding)
        self.grid, self.grid_dtype = grid, grid.dtype
        self.info = nf.finfo(grid)
        self.draws = seed is not None
        if self.draws and grid.rounding != "stochastic":
            raise ValueError(f"seed={seed!r}: only stochastic rounding draws, not {grid.rounding}")
        self.same_codes = f.family != "truncated"
        self.is_wide = not self.info.lossless_in_float64
        # Thresholds between codes of 50 bits are numbers of 51, which odd rounding keeps apart.
        self.narrow = not self.is_wide and grid.bits <= 50 and grid.rounding != "stochastic"
        self.highest, self.lowest = float(self.info.max), float(self.info.lowest)
        self.fixed_error = self.largest_error(0.0)
        self.elementwise = not self.draws

    def _stored(self, rounded: Array) -> Array:
        return rounded.view(self.dtype) if self.same_codes else rounded.astype(self.dtype)

    def write(self, parts: Parts, key: int | None, shape: Shape) -> Array:  # noqa: ARG002
        """Rounded once from the exact sum."""
        if key is not None:
            # One float64, or Fractions where that is not exact: each draws one random word.
            exact = parts[0] if len(parts) == 1 else total(parts)
            return self._stored(np.asarray(nf.quantize(exact, self.grid, seed=key)))
        if len(parts) == 1 or self.narrow:
            return self._stored(rounded_to_odd(parts).astype(self.grid_dtype))
        return self._stored(np.asarray(nf.fsum(np.stack(parts), axis=0, dtype=self.grid_dtype)))

    def write_fractions(self, v: Array, key: int | None, shape: Shape) -> Array:  # noqa: ARG002
        """Rounded once."""
        if key is None and self.grid.rounding == "stochastic":
            return self._stored(v.astype(self.grid_dtype))
        return self._stored(np.asarray(nf.quantize(v, self.grid, seed=key)).reshape(v.shape))

    def values(self, y: Array) -> Array | None:
        """Exact."""
        return None if self.is_wide else y.astype(np.float64)

    def largest_error(self, largest: float) -> float:
        """The widest gap up to there, half of it to nearest; all of it on a posit's bit string."""
        grid = self.grid
        if grid.family == "fixed":
            gap = Fraction(2) ** -grid.frac
        else:
            with np.errstate(all="ignore"):
                here = np.asarray(min(largest, self.highest)).astype(self.grid_dtype)
                ends = [
                    np.asarray(end).astype(self.grid_dtype)
                    for end in (self.highest, float(self.info.minpos))
                ]
                beside = [_exact(np.nextafter(here, end)) for end in ends]
            gaps = [abs(_exact(here) - there) for there in beside]
            gap = max(*gaps, _exact(self.info.minpos))
        halves = grid.rounding.startswith("nearest") and not grid.is_tapered
        return float(gap / 2 if halves else gap)

    def range_of(self, v: Array, error: Array) -> tuple[float, int]:
        """Out of it: beyond the ends, in fixed point by more than a rounding changes."""
        if self.grid.family == "fixed":
            return 0.0, int(np.count_nonzero(np.abs(error) > self.fixed_error))
        outside = np.count_nonzero(v > self.highest) + np.count_nonzero(v < self.lowest)
        return super().range_of(v, error)[0], int(outside)


class ByStep(Quantiser):
    """Rounding to multiples of a number, stored in float64."""

    def __init__(self, step: Any, rounding: Rounding | None, seed: int | None) -> None:
        self.step = float(step)
        if not (0 < self.step < math.inf):
            raise ValueError(f"T={step!r}: a step must be a positive finite number")
        self.text = f"step {self.step!r}"
        # 50 bits, so that the exact sum of parts can be rounded by way of one float64.
        self.counts = ByFormat(nf.Fixed(50, 0), rounding, seed)
        self.draws, self.elementwise = self.counts.draws, self.counts.elementwise
        self.is_power = math.frexp(self.step)[0] == 0.5

    def write(self, parts: Parts, key: int | None, shape: Shape) -> Array:
        """Exact for a power of two; else k * step, rounded, of a rounded quotient."""
        scaled = [part / self.step for part in (parts if self.is_power else parts[:1])]
        return np.asarray(self.counts.write(scaled, key, shape).astype(np.float64) * self.step)

    def write_fractions(self, v: Array, key: int | None, shape: Shape) -> Array:
        """The same."""
        k = self.counts.write_fractions(np.asarray(v / Fraction(self.step), object), key, shape)
        return np.asarray(k.astype(np.float64) * self.step)

    def values(self, y: Array) -> Array | None:
        """They are float64."""
        return y

    def largest_error(self, largest: float) -> float:
        """A step or half a step; where it is no power of two, and the roundings of products."""
        more = 0.0 if self.is_power else 2 * float(np.spacing(largest + self.step))
        return self.step * self.counts.largest_error(0.0) + more

    def range_of(self, v: Array, error: Array) -> tuple[float, int]:
        """Out of it: beyond 2^49 steps."""
        largest = super().range_of(v, error)[0]
        too_far = largest >= self.step * 2.0**49
        return largest, int(np.count_nonzero(np.abs(v) >= self.step * 2.0**49)) if too_far else 0


class ByCall(Quantiser):
    """A function of a float64 array; what it leaves out is kept, whatever it does."""

    has_range = False

    def __init__(self, function: Any) -> None:
        self.function = function
        self.text = getattr(function, "__name__", type(function).__name__)

    def write(self, parts: Parts, key: int | None, shape: Shape) -> Array:  # noqa: ARG002
        """Of the sum's nearest float64."""
        y = np.asarray(self.function(parts[0].reshape(shape)))
        if y.shape != shape:
            raise ValueError(f"{self.text} gives shape {y.shape} for {shape}; allowed: the same")
        return np.atleast_1d(y)

    def write_fractions(self, v: Array, key: int | None, shape: Shape) -> Array:
        """Of the nearest float64."""
        return self.write([v.astype(np.float64)], key, shape)

    def values(self, y: Array) -> Array | None:
        """As float64, if their dtype goes there without loss."""
        return y.astype(np.float64) if np.can_cast(y.dtype, np.float64, "safe") else None

    def largest_error(self, largest: float) -> float:  # noqa: ARG002
        """Nobody knows."""
        return math.inf


def _exact(x: Any) -> Fraction:
    return Fraction(
        *x.item().as_integer_ratio() if x.dtype.kind == "f" else x[()].as_integer_ratio()
    )


def _dtype(T: Any) -> np.dtype[Any]:  # noqa: N803
    """The dtype that a class, dtype, Format or name means."""
    for floats in (np.float16, np.float32, np.float64):
        if T is floats or (
            isinstance(T, str | np.dtype) and T in (np.dtype(floats), floats.__name__)
        ):
            return np.dtype(floats)
    return np.dtype(as_format(T).dtype)


def quantiser(T: Any, rounding: Rounding | None = None, seed: int | None = None) -> Quantiser:  # noqa: N803
    """The quantiser that T means: a format, a step, or a function of arrays.

    Raises TypeError for anything else, ValueError for a rounding that T does not have.
    """
    is_format = isinstance(T, str | type | np.dtype | Format)
    if isinstance(T, int | float | np.number | Fraction) and not isinstance(
        getattr(T, "format", None), Format
    ):
        if isinstance(T, bool):
            raise TypeError(f"T={T!r}: allowed: a format, a step, or a function of arrays")
        return ByStep(T, rounding, seed)
    if not is_format and callable(T):
        if rounding is not None or seed is not None:
            raise ValueError(f"rounding={rounding!r}, seed={seed!r}: a function rounds as it does")
        return ByCall(T)
    try:
        return ByFormat(T, rounding, seed)
    except TypeError:
        raise TypeError(
            f"T={T!r}: allowed: a format (class, dtype or name), a step, or a function of arrays"
        ) from None
