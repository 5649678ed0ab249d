# SPDX-License-Identifier: BSD-3-Clause
"""Which matrix layers have integer weights: one that is trained as if, and one for use?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization import pack, quantized_matmul, unpack
from numformats.training.layer import Layer
from numformats.training.products import affine as affine_product
from numformats.training.quantized.fake import fake_quantize, learned_step

if TYPE_CHECKING:
    from numformats.quantization import Affine
    from numformats.training.layer import Arrays, Pass
    from numformats.training.linear import Linear

__all__ = ["FakeQuantizedLinear", "QuantizedLinear"]


class FakeQuantizedLinear(Layer):
    """A Linear whose weights and inputs are rounded to codes in every pass, to be trained so.

    Parameters
    ----------
    linear : Linear
        Its weights and bias are copied.
    weight : Affine
        Settings for the weights, of shape (inputs, outputs): axis=1 is a scale per output.
    input : Affine, optional
        Fitted to inputs: their codes.  None: inputs stay as they are.
    learned : bool
        Scales are parameters ("weight_step", "input_step") and learn by their own derivative
        (`learned_step`).  Else weights' scales follow the weights in each pass, and the inputs'
        stay (`fake_quantize`).

    `quantize_aware` makes them of a model, `quantize_model` makes `QuantizedLinear` of them.
    """

    def __init__(
        self,
        linear: Linear,
        weight: Affine,
        input: Affine | None = None,  # noqa: A002 - what it is of
        *,
        learned: bool = True,
    ) -> None:
        super().__init__()
        self.inputs, self.outputs = linear.inputs, linear.outputs
        self.accumulate = linear.accumulate
        self.learned = learned
        self.own = {name: array.copy() for name, array in linear.own.items()}
        self.weight_affine = weight.fresh().fit(linear.own["weight"]) if learned else weight.fresh()
        self.input_affine = input
        if learned:
            dtype = linear.own["weight"].dtype
            self.own["weight_step"] = np.array(self.weight_affine.scale.astype(dtype))
            if input is not None:
                self.own["input_step"] = np.array(input.scale.astype(dtype))

    def describe(self) -> str:
        """Inputs, outputs and bits."""
        bits = f"{self.weight_affine.bits} bits"
        if self.input_affine is not None:
            bits += f", inputs {self.input_affine.bits}"
        return f"FakeQuantizedLinear {self.inputs} -> {self.outputs}, {bits}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The product of the rounded inputs with the rounded weights, plus the bias."""
        self.check(run, x, (self.inputs,), "features")
        rows, weight = np.reshape(x, (-1, self.inputs)), parameters["weight"]
        if self.learned:
            weight = learned_step(
                weight, parameters["weight_step"], affine=self.weight_affine, count=None
            )
        else:
            weight = fake_quantize(weight, affine=self.weight_affine)
        if self.input_affine is not None and self.learned:
            rows = learned_step(
                rows, parameters["input_step"], affine=self.input_affine, count=self.inputs
            )
        elif self.input_affine is not None:
            rows = fake_quantize(rows, affine=self.input_affine)
        y = affine_product(rows, weight, parameters.get("bias"), self.accumulate)
        return np.reshape(y, (*x.shape[:-1], self.outputs))

    def affines(self) -> tuple[Affine, Affine | None]:
        """The weights' affine and the inputs', with the scales that were learned, fitted."""
        if not self.learned:
            return self.weight_affine.fresh().fit(self.own["weight"]), self.input_affine
        found: list[Affine | None] = []
        for name, q in (("weight_step", self.weight_affine), ("input_step", self.input_affine)):
            if q is None:
                found.append(None)
                continue
            step = np.abs(self.own[name].astype(np.float64))
            found.append(q.with_parameters(step, q.zero_point))
        assert found[0] is not None
        return found[0], found[1]


class QuantizedLinear(Layer):
    """x @ weight + bias with weights, and inputs, in codes: integer products, rounded once.

    Parameters
    ----------
    weight : (inputs, outputs), numbers; their codes are kept, those of 4 and 2 bits packed
    bias : (outputs,), optional
        Its dtype, or that of the weight, is the one of the results.
    weight_affine : Affine
        Fitted; scales may differ by output.
    input_affine : Affine
        Fitted ("static"), or settings ("dynamic"): then each batch is fitted, with axis=0 each
        sample by itself.

    For use, not for training: raises ValueError in a pass of training, and `fit` and `gradients`
    raise TypeError.  Arrays of integers are among its parameters, so that a checkpoint has all.

    >>> import numpy as np
    >>> from numformats.quantization import Affine
    >>> w = np.array([[1.0, -2.0], [0.5, 0.25]], np.float32)
    >>> layer = QuantizedLinear(w, None, Affine(8, axis=1).fit(w), Affine(8, axis=0))
    >>> layer
    QuantizedLinear 2 -> 2, 8 bits, inputs 8 dynamic, 8 parameters in float32, int8, float64
    >>> np.abs(layer([[1.0, 1.0]]) - [[1.5, -1.75]]).max() < 0.01
    np.True_
    """

    trained_instead = "what quantize_aware gives"

    def __init__(self, weight: Any, bias: Any, weight_affine: Affine, input_affine: Affine) -> None:
        super().__init__()
        weight = np.asarray(weight)
        self.inputs, self.outputs = weight.shape
        codes = weight_affine.quantize(weight)
        # First of the arrays, for a model asks the first one for its dtype.
        self.own["bias"] = np.zeros(self.outputs, weight.dtype) if bias is None else np.array(bias)
        self.own["codes"] = pack(codes, weight_affine.bits) if _packs(weight_affine) else codes
        self.own["scale"] = np.array(weight_affine.scale)
        if not weight_affine.symmetric:
            self.own["zero_point"] = np.array(weight_affine.zero_point)
        if input_affine.fitted:
            self.own["input_scale"] = np.array(input_affine.scale)
            self.own["input_zero_point"] = np.array(input_affine.zero_point)
        self._weight, self._input = weight_affine.fresh(), input_affine.fresh()
        self.static = input_affine.fitted
        self.bits = (weight_affine.bits, input_affine.bits)

    def describe(self) -> str:
        """Inputs, outputs and bits."""
        kind = "static" if self.static else "dynamic"
        bits = f"{self.bits[0]} bits, inputs {self.bits[1]} {kind}"
        return f"QuantizedLinear {self.inputs} -> {self.outputs}, {bits}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """Codes of the inputs times the weights' codes, rescaled and rounded once."""
        if run.training:
            self.refuse(run, f"is for use, not for training: train {self.trained_instead}")
        self.check(run, x, (self.inputs,), "features")
        rows = np.reshape(x, (-1, self.inputs))
        codes = parameters["codes"]
        if _packs(self._weight):
            codes = unpack(codes, self.outputs, self._weight.bits)
        weight = self._weight.with_parameters(parameters["scale"], parameters.get("zero_point", 0))
        if self.static:
            input_ = self._input.with_parameters(
                parameters["input_scale"], parameters["input_zero_point"]
            )
        else:
            input_ = self._input.fresh().fit(rows)
        bias = parameters["bias"]
        y = quantized_matmul(
            input_.quantize(rows), codes, input_, weight, bias=bias, dtype=bias.dtype
        )
        return np.reshape(y, (*x.shape[:-1], self.outputs))


def _packs(affine: Affine) -> bool:
    return affine.bits in {2, 4}
