# SPDX-License-Identifier: BSD-3-Clause
"""How are numbers, products and caches kept in integers of few bits?  Functions on arrays.

Read in this order: code_range, reals, nearest, scales, layout, calibration; error_free, rescale;
affine, packing; int128, integer_products, products; then what chooses codes by data: gptq, awq,
smoothquant, kivi (layer_weights has what the first two give).
"""

from numformats.quantization.affine import Affine
from numformats.quantization.awq import awq
from numformats.quantization.gptq import gptq
from numformats.quantization.int128 import Int128
from numformats.quantization.integer_products import (
    accumulator_bits,
    fits_int64,
    integer_matmul,
    widest_operand,
)
from numformats.quantization.kivi import Groups, KVCache, quantize_groups
from numformats.quantization.layer_weights import QuantizedWeight, round_to_nearest
from numformats.quantization.packing import pack, unpack
from numformats.quantization.products import fixed_point_multiplier, quantized_matmul
from numformats.quantization.smoothquant import Smoothed, smoothquant

__all__ = [
    "Affine",
    "Groups",
    "Int128",
    "KVCache",
    "QuantizedWeight",
    "Smoothed",
    "accumulator_bits",
    "awq",
    "fits_int64",
    "fixed_point_multiplier",
    "gptq",
    "integer_matmul",
    "pack",
    "quantize_groups",
    "quantized_matmul",
    "round_to_nearest",
    "smoothquant",
    "unpack",
    "widest_operand",
]
