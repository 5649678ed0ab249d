# SPDX-License-Identifier: BSD-3-Clause
"""Which NumPy functions ask?  About values the face answers; about dtype and shape the value."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.arrays import to_bits
from numformats.nan_functions import nanargmax, nanargmin
from numformats.tracing.dispatch import faces, name_of
from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS
from numformats.tracing.value import Interpreter, mapped

PREDICATES: set[Any] = {
    np.all,
    np.allclose,
    np.any,
    np.argmax,
    np.argmin,
    np.argpartition,
    np.argsort,
    np.argwhere,
    np.array2string,
    np.array_equal,
    np.array_equiv,
    np.array_repr,
    np.array_str,
    np.count_nonzero,
    np.digitize,
    np.equal,
    np.flatnonzero,
    np.greater,
    np.greater_equal,
    np.isclose,
    np.iscomplex,
    np.isfinite,
    np.isin,
    np.isinf,
    np.isnan,
    np.isneginf,
    np.isposinf,
    np.isreal,
    np.less,
    np.less_equal,
    np.lexsort,
    np.logical_and,
    np.logical_not,
    np.logical_or,
    np.logical_xor,
    np.nanargmax,
    np.nanargmin,
    np.nonzero,
    np.not_equal,
    np.searchsorted,
    np.signbit,
    nanargmax,
    nanargmin,
}
# They ask about dtypes.
TYPES: set[Any] = {
    np.can_cast,
    np.common_type,
    np.iscomplexobj,
    np.isrealobj,
    np.min_scalar_type,
    np.result_type,
}
# They ask about shapes and memory, or give plain places for a shape.
SHAPES: set[Any] = {
    np.diag_indices_from,
    np.einsum_path,
    np.may_share_memory,
    np.ndim,
    np.shape,
    np.shares_memory,
    np.size,
    np.tril_indices_from,
    np.triu_indices_from,
}
# The format answers these, so that a run without one has no answer.
FORMATS: set[Any] = {np.nextafter, np.spacing, to_bits}


def _predicate(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    return run.predicate(f, args, kwargs)


def _of_type(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """An empty array has the dtype and no value."""

    def of_dtype(x: Any) -> Any:
        return np.empty((0,) * max(x.ndim, 1), x.dtype)

    return f(*mapped(of_dtype, args, run), **mapped(of_dtype, kwargs, run))


def _of_shape(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    return f(*mapped(lambda x: x.parts[0], args, run), **mapped(lambda x: x.parts[0], kwargs, run))


def _of_format(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    if not run.keeps_format:
        fail(f"{name_of(f)} asks the format, and {type(run).__name__} computes in none")
    return f(*faces(run, args), **faces(run, kwargs))


HANDLERS.update(dict.fromkeys(PREDICATES, _predicate))
HANDLERS.update(dict.fromkeys(TYPES, _of_type))
HANDLERS.update(dict.fromkeys(SHAPES, _of_shape))
HANDLERS.update(dict.fromkeys(FORMATS, _of_format))
