# SPDX-License-Identifier: BSD-3-Clause
"""Does NumPy code run in true arithmetic, without a double in its midst?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.algebra import Reference, truth
from numformats.tracing.lens import make, through
from numformats.tracing.value import Traced, TraceError

TRUTHS = ["float64", "double", 50, "exact"]


def run(function, *inputs, reference=50, dtype=nf.binary64):
    """The result as float64, and the traced result."""
    reference = Reference(truth(reference), dtype)
    result = through(function, make(reference, {reference._dtype}))(*map(reference.lift, inputs))
    assert isinstance(result, Traced), type(result)
    return reference.f64(result), result


def third_of_ones(x):
    h = np.ones_like(x)
    return h / 3


def third_of_zeros(x):
    return (np.exp(np.zeros_like(x)) + 0) / 3


def third_of_full(x):
    return np.full_like(x, 1) / 3


def third_of_new_ones(x):
    return np.ones(x.shape, dtype=x.dtype) / 3


def third_of_full_by_shape(x):
    return np.full(x.shape, 1.0, dtype=x.dtype) / 3


def third_of_an_array(x):
    return np.array([x[0] / x[0], x[1] / x[1]]) / 3


def third_by_where(x):
    return np.where(x > 0, 1, 1) / (3 * x / x)


def third_of_a_sum(x):
    return np.cumsum(x / x)[:1] / 3 + 0 * x


def third_by_matmul(x):
    return (np.eye(2, dtype=x.dtype) @ (x / x)) / 3


def third_by_fma(x):
    return nf.fma(x / x, 1, 0) / 3


@pytest.mark.parametrize(
    "function",
    [third_of_ones, third_of_zeros, third_of_full, third_of_new_ones, third_of_full_by_shape,
     third_of_an_array, third_by_where, third_of_a_sum, third_by_matmul, third_by_fma],
)  # fmt: skip
def test_no_double_sneaks_in(function):
    _, result = run(function, np.array([0.1, 0.7]))
    for number in result.parts[0]:
        ratio = Fraction(*(int(n) for n in number.as_integer_ratio()))
        assert abs(ratio - Fraction(1, 3)) < Fraction(1, 10**50)


SAME = {
    "isnan": lambda x: np.where(np.isnan(x), 0, x),
    "logaddexp": lambda x: np.logaddexp(x, 2 * x),
    "sigmoid": lambda x: nf.sigmoid(-x),
    "exp2": lambda x: np.exp2(-x),
    "arcsinh": lambda x: np.arcsinh(-x),
    "divmod": lambda x: np.divmod(x, 0.3)[1] + np.divmod(x, 0.3)[0],
    "modf": lambda x: np.modf(x * 5)[0] - np.modf(x * 5)[1],
    "sum": lambda x: np.sum(x, axis=-1, keepdims=True) * x,
    "fsum": lambda x: nf.fsum(x) * x,
    "sort": lambda x: np.sort(x)[::-1] * x,
    "argmax": lambda x: x * x[np.argmax(x)],
    "searchsorted": lambda x: x * np.searchsorted(np.sort(x), x[0]),
    "max": lambda x: x / np.max(x) + np.min(x),
    "mean": lambda x: x - np.mean(x),
    "var": lambda x: np.var(x) * x,
    "norm": lambda x: x / np.linalg.norm(x),
    "arange": lambda x: x * np.arange(x.size).astype(x.dtype),
    "in place": lambda x: np.add(x, 1, out=x) * x,
    "outer": lambda x: np.multiply.outer(x, x).sum(axis=0),
    "power": lambda x: x**3 + x**0.5,
    "clip": lambda x: np.clip(x, 0.2, 0.5),
    "where": lambda x: x[x > 0.3].sum() + x,
    "branch": lambda x: x if x[0] > 2 else -x,
    "item": lambda x: x * x.item(0) + x.tolist()[1],
    "integer places": lambda x: x * int(3 * x[1]) + x[(x * 2).astype(int)],
    "logical": lambda x: np.where(np.logical_and(x > 0.2, x < 5), x, -x),
}  # fmt: skip


@pytest.mark.parametrize("reference", [t for t in TRUTHS if t != "exact"], ids=str)
@pytest.mark.parametrize("name", SAME)
def test_the_reference_agrees_with_float64(name, reference):
    x = np.array([0.7, 0.4, 0.11])
    found, _ = run(SAME[name], x.copy(), reference=reference)
    assert np.allclose(found, SAME[name](nf_free(x)), rtol=1e-13)


def nf_free(x):
    """The same function on binary64, which has nf's ufuncs."""
    return x.astype(nf.binary64)


def test_the_exact_reference():
    x = np.array([0.1, 0.2, 0.7])
    _, result = run(lambda x: np.sum(x) / 3 - np.cumsum(x * x)[-1] + x @ x, x, reference="exact")
    total = sum(Fraction(v) for v in x)
    assert result.parts[0][()] == total / 3


def test_what_the_exact_reference_cannot_do_names_function_and_line():
    with pytest.raises(TraceError, match=r"test_reference_run\.py:\d+: np\.exp has no exact value"):
        run(lambda x: np.exp(x), np.ones(2), reference="exact")  # noqa: PLW0108 - a line of its own


def test_decisions_are_those_of_the_true_numbers():
    """1 and 1 + 2^-80 are one float64: sorting, comparing and finding must tell them apart."""
    x = np.array([2.0**-80, 0.0, -(2.0**-80)])

    def places(x):
        y = 1 + x
        order = np.argsort(y)
        found = [int(np.argmax(y)), int(np.argmin(y)), int(np.searchsorted(np.sort(y), y[1]))]
        assert np.array_equal(y, y)
        assert not np.array_equal(y, np.ones(3))
        assert (y == 1).tolist() == [False, True, False]
        assert order.tolist() == [2, 1, 0]
        assert found == [0, 2, 1]
        assert y[0] > 1 > y[2]
        return y

    for reference in ("double", 50, "exact"):
        run(places, x, reference=reference)


def test_numbers_beyond_float64_are_neither_zero_nor_infinite():
    def far(x):
        y = x**5
        assert np.isfinite(y).all()
        assert y.all()
        assert np.count_nonzero(y) == 2
        return np.sqrt(np.sqrt(y))

    found, _ = run(far, np.array([1e-100, 1e100]))
    assert np.allclose(found, [1e-125, 1e125])


def test_the_dtype_is_the_format_it_stands_for():
    def limits(x):
        assert x.dtype == nf.posit32.dtype
        return x * float(nf.finfo(x.dtype).maxpos)

    found, _ = run(limits, np.ones(2), dtype=nf.posit32)
    assert found[0] == float(nf.finfo(nf.posit32).maxpos)


@pytest.mark.parametrize("reference", TRUTHS, ids=str)
def test_assigned_elements_are_numbers(reference):
    def assign(x):
        y = np.zeros_like(x)
        y[0], y[-1:], y[np.int64(1)] = x[1] / 3, x[2], np.sum(x)
        assert not any(isinstance(v, np.ndarray) for v in y.parts[0].tolist())
        return y

    found, _ = run(assign, np.array([0.5, 3.0, 0.25]), reference=reference)
    assert found.tolist() == [1, 3.75, 0.25]


@pytest.mark.parametrize("function", [np.nextafter, np.bitwise_and])
def test_functions_without_meaning_are_named(function):
    with pytest.raises(TraceError, match=rf"test_reference_run\.py:\d+: np\.{function.__name__} "):
        run(lambda x: np.array(function(*[x] * function.nin)), np.ones(2))
