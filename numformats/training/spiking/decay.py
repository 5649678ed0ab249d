# SPDX-License-Identifier: BSD-3-Clause
"""What is a trace after k steps, each of which multiplies by a constant below 1 and rounds?

One step is a function of the code; k steps are that function composed with itself k times.  For
roundings that are a function of their argument, tables of 1, 2, 4, ... steps are made by composing
each with itself, and k steps are as many look-ups as k has binary ones: the same sequence of
roundings, bit for bit.  Stochastic rounding depends on the step, and goes through all of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.spiking.rounding import Rounding, codes_of, fixed_format

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.training.spiking.rounding import Codes

__all__ = ["Decay"]

MULTIPLIER = nf.Fixed(16, 16, signed=False)  # Q0.16: 0 to 1 - 2^-16


class Decay:
    """The decay of traces of one kind: x <- round(d x) in each step, d = exp(-step / tau) in Q0.16.

    tau: time constant in steps, above 0.  trace: a format of fixed point of up to 16 bits.
    rounding, seed: as for `nf.quantize`; purpose keys the random words of stochastic rounding.

    Rounded to nearest a trace stops at about 1 / (2 (1 - d)) units in the last place and never
    reaches 0; truncated it does, but is too low by up to 1 / (1 - d) units.

    >>> import numpy as np, numformats as nf
    >>> decay = Decay(20.0, nf.q15)
    >>> codes = np.array([32767, 100])
    >>> decay.after(codes, np.array([1, 1])), decay.after(codes, np.array([1000, 1000]))
    (array([31169,    95]), array([10, 10]))
    """

    def __init__(
        self,
        tau: float,
        trace: Any = nf.q15,
        rounding: str = "nearest_even",
        seed: int = 0,
        purpose: str = "trace",
    ) -> None:
        if not (math.isfinite(tau) and tau > 0):
            raise ValueError(f"tau={tau!r}; allowed: a time above 0, in steps")
        self.format = fixed_format(trace, "trace", 16)
        self.tau, self.purpose = float(tau), purpose
        with np.errstate(over="ignore"):
            factor = np.asarray(nf.quantize(math.exp(-1 / tau), MULTIPLIER))
        self.factor = int(codes_of(factor))
        self.rounding = Rounding(rounding, seed)
        self._lowest = -(1 << (self.format.bits - 1)) if self.format.is_signed else 0
        self.largest = self._lowest + (1 << self.format.bits) - 1
        every = np.arange(1 << self.format.bits, dtype=np.int64) + self._lowest
        # The first call says at once what is wrong with the rounding.
        self._tables = [] if self.rounding.is_random else [self._once(every, 0)]

    def _once(self, codes: Codes, step: int) -> Codes:
        fraction_bits = self.format.frac + 16
        return self.rounding.into(
            self.format.dtype, codes * self.factor, fraction_bits, (self.purpose, step)
        )

    def after(self, codes: Codes, steps: NDArray[Any], now: int | None = None) -> Codes:
        """The codes after so many steps, a number for each; the last of them is step `now`.

        Stochastic rounding draws, in each step, the word of the element's index in C order: what
        it gives does not depend on how often this function was called on the way.
        """
        steps = np.asarray(steps)
        most = int(steps.max(initial=0))
        if self.rounding.is_random:
            if now is None:
                raise ValueError("stochastic rounding draws for each step: say now=, its number")
            for back in range(most, 0, -1):
                codes = np.where(steps >= back, self._once(codes, now - back + 1), codes)
            return codes
        for bit in range(most.bit_length()):
            if bit == len(self._tables):
                last = self._tables[-1]
                self._tables.append(last[last - self._lowest])
            codes = np.where(steps >> bit & 1, self._tables[bit][codes - self._lowest], codes)
        return codes


class Trace:
    """Codes that decay, each of which knows what step it is of: it is brought on when needed."""

    def __init__(self, decay: Decay, shape: tuple[int, ...]) -> None:
        self.decay = decay
        self.codes = np.zeros(shape, np.int64)
        self.of = np.zeros(shape, np.int64)

    def at(self, now: int, where: Any = slice(None)) -> Codes:
        """The codes of some places at step `now`.

        What is kept may stay as old as it was.  Stochastic rounding goes through all steps of all
        places, whose words it draws, so that the result is kept.
        """
        if self.decay.rounding.is_random:
            self.put(..., self.decay.after(self.codes, now - self.of, now), now)
        return self.decay.after(self.codes[where], now - self.of[where], now)

    def put(self, where: Any, codes: Codes, now: int) -> None:
        """Keep these codes, of step `now`, at some places."""
        self.codes[where], self.of[where] = codes, now
