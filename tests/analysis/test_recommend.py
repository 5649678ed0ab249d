# SPDX-License-Identifier: BSD-3-Clause
"""Is the recommended format the cheapest that holds, with the error that it really has?"""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import Choice, CompareError, Recommendation, recommend

X = np.random.default_rng(0).normal(size=64)
Y = np.random.default_rng(1).normal(size=64)


def dot(x, y):
    return np.sum(x * y)


def fractions(values):
    return [Fraction(*v.as_integer_ratio()) for v in np.ravel(values)]


def exact_error(T, truth):
    """Of dot, by fractions alone."""
    got = dot(X.astype(T), Y.astype(T))
    return float(abs(Fraction(*got.as_integer_ratio()) - truth) / abs(truth))


@pytest.mark.parametrize("reference", ["double", 40, "exact"])
def test_errors_are_the_exact_ones(reference):
    truth = sum(a * b for a, b in zip(fractions(X), fractions(Y), strict=True))
    found = recommend(
        dot,
        (X, Y),
        1e-2,
        ["posit16", "bfloat16", "posit32", "float16", "posit64"],
        reference=reference,
    )
    for choice in (*found, *found.rejected):
        assert choice.error == pytest.approx(exact_error(choice.format, truth), rel=1e-9)
        assert (choice.error <= 1e-2) == (choice in found) == (not choice.reason)
    assert [c.bits for c in found] == sorted(c.bits for c in found)


def test_cheapest_is_first_and_none_is_dropped():
    found = recommend(dot, (X, Y), 1e-2)
    everything = [*found, *found.rejected]
    assert {c.name for c in everything} == {*nf.formats(), "float16", "float32", "float64"}
    assert [(c.bits, c.cost) for c in found] == sorted((c.bits, c.cost) for c in found)
    assert all(c.error <= 1e-2 for c in found)
    assert all(c.error > 1e-2 and c.reason for c in found.rejected)
    assert isinstance(found, list)
    assert isinstance(found, Recommendation)
    assert all(isinstance(c, Choice) for c in everything)
    tight = recommend(dot, (X, Y), 1e-12)
    assert {c.name for c in tight} < {c.name for c in found}
    assert tight[0].bits == 64


def test_a_tolerance_of_zero_wants_exact_results():
    """4-bit floats have 1, 2, 3 and their doubles; E8M0 has no 3, fixed point of [-1, 1) neither."""
    found = recommend(lambda x: x + x, [1, 2, 3], 0)
    assert (found[0].name, found[0].error) == ("float4_e2m1fn", 0.0)
    reasons = {c.name: c.reason for c in found.rejected}
    assert reasons["float8_e8m0fnu"].startswith("error 0.333 at output[2]: 8 for 6")
    assert {"q7", "q15", "q31"} <= reasons.keys()


def test_elementwise_is_stricter_than_normwise():
    x = np.array([1.0, 1e-6])

    def f(x):
        return (x + 1) - 1

    strict, loose = (
        recommend(f, x, 1e-3, ["posit16", "binary16", "posit32"], error=kind)
        for kind in ("elementwise", "normwise")
    )
    assert [c.name for c in strict] == []
    assert [c.name for c in loose] == ["binary16", "posit16", "posit32"]
    assert strict.kind == "elementwise"


def test_failures_have_their_reasons():
    def fails(x):
        if x.dtype == nf.posit16:
            raise ValueError("no posits here")
        if x.dtype == nf.bfloat16:
            return x.astype(np.float64)
        return x / (x - x) if x.dtype == nf.binary16 else x

    found = recommend(fails, X, 1e-3, ["posit16", "bfloat16", "binary16", "float32"])
    assert [c.name for c in found] == ["float32"]
    reasons = {c.name: c.reason for c in found.rejected}
    assert reasons["posit16"] == "ValueError: no posits here"
    assert "leaves the format at output: its dtype is float64" in reasons["bfloat16"]
    assert "gives inf at output[" in reasons["binary16"] or "gives -inf" in reasons["binary16"]
    assert "rejected: posit16: ValueError: no posits here" in repr(found)


def test_no_tolerance_takes_a_nan_or_an_infinity():
    found = recommend(
        lambda x: x * 300 * 300, [1.0, 2.0], 5.0, ["binary16", "float8_e4m3fn", "float32"]
    )
    assert [c.name for c in found] == ["float32"]
    assert all(c.error == math.inf for c in found.rejected)
    assert [c.reason.split(" at ")[0] for c in found.rejected] == ["gives nan", "gives inf"]


def test_an_element_without_truth_is_left_out():
    def f(x):
        return np.log(x)

    found = recommend(f, np.array([0.0, 2.0]), 1e-2, ["binary16", "posit16"])
    assert [c.name for c in found] == ["binary16", "posit16"]
    with_nothing = recommend(f, np.array([0.0]), 1e-2, ["binary16"])
    assert "nowhere finite" in with_nothing.rejected[0].reason


@pytest.mark.parametrize("inputs", [(X, Y), [X, Y], {"x": X, "y": Y}, {"y": Y, "x": X}])
def test_inputs_may_be_given_in_many_ways(inputs):
    assert (
        recommend(dot, inputs, 1e-2, ["posit16"])[0].error
        == recommend(dot, (X, Y), 1e-2, ["posit16"])[0].error
    )


def test_one_input_scalars_integers_and_options():
    assert recommend(lambda x: x * x, [0.5, 0.25], 0, ["posit8"])
    assert recommend(lambda x: x * x, 0.5, 0, "posit8, posit16")[0].name == "posit8"
    assert recommend(lambda x, y: x * y, (0.5, 2.0), 0, nf.posit8)[0].format is nf.posit8
    assert recommend(lambda x, y: x * y, [3, 2], 0, [nf.posit8.dtype])[0].name == "posit8"
    assert recommend(
        lambda x, k, mode: np.sum(x[k:]) if mode == "sum" else x,
        (np.ones(4), 2, "sum"),
        0,
        [np.float32],
    )
    assert recommend(np.sqrt, [4.0, 9.0], 0, [np.dtype("f4")])[0].format is np.float32
    two = recommend(lambda x: {"a": x, "b": [1][0] * x}, X, 1, ["posit16"])
    assert two[0].worst.output in {"a", "b"}


class Filter:
    gain = 2

    def run(self, x, times=1):
        y = np.zeros(len(x), dtype=x.dtype)  # NumPy does not dispatch its constructors
        y[:] = x * self.gain * times
        return y


def test_methods_and_partial_functions_make_arrays_too():
    for function in (
        Filter().run,
        functools.partial(Filter().run, times=2),
        functools.partial(Filter.run, Filter()),
    ):
        assert recommend(function, X, 1e-3, ["posit16", "float32"])[-1].name == "float32"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((dot, (X,), 1e-3), "missing a required argument: 'y'"),
        ((dot, {"x": X, "z": Y}, 1e-3), "does not take these inputs"),
        ((dot, (X, Y), -1), "tolerance=-1: must be"),
        ((dot, (X, Y), math.nan), "tolerance=nan: must be"),
        ((dot, (X, np.array([np.inf] * 64)), 1), "input y has an infinity"),
        ((dot, (X, Y), 1, ["posit17"]), "did you mean 'posit16'"),
        ((dot, (X, Y), 1, []), "candidates is empty"),
        ((3, (X,), 1), "3 is no function"),
        ((lambda: 3, (), 1), "there is no input"),
        ((lambda x: math.exp(2 * x), 1.5, 1), "leaves the trace"),
        ((lambda _: 1 // 0, 1.5, 1), "the reference run failed: ZeroDivisionError"),
        ((lambda _: "text", 1.5, 1), "output is no array: str"),
        ((dot, ("a", "b"), 1), "no input holds numbers"),
    ],
)  # fmt: skip
def test_wrong_calls_say_what_is_wrong(arguments, words):
    with pytest.raises(CompareError) as caught:
        recommend(*arguments)
    assert words in str(caught.value)


def test_options_are_checked():
    with pytest.raises(CompareError, match="error='worst': must be one of elementwise, normwise"):
        recommend(dot, (X, Y), 1, error="worst")
    for reference in ("float16", 3, True):
        with pytest.raises(CompareError, match="reference="):
            recommend(dot, (X, Y), 1, reference=reference)


def test_numbers_near_the_ends_of_double_take_fifty_digits():
    """Their products have no double; the truth must not become 0 with the format's result."""
    found = recommend(lambda x: x * x / 1e-300, np.array([1e-200]), 1e-10, ["float64"])
    assert found.reference == "50 digits"
    assert found.rejected[0].reason.startswith("error 1 at output[0]: 0 for 1e-100")
