# SPDX-License-Identifier: BSD-3-Clause
"""Is the reference of a comparison the truth, whatever NumPy the function uses?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from comparisons import compared
from numformats.analysis import (
    CompareError,
    compare,
)

CONSTANTS = np.array([1.0, 2.0, 3.0])


def thirds_of_ones(x):
    h = np.ones_like(x)
    return h / 3


def thirds_of_powers(x):
    return np.exp(np.zeros_like(x)) / 3 + 0 * x


def thirds_of_full(x):
    return np.full(x.shape, 1.0, dtype=x.dtype) / 3


def thirds_of_places(x):
    k = np.arange(1, 4).astype(x.dtype)
    return 1 / k


def thirds_of_an_array(x):
    return 1 / np.array([1, 2, 3]).astype(x.dtype)


def thirds_by_where(x):
    return np.where(np.isnan(x), x, 1) / (2 + np.ones(3, dtype=x.dtype))


def thirds_by_fma(x):
    return nf.fma(0 * x, x, 1) / 3


def thirds_by_integers(x, n):
    return 1 / n.astype(x.dtype)


@pytest.mark.parametrize(
    "function",
    [thirds_of_ones, thirds_of_powers, thirds_of_full, thirds_of_places, thirds_of_an_array,
     thirds_by_where, thirds_by_fma],
)  # fmt: skip
def test_one_division_in_64_bits_errs_by_half_an_ulp(function):
    """With float64 anywhere in the reference posit64, which is finer, would err by 30 ulps."""
    result = compared(function, np.array([0.5, 1.0, 2.0]), formats=["posit64"]).results[0]
    assert 0 < result.metrics.max_ulps <= 0.5


def test_integer_inputs_come_into_the_reference():
    result = compared(
        thirds_by_integers, np.ones(3), np.array([3, 7, 9]), formats=["posit64"]
    ).results[0]
    assert 0 < result.metrics.max_ulps <= 0.5


def thirds_of_scalars(x):
    number = x.dtype.type
    return x * (number(1) / number(3))


def thirds_of_constants(x):
    return x / CONSTANTS.astype(x.dtype) + 1 / CONSTANTS.astype(x.dtype)


def test_a_double_that_sneaks_in_is_told_with_its_line():
    line = thirds_of_scalars.__code__.co_firstlineno + 2
    place = rf"test_compare_reference\.py:{line}: compute with arrays made by"
    with pytest.raises(CompareError, match=rf"computed in float64, outside of the trace.*{place}"):
        compared(thirds_of_scalars, np.ones(2))
    with pytest.raises(CompareError, match="computed in float64"):
        compared(thirds_of_constants, np.ones(3))


def test_constants_of_the_dtype_are_no_computation():
    result = compared(
        lambda x: x * x.dtype.type(0.1) + CONSTANTS.astype(x.dtype), np.ones(3)
    ).results[0]
    assert result.metrics.max_ulps <= 1


SAME_IN_TRUTH = {
    "logaddexp": lambda x: np.logaddexp(x, x + 1),
    "sigmoid": lambda x: nf.sigmoid(-x),
    "exp2": lambda x: np.exp2(-x),
    "arcsinh": lambda x: np.arcsinh(-x),
    "gelu": lambda x: nf.gelu(-x),
    "isnan": lambda x: np.where(np.isnan(np.log(x)), 0, x),
    "limits": lambda x: x + float(nf.finfo(x.dtype).exact_eps) * 0,
    "sum": lambda x: nf.fsum(x) + np.max(x),
}


@pytest.mark.parametrize("name", SAME_IN_TRUTH)
@pytest.mark.parametrize("reference", [50, "double", "float64"], ids=str)
def test_functions_that_the_reference_knows(name, reference):
    x = np.array([0.3, 0.8, 1.5])
    found = compare(SAME_IN_TRUTH[name], ["binary32"], inputs=[x], reference=reference)
    assert found.results[0].metrics.max_ulps <= 3


def test_references_by_name():
    assert "exact reference" in repr(
        compare(lambda x: x / 3, "posit8", inputs=[0.5], reference="exact")
    )
    names = [
        compare(np.negative, "posit8", inputs=[0.5], reference=r).reference for r in ("double", 70)
    ]
    assert names == ["double-double reference", "70-digit reference"]
    wide = compare(
        np.negative, ["posit8", "float<exp=12,man=20>"], inputs=[0.5], reference="double"
    )
    assert wide.reference == "50-digit reference"
    with pytest.raises(CompareError, match="'quad': it must be 'float64', 'double'"):
        compare(np.negative, "posit8", inputs=[0.5], reference="quad")
    with pytest.raises(CompareError, match=r"np\.exp has no exact value"):
        compare(np.exp, "posit8", inputs=[0.5], reference="exact")


def test_a_failing_line_is_named():
    def fails(x):
        return x @ x[:2]

    line = fails.__code__.co_firstlineno + 1
    with pytest.raises(CompareError, match=rf"ValueError: .*\(test_compare_reference\.py:{line}\)"):
        compared(fails, np.ones(3))
