# SPDX-License-Identifier: BSD-3-Clause
"""How are the peers of exact.py called?  Each function prepares operands and returns the call.

mtl5's quire dot is the float64 next to the exact sum, its quire matmul rounds once into posit32;
apytypes rounds each product and each sum into the accumulator and leaves the result in it.
"""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import numpy as np

__all__ = ["PEERS", "exact_parts"]


def exact_parts(x: np.ndarray, y: np.ndarray) -> list[float]:
    """Products and their residuals, by Dekker: what math.fsum needs for an exact dot product."""
    p = x * y
    cx, cy = x * 134217729.0, y * 134217729.0
    xh, yh = cx - (cx - x), cy - (cy - y)
    xl, yl = x - xh, y - yh
    return [*p.tolist(), *(((xh * yh - p) + xh * yl + xl * yh) + xl * yl).tolist()]


def _mtl5(module):
    module.set_num_threads(1)

    def dot(x, y):
        a, b = module.vector_posit32(x), module.vector_posit32(y)
        return lambda: module.mixed.dot(a, b, accumulator="quire")

    def matmul(x, y):
        a, b = module.matrix_posit32(np.ascontiguousarray(x)), module.matrix_posit32(
            np.ascontiguousarray(y))  # fmt: skip
        return lambda: module.mixed.matmul(a, b, accumulator="quire")

    big = np.array([2.0**60, 1, -(2.0**60)])
    assert float(dot(big, np.ones(3))()) == 1, "mtl5's quire is not exact"
    return SimpleNamespace(dot=dot, matmul=matmul)


def _xsum(module):
    def total(x):
        def call():
            sum_ = module.xsum_large_accumulator()
            module.xsum_add(sum_, x)
            return module.xsum_round(sum_)

        return call

    return SimpleNamespace(sum=total)


def _apytypes(module):
    module.reset_thread_pool(1)

    def matmul(x, y, operands, accumulator):
        a, b = (module.APyFloatArray.from_float(v, *operands) for v in (x, y))
        mode = module.QuantizationMode.TIES_EVEN

        def call():
            with module.APyFloatAccumulatorContext(*accumulator, quantization=mode):
                return a @ b

        return call

    return SimpleNamespace(matmul=matmul)


PEERS = {}
for _name, _make in (("mtl5", _mtl5), ("xsum", _xsum), ("apytypes", _apytypes)):
    try:
        PEERS[_name] = _make(importlib.import_module(_name))
    except ImportError:
        continue
