# SPDX-License-Identifier: BSD-3-Clause
"""Are answers compared rightly, from every source, and is the report whole?"""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from numformats import hardware
from numformats.hardware import Cases, Checker, Diagnosis, Mismatch, Report, check, operation
from numformats.hardware.check import KINDS
from numformats.hardware.check.strata import GROUPS
from tests.support.planted_devices import answers, operands

LINES = ["40 40 48 00", "40 41 49 00", "80 40 80 00"]  # 1 + 1.125 is a tie: 48, so line 2 is wrong


@pytest.fixture(scope="module")
def planted():
    asked = operation("posit16", "mul")
    return asked, answers(asked, operands(asked, 1200), tie="away")


def test_every_source_gives_the_same(tmp_path):
    path = tmp_path / "answers.txt"
    path.write_text("\n".join(LINES) + "\n", "ascii")
    data = path.read_bytes()
    codes = [[int(x, 16) for x in line.split()[:3]] for line in LINES]
    a, b, r = np.array(codes, np.uint8).T
    with path.open("rb") as file, path.open(encoding="ascii") as text:
        sources = [path, str(path), file, text, LINES, [f"{x}\n".encode() for x in LINES],
                   io.BytesIO(data), io.StringIO(data.decode()), Cases((a, b), r),
                   iter([Cases((a[:1], b[:1]), r[:1]), Cases((a[1:], b[1:]), r[1:])])]  # fmt: skip
        for source in sources:
            report = check("posit8", "add", source)
            assert isinstance(report, Report)
            assert (report.checked, report.mismatches, report.passed) == (3, 1, False), source
    assert check(operation("posit8", "add"), source=LINES[:1]).passed


def test_how_the_stream_is_cut_does_not_matter(planted):
    asked, cases = planted
    whole, parts = Checker(asked, seed=3), Checker(asked, seed=3)
    for checker in (whole, parts):
        checker._samples.capacities = [20] * GROUPS
    whole.add(cases)
    for i in range(0, len(cases), 7):
        at = slice(i, i + 7)
        parts.add(Cases(tuple(c[at] for c in cases.operands), cases.results[at]))
    assert whole.report().document() == parts.report().document()
    assert whole.report().taken_apart < whole.report().mismatches
    assert sum(d.count for d in whole.report().diagnoses) == whole.report().mismatches
    assert (parts.report().grid.wrong == whole.report().grid.wrong).all()


def test_the_grid_counts_every_row(planted):
    asked, cases = planted
    report = check(asked, source=cases)
    assert report.grid.rows.sum() == report.checked == len(cases)
    assert report.grid.wrong.sum() == report.mismatches
    for axis, column in zip(report.grid.axes, cases.operands, strict=True):
        assert axis.places(column).tolist() == [axis.place(int(c)) for c in column]
        assert len(axis.labels) == axis.bins


def test_any_nan_is_a_nan_unless_the_code_counts():
    lines = ["7C01 3C00 7FFF", "7E00 3C00 3C00"]
    report = check("binary16", "add", lines)
    assert [(d.kind, d.count) for d in report.diagnoses] == [("nar", 1)]
    assert check("binary16", "add", lines, nans="same").mismatches == 2


def test_flags_are_compared_where_there_are_some():
    lines = ["3C00 1000 3C00 00", "3C00 3C00 4000 00"]
    (found,) = check("binary16", "add", lines).diagnoses
    assert isinstance(found, Diagnosis)
    assert (found.kind, found.count, found.sentence) == ("flags", 1, "inexact flag missing")
    assert found.examples[0].flags == (0, 1)
    assert check("binary16", "add", lines, flags=False).passed
    with pytest.raises(ValueError, match="flags=True, but the cases have no flags"):
        check("binary16", "add", ["3C00 3C00 4000"], flags=True)


def test_a_mismatch_is_taken_apart():
    (found,) = check("posit8", "add", LINES).diagnoses
    (example,) = found.examples
    assert isinstance(example, Mismatch)
    assert (example.line, example.steps) == (2, 1)
    assert [c.code for c in example.operands] == ["40", "41"]
    assert example.expected.fields == (
        ("sign", "0"), ("regime", "10"), ("exponent", "01"), ("fraction", "000"))  # fmt: skip
    assert example.region == "the exact result is a tie; 3 fraction bits remain"
    assert str(example).splitlines()[3].startswith("not 48 (sign 0")


def test_a_wrong_reference_is_told_loudly():
    asked = operation("posit8", "add")

    class Broken(type(asked)):
        def reference(self, *columns):
            return super().reference(*columns) ^ 1

    one = np.array([0x40], np.uint8)
    report = check(
        Broken("add", asked.result), source=Cases((one, one), np.array([0x48], np.uint8))
    )
    assert [d.kind for d in report.diagnoses] == ["reference"]
    assert "THE REFERENCE IS WRONG" in report.table()


def test_the_report_has_the_names_to_keep(planted, tmp_path):
    asked, cases = planted
    report = check(asked, source=cases, limit=2)
    document = json.loads(report.to_json(tmp_path / "report.json"))
    assert document == json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert document["checked"] == len(cases)
    assert document["mismatches"] == report.mismatches > 0
    assert document["diagnoses"][0]["kind"] == "tie"
    assert document["diagnoses"][0]["count"] == report.diagnoses[0].count
    assert {d["kind"] for d in document["diagnoses"]} <= set(KINDS)
    assert all(len(d.examples) <= 2 for d in report.diagnoses)
    page = report.to_html(tmp_path / "report.html")
    assert page == (tmp_path / "report.html").read_text("utf-8")
    assert "ties go away from zero" in page
    assert page.count("<title>") > 100  # the cells of the heat map
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert "ties go away from zero" in report.table()


def test_progress_and_the_callable_module(planted):
    asked, cases = planted
    seen = []
    assert hardware.check(asked, source=iter([cases, cases]), progress=seen.append).checked
    assert seen == [len(cases), 2 * len(cases)]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"source": 3}, TypeError, "source=3; allowed: a path"),
        ({"source": ["40 40"]}, ValueError, "line 1: '40 40': 2 fields"),
        ({"source": ["40 40 48"], "layout": "xml"}, ValueError, "layout='xml'; allowed: testfloat"),
        ({"source": ["40 40 48"], "nans": "none"}, ValueError, "nans='none'; allowed: any, same"),
        ({"source": ["40 40 48"], "flags": "no"}, ValueError, "flags='no'; allowed"),
        ({"source": ["40 40 48"], "limit": -1}, ValueError, "limit=-1; allowed: 0 and more"),
        ({"source": [b"40 40 48", 7]}, TypeError, "a line is 7"),
        ({"op": None, "source": []}, ValueError, "a format needs the name of an operation"),
    ],
)
def test_bad_arguments_are_refused(arguments, error, text):
    with pytest.raises(error, match=text):
        check("posit8", **{"op": "add", **arguments})


def test_columns_that_do_not_fit_are_refused():
    asked, one = operation("posit<6,es=1>", "add"), np.array([0x10], np.uint8)
    for columns, results, text in (
        ((one, one), None, "no results"),
        ((one,), one, "1 operands; add has 2"),
        ((one, one), np.array([0x40], np.uint8), "code 0x40; allowed: 6 bits"),
        ((one, one), np.array([1.0]), "codes of dtype float64"),
    ):
        with pytest.raises(ValueError, match=text):
            Checker(asked).add(Cases(columns, results))
    with pytest.raises(ValueError, match="rounds stochastically"):
        Checker(operation("binary16", "add", mode="stochastic"))


def test_truths_and_dot_products_are_checked_too():
    lines = ["3C00 4000 1", "7E00 3C00 1", "3C00 3C00 0"]
    assert [d.kind for d in check("binary16", "lt", lines).diagnoses] == ["nar"]
    assert check("binary16", "lt", ["3C00 4000 1"]).passed
    report = check("posit8", "dot:2", ["40 40 40 40 48", "40 40 80 40 00"])
    assert [(d.kind, d.count) for d in report.diagnoses] == [("nar", 1)]
