# SPDX-License-Identifier: BSD-3-Clause
"""Do Strassen's and Winograd's products round every step in the format, and are their bounds bounds?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf

VARIANTS = ("strassen", "winograd")
FORMATS = [nf.posit8, nf.posit16, nf.bposit16, nf.bfloat16, nf.binary32, nf.float8_e4m3fn,
           nf.Float(3, 2), nf.takum_linear16, nf.mlu32, nf.Fixed(16, 8), nf.posit64, np.float32, np.float64]  # fmt: skip


def strassen_by_hand(a, b):
    """One level on 2 x 2 numbers, written down from Strassen's paper."""
    (a11, a12), (a21, a22) = a
    (b11, b12), (b21, b22) = b
    i = (a11 + a22) * (b11 + b22)
    ii = (a21 + a22) * b11
    iii = a11 * (b12 - b22)
    iv = a22 * (b21 - b11)
    v = (a11 + a12) * b22
    vi = (a21 - a11) * (b11 + b12)
    vii = (a12 - a22) * (b21 + b22)
    return [[i + iv - v + vii, iii + v], [ii + iv, i + iii - ii + vi]]


def winograd_by_hand(a, b):
    (a11, a12), (a21, a22) = a
    (b11, b12), (b21, b22) = b
    s1 = a21 + a22
    s2 = s1 - a11
    t1 = b12 - b11
    t2 = b22 - t1
    m1, m2, m3 = s2 * t2, a11 * b11, a12 * b21
    m4, m5 = (a11 - a21) * (b22 - b12), s1 * t1
    m6, m7 = (a12 - s2) * b22, a22 * (t2 - b21)
    u = m2 + m1
    return [[m2 + m3, u + m5 + m6], [u + m4 - m7, u + m4 + m5]]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("T", FORMATS, ids=str)
def test_every_step_is_rounded_in_the_format(T, variant):
    by_hand = {"strassen": strassen_by_hand, "winograd": winograd_by_hand}[variant]
    rng = np.random.default_rng(1)
    with np.errstate(all="ignore"):  # infinities of both signs, where the range is small
        for _ in range(40):
            a, b = rng.normal(0, 1.5, (2, 2, 2)).astype(T)
            found = nf.linalg.strassen(a, b, variant=variant)
            assert found.dtype == np.dtype(T)
            expected = np.array(by_hand(a, b)).astype(T)
            assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize(
    "shape", [(16, 16, 16), (5, 7, 3), (1, 1, 1), (17, 2, 33), (0, 4, 3), (3, 0, 2)]
)
def test_exact_integers_give_the_product(shape, depth, variant):
    m, k, n = shape
    rng = np.random.default_rng(2)
    a, b = rng.integers(-9, 9, (2, m, k)).astype(float), rng.integers(-9, 9, (k, n)).astype(float)
    found = nf.linalg.strassen(a, b, depth, variant=variant)
    assert found.dtype == np.float64
    assert (found == a @ b).all()
    assert found.shape == (2, m, n)


def test_lists_are_matrices_and_the_small_products_may_be_exact():
    assert nf.linalg.strassen([[1.0, 2.0], [3.0, 4.0]], [[1.0], [1.0]]).tolist() == [[3.0], [7.0]]
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 32, 32)).astype(nf.bfloat16)
    exact = nf.matmul(a, b, dtype=np.float64)
    errors = [np.abs(nf.linalg.strassen(a, b, 1, accumulate=m).astype(float) - exact).max()
              for m in ("exact", "sequential")]  # fmt: skip
    assert errors[0] < errors[1]
    assert (nf.linalg.strassen(a, b, 0, accumulate="exact") == nf.matmul(a, b)).all()


CASES = {
    "uniform": lambda rng, n: rng.uniform(-1, 1, (2, n, n)),
    "positive": lambda rng, n: rng.uniform(0.5, 1, (2, n, n)),
    "ones and more": lambda rng, n: 1 + rng.integers(0, 2, (2, n, n)) * 2.0**-9,
    "scaled rows": lambda rng, n: (
        rng.normal(size=(2, n, n)) * 2.0 ** rng.integers(-6, 1, (2, n, 1))
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("T", "bits"),
    [(nf.bfloat16, 8), (np.float16, 11), (np.float32, 24), (nf.Float(8, 3), 4)],
    ids=str,
)
def test_the_bound_holds(T, bits, case, variant):
    rng = np.random.default_rng(4)
    for n, depth in [(8, 0), (8, 1), (16, 2), (16, 3)]:
        a, b = CASES[case](rng, n).astype(T)
        found = nf.linalg.strassen(a, b, depth, variant=variant)
        error = np.abs(found.astype(np.float64) - nf.matmul(a, b, dtype=np.float64)).max()
        size = np.abs(a.astype(float)).max() * np.abs(b.astype(float)).max()
        bound = nf.linalg.product_error_bound(n, depth, Fraction(1, 2**bits), variant=variant)
        assert error <= float(bound) * size
        assert error > 0 or case == "ones and more"


@pytest.mark.parametrize(
    ("variant", "growth", "k", "published"),
    [("strassen", 12, "23/5", 5), ("winograd", 18, "89/16", 6)],
)
def test_the_leading_constant_is_that_of_the_recursion(variant, growth, k, published):
    """f(n) = 12 f(n/2) + 46 n/2 and 18 f(n/2) + 89 n/2; Higham rounds 4.6 and 5.5625 up to 5 and 6."""
    tiny = Fraction(1, 2**200)
    for n0, depth in [(1, 3), (4, 1), (8, 2), (32, 4)]:
        n = n0 * 2**depth
        first = nf.linalg.product_error_bound(n, depth, tiny, variant=variant) / tiny
        x = Fraction(k)
        assert abs(first - (growth**depth * (n0**2 + x * n0) - x * n)) < Fraction(1, 2**99)
        assert nf.linalg.product_error_bound(n, 0, tiny) == n * ((1 + tiny) ** n - 1)
        expected = growth**depth * (n0**2 + published * n0) - published * n
        assert nf.linalg.published_error_constant(n, depth, variant=variant) == expected
        assert first <= expected * (1 + tiny)
    assert nf.linalg.published_error_constant(7, 0, variant=variant) == 49
    assert nf.linalg.product_error_bound(7, 2, 0, variant=variant) == 0


def test_what_cannot_be_is_named():
    strassen, x = nf.linalg.strassen, np.ones((4, 4), nf.posit16)
    for depth in (-1, 21, 1.0, True, None):
        with pytest.raises(ValueError, match="depth="):
            strassen(x, x, depth)
    with pytest.raises(ValueError, match="variant='fast'; allowed: strassen, winograd"):
        strassen(x, x, variant="fast")
    with pytest.raises(ValueError, match="a has 4 columns and b 3 rows"):
        strassen(x, x[:3])
    with pytest.raises(TypeError, match="a has dtype posit16 and b bfloat16"):
        strassen(x, x.astype(nf.bfloat16))
    with pytest.raises(np.linalg.LinAlgError, match="b has shape"):
        strassen(x, x[0])
    for T in (
        nf.Float(4, 3, rounding="stochastic"),
        nf.Fixed(8, 4, signed=False),
        nf.Fixed(8, 4, overflow="wrap"),
    ):
        with pytest.raises(TypeError, match="linear algebra needs"):
            strassen(x.astype(T), x.astype(T))
    for wrong in ({"n": 0}, {"u": -1}, {"depth": -1}, {"variant": "x"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            nf.linalg.product_error_bound(**({"n": 4, "depth": 1, "u": 0.5} | wrong))
