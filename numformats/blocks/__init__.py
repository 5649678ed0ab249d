# SPDX-License-Identifier: BSD-3-Clause
"""What are numbers in blocks that share a scale?  Containers, not dtypes: MX, NVFP4, BFP, own ones.

Read in this order: kind, kinds, layout, core_calls, scaling, values, parts, container,
quantizing, products, files.

>>> import numpy as np, numformats as nf
>>> a = nf.blocks.quantize(np.linspace(-1, 1, 64).reshape(2, 32), "mxfp8_e4m3")
>>> a.codes.dtype, a.scales.shape, (a @ a.T).shape
(dtype('uint8'), (2, 1), (2, 2))
"""

from numformats.blocks.container import BlockArray
from numformats.blocks.files import load, save
from numformats.blocks.kind import Kind
from numformats.blocks.kinds import BFP, KINDS, PowerOfTwo
from numformats.blocks.products import matmul
from numformats.blocks.quantizing import quantize

__all__ = [
    "BFP",
    "KINDS",
    "BlockArray",
    "Kind",
    "PowerOfTwo",
    "load",
    "matmul",
    "quantize",
    "save",
]
