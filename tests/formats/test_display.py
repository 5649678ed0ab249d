# SPDX-License-Identifier: BSD-3-Clause
"""Do `nf.show` and the HTML of notebooks tell every bit, and only what is so?"""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser

import ml_dtypes
import numpy as np
import pytest

import numformats as nf
from numformats import analysis
from numformats._show import decimal_form

FORMATS = [
    *nf.formats().values(),
    nf.Posit(2),
    nf.Fixed(8, -2, signed=False),
    nf.P3109(4, 1),
    nf.Posit(24, es=1),
]


class Reader(HTMLParser):
    """The text of each cell with its style; every tag closed, in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.cells, self.text = [], [], ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert not {"src", "href", "onclick", "class", "id"} & {name for name, _ in attrs}
        assert tag in {"div", "b", "table", "tr", "td", "th"}
        self.open.append(tag)
        if tag in {"td", "th"}:
            self.cells.append([dict(attrs).get("style", ""), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.cells[-1][1] += data


def codes_of(T):
    bits = T.format.bits
    with np.errstate(all="ignore"):
        some = [int(T(x).bits) for x in (1, -1, 0.3, -0.3, 1e6, -1e6)]
    return {0, 1, (1 << bits) - 1, 1 << (bits - 1), (1 << (bits - 1)) - 1, *some}


@pytest.mark.parametrize("T", FORMATS, ids=str)
def test_the_coloured_bits_are_the_code_or_its_complement(T):
    for code in codes_of(T):
        x = T.from_bits(code)
        read = Reader(x._repr_html_())
        coloured = [(style, text) for style, text in read.cells if "background:#" in style]
        bits = "".join(text for _, text in coloured)
        value = nf.oracle.for_format(T).decode(code)
        negated = T.format.is_tapered and isinstance(value, Fraction) and value < 0
        assert int(bits, 2) == (-code % (1 << T.format.bits) if negated else code)
        assert len(bits) == T.format.bits
        assert ("complement" in read.text) == negated
        assert all("color:#111" in style for style, _ in coloured)  # dark on light, on any page
        assert repr(x) in read.text
        if isinstance(value, Fraction):
            assert decimal_form(value) in read.text


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_text_on_colours_can_be_read():
    """WCAG's contrast of 7 or more, and no other text has a colour of its own."""
    html = (
        nf.takum_linear16(1e10)._repr_html_()
        + nf.posit16(0.1)._repr_html_()
        + nf.q15(0.1)._repr_html_()
    )
    for background in set(re.findall(r"background:(#\w+)", html)):
        assert (luminance(background) + 0.05) / (luminance("#111111") + 0.05) >= 7
    assert set(re.findall(r"[^-]color:([^;\"]+)", html)) == {"#111"}


def test_other_results_in_notebooks():
    cells = [text for _, text in Reader(nf.finfo(nf.posit16)._repr_html_()).cells]
    assert cells[cells.index("maxpos") + 1] == str(nf.posit16.from_bits(0x7FFF))
    assert cells[cells.index("contiguous_integers") + 1] == "1024"
    assert "BPosit(16, rs=6, es=5)" in nf.finfo(nf.bposit16)._repr_html_()
    quire = nf.Quire(nf.posit16).fma(nf.posit16(3), nf.posit16(-5))
    cells = [text for _, text in Reader(quire._repr_html_()).cells]
    assert cells == ["value", "-15", "bits", "256", "last bit", "2^-112"]
    assert "NaR" in nf.Quire(nf.posit16).add(nf.posit16("nan"))._repr_html_()


def test_a_comparison_is_a_table():
    def cube(x):
        return x * x * x

    workload = analysis.Workload("cube<x>", cube, [np.linspace(1, 2, 9)])
    result = analysis.compare(workload, ["posit16", "bfloat16"])
    html = result._repr_html_()
    cells = [text for _, text in Reader(html).cells]
    assert cells[:3] == ["format", "bits", "max rel"]
    assert "posit16" in cells
    assert "bfloat16" in cells
    assert "cube&lt;x&gt;" in html


# ---- nf.show -------------------------------------------------------------------------------------


def said(capsys, *args):
    nf.show(*args)
    return {line[:10].strip(): line[10:].strip() for line in capsys.readouterr().out.splitlines()}


def test_show_takes_a_value_apart(capsys):
    lines = said(capsys, nf.posit16(0.1))
    assert lines["bits"] == "0 01 00 10011001101"
    assert lines["value"] == "3277/2^15"
    assert said(capsys, 0.1, nf.posit16) == lines
    assert said(capsys, "0.1", "posit16") == lines
    assert said(capsys, np.array([0.1], nf.posit16)) == lines
    assert said(capsys, Fraction(1, 10), nf.posit16.format) == lines
    assert said(capsys, np.float32(-2))["bits"] == "1 10000000 00000000000000000000000"
    assert said(capsys, ml_dtypes.bfloat16(1.5))["format"].startswith("float<exp=8,man=7")
    assert said(capsys, nf.posit16("nan"))["value"] == "NaR"


@pytest.mark.parametrize("wrong", [1.5, "1", nf.posit16, np.int8(1), np.zeros(2, nf.posit8), None])
def test_show_says_what_it_needs(wrong):
    with pytest.raises(TypeError, match="show needs|show takes one|allowed: number formats"):
        nf.show(wrong)


def test_show_of_text_that_is_no_number():
    with pytest.raises(ValueError, match="could not convert"):
        nf.show("one", nf.posit8)


def test_display_needs_no_command_line():
    """Neither rich nor typer, nor anything of cli."""
    script = """
import sys
sys.modules["rich"] = sys.modules["typer"] = None
import numformats as nf
nf.show(nf.posit8(1)); nf.posit8(1)._repr_html_(); nf.finfo("posit8")._repr_html_()
assert not [m for m in sys.modules if m.startswith("numformats.cli")]"""
    subprocess.run([sys.executable, "-P", "-c", script], check=True, capture_output=True)
