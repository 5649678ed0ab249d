# SPDX-License-Identifier: BSD-3-Clause
"""What are matrix products and sums in an accumulator that is not exact?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes, _native
from numformats._native import ffi, lib
from numformats.arrays import code_dtype
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.oracle.accumulators import Accumulate

__all__ = ["multiply", "parse_accumulate", "total"]

_KINDS = {
    "sequential": lib.NF_MODEL_SEQUENTIAL,
    "pairwise": lib.NF_MODEL_PAIRWISE,
    "format": lib.NF_MODEL_FORMAT,
    "blocked": lib.NF_MODEL_BLOCKED,
    "aligned": lib.NF_MODEL_ALIGNED,
}
_PATHS = {"auto": lib.NF_MODEL_AUTO, "generic": lib.NF_MODEL_GENERIC, "fast": lib.NF_MODEL_FAST}


def parse_accumulate(spec: Any) -> Accumulate:
    """The model that a user's `accumulate=` names, as the oracle defines it, but of Formats."""
    from numformats.oracle import accumulators  # noqa: PLC0415 - mpmath is slow to import

    return accumulators.parse_accumulate(spec, as_format, as_format("binary32"))


def multiply(
    a: np.ndarray[Any, Any],
    b: np.ndarray[Any, Any],
    spec: Accumulate,
    out_format: Format,
    path: str = "auto",
) -> np.ndarray[Any, Any]:
    """The products (..., m, k) x (..., k, n), leading axes broadcast, as an array of out_format.

    `a` and `b` are arrays of formats, which may differ; any strides.  `path` "generic" or "fast"
    forces one of two ways to the same bits (RuntimeError where there is no fast one).  ValueError
    for shapes that do not fit.
    """
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        msg = f"shapes {a.shape} and {b.shape}: needs (..., m, k) and (..., k, n)"
        raise ValueError(msg)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    size = (a.shape[-2], a.shape[-1], b.shape[-1])
    left = np.broadcast_to(a, (*lead, *a.shape[-2:]))
    right = np.broadcast_to(b, (*lead, *b.shape[-2:]))
    out = np.empty((*lead, size[0], size[2]), code_dtype(out_format))
    call = _Call(spec, as_format(a.dtype), as_format(b.dtype), out_format, path)
    for i in np.ndindex(lead):
        call(left[i], right[i], out[i], size)
    _native.raise_flags(call.env.flags, "matmul")
    return out.view(out_format.dtype)


def total(
    a: np.ndarray[Any, Any], spec: Accumulate, out_format: Format, path: str = "auto"
) -> np.ndarray[Any, Any]:
    """The sums along the last axis, as an array of out_format; options as in `multiply`."""
    if a.ndim < 1:
        msg = "a 0-d array has no axis to sum along"
        raise ValueError(msg)
    rows = a.reshape(math.prod(a.shape[:-1]), a.shape[-1])
    out = np.empty((rows.shape[0], 1), code_dtype(out_format))
    f = as_format(a.dtype)
    call = _Call(spec, f, f, out_format, path)
    call(rows, None, out, (rows.shape[0], a.shape[-1], 1))
    _native.raise_flags(call.env.flags, "sum")
    return out.reshape(a.shape[:-1]).view(out_format.dtype)


class _Call:
    """nf_model_matmul with its formats, for one product after another."""

    def __init__(self, spec: Accumulate, fa: Format, fb: Format, t: Format, path: str) -> None:
        spec = replace(spec)  # its constructor checks it now, for C, whoever changed it
        if spec.kind not in _KINDS:
            msg = f"accumulate={spec.kind!r} is no accumulator model"
            raise ValueError(msg)
        if spec.kind in {"sequential", "pairwise"} and t.rounding == "stochastic":
            # It is defined nowhere which random word a step draws.
            msg = (
                f"accumulate={spec.kind!r} rounds every step into {t}, which rounds stochastically"
            )
            raise ValueError(msg)
        self.model = ffi.new("nf_model *")
        self.model.kind = _KINDS[spec.kind]
        self.model.width = spec.width or 1
        self.model.block = spec.block or 1
        if spec.format is not None:
            self.model.f = _native.row(spec.format)[0]
        if spec.total is not None:
            self.model.g = _native.row(spec.total)[0]
        self.rows = [_native.row(f) for f in (fa, fb, t)]
        self.path = _PATHS[path]
        self.env = _native.environment(t)

    def __call__(
        self,
        a: np.ndarray[Any, Any],
        b: np.ndarray[Any, Any] | None,
        out: np.ndarray[Any, Any],
        size: tuple[int, int, int],
    ) -> None:
        second = (ffi.NULL, 0, 0) if b is None else (_native.address(b), *b.strides)
        status = lib.nf_model_matmul(self.model, *self.rows, _native.address(a), *a.strides,
                                     *second, _native.address(out), *out.strides, *size,
                                     self.env, self.path)  # fmt: skip
        if status == -1:
            raise MemoryError
        if status == -3:
            _dtypes.raise_stop()
        if status:
            msg = "this product has no fast path"
            raise RuntimeError(msg)
        self.env.index += size[0] * size[2]
