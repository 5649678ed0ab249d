# SPDX-License-Identifier: BSD-3-Clause
"""Do traced values meet numbers of every kind as arrays do: with the same dtypes and bits?"""

from __future__ import annotations

import operator

import numpy as np
import pytest

import numformats as nf
from numformats.tracing import Traced
from trace_interpreters import Identity

pytestmark = pytest.mark.filterwarnings("ignore")
DTYPES = [nf.posit16, nf.posit64, nf.bfloat16, nf.Fixed(16, frac=8), nf.float8_e4m3fn, np.float32, np.float64]  # fmt: skip
VALUES = np.array([0.75, -1.5, 2.25, 0.1, -0.3, 3.0])


def others(dtype):
    """Every kind of operand that a program writes beside an array."""
    plain = VALUES[::-1] / 2 + 0.05
    return {
        "float": 0.1, "int": 3, "long int": 2**70, "bool": True, "float64": np.float64(0.1), "int64": np.int64(3),
        "scalar": VALUES.astype(dtype)[2], "0-d": np.array(0.1), "floats": plain, "singles": plain.astype(np.float32),
        "ints": np.arange(1, 7), "same": plain.astype(dtype), "posit8": plain.astype(nf.posit8),
    }  # fmt: skip


def at(f):
    return lambda x, y: f.at(x, [0, 0, 1], y if np.ndim(y) == 0 else y[:3])


def first(y):
    return y if np.ndim(y) == 0 else y[0]


# What changes x gives x.
OPERATIONS = {
    "+": operator.add, "-": lambda x, y: y - x, "*": operator.mul, "/": lambda x, y: y / x, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "r**": lambda x, y: y**x, "@": operator.matmul, "<": operator.lt,
    "+=": operator.iadd, "*=": operator.imul, "/=": operator.itruediv, "**=": operator.ipow, "divmod": divmod,
    "maximum": np.maximum, "hypot": np.hypot, "power": np.power, "fma": lambda x, y: nf.fma(x, y, x),
    "where": lambda x, y: np.where(x > 0, x, y), "concatenate": lambda x, y: np.concatenate([x, np.atleast_1d(y)]),
    "append": np.append, "insert": lambda x, y: np.insert(x, 1, first(y)), "dot": np.dot,
    "clip": lambda x, y: np.clip(x, None, y), "full_like": lambda x, y: np.full_like(x, first(y)),
    "select": lambda x, y: np.select([x > 0], [x], y), "copyto": np.copyto,
    "initial": lambda x, y: np.sum(x, initial=first(y)), "pad": lambda x, y: np.pad(x, 1, constant_values=first(y)),
    "assign": lambda x, y: x.__setitem__(slice(None), y), "add.at": at(np.add), "multiply.at": at(np.multiply),
}  # fmt: skip


def outcome(operation, x, y):
    """The arrays of the result, or the kind of its error."""
    try:
        result = operation(x, y)
    except (TypeError, ValueError, OverflowError):
        return "an error"
    results = result if isinstance(result, tuple) else (x if result is None else result,)
    arrays = [np.asarray(r.parts[0] if isinstance(r, Traced) else r) for r in results]
    return [
        (a.dtype, a.shape, repr(a.tolist()) if a.dtype == object else a.tobytes()) for a in arrays
    ]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda T: T.__name__)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operand_gives_what_it_gives_without_a_trace(name, dtype):
    operation, x = OPERATIONS[name], VALUES.astype(dtype)
    compared = 0
    for kind, other in others(dtype).items():
        with np.errstate(all="ignore"):
            expected = outcome(operation, x.copy(), other)
            if expected != "an error":
                assert outcome(operation, Identity().lift(x), other) == expected, kind
                compared += 1
    assert compared or name == "fma"  # which float32 and float64 have not
