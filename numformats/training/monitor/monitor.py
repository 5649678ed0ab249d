# SPDX-License-Identifier: BSD-3-Clause
"""How far are a model's tensors from the truth, step by step, while it is trained or used?"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self, TextIO

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.layer import Layer
from numformats.training.monitor.hooks import install, remove
from numformats.training.monitor.names import Selection, layers_by_path, output_name
from numformats.training.monitor.pictures import heat_map
from numformats.training.monitor.table import LiveTable, text_table
from numformats.training.monitor.tensor_errors import TensorErrors, Total, measured
from numformats.training.monitor.truths import check_digits, reference_for
from numformats.training.monitor.watcher import Watcher
from numformats.training.watching import WATCH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextvars import Token
    from types import TracebackType

    from numpy.typing import NDArray

    from numformats.training.monitor.truths import Truth
    from numformats.training.monitor.watcher import Found
    from numformats.training.watching import Watch

    Names = str | Iterable[str]

__all__ = ["PrecisionMonitor"]


class PrecisionMonitor:
    """Measures tensors of a model against the truth while its block runs, in this context.

    Parameters
    ----------
    model : Layer
    names : names of tensors, or patterns such as "0.*" and "*.weight"; by default all
        "0.weight" is a parameter, "0.weight.gradient" its gradient, "0.output" what layer 0 gives,
        "output" what the model gives
    reference : the arithmetic of truth, as of `nf.analysis.trace`: "float64", "double" (pairs of
        float64), "exact" (fractions; + - * / only), or a number of digits; by default "float64"
        where that has 8 bits more than all parameters, else "double"
    truth : a model with the same layers, whose parameters and forward are the truth: the model
        before it was quantised, say; by default the model itself
    errors : "whole", or "introduced": of outputs only what the layer itself adds, its truth being
        computed from the input that it got
    every : measure each so many-th step only; the others cost what they always cost
    live : a table that follows the steps, in a terminal (or a stream that is one); elsewhere the
        table is written once, at the end

    Watched are passes (`model(x)`), batches (`nf.training.gradients`, and the steps of `fit`) and
    updates (an optimiser's `step`) of the model in the context of the block: other threads are not
    seen, those that compute a batch in parts are.  A step is one batch with its update, or one
    pass; parameters are judged when they are updated, against the exact step from the weights and
    gradients that the format has, and in passes beside a `truth`.  Nothing that is measured changes
    a bit of what is computed.  The innermost monitor of a context sees its model's steps.

    Raises TypeError and ValueError for arguments that do not fit, numformats.tracing.TraceError
    in the first step where the reference cannot compute something.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import Linear, PrecisionMonitor
    >>> model = Linear(2, 1, dtype=nf.posit8, seed=0)
    >>> model.load_state_dict({"weight": np.array([[1], [1]], nf.posit8),
    ...                        "bias": np.zeros(1, nf.posit8)})
    >>> with PrecisionMonitor(model, "output") as monitor:
    ...     y = model([[1.0, 0.0], [1.0, 0.0625]])
    >>> monitor.rows[0].max_ulps, monitor.error_map("output").round(4).tolist()
    (0.5, [[0.0], [0.0588]])
    """

    def __init__(  # noqa: PLR0913 - what is watched, beside what, and how it is shown
        self,
        model: Layer,
        names: Names | None = None,
        *,
        reference: str | int | None = None,
        truth: Layer | None = None,
        errors: str = "whole",
        every: int = 1,
        live: bool | TextIO = False,
    ) -> None:
        if not isinstance(model, Layer):
            raise TypeError(f"a PrecisionMonitor watches a model, not {model!r}")
        if errors not in {"whole", "introduced"}:
            raise ValueError(f"errors={errors!r}; allowed: 'whole', 'introduced'")
        self.model = model
        self._models = [model, *_checked_truth(model, truth)]
        dtypes = list(dict.fromkeys(a.dtype for a in model.parameters().values()))
        reference_for(reference, dtypes)  # ValueError for what is none
        self._selection = Selection(model)
        if names is not None:
            self.enable(names)
        self._watcher = Watcher(
            model,
            truth,
            self._selection,
            reference,
            dtypes,
            errors == "introduced",
            checked_count(every, "every"),
            self._take,
        )
        self._table = None if live is False else LiveTable(None if live is True else live)
        self._watcher.is_live = self._table is not None and self._table.is_drawn
        self._rows: list[TensorErrors] = []
        self._maps: dict[str, NDArray[np.float64]] = {}
        self._totals: dict[str, Total] = {}
        self._token: Token[Watch | None] | None = None

    @property
    def names(self) -> list[str]:
        """The tensors that are watched."""
        return [name for name in self._selection.names if name in self._selection]

    def enable(self, names: Names) -> None:
        """Watch these too, names or patterns; the first ones replace the choice of all.

        Raises ValueError for what no tensor is called, TypeError for what is no text.
        """
        self._selection.add(names)

    def disable(self, names: Names) -> None:
        """Watch these no more; errors as of `enable`."""
        self._selection.remove(names)

    def __enter__(self) -> Self:
        if self._token is not None:
            raise RuntimeError("this PrecisionMonitor is watching already: make another one")
        if self._table is not None:
            self._table.begin()
        for model in self._models:
            install(layer for _, layer in layers_by_path(model))
        self._token = WATCH.set(self._watcher)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._token is not None
        WATCH.reset(self._token)
        self._token = None
        for model in self._models:
            remove(layer for _, layer in layers_by_path(model))
        if self._table is not None:
            self._table.end(self._totals.values())

    def _take(self, step: int, truth: Truth, found: Found) -> None:
        """What a step gave."""
        for name, values, true in found:
            check_digits(truth.algebra, values.dtype)
            with truth.running():
                row, errors, known = measured(step, name, values, true, truth.algebra)
            self._rows.append(row)
            self._maps[name] = errors.relative
            total = self._totals.setdefault(name, Total(name, row.dtype))
            total.add(row, known)
        if self._table is not None:
            self._table.show(self._totals.values())

    @property
    def rows(self) -> list[TensorErrors]:
        """The figures of each tensor at each step, in order."""
        return list(self._rows)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts."""
        return [asdict(row) for row in self._rows]

    def to_json_lines(self) -> str:
        """The rows as lines of JSON; there NaN is null, and an infinite error the text "inf"."""
        return "".join(
            json.dumps(_for_json(row), allow_nan=False) + "\n" for row in self.to_dicts()
        )

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame; ModuleNotFoundError names the extra without pandas."""
        try:
            import pandas as pd  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "a DataFrame needs pandas: pip install 'numformats[pandas]'"
            ) from error
        return pd.DataFrame(self.to_dicts(), columns=list(TensorErrors.__dataclass_fields__))

    def table(self) -> str:
        """The figures of all steps together as text, a tensor per line."""
        return text_table(self._totals.values())

    def error_map(
        self, name: str | None = None, *, signed: bool = False
    ) -> NDArray[np.float64] | dict[str, NDArray[np.float64]]:
        """The relative error of each element at the latest step, in the shape of the tensor.

        |value - truth| / |truth|, with signed=True without the first bars; infinite where the value
        is NaN, NaR or infinite and truth is finite; NaN where truth is 0 and the value is not, or
        truth is not finite.  name: the path of a layer stands for its output; left out, it is the
        only tensor that was measured, or, where there are several, a dict of the maps of all.
        Raises KeyError for a tensor that has not been measured.
        """
        if name is None and len(self._maps) > 1:
            return {known: self._map(known, signed=signed) for known in self._maps}
        return self._map(name, signed=signed)

    def _map(self, name: str | None, *, signed: bool = False) -> NDArray[np.float64]:
        found = self._maps[self._measured_name(name)]
        return found.copy() if signed else np.abs(found)

    def _measured_name(self, name: str | None) -> str:
        if name is None and len(self._maps) == 1:
            return next(iter(self._maps))
        for known in (name, output_name(name or "")):
            if known in self._maps:
                return known
        why = "" if name in self._maps else _why_not(name)
        measured_so_far = ", ".join(self._maps) or "none"
        raise KeyError(f"tensor {name!r} has not been measured{why}; measured: {measured_so_far}")

    def plot(self, name: str | None = None) -> Any:
        """The error map as a picture, a matplotlib Figure; needs the extra numformats[plot]."""
        known = self._measured_name(name)
        step = next(row.step for row in reversed(self._rows) if row.name == known)
        dtype = self._totals[known].dtype
        return heat_map(self._map(known), f"{known} in {dtype}, step {step}")

    def __repr__(self) -> str:
        return f"PrecisionMonitor of {self.model.describe()}\n{self.table()}"


def _why_not(name: str | None) -> str:
    if name is None:
        return ""
    if name.endswith(("output", ".gradient")):
        return ""
    return " (parameters are, when an optimiser updates them, or in passes beside truth=)"


def _checked_truth(model: Layer, truth: Layer | None) -> list[Layer]:
    """The model of the truth as a list; TypeError and ValueError where it is no twin."""
    if truth is None:
        return []
    if not isinstance(truth, Layer):
        raise TypeError(f"truth={truth!r} is no model")
    ours, theirs = ({p for p, _ in layers_by_path(m)} for m in (model, truth))
    shapes = ({n: a.shape for n, a in m.parameters().items()} for m in (model, truth))
    own, other = shapes
    if ours != theirs or own != other:
        apart = sorted(ours ^ theirs) or sorted(n for n in own if other.get(n) != own[n])
        raise ValueError(f"truth= has other layers or shapes than the model at {apart}")
    return [truth]


def _for_json(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _json_number(value) for key, value in row.items()}


def _json_number(value: Any) -> Any:
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else "inf"
