# SPDX-License-Identifier: BSD-3-Clause
"""How does a trained model become one of integers, and one that is trained for that?"""

from __future__ import annotations

import copy
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization import Affine, round_to_nearest
from numformats.training.layer import Layer, Pass
from numformats.training.linear import Linear
from numformats.training.quantized.layers import FakeQuantizedLinear, QuantizedLinear

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numformats.quantization import QuantizedWeight
    from numformats.training.layer import Arrays

__all__ = ["quantize_aware", "quantize_dynamic", "quantize_model"]


def quantize_model(  # noqa: PLR0913 - settings, a method, and which layers
    model: Layer,
    calibration: Any = None,
    *,
    weight: Affine | None = None,
    input: Affine | None = None,  # noqa: A002 - what it is of
    method: Callable[[Any, Any, Affine], QuantizedWeight] = round_to_nearest,
    exclude: Sequence[str] = (),
) -> Layer:
    """A model whose matrix layers have codes for weights and inputs, with fixed scales ("static").

    Parameters
    ----------
    model : Layer
        Trained; stays as it is.  Each Linear below it becomes a QuantizedLinear, with the settings
        below; each FakeQuantizedLinear one with the scales that it was trained with.  Other
        layers are copied.
    calibration : array, optional
        A batch of inputs of the model, by which the layers' inputs are fitted, each to what
        reaches it in the model as it was.  Needed where there is a Linear.
    weight, input : Affine, optional
        Settings; by default 8 bits, weights by output, inputs asymmetric with one scale.
    method : function (weight, inputs, affine) -> QuantizedWeight
        How weights of a Linear get codes: `nf.quantization.gptq`, say.
    exclude : names of layers that stay, such as "0", "2.inner.*": shell patterns

    Raises TypeError and ValueError, also where nothing is left to quantise.

    >>> import numpy as np
    >>> from numformats.training import Linear, ReLU, Sequential
    >>> model = Sequential(Linear(4, 8), ReLU(), Linear(8, 2))
    >>> x = np.random.default_rng(0).standard_normal((64, 4))
    >>> quantize_model(model, x)[2].describe()
    'QuantizedLinear 8 -> 2, 8 bits, inputs 8 static'
    """
    weight = Affine(8, axis=1) if weight is None else weight
    input = Affine(8, symmetric=False) if input is None else input  # noqa: A001
    seen = _inputs(model, calibration, exclude)

    def made(name: str, layer: Layer) -> Layer:
        if isinstance(layer, FakeQuantizedLinear):
            of_weight, of_input = layer.affines()
            of_input = input.fresh().fit(_of(seen, name)) if of_input is None else of_input
            return _quantized(layer, of_weight, of_input)
        rows = _of(seen, name)
        found = method(layer.own["weight"], rows, weight)
        if found.input_scale is not None:
            raise ValueError(f"layer {name}: {method.__name__} scales inputs, which no layer does")
        return _quantized(layer, found.affine, input.fresh().fit(rows), found.dequantize())

    return _converted(model, made, (Linear, FakeQuantizedLinear), exclude)


def quantize_dynamic(
    model: Layer,
    *,
    weight: Affine | None = None,
    input: Affine | None = None,  # noqa: A002 - what it is of
    exclude: Sequence[str] = (),
) -> Layer:
    """A model whose matrix layers have codes for weights, and fit each batch of inputs anew.

    Arguments and errors as of `quantize_model`; without calibration.  By default inputs have 8
    bits, asymmetric, and a scale per sample (axis=0), so that no sample depends on its batch.

    >>> import numpy as np
    >>> from numformats.training import Linear, Sequential
    >>> model = Sequential(Linear(4, 2))
    >>> x = np.ones((1, 4))
    >>> bool(np.abs(quantize_dynamic(model)(x) - model(x)).max() < 0.02)
    True
    """
    weight = Affine(8, axis=1) if weight is None else weight
    input = Affine(8, symmetric=False, axis=0) if input is None else input  # noqa: A001

    def made(_name: str, layer: Layer) -> Layer:
        return _quantized(layer, weight.fresh().fit(layer.own["weight"]), input.fresh())

    return _converted(model, made, (Linear,), exclude)


def quantize_aware(  # noqa: PLR0913 - two settings, and which layers
    model: Layer,
    calibration: Any,
    *,
    weight: Affine | None = None,
    input: Affine | None = None,  # noqa: A002 - what it is of
    learned: bool = True,
    exclude: Sequence[str] = (),
) -> Layer:
    """A model to be trained with weights and inputs rounded to codes in every pass.

    Arguments and errors as of `quantize_model`; learned: scales are parameters, too.  Train the
    result with `fit`, then give it to `quantize_model`.

    >>> import numpy as np
    >>> from numformats.quantization import Affine
    >>> from numformats.training import Linear, Sequential
    >>> aware = quantize_aware(Sequential(Linear(4, 2)), np.ones((1, 4)), weight=Affine(4, axis=1))
    >>> sorted(aware.parameters())
    ['0.bias', '0.input_step', '0.weight', '0.weight_step']
    """
    weight = Affine(8, axis=1) if weight is None else weight
    input = Affine(8, symmetric=False) if input is None else input  # noqa: A001
    seen = _inputs(model, calibration, exclude)

    def made(name: str, layer: Layer) -> Layer:
        assert isinstance(layer, Linear)
        of_input = input.fresh().fit(_of(seen, name))
        return FakeQuantizedLinear(layer, weight, of_input, learned=learned)

    return _converted(model, made, (Linear,), exclude)


def _quantized(layer: Layer, weight: Affine, input_: Affine, values: Any = None) -> QuantizedLinear:
    own = layer.own["weight"]
    bias = layer.own.get("bias", np.zeros(own.shape[1], own.dtype))
    return QuantizedLinear(own if values is None else values, bias, weight, input_)


class _Recorder(Layer):
    """Stands for a layer during calibration, and keeps what reaches it."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer, self.own = layer, layer.own
        self.seen: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layer, name)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        self.seen.append(np.reshape(x, (-1, x.shape[-1])))
        return self.layer.forward(parameters, x, run)


def _inputs(model: Layer, calibration: Any, exclude: Sequence[str]) -> dict[str, Any] | None:
    """What reaches each matrix layer of the model, as rows; None without calibration data."""
    if calibration is None:
        return None
    recorders: dict[str, _Recorder] = {}

    def made(name: str, layer: Layer) -> Layer:
        recorders[name] = _Recorder(layer)
        return recorders[name]

    recording = _converted(model, made, (Linear, FakeQuantizedLinear), exclude)
    recording.forward(model.parameters(), model.enter(calibration), Pass())
    return {name: np.concatenate(r.seen) for name, r in recorders.items() if r.seen}


def _of(seen: dict[str, Any] | None, name: str) -> Any:
    if seen is None:
        raise ValueError(
            f"layer {name}: fixed scales need calibration=, a batch of inputs; "
            "quantize_dynamic does without"
        )
    if name not in seen:
        raise ValueError(f"layer {name} got no input from the calibration data: exclude it")
    return seen[name]


def _converted(
    model: Layer,
    made: Callable[[str, Layer], Layer],
    kinds: tuple[type[Layer], ...],
    exclude: Sequence[str],
) -> Layer:
    """A copy of the model with other layers in the places of the matrix layers."""
    count = 0

    def walk(name: str, layer: Layer) -> Layer:
        nonlocal count
        if any(fnmatchcase(name, pattern) for pattern in exclude):
            return copy.deepcopy(layer)
        if isinstance(layer, kinds):
            count += 1
            return made(name or "model", layer)
        if not layer.parts:
            return copy.deepcopy(layer)
        other = copy.copy(layer)
        other.own = {key: array.copy() for key, array in layer.own.items()}
        first = f"{name}." if name else ""
        other.parts = {key: walk(first + key, part) for key, part in layer.parts.items()}
        return other

    result = walk("", model)
    if not count:
        kind = " or ".join(k.__name__ for k in kinds)
        raise ValueError(f"the model has no {kind} to quantise: {model!r}, exclude={list(exclude)}")
    return result
