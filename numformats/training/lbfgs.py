# SPDX-License-Identifier: BSD-3-Clause
"""Which optimiser learns the curvature from the gradients of its last steps?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import native, own_format, parameter_dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Arrays = Mapping[str, Array]
    LossAndGradients = Callable[[Mapping[str, Array]], tuple[Any, Mapping[str, Any]]]

__all__ = ["LBFGS"]


class LBFGS:
    """Quasi-Newton steps of limited memory, with a line search, for losses of a whole data set.

    Parameters
    ----------
    memory : int
        How many steps it remembers.
    state_dtype : format, optional
        Of its vectors; by default that of the parameters, which then have one dtype.
    decrease, curvature : float
        The line search ends where the loss falls by `decrease` times the first slope and the slope
        is above `curvature` times the first (the weak Wolfe conditions).
    evaluations : int
        The most losses that one line search may take.

    All parameters are one vector.  Inner products are exact sums, rounded once to float64 (formats
    that it does not hold: to themselves); the factors made of them are float64, rounded into the
    vectors' format; each vector operation is fused, with one rounding.  The new point is rounded
    into the parameters' dtype before its loss is asked for, so that what is measured is what stays.

    Raises ValueError when parameters have several dtypes and no state_dtype is given.

    >>> import numpy as np
    >>> w, optimizer = {"w": np.array([3.0, -1.0])}, LBFGS()
    >>> square = lambda p: (np.sum(p["w"] ** 2), {"w": 2 * p["w"]})
    >>> [optimizer.step(w, square) for _ in range(3)][-1] < 1e-20
    True

    Source: Nocedal, "Updating quasi-Newton matrices with limited storage" (1980); line search by
    bisection: Lewis and Overton, "Nonsmooth optimization via quasi-Newton methods" (2013).
    """

    def __init__(
        self,
        memory: int = 10,
        *,
        state_dtype: Any = None,
        decrease: float = 1e-4,
        curvature: float = 0.9,
        evaluations: int = 40,
    ) -> None:
        if not memory >= 1:
            raise ValueError(f"memory={memory!r}; allowed: 1 or more")
        if not 0 < decrease < curvature < 1:
            raise ValueError(f"{decrease=}, {curvature=}; allowed: 0 < decrease < curvature < 1")
        self.memory, self.evaluations = memory, evaluations
        self.decrease, self.curvature = decrease, curvature
        self.state_dtype = (
            None if state_dtype is None else parameter_dtype(state_dtype, "state_dtype")
        )
        self.pairs: list[tuple[Array, Array, float]] = []  # moves, changes of gradient, 1/dot

    def step(self, parameters: Arrays, function: LossAndGradients) -> float:
        """Move the parameters in place along one direction, and give the loss there.

        function: the loss and the gradients by name of parameters by name.  Where no point along
        the direction is better the parameters stay as they are and what was learnt is forgotten.
        """
        start = self._flat(parameters)
        loss, gradient = self._value(parameters, function)
        direction = self._direction(gradient)
        slope = dot(gradient, direction)
        if not slope < 0:
            self.pairs.clear()
            direction, slope = -gradient, -dot(gradient, gradient)
        if not slope < 0:  # at a point where the gradient is 0, or is not a number
            return loss
        length = 1.0 if self.pairs else min(1.0, 1 / math.sqrt(-slope))
        try:
            found = self._search(parameters, function, (start, direction), (loss, slope), length)
        except BaseException:
            self._put(parameters, start)
            raise
        if found is None:
            self.pairs.clear()
            self._put(parameters, start)
            return loss
        end, best, later = found
        move, change = end - start, later - gradient
        product = dot(move, change)
        if product > 0 and math.isfinite(1 / product):
            self.pairs = [*self.pairs, (move, change, 1 / product)][-self.memory :]
        return best

    def _search(
        self,
        parameters: Arrays,
        function: LossAndGradients,
        line: tuple[Array, Array],
        first: tuple[float, float],
        length: float,
    ) -> tuple[Array, float, Array] | None:
        """A point on the line with its loss and gradient; None where none is better.

        Bisection between a length that is too long and one that is too short, which first doubles.
        """
        (start, direction), (loss, slope) = line, first
        short, long = 0.0, math.inf
        best: tuple[Array, float, Array] | None = None
        for _ in range(self.evaluations):
            self._put(parameters, _plus(start, length, direction))
            here = self._flat(parameters)
            value, gradient = self._value(parameters, function)
            if not value <= loss + self.decrease * length * slope:  # NaN is too far, too
                long = length
            else:
                if best is None or value < best[1]:
                    best = here, value, gradient
                if dot(gradient, direction) >= self.curvature * slope:
                    return here, value, gradient
                short = length
            length = 2 * short if math.isinf(long) else (short + long) / 2
            if length in (short, long):
                break
        if best is None or best[1] >= loss:
            return None
        self._put(parameters, best[0])
        return best

    def _direction(self, gradient: Array) -> Array:
        """Minus the inverse curvature times the gradient: the two-loop recursion."""
        q, factors = gradient, []
        for move, change, rho in reversed(self.pairs):
            factors.append(rho * dot(move, q))
            q = _plus(q, -factors[-1], change)
        if self.pairs:
            move, change, rho = self.pairs[-1]
            q = q * np.asarray(1 / (rho * dot(change, change))).astype(q.dtype)
        for (move, change, rho), factor in zip(self.pairs, reversed(factors), strict=True):
            q = _plus(q, factor - rho * dot(change, q), move)
        return -q

    def _value(self, parameters: Arrays, function: LossAndGradients) -> tuple[float, Array]:
        loss, gradients = function(parameters)
        for missing in parameters.keys() - gradients.keys():
            raise ValueError(f"parameter {missing!r} has no gradient")
        return float(loss), self._flat({name: gradients[name] for name in parameters})

    def _flat(self, arrays: Mapping[str, Any]) -> Array:
        """All arrays as one vector in the state's format."""
        found = [np.asarray(a) for a in arrays.values()]
        kinds = {a.dtype for a in found}
        if self.state_dtype is None and len(kinds) != 1:
            names = ", ".join(sorted(map(str, kinds)))
            raise ValueError(f"parameters have the dtypes {names}: give state_dtype=")
        dtype = own_format(next(iter(kinds)) if self.state_dtype is None else self.state_dtype)
        return np.concatenate([a.reshape(-1).astype(dtype) for a in found])

    def _put(self, parameters: Arrays, vector: Array) -> None:
        """The elements of a vector into the parameters."""
        at = 0
        for array in parameters.values():
            array[...] = vector[at : at + array.size].reshape(array.shape).astype(array.dtype)
            at += array.size

    def state_dict(self) -> dict[str, Any]:
        """A copy of what later steps depend on."""
        pairs = [(move.copy(), change.copy(), rho) for move, change, rho in self.pairs]
        return {"kind": "LBFGS", "pairs": pairs}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; raises ValueError for that of another optimiser."""
        if saved.get("kind") != "LBFGS":
            raise ValueError(f"the state is of {saved.get('kind')}, the optimiser is LBFGS")
        self.pairs = [(np.array(s), np.array(y), float(rho)) for s, y, rho in saved["pairs"]]

    def __repr__(self) -> str:
        return f"LBFGS(memory={self.memory}, pairs={len(self.pairs)})"


def dot(x: Array, y: Array) -> float:
    """The inner product, exact until it is rounded."""
    holds = nf.finfo(x.dtype).lossless_in_float64
    return float(nf.fdot(x, y, dtype=nf.binary64 if holds else native(x.dtype)))


def _plus(x: Array, factor: float, y: Array) -> Array:
    """X + factor * y, fused."""
    return np.asarray(nf.fma(np.asarray(factor).astype(x.dtype), y, x))
