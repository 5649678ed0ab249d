# SPDX-License-Identifier: BSD-3-Clause
"""How does rounding stop adding up?  What a rounding left out is added to the next number.

    v_t = x_t + e_(t-1)        y_t = Q(v_t)        e_t = v_t - y_t,  exactly

so that y_1 + ... + y_T = x_1 + ... + x_T - e_T, whatever Q does: the error of the sum is one
residual, and not T of them.
"""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from sys import getsizeof
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.compensation.expansions import Parts, fractions_of, total
from numformats.training.compensation.feedback_step import Left, step, step_in_fractions
from numformats.training.compensation.operands import taken
from numformats.training.compensation.quantisers import quantiser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from numformats.number_format import Rounding

__all__ = ["ErrorFeedback"]

Array = np.ndarray[Any, Any]


class ErrorFeedback:
    """Call it with x_t, get y_t: x_t rounded into T, with what earlier roundings left out.

    Parameters
    ----------
    T : format, number, or function
        What y is rounded to: a format (class, dtype, Format or name; np.float32, too), of truncated
        floats the bits that the datapath keeps; a step, whose multiples y are in float64; or a
        function of a float64 array that gives one of the same shape.
    rounding : str, optional
        A mode of `nf.quantize`; None: as T rounds, to nearest for a step.
    alpha : float
        How much of the residual is fed back, 0 to 1.  Below 1 the error grows again, with T.
    reset_every : int, optional
        Forget the residual after so many calls.  Harmful: each time its error stays in the sum
        (506 steps instead of 1 in 10,000 updates; see the page on compensation).
    seed : int, optional
        Of stochastic rounding: call t draws from stream (seed, t).  Without it a stochastic format
        draws from the process (`nf.seed`).

    The first x gives the shape: a number, list or array of numbers of any dtype, formats included;
    a number gives a scalar.  Raises ValueError for NaN, infinities and another shape, and
    OverflowError where y is not finite; the state is as before then.

    With alpha=1 and within the range of T the sum of all y is never farther from that of all x
    than one step of T (half a step to nearest), at every t: `bound`.  Beyond the range y
    saturates, the residual waits, however large, and `bound` is infinite.  `outside` counts that,
    for whoever looks, and a RuntimeWarning tells it to all others, for a bound that no longer holds
    must be seen.  It names the format, and comes in the place of the cast's own ("overflow
    encountered in cast"), which names nothing; as that one it obeys `np.errstate(over=...)`, and
    with "raise" it is a FloatingPointError that leaves the state as it was.

    >>> import numformats as nf
    >>> feedback = ErrorFeedback(nf.Fixed(8, 2, rounding="toward_negative"))
    >>> [float(feedback(0.1)) for t in range(10)]
    [0.0, 0.0, 0.25, 0.0, 0.25, 0.0, 0.0, 0.25, 0.0, 0.25]
    >>> feedback.steps, round(float(feedback.residual), 9), feedback.bound
    (10, 0.0, 0.25)

    Source: Seide et al., "1-bit stochastic gradient descent" (2014); Karimireddy et al.,
    arXiv 1901.09847.
    """

    def __init__(
        self,
        T: Any,  # noqa: N803 - T is a type
        *,
        rounding: Rounding | None = None,
        alpha: float = 1.0,
        reset_every: int | None = None,
        seed: int | None = None,
    ) -> None:
        if not 0 <= alpha <= 1:
            raise ValueError(f"alpha={alpha!r}; allowed: 0 to 1")
        if reset_every is not None and not (int(reset_every) == reset_every >= 1):
            raise ValueError(f"reset_every={reset_every!r}; allowed: 1 or more, or None")
        if rounding == "stochastic" and seed is None:
            raise ValueError("rounding='stochastic' needs a seed")
        self._quantiser = quantiser(T, rounding, seed)
        self._alpha, self._reset_every, self._seed = float(alpha), reset_every, seed
        self._frozen = False
        self.reset()

    def reset(self) -> None:
        """As before the first call: no residual, no shape, no counts."""
        self.shape: tuple[int, ...] | None = None
        """Of the numbers; None before the first call."""
        """Of the numbers; None before the first call."""
        self._parts: Parts | None = None  # the residual, in float64, with one axis or more
        self._exact: Array | None = None  # or in Fractions, where float64 do not hold it
        self.steps = 0
        """Calls that changed the state."""
        self.outside = 0
        """Numbers beyond the range of T so far; with one of them nothing is bounded."""
        self._resets = 0
        self._largest = 0.0

    def __call__(self, x: Any) -> Any:
        """y_t for x_t; in `eval` the plain rounding of x, which changes nothing."""
        shape, parts, exact = taken(x)
        if self.shape not in {None, shape} and not self._frozen:
            raise ValueError(f"x has shape {shape}; that of earlier calls is {self.shape}")
        # Numbers beyond the range are told below; a function tells of its own what it likes.
        with np.errstate(over="ignore" if self._quantiser.has_range else None):
            if parts is None or self._exact is not None or self._quantiser.is_wide:
                v = self._sum_in_fractions(total(parts) if parts is not None else exact)
                y, left = step_in_fractions(self._quantiser, v, self._key(), shape)
            else:
                y, left = step(self._quantiser, parts, self._fed_back(), self._key(), shape)
        if left.outside:
            self._tell(left.outside, y.size)
        if not self._frozen:
            self._keep(left, shape)
        return y.reshape(shape)[()]

    def _tell(self, outside: int, size: int) -> None:
        """Warn or raise as `np.errstate(over=...)` says, which governs every cast."""
        text = f"{outside} of {size} numbers are beyond the range of {self._quantiser.text}"
        if not self._frozen:
            text += ": the sum of what ErrorFeedback gives has no bound from now on"
        mode = np.geterr()["over"]
        if mode == "raise":
            raise FloatingPointError(text)
        if mode != "ignore":
            warnings.warn(text, RuntimeWarning, stacklevel=3)

    def _key(self) -> int | None:
        """Of the random words of this call."""
        if not self._quantiser.draws:
            return None
        words = np.random.SeedSequence([self._seed or 0, self.steps]).generate_state(1, np.uint64)
        return int(words[0])

    def _fed_back(self) -> Parts:
        """What is added to x, in parts."""
        if self._frozen or self._parts is None:
            return []
        if self._alpha == 1:
            return self._parts
        return [self._alpha * self._parts[0]]

    def _sum_in_fractions(self, x: Any) -> Array:
        """What x and what is fed back are together."""
        if self._frozen or not self.steps:
            return np.asarray(x, object)
        e = self._in_fractions()
        # Of a product only a float64 is kept, or its digits would grow without end.
        back = e if self._alpha == 1 else fractions_of(self._alpha * e.astype(np.float64))
        return np.asarray(x + back, object)

    def _keep(self, left: Left, shape: tuple[int, ...]) -> None:
        """Take over the state after a call that succeeded."""
        self.steps += 1
        self.shape, self._parts, self._exact = shape, left.parts, left.exact
        self._largest = max(self._largest, left.largest)
        self.outside += left.outside
        if self._reset_every and self.steps % self._reset_every == 0:
            self._resets += 1
            self._parts, self._exact = [np.zeros(shape or (1,))], None

    def _in_fractions(self) -> Array:
        """The residual of calls that there were, with one axis or more."""
        return total(self._parts) if self._parts is not None else np.asarray(self._exact, object)

    @property
    def residual(self) -> Any:
        """e_t in float64: exact where it has one part, else the nearest; 0.0 before any call."""
        if self.shape is None:
            return np.float64(0.0)
        found = self._parts[0].copy() if self._parts else np.asarray(self._exact, np.float64)
        return found.reshape(self.shape)[()]

    @property
    def residual_parts(self) -> list[NDArray[np.float64]] | None:
        """Arrays whose exact sum is e_t; None where only `exact_residual` holds it."""
        if self._parts is None or self.shape is None:
            return None
        return [part.reshape(self.shape).copy() for part in self._parts]

    def exact_residual(self) -> Any:
        """e_t as a Fraction, or an array of Fractions; 0 before any call."""
        if self.shape is None:
            return Fraction(0)
        return self._in_fractions().reshape(self.shape)[()]

    @property
    def nbytes(self) -> int:
        """Bytes of the residual: 8 for each number and part, of Fractions what Python says."""
        if self._parts is not None:
            return sum(part.nbytes for part in self._parts)
        found = () if self._exact is None else self._exact.flat
        return sum(getsizeof(f.numerator) + getsizeof(f.denominator) for f in found)

    @property
    def bound(self) -> float:
        """What |sum of y - sum of x| does not exceed so far; infinite where nothing is proved.

        D is what one rounding changes at most: a step of fixed point or half of one, of other
        formats the gap at the largest |x + e| that came.  Then it is D with alpha=1, and
        D (1 + (1 - alpha)(t - 1)) below; every reset adds another D.
        """
        if self.outside:
            return math.inf
        d = self._quantiser.largest_error(self._largest)
        t = max(self.steps, 1)
        return d * (1 + (1 - self._alpha) * (t - 1) + self._resets)

    def eval(self) -> ErrorFeedback:
        """Rounding alone from now on: calls neither read nor change the state, and may repeat."""
        self._frozen = True
        return self

    def train(self) -> ErrorFeedback:
        """Go on with the residual that there was."""
        self._frozen = False
        return self

    @property
    def frozen(self) -> bool:
        """Whether it is in `eval`."""
        return self._frozen

    def state_dict(self) -> dict[str, Any]:
        """The state as arrays and numbers, as `save_checkpoint` and `nf.savez` take them."""
        state: dict[str, Any] = {
            "steps": self.steps,
            "outside": self.outside,
            "resets": self._resets,
            "largest": self._largest,
        }
        if self.shape is not None:
            state["shape"] = np.array(self.shape, np.int64)
        if self._parts is not None:
            state["parts"] = np.stack(self._parts)
        elif self._exact is not None:
            state["fractions"] = [str(f) for f in self._exact.flat]
        return state

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict` was taken.  Raises ValueError where something is missing."""
        missing = sorted({"steps", "outside", "resets", "largest"} - state.keys())
        if missing:
            raise ValueError(f"missing in the state of an ErrorFeedback: {missing}")
        shape, parts, exact = None, None, None
        if "shape" in state:
            shape = tuple(int(n) for n in state["shape"])
        if "parts" in state:
            parts = [part.copy() for part in np.asarray(state["parts"], np.float64)]
        elif "fractions" in state:
            exact = fractions_of([Fraction(f) for f in state["fractions"]]).reshape(shape or (1,))
        self.steps, self.outside = int(state["steps"]), int(state["outside"])
        self._resets, self._largest = int(state["resets"]), float(state["largest"])
        self.shape, self._parts, self._exact = shape, parts, exact

    def __repr__(self) -> str:
        more = [f"alpha={self._alpha:g}"] * (self._alpha != 1)
        more += [f"reset_every={self._reset_every}"] * (self._reset_every is not None)
        more += ["frozen"] * self._frozen
        more += [f"{self.steps} steps"]
        more += [f"{self.outside} outside of the range"] * bool(self.outside)
        return f"ErrorFeedback({', '.join([self._quantiser.text, *more])})"
