# SPDX-License-Identifier: BSD-3-Clause
"""Does libnumformats compute what the oracle says: operations, flags, conversions, texts, random words?"""

import ctypes
import math
import random
from ctypes import byref, c_int64, c_uint64, c_void_p
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from c_library import FLAGS, Env, Limits, Parts, c_format, code, library, operations
from core_tables import FUNCTIONS, OPERATIONS
from numformats.oracle import Special, for_format, philox4x64

TEXTS = [
    "posit8", "posit<2,es=0>", "bposit16", "takum_linear<12>", "float8_e4m3fn", "mlu32",
    "float8_e8m0fnu", "float<exp=3,man=2,inf=top,nan=negative_zero,rounding=stochastic>",
    "fixed<12,frac=5,overflow=wrap>", "fixed<7,frac=9,signed=false,rounding=toward_zero>",
    "bposit64", "binary64",
]  # fmt: skip
ROWS = {row["name"]: row["kind"] for row in (*OPERATIONS, *FUNCTIONS)}
SLOW = {"gamma", "lgamma", "erf", "erfc", "gelu"}  # in the oracle


def draw_codes(f, rng, n):
    """Corners of the codes, then any."""
    top = 1 << f.bits
    corners = [0, 1, top // 2, top // 2 - 1, top - 1, top // 4, 3 * top // 4]
    return [*(c % top for c in corners), *(rng.randrange(top) for _ in range(n))][:n]


def flags_of(oracle):
    return sum(FLAGS[flag] for flag in oracle.last_flags)


def same_zero(f, got, want):
    """Without subnormals, all codes of exponent field 0 are zeros: which comes back is open."""
    return got == want or for_format(f).decode(got) == for_format(f).decode(want) == 0


def call_named(op, kind, f, operands, env):
    """The function of that name: its results, integers as Python's."""
    function = getattr(library(), f"nf_{op}")
    arguments = [c_int64(x) if kind[i] == "I" else code(x) for i, x in enumerate(operands)]
    if kind in {"T_TT", "TT_TT"}:
        second = c_uint64()
        return function(byref(f), *arguments, byref(second), byref(env)), second.value
    if kind == "T_TI":
        second = ctypes.c_int32()
        return function(byref(f), *arguments, byref(second), byref(env)), second.value
    result = function(byref(f), *arguments, byref(env))
    return ((result & 0xFF) if kind.endswith("_B") else result,)


@pytest.mark.parametrize("text", TEXTS)
def test_operations_are_those_of_the_oracle(text):
    rng = random.Random(text)
    f, row = nf.parse_format(text).format, c_format(text)
    oracle = for_format(f)
    stochastic = f.rounding == "stochastic"
    assert list(operations()) == list(ROWS)
    for op, kind in ROWS.items():
        if f.bits > 32 and kind == "T_T" and op not in {"sqrt", "rint", "exp"}:
            continue  # the oracle's functions are slow there
        for i in range(3 if op in SLOW or f.bits > 16 else 9):
            operands = [draw_codes(f, rng, 12)[rng.randrange(12)] for _ in kind.partition("_")[0]]
            if "I" in kind.partition("_")[0]:
                operands[1] = rng.choice([-3, -1, 0, 1, 2, 5])
            env = Env(0, 5, 6, i)
            if stochastic:
                oracle.random = philox4x64(5, 6, i)
            want = getattr(oracle, op)(*operands)
            got = call_named(op, kind, row, operands, env)
            for g, w in zip(got, want if isinstance(want, tuple) else (want,), strict=True):
                assert g == w or same_zero(f, g, w), (op, operands, got, want)
            if not kind.endswith("_B"):
                assert env.flags == flags_of(oracle), (op, operands)
            assert (env.seed, env.stream, env.index) == (5, 6, i)


@pytest.mark.parametrize("text", TEXTS)
def test_arrays_are_elements(text):
    """Strides, storage, random words: an array gives what its elements give."""
    rng = np.random.default_rng(3)
    f, row, lib = nf.parse_format(text).format, c_format(text), library()
    storage = np.dtype(f"u{f.storage_bytes}")
    n = 50
    columns = [
        rng.integers(0, 1 << f.bits, 2 * n, dtype=np.uint64).astype(storage) for _ in range(2)
    ]
    out = np.zeros(3 * n, storage)
    for op in ("add", "div", "fmod"):
        data = (c_void_p * 3)(columns[0].ctypes.data, columns[1].ctypes.data, out.ctypes.data)
        size = storage.itemsize
        strides = (ctypes.c_ssize_t * 3)(2 * size, size, 3 * size)
        env = Env(0, 1, 2, 100)
        number = operations()[op]
        assert (
            lib.nf_operate_array(byref(row), number, data, strides, ctypes.c_size_t(n), byref(env))
            == 0
        )
        flags = 0
        for i in range(n):
            own = Env(0, 1, 2, 100 + i)
            a, b = int(columns[0][2 * i]), int(columns[1][i])
            assert getattr(lib, f"nf_{op}")(byref(row), code(a), code(b), byref(own)) == out[3 * i]
            flags |= own.flags
        assert env.flags == flags


def value_of(parts):
    """The exact number; None: not finite."""
    if parts.cls > 1:
        return None
    magnitude = Fraction(parts.hi << 64 | parts.lo, 1 << 127) * Fraction(2) ** parts.exp
    return -magnitude if parts.sign else magnitude


@pytest.mark.parametrize("text", TEXTS)
def test_codes_become_numbers(text):
    f, row, lib = nf.parse_format(text).format, c_format(text), library()
    T, oracle = f.type, for_format(f)
    for c in draw_codes(f, random.Random(text), 60):
        x, want = lib.nf_to_double(byref(row), code(c), None), float(T.from_bits(c))
        assert x == want or (math.isnan(x) and math.isnan(want))
        buffer = ctypes.create_string_buffer(96)
        length = lib.nf_to_text(byref(row), code(c), buffer, ctypes.c_size_t(96))
        assert (buffer.value.decode(), length) == (str(T.from_bits(c)), len(buffer.value))
        parts, env = Parts(), Env(0, 1, 1, 1)
        assert lib.nf_to_parts(byref(row), code(c), byref(parts)) == 0
        exact = oracle.decode(c)
        assert value_of(parts) == (
            exact if isinstance(exact, Fraction | int) else zero_or_none(exact)
        )
        back = lib.nf_from_parts(byref(row), byref(parts), byref(env))
        assert oracle.decode(back) == exact or (value_of(parts) is None and not f.has_inf)


def zero_or_none(special):
    """Minus zero is a special value of the oracle."""
    return 0 if special == Special.NEG_ZERO else None


@pytest.mark.parametrize("text", TEXTS)
def test_numbers_become_codes(text):
    f, row, lib = nf.parse_format(text).format, c_format(text), library()
    if f.rounding == "stochastic":
        return  # which word NumPy's conversion takes is its own affair
    rng = random.Random(text)
    for _ in range(60):
        x = rng.gauss(0, 1) * 10.0 ** rng.randrange(-6, 7)
        with np.errstate(all="ignore"):
            want, of_decimal = f.type(x).bits, f.type(repr(x)).bits
        assert lib.nf_from_double(byref(row), x, None) == want
        got = c_uint64()
        assert lib.nf_from_text(byref(row), repr(x).encode(), byref(got), None) == 0
        assert got.value == of_decimal


@pytest.mark.parametrize("text", TEXTS)
def test_conversions_are_those_of_numpy(text):
    f, row, lib = nf.parse_format(text).format, c_format(text), library()
    rng = np.random.default_rng(5)
    x = rng.standard_normal(200) * 10.0 ** rng.integers(-5, 5, 200)
    if f.rounding == "stochastic":
        return
    with np.errstate(all="ignore"):
        want = nf.to_bits(x.astype(f.dtype))
        back = nf.from_bits(want, f.type).astype(np.float64)
    out, again = np.zeros_like(want), np.zeros(200)
    wide, n = c_format("binary64"), ctypes.c_size_t(200)
    size = ctypes.c_ssize_t(f.storage_bytes)
    eight = ctypes.c_ssize_t(8)

    def convert(source, source_size, start, target, target_size, end):
        data = c_void_p(start.ctypes.data), source_size, c_void_p(end.ctypes.data), target_size
        return lib.nf_convert_array(byref(source), byref(target), *data, n, None)

    assert convert(wide, eight, x, row, size, out) == 0
    np.testing.assert_array_equal(out, want)
    assert convert(row, size, out, wide, eight, again) == 0
    np.testing.assert_array_equal(again, back)


def test_limits_and_random_words():
    limits, lib = Limits(), library()
    assert lib.nf_format_limits(byref(c_format("posit16")), byref(limits)) == 0
    assert (limits.maxpos, limits.minpos, limits.one, limits.nan) == (0x7FFF, 1, 0x4000, 0x8000)
    assert lib.nf_random_word(code(3), code(4), code(5)) == philox4x64(3, 4, 5)
    assert lib.nf_format_holds(byref(c_format("binary64")), byref(c_format("posit16"))) & 1
    assert not lib.nf_format_holds(byref(c_format("posit16")), byref(c_format("binary64"))) & 1
