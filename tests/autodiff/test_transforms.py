# SPDX-License-Identifier: BSD-3-Clause
"""Do jvp, vjp and grad take what users give, in every format, and say what they do not take?"""

import functools

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import Pullback, grad, jvp, linearize, value_and_grad, vjp
from numformats.tracing import TraceError

FORMATS = [nf.posit8, nf.posit16, nf.posit64, nf.bposit32, nf.takum_linear16, nf.bfloat16,
           nf.float8_e4m3, nf.float6_e2m3fn, nf.mlu32, nf.Fixed(16, 8), nf.Float(4, 0, inf="none", nan="none"),
           np.float16, np.float32, np.float64]  # fmt: skip
by_format = pytest.mark.parametrize("T", FORMATS, ids=lambda t: str(np.dtype(t)))


@by_format
def test_every_format_gives_its_own_derivatives(T):
    x = np.array([0.5, -1.0, 2.0]).astype(T)
    f = lambda x: np.sum(x * x)  # noqa: E731
    value, slope = value_and_grad(f)(x)
    assert value.dtype == slope.dtype == x.dtype
    assert slope.tolist() == (x + x).tolist()
    assert nf.autodiff.grad(f)(x).tobytes() == slope.tobytes()
    y, dy = jvp(f, (x,), (np.array([1.0, 0, 0]).astype(T),))
    assert (y, dy) == (value, slope[0])
    assert value.tobytes() == f(x).tobytes()


@by_format
def test_derivatives_in_a_wider_format(T):
    """Rules are computed there: 2 x y is exact in the wider format, whatever T is."""
    x = np.array([0.5, -1.0, 1.5]).astype(T)
    wide = np.dtype(nf.posit64)
    slope = grad(lambda x: np.sum(x * x * x), cotangent_dtype="posit64")(x)
    dy = jvp(lambda x: x * x * x, (x,), (np.ones(3),), tangent_dtype=nf.posit64)[1]
    assert slope.dtype == dy.dtype == wide
    square = (x * x).astype(float)  # rounded in T, as the run has it
    expected = square + 2 * x.astype(float) ** 2
    assert slope.astype(float).tolist() == dy.astype(float).tolist() == expected.tolist()


@pytest.mark.parametrize("T", [nf.float8_e8m0fnu, nf.Fixed(8, 4, signed=False)])
def test_formats_without_zero_or_minus(T):
    x = np.array([1.0, 2.0]).astype(T)
    with pytest.raises(TypeError, match="has no (zero|negative numbers), which derivatives need"):
        grad(np.sum)(x)
    with pytest.raises(TypeError, match="tangent_dtype="):
        jvp(np.sum, (x,), (x,))
    assert grad(lambda x: np.sum(x * x), cotangent_dtype="float32")(x).tolist() == [2, 4]
    assert jvp(lambda x: x * x, (x,), ([1, 1],), tangent_dtype="posit16")[1].tolist() == [2, 4]


def test_formats_without_one():
    x = np.array([0.25, 0.5]).astype(nf.q15)
    with pytest.raises(ValueError, match="starts from the cotangent 1, which q15 rounds to 0.9999"):
        grad(lambda x: np.sum(x * x))(x)
    assert grad(lambda x: np.sum(x * x), cotangent_dtype="float32")(x).tolist() == [0.5, 1]
    _, pull = vjp(lambda x: np.sum(x * x), x)
    assert pull(0.5)[0].tolist() == [0.25, 0.5]


def test_numbers_lists_and_containers():
    assert grad(lambda x: x**3)(2.0) == 12
    assert isinstance(grad(lambda x: x * x)(3.0), np.float64)
    assert type(grad(lambda x: x * x)(nf.posit16(3))) is nf.posit16
    assert grad(lambda x: np.sum(np.square(x)))([1.0, 2.0]).tolist() == [2, 4]
    assert grad(lambda x: x[0][1] * 3)([[1.0, 2.0], [3.0, 4.0]]).tolist() == [[0, 3], [0, 0]]
    tree = {"w": np.ones(2), "more": (2.0, [np.ones(1, np.float32), 4.0]), "none": None}
    slope = grad(
        lambda t: np.sum(t["w"]) * t["more"][0] + t["more"][1][0][0] * t["more"][1][1]
    )(tree)  # fmt: skip
    assert slope["w"].tolist() == [2, 2]
    assert slope["none"] is None
    assert slope["more"][0] == 2
    assert slope["more"][1][0].dtype == np.float32
    assert [float(np.ravel(s)[0]) for s in slope["more"][1]] == [4, 1]


def test_several_arguments_and_results():
    f = lambda x, y: {"sum": x + y, "both": (x * y, x)}  # noqa: E731
    value, pull = vjp(f, 2.0, 3.0)
    assert value == {"sum": 5, "both": (6, 2)}
    assert isinstance(pull, Pullback)
    assert pull({"sum": 1, "both": (10, 100)}) == (131, 21)
    assert jvp(f, (2.0, 3.0), (1, 0))[1] == {"sum": 1, "both": (3, 1)}
    value, pull = vjp(lambda x: [x[0], x[1] * 2], [3.0, 4.0])
    assert value == [3, 8]
    assert pull([1, 10])[0].tolist() == [1, 20]
    assert jvp(lambda x: [x[0], x[1] * 2], ([3.0, 4.0],), ([1, 1],))[1] == [1, 2]
    assert linearize(lambda x: [x[0], x[1] * 2], [3.0, 4.0])[1]([1, 1]) == [1, 2]
    g = lambda x, y, z=1.0: x * y * y * z  # noqa: E731
    assert grad(g, 1)(2.0, 3.0) == 12
    assert grad(g, (0, -1))(2.0, 3.0) == (9, 12)
    assert grad(g)(2.0, 3.0, z=2.0) == 18
    assert jvp(np.sin, 0.0, 1.0) == (0, 1)


def test_functions_of_any_kind():
    names = {"np": np}
    exec(  # noqa: S102 - as a notebook defines functions
        "def f(x):\n    y = np.zeros(2, dtype=x.dtype)\n    y[:] = x\n    return np.sum(y * y)",
        names,
    )
    half = functools.partial(lambda a, x: a * np.sum(x), 0.5)

    class Callable:
        def __call__(self, x):
            return np.sum(x * 3)

    x = np.ones(2).astype(nf.posit16)
    assert grad(names["f"])(x).tolist() == [2, 2]
    assert grad(half)(x).tolist() == [0.5, 0.5]
    assert grad(Callable())(x).tolist() == [3, 3]
    assert grad(np.sum)(x).tolist() == grad(nf.fsum)(x).tolist() == [1, 1]
    assert jvp(nf.fmean, (x,), (x,))[1] == 1  # a function that answers traces by itself
    assert vjp(nf.fmean, x)[1](1)[0].tolist() == grad(nf.fmean)(x).tolist() == [0.5, 0.5]


def test_the_caller_may_change_what_went_in_and_came_out():
    x = np.array([1.0, 2.0])
    value, pull = vjp(lambda x: x, x)
    value += 100
    x += 100
    g = np.array([3.0, 4.0])
    (first,) = pull(g)
    first += 100
    assert pull(g)[0].tolist() == g.tolist() == [3, 4]
    value, pull = vjp(lambda x, y: x + y, np.ones(2), np.ones(2))
    a, b = pull(np.ones(2))
    a += 1
    assert b.tolist() == [1, 1]


def test_a_product_by_a_stack_has_one_rounding():
    """The weight of a product with a stack of matrices: its cotangent is one exact sum."""
    x = np.array([[[2.0**12]], [[1.0]], [[-(2.0**12)]]]).astype(nf.posit16)
    _, pull = vjp(lambda w: nf.matmul(x, w), np.ones((1, 1)).astype(nf.posit16))
    g = np.array([1.0, 2.0**-9, 1.0]).reshape(3, 1, 1)
    assert float(pull(g)[0][0, 0]) == 2.0**-9


def test_several_uses_of_a_value_have_one_rounding():
    x = np.zeros(2).astype(nf.posit16)

    def whole(x):
        y = np.exp(x)
        return np.sum(y * 4096 + y * 0.25 - y * 4096)

    def parts(x):
        y = np.exp(x)
        return np.sum(y * 4096 + y * 0.25) - y[0] * 4096 - y[1] * 4096

    assert grad(whole)(x).tolist() == grad(parts)(x).tolist() == [0.25, 0.25]


@pytest.mark.parametrize("T", [np.float32, np.float64])
def test_products_of_rules_do_not_use_blas(T):
    r = np.random.default_rng(0)
    x, w = r.standard_normal((50, 7)).astype(T), r.standard_normal((7, 3)).astype(T)
    g = r.standard_normal((50, 3)).astype(T)
    dx, dw = vjp(np.matmul, x, w)[1](g)
    assert dw.tobytes() == nf.matmul(x.T, g).tobytes()
    assert dx.tobytes() == nf.matmul(g, w.T).tobytes()
    assert jvp(lambda w: x @ w, (w,), (w,))[1].tobytes() == nf.matmul(x, w).tobytes()
    total = jvp(np.sum, (x,), (x,))[1]
    assert total.tobytes() == nf.fsum(x).tobytes()
    as_numpy = vjp(np.matmul, x, w, exact=False)[1](g)[1]
    assert as_numpy.tobytes() == (x.T @ g).tobytes()


def test_casts_inside_a_function():
    """A cotangent that goes through a cast is summed where it is and rounded once."""
    x = np.array([1.0, 3.0]).astype(nf.posit8)
    f = lambda x: np.sum(x.astype(np.float64) * [2.0**-40, 1.0 + 2.0**-30])  # noqa: E731
    slope = grad(f)(x)
    assert slope.dtype == x.dtype
    assert slope.tolist() == np.array([2.0**-40, 1.0]).astype(nf.posit8).tolist()
    twice = grad(lambda x: f(x) + np.sum(x.astype(np.float64)) * (-1.0))(x)
    assert float(twice[1]) == float(nf.posit8(2.0**-30))  # no rounding in between


BAD = [
    (lambda: grad(np.sin)(3), TypeError, "argument 0: 3 is no floating-point number.*give 3.0"),
    (lambda: grad(np.sum)(np.arange(3)), TypeError, "an array of int64 holds no floating-point"),
    (lambda: grad(np.sum)([True, False]), TypeError, "an array of bool"),
    (lambda: grad(np.sum)(1j), TypeError, "argument 0 is complex"),
    (lambda: grad(np.add, 1)(1.0, "a"), TypeError, "argument 0 is str"),
    (lambda: grad(np.sin)(np.ones(3)), ValueError, r"gives shape \(3,\): sum it, or take jacobian"),
    (lambda: grad(np.sin, 2)(1.0), ValueError, "argnums=2: there are 1 positional arguments"),
    (lambda: grad(np.sin, "x")(1.0), TypeError, "argnums='x': the place"),
    (lambda: grad(np.hypot, (0, 0))(1.0, 1.0), ValueError, "each place once"),
    (lambda: grad(3)(1.0), TypeError, "3 is no function"),
    (lambda: grad(lambda _: "text")(1.0), TypeError, "the function gives str"),
    (lambda: grad(float)(1.0), TraceError, r"float\(x\) leaves the trace"),
    (
        lambda: jvp(np.sin, (1.0,), (1.0, 2.0)),
        ValueError,
        "tangents must be a tuple of 1, not a tuple of 2",
    ),
    (lambda: jvp(np.sin, (1.0,), ("a",)), TypeError, "tangent 0 has dtype <U1"),
    (lambda: vjp(np.sin, np.ones(3))[1](1.0), ValueError, r"cotangent 0 has shape \(\)"),
    (lambda: vjp(np.sin, 1.0)[1]((1, 2)), ValueError, r"cotangent 0 has shape \(2,\)"),
    (
        lambda: vjp(lambda x: (x, x), 1.0)[1](1),
        ValueError,
        "cotangent must be a tuple of 2, not a int",
    ),
    (
        lambda: vjp(lambda x: {"a": x}, 1.0)[1]({"b": 1}),
        ValueError,
        r"keys \['a'\], not a dict with",
    ),
    (lambda: vjp(np.sin, 1.0, cotangent_dtype=int), TypeError, "cotangent_dtype=.*int"),
    (lambda: vjp(np.sin, 1.0, cotangent_dtype="posit99"), ValueError, "cotangent_dtype='posit99'"),
    (lambda: vjp(np.fft.fft, np.ones(4)), TraceError, "complex numbers"),
]


@pytest.mark.parametrize(("call", "error", "match"), BAD)
def test_errors_say_what_is_wrong(call, error, match):
    with pytest.raises(error, match=match):
        call()


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16])
def test_nan_stays_nan(T):
    x = np.array([1.0, np.nan]).astype(T)
    slope = grad(lambda x: np.sum(x * x))(x)
    assert slope[0] == 2
    assert np.isnan(slope[1])
    assert np.isnan(vjp(lambda x: x + x, x)[1]([np.nan, 1.0])[0]).tolist() == [True, False]
