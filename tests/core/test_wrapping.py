# SPDX-License-Identifier: BSD-3-Clause
"""What is left of a number far outside a wrapping format, whatever object it comes as?"""

from __future__ import annotations

import io
import sys
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numformats as nf
from helpers import array, oracle_of, raised, random_codes

FORMATS = [
    nf.parse_format(f"fixed<{text},overflow=wrap>")
    for text in (
        "8,frac=0", "8,frac=5", "16,frac=-9", "64,frac=0", "64,frac=40", "64,frac=128",
        "33,frac=100", "64,frac=-64", "7,frac=3,signed=false", "64,frac=0,signed=false",
        "64,frac=20,rounding=toward_negative", "12,frac=-3,rounding=to_odd",
        "24,frac=17,rounding=nearest_away",
    )
]  # fmt: skip
by_format = pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)


def hard(T):
    """Fractions whose deciding bits lie more than 128 bits below their leading one."""
    frac, bits = T.format.frac, T.format.bits
    step = Fraction(2) ** -frac
    rng = np.random.default_rng([bits, frac % 1000])
    for _ in range(12):
        low = int(rng.integers(0, 2**62)) * 4 + int(rng.integers(0, 4))
        part = Fraction(int(rng.choice([0, 1, 2, 3, 4, 5])), 4) + Fraction(
            int(rng.integers(-1, 2)), 2 ** int(rng.integers(3, 90))
        )
        far = 2 ** int(rng.integers(64, 700))
        for sign in (1, -1):
            yield sign * (far + low + part) * step
    yield (2**128 + 1) * step
    yield -(2**64) * step  # nothing is left, but the overflow
    yield Fraction(10**400)


def left(T, x):
    """Code and flags by the definition."""
    oracle = oracle_of(T)
    return oracle.encode(x), oracle.last_flags


def decimal_text(x):
    """All digits of a dyadic fraction."""
    places = max(0, x.denominator.bit_length() - 1)
    digits = str(abs(x.numerator) * 5**places).rjust(places + 1, "0")
    text = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
    return f"{'-' if x < 0 else ''}{text}"


def mpf(x):
    with mpmath.workprec(2000):
        return mpmath.mpf(x.numerator) / x.denominator


SOURCES = {
    "Fraction": lambda x: x,
    "text": decimal_text,
    "bytes": lambda x: decimal_text(x).encode(),
    "spaced text": lambda x: f"  {decimal_text(x)}E+00000000000000000000000\n",
    "shifted text": lambda x: f"{decimal_text(x * 10**30)}e-30",
    "Decimal": lambda x: Decimal(decimal_text(x)),
    "mpf": mpf,
    "0-d array": lambda x: np.array(x, dtype=object),
    "0-d text": lambda x: np.array(decimal_text(x)),
}


@by_format
@pytest.mark.parametrize("source", SOURCES)
def test_conversion(T, source):
    for x in hard(T):
        given = SOURCES[source](x)
        want, flags = left(T, x)
        got, seen = raised(T, given)
        assert (got.bits, seen) == (want, flags), x
        got, seen = raised(nf.quantize, given, T)
        assert (got.bits, seen) == (want, flags), x
        if x.denominator == 1:
            assert raised(T, int(x))[0].bits == want
            assert raised(nf.quantize, int(x), T)[0].bits == want


@by_format
def test_arrays(T):
    numbers = list(hard(T))
    want = [left(T, x)[0] for x in numbers]
    texts = [decimal_text(x) for x in numbers]
    arrays = {
        "objects": np.array(numbers, dtype=object),
        "U": np.array(texts),
        "S": np.array(texts, "S"),
        "StringDType": np.array(texts, np.dtypes.StringDType()),
    }
    with np.errstate(over="ignore"):
        for kind, given in arrays.items():
            assert nf.to_bits(given.astype(T)).tolist() == want, kind
            assert nf.to_bits(nf.quantize(given, T)).tolist() == want, kind
        assert nf.to_bits(np.array(texts, T)).tolist() == want
        filled = np.zeros(len(numbers), T)
        for i, x in enumerate(numbers):
            filled[i] = x
        assert nf.to_bits(filled).tolist() == want
        assert nf.to_bits(np.fromstring(" ".join(texts), T, sep=" ")).tolist() == want
        assert nf.to_bits(np.loadtxt(io.StringIO("\n".join(texts)), T)).tolist() == want


def test_text_files(tmp_path):
    """np.fromfile reads words without Python's lock."""
    T = FORMATS[4]
    numbers = list(hard(T))
    path = tmp_path / "numbers.txt"
    path.write_text(" ".join(map(decimal_text, numbers)))
    got = np.fromfile(path, T, sep=" ")
    assert nf.to_bits(got).tolist() == [left(T, x)[0] for x in numbers]


def test_fractions_that_are_not_dyadic():
    for T in FORMATS:
        step = Fraction(2) ** -T.format.frac
        for x in (
            Fraction(2**400 + 1, 3),
            Fraction(-(10**90), 7),
            (2**333 + Fraction(1, 10)) * step,
        ):
            assert raised(T, x)[0].bits == left(T, x)[0], (T, x)
            assert raised(nf.quantize, x, T)[0].bits == left(T, x)[0], (T, x)


LONG = {
    "integer": "9" * 30001,
    "point": "9" * 30001 + "." + "1" * 30001,
    "tie from far": "7" * 9000 + ".5" + "0" * 9000 + "1",
    "trailing zeros": "3" + "0" * 5000,
    "exponent": "123456789012345678901234567890e77",
    "huge exponent": "-7e999999999999999999999",
    "long exponent": "7e+" + "0" * 5000 + "41",
    "underscores": "1_000" * 40,
    "other digits": "١٢٣" * 30,
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts(name):
    """Any length, in time that grows with it; Python's limit of 4300 digits does not apply."""
    text = LONG[name]
    digits = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        value = Fraction(0) if "999999999999" in text and "e" in text else Fraction(text)
    finally:
        sys.set_int_max_str_digits(digits)
    for T in FORMATS[:8]:
        want = oracle_of(T).encode(value)
        assert raised(T, text) == (T.from_bits(want), {"overflow"}), T
        assert nf.to_bits(raised(np.array([text]).astype, T)[0]).tolist() == [want]
        assert raised(nf.quantize, text, T)[0].bits == want


STOCHASTIC = [nf.Fixed(8, 3, overflow="wrap", rounding="stochastic"),
              nf.Fixed(64, 40, overflow="wrap", rounding="stochastic")]  # fmt: skip


@pytest.mark.parametrize("T", STOCHASTIC, ids=lambda T: T.__name__)
def test_stochastic_rounding_sees_64_bits_below_the_steps(T):
    oracle, seed = oracle_of(T), 5
    step = Fraction(2) ** -T.format.frac
    words = [nf.oracle.philox4x64(seed, 0, i) for i in range(40)]
    points = [
        (2**200 + 2**63 + i + Fraction(word + i % 3 - 1, 2**64) + Fraction(i % 2, 2**99)) * step
        for i, word in enumerate(words)
    ]
    with np.errstate(over="ignore"):
        got = nf.quantize(np.array(points, object), T, seed=seed)
    want = [oracle.encode(x, random=word) for x, word in zip(points, words, strict=True)]
    assert nf.to_bits(got).tolist() == want


@by_format
def test_other_formats_and_floats(T):
    """Values of up to 64 bits and any exponent."""
    rng = np.random.default_rng(8)
    for F in (nf.posit64, nf.bposit64, nf.binary64, nf.takum_linear64, nf.Float(15, 48),
              nf.Fixed(64, -64), nf.Fixed(64, 128, signed=False), nf.posit16, nf.float8_e5m2):  # fmt: skip
        x = array(F, random_codes(F, 300, rng))
        values = [oracle_of(F).decode(int(c)) for c in nf.to_bits(x)]
        want = [oracle_of(T).encode(v) for v in values]
        with np.errstate(all="ignore"):
            assert nf.to_bits(x.astype(T)).tolist() == want, F
            assert nf.to_bits(nf.quantize(x, T)).tolist() == want, F
            assert [T(v).bits for v in x] == want, F
    wide = np.ldexp(np.longdouble(1) + np.finfo(np.longdouble).eps, rng.integers(-90, 300, 40))
    for x in (*wide, *-wide):
        want = oracle_of(T).encode(Fraction(*x.as_integer_ratio()))
        with np.errstate(all="ignore"):
            assert T(x).bits == T(float(x) if float(x) == x else x).bits == want
            assert nf.to_bits(np.array([x]).astype(T))[0] == want
            assert nf.quantize(x, T).bits == want


@by_format
def test_sums_quires_and_means(T):
    """Exact sums whose leading bit is far away; polynomials of any length."""
    rng = np.random.default_rng(9)
    codes = random_codes(T, 60, rng)
    x = array(T, codes)
    values = [Fraction(oracle_of(T).decode(int(c))) for c in codes]
    quire = nf.Quire(T).add_products(x, x)
    with np.errstate(all="ignore"):
        want = left(T, sum(v * v for v in values))
        got, seen = raised(quire.round)
        assert (got.bits, seen) == want
        got, seen = raised(nf.vecdot, x, x)
        assert (got.bits, seen) == want
        got, seen = raised(nf.horner_exact, x[:9], x[9])
        assert (got.bits, seen) == left(
            T, sum(v * values[9] ** (8 - i) for i, v in enumerate(values[:9]))
        )
        assert nf.fmean(x).bits == left(T, sum(values) / 60)[0]


def test_stochastic_sums_see_64_bits():
    T, seed = nf.Fixed(64, 60, overflow="wrap", rounding="stochastic"), 3
    codes = random_codes(T, 50, np.random.default_rng(5))
    x = array(T, codes)
    squares = [Fraction(oracle_of(T).decode(int(c))) ** 2 for c in codes]
    word = nf.oracle.philox4x64(seed, 0, 0)
    for n in range(1, 50):
        nf.seed(seed)
        with np.errstate(over="ignore"):
            got = nf.Quire(T).add_products(x[:n], x[:n]).round()
        assert got.bits == oracle_of(T).encode(sum(squares[:n]), random=word)
