# SPDX-License-Identifier: BSD-3-Clause
"""What is measured, and when?  The outputs of each pass, gradients of each batch, each update."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numformats.training.monitor.names import gradient_name, layers_by_path
from numformats.training.monitor.passes import PASS, FormatPass, Parted, Silent, TruthPass
from numformats.training.monitor.truths import Truth, plain, reference_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np

    from numformats.analysis.algebra import Parts
    from numformats.training.layer import Layer, Pass
    from numformats.training.monitor.names import Selection
    from numformats.training.watching import Batch

    # name, values in the format, true numbers
    Found = list[tuple[str, Any, Parts]]

__all__ = ["Watcher"]

_BATCH: ContextVar[Parted | None] = ContextVar("numformats.training.monitor.batch", default=None)


@dataclass
class Watcher:
    """Who watches in the place of a PrecisionMonitor; see `numformats.training.watching.Watch`.

    report: gets the step, the truth, and what was found at each step.
    """

    model: Layer
    truth_model: Layer | None
    selection: Selection
    reference: str | int | None
    dtypes: list[np.dtype[Any]]
    introduced: bool
    every: int
    report: Callable[[int, Truth, Found], None]
    is_live: bool = False
    step: int = -1  # the number of the latest batch, pass or update alone
    truth_layers: dict[str, Layer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._paths: dict[int, list[str]] = {}
        for path, layer in layers_by_path(self.model):
            self._paths.setdefault(id(layer), []).append(path)
        if self.truth_model is not None:
            self.truth_layers = dict(layers_by_path(self.truth_model))
            for path, layer in self.truth_layers.items():
                self._paths.setdefault(id(layer), []).append(path)
        self._updated = True  # no update belongs to a batch yet
        self._in_update = False

    def new_truth(self, x: Any) -> Truth:
        """A truth of its own, for one pass over this input, or one update of this parameter."""
        dtypes = [*self.dtypes, plain(x).dtype]
        return Truth(reference_for(self.reference, dtypes), dtypes)

    def path_of(self, layer: Layer, run: Pass) -> str | None:
        """Where the layer stands; one that stands in two places, by what the pass says."""
        paths = self._paths.get(id(layer))
        if paths is None:
            return None
        here = run.path.rstrip(".")
        return here if here in paths else paths[0]

    def layer(self, layer: Layer, forward: Callable[..., Any], args: tuple[Any, Any, Pass]) -> Any:
        """A layer's forward: part of a pass, or the model's own, which is one."""
        seen = PASS.get()
        if seen is not None and seen.watcher is self:
            return seen.layer(layer, forward, args)
        if layer is not self.model:
            return forward(*args)
        batch = _BATCH.get()
        if batch is not None and batch.watcher is self:
            one = Silent(self) if batch.muted else FormatPass(self, args[2])
            given = self._inside(one, layer, forward, args)
            if isinstance(one, FormatPass):
                batch.add(one)
            return given
        return self._inference(forward, args)

    def _inside(
        self, one: Silent, layer: Layer, forward: Callable[..., Any], args: tuple[Any, Any, Pass]
    ) -> Any:
        token = PASS.set(one)
        try:
            return one.layer(layer, forward, args)
        finally:
            PASS.reset(token)

    def _inference(self, forward: Callable[..., Any], args: tuple[Any, Any, Pass]) -> Any:
        """A pass that no gradients are asked for: outputs alone, and parameters beside a truth."""
        self.step, self._updated = self.step + 1, True
        if self.step % self.every:
            return self._inside(Silent(self), self.model, forward, args)
        one = FormatPass(self, args[2])
        given = self._inside(one, self.model, forward, args)
        parameters, x, run = args
        truth = self.new_truth(x)
        true = TruthPass(self, truth)
        model = self.truth_model or self.model
        with truth.running():
            own = parameters if self.truth_model is None else model.parameters()
            lifted = truth.all_lifted(own)
            if not self.introduced and self._wants_outputs():
                call = lifted, truth.lifted(x), run
                self._inside(true, model, model.forward, call)
        found = _paired(one, true)
        if self.truth_model is not None:
            found += [
                (name, plain(array), lifted[name].parts)
                for name, array in parameters.items()
                if name in self.selection
            ]
        self.report(self.step, truth, found)
        return given

    def _wants_outputs(self) -> bool:
        return any(
            name.endswith("output") and name in self.selection for name in self.selection.names
        )

    def _wants_gradients(self) -> bool:
        return any(gradient_name(name) in self.selection for name in self.model.parameters())

    @contextmanager
    def batch(self, batch: Batch) -> Iterator[Callable[[Mapping[str, Any]], None]]:
        """Outputs and gradients of a batch of the model."""
        taken: list[Mapping[str, Any]] = []
        if batch.model is not self.model:
            yield taken.append
            return
        self.step, self._updated = self.step + 1, False
        parted = Parted(self, batch.run.samples, muted=self.step % self.every != 0)
        token = _BATCH.set(parted)
        try:
            yield taken.append
        finally:
            _BATCH.reset(token)
        if not parted.muted:
            for gradients in taken:
                self._measure_batch(batch, parted, gradients)

    def _measure_batch(self, batch: Batch, parted: Parted, gradients: Mapping[str, Any]) -> None:
        truth = self.new_truth(batch.x)
        true = TruthPass(self, truth)
        model = self.truth_model or self.model
        slopes: dict[str, Any] = {}
        token = PASS.set(true)
        try:
            with truth.running():
                if self._wants_gradients():
                    slopes = truth.gradients(model, batch)
                elif not self.introduced and self._wants_outputs():
                    lifted = truth.all_lifted(model.parameters())
                    model.forward(lifted, truth.lifted(batch.x), batch.run)
        finally:
            PASS.reset(token)
        found = _paired(parted, true)
        for name, slope in slopes.items():
            if gradient_name(name) in self.selection:
                found.append((gradient_name(name), gradients[name], slope.parts))
        self.report(self.step, truth, found)

    @contextmanager
    def update(
        self,
        optimizer: Any,
        parameters: Mapping[str, Any],
        gradients: Mapping[str, Any],
        scale: float,
    ) -> Iterator[None]:
        """What one step of the optimiser makes of the parameters; wrappers count once."""
        own = self.model.parameters()
        known = hasattr(getattr(optimizer, "innermost", None), "moved")
        if self._in_update or not (known and all(own.get(n) is w for n, w in parameters.items())):
            yield
            return
        self.step, self._updated = self.step + self._updated, True
        names = [n for n in parameters if n in self.selection and not self.step % self.every]
        if not names:
            yield
            return
        truth = self.new_truth(parameters[names[0]])
        self._in_update = True
        try:
            with truth.running():
                true = {
                    name: truth.updated(optimizer, name, parameters[name], gradients[name], scale)
                    for name in names
                }
            yield
        finally:
            self._in_update = False
        found = [(name, parameters[name], true[name].parts) for name in names]
        self.report(self.step, truth, found)


def _paired(one: FormatPass | Parted, true: TruthPass) -> Found:
    """Outputs with their truths, where both have them."""
    outputs = one.outputs() if isinstance(one, Parted) else one.outputs
    found: Found = []
    for name, output in outputs.items():
        truth = output.truth
        if truth is None and name in true.outputs:
            truth = true.outputs[name].truth
        if truth is not None and truth[0].shape == output.values.shape:
            found.append((name, output.values, truth))
    return found
