# SPDX-License-Identifier: BSD-3-Clause
"""How do the times of spikes change weights?  The pair rule with traces, all in integers.

In step t, with pre and post the neurons that spike in it:

    x <- round(d+ x),  y <- round(d- y)                       traces of all neurons
    w[i, j] <- clip(round(w[i, j] - A- y[j]))   for i in pre, all j
    w[i, j] <- clip(round(w[i, j] + A+ x[i]))   for j in post, all i
    x[i] <- min(x[i] + jump, largest),  y[j] likewise         for i in pre, j in post

so that spikes of the same step do not pair.  Every round is that of one exact value.  With jump = 1
a trace starts anew at its largest value: each spike pairs with the last of the other side only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.counts import checked_count
from numformats.training.spiking.decay import MULTIPLIER, Decay, Trace
from numformats.training.spiking.rounding import Rounding, codes_of, fixed_format, values_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from numformats.training.spiking.rounding import Codes

__all__ = ["STDP"]

WEIGHT = nf.Fixed(8, 7, signed=False)  # Q1.7: 0 to 1.99, so that 1 is a value


class STDP:
    """Spike-timing-dependent plasticity of a matrix of synapses from `pre` to `post` neurons.

    Parameters
    ----------
    pre, post : int
        Numbers of neurons; weights have shape (pre, post).
    weight, trace : formats of fixed point of up to 16 bits
        By default Q1.7 without a sign, and Q0.15.
    rounding : mode of `nf.quantize`
        Of traces and weights; "stochastic" draws words by (seed, purpose, step, place).
    tau_plus, tau_minus : float
        Time constants of the traces of pre and post, in steps; the decay is rounded to Q0.16.
    a_plus, a_minus : float, 0 to below 1
        What a trace of 1 adds to and takes from a weight; rounded to Q0.16.
    jump : float
        What a spike adds to its trace.
    limits : (float, float)
        Weights are clipped to these; rounded into their format.
    initial : array, optional
        Weights at the start, rounded once; by default 0.5.
    drive : "clock" or "event"
        Whether every trace is computed in every step, or when a spike needs it.  Same bits.

    Raises TypeError for formats that are no fixed point, ValueError for other arguments.

    >>> import numpy as np, numformats as nf
    >>> rule = STDP(2, 1, a_plus=0.1, a_minus=0.1)
    >>> rule.step(pre=[0], post=[])
    >>> rule.step(pre=[], post=[0])  # neuron 0 spiked before it: its weight grows
    >>> rule.step(pre=[1], post=[])  # neuron 1 spiked after it
    >>> rule.weights.astype(float).ravel()
    array([0.59375, 0.40625])

    Source: Song, Miller and Abbott, "Competitive Hebbian learning through spike-timing-dependent
    synaptic plasticity" (2000); traces: Morrison, Diesmann and Gerstner (2008).
    """

    def __init__(  # noqa: PLR0913 - what the rule has
        self,
        pre: int,
        post: int,
        *,
        weight: Any = WEIGHT,
        trace: Any = nf.q15,
        rounding: str = "nearest_even",
        tau_plus: float = 20.0,
        tau_minus: float = 20.0,
        a_plus: float = 0.01,
        a_minus: float = 0.01,
        jump: float = 1.0,
        limits: tuple[float, float] = (0.0, 1.0),
        initial: ArrayLike | None = None,
        drive: str = "clock",
        seed: int = 0,
    ) -> None:
        self.pre, self.post = checked_count(pre, "pre"), checked_count(post, "post")
        if drive not in {"clock", "event"}:
            raise ValueError(f"drive={drive!r}; allowed: 'clock', 'event'")
        self.drive, self.steps = drive, 0
        self.weight_format = fixed_format(weight, "weight", 16)
        self.rounding = Rounding(rounding, seed)
        self.x = Trace(Decay(tau_plus, trace, rounding, seed, "trace of pre"), (self.pre,))
        self.y = Trace(Decay(tau_minus, trace, rounding, seed, "trace of post"), (self.post,))
        self.a_plus, self.a_minus = _amplitude(a_plus, "a_plus"), _amplitude(a_minus, "a_minus")
        self._jump = int(_nearest(jump, trace))
        if self._jump <= 0:
            raise ValueError(f"jump={jump!r} is no value above 0 of {self.x.decay.format}")
        self._limits = [int(_nearest(limit, self.weight_format.dtype)) for limit in limits]
        if self._limits[0] >= self._limits[1]:
            raise ValueError(
                f"limits={limits!r} are the same value in {self.weight_format}, or none"
            )
        given = np.asarray(0.5 if initial is None else initial)
        codes = np.broadcast_to(_nearest(given, self.weight_format.dtype), (self.pre, self.post))
        self._codes = self._clipped(codes)

    @property
    def weights(self) -> NDArray[Any]:
        """The weights as an array of their format."""
        return values_of(self._codes, self.weight_format.dtype)

    def step(self, pre: ArrayLike = (), post: ArrayLike = ()) -> None:
        """One step of time, in which these neurons spike: their numbers, or one bool for each."""
        self._step(_spikes(pre, self.pre, "pre"), _spikes(post, self.post, "post"))

    def run(self, pre: ArrayLike, post: ArrayLike) -> None:
        """As many steps as the arrays are long: pre has shape (steps, pre), post (steps, post)."""
        before, after = self._trains(pre, post)
        for i in range(len(before)):
            if before[i].any() or after[i].any() or self.drive == "clock":
                self._step(np.flatnonzero(before[i]), np.flatnonzero(after[i]))
            else:
                self.steps += 1

    def _trains(self, pre: ArrayLike, post: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
        found = _bools(pre), _bools(post)
        for train, neurons, name in zip(found, (self.pre, self.post), ("pre", "post"), strict=True):
            if train.ndim != 2 or train.shape[1] != neurons:
                raise ValueError(f"{name} has shape {train.shape}; allowed: (steps, {neurons})")
        if len(found[0]) != len(found[1]):
            raise ValueError(f"pre has {len(found[0])} steps, post {len(found[1])}")
        return found

    def _step(self, pre: NDArray[Any], post: NDArray[Any]) -> None:
        self.steps += 1
        self._clock()
        if pre.size:
            self._add(
                np.ix_(pre, np.arange(self.post)), -self.a_minus, self.y.at(self.steps), "depress"
            )
        if post.size:
            x = self.x.at(self.steps)[:, np.newaxis]
            self._add(np.ix_(np.arange(self.pre), post), self.a_plus, x, "potentiate")
        for trace, spikes in ((self.x, pre), (self.y, post)):
            if spikes.size:
                grown = np.minimum(trace.at(self.steps, spikes) + self._jump, trace.decay.largest)
                trace.put(spikes, grown, self.steps)

    def _clock(self) -> None:
        """Clock-driven: all traces are brought to this step."""
        if self.drive == "clock":
            for trace in (self.x, self.y):
                trace.put(..., trace.at(self.steps), self.steps)

    def _add(self, where: Any, amplitude: int, trace: Codes, purpose: str) -> None:
        """Amplitude times trace to the weights there."""
        self._change(where, amplitude * trace, self.x.decay.format.frac + 16, purpose)

    def _change(self, where: Any, exact: Codes, fraction_bits: int, purpose: str) -> None:
        """Add exact * 2^-fraction_bits to the weights there: exact, rounded once, clipped."""
        own = self.weight_format.frac
        fine = max(own, fraction_bits)
        total = (self._codes[where] << (fine - own)) + (exact << (fine - fraction_bits))
        found = self.rounding.into(self.weight_format.dtype, total, fine, (purpose, self.steps))
        self._codes[where] = self._clipped(found)

    def _clipped(self, codes: Codes) -> Codes:
        return np.minimum(np.maximum(codes, self._limits[0]), self._limits[1])


def _nearest(value: Any, dtype: Any) -> Codes:
    """The codes of numbers rounded once, to nearest, into a format of fixed point."""
    with np.errstate(over="ignore"):
        return codes_of(np.asarray(nf.quantize(value, dtype, rounding="nearest_even")))


def _bools(spikes: ArrayLike) -> NDArray[np.bool_]:
    return np.asarray(spikes).astype(bool)


def _amplitude(value: float, name: str) -> int:
    if not 0 <= value < 1:
        raise ValueError(f"{name}={value!r}; allowed: from 0 to below 1")
    return int(_nearest(value, MULTIPLIER))


def _spikes(given: ArrayLike, neurons: int, name: str) -> NDArray[Any]:
    """The numbers of the neurons that spike, in order, each once."""
    spikes = np.asarray(given)
    if spikes.dtype == bool:
        if spikes.shape != (neurons,):
            raise ValueError(f"{name} has shape {spikes.shape}; of bools allowed: ({neurons},)")
        return np.flatnonzero(spikes)
    if spikes.size and spikes.dtype.kind not in "iu":
        raise TypeError(f"{name} is {spikes.dtype}; allowed: numbers of neurons, or bools")
    spikes = np.unique(spikes.astype(np.int64))
    outside = spikes[(spikes < 0) | (spikes >= neurons)]
    if outside.size:
        raise ValueError(f"{name} has neuron {int(outside[0])}; allowed: 0 to {neurons - 1}")
    return spikes
