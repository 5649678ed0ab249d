# SPDX-License-Identifier: BSD-3-Clause
"""Do the oracle's IEEE formats return and flag what NumPy's floats do?"""

import math
import re
from fractions import Fraction

import numpy as np
import pytest

from numformats.oracle import Oracle, Special, for_format
from oracle_rows import (
    BINARY16,
    BINARY32,
    BINARY64,
)

SPECIAL16 = [
    0,
    1,
    2,
    0x3FF,
    0x400,
    0x401,
    0x3800,
    0x3BFF,
    0x3C00,
    0x3C01,
    0x3E00,
    0x4000,
    0x4200,
    0x4248,
    0x7BFF,
    0x7C00,
    0x7E00,
]

SPECIAL16 += [c | 0x8000 for c in SPECIAL16]

NAMES = {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide"}


def numpy_call(function, *args):
    """Result and flags of NumPy."""
    flags = set()
    with np.errstate(
        all="call",
        under="ignore",
        call=lambda kind, _: flags.update(re.findall(r"invalid|divide|overflow", kind)),
    ):
        return function(*args), frozenset(flags)


def same(dtype, oracle, code, theirs):
    """Same bits, where all NaNs are one."""
    bits = int(np.asarray(theirs, dtype).view(f"u{np.dtype(dtype).itemsize}"))
    return code == (oracle.codec.nan if np.isnan(theirs) else bits)


def is_signalling(row, code):
    """Hardware raises invalid for a signalling NaN; these formats have only quiet ones."""
    magnitude = code & ~(1 << (row.bits - 1))
    return ((1 << row.exp) - 1) << row.man < magnitude < for_format(row).codec.nan


def samples(row, count, seed=1):
    """Random codes, half of them of similar exponent so that sums cancel and round."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 1 << row.bits, count, dtype=np.uint64).tolist()
    one = Oracle(row).encode(1)
    near = (rng.integers(0, 1 << row.bits, count, dtype=np.uint64) % (1 << (row.man + 4))).tolist()
    return codes + [(one + c - (1 << (row.man + 3))) % (1 << row.bits) for c in near]


def operands(row, count):
    codes = [c for c in samples(row, count) if not is_signalling(row, c)]
    if row is BINARY16:
        codes += SPECIAL16
    else:
        oracle = for_format(row)
        codes += [oracle.cast_from(for_format(BINARY16), c) for c in SPECIAL16]
        top = oracle.codec.layout.max_finite
        codes += [1, 2, top, top - 1, 1 << row.man, (1 << row.man) - 1]
    return codes


IEEE = [(BINARY16, np.float16), (BINARY32, np.float32), (BINARY64, np.float64)]

IDS = ("binary16", "binary32", "binary64")


@pytest.mark.parametrize(("row", "dtype"), IEEE, ids=IDS)
def test_ieee_arithmetic(row, dtype):
    oracle = for_format(row)
    codes = operands(row, 600)
    unsigned = f"u{np.dtype(dtype).itemsize}"
    others = codes[::-1][7:] + codes[:7]
    special = codes[-40:]
    pairs = list(zip(codes, others, strict=True)) + [(a, b) for a in special for b in special]
    for a, b in pairs:
        x, y = (np.asarray(c, unsigned).view(dtype)[()] for c in (a, b))
        for name, theirs in NAMES.items():
            value, flags = numpy_call(getattr(np, theirs), x, y)
            assert same(dtype, oracle, getattr(oracle, name)(a, b), value), (name, x, y)
            assert oracle.last_flags == flags, (name, x, y)
        value, flags = numpy_call(np.sqrt, x)
        assert same(dtype, oracle, oracle.sqrt(a), value), x
        assert oracle.last_flags == flags, x


@pytest.mark.parametrize(("row", "dtype"), IEEE[1:], ids=IDS[1:])
def test_ieee_division_with_remainder(row, dtype):
    oracle = for_format(row)
    codes = operands(row, 300)
    unsigned = f"u{np.dtype(dtype).itemsize}"
    special = codes[-40:]
    for a, b in [
        *zip(codes, codes[::-1], strict=True),
        *((a, b) for a in special for b in special),
    ]:
        x, y = (np.asarray(c, unsigned).view(dtype)[()] for c in (a, b))
        with np.errstate(all="ignore"):
            assert same(dtype, oracle, oracle.fmod(a, b), np.fmod(x, y)), (x, y)
            rest = oracle.remainder(a, b)
            # NumPy's % and // round more than once; where the exact ones fit they agree
            exact = oracle.decode(a), oracle.decode(b)
            if all(isinstance(v, Fraction) and v for v in exact):
                modulo = exact[0] % exact[1] or (Special.NEG_ZERO if exact[1] < 0 else 0)
                assert rest == oracle.encode(modulo)
                assert oracle.floor_divide(a, b) == oracle.encode(Fraction(exact[0] // exact[1]))
            else:
                assert same(dtype, oracle, rest, np.remainder(x, y)), (x, y)
                assert same(dtype, oracle, oracle.floor_divide(a, b), np.floor_divide(x, y)), (x, y)
                assert oracle.divmod(a, b) == (oracle.floor_divide(a, b), rest)


UNARY = ("negative", "absolute", "sign", "rint", "floor", "ceil", "trunc", "square", "reciprocal")

OURS = {"negative": "neg", "absolute": "abs"}


def test_binary16_unary():
    oracle = for_format(BINARY16)
    for code in [*range(0, 1 << 16, 13), *SPECIAL16]:
        if is_signalling(BINARY16, code):
            continue
        x = np.asarray(code, np.uint16).view(np.float16)[()]
        for name in UNARY:
            value, flags = numpy_call(getattr(np, name), x)
            got = getattr(oracle, OURS.get(name, name))(code)
            if name in ("negative", "absolute"):
                assert got == int(value.view(np.uint16)), (name, x)  # NaNs keep their payload
            else:
                assert same(np.float16, oracle, got, value), (name, x)
            assert oracle.last_flags == flags, (name, x)
        for name in ("isnan", "isinf", "isfinite", "signbit"):
            assert getattr(oracle, name)(code) == bool(getattr(np, name)(x)), (name, x)
        assert oracle.nonzero(code) == bool(x)
        for ours, theirs in zip(oracle.modf(code), np.modf(x), strict=True):
            assert same(np.float16, oracle, ours, theirs), x
        m, e = oracle.frexp(code)
        assert same(np.float16, oracle, m, np.frexp(x)[0]), x
        assert not np.isfinite(x) or e == np.frexp(x)[1]


def test_binary64_spacing_and_neighbours():
    oracle = for_format(BINARY64)
    codes = [c for c in operands(BINARY64, 400) if not is_signalling(BINARY64, c)]
    for code in codes:
        x = np.asarray(code, np.uint64).view(np.float64)[()]
        value, flags = numpy_call(np.spacing, x)
        assert same(np.float64, oracle, oracle.spacing(code), value), x
        assert oracle.last_flags == (flags if np.isfinite(x) or np.isnan(x) else {"invalid"}), x
        with np.errstate(all="ignore"):
            for step, end in ((oracle.next_up, np.inf), (oracle.next_down, -np.inf)):
                assert same(np.float64, oracle, step(code), np.nextafter(x, end)), x


def test_binary16_binary():
    oracle = for_format(BINARY16)
    codes = SPECIAL16 + [c for c in range(5, 1 << 16, 2999) if not is_signalling(BINARY16, c)]
    names = (
        "copysign",
        "nextafter",
        "maximum",
        "minimum",
        "fmax",
        "fmin",
        "heaviside",
        "equal",
        "not_equal",
        "less",
        "less_equal",
        "greater",
        "greater_equal",
    )
    for a in codes:
        for b in codes:
            x, y = (np.asarray(c, np.uint16).view(np.float16)[()] for c in (a, b))
            for name in names:
                got = getattr(oracle, name)(a, b)
                with np.errstate(all="ignore"):
                    value = getattr(np, name)(x, y)
                if isinstance(got, bool):
                    assert got == bool(value), (name, x, y)
                elif name == "copysign":
                    assert got == int(value.view(np.uint16)), (name, x, y)
                elif x == y == 0 and name in ("maximum", "minimum", "fmax", "fmin"):
                    both = {a, b}  # NumPy leaves the sign open, IEEE 754-2019 does not
                    assert got == (min(both) if "max" in name else max(both))
                elif x == y and name == "nextafter":
                    assert got == b  # as C; NumPy's float16 returns x
                else:
                    assert same(np.float16, oracle, got, value), (name, x, y)
                    assert not oracle.last_flags


def test_next_after_over_zero_keeps_the_sign():
    oracle = for_format(BINARY16)
    assert oracle.next_up(0x8001) == 0x8000
    assert oracle.next_up(0x8000) == 1
    assert oracle.next_down(0x0001) == 0
    assert oracle.next_down(0x0000) == 0x8001
    assert oracle.neighbours(0x7BFF) == (0x7BFE, 0x7C00)
    assert oracle.neighbours(0xFC00) == (0xFC00, 0xFBFF)


def test_powers_and_scaling_of_binary64():
    oracle = for_format(BINARY64)
    for x in (0.0, -0.0, 1.0, -1.5, 0.1, math.inf, -math.inf, math.nan, 5e-324, 1e300):
        code = oracle.encode(x)
        for k in (-64, -3, -2, -1, 0, 1, 2, 3, 64):
            with np.errstate(all="ignore"):
                theirs = np.power(np.float64(x), np.float64(k))
            got = oracle.decode(oracle.powi(code, k))
            if not isinstance(got, Fraction) or x in (0, 1) or math.isinf(x) or k == 0:
                assert oracle.powi(code, k) == oracle.encode(theirs), (x, k)
            else:
                assert got == oracle.decode(oracle.encode(Fraction(x) ** k))
        for k in (-(1 << 63), -1100, -1, 0, 7, 1100, (1 << 63) - 1):
            with np.errstate(all="ignore"):
                theirs = np.ldexp(np.float64(x), max(-9999, min(k, 9999)))
            assert oracle.ldexp(code, k) == oracle.encode(theirs), (x, k)
    assert oracle.powi(0, -1) == 0x7FF << 52
    assert oracle.last_flags == {"divide"}
