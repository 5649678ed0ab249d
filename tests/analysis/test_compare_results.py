# SPDX-License-Identifier: BSD-3-Clause
"""What does a comparison say from Python: worst elements, departures, pages and pictures?"""

from __future__ import annotations

import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import numformats as nf
from comparisons import compared
from numformats.analysis import (
    CompareError,
    Workload,
    compare,
)
from numformats.analysis.comparison_page import to_page
from numformats.analysis.document import to_document
from numformats.analysis.figures import notes
from numformats.analysis.plotting import MOST_POINTS, plot_errors


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
    assert f"left posit16 first at test_compare_results.py:{left.line}: " in repr(found)
    assert to_document(found)["left"]["line"] == left.line


def test_what_stays_has_left_nowhere():
    def stays(x, n):
        k = np.arange(1, 3).astype(x.dtype)
        places = (x * 2).astype(int)
        return np.cumsum(x / k)[places % 2] * n.astype(x.dtype) + np.ones(2, dtype=x.dtype)

    found = compare(stays, ["posit16"], inputs=[np.array([0.5, 1.5]), np.array([2, 3])])
    assert found.departure is None
    assert found.unsearched == ""


def test_a_search_that_stops_says_why():
    calls = []

    def refuses_the_second_run(x):  # the truth, the search, the format
        calls.append(x)
        if len(calls) == 2:
            raise RuntimeError("no trace of this")
        return x + x

    found = compare(refuses_the_second_run, ["posit16"], inputs=[np.ones(2)])
    assert found.departure is None
    assert found.unsearched == to_document(found)["unsearched"] == "RuntimeError: no trace of this"
    assert any("not searched: RuntimeError: no trace" in line for line in notes(found))


def test_an_output_that_left_says_where():
    with pytest.raises(
        CompareError, match=r"dtype is float64 \(test_compare_results\.py:\d+: astype gives"
    ):
        compared(lambda x: (x, x.astype(np.float64)), np.ones(2))


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
