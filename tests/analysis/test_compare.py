# SPDX-License-Identifier: BSD-3-Clause
"""Does the comparison engine measure errors rightly, and refuse what it cannot measure?"""

from __future__ import annotations

import json
import math
import sys
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest

import numformats as nf
from candidate_values import NARROW, finite_values
from numformats.analysis import (
    REFERENCE_DIGITS,
    Candidate,
    CompareError,
    Comparison,
    Metrics,
    Workload,
    compare,
    find_candidate,
    read_input,
)
from numformats.analysis.comparison_page import to_page
from numformats.analysis.document import to_document
from numformats.analysis.plotting import MOST_POINTS, plot_errors


def run(function, *inputs, formats=("posit16", "binary16"), report=None):
    return compare(Workload("f", function, inputs, report), formats)


@pytest.mark.parametrize("name", nf.formats())
def test_representable_numbers_have_no_error(name):
    values = np.array([float(v) for v in finite_values(name)[:64]]) if name in NARROW else None
    x = values if values is not None else np.array([0.5, 0.25, 0.125])
    result = run(lambda x: x, x, formats=[name]).results[0]
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
    found = run(lambda x: x, x, formats=[name]).results[0].metrics
    assert found.max_relative == pytest.approx(float(errors[-1]), rel=1e-12)
    assert found.median_relative == pytest.approx(float(errors[50]), rel=1e-12)
    assert found.max_ulps <= 0.5


def test_a_comparison_is_made_of_its_public_parts(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1,2\n3,4\n")
    x = read_input(path)
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    comparison = run(lambda x: x / 3, x)
    assert isinstance(comparison, Comparison)
    assert isinstance(comparison.results[0].metrics, Metrics)
    assert isinstance(find_candidate("posit16"), Candidate)
    assert REFERENCE_DIGITS >= 50


def test_saturation_and_range_are_counted():
    x = np.array([1.0, 1e30, -1e30])
    posit8, e4m3 = run(lambda x: x, x, formats=["posit8", "float8_e4m3"]).results
    assert (posit8.metrics.saturated, posit8.saturated_inputs, posit8.metrics.inf) == (2, 2, 0)
    assert (e4m3.metrics.saturated, e4m3.saturated_inputs, e4m3.metrics.inf) == (0, 2, 2)


def test_flags_and_nar_are_counted():
    results = run(lambda x: np.sqrt(x) / x, np.array([-1.0, 4.0])).results
    for result in results:
        assert result.metrics.undefined == 1  # in truth it is NaN as well
        assert result.metrics.nan == 1
        assert result.flags == {"invalid": 1}


def test_nar_where_the_truth_is_finite_is_an_infinite_error():
    x = np.array([1 + 2.0**-40])  # 1 in both formats; in truth 1/(x-1) = 2^40
    posit16, binary16 = run(lambda x: 1 / (x - 1), x).results
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
    comparison = run(spoil, x, formats=["posit16", "binary16", "bfloat16"])
    assert all(r.metrics.max_relative == 0.0 for r in comparison.results)
    assert list(x) == [1.0, 2.0]


def test_integers_and_text_pass_unchanged():
    def take(x, where, word):
        assert word == "yes"
        return x[where]

    comparison = run(take, np.array([1.0, 2.0]), np.array([1, 1, 0]), "yes")
    assert comparison.outputs == {"output 0": (3,)}
    assert [item["converted"] for item in comparison.inputs] == [True, False, False]


def test_scalars_and_several_outputs():
    comparison = run(lambda x: {"sum": np.sum(x), "twice": x + x}, np.array([1.0, 2.0]))
    assert comparison.outputs == {"sum": (), "twice": (2,)}
    assert comparison.results[0].metrics.outputs == 3


def test_report_sees_outputs_as_float64():
    def report(output, reference):
        assert output.dtype == reference.dtype == np.float64
        return {"error": float(np.max(np.abs(output - reference)))}

    comparison = run(lambda x: x * x, np.array([0.3]), report=report)
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
        (lambda x: x[:1] if isinstance(x, np.ndarray) else x, r"shape \(1,\) in posit16, \(3,\)"),
        (lambda x: x if isinstance(x, np.ndarray) else (x, x), "gives 1 outputs in posit16, 2"),
        (
            lambda x: x.astype(np.float32) if isinstance(x, np.ndarray) else x,
            "in posit16: .* float32",
        ),
    ],
)
def test_functions_that_cannot_be_compared(function, reason):
    with pytest.raises(CompareError, match=reason):
        run(function, np.array([1.0, 2.0, 3.0]))


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
        run(lambda x: x, item)


def test_nothing_to_do():
    with pytest.raises(CompareError, match="no format"):
        run(lambda x: x, np.ones(1), formats=[])
    with pytest.raises(CompareError, match="no input"):
        run(lambda: 1)


def test_failing_report_is_named():
    with pytest.raises(CompareError, match=r"the report of f failed .* KeyError"):
        run(lambda x: x, np.ones(1), report=lambda *_: {}["no"])


def test_document_is_strict_json():
    x = np.array([1.0, 1e30])
    comparison = run(lambda x: x * x, x, formats=["float8_e4m3", "posit16", "binary64"])
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


# ---- the reference -------------------------------------------------------------------------------

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
    result = run(function, np.array([0.5, 1.0, 2.0]), formats=["posit64"]).results[0]
    assert 0 < result.metrics.max_ulps <= 0.5


def test_integer_inputs_come_into_the_reference():
    result = run(thirds_by_integers, np.ones(3), np.array([3, 7, 9]), formats=["posit64"]).results[
        0
    ]
    assert 0 < result.metrics.max_ulps <= 0.5


def thirds_of_scalars(x):
    number = x.dtype.type
    return x * (number(1) / number(3))


def thirds_of_constants(x):
    return x / CONSTANTS.astype(x.dtype) + 1 / CONSTANTS.astype(x.dtype)


def test_a_double_that_sneaks_in_is_told_with_its_line():
    line = thirds_of_scalars.__code__.co_firstlineno + 2
    place = rf"test_compare\.py:{line}: compute with arrays made by"
    with pytest.raises(CompareError, match=rf"computed in float64, outside of the trace.*{place}"):
        run(thirds_of_scalars, np.ones(2))
    with pytest.raises(CompareError, match="computed in float64"):
        run(thirds_of_constants, np.ones(3))


def test_constants_of_the_dtype_are_no_computation():
    result = run(lambda x: x * x.dtype.type(0.1) + CONSTANTS.astype(x.dtype), np.ones(3)).results[0]
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
    with pytest.raises(CompareError, match=rf"ValueError: .*\(test_compare\.py:{line}\)"):
        run(fails, np.ones(3))


# ---- from Python ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formats", ["posit16", nf.posit16, nf.posit16.dtype, ["posit16"], (nf.posit16, "posit16")]
)
def test_formats_by_name_class_and_dtype(formats):
    found = compare(lambda x, n: x / n, formats, inputs=[[0.5, 0.1], 3])
    assert {r.candidate.canonical for r in found.results} == {str(nf.posit16.format)}


def test_functions_from_anywhere():
    names = {}
    exec("def f(x, *, scale=2):\n    return np.ones_like(x) * scale / 3", {"np": np}, names)  # noqa: S102
    assert compare(names["f"], "posit64", inputs=[np.ones(2)]).results[0].metrics.max_ulps <= 0.5
    with pytest.raises(CompareError, match="is no function"):
        compare(3, "posit8", inputs=[1.0])
    with pytest.raises(CompareError, match="needs inputs="):
        compare(np.exp, "posit8")


def test_the_worst_element():
    x = np.array([[0.5, 0.1, 0.25], [1.0, 1 + 2.0**-30, 4.0]])
    found = compare(lambda x: {"a": x * 0.5, "b": x - 1}, "posit16", inputs=[x])
    worst = found.results[0].worst
    assert (worst.output, worst.index, worst.place) == ("b", (1, 1), "b[1, 1]")
    assert (worst.value, worst.truth, worst.relative) == (0.0, 2.0**-30, 1.0)
    assert "worst of posit16: b[1, 1]: 0 for 9.3132e-10, relative error 1" in repr(found)
    assert to_document(found)["worst"] == [
        {"format": "posit16", "output": "b", "index": [1, 1], "result": 0.0, "truth": 2.0**-30,
         "relative_error": 1.0, "ulps": worst.ulps}
    ]  # fmt: skip


def test_the_worst_element_is_that_of_the_largest_relative_error():
    x = np.array([1 + 2.0**-13, 3e4 + 4.0])  # 0.25 ulps of 2^-11, 0.01 ulps of 2^9
    x = np.concatenate([x, [2.0**40 * 1.1]])
    result = compare(lambda x: x, "posit16", inputs=[x]).results[0]
    errors = result.errors
    assert np.argmax(errors.relative) != np.argmax(errors.ulps)
    assert result.worst.index == (int(np.argmax(errors.relative)),)
    assert result.worst.relative == result.metrics.max_relative


def test_there_may_be_no_worst_element():
    found = compare(lambda x: x / 0 - x / 0, "posit16", inputs=[np.ones(2)])
    assert found.results[0].worst is None
    assert to_document(found)["worst"] == [None]
    assert "posit16" in repr(found)


def goes_and_returns(x):
    y = x + x
    z = y * np.float64(1.5).astype(np.float64)
    w = z.astype(np.float64)
    return w.astype(x.dtype)


def test_the_first_operation_that_left_the_format():
    found = compare(goes_and_returns, ["float64", "posit16"], inputs=[np.ones(2)])
    left = found.departure
    assert left.line in {goes_and_returns.__code__.co_firstlineno + n for n in (2, 3)}
    assert (left.format, left.dtype) == ("posit16", "float64")
    assert left.code in {"z = y * np.float64(1.5).astype(np.float64)", "w = z.astype(np.float64)"}
    assert f"left posit16 first at test_compare.py:{left.line}: " in repr(found)
    assert to_document(found)["left"]["line"] == left.line


def test_what_stays_has_left_nowhere():
    def stays(x, n):
        k = np.arange(1, 3).astype(x.dtype)
        places = (x * 2).astype(int)
        return np.cumsum(x / k)[places % 2] * n.astype(x.dtype) + np.ones(2, dtype=x.dtype)

    found = compare(stays, ["posit16"], inputs=[np.array([0.5, 1.5]), np.array([2, 3])])
    assert found.departure is None


def test_an_output_that_left_says_where():
    with pytest.raises(
        CompareError, match=r"dtype is float64 \(test_compare\.py:\d+: astype gives"
    ):
        run(leaves_at_second, np.ones(2))


def test_a_comparison_shows_itself():
    found = compare(lambda x: x / 3, ["posit16", "bfloat16"], inputs=[np.array([0.1, 0.2])])
    lines = repr(found).splitlines()
    assert lines[0].startswith("<lambda> against the 50-digit reference")
    assert lines[1].split()[:2] == ["format", "bits"]
    assert lines[2].split()[:2] == ["posit16", "16"]
    assert "<lambda>" not in found._repr_html_()
    assert "&lt;lambda&gt;" in found._repr_html_()


def test_a_comparison_as_a_dataframe():
    pytest.importorskip("pandas")
    workload = Workload("f", lambda x: x / 3, (np.array([0.1, 0.2]),), lambda *_: {"mine": 7})
    frame = compare(workload, ["posit16", "bfloat16"]).to_dataframe()
    assert frame["format"].tolist() == ["posit16", "bfloat16"]
    assert frame["bits"].tolist() == [16, 16]
    assert frame["mine"].tolist() == [7, 7]
    assert (frame["max_ulps"] <= 1).all()
    assert frame["worst"].str.startswith("output 0[").all()


def test_without_pandas_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"numformats\[pandas\]"):
        compare(np.negative, "posit8", inputs=[1.0]).to_dataframe()


# ---- pages and pictures --------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser would fetch, run and show."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.sources, self.open, self.shown = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.sources += [v for k, v in attributes if k in {"src", "href"}]
        assert not [k for k, _ in attributes if k.startswith("on")]

    def handle_data(self, data):
        self.shown += data


def test_a_page_needs_nothing_and_runs_nothing():
    evil = "<script>alert(1)</script>&\"'"

    def f(x):
        return {evil: x.astype(np.float64).astype(x.dtype) / 3}  # <script>code</script>

    workload = Workload(f"{evil}.py:f", f, (np.array([0.1, 0.2]),), lambda *_: {evil: 1.0})
    page = Page(to_page(compare(workload, ["posit16", "float<exp=6,man=9>"])))
    assert "script" not in page.tags
    assert "img" in page.tags
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert page.shown.count(evil) >= 4  # title, heading, worst element, its own figure
    assert "# <script>code</script>" in page.shown  # the line that left the format
    assert "float<exp=6,man=9>" in page.shown


def test_errors_are_drawn_against_inputs_of_their_shape():
    x = np.geomspace(1e-3, 1e3, 50)
    found = compare(lambda c, x: x / 3 * c, ["posit16", "posit8"], inputs=[1.0, x])
    assert found.abscissa[0] == "input 1"
    assert found.abscissa[1].tolist() == x.tolist()
    axes = plot_errors(found).axes[0]
    assert (axes.get_xlabel(), axes.get_xscale(), axes.get_yscale()) == ("input 1", "log", "log")
    drawn = axes.get_lines()[0]
    known = found.results[0].errors.relative
    assert np.allclose(drawn.get_ydata(), np.clip(known, *axes.get_ylim()))
    assert drawn.get_ydata().max() == found.results[0].metrics.max_relative
    others = compare(lambda x: (x[:2], x.sum()), ["posit16"], inputs=[x])
    assert others.abscissa[0] == "element"
    assert others.abscissa[1].tolist() == [0, 1, 2]


def test_many_errors_are_thinned_but_not_the_worst():
    x = np.linspace(1, 2, 3 * MOST_POINTS)
    x[4321] = 1e30  # saturates
    axes = plot_errors(compare(lambda x: x / 3, ["posit8"], inputs=[x])).axes[0]
    assert "4000 elements" in axes.get_title()
    points, worst = axes.get_lines()
    assert MOST_POINTS <= len(points.get_xdata()) <= MOST_POINTS + 1
    assert worst.get_xdata()[0] == 1e30
    assert 1e30 in points.get_xdata()


def test_a_picture_of_nothing_that_can_be_measured():
    found = compare(lambda x: x / 0 - x / 0, "posit16", inputs=[np.ones(2)])
    assert not plot_errors(found).axes[0].get_lines()
