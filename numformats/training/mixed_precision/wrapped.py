# SPDX-License-Identifier: BSD-3-Clause
"""How does an optimiser make steps that are smaller than the parameters' own spacing?

It works on a wide copy of the parameters: what the copy begins with, and what is left of it when it
is closed, is what the wrappers differ in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import own_format, parameter_dtype
from numformats.training.watching import watched_update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]
    DType = np.dtype[Any]

__all__ = ["Wrapped"]


class Wrapped:
    """An optimiser's steps in a wide format, on parameters in their own; see `open` and `close`.

    optimizer: anything with the methods of `Optimizer`, a wrapper too.  dtype: the format of the
    wide copy, by default the optimiser's state_dtype, or else `wide`.
    """

    wide: Any = nf.binary64
    slots: tuple[str, ...] = ()

    def __init__(self, optimizer: Any, dtype: Any = None) -> None:
        missing = [m for m in ("step", "rate", "state_dict") if not hasattr(optimizer, m)]
        if missing:
            raise TypeError(f"{optimizer!r} is no optimiser: it has no {', '.join(missing)}")
        self.optimizer = optimizer
        inner = getattr(optimizer, "state_dtype", None)
        if dtype is None:
            dtype = self.wide if inner is None else inner
        self.dtype = parameter_dtype(dtype)
        if inner is not None and not _holds(own_format(inner), own_format(self.dtype)):
            raise ValueError(
                f"the optimiser's state_dtype={inner} does not hold the values of {self.dtype}, in "
                "which its steps are to be made"
            )
        self.arrays: dict[str, dict[str, Array]] = {}

    @property
    def lr(self) -> float | Callable[[int], float]:
        """The optimiser's."""
        return self.optimizer.lr  # type: ignore[no-any-return]

    @lr.setter
    def lr(self, lr: float | Callable[[int], float]) -> None:
        self.optimizer.lr = lr

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return int(self.optimizer.steps)

    def rate(self) -> float:
        """The step size of the step to come."""
        return float(self.optimizer.rate())

    @property
    def innermost(self) -> Any:
        """The optimiser whose rule it is."""
        return self.optimizer.innermost

    def open(self, name: str, weight: Array) -> Array:
        """The wide copy of a parameter, which the optimiser may change."""
        wide, *more = (part.astype(self.dtype) for part in self.kept(name, weight))
        for part in more:
            wide = wide + part
        return wide

    def kept(self, name: str, weight: Array) -> list[Array]:
        """The arrays whose sum is the weight as the next step finds it."""
        raise NotImplementedError(f"{type(self).__name__} does not define kept")

    def close(self, name: str, weight: Array, wide: Array) -> None:
        """Round the wide copy into the parameter."""
        raise NotImplementedError(f"{type(self).__name__} does not define close")

    def step(
        self, parameters: Mapping[str, Array], gradients: Mapping[str, Any], scale: float = 1.0
    ) -> None:
        """As the optimiser's step; nothing is changed where that raises."""
        for name, w in parameters.items():
            self._check(name, w)
        with watched_update(self, parameters, gradients, scale):
            own = {name: w.view(own_format(w.dtype)) for name, w in parameters.items()}
            wide = {name: self.open(name, w) for name, w in own.items()}
            self.optimizer.step(wide, gradients, scale)
            for name, w in own.items():
                self.close(name, w, wide[name])

    def _check(self, name: str, w: Any) -> None:
        if not isinstance(w, np.ndarray) or not w.flags.writeable:
            raise TypeError(f"parameter {name!r} is no array that can be written")
        if not _holds(own_format(self.dtype), own_format(w.dtype)):
            raise ValueError(
                f"parameter {name!r} is {w.dtype}, whose values {self.dtype} does not hold: give a "
                "wider dtype="
            )
        for slot, array in self.arrays.get(name, {}).items():
            if array.shape != w.shape:
                raise ValueError(f"{slot} of {name!r} has shape {array.shape}, it {w.shape}")

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that a later step depends on, that of the optimiser included."""
        arrays = {
            name: {slot: array.copy() for slot, array in slots.items()}
            for name, slots in self.arrays.items()
        }
        kind = type(self).__name__
        return {"kind": kind, "arrays": arrays, "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; raises ValueError for that of another optimiser."""
        if saved.get("kind") != type(self).__name__:
            raise ValueError(
                f"the state is of {saved.get('kind')}, the optimiser is {type(self).__name__}"
            )
        for name, slots in saved["arrays"].items():
            if set(slots) != set(self.slots):
                raise ValueError(f"{name!r} has {sorted(slots)}; needed: {sorted(self.slots)}")
        self.optimizer.load_state_dict(saved["optimizer"])
        self.arrays = {
            name: {slot: np.array(array) for slot, array in slots.items()}
            for name, slots in saved["arrays"].items()
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.optimizer!r}, dtype={self.dtype})"


def _holds(wide: DType, narrow: DType) -> bool:
    """Does the one format have all values of the other?"""
    return wide == narrow or np.can_cast(narrow, wide, "safe")
