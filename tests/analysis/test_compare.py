# SPDX-License-Identifier: BSD-3-Clause
"""Does the comparison engine measure errors rightly, and refuse what it cannot measure?"""

from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from candidate_values import NARROW, finite_values
from comparisons import compared
from numformats.analysis import (
    REFERENCE_DIGITS,
    Candidate,
    CompareError,
    Comparison,
    Metrics,
    find_candidate,
    read_input,
)
from numformats.analysis.document import to_document


@pytest.mark.parametrize("name", nf.formats())
def test_representable_numbers_have_no_error(name):
    values = np.array([float(v) for v in finite_values(name)[:64]]) if name in NARROW else None
    x = values if values is not None else np.array([0.5, 0.25, 0.125])
    result = compared(lambda x: x, x, formats=[name]).results[0]
    assert result.metrics.max_relative == 0.0
    assert result.metrics.saturated == 0
    assert result.saturated_inputs == 0
    assert result.flags == {}


@pytest.mark.parametrize("name", ["posit8", "posit16", "takum_linear16", "bfloat16", "q15", "tf32"])
def test_error_of_conversion_is_that_of_the_oracle(name):
    x = np.random.default_rng(1).uniform(0.01, 0.9, 101)
    oracle = nf.oracle.for_format(nf.formats()[name])
    rounded = [oracle.decode(oracle.encode(Fraction(v))) for v in x]
    errors = sorted(abs(y - Fraction(v)) / Fraction(v) for y, v in zip(rounded, x, strict=True))
    found = compared(lambda x: x, x, formats=[name]).results[0].metrics
    assert found.max_relative == pytest.approx(float(errors[-1]), rel=1e-12)
    assert found.median_relative == pytest.approx(float(errors[50]), rel=1e-12)
    assert found.max_ulps <= 0.5


def test_a_comparison_is_made_of_its_public_parts(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1,2\n3,4\n")
    x = read_input(path)
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    comparison = compared(lambda x: x / 3, x)
    assert isinstance(comparison, Comparison)
    assert isinstance(comparison.results[0].metrics, Metrics)
    assert isinstance(find_candidate("posit16"), Candidate)
    assert REFERENCE_DIGITS >= 50


def test_saturation_and_range_are_counted():
    x = np.array([1.0, 1e30, -1e30])
    posit8, e4m3 = compared(lambda x: x, x, formats=["posit8", "float8_e4m3"]).results
    assert (posit8.metrics.saturated, posit8.saturated_inputs, posit8.metrics.inf) == (2, 2, 0)
    assert (e4m3.metrics.saturated, e4m3.saturated_inputs, e4m3.metrics.inf) == (0, 2, 2)


def test_flags_and_nar_are_counted():
    results = compared(lambda x: np.sqrt(x) / x, np.array([-1.0, 4.0])).results
    for result in results:
        assert result.metrics.undefined == 1  # in truth it is NaN as well
        assert result.metrics.nan == 1
        assert result.flags == {"invalid": 1}


def test_nar_where_the_truth_is_finite_is_an_infinite_error():
    x = np.array([1 + 2.0**-40])  # 1 in both formats; in truth 1/(x-1) = 2^40
    posit16, binary16 = compared(lambda x: 1 / (x - 1), x).results
    assert (posit16.metrics.nan, posit16.metrics.inf) == (1, 0)
    assert (binary16.metrics.nan, binary16.metrics.inf) == (0, 1)
    for result in (posit16, binary16):
        assert result.flags == {"divide": 1}
        assert math.isinf(result.metrics.max_relative)
        assert math.isinf(result.metrics.normwise)
        assert result.metrics.worst_digits == 0.0


def test_inputs_are_fresh_for_every_run():
    def spoil(x):
        x *= 2
        return x

    x = np.array([1.0, 2.0])
    comparison = compared(spoil, x, formats=["posit16", "binary16", "bfloat16"])
    assert all(r.metrics.max_relative == 0.0 for r in comparison.results)
    assert list(x) == [1.0, 2.0]


def test_integers_and_text_pass_unchanged():
    def take(x, where, word):
        assert word == "yes"
        return x[where]

    comparison = compared(take, np.array([1.0, 2.0]), np.array([1, 1, 0]), "yes")
    assert comparison.outputs == {"output 0": (3,)}
    assert [item["converted"] for item in comparison.inputs] == [True, False, False]


def test_scalars_and_several_outputs():
    comparison = compared(lambda x: {"sum": np.sum(x), "twice": x + x}, np.array([1.0, 2.0]))
    assert comparison.outputs == {"sum": (), "twice": (2,)}
    assert comparison.results[0].metrics.outputs == 3


def test_report_sees_outputs_as_float64():
    def report(output, reference):
        assert output.dtype == reference.dtype == np.float64
        return {"error": float(np.max(np.abs(output - reference)))}

    comparison = compared(lambda x: x * x, np.array([0.3]), report=report)
    assert comparison.reference_report == {"error": 0.0}
    assert 0 < comparison.results[0].report["error"] < 1e-3


def leaves_at_second(x):
    return x, x.astype(np.float64)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (leaves_at_second, "leaves the format at output 1 .* float64"),
        (lambda x: np.zeros(3) + x.size, "leaves the format at output 0"),
        (np.argmax, "leaves the format at output 0 .* int64"),
        (
            lambda x: float(x[0]),
            r"failed in the 50-digit reference .* test_compare\.py:\d+: float\(x\)",
        ),
        (lambda x: x * math.exp(x[0]), r"test_compare\.py:\d+: float\(x\)"),
        (lambda _: None, "gives no array at output 0"),
        (lambda _: "text", "gives no array at output 0"),
        (lambda x: np.full_like(x, "a"), "holds no real numbers"),
        (lambda _: [], "nothing to measure"),
        (lambda _: 1 / 0, "failed in the 50-digit reference .* ZeroDivisionError"),
        (lambda x: x @ x[:2], "failed in the 50-digit reference on inputs of shape .3,."),
        (lambda x: x[:1] if x.dtype == nf.posit16 else x, r"shape \(1,\) in posit16, \(3,\)"),
        (lambda x: x if x.dtype == nf.posit16 else (x, x), "gives 1 outputs in posit16, 2"),
        (
            lambda x: x.astype(np.float32) if isinstance(x, np.ndarray) else x,
            "in posit16: .* float32",
        ),
    ],
)
def test_functions_that_cannot_be_compared(function, reason):
    with pytest.raises(CompareError, match=reason):
        compared(function, np.array([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (np.array([1.0, np.nan]), r"input 0 has NaN at index \(1,\)"),
        (np.array([[1.0, np.inf]]), r"input 0 has an infinity at index \(0, 1\)"),
        (np.array([1j]), "dtype complex128"),
        (np.array([None]), "dtype object"),
    ],
)
def test_inputs_that_cannot_be_compared(item, reason):
    with pytest.raises(CompareError, match=reason):
        compared(lambda x: x, item)


def test_nothing_to_do():
    with pytest.raises(CompareError, match="no format"):
        compared(lambda x: x, np.ones(1), formats=[])
    with pytest.raises(CompareError, match="no input"):
        compared(lambda: 1)


def test_failing_report_is_named():
    with pytest.raises(CompareError, match=r"the report of f failed .* KeyError"):
        compared(lambda x: x, np.ones(1), report=lambda *_: {}["no"])


def test_document_is_strict_json():
    x = np.array([1.0, 1e30])
    comparison = compared(lambda x: x * x, x, formats=["float8_e4m3", "posit16", "binary64"])
    document = json.loads(json.dumps(to_document(comparison), allow_nan=False))
    assert document["schema"] == "numformats.compare/1"
    first, second, third = document["results"]
    assert first["relative_error"]["max"] is None  # infinite
    assert first["counts"]["inf"] == 1
    assert first["flags"]["overflow"] >= 0
    assert second["counts"]["saturated"] == 1
    assert third["relative_error"]["max"] < 1e-15
    assert third["digits"]["median"] is None  # exact
    assert set(first) == {
        "format", "canonical", "family", "bits", "seconds", "relative_error", "ulps", "digits",
        "normwise_error", "counts", "flags", "report",
    }  # fmt: skip
