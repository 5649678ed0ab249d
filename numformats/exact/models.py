# SPDX-License-Identifier: BSD-3-Clause
"""Which accumulator model does `accumulate=` name, and how is it told to the core?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from numformats import _native
from numformats._native import ffi, lib
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.oracle.accumulators import Accumulate

__all__ = ["native_model", "parse_accumulate"]

_KINDS = {
    "sequential": lib.NF_MODEL_SEQUENTIAL,
    "pairwise": lib.NF_MODEL_PAIRWISE,
    "format": lib.NF_MODEL_FORMAT,
    "blocked": lib.NF_MODEL_BLOCKED,
    "aligned": lib.NF_MODEL_ALIGNED,
}


def parse_accumulate(spec: Any) -> Accumulate:
    """The model that a user's `accumulate=` names, as the oracle defines it, but of Formats."""
    from numformats.oracle import accumulators  # noqa: PLC0415 - mpmath is slow to import

    return accumulators.parse_accumulate(spec, as_format, as_format("binary32"))


def native_model(spec: Accumulate, t: Format) -> Any:
    """The nf_model of sums with results of format t; ValueError where it defines none."""
    spec = replace(spec)  # its constructor checks it now, for C, whoever changed it
    if spec.kind not in _KINDS:
        msg = f"accumulate={spec.kind!r} is no accumulator model"
        raise ValueError(msg)
    if spec.kind in {"sequential", "pairwise"} and t.rounding == "stochastic":
        # It is defined nowhere which random word a step draws.
        msg = f"accumulate={spec.kind!r} rounds every step into {t}, which rounds stochastically"
        raise ValueError(msg)
    model = ffi.new("nf_model *")
    model.kind = _KINDS[spec.kind]
    model.width = spec.width or 1
    model.block = spec.block or 1
    if spec.format is not None:
        model.f = _native.row(spec.format)[0]
    if spec.total is not None:
        model.g = _native.row(spec.total)[0]
    return model
