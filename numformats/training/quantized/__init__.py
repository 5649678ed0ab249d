# SPDX-License-Identifier: BSD-3-Clause
"""How is a model trained for, and run with, weights and activations of few bits?

Read in this order: fake, layers, convert.
"""

from numformats.training.quantized.convert import quantize_aware, quantize_dynamic, quantize_model
from numformats.training.quantized.fake import fake_quantize, learned_step
from numformats.training.quantized.layers import FakeQuantizedLinear, QuantizedLinear

__all__ = [
    "FakeQuantizedLinear",
    "QuantizedLinear",
    "fake_quantize",
    "learned_step",
    "quantize_aware",
    "quantize_dynamic",
    "quantize_model",
]
