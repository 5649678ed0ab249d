# SPDX-License-Identifier: BSD-3-Clause
"""Does the oracle say what the vectors and the tables of the definitions say?"""

from fractions import Fraction

import pytest

from numformats.oracle import Row, Special, for_format
from oracle_rows import BPOSIT, FLOATS, GRIDS, TAPERED, float_of, name_of, posit, takum, two


@pytest.mark.parametrize("v", BPOSIT["decode"], ids=lambda v: v["code"])
def test_bposit_values(v):
    oracle, code = posit(*v["format"]), int(v["code"], 16)
    if v["value"] == "NaR":
        assert oracle.decode(code) is Special.NAN
        assert oracle.encode(Special.NAN) == code
        return
    n, k = v["value"]
    assert oracle.decode(code) == n * two(k)
    assert oracle.encode(n * two(k)) == code


@pytest.mark.parametrize("v", BPOSIT["encode"], ids=lambda v: f"{v['format']} {v['text']}")
def test_bposit_from_text(v):
    assert posit(*v["format"]).parse(v["text"]) == int(v["code"], 16)


@pytest.mark.parametrize("v", BPOSIT["arithmetic"], ids=lambda v: f"{v['a']} {v['b']}")
def test_bposit_arithmetic(v):
    oracle, a, b = posit(*v["format"]), int(v["a"], 16), int(v["b"], 16)
    for op in ("add", "sub", "mul", "div"):
        assert getattr(oracle, op)(a, b) == int(v[op], 16), op


@pytest.mark.parametrize("v", BPOSIT["dot"], ids=lambda v: f"{v['format']} {v['about']}")
def test_bposit_dot(v):
    oracle = posit(*v["format"])
    pairs = [(int(a, 16), int(b, 16)) for a, b in v["pairs"]]
    assert oracle.dot([a for a, _ in pairs], [b for _, b in pairs]) == int(v["exact"], 16)
    total = 0
    for a, b in pairs:
        total = oracle.add(total, oracle.mul(a, b))
    assert total == int(v["stepwise"], 16)


@pytest.mark.parametrize("v", BPOSIT["parameters"], ids=lambda v: str(v["format"]))
def test_bposit_parameters(v):
    n, rs, es = v["format"]
    oracle = posit(n, rs, es)
    maxpos, one = (1 << (n - 1)) - 1, 1 << (n - 2)
    least_fraction = n - 1 - rs - es
    assert oracle.decode(1) == v["minpos"][0] * two(v["minpos"][1])
    assert oracle.decode(1) == (1 + two(-least_fraction)) * two(v["Tmin"])
    assert oracle.decode(maxpos) == (2 - two(-least_fraction)) * two(v["Tmax"])
    assert oracle.decode(one) == 1
    assert oracle.decode(oracle.next_up(one)) - 1 == two(v["eps"])
    limit = 1 << v["intmax"]
    assert all(oracle.decode(oracle.encode(i)) == i for i in range(max(1, limit - 99), limit))
    if limit <= oracle.decode(maxpos):  # <8,4,0> ends at 15
        assert oracle.decode(oracle.encode(limit)) == limit
    assert oracle.decode(oracle.encode(limit + 1)) != limit + 1


def test_bposit_rounding():
    oracle, tiny = posit(16, 6, 5), two(-500)
    cases = [
        (1 + two(-9), 0x4000),
        (1 + 3 * two(-9), 0x4002),
        (1 + two(-9) + tiny, 0x4001),
        (two(32) - 1, 0x6000),
        (two(-192), 0x0001),
        (two(-193), 0x0001),
        ((oracle.decode(1) + oracle.decode(2)) / 2, 0x0002),
        (two(192), 0x7FFF),
        (two(191) * (2 - two(-6)), 0x7FFF),
    ]
    for value, code in cases:
        assert oracle.encode(value) == code
        assert oracle.encode(-value) == -code & 0xFFFF


POSITS = {
    8: {
        "1": 0x40,
        "2": 0x48,
        "3": 0x4C,
        "0.5": 0x38,
        "-1": 0xC0,
        "3.14159265358979": 0x4D,
        "0.1": 0x25,
        "1000": 0x74,
    },
    16: {"3.14159265358979": 0x4C91, "0.1": 0x24CD, "1000": 0x73E8, "1e-5": 0x03A8},
    32: {"3.14159265358979323846": 0x4C90FDAA, "0.1": 0x24CCCCCD, "1e5": 0x7C435000},
}


@pytest.mark.parametrize("bits", POSITS)
def test_standard_posits(bits):
    oracle = posit(bits)
    for text, code in POSITS[bits].items():
        assert oracle.parse(text) == code, text
    assert oracle.decode(1) == two(8 - 4 * bits)
    assert oracle.decode((1 << (bits - 1)) - 1) == two(4 * bits - 8)


def test_posit_thresholds_are_codes_not_midpoints():
    oracle = posit(8)
    assert oracle.decode(0x7E) == two(20)
    assert oracle.decode(0x7F) == two(24)
    assert oracle.encode(two(22)) == 0x7E
    assert oracle.encode(two(22) + two(-99)) == 0x7F
    assert oracle.encode(two(22) - two(-99)) == 0x7E
    assert oracle.encode(two(23)) == 0x7F
    assert oracle.encode(two(23), rounding="toward_zero") == 0x7E


def test_takum_values():
    assert takum(8).decode(0x7F) == two(239)
    assert takum(8).decode(0x01) == two(-239)
    # S=0 D=1 R=000 M=1...: r = 0, c = 0, so 1 + f
    assert takum(12).decode(0b0_1_000_1000000) == Fraction(3, 2)
    # S=0 D=1 R=001 C=1: c = 2; S=0 D=0 R=111 : c = -1; S=0 D=0 R=110 C=0: c = -3
    assert takum(16).decode(0b0_1_001_1_0000000000) == 4
    assert takum(16).decode(0b0_0_111_00000000000) == Fraction(1, 2)
    assert takum(16).decode(0b0_0_110_0_1000000000) == Fraction(3, 16)
    # raw reading of S=1 D=1 R=000 M=1000000: E = -(0 + 1), (-2 + 1/2) * 2**-1
    assert takum(12).decode(0b1_1_000_1000000) == Fraction(-3, 4)
    assert takum(12).decode(0b1_1_000_0000000) == -1
    assert takum(12).decode(0b1_0_111_0000000) == -2
    sixteen = takum(16)
    assert float(sixteen.decode(1)) == pytest.approx(1.835e-77, rel=1e-3)
    assert float(sixteen.decode(0x7FFF)) == pytest.approx(5.609e76, rel=1e-3)
    assert sixteen.encode(two(300)) == 0x7FFF
    assert sixteen.encode(-two(-300)) == 0xFFFF


@pytest.mark.parametrize("entry", FLOATS, ids=lambda e: e["name"])
def test_float_limits(entry):
    oracle = float_of(entry)
    row, layout = oracle.row, oracle.codec.layout
    assert row.bits == entry["bits"]
    n, k = entry["max_finite"]
    values = (
        [oracle.decode(c) for c in range(1 << row.bits)]
        if row.bits <= 16
        else [oracle.decode(c) for c in (layout.max_finite, layout.min_normal, 1)]
    )
    finite = [v for v in values if isinstance(v, Fraction)]
    assert max(finite) == n * two(k)
    assert oracle.decode(layout.min_normal) == two(entry["min_normal"])
    if entry["min_subnormal"] is not None:
        assert min(v for v in finite if v > 0) == two(entry["min_subnormal"])
    if row.bits <= 16:
        nans = [c for c, v in enumerate(values) if v is Special.NAN]
        infs = [c for c, v in enumerate(values) if v in (Special.INF, Special.NEG_INF)]
        if "codes" in entry["nan"]:
            assert len(nans) == int(entry["nan"].split()[0])
        elif entry["nan"] == "many":
            assert len(nans) == 2 * ((1 << row.man) - 1)
        else:
            assert nans == (
                [] if entry["nan"] == "no" else [int(c, 16) for c in entry["nan"].split(",")]
            )
        first = entry["inf"].strip("±()").split("/")[0]
        assert bool(infs) == (first != "no")
        if first.startswith("0x"):
            assert infs[0] == int(first, 16)
        assert (Special.NEG_ZERO in values) == entry["minus_zero"]


NARROW = (
    [o.row for o in TAPERED]
    + GRIDS
    + [
        *(
            Row(family="posit", bits=n, rs=rs, es=es)
            for n, rs, es in [(10, 9, 2), (12, 11, 2), (12, 6, 5), (12, 3, 0)]
        ),
        *(Row(family="takum_linear", bits=n) for n in (8, 10, 12)),
        *(Row(family="float", **e["row"]) for e in FLOATS if e["bits"] <= 12),
        Row(family="float", exp=5, man=6),
        Row(family="float", exp=1, man=10, inf="none", nan="all_ones"),
        Row(family="float", exp=5, man=5, is_signed=False, nan="all_ones", inf="top"),
        Row(family="truncated", exp=5, man=6, compute_man=4),
        Row(family="fixed", bits=12, frac=11),
        Row(family="fixed", bits=11, frac=5, is_signed=False),
        Row(family="fixed", bits=2, frac=0),
    ]
)


@pytest.mark.parametrize("row", NARROW, ids=name_of)
def test_every_code_round_trips(row):
    oracle = for_format(row)
    previous = None
    numbers = {}
    for code in range(1 << row.bits):
        value = oracle.decode(code)
        assert oracle.encode(value) == code or value is Special.NAN or not row.subnormals
        assert not oracle.last_flags
        assert oracle.decode(oracle.encode(value)) == value
        if isinstance(value, Fraction):
            numbers[value] = code
    for value in sorted(numbers):
        if previous is not None:
            up, down = oracle.next_up(numbers[previous]), oracle.next_down(numbers[value])
            assert oracle.decode(up) in (value, Special.NEG_ZERO)
            assert oracle.decode(down) == previous
        previous = value
