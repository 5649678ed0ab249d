# SPDX-License-Identifier: BSD-3-Clause
"""What do all optimisers share?  Arrays changed in place, state by name, and where it is rounded.

A step computes in the state's format: `state_dtype`, by default that of each parameter.  Weights
and gradients are converted into it (exact where it holds their values), every operation there is
rounded once, products with an addend by `nf.fma` together with the sum, and the new weight is
rounded into the parameter's own dtype.  Numbers such as the step size are computed in float64 and
rounded once.  float32 and float64 are computed as `nf.binary32` and `nf.binary64`: the same bits
on every processor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import number, own_format, parameter_dtype
from numformats.training.watching import watched_update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Rate = float | Callable[[int], float]

__all__ = ["Optimizer"]


class Optimizer:
    """Changes parameters by their gradients; a subclass says by how much in `update`.

    lr: the step size, a number or a schedule: a function of the number of steps done.
    weight_decay: decoupled=False adds weight_decay * weight to the gradient (the L2 penalty);
    decoupled=True takes lr * weight_decay * weight from the weight, past the gradient's rule.
    state_dtype: the format of the state and of the step; master=True keeps weights there, too, so
    that steps too small for the parameter's dtype add up.

    `state` has the arrays of each parameter, by its name and theirs; `steps` counts.
    """

    slots: tuple[str, ...] = ()

    def __init__(
        self,
        lr: Rate,
        *,
        weight_decay: float = 0.0,
        decoupled: bool = False,
        state_dtype: Any = None,
        master: bool = False,
    ) -> None:
        if not callable(lr) and not lr > 0:
            raise ValueError(f"lr={lr!r}; allowed: a number above 0, or a schedule")
        if not weight_decay >= 0:
            raise ValueError(f"weight_decay={weight_decay!r}; allowed: 0 or more")
        self.lr, self.weight_decay, self.decoupled = lr, weight_decay, decoupled
        self.state_dtype = (
            None if state_dtype is None else parameter_dtype(state_dtype, "state_dtype")
        )
        self.master = master
        self.steps = 0
        self.state: dict[str, dict[str, Array]] = {}

    def rate(self) -> float:
        """The step size of the step to come."""
        return float(self.lr(self.steps) if callable(self.lr) else self.lr)

    def numbers(self, dtype: np.dtype[Any]) -> dict[str, Any]:
        """What the step to come multiplies by, each rounded once into the state's format."""
        raise NotImplementedError(f"{type(self).__name__} does not define numbers")

    def update(self, state: dict[str, Array], w: Array, g: Array, c: dict[str, Any]) -> Array:
        """The new weights in the state's format, from weights and gradient there; c: numbers."""
        raise NotImplementedError(f"{type(self).__name__} does not define update")

    def step(
        self, parameters: Mapping[str, Array], gradients: Mapping[str, Any], scale: float = 1.0
    ) -> None:
        """Change the parameters in place; both by name.

        scale: what the loss was multiplied by; gradients are divided by it in the state's format.
        Raises ValueError and TypeError, before anything is changed, where the names, shapes or
        dtypes do not match, or a number has no value near it in the state's format.
        """
        self._check(parameters, gradients)
        with watched_update(self, parameters, gradients, scale):
            self._change(parameters, gradients, scale)
            self.steps += 1

    def _change(
        self, parameters: Mapping[str, Array], gradients: Mapping[str, Any], scale: float
    ) -> None:
        dtypes = {name: self._dtype_of(w) for name, w in parameters.items()}
        found = {dtype: self.all_numbers(dtype, scale) for dtype in dict.fromkeys(dtypes.values())}
        for name, weight in parameters.items():
            dtype, own = dtypes[name], weight.view(own_format(weight.dtype))
            state = self._state_of(name, own, dtype)
            g = np.asarray(gradients[name]).astype(dtype)
            w = state["master"] if self.master else own.astype(dtype)
            w = self.moved(state, w, g, found[dtype])
            if self.master:
                state["master"][...] = w
            own[...] = w.astype(own.dtype)

    def moved(self, state: dict[str, Array], w: Array, g: Array, c: dict[str, Any]) -> Array:
        """`update` with the scale of the loss and the decay of weights, all in one format."""
        if "scale" in c:
            g = g / c["scale"]
        if "minus decay" in c:
            w = nf.fma(c["minus decay"], w, w)
        elif "decay" in c:
            g = nf.fma(c["decay"], w, g)
        return self.update(state, w, g, c)

    @property
    def innermost(self) -> Optimizer:
        """The optimiser whose rule a step follows: of a wrapper the innermost one."""
        return self

    def kept(self, name: str, weight: Array) -> list[Array]:
        """The arrays whose sum is the weight as the next step finds it."""
        return [self.state.get(name, {}).get("master", weight)]

    def _dtype_of(self, weight: Array) -> np.dtype[Any]:
        return own_format(weight.dtype if self.state_dtype is None else self.state_dtype)

    def all_numbers(self, dtype: np.dtype[Any], scale: float = 1.0) -> dict[str, Any]:
        """Those of `numbers`, and what weight decay and the scale of the loss need."""
        c = self.numbers(dtype)
        if scale != 1:
            c["scale"] = number(scale, dtype, "scale")
        if self.weight_decay and self.decoupled:
            c["minus decay"] = number(-self.rate() * self.weight_decay, dtype, "-lr * weight_decay")
        elif self.weight_decay:
            c["decay"] = number(self.weight_decay, dtype, "weight_decay")
        return c

    def _state_of(self, name: str, weight: Array, dtype: np.dtype[Any]) -> dict[str, Array]:
        """The arrays of a parameter, zeros before its first step."""
        if name not in self.state:
            self.state[name] = {slot: np.zeros(weight.shape, dtype) for slot in self.slots}
            if self.master:
                self.state[name]["master"] = weight.astype(dtype)
        return self.state[name]

    def _check(self, parameters: Mapping[str, Array], gradients: Mapping[str, Any]) -> None:
        for missing in parameters.keys() - gradients.keys():
            raise ValueError(f"parameter {missing!r} has no gradient")
        for stranger in gradients.keys() - parameters.keys():
            raise ValueError(f"gradient {stranger!r} is of no parameter")
        for name, w in parameters.items():
            if not isinstance(w, np.ndarray) or not w.flags.writeable:
                raise TypeError(f"parameter {name!r} is no array that can be written")
            g = np.asarray(gradients[name])
            if g.shape != w.shape:
                raise ValueError(f"gradient {name!r} has shape {g.shape}, its parameter {w.shape}")
            for slot, array in self.state.get(name, {}).items():
                if array.shape != w.shape or array.dtype != self._dtype_of(w):
                    here = f"{array.shape}, {array.dtype}"
                    wanted = f"{w.shape}, {self._dtype_of(w)}"
                    raise ValueError(f"state {slot!r} of {name!r} is {here}; needed: {wanted}")

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that a later step depends on: the kind, the count, the arrays by name."""
        arrays = {
            name: {slot: array.copy() for slot, array in slots.items()}
            for name, slots in self.state.items()
        }
        return {"kind": type(self).__name__, "steps": self.steps, "state": arrays}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; raises ValueError for that of another optimiser."""
        kind = saved.get("kind")
        if kind != type(self).__name__:
            raise ValueError(f"the state is of {kind}, the optimiser is {type(self).__name__}")
        wanted = {*self.slots, *(["master"] if self.master else [])}
        for name, slots in saved["state"].items():
            if set(slots) != wanted:
                raise ValueError(
                    f"the state of {name!r} has {sorted(slots)}; needed: {sorted(wanted)}"
                )
        self.steps = int(saved["steps"])
        self.state = {
            name: {slot: np.array(array) for slot, array in slots.items()}
            for name, slots in saved["state"].items()
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr}, steps={self.steps})"


def fraction(name: str, value: float) -> float:
    """A number from 0 to below 1; raises ValueError for others."""
    if not 0 <= value < 1:
        raise ValueError(f"{name}={value!r}; allowed: from 0 to below 1")
    return value
