# SPDX-License-Identifier: BSD-3-Clause
"""Which block formats, and which numbers, are hard for blocks?  And what does the oracle make of them?"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np

import numformats as nf
from numformats.oracle import Blocks, Special

# Those of the table, and what else the mechanism allows: no fraction bits, one exponent, no sign,
# wrapping elements, tapered ones, scales that are no powers of two, short blocks.
KINDS = {
    **nf.blocks.KINDS,
    "bfp2": nf.blocks.BFP(2, 3),
    "bfp8": nf.blocks.BFP(8, 16),
    "bfp24": nf.blocks.BFP(24, 5, exponent_bits=5),
    "power_of_two": nf.blocks.PowerOfTwo(4, 8),
    "power_of_two of two bits": nf.blocks.PowerOfTwo(2, 1),
    "posits": nf.blocks.Kind(nf.posit8, nf.float8_e8m0fnu, 8, "ceil"),
    "takums, posit scales": nf.blocks.Kind(nf.takum_linear16, nf.posit8, 4),
    "binary32 scales": nf.blocks.Kind(nf.float8_e4m3fn, nf.binary32, 16, "ratio"),
    "no fraction, no subnormals": nf.blocks.Kind(
        nf.Float(3, 0, subnormals=False, inf="none", nan="none"), nf.float8_e8m0fnu, 32
    ),
    "unsigned": nf.blocks.Kind(nf.Fixed(4, 0, signed=False), nf.binary16, 4, "ratio"),
    "symmetric": nf.blocks.Kind(
        nf.Fixed(8, 6, overflow="saturate_symmetric"), nf.float8_e8m0fnu, 32
    ),
    "wrapping": nf.blocks.Kind(nf.Fixed(8, 6, overflow="wrap"), nf.float8_e8m0fnu, 32),
    "toward zero": nf.blocks.Kind(
        nf.Float(3, 2, inf="none", nan="none", rounding="toward_zero"),
        nf.float8_e8m0fnu,
        32,
        "ceil",
    ),
    "toward zero, two scales": nf.blocks.Kind(
        nf.Float(3, 2, inf="none", nan="none", rounding="toward_zero"),
        nf.float8_e4m3fn,
        16,
        "ratio",
        nf.binary32,
    ),
    "upward": nf.blocks.Kind(
        nf.Float(2, 3, inf="none", nan="none", rounding="toward_positive"), nf.float8_e8m0fnu, 32
    ),
}


def oracle_of(kind):
    return Blocks(kind.element, kind.scale, kind.block, kind.rule, kind.tensor)


def as_number(value):
    """An oracle's value as a double."""
    return float(value.value) if isinstance(value, Special) else float(value)


def check_run(x, name):
    """Quantize one run of numbers and compare every code, scale and value with the oracle."""
    kind, oracle = KINDS[name], oracle_of(KINDS[name])
    got, expected = nf.blocks.quantize(x, kind), oracle.quantize(list(x))
    assert nf.to_bits(got.scales).tolist() == expected.scales, (name, x)
    assert got.codes.tolist() == expected.codes, (name, x)
    if kind.tensor is not None:
        assert got.tensor_scale == oracle.tensor.decode(expected.tensor)
    values = [as_number(v) for v in oracle.values(expected)]
    np.testing.assert_array_equal(got.dequantize(np.float64), values)
    np.testing.assert_array_equal(np.signbit(got.dequantize(np.float64)), np.signbit(values))


def midpoints(kind):
    """Halfway between neighbouring elements that are not negative, and beyond the last one."""
    last = oracle_of(kind).largest
    values = sorted(
        v for v in map(oracle_of(kind).element.decode, range(2 ** min(kind.element.bits, 8)))
        if isinstance(v, Fraction) and v >= 0
    )  # fmt: skip
    return [(a + b) / 2 for a, b in itertools.pairwise(values)] + [last * 17 / 16]


def near_ties(kind, largest, rng, dtype=np.float64):
    """A block whose largest magnitude is `largest`, and numbers on and beside where codes change."""
    oracle = oracle_of(kind)
    x = np.zeros(kind.block, dtype)
    x[0] = largest
    made = oracle.quantize(list(x))
    scale = oracle.scale.decode(made.scales[0])
    if kind.tensor is not None:
        scale *= oracle.tensor.decode(made.tensor)
    middles = midpoints(kind)
    for i in range(1, kind.block):
        middle = middles[rng.integers(len(middles))] * scale * int(rng.choice([-1, 1]))
        near = dtype(float(middle))
        for _ in range(rng.integers(3)):
            near = np.nextafter(near, dtype(rng.choice([-np.inf, np.inf])))
        x[i] = near if abs(near) <= abs(x[0]) else 0
    return x
