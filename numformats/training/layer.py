# SPDX-License-Identifier: BSD-3-Clause
"""What is a layer?  Named arrays, and a function of them and of its input in NumPy code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from numformats.training.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from numformats.training.drawn import Draw

    Arrays = Mapping[str, Any]

__all__ = ["Layer", "Pass", "below"]


@dataclass(frozen=True)
class Pass:
    """What a layer may know of the pass that it is part of, beside its input.

    samples: the number in the data set of each row of the input; what a layer draws at random is
    keyed by (seed, step, its own path, that number), so that no split or order of a batch shows.
    """

    training: bool = False
    seed: int = 0
    step: int = 0
    samples: NDArray[Any] | None = None
    path: str = ""

    def below(self, name: str) -> Pass:
        """The same pass as the layer of that name sees it."""
        return Pass(self.training, self.seed, self.step, self.samples, self.path + name + ".")


def below(parameters: Arrays, name: str) -> dict[str, Any]:
    """The parameters whose names begin with "name.", without that.

    >>> below({"0.weight": 1, "0.bias": 2, "1.weight": 3}, "0")
    {'weight': 1, 'bias': 2}
    """
    first = name + "."
    return {k[len(first) :]: v for k, v in parameters.items() if k.startswith(first)}


class Layer:
    """A function with parameters: `own` holds its arrays, `parts` the layers that it is made of.

    A layer of one's own defines `forward`; parameters are its only state, so that a pass may run
    on other arrays than its own (traced ones, for derivatives) without touching them.

    >>> import numpy as np
    >>> class Scale(Layer):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.own["factor"] = np.ones(3)
    ...
    ...     def forward(self, parameters, x, run):
    ...         return x * parameters["factor"]
    >>> Scale()(np.array([[1.0, 2.0, 3.0]]))
    array([[1., 2., 3.]])
    >>> Scale()
    Scale, 3 parameters in float64
    """

    trained_instead = "parameters of a format or of NumPy's floats"
    """What errors name that is trained in the place of a layer whose parameters are integers."""

    def __init__(self) -> None:
        self.own: dict[str, NDArray[Any]] = {}
        self.parts: dict[str, Layer] = {}
        self.drawn = Drawn()

    def parameters(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, those of parts as "part.name"; its own arrays, no copies."""
        found = dict(self.own)
        for name, part in self.parts.items():
            found |= {f"{name}.{key}": array for key, array in part.parameters().items()}
        return found

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Copies of the parameters by name, which later training does not change."""
        return {name: array.copy() for name, array in self.parameters().items()}

    def load_state_dict(self, state: Arrays) -> None:
        """Copy arrays into the parameters of the same names, shapes and formats.

        Raises ValueError for a missing or an unknown name or another shape, TypeError for another
        format; the parameters are as before then.
        """
        own = self.parameters()
        if own.keys() != state.keys():
            raise ValueError(
                f"missing parameters: {sorted(own.keys() - state.keys())}; "
                f"unknown: {sorted(state.keys() - own.keys())}"
            )
        for name, array in own.items():
            given = np.asarray(state[name])
            if given.shape != array.shape:
                raise ValueError(f"{name} has shape {given.shape}; this layer's has {array.shape}")
            if given.dtype != array.dtype:
                raise TypeError(f"{name} has dtype {given.dtype}; this layer's has {array.dtype}")
        for name, array in own.items():
            array[...] = state[name]

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The outputs for a batch of inputs (first axis: samples) with these parameters."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def __call__(self, x: Any) -> Any:
        """The outputs for a batch, as in use: nothing random, no derivative.

        x: an array, or lists of numbers, whatever their dtype; it is rounded into the parameters'.
        """
        return self.forward(self.parameters(), self.enter(x), Pass())

    def enter(self, x: Any) -> Any:
        """An input as this layer takes it: an array, rounded once into the layer's dtype."""
        x, dtype = np.asarray(x), self.dtype
        return x if dtype is None or x.dtype == dtype else x.astype(dtype)

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """The dtype of the first of the parameters; None without any."""
        return next((array.dtype for array in self.parameters().values()), None)

    def describe(self) -> str:
        """The layer in a few words, such as "Linear 64 -> 10": what errors call it."""
        return type(self).__name__

    def __repr__(self) -> str:
        return "\n".join(table(self))

    def check(self, run: Pass, x: Any, shape: tuple[int | None, ...], names: str) -> None:
        """Refuse an input that does not end in this shape (None: any length), or has no sample.

        names: of the last axes, such as "features".  Raises ValueError, and TypeError for another
        dtype than that of the parameters; both name the layer.
        """
        if x.ndim <= len(shape):
            wanted = f"samples first, then {names}"
            self.refuse(run, f"input has shape {x.shape}; allowed: {wanted}")
        if 0 in x.shape:
            self.refuse(run, f"the batch is empty: its shape is {x.shape}")
        last = x.shape[x.ndim - len(shape) :]
        if any(want is not None and want != n for want, n in zip(shape, last, strict=True)):
            self.refuse(run, f"input has {' x '.join(map(str, last))} {names}")
        own = next(iter(self.own.values()), None)
        if own is not None and x.dtype != own.dtype:
            cure = f"round it with x.astype({own.dtype}), or put Cast({own.dtype}) before"
            raise TypeError(
                f"{self.place(run)}: input is {x.dtype}, its parameters are {own.dtype}: {cure}"
            )

    def check_trainable(self, run: Pass) -> None:
        """Refuse parameters that have no derivative: a TypeError that names the layer and them."""
        for name, array in self.own.items():
            if array.dtype.kind in "iub":
                raise TypeError(
                    f"{self.place(run)}: parameter {name!r} is {array.dtype}, and integers have no "
                    f"derivative: train {self.trained_instead}"
                )
        for name, part in self.parts.items():
            part.check_trainable(run.below(name))

    def refuse(self, run: Pass, what: str) -> NoReturn:
        """Raise ValueError that begins with the layer's place in the model."""
        raise ValueError(f"{self.place(run)}: {what}")

    def place(self, run: Pass) -> str:
        """Where the layer stands, and what it is: "layer 2 (Linear 64 -> 10)"."""
        at = run.path.rstrip(".")
        return f"layer {at} ({self.describe()})" if at else self.describe()

    def draw(self, name: str, by: Draw, dtype: np.dtype[Any], seed: int | None) -> None:
        """Make the parameter `name`, drawn in float64 and rounded once; `by` takes a Generator.

        seed None: Sequential draws it anew for the layer's place, so that no two layers are alike.
        """
        self.drawn.by[name] = by
        self.drawn.stream = (0 if seed is None else seed,)
        self.drawn.settled = seed is not None
        self.own[name] = np.empty(by(np.random.default_rng(0)).shape, dtype)
        self.drawn.fill(self.own)


def table(layer: Layer, name: str = "", indent: str = "") -> Iterator[str]:
    """The lines of a layer's text: what it is, how many parameters, and its parts below."""
    arrays = layer.parameters()
    count = sum(array.size for array in arrays.values())
    dtypes = dict.fromkeys(str(array.dtype) for array in arrays.values())
    text = f"{indent}{name}{layer.describe()}"
    if count:
        text += f", {count} parameter{'s' * (count != 1)} in {', '.join(dtypes)}"
    yield text
    for key, part in layer.parts.items():
        yield from table(part, f"{key}: ", indent + "  ")
