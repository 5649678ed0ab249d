# SPDX-License-Identifier: BSD-3-Clause
"""What does a product in an accumulator model give, where the fast path and the generic one must agree?"""

from __future__ import annotations

import numpy as np

import numformats as nf
from helpers import raised
from numformats.exact import core_calls
from numformats.exact.models import parse_accumulate


def multiply(a, b, spec, f, path="auto"):
    outer = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out = np.empty((*outer, a.shape[-2], b.shape[-1]), f.dtype)
    return core_calls.multiply(a, b, out, model=spec, path=path)


def total(a, spec, f, path="auto"):
    out = np.empty(a.shape[:-1], f.dtype)
    rows = a.reshape(out.size, a.shape[-1])
    return core_calls.total(rows, out.reshape(-1), model=spec, path=path).reshape(out.shape)


def both_paths(a, b, spec, T):
    """The result where both paths agree in codes and flags."""
    spec = parse_accumulate(spec)
    slow, flags = raised(lambda: multiply(a, b, spec, T.format, "loop"))
    fast, fast_flags = raised(lambda: multiply(a, b, spec, T.format, "doubles"))
    wrong = np.argwhere(nf.to_bits(slow) != nf.to_bits(fast))
    assert wrong.size == 0, (spec, wrong[0], slow[tuple(wrong[0])], fast[tuple(wrong[0])])
    assert flags == fast_flags, spec
    return slow
