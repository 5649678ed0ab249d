# SPDX-License-Identifier: BSD-3-Clause
"""What does a reader hold?  A model that nobody changes any more."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NoReturn

from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.training.versions.record import Record

__all__ = ["Served"]


class Served:
    """A copy of a model, frozen: its arrays are read-only, its attributes cannot be set.

    Parameters
    ----------
    model : Layer, which is copied, so that training may go on with it
    version : the number that readers see.  ValueError below 0
    record : the signed record that it was verified by, None for a model of this process

    >>> from numformats.training import Linear
    >>> served = Served(Linear(2, 1), 7)
    >>> served
    Served(version 7, Linear 2 -> 1)
    >>> served([[1.0, 2.0]]).shape
    (1, 1)
    """

    __slots__ = ("_model", "record", "version")
    _model: Layer
    record: Record | None
    version: int

    def __init__(self, model: Layer, version: int = 0, record: Record | None = None) -> None:
        if not isinstance(model, Layer):
            raise TypeError(f"model is a {type(model).__name__}; allowed: a Layer")
        if isinstance(version, bool) or not isinstance(version, int) or version < 0:
            raise ValueError(f"version={version!r}; allowed: 0, 1, 2, ...")
        model = copy.deepcopy(model)
        for array in model.parameters().values():
            array.setflags(write=False)
        for name, value in {"_model": model, "version": version, "record": record}.items():
            object.__setattr__(self, name, value)

    def __call__(self, x: Any) -> Any:
        """The answers for a batch of inputs, as those of the model."""
        return self._model(x)

    def parameters(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, read-only."""
        return self._model.parameters()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a served model does not change: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a served model does not change: {name} cannot be deleted")

    def __repr__(self) -> str:
        return f"Served(version {self.version}, {self._model.describe()})"
