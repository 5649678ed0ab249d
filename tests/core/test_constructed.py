# SPDX-License-Identifier: BSD-3-Clause
"""Are results right where rounding is hard: beside midpoints, at edges, after cancellation?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from constructed import OPERANDS, edges, generate, hardest_triples, log2, operands
from helpers import array, check, named, oracle_of, plain, raised, run
from numformats.oracle import philox4x64
from oracle_rows import BPOSIT

# Without a name: other widths, every directed rounding, the widest significands, wrapping.
PARAMETRIC = [
    "posit<64,es=0>",
    "posit<64,es=5>",
    "posit<33,es=3>",
    "posit<32,es=0>",
    "bposit<64,rs=2,es=0>",
    "bposit<29,rs=9,es=3>",
    "takum_linear<37>",
    "float<exp=2,man=61,signed=false,inf=none,nan=none>",
    "float<exp=1,man=62,inf=none,nan=none>",
    "float<exp=15,man=48>",
    "float<exp=5,man=58,subnormals=false>",
    *(
        f"float<exp={exp},man={man},rounding={mode}>"
        for exp, man in ((11, 52), (8, 23))
        for mode in ("nearest_away", "toward_zero", "toward_positive", "toward_negative", "to_odd")
    ),
    "truncated<exp=11,man=52,compute_man=40>",
    *(
        f"truncated<exp=8,man=23,compute_man=20,truncate={cut}>"
        for cut in ("operand", "align", "product", "rounded")
    ),
    "truncated<exp=8,man=23,compute_man=23,ftz=false,daz=false>",
    "fixed<64,frac=32>",
    "fixed<64,frac=63,signed=false>",
    "fixed<64,frac=20,overflow=wrap,rounding=toward_negative>",
    "fixed<32,frac=16,overflow=wrap>",
    "fixed<33,frac=40,rounding=to_odd>",
]
WIDE = [*named(64, 9).values(), *map(nf.parse_format, PARAMETRIC)]
FIELDS_OF_64 = [T for T in WIDE if T.format.bits > 32 and T.format.family != "fixed"]
by_format = pytest.mark.parametrize("T", WIDE, ids=lambda T: T.__name__)
COUNT = 250


def columns(tuples):
    return tuple(np.array(c, dtype=np.uint64) for c in zip(*tuples, strict=True))


@by_format
@pytest.mark.parametrize("op", OPERANDS)
def test_hard_operands(T, op):
    """Solved operands, edges and random codes; codes and flags."""
    found = operands(oracle_of(T), op, COUNT, seed=T.format.bits)
    assert check(T, op, *columns(found)) >= COUNT


@pytest.mark.parametrize("T", FIELDS_OF_64, ids=lambda T: T.__name__)
@pytest.mark.parametrize("op", ["mul", "div"])
def test_the_operands_are_hard(T, op):
    """Of the solved ones at least one in sixteen needs half a significand more to be rounded."""
    oracle = oracle_of(T)
    found = generate(oracle, op, COUNT, seed=T.format.bits)
    hard = 0
    for a, b in found:
        x, y = oracle.decode(a), oracle.decode(b)
        exact = abs(x * y if op == "mul" else x / y)
        low = oracle.encode(exact, rounding="toward_zero")
        above = oracle.next_up(low)
        if above == low or not isinstance(oracle.decode(above), Fraction):
            continue  # beyond the end
        middle = (oracle.decode(low) + oracle.decode(above)) / 2
        away = abs(exact - middle)
        width = log2(exact) - log2(oracle.decode(oracle.next_up(low)) - oracle.decode(low))
        hard += away == 0 or log2(exact) - log2(away) >= width + width // 2
    assert hard >= len(found) // 16, f"{hard} of {len(found)}"


@by_format
@pytest.mark.parametrize("op", ["rint", "floor", "ceil", "trunc", "spacing", "modf", "frexp",
                                "neg", "abs", "sign", "signbit", "isnan", "isinf", "isfinite",
                                "nonzero", "pos"])  # fmt: skip
def test_edges_unary(T, op):
    check(T, op, np.array(edges(oracle_of(T)), np.uint64))


@by_format
@pytest.mark.parametrize("op", ["copysign", "nextafter", "maximum", "minimum", "fmax", "fmin",
                                "heaviside", "equal", "not_equal", "less", "less_equal",
                                "greater", "greater_equal", "divmod"])  # fmt: skip
def test_edges_binary(T, op):
    rng = np.random.default_rng(3)
    codes = np.array(edges(oracle_of(T)), np.uint64)
    a, b = rng.choice(codes, COUNT), rng.choice(codes, COUNT)
    equal = rng.choice(codes, 40)
    check(T, op, np.concatenate([a, equal]), np.concatenate([b, equal]))


@by_format
def test_powers(T):
    """Powers of 1 and its neighbours, of edges, and up to the ends of the range."""
    rng = np.random.default_rng(4)
    oracle = oracle_of(T)
    one = oracle.encode(1)
    near = [one, oracle.next_up(one), oracle.next_down(one), oracle.neg(one), 0]
    picked = rng.choice(np.array(edges(oracle), np.uint64), COUNT)
    codes = np.concatenate([np.array(near * 4, np.uint64), picked])
    k = rng.choice([-64, -63, -7, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 31, 63, 64], codes.size)
    check(T, "powi", codes, k)
    shifts = [-(2**63), -40000, -300, -64, -1, 0, 1, 63, 300, 40000, 2**63 - 1]
    check(T, "ldexp", codes, rng.choice(np.array(shifts), codes.size))


# ---- single cases with a history -----------------------------------------------------------------

BITS = [
    # op, format, operands, result
    ("sqrt", nf.posit32, [0x4FFFFFFB], 0x47FFFFFD),  # a square root through a double gives ...fe
    ("mul", nf.posit32, [0x63000002, 0x2E800001], 0x54B00005),
    ("div", nf.posit32, [0x4CCB0FF7, 0x427F0FFD], 0x49C027FF),
    ("mul", nf.posit32, [0x46C78B57, 0x40656F99], None),  # beside a midpoint: style notes, fact 2
]


@pytest.mark.parametrize(("op", "T", "codes", "result"), BITS)
def test_published_faults(op, T, codes, result):
    (got,), _ = run(T, op, *([c] for c in codes))
    assert got[0] == getattr(oracle_of(T), op)(*codes)
    assert result is None or got[0] == result
    if result is None:
        assert got[0] & 0xFF == 0xC1


def test_fused_sticky_of_posit16():
    """52800 + 2^-56, exactly between 52736 + 128/2 and its neighbour but for the last bit."""
    T = nf.posit16
    a, b, c = T(2.0**-28), T(2.0**-28), T(52800)
    assert float(c) != 52800
    for x, y, z in ((T(240), T(220), a * b), (T(165), T(320), a * b)):
        assert float(x) * float(y) == 52800
        assert float(z) == 2.0**-56
        assert float(nf.fma(x, y, z)) == 52864
        assert float(nf.fma(x, y, -z)) == 52736


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1 + Fraction(1, 2**9), 0x4000),
        (1 + Fraction(3, 2**9), 0x4002),
        (1 + Fraction(1, 2**9) + Fraction(1, 2**200), 0x4001),
        (2**32 - 1, 0x6000),
        (Fraction(1, 2**192), 0x0001),
        (Fraction(1, 2**193), 0x0001),
        (Fraction(35, 2**197), 0x0002),
        (2**192, 0x7FFF),
        (2**191 * (2 - Fraction(1, 2**6)), 0x7FFF),
    ],
)
def test_bposit16_rounding_vectors(value, code):
    assert nf.bposit16(value).bits == code
    assert nf.bposit16(-value).bits == -code & 0xFFFF
    assert nf.quantize(value, nf.bposit16).bits == code


def test_posit_rounds_on_the_bit_string():
    """posit8 0x7E = 2^20 and 0x7F = 2^24 meet at 2^22, not at their mean."""
    T = nf.posit8
    assert [T(x).bits for x in (2**22 - 1, 2**22, 2**22 + 1, 2**23)] == [0x7E, 0x7E, 0x7F, 0x7F]
    names = {1: 0x40, 2: 0x48, 3: 0x4C, 0.5: 0x38, -1: 0xC0, 1000: 0x74}
    assert {x: T(x).bits for x in names} == names
    assert [T(x).bits for x in ("3.14159265358979", "0.1")] == [0x4D, 0x25]
    words = [nf.posit16(x).bits for x in ("3.14159265358979", "0.1", "1000", "1e-5")]
    assert words == [0x4C91, 0x24CD, 0x73E8, 0x03A8]
    words = [nf.posit32(x).bits for x in ("3.14159265358979", "0.1", "1e5")]
    assert words == [0x4C90FDAA, 0x24CCCCCD, 0x7C435000]


def test_the_posit_standard_limits():
    for T, exponent in ((nf.posit8, 24), (nf.posit16, 56), (nf.posit32, 120), (nf.posit64, 248)):
        assert Fraction(*T.from_bits(1).as_integer_ratio()) == Fraction(1, 2**exponent)
        assert int(T.from_bits(2 ** (T.format.bits - 1) - 1)) == 2**exponent


# ---- the tables of the design notes ----------------------------------------------------------------


def bposit(parameters):
    n, rs, es = parameters
    return nf.BPosit(n, rs=rs, es=es)


@pytest.mark.parametrize("v", BPOSIT["decode"], ids=lambda v: v["code"])
def test_bposit_values(v):
    T, code = bposit(v["format"]), int(v["code"], 16)
    if v["value"] == "NaR":
        assert np.isnan(T.from_bits(code))
        return
    n, k = v["value"]
    value = n * Fraction(2) ** k
    assert T(value).bits == code
    assert value == (Fraction(*T.from_bits(code).as_integer_ratio()))


@pytest.mark.parametrize("v", BPOSIT["encode"], ids=lambda v: f"{v['format']} {v['text']}")
def test_bposit_text(v):
    assert bposit(v["format"])(v["text"]).bits == int(v["code"], 16)


@pytest.mark.parametrize("v", BPOSIT["arithmetic"], ids=lambda v: f"{v['a']} {v['b']}")
def test_bposit_arithmetic(v):
    T = bposit(v["format"])
    for op in ("add", "sub", "mul", "div"):
        (got,), _ = run(T, op, [int(v["a"], 16)], [int(v["b"], 16)])
        assert got[0] == int(v[op], 16), op


@pytest.mark.parametrize("v", BPOSIT["dot"], ids=lambda v: f"{v['format']} {v['about']}")
def test_bposit_dot(v):
    T = bposit(v["format"])
    x, y = (array(T, [int(p[i], 16) for p in v["pairs"]]) for i in (0, 1))
    want = int(v["exact"], 16)
    assert plain(np.asarray(np.dot(x, y))) == want
    assert plain(np.asarray(np.vecdot(x, y))) == want
    assert plain(np.asarray(x @ y)) == want
    assert plain(x[None, :] @ y[:, None]) == [[want]]
    steps = T(0)
    for a, b in zip(x, y, strict=True):
        steps += a * b
    assert steps.bits == int(v["stepwise"], 16)


# ---- the widest significands ---------------------------------------------------------------------


def test_triples_need_more_than_128_bits():
    """The product of three 63-bit significands: some differ from a tie below the 128th bit only."""
    T = nf.parse_format("float<exp=1,man=62,inf=none,nan=none>")
    oracle = oracle_of(T)
    found = hardest_triples(oracle, 60)
    check(T, "fmm", *columns(found))
    gaps = []
    for codes in found:
        x, y, z = map(oracle.decode, codes)
        exact = x * y * z
        low = oracle.decode(oracle.encode(exact, rounding="toward_zero"))
        high = oracle.decode(oracle.encode(exact, rounding="toward_positive"))
        gaps.append(log2(exact) - log2(exact - (low + high) / 2))
    assert max(gaps) > 128, max(gaps)


# ---- stochastic rounding -------------------------------------------------------------------------


@pytest.mark.parametrize("T", [nf.posit32, nf.binary64, nf.bfloat16, nf.takum_linear64, nf.q31],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_stochastic_probability_is_exact(T):
    """The dropped fraction D against a known word R: up exactly when R < D, to one part in 2^64."""
    oracle = oracle_of(T)
    low = oracle.encode(Fraction(5, 7), rounding="toward_zero")
    below, above = oracle.decode(low), oracle.decode(oracle.next_up(low))
    seed, n = 987654321, 40
    words = [philox4x64(seed, 0, i) for i in range(n)]
    points, want = [], []
    for i, word in enumerate(words):
        # D just under, at, and over R: only D > R / 2^64 goes up
        d = Fraction(word + (i % 3) - 1, 2**64)
        points.append(below + d * (above - below))
        want.append(int(oracle.next_up(low)) if i % 3 == 2 else low)
    got = nf.quantize(np.array(points, object), T, rounding="stochastic", seed=seed)
    assert plain(got).tolist() == want


def test_stochastic_mean():
    """The mean of many roundings is the value: 5 standard deviations of the binomial."""
    x, n = 1 + 0.3 / 128, 20000
    got = nf.quantize(np.full(n, x), nf.bfloat16, rounding="stochastic", seed=5).astype(float)
    ups = int((got > 1).sum())
    assert set(got) == {1.0, 1 + 1 / 128}
    assert abs(ups - 0.3 * n) < 5 * (n * 0.3 * 0.7) ** 0.5


@pytest.mark.parametrize("text", ["float<exp=8,man=7,rounding=stochastic>",
                                  "float<exp=11,man=52,rounding=stochastic>",
                                  "fixed<16,frac=8,rounding=stochastic>"])  # fmt: skip
@pytest.mark.parametrize("op", ["add", "mul", "div", "sqrt", "fma"])
def test_stochastic_operations_follow_the_stream(text, op):
    """nf.seed(n): every call takes the next stream, element i its word i."""
    T = nf.parse_format(text)
    oracle = nf.oracle.for_format(T)
    rng = np.random.default_rng(8)
    arity = {"sqrt": 1, "fma": 3}.get(op, 2)
    x = [array(T, [T(v).bits for v in rng.uniform(0.5, 9, 60)]) for _ in range(arity)]
    function = {"fma": nf.fma, "add": np.add, "mul": np.multiply, "div": np.divide,
                "sqrt": np.sqrt}[op]  # fmt: skip
    nf.seed(77)
    first, _ = raised(function, *x)
    second, _ = raised(function, *x)
    nf.seed(77)
    again, _ = raised(function, *x)
    assert plain(first).tolist() == plain(again).tolist()
    # exact results (fixed-point sums) follow every stream
    streams = [{s for s in range(4) if _follows(oracle, op, x, r, s)} for r in (first, second)]
    assert any(s + 1 in streams[1] for s in streams[0])


def _follows(oracle, op, operands_, result, stream):
    for i, codes in enumerate(zip(*(plain(x).tolist() for x in operands_), strict=True)):
        oracle.random = philox4x64(77, stream, i)
        if getattr(oracle, op)(*codes) != plain(result)[i]:
            return False
    return True
