# SPDX-License-Identifier: BSD-3-Clause
"""How does a sum that lives in a narrow format, such as a weight, keep what its additions drop?

    v_t = s_(t-1) + e_(t-1) + x_t        s_t = Q(v_t)        e_t = v_t - s_t

It is error feedback on a state: what is rounded is the new total, whose step in a float grows with
it.  s_t + e_t is the exact sum, and s_t is that rounded once, after any number of additions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.compensation.expansions import Parts, fractions_of, total
from numformats.training.compensation.feedback_step import step
from numformats.training.compensation.operands import taken
from numformats.training.compensation.quantisers import quantiser

if TYPE_CHECKING:
    from numformats.number_format import Rounding

__all__ = ["CompensatedSum"]

Array = np.ndarray[Any, Any]


class CompensatedSum:
    """A running sum in T, with what its additions dropped: `add(x)` gives the new total.

    Parameters
    ----------
    T : format or number
        Of the total, as `ErrorFeedback` takes it; of a truncated format, what its datapath keeps.
        Formats whose values float64 does not hold (64-bit posits) are refused with a ValueError.
    start : number or array
        The first total, rounded into T; the residual begins with the rest.
    residual : format or number, optional
        What the residual is rounded to after each addition; None: it is exact.  A format as narrow
        as T is what an accelerator has room for: the total is then off by more than one rounding,
        by about n u^2 of a sum of n terms.
    rounding, seed
        As `ErrorFeedback` has them.

    Without `residual` the total is the exact sum of all numbers so far, rounded once: off by
    one unit in its last place (half to nearest), where a plain sum drifts by n of them.

    >>> import numpy as np, numformats as nf
    >>> terms = np.full(10_000, 0.1, np.float32)
    >>> s = CompensatedSum(nf.mlu32)
    >>> for x in terms:
    ...     total = s.add(x)
    >>> float(total), float(np.cumsum(terms.astype(nf.mlu32))[-1])
    (1000.0, 997.66...)

    Source: Kahan, "Further remarks on reducing truncation errors" (1965).
    """

    def __init__(
        self,
        T: Any,  # noqa: N803 - T is a type
        start: Any = 0.0,
        *,
        residual: Any = None,
        rounding: Rounding | None = None,
        seed: int | None = None,
    ) -> None:
        self._quantiser = quantiser(T, rounding, seed)
        if self._quantiser.is_wide:
            raise ValueError(
                f"T={T!r}: float64 does not hold its values; allowed: formats it holds"
            )
        self._rest = None if residual is None else quantiser(residual)
        self._seed, self.steps = seed or 0, 0
        shape, parts, _ = taken(start, "start")
        if parts is None:
            raise ValueError(f"start={start!r} is no sum of float64")
        self._take(parts, [], shape)

    def _take(self, x: Parts, fed: Parts, shape: tuple[int, ...]) -> None:
        key = None
        if self._quantiser.draws:
            words = np.random.SeedSequence([self._seed, self.steps]).generate_state(1, np.uint64)
            key = int(words[0])
        y, left = step(self._quantiser, x, fed, key, shape)
        parts = left.parts or [np.zeros(shape or (1,))]
        if self._rest is not None:
            rounded = self._rest.write(parts, None, shape)
            parts = [np.asarray(self._rest.values(rounded), np.float64)]
        self._shape, self._total, self._parts = shape, y, parts

    def add(self, x: Any) -> Any:
        """The total with x, of the shape of the total or a number for all of it."""
        shape, parts, _ = taken(x)
        if parts is None:
            raise ValueError(f"x={x!r} is no sum of float64")
        if shape not in {self._shape, ()}:
            raise ValueError(f"x has shape {shape}; allowed: {self._shape}, that of the total")
        parts = [np.broadcast_to(part, self._shape or (1,)) for part in parts]
        before = np.asarray(self._quantiser.values(self._total), np.float64)
        self._take(parts, [before, *self._parts], self._shape)
        self.steps += 1
        return self.total

    @property
    def total(self) -> Any:
        """The sum so far, in T."""
        return self._total.reshape(self._shape)[()]

    @property
    def residual(self) -> Any:
        """What the total leaves out, in float64 (nearest, where that is not exact)."""
        return self._parts[0].reshape(self._shape).copy()[()]

    def exact_total(self) -> Any:
        """The total and the residual together, as a Fraction or an array of them."""
        found = total(self._parts) + fractions_of(self._quantiser.values(self._total))
        return np.asarray(found, object).reshape(self._shape)[()]

    def __repr__(self) -> str:
        return f"CompensatedSum({self._quantiser.text}, {self.steps} additions)"
