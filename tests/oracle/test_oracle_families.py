# SPDX-License-Identifier: BSD-3-Clause
"""Does the oracle follow what each family writes of its ends: NaR, few specials, fixed point, saturation?"""

import math
from fractions import Fraction

import pytest

from numformats.oracle import Row, Special, for_format
from oracle_rows import two

FN = Row(family="float", exp=4, man=3, inf="none", nan="all_ones", overflow="nan")

FNUZ = Row(
    family="float",
    exp=4,
    man=3,
    bias=8,
    inf="none",
    nan="negative_zero",
    signed_zero=False,
    overflow="nan",
)

E2M1 = Row(family="float", exp=2, man=1, inf="none", nan="none")

E8M0 = Row(
    family="float",
    exp=8,
    man=0,
    is_signed=False,
    zero=False,
    subnormals=False,
    inf="none",
    nan="all_ones",
    rounding="nearest_away",
    overflow="nan",
)

POSIT8 = Row(family="posit", bits=8)

Q15 = Row(family="fixed", bits=16, frac=15)


def test_posit_rules():
    p, nar, one = for_format(POSIT8), 0x80, 0x40
    cases = [
        ("add", (nar, one), nar, set()),
        ("div", (one, 0), nar, {"divide"}),
        ("div", (0, 0), nar, {"invalid"}),
        ("sqrt", (0xC0,), nar, {"invalid"}),
        ("sqrt", (0,), 0, set()),
        ("powi", (nar, 0), nar, set()),
        ("powi", (0, 0), nar, {"invalid"}),
        ("powi", (0, -1), nar, {"divide"}),
        ("add", (0x7F, 0x7F), 0x7F, set()),
        ("mul", (1, 1), 1, set()),
        ("mul", (1, 0xFF), 0xFF, set()),
        ("neg", (nar,), nar, set()),
        ("abs", (0xC0,), one, set()),
        ("copysign", (one, nar), one, set()),
        ("copysign", (0xC0, 0), one, set()),
        ("copysign", (one, 0xFF), 0xC0, set()),
        ("copysign", (nar, one), nar, set()),
        ("sign", (nar,), nar, set()),
        ("nextafter", (0x7F, nar), nar, set()),
        ("nextafter", (0, 0xFF), 0xFF, set()),
        ("nextafter", (one, one), one, set()),
        ("spacing", (0,), 1, set()),
        ("spacing", (nar,), nar, set()),
        ("maximum", (nar, one), nar, set()),
        ("fmax", (nar, one), one, set()),
        ("floor_divide", (one, 0), nar, {"divide"}),
        ("fmod", (one, 0), nar, {"invalid"}),
        ("heaviside", (0, nar), nar, set()),
        ("reciprocal", (one,), one, set()),
    ]
    for name, args, code, flags in cases:
        assert getattr(p, name)(*args) == code, (name, args)
        assert p.last_flags == flags, (name, args)
    assert p.equal(nar, nar)
    assert p.less(nar, 0x81)
    assert p.less(nar, one)
    assert p.isnan(nar)
    assert not p.signbit(nar)
    assert not p.isinf(nar)
    assert p.nonzero(nar)
    assert p.next_up(0x7F) == 0x7F
    assert p.next_down(0x81) == 0x81
    assert p.divmod(one, 0) == (nar, nar)
    assert p.last_flags == {"divide", "invalid"}
    assert p.decode(p.rint(p.encode(0.3))) == 0
    assert p.decode(p.floor(p.encode(-0.3))) == -1
    assert p.encode(math.inf) == nar
    assert p.last_flags == {"invalid"}
    assert p.encode(-0.0) == 0
    top, below = p.decode(0x7F), p.decode(0x7E)
    assert p.spacing(0x7F) == p.encode(top - below)
    assert p.spacing(0x81) == p.encode(below - top)


def test_floats_with_few_specials():
    fn, fnuz, mx, scale = map(for_format, (FN, FNUZ, E2M1, E8M0))
    assert (fn.encode(464), fn.last_flags) == (0x7E, set())
    assert (fn.encode(465), fn.last_flags) == (0x7F, {"overflow"})
    assert (fn.encode(465, overflow="saturate"), fn.last_flags) == (0x7E, {"overflow"})
    assert (fn.encode(9999, "toward_zero"), fn.last_flags) == (0x7E, {"overflow"})
    assert (fn.encode(-9999, "toward_positive"), fn.last_flags) == (0xFE, {"overflow"})
    assert (fn.encode(-9999, "toward_negative"), fn.last_flags) == (0x7F, {"overflow"})
    assert (fn.encode(9999, "to_odd"), fn.last_flags) == (0x7E, {"overflow"})
    assert (fn.div(0x38, 0x80), fn.last_flags) == (0x7F, {"divide"})
    assert fn.neg(0x7F) == 0xFF
    assert fn.signbit(0xFF)
    assert (fnuz.neg(0x80), fnuz.neg(0), fnuz.neg(0x01)) == (0x80, 0, 0x81)
    assert fnuz.encode(-two(-99)) == 0
    assert not fnuz.signbit(0x80)
    assert fnuz.copysign(0x01, 0x80) == 0x01
    assert fnuz.abs(0x80) == 0x80
    assert (mx.encode(Special.NAN), mx.last_flags) == (0x8, {"invalid"})
    assert (mx.encode(Special.INF), mx.last_flags) == (0x7, {"overflow"})
    assert (mx.div(0x2, 0x8), mx.last_flags) == (0xF, {"divide"})
    assert (mx.div(0, 0), mx.last_flags) == (0x8, {"invalid"})
    assert mx.encode(Fraction(1, 4)) == 0
    assert mx.encode(Fraction(-1, 4)) == 0x8
    assert (scale.encode(0), scale.last_flags) == (0xFF, {"invalid"})
    assert (scale.encode(-1), scale.last_flags) == (0xFF, {"invalid"})
    assert scale.encode(two(-999)) == 0
    assert scale.encode(Fraction(3, 2)) == 128
    assert scale.encode(two(127) * Fraction(5, 4)) == 0xFE
    assert (scale.sub(127, 127), scale.last_flags) == (0xFF, {"invalid"})
    assert scale.spacing(0xFE) == 0xFD
    assert scale.next_down(0) == 0
    with pytest.raises(ValueError, match="overflow"):
        mx.encode(1, overflow="inf")
    with pytest.raises(ValueError, match="rounding"):
        mx.encode(1, rounding="up")


def test_fixed_point():
    q = for_format(Q15)
    low, high = 0x8000, 0x7FFF
    cases = [
        ("neg", (low,), high, {"overflow"}),
        ("abs", (low,), high, {"overflow"}),
        ("copysign", (low, low), low, set()),
        ("mul", (low, low), high, {"overflow"}),
        ("div", (1, 0), high, {"divide"}),
        ("div", (0xFFFF, 0), low, {"divide"}),
        ("div", (0, 0), 0, {"invalid"}),
        ("sqrt", (low,), 0, {"invalid"}),
        ("sign", (5,), high, set()),
        ("sign", (low,), low, set()),
        ("remainder", (1, 0), 0, {"invalid"}),
        ("spacing", (low,), 1, set()),
        ("heaviside", (1, 0), high, set()),
        ("mul", (0x0100, 0x0040), 0, set()),
        ("mul", (0x0300, 0x0040), 2, set()),
        ("add", (high, 1), high, {"overflow"}),
        ("ldexp", (1, 1 << 62), high, {"overflow"}),
    ]
    for name, args, code, flags in cases:
        assert getattr(q, name)(*args) == code, (name, args)
        assert q.last_flags == flags, (name, args)
    assert q.frexp(0xC000) == (0xC000, 0)
    assert q.frexp(low) == (0xC000, 1)
    wrap = for_format(Row(family="fixed", bits=8, frac=0, overflow="wrap"))
    assert (wrap.add(100, 100), wrap.last_flags) == (200, {"overflow"})
    assert wrap.decode(200) == -56
    assert wrap.encode(1 << 300) == 0
    assert (wrap.encode(Special.NEG_INF), wrap.last_flags) == (0x80, {"overflow"})
    assert (wrap.encode(Special.NAN), wrap.last_flags) == (0, {"invalid"})
    unsigned = for_format(Row(family="fixed", bits=8, frac=4, is_signed=False))
    assert (unsigned.sub(1, 2), unsigned.last_flags) == (0, {"overflow"})
    assert (unsigned.encode(Fraction(-1, 99)), unsigned.last_flags) == (0, set())


def test_infinity_just_above_the_largest_finite():
    # P3109 Binary8p3se: 0x7E is 49152, 0x7F is infinity where 57344 would be
    f = for_format(
        Row("float", exp=5, man=2, bias=16, inf="top", nan="negative_zero", signed_zero=False)
    )
    assert (f.decode(0x7E), f.decode(0x7F)) == (49152, Special.INF)
    assert (f.encode(53248), f.last_flags) == (0x7E, set())
    assert (f.encode(53249), f.last_flags) == (0x7F, {"overflow"})
    assert (f.encode(-99999, "toward_zero"), f.last_flags) == (0xFE, {"overflow"})
    assert (f.encode(99999, overflow="nan"), f.last_flags) == (0x80, {"overflow"})
    assert (f.next_up(0x7E), f.next_up(0x7F), f.next_down(0xFE)) == (0x7F, 0x7F, 0xFF)
    # its one zero has no sign, so 1/0 is no infinity (P3109 4.2)
    assert (f.div(0x40, 0x00), f.last_flags) == (0x80, {"divide"})
