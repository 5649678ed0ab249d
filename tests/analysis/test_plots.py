# SPDX-License-Identifier: BSD-3-Clause
"""Do the pictures show the numbers that they should, and are those of the docs what their command draws?"""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

import numformats as nf
from numformats.analysis import CompareError, plots, worst_relative_error

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_accuracy_is_that_of_the_worst_number_of_a_binade():
    axes = plots.plot_accuracy([nf.posit16, "float16", "q7"], 2.0**-20, 2.0**20).axes[0]
    lines = {line.get_label(): dict(zip(*line.get_data(), strict=True)) for line in axes.lines}
    assert list(lines) == ["posit16", "float16", "q7"]
    for name, digits in lines.items():
        assert len(digits) == 41
        for e in (-20, -8, 0, 15, 16):
            error = float(worst_relative_error(name, 2.0**e, 2.0 ** (e + 1)))
            assert digits[2.0**e] == pytest.approx(max(0, -math.log10(error)) if error < 1 else 0)
    assert lines["float16"][2.0**15] == 0  # 65520 and beyond become infinite
    assert lines["posit16"][1.0] > lines["posit16"][2.0**16] > 2


def test_growth_draws_errors_bounds_and_models():
    n = [10, 100, 1000]
    figure = plots.plot_growth(
        n,
        {"a": [[1e-3, -2e-3], [1e-2, 0], [1e-1, 3e-1]], "b": [1e-9, 1e-8, 1e-7]},
        {"bound": [1, 2, 3], "model: m": [1e-6, 1e-6, 1e-6]},
    )
    lines = figure.axes[0].lines
    assert len(lines) == 5  # two columns of a, b, two lines
    assert list(lines[1].get_ydata()) == pytest.approx([2e-3, math.nan, 3e-1], nan_ok=True)
    assert [line.get_linestyle() for line in lines] == ["None", "None", "None", "-", ":"]
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["a", "b", "bound", "model: m"]
    assert figure.axes[0].get_yscale() == figure.axes[0].get_xscale() == "log"


@pytest.mark.parametrize(
    "T",
    [nf.posit8, nf.float8_e4m3, nf.float4_e2m1fn, nf.Fixed(5, 2, overflow="wrap")],
    ids=lambda T: str(T.format),
)
@pytest.mark.parametrize("operation", ["add", "multiply", "divide"])
def test_errors_of_operations_are_those_of_the_oracle(T, operation):
    oracle = nf.oracle.for_format(T)
    values, errors = plots.operation_errors(T, getattr(np, operation))
    assert (np.diff(values) > 0).all()
    assert errors.shape == (len(values), len(values))
    rng = np.random.default_rng(0)
    for i, j in rng.integers(0, len(values), (200, 2)):
        x, y = values[i], values[j]
        code = getattr(oracle, {"multiply": "mul", "divide": "div"}.get(operation, operation))(
            oracle.encode(x), oracle.encode(y)
        )
        got = oracle.decode(code)
        if operation == "divide" and y == 0:
            assert math.isnan(errors[i, j])
            continue
        exact = {"add": x + y, "multiply": x * y, "divide": x / y if y else 0}[operation]
        if isinstance(got, nf.oracle.Special) and got is not nf.oracle.Special.NEG_ZERO:
            assert errors[i, j] == math.inf
        else:
            number = 0.0 if got is nf.oracle.Special.NEG_ZERO else float(got)
            wanted = abs(number - exact) / abs(exact) if exact else (0 if number == 0 else math.inf)
            assert errors[i, j] == pytest.approx(wanted, rel=1e-9, abs=1e-15)


def test_heat_map_tells_exact_lost_and_undefined_apart():
    figure = plots.plot_operation(nf.float4_e2m1fn, np.divide)
    values, errors = plots.operation_errors(nf.float4_e2m1fn, np.divide)
    shown = figure.axes[0].images[0].get_array()
    zero = list(values).index(0.0)
    assert shown.mask[:, zero].all()
    assert not shown.mask[:, zero + 1].any()
    norm = figure.axes[0].images[0].norm
    assert (shown[errors == 0] < norm.vmin).all()
    assert (shown[(errors > norm.vmin) & (errors <= 1)] >= norm.vmin).all()
    assert norm.vmax == 1.0


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.plot_accuracy([nf.posit8], 2, 1), "low=2, high=1"),
        (lambda: plots.plot_accuracy([]), "candidates is empty"),
        (lambda: plots.plot_growth([2, 1], {}), "must be increasing"),
        (lambda: plots.plot_growth([1, 2], {"a": [1]}), "a: 1 errors for 2 lengths"),
        (lambda: plots.plot_operation(nf.posit16), "posit16 has 16 bits: at most 8"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(draw, words):
    with pytest.raises(CompareError, match=words):
        draw()


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"numformats\[plot\]"):
        plots.plot_accuracy([nf.posit8])


def by_file(text):
    """A picture's text without what its libraries compress: pixels of the heat maps."""
    return re.sub(r"base64,[^\"]*", "base64,", text)


def test_pictures_of_the_page_are_what_the_command_draws(tmp_path):
    spec = importlib.util.spec_from_file_location("generate_plots", DOCS / "generate_plots.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main(tmp_path)
    page = (DOCS / "how-to" / "draw.md").read_text("utf-8")
    for name, draw in module.PICTURES.items():
        kept, drawn = (DOCS / "pictures" / name).read_bytes(), (tmp_path / name).read_bytes()
        assert f"(../pictures/{name})" in page
        assert len(kept) < 100_000
        if f"Matplotlib v{mpl.__version__}," in kept.decode():  # another draws other paths
            assert by_file(kept.decode()) == by_file(drawn.decode()), name
        if name.endswith("-add.svg"):
            plots.save(draw(), tmp_path / "again.svg")
            assert (tmp_path / "again.svg").read_bytes() == drawn
