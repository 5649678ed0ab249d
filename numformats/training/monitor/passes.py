# SPDX-License-Identifier: BSD-3-Clause
"""What did the layers give in one pass: in the format, or in truth?"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.training.monitor.names import output_name
from numformats.training.monitor.truths import Truth, part_of, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.analysis.algebra import Parts
    from numformats.training.layer import Layer, Pass
    from numformats.training.monitor.watcher import Watcher

__all__ = ["PASS", "FormatPass", "Output", "Parted", "Silent", "TruthPass"]


class Output(NamedTuple):
    """What a layer gave, and the truth of that alone where it was asked for."""

    values: Any
    truth: Parts | None = None


class Silent:
    """A pass of which nothing is kept, of the program or of a truth."""

    def __init__(self, watcher: Watcher, truth: Truth | None = None) -> None:
        self.watcher, self.truth = watcher, truth

    def layer(self, layer: Layer, forward: Callable[..., Any], args: tuple[Any, Any, Pass]) -> Any:
        """What the layer gives; in truth what its class does."""
        return forward(*args) if self.truth is None else self.truth.layer(layer, args)


PASS: ContextVar[Silent | None] = ContextVar("numformats.training.monitor.pass", default=None)


class _Keeping(Silent):
    """A pass that keeps the outputs that are watched, by name."""

    def __init__(self, watcher: Watcher, truth: Truth | None = None) -> None:
        super().__init__(watcher, truth)
        self.outputs: dict[str, Output] = {}
        self._calls: dict[str, int] = {}

    def _name(self, layer: Layer, run: Pass) -> tuple[str, str] | None:
        """The path of the layer and the name of this output, if that is watched."""
        path = self.watcher.path_of(layer, run)
        if path is None:
            return None
        self._calls[path] = self._calls.get(path, 0) + 1
        name = output_name(path, self._calls[path])
        return (path, name) if name in self.watcher.selection else None


class FormatPass(_Keeping):
    """A pass of the program itself, over some samples."""

    def __init__(self, watcher: Watcher, run: Pass) -> None:
        super().__init__(watcher)
        self.samples = run.samples

    def layer(self, layer: Layer, forward: Callable[..., Any], args: tuple[Any, Any, Pass]) -> Any:
        """What the layer gives; a copy is kept."""
        given = forward(*args)
        found = self._name(layer, args[2])
        values = plain(given)
        if found is None or not isinstance(values, np.ndarray) or values.dtype.kind in "biuO":
            return given
        path, name = found
        alone = self._alone(layer, path, args) if self.watcher.introduced else None
        self.outputs[name] = Output(values.copy(), alone)
        return given

    def _alone(self, layer: Layer, path: str, args: tuple[Any, Any, Pass]) -> Parts:
        """The truth of this layer on the input that it got in the format."""
        watcher = self.watcher
        truth = watcher.new_truth(args[1])
        parameters, x, run = args
        if watcher.truth_model is not None:
            layer = watcher.truth_layers[path]
            parameters = part_of(watcher.truth_model.parameters(), path)
        token = PASS.set(Silent(watcher, truth))
        try:
            with truth.running():
                lifted = truth.all_lifted(parameters), truth.lifted(x), run
                result = truth.layer(layer, lifted)
        finally:
            PASS.reset(token)
        return _parts(truth, result)


class TruthPass(_Keeping):
    """The same pass in truth."""

    def layer(self, layer: Layer, forward: Callable[..., Any], args: tuple[Any, Any, Pass]) -> Any:
        """What the class of the layer gives."""
        given = super().layer(layer, forward, args)
        found = self._name(layer, args[2])
        if found is not None and self.truth is not None:
            self.outputs[found[1]] = Output(None, _parts(self.truth, given))
        return given


def _parts(truth: Truth, x: Any) -> Parts:
    """The true numbers of a value, copied: a later layer may write into it."""
    while hasattr(x, "run") and x.run is not truth:  # a derivative runs above the truth
        x = x.parts[0]
    x = x if hasattr(x, "run") else truth.lift(x)
    return tuple(part.copy() for part in x.parts)


class Parted:
    """The passes of one batch, which may be computed in parts, several at a time.

    muted: the batch is not measured.
    """

    def __init__(self, watcher: Watcher, samples: Any, *, muted: bool) -> None:
        self.watcher, self.muted = watcher, muted
        self._passes: list[FormatPass] = []
        self._lock = threading.Lock()
        numbers = () if samples is None else np.asarray(samples).tolist()
        self._places = {number: place for place, number in enumerate(numbers)}

    def add(self, one: FormatPass) -> None:
        """A part is done."""
        with self._lock:
            self._passes.append(one)

    def outputs(self) -> dict[str, Output]:
        """The outputs for the whole batch, in the order of its samples."""
        if len(self._passes) == 1:
            return self._passes[0].outputs
        ordered = sorted(self._passes, key=self._place)
        names = ordered[0].outputs if ordered else {}
        return {name: _joined([one.outputs[name] for one in ordered]) for name in names}

    def _place(self, one: FormatPass) -> int:
        first = None if one.samples is None else int(one.samples[0])
        return self._places.get(first, 0) if first is not None else 0


def _joined(parts: list[Output]) -> Output:
    values = np.concatenate([part.values for part in parts])
    if parts[0].truth is None:
        return Output(values)
    truths = [part.truth for part in parts if part.truth is not None]
    return Output(values, tuple(np.concatenate(p) for p in zip(*truths, strict=True)))
