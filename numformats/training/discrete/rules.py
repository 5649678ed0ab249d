# SPDX-License-Identifier: BSD-3-Clause
"""Which rules make an integer update of a gradient, and what are the moments of each?

Rules are values.  Their numbers may be schedules, functions of the number of steps done, which is
the `step` of the key that an update is drawn with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.discrete import updates
from numformats.training.discrete.moments import Moments, moments_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.sampling import Key

    Count = int | Callable[[int], int] | None
    Update = NDArray[np.int64]

__all__ = ["Multinomial", "Poisson", "Rule", "Sign", "StochasticRounding", "Unbiased"]


class Rule:
    """What `DiscreteSGD` asks for an update; lr: the step size, delta: the step of the lattice."""

    def draw(self, g: Any, lr: Any, delta: Any, key: Key) -> Update:
        """The update u for w <- w - delta * u."""
        raise NotImplementedError(f"{type(self).__name__} does not define draw")

    def moments(self, g: Any, lr: Any, delta: Any, step: int = 0) -> Moments:
        """Its mean and mean square, by formula, in float64."""
        raise NotImplementedError(f"{type(self).__name__} does not define moments")


@dataclass(frozen=True)
class Multinomial(Rule):
    """The published rule, see `multinomial_update`; the step size plays no part.

    n: draws; None: round(d**(1/axes)) of an array of d elements, as the authors' code has it for
    each tensor.  c: what is added to every |g_i|.

    >>> from numformats.sampling import Key
    >>> Multinomial(n=4, c=0).draw([1.0, -1.0], lr=None, delta=None, key=Key(1)).tolist()
    [2, -2]
    """

    n: Count = None
    c: Any = 1

    def draw(self, g: Any, lr: Any, delta: Any, key: Key) -> Update:  # noqa: ARG002
        """As many draws as `n` says."""
        n, c = self.numbers(np.shape(g), key.step)
        return updates.multinomial_update(g, n, c, key)

    def numbers(self, shape: tuple[int, ...], step: int) -> tuple[int, Any]:
        """The draws and c of a step."""
        n = _at(self.n, step)
        if n is None:
            size = int(np.prod(shape, dtype=np.int64))
            n = round(size ** (1 / max(len(shape), 1)))
        return n, _at(self.c, step)

    def moments(self, g: Any, lr: Any, delta: Any, step: int = 0) -> Moments:  # noqa: ARG002
        """Mean n p sign(g); mean square n P + n (n - 1) |p|^2 over places that move, sum P of p."""
        g = np.asarray(g).astype(np.float64)
        n, c = self.numbers(g.shape, step)
        weights = np.abs(g) + float(c)
        if not g.any():
            return moments_of(g, np.zeros_like(g), 0.0)
        p = np.where(g != 0, weights / weights.sum(), 0.0)
        return moments_of(g, n * p * np.sign(g), n * p.sum() + n * (n - 1) * float((p * p).sum()))


@dataclass(frozen=True)
class Unbiased(Rule):
    """Draws whose mean is lr * g / delta, see `unbiased_update`; n: the most draws, or None."""

    n: Count = None

    def draw(self, g: Any, lr: Any, delta: Any, key: Key) -> Update:
        """As many steps as are due."""
        return updates.unbiased_update(g, lr, delta, _at(self.n, key.step), key)

    def moments(self, g: Any, lr: Any, delta: Any, step: int = 0) -> Moments:
        """Given t steps over draws that carry w: mean square sum w^2 + (t^2 - sum w^2) |p|^2."""
        g, mean = _in_steps(g, lr, delta)
        due = float(np.abs(mean).sum())
        if not due:
            return moments_of(g, mean, 0.0)
        p2 = float((mean * mean).sum()) / due**2
        low, square, n = int(due), 0.0, _at(self.n, step)
        for t, chance in ((low, low + 1 - due), (low + 1, due - low)):
            each, more = divmod(t, min(n or t, t)) if t else (0, 0)
            carried = (min(n or t, t) - more) * each**2 + more * (each + 1) ** 2 if t else 0
            square += chance * (carried + (t * t - carried) * p2)
        return moments_of(g, mean, square)


@dataclass(frozen=True)
class Poisson(Rule):
    """Independent Poisson variates, see `poisson_update`."""

    def draw(self, g: Any, lr: Any, delta: Any, key: Key) -> Update:
        """A variate for each weight."""
        return updates.poisson_update(g, lr, delta, key)

    def moments(self, g: Any, lr: Any, delta: Any, step: int = 0) -> Moments:  # noqa: ARG002
        """The mean v = lr g / delta; mean square sum |v| + v^2."""
        g, v = _in_steps(g, lr, delta)
        return moments_of(g, v, float((np.abs(v) + v * v).sum()))


@dataclass(frozen=True)
class StochasticRounding(Rule):
    """The step rounded at random, see `stochastic_rounding_update`."""

    def draw(self, g: Any, lr: Any, delta: Any, key: Key) -> Update:
        """Each element one of its two neighbours."""
        return updates.stochastic_rounding_update(g, lr, delta, key)

    def moments(self, g: Any, lr: Any, delta: Any, step: int = 0) -> Moments:  # noqa: ARG002
        """The mean v = lr g / delta; mean square sum v^2 + f (1 - f), f the fraction of |v|."""
        g, v = _in_steps(g, lr, delta)
        f = np.abs(v) % 1
        return moments_of(g, v, float((v * v + f * (1 - f)).sum()))


@dataclass(frozen=True)
class Sign(Rule):
    """One step against each sign, see `sign_update`; the step size plays no part."""

    def draw(self, g: Any, lr: Any, delta: Any, key: Key) -> Update:  # noqa: ARG002
        """Nothing at random."""
        return updates.sign_update(g)

    def moments(self, g: Any, lr: Any, delta: Any, step: int = 0) -> Moments:  # noqa: ARG002
        """The signs themselves."""
        g = np.asarray(g).astype(np.float64)
        return moments_of(g, np.sign(g), float(np.count_nonzero(g)))


def _in_steps(g: Any, lr: Any, delta: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """The gradient, and lr g in steps of the lattice, in float64."""
    g = np.asarray(g).astype(np.float64)
    return g, float(lr) / float(delta) * g


def _at(value: Any, step: int) -> Any:
    return value(step) if callable(value) else value
