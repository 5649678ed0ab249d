# SPDX-License-Identifier: BSD-3-Clause
"""Which number is each code of 16 bits, and between which ends lies what rounds to it?

From `numformats.sweep.codes`, which has the definitions in doubles and asks neither the core nor the
oracle; the oracle says what results that are NaN, infinite or 0 are, once for each kinds of operands.
"""

from __future__ import annotations

import ctypes
import functools

import numpy as np

import numformats as nf
from numformats.exact.error_domains import sum_domain
from numformats.sweep.codes import Codes
from proofs.exhaustion.checker import pointer

CODES = 1 << 16
ROWS = ("posit16", "bposit16", "bposit16q", "takum_linear16", "binary16", "bfloat16", "q15")
OPS = ("add", "sub", "mul", "div")


class Judge(ctypes.Structure):
    """`judge` of judge.h."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("value", "low", "high", "kind", "special")]


class Domain(ctypes.Structure):
    """`domain` of error_terms.c."""

    _fields_ = [(name, ctypes.c_double) for name in ("least", "most", "largest")]
    _fields_ += [(name, ctypes.c_void_p) for name in ("unit", "last", "fine")]


@functools.cache
def tables(text):
    """Value, both ends and kind of every code."""
    numbers = Codes(nf.parse_format(text).format)
    codes = np.arange(CODES, dtype=np.uint64)
    v = numbers.values(codes)
    low, high = numbers.ends(codes)
    kind = np.select(
        [np.isnan(v), np.isinf(v), v == 0],
        [0, np.where(v > 0, 1, 2), np.where(np.signbit(v), 4, 3)],
        np.where(v > 0, 5, 6),
    ).astype(np.uint8)
    return v, low, high, kind


@functools.cache
def specials(text, op):
    """By the kinds of the operands: the code of a result that is NaN, infinite or 0."""
    oracle, (v, _, _, kind) = nf.oracle.for_format(nf.parse_format(text)), tables(text)
    found = np.zeros((7, 7), np.uint16)
    least = np.min(v[kind == 5])  # x - x of equal numbers is 0
    for i in np.unique(kind):
        for j in np.unique(kind):
            a, b = (
                int(np.flatnonzero((kind == k) & ((k < 5) | (np.abs(v) == least)))[0])
                for k in (i, j)
            )
            found[i, j] = getattr(oracle, op)(a, b)
    return found


def judge(text, op):
    """The structure for C, and the arrays that it points to."""
    arrays = [np.ascontiguousarray(a) for a in (*tables(text), specials(text, op))]
    return Judge(*[pointer(a) for a in arrays]), arrays


def domain(text):
    """Where sums and products have error terms, of a tapered row or of floats."""
    f = nf.parse_format(text).format
    v, _, _, _ = tables(text)
    exponents = np.frexp(np.where(np.isfinite(v) & (v != 0), v, 1))[1].astype(int) - 1
    if f.family == "float":
        least, most = 2.0 ** (1 - f.bias - f.man), np.max(v[np.isfinite(v)])
    else:
        low, high = sum_domain(f)
        least, most = 2.0**low, np.inf if high is None else 2.0**high
    unit = np.array([2.0 ** (e - fraction_bits(f, e)) for e in exponents])
    below = np.log2(unit).astype(int) - 2  # exponents of what is below half a unit
    fine = np.array([2.0 ** (e - fraction_bits(f, e)) for e in below])
    significands = np.abs(np.ldexp(np.where(np.isfinite(v), v, 0), 20 - exponents)).astype(np.int64)
    last = np.ldexp((significands & -significands).astype(float), exponents - 20)
    arrays = [np.ascontiguousarray(a) for a in (unit, last, fine)]
    largest = min(most, np.max(v[np.isfinite(v)]))
    return Domain(least, most, largest, *[pointer(a) for a in arrays]), arrays


@functools.cache
def fraction_bits(f, exponent):
    """Bits of the fraction of numbers in a binade, from the definition; none where it is not whole."""
    if f.family == "float":
        return f.man + min(0, exponent - (1 - f.bias))
    if f.family == "posit":
        run = (exponent >> f.es) + 1 if exponent >= 0 else -(exponent >> f.es)
        head = run + (run < f.rs) + f.es
    else:
        head = 4 + int(exponent + 1 if exponent >= 0 else -exponent).bit_length() - 1
    return max(f.bits - 1 - head, 0)
