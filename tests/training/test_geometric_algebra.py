# SPDX-License-Identifier: BSD-3-Clause
"""Are products of geometric algebra those of the definition, exact, rounded once, and of no other grades?"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.geometric import Algebra, Multivector, product

SIGNATURES = [
    (1, 0, 0),
    (2, 0, 0),
    (0, 2, 0),
    (3, 0, 0),
    (1, 1, 1),
    (3, 0, 1),
    (1, 3, 0),
    (0, 1, 2),
]
FORMATS = ["posit16", "posit8", "binary16", "bfloat16", "float8_e4m3", "fixed<9,frac=7>",
           "fixed<8,frac=6,rounding=toward_zero>", np.float32]  # fmt: skip


def sorted_word(word, squares):
    """A word of anticommuting basis vectors, sorted by exchanges of neighbours: (sign, vectors left)."""
    word, sign = list(word), 1
    swapped = True
    while swapped:
        swapped = False
        for k in range(len(word) - 1):
            if word[k] > word[k + 1]:
                word[k], word[k + 1] = word[k + 1], word[k]
                sign, swapped = -sign, True
    left = []
    for vector in word:
        if left and left[-1] == vector:
            sign *= squares[left.pop()]
        else:
            left.append(vector)
    return sign, left


def vectors(blade):
    return [i for i in range(blade.bit_length()) if blade >> i & 1]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signs_are_those_of_the_definition(signature):
    algebra = Algebra(*signature)
    for a, b in itertools.product(range(1 << algebra.vectors), repeat=2):
        sign, left = sorted_word(vectors(a) + vectors(b), algebra.squares)
        blade, found = algebra.multiply(a, b)
        assert (found, vectors(blade) if sign else left) == (sign, left)


def exact(rule, a, b, grades):
    """The product in Fractions, straight from the products of basis elements."""
    algebra = a.algebra
    keep = {"geometric": lambda *_: True, "outer": lambda i, j, k: k == i + j,
            "left contraction": lambda i, j, k: k == j - i}[rule]  # fmt: skip
    sums = dict.fromkeys(algebra.blades(grades), Fraction(0))
    for i, x in zip(algebra.blades(a.grades), a.values, strict=True):
        for j, y in zip(algebra.blades(b.grades), b.values, strict=True):
            blade, sign = algebra.multiply(i, j)
            if blade in sums and keep(i.bit_count(), j.bit_count(), blade.bit_count()):
                sums[blade] += sign * Fraction(float(x)) * Fraction(float(y))
    return list(sums.values())


def rounded(fractions, dtype):
    """Each Fraction rounded once, by nf.quantize."""
    twin = nf.binary32 if dtype == np.float32 else dtype
    with np.errstate(all="ignore"):
        return nf.to_bits(nf.quantize(fractions, twin))


def bits(values):
    return nf.to_bits(values.view(nf.binary32) if values.dtype == np.float32 else values)


def operands(rng, algebra, dtype):
    """Two multivectors of random grades; their components are often the lowest value, or nearly cancel."""
    made = []
    for _ in range(2):
        chosen = [g for g in range(algebra.vectors + 1) if rng.random() < 0.6] or [1]
        count = len(algebra.blades(chosen))
        values = rng.standard_normal(count) * rng.choice([0.1, 1, 1, 30], count)
        with np.errstate(all="ignore"):
            values = values.astype(dtype)
            if "fixed" in str(dtype):
                values[rng.random(count) < 0.4] = nf.finfo(values.dtype).lowest
        made.append(Multivector(algebra, values, chosen))
    return made


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_components_are_exact_sums_rounded_once(dtype):
    rng = np.random.default_rng(5)
    dtype = np.dtype(dtype) if dtype is np.float32 else nf.parse_format(dtype).dtype
    for signature, rule in itertools.product(
        SIGNATURES[:6], ("geometric", "outer", "left contraction")
    ):
        for _ in range(4):
            a, b = operands(rng, Algebra(*signature), dtype)
            with np.errstate(all="ignore"):
                found = product(a, b, rule)
            assert (
                bits(found.values).tolist()
                == rounded(exact(rule, a, b, found.grades), dtype).tolist()
            )


def test_a_product_has_the_grades_that_it_can_have():
    space = Algebra(3)
    rotor = space.multivector([1, 2, 3, 4], (0, 2))
    point = space.vector([1, 2, 3])
    assert (rotor * rotor).grades == (0, 2)
    assert (rotor * point).grades == (1, 3)
    assert (point ^ point ^ point ^ point).grades == (0,)
    assert float((point ^ point ^ point ^ point).values[0]) == 0
    assert product(rotor, point, grades=1).values.shape == (3,)
    assert Algebra(0, 0, 2).multivector([1], 2).__mul__(
        Algebra(0, 0, 2).multivector([1], 2)
    ).grades == (0,)


def test_even_times_even_is_even_in_the_dense_form_too():
    """All 8 components multiplied: odd ones are exact sums of products with 0."""
    space, rng = Algebra(3), np.random.default_rng(1)
    even = [
        Multivector(space, rng.standard_normal((50, 4)).astype("posit16"), (0, 2)) for _ in range(2)
    ]
    whole = [m.grade(0, 1, 2, 3) for m in even]
    dense = (whole[0] * whole[1]).dense()
    odd = [b for b in range(8) if b.bit_count() % 2]
    assert not nf.to_bits(dense[:, odd]).any()
    assert np.array_equal(nf.to_bits(dense), nf.to_bits((even[0] * even[1]).dense()))


def test_infinities_do_not_reach_components_that_they_are_no_term_of():
    """Padding of a table is 0 on both sides."""
    plane = Algebra(2)
    a = plane.multivector([np.inf, 1, 0, 0], (0, 1, 2), np.float32)
    with np.errstate(invalid="ignore"):  # infinity times 0 is a term of e1
        outer = a ^ plane.vector([0, 1], np.float32)
    assert np.isnan(outer.component("e1"))
    assert outer.component("e2") == np.inf  # one term only, beside the two of e12
    assert outer.component("e12") == 1


def test_operators():
    space = Algebra(3)
    a, b = space.vector([1, 2, 3]), space.multivector([4, 5, 6, 7], (0, 2))
    assert (a + b).grades == (0, 1, 2)
    assert (a + b - b).grade(1).values.tolist() == [1, 2, 3]
    assert (~b).values.tolist() == [4, -5, -6, -7]
    assert (~space.multivector([1], 3)).values.tolist() == [-1]
    assert ((-b) * 2).values.tolist() == (np.float64(2) * -b).values.tolist() == [-8, -10, -12, -14]
    assert (b / 2).values.tolist() == [2, 2.5, 3, 3.5]
    many = space.vector(np.ones((2, 3)))
    assert (many * np.array([1.0, 2.0])).values.tolist() == [[1, 1, 1], [2, 2, 2]]
    assert (a | (a ^ space.vector([0, 0, 1]))).grades == (1,)
    assert b.component("e13") == 6
    assert b.component("e1") == 0
    assert b.dense().tolist() == [4, 0, 0, 5, 0, 6, 7, 0]
    assert (a * np.zeros((0,))).shape == (0,)
    assert "(2,) multivectors of Cl(3, 0, 0)" in repr(many)
    assert Algebra(3) == Algebra(3, 0, 0) != Algebra(2, 1)
    assert space.scalar([1, 2]).shape == (2,)
    assert a.astype("posit8").dtype == nf.posit8


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda _: Algebra(9, 2), ValueError, r"Cl\(9, 2, 0\) has 11 basis vectors; allowed: 1 to 10"),
        (lambda _: Algebra(-1), ValueError, "p is -1"),
        (lambda s: s.vector([1, 2]), ValueError, r"shape \(2,\); grades \[1\] of Cl\(3, 0, 0\) need 3"),
        (lambda s: s.grades(4), ValueError, "no grade 4; allowed: 0 to 3"),
        (lambda s: s.blade("e21"), ValueError, "has no 'e21'"),
        (lambda s: s.vector([1, 2, 3]) * Algebra(2).vector([1, 2]), ValueError, "meets one of"),
        (lambda s: s.vector([1, 2, 3]) ^ 2, TypeError, "int is no multivector"),
        (lambda s: product(s.scalar(), s.scalar(), "inner"), ValueError, "rule='inner'; allowed: geometric"),
        (lambda s: s.scalar() / s.scalar(), TypeError, "multivectors do not divide"),
        (lambda s: s.scalar() + 1, TypeError, "unsupported operand"),
        (lambda s: s.scalar() - 1, TypeError, "unsupported operand"),
        (lambda s: s.vector([1, 1, 1], nf.Fixed(64, 60)) * s.vector([1, 1, 1], nf.Fixed(64, 60)),
         TypeError, "up to 63 bits"),
        (lambda s: s.vector(np.ones(3, nf.Fixed(8, 7, signed=False))), ValueError, "negative numbers"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call(Algebra(3))
