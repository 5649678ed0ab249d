# SPDX-License-Identifier: BSD-3-Clause
"""How does a cotangent wait unrounded until all parts of a batch have added theirs?

As the products and arrays that it is the sum of, while these take less memory than quires would;
then as quires.  Both are exact, so that it does not show which, nor what was added first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from numformats.autodiff import held_terms
from numformats.exact import QuireArray

if TYPE_CHECKING:
    from numformats.autodiff.arrivals import Arrival

__all__ = ["Held"]


# Terms wait as they are up to the size of so many batches, whose memory a run needs anyway: quires
# take many times the time of one product of everything.
_BATCHES = 4


class Held:
    """The cotangent of an array of that shape and dtype: an exact sum that is rounded when asked.

    dtype: what it is rounded to, and the format of its quires; where a term has products that
    these quires do not hold (float64 activations of posit16 weights), they are float64's.

    >>> import numpy as np, numformats as nf
    >>> _, pull = nf.autodiff.vjp(lambda w: np.ones(3, nf.posit16) @ w, np.zeros(3, nf.posit16))
    >>> (held,) = pull.held(1)
    >>> held.merge(pull.held(0.25)[0]).round().tolist()
    [posit16(1.25), posit16(1.25), posit16(1.25)]
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype = shape, np.dtype(dtype)
        self._terms: list[Arrival] = []
        self._quires: QuireArray | None = None
        self._special: Any = None  # where quires are NaR: sums of infinities and NaNs
        self._largest = 0  # bytes that were added at once

    @property
    def nbytes(self) -> int:
        """Bytes of the terms and quires that wait."""
        quires = 0 if self._quires is None else _bytes(self.shape, self._quires.layout.words)
        return quires + sum(
            held_terms.bytes_of(at) + held_terms.bytes_of(g) for at, g in self._terms
        )

    def add(self, arrived: list[Arrival]) -> Self:
        """Add contributions, arrays or products, each with its places (None: to all elements)."""
        arrived = [held_terms.narrowed(at, g, math.prod(self.shape)) for at, g in arrived]
        self._terms += arrived
        self._largest = max(self._largest, sum(held_terms.bytes_of(g) for _, g in arrived))
        words = QuireArray(self.dtype).layout.words
        room = max(_bytes(self.shape, words), _BATCHES * self._largest)
        if sum(held_terms.bytes_of(g) for _, g in self._terms) > room:
            self._spill()
        return self

    def merge(self, other: Held) -> Self:
        """Add another cotangent of the same array, exactly; returns self."""
        if (other.shape, other.dtype) != (self.shape, self.dtype):
            raise ValueError(
                f"cotangents of {self.dtype} {self.shape} and {other.dtype} {other.shape} "
                "are not of one array"
            )
        if other._quires is not None:
            self._quires = self._spill().merged(other._quires)
            self._add_special(other._special)
        return self.add(list(other._terms))

    def quires(self) -> QuireArray:
        """The sum as quires of the shape of the array; NaR where a term is infinite or NaN."""
        return self._spill().copy().reshape(*self.shape)

    def _spill(self) -> QuireArray:
        """Move the terms into the quires, which stand in one row."""
        if self._quires is None:
            dtype = held_terms.quire_dtype(self.dtype, self._terms)
            self._quires = QuireArray(dtype, math.prod(self.shape))
        held_terms.check(self._quires, self._terms)
        for at, g in self._terms:
            held_terms.add_term(self._quires, at, g)
            special = held_terms.special_of(g)
            if special is not None:
                self._add_special(held_terms.placed(at, special, math.prod(self.shape)))
        self._terms = []
        return self._quires

    def _add_special(self, special: Any) -> None:
        with np.errstate(invalid="ignore"):  # infinities of both signs are a NaN
            if special is not None:
                self._special = special if self._special is None else self._special + special

    def round(self, dtype: Any = None) -> Any:
        """The sum rounded once, to that dtype or its own; infinities and NaNs as `nf.fsum` has."""
        dtype = self.dtype if dtype is None else np.dtype(dtype)
        if self._quires is None:
            rounded = held_terms.round_at_once(self._terms, self.shape, dtype)
            if rounded is not None:
                return rounded
        rounded = np.asarray(self._spill().round(dtype)).astype(dtype)
        if self._special is not None:
            wrong = ~np.isfinite(self._special)
            rounded[wrong] = self._special[wrong].astype(dtype)
        return rounded.reshape(self.shape)


def _bytes(shape: tuple[int, ...], words: int) -> int:
    return 8 * words * math.prod(shape)
