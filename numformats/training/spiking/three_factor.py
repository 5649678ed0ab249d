# SPDX-License-Identifier: BSD-3-Clause
"""How does a reward that comes later change weights?  Synapses remember pairs in an eligibility.

In step t, after the traces, what the pair rule would add goes into the eligibility, and a reward
turns it into weights:

    e <- round(d e)                                           all synapses
    e[i, j] <- saturate(round(e[i, j] - A- y[j]))   for i in pre, all j
    e[i, j] <- saturate(round(e[i, j] + A+ x[i]))   for j in post, all i
    w <- clip(round(w + f e)),  f = lr reward rounded to Q0.15     where reward is not 0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.spiking.decay import Decay, Trace
from numformats.training.spiking.rounding import values_of
from numformats.training.spiking.stdp import STDP, _nearest, _spikes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from numformats.training.spiking.rounding import Codes

__all__ = ["ThreeFactorSTDP"]


class ThreeFactorSTDP(STDP):
    """The pair rule with an eligibility of each synapse, and a reward for all.

    tau_eligibility: time constant of the eligibility, in steps; eligibility: its format, fixed
    point with a sign and up to 16 bits; lr: what reward times eligibility is multiplied by.  Other
    arguments and errors as for `STDP`.

    >>> rule = ThreeFactorSTDP(1, 1, a_plus=0.5, lr=0.5)
    >>> rule.step(pre=[0])
    >>> rule.step(post=[0])
    >>> float(rule.weights[0, 0])  # no reward yet
    0.5
    >>> rule.step(reward=1.0)
    >>> float(rule.weights[0, 0])
    0.734375

    Source: Izhikevich, "Solving the distal reward problem through linkage of STDP and dopamine
    signaling" (2007).
    """

    def __init__(
        self,
        pre: int,
        post: int,
        *,
        tau_eligibility: float = 200.0,
        eligibility: Any = nf.q15,
        lr: float = 0.1,
        **arguments: Any,
    ) -> None:
        super().__init__(pre, post, **arguments)
        decay = Decay(
            tau_eligibility, eligibility, self.rounding.mode, self.rounding.seed, "eligibility"
        )
        if not decay.format.is_signed:
            raise ValueError(f"eligibility={decay.format} has no negative values, which it needs")
        self.e = Trace(decay, (self.pre, self.post))
        self.lr = float(lr)

    @property
    def eligibility(self) -> NDArray[Any]:
        """That of each synapse in the present step, as an array of its format."""
        return values_of(self.e.at(self.steps), self.e.decay.format.dtype)

    def step(self, pre: ArrayLike = (), post: ArrayLike = (), reward: float = 0.0) -> None:
        """One step of time: who spikes, and the reward."""
        factor = self._factor(reward)
        self._step(_spikes(pre, self.pre, "pre"), _spikes(post, self.post, "post"))
        self._reward(factor)

    def run(self, pre: ArrayLike, post: ArrayLike, reward: ArrayLike | None = None) -> None:
        """As many steps as the arrays are long; reward: one number for each, None: always 0."""
        before, after = self._trains(pre, post)
        rewards = np.zeros(len(before)) if reward is None else np.asarray(reward, float)
        if rewards.shape != (len(before),):
            raise ValueError(f"reward has shape {rewards.shape}; allowed: ({len(before)},)")
        factors = [self._factor(r) for r in rewards]
        for i, factor in enumerate(factors):
            spikes = np.flatnonzero(before[i]), np.flatnonzero(after[i])
            if factor or self.drive == "clock" or any(s.size for s in spikes):
                self._step(*spikes)
                self._reward(factor)
            else:
                self.steps += 1

    def _factor(self, reward: float) -> int:
        product = self.lr * float(reward)
        if not -1 <= product < 1:
            raise ValueError(f"lr * reward = {product!r}; allowed: from -1 to below 1, for Q0.15")
        return int(_nearest(product, nf.q15))

    def _clock(self) -> None:
        super()._clock()
        if self.drive == "clock":
            self.e.put(..., self.e.at(self.steps), self.steps)

    def _add(self, where: Any, amplitude: int, trace: Codes, purpose: str) -> None:
        """Amplitude times trace to the eligibility there."""
        form, bits = self.e.decay.format, self.x.decay.format.frac + 16
        fine = max(form.frac, bits)
        total = self.e.at(self.steps, where) << (fine - form.frac)
        total = total + (amplitude * trace << (fine - bits))
        found = self.rounding.into(form.dtype, total, fine, (purpose, self.steps))
        self.e.put(where, found, self.steps)

    def _reward(self, factor: int) -> None:
        if factor:
            exact = factor * self.e.at(self.steps)
            self._change(..., exact, self.e.decay.format.frac + 15, "reward")
