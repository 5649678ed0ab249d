# SPDX-License-Identifier: BSD-3-Clause
"""Which operands reach every corner of the accelerator's units, and which twins are small?"""

from __future__ import annotations

import itertools

import numpy as np

import numformats as nf

__all__ = ["CUTS", "all_pairs", "float_patterns", "hard_pairs", "integer_edges", "small_twins"]

CUTS = ("result", "operand", "align", "product", "rounded")


def small_twins(exp, man, keep):
    """Truncated floats of all cuts, with and without flushing."""
    for cut, ftz, daz in itertools.product(CUTS, (True, False), (True, False)):
        yield nf.TruncatedFloat(exp, man, keep, truncate=cut, ftz=ftz, daz=daz).format


def all_pairs(bits):
    """Two columns of all pairs of codes."""
    codes = np.arange(1 << bits)
    return [m.ravel() for m in np.meshgrid(codes, codes)]


def float_patterns(f):
    """Fractions of few ones and few zeros at exponents from end to end; specials; both signs."""
    ones = (1 << f.man) - 1
    fractions = {0, 1, ones, ones ^ 1, ones >> 1, 1 << (f.man - 1)}
    fractions |= {1 << i for i in range(f.man)} | {ones ^ 1 << i for i in range(f.man)}
    fields = (0, 1, 2, f.bias - 1, f.bias, f.bias + 1, (1 << f.exp) - 2, (1 << f.exp) - 1)
    codes = {e << f.man | x for e in fields for x in fractions}
    return sorted(codes | {c | 1 << (f.exp + f.man) for c in codes})


def hard_pairs(f, count, seed):
    """Pairs of patterns, whose exponents are near each other in every second one."""
    rng = np.random.default_rng(seed)
    patterns = np.array(float_patterns(f), object)  # codes of 64 bits are no int64
    a, b = patterns[rng.integers(0, patterns.size, (2, count))]
    fields = rng.integers(1, (1 << f.exp) - 1, count)
    near = np.clip(fields + rng.integers(-f.man - 4, f.man + 5, count), 0, (1 << f.exp) - 2)
    fields, near = fields.astype(object), near.astype(object)
    fraction = (1 << f.man) - 1 | 1 << (f.exp + f.man)
    moved = rng.integers(0, 2, count) == 1
    a = np.where(moved, a & fraction | fields << f.man, a)
    b = np.where(moved, b & fraction | near << f.man, b)
    return a, b


def integer_edges(bits, seed, count=40):
    """The ends, numbers beside powers of two, and random ones, as signed integers."""
    top = 1 << (bits - 1)
    rng = np.random.default_rng(seed)
    some = {-top, 1 - top, top - 1, 0, 1, -1, top // 2, top // 2 - 1, -top // 2}
    some |= {int.from_bytes(rng.bytes(8), "little") % (2 * top) - top for _ in range(count)}
    return sorted(v for v in some if -top <= v < top)
