# SPDX-License-Identifier: BSD-3-Clause
"""Are quires and accumulator models of libnumformats those of the oracle?"""

import ctypes
import random
from ctypes import byref, c_uint64, c_void_p

import numpy as np
import pytest

import numformats as nf
from c_library import FLAGS, Env, Model, TextError, c_format, code, explained, library
from numformats.oracle import Accumulation, OracleQuire, Row, for_format

MODELS = [
    ("exact", "exact"),
    ("sequential", "sequential"),
    ("pairwise", "pairwise"),
    ("binary32", "binary32"),
    ("blocked(bfloat16,4)", ("blocked", "bfloat16", 4)),
    (
        "blocked(float<exp=5,man=10>, 3, posit<16,es=1>)",
        ("blocked", "binary16", 3, "posit<16,es=1>"),
    ),
    ("aligned(20)", ("aligned", 20)),
    ("aligned(9,4)", ("aligned", 9, 4)),
    ("systolic(binary16)", ("systolic", "binary16")),
    (" systolic( binary16 , 5 ) ", ("systolic", "binary16", 5)),
]
FORMATS = ["posit16", "float8_e4m3fn", "bposit32", "fixed<9,frac=4>"]


def parsed(text):
    model, error = Model(), TextError()
    status = library().nf_model_parse(text.encode(), byref(model), byref(error))
    return status, model, explained(text, error)


def columns(f, n, seed):
    rng = random.Random(seed)
    storage = np.dtype(f"u{f.storage_bytes}")
    mask = (1 << f.bits) - 1
    x = [int(f.type(rng.gauss(0, 1) * 10 ** rng.randrange(-2, 2)).bits) & mask for _ in range(n)]
    return np.array(x, storage)


@pytest.mark.parametrize("text", FORMATS)
@pytest.mark.parametrize(("model_text", "spec"), MODELS)
def test_dot_products_are_those_of_the_oracle(model_text, spec, text):
    f, row, lib = nf.parse_format(text).format, c_format(text), library()
    status, model, _ = parsed(model_text)
    assert status == 0
    spec = tuple(as_row(w) for w in spec) if isinstance(spec, tuple) else as_row(spec)
    for n in (0, 1, 7, 40):
        with np.errstate(all="ignore"):
            x, y = columns(f, n, 1), columns(f, n, 2)
        size, got, env = ctypes.c_ssize_t(x.itemsize), c_uint64(), Env()
        pointers = [c_void_p(a.ctypes.data) for a in (x, y)]
        assert lib.nf_dot_product(byref(row), pointers[0], size, pointers[1], size, ctypes.c_size_t(n),
                                  byref(model), byref(row), byref(got), byref(env)) == 0  # fmt: skip
        sums = Accumulation(f, f, f)
        assert got.value == sums.dot(x.tolist(), y.tolist(), spec)
        assert env.flags == sum(FLAGS[flag] for flag in sums.last_flags)
        out = np.zeros(1, x.dtype)
        assert lib.nf_matrix_product(byref(row), *pointers, ctypes.c_size_t(1), ctypes.c_size_t(n), ctypes.c_size_t(1),
                                     byref(model), byref(row), c_void_p(out.ctypes.data), None) == 0  # fmt: skip
        assert out[0] == got.value


def as_row(word):
    """A format as the oracle takes it; words that name none stay."""
    try:
        return for_format(word).row if isinstance(word, str) else word
    except ValueError:
        return word


@pytest.mark.parametrize("text", FORMATS)
def test_quires_are_those_of_the_oracle(text):
    f, row, lib = nf.parse_format(text).format, c_format(text), library()
    rng = random.Random(text)
    words = (c_uint64 * lib.nf_quire_size(byref(row)))()
    oracle = OracleQuire(f)
    for step in range(60):
        a, b = (rng.randrange(1 << f.bits) for _ in range(2))
        if f.has_nan and (nf.from_bits([a, b], f.type) != nf.from_bits([a, b], f.type)).any():
            continue
        match step % 4:
            case 0:
                assert lib.nf_quire_add(byref(row), words, code(a)) == 0
                oracle.add(for_format(f).decode(a))
            case 1:
                assert lib.nf_quire_sub(byref(row), words, code(a)) == 0
                oracle.add(for_format(f).decode(a), -1)
            case 2:
                assert lib.nf_quire_mul_add(byref(row), words, code(a), code(b)) == 0
                oracle.fma(a, b)
            case _:
                assert lib.nf_quire_mul_sub(byref(row), words, code(a), code(b)) == 0
                oracle.fma(a, b, -1)
        got = c_uint64()
        assert lib.nf_quire_round(byref(row), words, byref(row), byref(got), None) == 0
        assert got.value == oracle.round()
    assert lib.nf_quire_clear(byref(row), words) == 0
    assert not any(words)


def test_a_quire_from_the_heap_is_zero():
    lib, row = library(), c_format("posit32")
    quire = lib.nf_quire_new(byref(row))
    got = c_uint64(99)
    assert lib.nf_quire_round(byref(row), c_void_p(quire), byref(row), byref(got), None) == 0
    assert got.value == 0
    lib.nf_quire_free(quire)
    lib.nf_quire_free(None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "''"),
        ("kahan", "unknown format"),
        ("blocked(binary16)", "allowed: exact, sequential"),
        ("blocked(binary16,0)", "'0'"),
        ("blocked(binary16,4,posit<16,es=9>)", "es=9: must be an integer in 0..5"),
        ("blocked(float<exp=4,man=3,rounding=stochastic>,4)", "does not round stochastically"),
        ("float<exp=4,man=3,rounding=stochastic>", "does not round stochastically"),
        ("aligned(101)", "'101'"),
        ("aligned(9,1048577)", "'1048577'"),
        ("aligned(9", "'aligned(9'"),
        ("aligned()", "''"),
        ("systolic(binary16,1,1)", "'systolic'"),
        ("systolic(binary16,99999999999)", "'99999999999'"),
        ("blocked(a,b,c,d,e)", "'blocked(a,b,c,d,e)'"),
    ],
)
def test_a_text_that_is_no_model(text, message):
    status, _, sentence = parsed(text)
    assert status != 0
    assert message in sentence, sentence


def test_a_stochastic_result_has_no_steps():
    lib, row = library(), c_format("float<exp=4,man=3,rounding=stochastic>")
    _, model, _ = parsed("sequential")
    got, zero = c_uint64(), ctypes.c_ssize_t(0)
    status = lib.nf_dot_product(
        byref(row),
        None,
        zero,
        None,
        zero,
        ctypes.c_size_t(0),
        byref(model),
        byref(row),
        byref(got),
        None,
    )
    assert b"not an accumulator model" in lib.nf_status_message(status)


def test_the_oracle_reads_the_models_of_these_tests():
    assert isinstance(as_row("posit<16,es=1>"), Row)
