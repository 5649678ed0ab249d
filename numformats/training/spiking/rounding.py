# SPDX-License-Identifier: BSD-3-Clause
"""How does an exact integer multiple of a power of two become a code of a fixed-point format?

By `nf.quantize`, in the rule's rounding.  Stochastic rounding of step t draws from a stream of its
own for each purpose: the seed of the call is word 0 of `training.random_words` with the key (seed,
purpose) and the step t.  So what is drawn depends on neither the calls before nor their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import numformats as nf
from numformats.parse import as_format
from numformats.training.dropout import random_words
from numformats.training.layer import Pass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

__all__ = ["Rounding", "codes_of", "fixed_format", "values_of"]

_FINE = 62  # most fraction bits of an exact value: its format has 64 bits


class Rounding(NamedTuple):
    """A mode of `nf.quantize`, and the seed that "stochastic" needs."""

    mode: str = "nearest_even"
    seed: int = 0

    @property
    def is_random(self) -> bool:
        """Whether a rounding depends on more than its argument."""
        return self.mode == "stochastic"

    def into(self, dtype: Any, exact: Codes, fraction_bits: int, key: tuple[str, int]) -> Codes:
        """Round exact * 2^-fraction_bits into a format of fixed point, saturating: its codes.

        key: (purpose, step), read by stochastic rounding alone.
        """
        fine = np.dtype(nf.Fixed(64, fraction_bits))
        seed = None
        if self.is_random:
            run = Pass(seed=self.seed, step=key[1], samples=np.zeros(1, np.int64), path=key[0])
            seed = int(random_words(run, 1)[0, 0])
        with np.errstate(over="ignore"):  # the rules saturate, and are meant to
            mode: Any = self.mode  # which quantize checks
            given = np.ascontiguousarray(exact).view(fine)
            found = nf.quantize(given, dtype, rounding=mode, overflow="saturate", seed=seed)
        return codes_of(np.asarray(found))


def fixed_format(given: Any, name: str, most: int = 32) -> Any:
    """The format of fixed point that is given, of up to so many bits.

    Raises TypeError for anything else, ValueError for more bits or fraction bits.
    """
    form = as_format(given)
    if form.family != "fixed":
        raise TypeError(f"{name}={form} is no fixed point: give nf.Fixed(bits, frac)")
    if form.bits > most or not 0 <= form.frac <= most:
        raise ValueError(f"{name}={form}; allowed: up to {most} bits, 0 to {most} fraction bits")
    return form


def codes_of(values: Any) -> Codes:
    """The codes of an array of fixed point, as signed integers: value = code * 2^-frac."""
    form = as_format(values.dtype)
    codes: Codes = nf.to_bits(values).astype(np.int64)
    if not form.is_signed:
        return codes
    return codes - ((codes >> (form.bits - 1) & 1) << form.bits)


def values_of(codes: Codes, dtype: Any) -> NDArray[Any]:
    """The array of a format of fixed point with these codes."""
    form = as_format(dtype)
    return np.asarray(nf.from_bits((codes & ((1 << form.bits) - 1)).astype(np.uint64), dtype))
