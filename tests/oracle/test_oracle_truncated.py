# SPDX-License-Identifier: BSD-3-Clause
"""Do the oracle's truncating machines lose the bits they should, where they should?"""

from fractions import Fraction

import pytest

from numformats.oracle import Row, for_format
from oracle_rows import two


def machine(cut="result", compute_man=20, **options):
    return for_format(
        Row(family="truncated", exp=8, man=23, compute_man=compute_man, cut=cut, **options)
    )


def test_the_articles_example_done_right():
    m = machine()
    a = m.mul(m.encode(Fraction("1.0001")), m.encode(8))
    total = float(m.decode(m.add(a, m.encode(1))))
    assert round(total, 10) == 9.0007934570
    assert total - 9.0008 == pytest.approx(-6.54e-6, rel=1e-3)


def test_where_the_bits_are_cut():
    one, tiny = 1, two(-60)
    # align: the smaller term is cut to nothing, so nothing is subtracted
    for cut, expected in [
        ("result", 1 - two(-21)),
        ("operand", 1),
        ("align", 1),
        ("product", 1),
        ("rounded", 1),
    ]:
        m = machine(cut)
        got = m.decode(m.sub(m.encode(one), m.encode(tiny)))
        assert got == expected, cut
    x = 1 + two(-23)
    for cut, expected in [
        ("result", 1),
        ("operand", 1),
        ("align", x),
        ("product", 1),
        ("rounded", 1),
    ]:
        m = machine(cut)
        assert m.decode(m.mul(m.encode(x), m.encode(1))) == expected, cut
    for cut, expected in [
        ("result", 2),
        ("operand", 2),
        ("align", 2 + two(-22)),
        ("product", 2 + two(-22)),
        ("rounded", 2),
    ]:
        m = machine(cut)
        assert m.decode(m.add(m.encode(x), m.encode(x))) == expected, cut
    up = 1 + two(-20) - two(-23)
    for cut, expected in [("result", 1), ("rounded", 1), ("operand", 1), ("align", up)]:
        m = machine(cut)
        assert m.decode(m.div(m.encode(up), m.encode(1))) == expected, cut
    # rounding first may carry into the kept bits: one of the errors that are not one-sided
    m = machine("rounded", compute_man=22)
    assert m.decode(m.sub(m.encode(1), m.encode(two(-26)))) == 1
    m = machine("align")
    # 2**-3 + 2**-21 on the scale of 1 keeps 20 bits: the 2**-21 is lost
    assert m.decode(m.add(m.encode(1), m.encode(two(-3) + two(-21)))) == 1 + two(-3)
    m = machine("product")
    assert m.decode(m.fma(m.encode(x), m.encode(1), m.encode(two(-22)))) == 1 + two(-22)


def test_flushing():
    least, below = two(-126), two(-127)
    m = machine()
    sub = m.encode(below)
    assert m.decode(sub) == below  # conversions do not flush
    assert m.add(sub, 0) == 0
    assert m.add(sub | 1 << 31, 1 << 31) == 1 << 31
    assert m.mul(m.encode(-least), m.encode(Fraction(1, 2))) == 1 << 31
    assert (m.div(m.encode(1), sub), m.last_flags) == (0x7F800000, {"divide"})
    assert m.abs(sub | 1 << 31) == sub
    assert m.less(0, sub)
    keeps = machine(ftz=False, daz=False)
    assert keeps.decode(keeps.add(sub, 0)) == below
    assert keeps.decode(keeps.mul(keeps.encode(least), keeps.encode(Fraction(1, 2)))) == below
    assert keeps.mul(1, keeps.encode(Fraction(3, 4))) == 0
    rounds = machine("align", ftz=False, daz=False)
    assert rounds.mul(1, rounds.encode(Fraction(3, 4))) == 1
    reads = machine(ftz=True, daz=False)
    assert reads.decode(reads.mul(sub, reads.encode(2))) == least
    # rounded, then masked below the smallest normal, then flushed
    masks = machine("rounded", daz=False)
    assert masks.sub(masks.encode(least), masks.encode(two(-149))) == 0
    # flushing looks at the cut value: the exact product is the least normal but for a last bit
    for cut, expected in (("result", 0), ("product", 0), ("align", least)):
        m = machine(cut)
        almost = m.mul(m.encode(two(-63) * (1 - two(-24))), m.encode(two(-63) * (1 + two(-23))))
        exact = two(-126) * (1 - two(-24)) * (1 + two(-23))
        assert exact > least
        assert m.decode(almost) == least, cut
        small = m.mul(m.encode(two(-63) * (1 - two(-24))), m.encode(two(-63)))
        assert m.decode(small) == expected, cut


def test_overflow_of_a_truncating_machine():
    m = machine()
    top = 0x7F7FFFFF
    assert m.decode(m.add(top, 0)) == (2 - two(-20)) * two(127)
    assert (m.mul(top, m.encode(2)), m.last_flags) == (0x7F800000, {"overflow"})
    assert (m.sub(top | 1 << 31, top), m.last_flags) == (0xFF800000, {"overflow"})
    assert (m.add(0x7F800000, 0xFF800000), m.last_flags) == (0x7FC00000, {"invalid"})


def test_a_product_is_a_fused_sum_with_zero():
    m = for_format(Row(family="truncated", exp=4, man=3, compute_man=2, cut="product", ftz=False))
    zero = 1 << 7  # -0, so that the sum has the sign of the product
    for a in range(0x78):
        for b in range(1, 0x78, 5):
            assert m.mul(a, b | zero) == m.fma(a, b | zero, zero)
