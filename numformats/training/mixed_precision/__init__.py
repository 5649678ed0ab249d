# SPDX-License-Identifier: BSD-3-Clause
"""How does a model train in formats that are too narrow for its sums, or for its updates?

Read in this order: tiles, promotion, scaled_linear; wrapped, master_weights, kahan, stochastic;
sign_compression, one_bit_adam.
"""

from numformats.training.mixed_precision.kahan import Kahan
from numformats.training.mixed_precision.master_weights import MasterWeights
from numformats.training.mixed_precision.one_bit_adam import OneBitAdam
from numformats.training.mixed_precision.promotion import promoted_matmul
from numformats.training.mixed_precision.scaled_linear import ScaledLinear
from numformats.training.mixed_precision.sign_compression import bytes_of_signs, scaled_signs
from numformats.training.mixed_precision.stochastic import Stochastic
from numformats.training.mixed_precision.tiles import Tiled, quantize_tiles

__all__ = [
    "Kahan",
    "MasterWeights",
    "OneBitAdam",
    "ScaledLinear",
    "Stochastic",
    "Tiled",
    "bytes_of_signs",
    "promoted_matmul",
    "quantize_tiles",
    "scaled_signs",
]
