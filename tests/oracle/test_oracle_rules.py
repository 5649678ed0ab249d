# SPDX-License-Identifier: BSD-3-Clause
"""Do the oracle's operations follow the rules for NaR, zeros, infinities, flags and ends?"""

from fractions import Fraction

import pytest

from core_tables import OPERATIONS
from numformats.oracle import Oracle, Row, for_format
from oracle_rows import BINARY16, BINARY64, two

POSIT16 = Row(family="posit", bits=16)


def test_fused_operations_round_once():
    posit = for_format(POSIT16)
    big, tiny, one = posit.encode(52800), posit.encode(two(-56)), posit.encode(1)
    c = posit.encode(52736)
    # FloatLib's counterexample to SoftPosit: exact 52800 + 2**-56 lies just above a tie
    assert posit.decode(big) != 52800
    assert posit.encode(52800 + two(-56)) == posit.encode(52864)
    assert posit.fma(posit.encode(64), one, posit.add(c, 0)) == posit.encode(52800)
    assert posit.dot([c, posit.encode(64), tiny], [one, one, one]) == posit.encode(52864)
    assert posit.sum([c, posit.encode(64), tiny]) == posit.encode(52864)
    f = for_format(BINARY64)
    a = f.encode(1 + two(-30))
    assert f.decode(f.fma(a, a, f.encode(-1 - two(-29)))) == two(-60)
    third = f.encode(1 / 3)
    assert f.decode(f.fmm(third, third, f.encode(9))) == Fraction(float(Fraction(1 / 3) ** 2 * 9))


def test_special_products_and_sums():
    f = for_format(BINARY16)
    inf, ninf, nan, zero, nzero, one = 0x7C00, 0xFC00, 0x7E00, 0, 0x8000, 0x3C00
    cases = [
        ("fma", (zero, inf, nan), nan, {"invalid"}),
        ("fma", (nan, inf, zero), nan, set()),
        ("fma", (inf, one, ninf), nan, {"invalid"}),
        ("fma", (nzero, one, nzero), nzero, set()),
        ("fma", (nzero, one, zero), zero, set()),
        ("fma", (one, one, one | nzero), zero, set()),
        ("fmm", (inf, one, zero), nan, {"invalid"}),
        ("fmm", (zero, inf, nan), nan, set()),
        ("fmm", (nzero, one, one), nzero, set()),
        ("fmm", (ninf, one, ninf), inf, set()),
        ("clip", (one, zero, nzero), nzero, set()),
        ("clip", (nan, zero, one), nan, set()),
        ("clip", (ninf, one, inf), one, set()),
    ]
    for name, args, code, flags in cases:
        assert getattr(f, name)(*args) == code, (name, args)
        assert f.last_flags == flags, (name, args)
    dots = [
        ([], [], zero, set()),
        ([nzero], [one], zero, set()),
        ([inf, inf], [one, one], inf, set()),
        ([inf, ninf], [one, one], nan, {"invalid"}),
        ([inf], [zero], nan, {"invalid"}),
        ([nan], [one], nan, set()),
        ([0x7BFF, 0xFBFF, one], [0x7BFF, 0x7BFF, one], one, set()),
    ]
    for xs, ys, code, flags in dots:
        assert f.dot(xs, ys) == code, (xs, ys)
        assert f.last_flags == flags, (xs, ys)
    with pytest.raises(ValueError, match="shorter"):
        f.dot([one], [])


def test_sums_of_opposite_zeros():
    for mode, expected in (("nearest_even", 0), ("toward_negative", 0x80)):
        f = for_format(Row(family="float", exp=4, man=3, rounding=mode))
        assert f.add(0x00, 0x80) == expected
        assert f.sub(0x38, 0x38) == expected
        assert f.add(0x80, 0x80) == 0x80
        assert f.add(0x00, 0x00) == 0


def test_stochastic_operations_draw_the_word_that_was_set():
    f = for_format(Row(family="float", exp=5, man=2, rounding="stochastic"))
    one, eps = f.encode(1), f.encode(two(-4))  # a quarter of the step
    f.random = (1 << 62) - 1
    assert f.decode(f.add(one, eps)) == Fraction(5, 4)
    f.random = 1 << 62
    assert f.decode(f.add(one, eps)) == 1


def test_every_operation_of_the_table_exists():
    names = [row["name"] for row in OPERATIONS]
    assert len(names) > 40
    assert [n for n in names if not callable(getattr(Oracle, n, None))] == []


def test_flags_do_not_linger():
    f = for_format(BINARY16)
    unary = (
        "neg",
        "pos",
        "abs",
        "sign",
        "isnan",
        "isinf",
        "isfinite",
        "signbit",
        "nonzero",
        "rint",
        "spacing",
        "next_up",
        "frexp",
        "modf",
    )
    binary = (
        "copysign",
        "nextafter",
        "maximum",
        "minimum",
        "fmax",
        "fmin",
        "equal",
        "less",
        "heaviside",
        "add",
        "divmod",
    )
    for name in unary + binary:
        f.div(0x3C00, 0)
        assert f.last_flags == {"divide"}
        getattr(f, name)(*(0x3C00,) * (1 if name in unary else 2))
        assert f.last_flags == frozenset(), name
