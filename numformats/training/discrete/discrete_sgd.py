# SPDX-License-Identifier: BSD-3-Clause
"""Which optimiser moves weights of a lattice by integers?"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.parse import as_format
from numformats.sampling import Key, exact
from numformats.training.counts import checked_count
from numformats.training.discrete.lattice import codes
from numformats.training.discrete.moments import moments_of
from numformats.training.discrete.rules import Rule, Unbiased
from numformats.training.discrete.updates import clip_update
from numformats.training.dtypes import own_format, parameter_dtype
from numformats.training.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from numformats.training.optimizer import Array, Rate

__all__ = ["DiscreteSGD"]

_WIDEST = 2**30


class DiscreteSGD(Optimizer):
    """Moves the integers of every parameter by an update of a rule; nothing else is kept.

    Parameters
    ----------
    lr : number or schedule
        Of rules that have a step size; see `Optimizer`.
    rule : Rule
        `Multinomial`, `Unbiased`, `Poisson`, `StochasticRounding` or `Sign`.
    k : int, optional
        No element moves by more than k units in a step; what is cut off is in the record.
    unit : int or schedule
        So many steps of the lattice are one unit of the update: delta of the rule is
        unit * 2**-frac.
    together : bool
        One update for all parameters, as one array, in place of one for each; they must have the
        same lattice step.
    seed : int
        Words are keyed by (seed, hash of the parameter's name, step), as `numformats.sampling`
        has it.
    watch : bool
        Whether records have `cosine` and `noise` of the whole update, from the rule's formulas.
    gradient_dtype : format, or float16, float32, float64
        What `fit` computes gradients in: the lattice would round them to its own step.

    Parameters must be arrays of `nf.Fixed` formats, as those of a `Lattice` are: others raise
    TypeError before anything is changed.  An element at an end of its format stays there; how many
    were held, of all parameters and all steps, is `saturated`.  `records` has a dict for each step:
    step, lr, moved (sum of |u|), clipped, saturated, and cosine and noise if watched.

    >>> import numpy as np, numformats as nf
    >>> w = {"w": np.array([0.5, 0.25, -2], nf.Fixed(8, 6))}
    >>> optimizer = DiscreteSGD(0.5, rule=Unbiased(), seed=3)
    >>> optimizer.step(w, {"w": np.array([0.25, -0.125, 1])})
    >>> w["w"], optimizer.records
    (array([ 0.4 ,  0.28, -2.  ], dtype=fixed<8,frac=6>), \
[{'step': 0, 'lr': 0.5, 'moved': 44, 'clipped': 0, 'saturated': 1}])
    """

    def __init__(  # noqa: PLR0913 - a rule and what is around it
        self,
        lr: Rate = 1.0,
        *,
        rule: Rule | None = None,
        k: int | None = None,
        unit: int | Callable[[int], int] = 1,
        together: bool = False,
        seed: int = 0,
        watch: bool = False,
        gradient_dtype: Any = np.float32,
    ) -> None:
        super().__init__(lr)
        self.rule = Unbiased() if rule is None else rule
        self.k = None if k is None else checked_count(k, "k")
        self.unit = unit if callable(unit) else _unit(unit)
        self.together, self.watch = together, watch
        self.seed = Key(seed).seed
        self.cotangent_dtype = own_format(parameter_dtype(gradient_dtype, "gradient_dtype"))
        self.saturated = self.clipped = 0
        self.records: list[dict[str, Any]] = []

    def step(
        self, parameters: Mapping[str, Array], gradients: Mapping[str, Any], scale: float = 1.0
    ) -> None:
        """Change the parameters in place; see `Optimizer.step`.

        Raises ValueError for a gradient that is not finite, with its place.
        """
        self._check(parameters, gradients)
        steps = {name: _step_of(w, name) for name, w in parameters.items()}
        unit = _unit(self.unit(self.steps) if callable(self.unit) else self.unit)
        lr = self.rate()
        rate = exact(lr, "lr") / exact(scale, "scale")
        updates, clipped = {}, 0
        for name, g, delta in self._parts(gradients, steps):
            key = Key(self.seed, _stream(name), self.steps)
            try:
                u = self.rule.draw(g, rate, unit * delta, key)
            except ValueError as error:
                error.add_note(f"in the update of {name or 'all parameters'}, step {self.steps}")
                raise
            if self.k is not None:
                u, cut = clip_update(u, self.k)
                clipped += cut
            updates[name] = u
        if self.together:
            updates = _split(updates[""], parameters)
        record = {"step": self.steps, "lr": lr, "clipped": clipped}
        record["moved"] = sum(int(np.abs(u).sum()) for u in updates.values())
        if self.watch:
            record |= self._watched(gradients, steps, rate, unit)
        held = sum(_move(w, updates[name], unit) for name, w in parameters.items())
        order = ("step", "lr", "moved", "clipped")
        record = {name: record.pop(name) for name in order} | {"saturated": held} | record
        self.records.append(record)
        self.saturated += held
        self.clipped += clipped
        self.steps += 1

    def _parts(
        self, gradients: Mapping[str, Any], steps: Mapping[str, Fraction]
    ) -> list[tuple[str, Any, Fraction]]:
        """What the rule is asked about: name, gradient and lattice step of each."""
        if not self.together:
            return [(name, gradients[name], delta) for name, delta in steps.items()]
        if len(set(steps.values())) > 1:
            found = ", ".join(f"{name} {delta}" for name, delta in steps.items())
            raise ValueError(f"together=True needs one lattice step; these have {found}")
        whole = np.concatenate([np.asarray(gradients[name]).reshape(-1) for name in steps])
        return [("", whole, next(iter(steps.values())))]

    def _watched(
        self, gradients: Mapping[str, Any], steps: Mapping[str, Fraction], lr: Fraction, unit: int
    ) -> dict[str, float]:
        """Cosine and noise of the whole step, in the weights' own measure, without clipping."""
        means, squares, flat = [], 0.0, []
        for _, g, delta in self._parts(gradients, steps):
            found = self.rule.moments(g, lr, unit * delta, self.steps)
            size = float(unit * delta)
            means.append(size * found.mean.reshape(-1))
            squares += size * size * found.mean_square
            flat.append(np.asarray(g).astype(np.float64).reshape(-1))
        whole = moments_of(np.concatenate(flat), np.concatenate(means), squares)
        return {"cosine": whole.cosine, "noise": whole.noise}

    def state_dict(self) -> dict[str, Any]:
        """The count of steps, and what was counted; there is no other state."""
        counts = {"saturated": self.saturated, "clipped": self.clipped}
        return super().state_dict() | {"counts": counts}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; the seed and the rule are the optimiser's own."""
        super().load_state_dict(saved)
        self.saturated, self.clipped = (int(saved["counts"][n]) for n in ("saturated", "clipped"))
        self.records = []

    def __repr__(self) -> str:
        return f"DiscreteSGD(lr={self.lr}, rule={self.rule}, steps={self.steps})"


def _unit(value: Any) -> int:
    unit = checked_count(value, "unit")
    if unit > _WIDEST:
        raise ValueError(f"unit={unit}; allowed: up to 2**30")
    return unit


def _step_of(w: Array, name: str) -> Fraction:
    """The lattice step of a parameter."""
    try:
        codes(w)
    except (TypeError, ValueError) as error:
        raise type(error)(f"parameter {name!r}: {error}") from None
    return Fraction(2) ** -as_format(w.dtype).frac


def _move(w: Array, u: NDArray[np.int64], unit: int) -> int:
    """Subtract unit * u from the integers of w, hold them at the ends; how many were held."""
    f = as_format(w.dtype)
    limits = nf.finfo(w.dtype)
    low, high = (int(codes(np.array(end, w.dtype))) for end in (limits.lowest, limits.maxpos))
    # Beyond 2**32 steps every integer of 32 bits is held at an end.
    way = np.clip(u, -(2**32), 2**32) * unit
    wanted = codes(w).astype(np.int64) - way
    moved = np.clip(wanted, low, high)
    storage = np.dtype(f"u{w.dtype.itemsize}")
    w[...] = nf.from_bits((moved & (2**f.bits - 1)).astype(storage), f.dtype)
    return int((moved != wanted).sum())


def _stream(name: str) -> int:
    """The first 8 bytes of BLAKE2b, as `numformats.training.random_words` takes of a path."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _split(u: NDArray[np.int64], parameters: Mapping[str, Array]) -> dict[str, NDArray[np.int64]]:
    ends = np.cumsum([w.size for w in parameters.values()])
    parts = np.split(u, ends[:-1])
    return {
        name: part.reshape(w.shape)
        for part, (name, w) in zip(parts, parameters.items(), strict=True)
    }
