# SPDX-License-Identifier: BSD-3-Clause
"""Are a monitor's rows, tables, pictures and messages what they should be?"""

from __future__ import annotations

import io
import json
import math
import sys

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    Linear,
    PrecisionMonitor,
    Sequential,
    fit,
    softmax_cross_entropy,
)
from numformats.training.monitor import TensorErrors
from numformats.training.plans import reverse
from training_parts import blobs, descent, small_model


class Terminal(io.StringIO):
    def isatty(self):
        return True


def trained(**options):
    model = small_model(nf.posit8)
    x, y = blobs(20, nf.posit8)
    with PrecisionMonitor(model, **options) as monitor:
        fit(model, x, y, loss=softmax_cross_entropy, optimizer=descent(), epochs=2, batch=10)
    return monitor


def test_rows_are_of_each_tensor_and_step_in_all_forms():
    monitor = trained(names=["0.*", "*.weight"])
    assert monitor.names == [
        "0.output", "0.weight", "0.bias", "2.weight", "0.weight.gradient", "0.bias.gradient",
    ]  # fmt: skip
    assert [(r.step, r.name) for r in monitor.rows[:6]] == [
        (0, n)
        for n in (
            "0.output",
            "0.weight.gradient",
            "0.bias.gradient",
            "0.weight",
            "0.bias",
            "2.weight",
        )
    ]
    assert len(monitor.rows) == 4 * 6
    assert all(isinstance(r, TensorErrors) for r in monitor.rows)
    dicts = monitor.to_dicts()
    assert dicts[0]["max_ulps"] == monitor.rows[0].max_ulps
    assert [json.loads(line) for line in monitor.to_json_lines().splitlines()] == dicts
    frame = monitor.to_pandas()
    assert frame["bias"].tolist() == [r.bias for r in monitor.rows]
    assert list(frame.columns) == list(dicts[0])
    assert list(PrecisionMonitor(small_model()).to_pandas().columns) == list(dicts[0])


def test_json_has_no_numbers_that_are_none():
    model = Linear(1, 1, bias=False, dtype=nf.float8_e5m2)
    model.own["weight"][...] = 2
    with np.errstate(all="ignore"), PrecisionMonitor(model) as monitor:
        model([[57344.0]])
    line = json.loads(monitor.to_json_lines(), parse_constant=pytest.fail)
    assert (line["max_ulps"], line["bias"], line["infinities"]) == ("inf", None, 1)
    assert math.isnan(monitor.rows[0].bias)


def test_means_are_of_elements_with_a_finite_error():
    model = Linear(1, 1, bias=False, dtype=nf.float8_e5m2)
    model.own["weight"][...] = 1.25
    with np.errstate(all="ignore"), PrecisionMonitor(model) as monitor:
        model([[57344.0], [1.0], [1.25], [1.5], [0.0]])
    # 1.5625 becomes 1.5: -1/16, a quarter of a gap of 1/4; 1.875 a tie that becomes 2.
    row = monitor.rows[0]
    assert row.bias == (-0.25 + 0.5) / 4
    assert row.mean_ulps == 0.75 / 4
    assert row.mean_relative == (0.0625 / 1.5625 + 0.125 / 1.875) / 4
    assert row.max_ulps == math.inf
    assert monitor.error_map().shape == (5, 1)


def test_names_that_are_none_are_told():
    model = small_model()
    with pytest.raises(ValueError, match=r"'3\.\*'; there are: output, 0\.output, 1\.output"):
        PrecisionMonitor(model, "3.*")
    monitor = PrecisionMonitor(model)
    with pytest.raises(TypeError, match="7 is no name"):
        monitor.enable([7])
    with pytest.raises(TypeError, match="watches a model, not 'x'"):
        PrecisionMonitor("x")
    with pytest.raises(TypeError, match="truth=3 is no model"):
        PrecisionMonitor(model, truth=3)
    with pytest.raises(ValueError, match="errors='most'; allowed"):
        PrecisionMonitor(model, errors="most")
    with pytest.raises(ValueError, match="every is 0"):
        PrecisionMonitor(model, every=0)
    with pytest.raises(ValueError, match="reference 'float32'"):
        PrecisionMonitor(model, reference="float32")
    with pytest.raises(ValueError, match="53 bits, too few to judge posit64"):
        PrecisionMonitor(small_model(nf.posit64), reference="float64")
    with pytest.raises(KeyError, match=r"'0.weight' has not been measured \(parameters are"):
        monitor.error_map("0.weight")


def test_patterns_add_and_remove():
    monitor = PrecisionMonitor(small_model())
    everything = monitor.names
    monitor.disable("*.gradient")
    assert monitor.names == [n for n in everything if not n.endswith("gradient")]
    monitor.enable("0.bias.gradient")
    assert monitor.names == [n for n in everything if n[-8:] != "gradient" or n[:6] == "0.bias"]
    chosen = PrecisionMonitor(small_model())
    chosen.enable("0.bias")
    chosen.enable(["2.bias", "1.output"])
    assert chosen.names == ["1.output", "0.bias", "2.bias"]


def test_maps_need_no_name():
    monitor = trained(names="2.output")
    assert monitor.error_map().shape == (10, 3)
    np.testing.assert_array_equal(monitor.error_map("2"), monitor.error_map("2.output"))
    several = trained(names=["2.output", "0.output"])
    every = several.error_map()
    assert set(every) == {row.name for row in several.rows} == {"0.output", "2.output"}
    for name, errors in every.items():
        np.testing.assert_array_equal(errors, several.error_map(name))
    monitor.error_map()[...] = 7
    assert monitor.error_map().max() < 7


def test_planned_steps_and_workers_are_refused_before_the_first_step():
    model = small_model()
    x, y = blobs(20)
    before = model.state_dict()
    common = {"loss": softmax_cross_entropy, "epochs": 1}
    with PrecisionMonitor(model):
        with pytest.raises(ValueError, match="planned step, which keeps no activations"):
            fit(model, x, y, optimizer=nf.training.SGD(0.1), gradients=reverse(), **common)
        with pytest.raises(ValueError, match="workers=2 compute in other processes"):
            fit(model, x, y, optimizer=nf.training.SGD(0.1), workers=2, **common)
    assert all((model.state_dict()[k] == a).all() for k, a in before.items())


def test_what_the_reference_cannot_compute_is_told():
    model = small_model()
    x, y = blobs(6)
    with (
        PrecisionMonitor(model, reference="exact"),
        pytest.raises(nf.tracing.TraceError, match="no exact value") as caught,
    ):
        nf.training.gradients(model, softmax_cross_entropy, x, y)
    assert "take reference='double'" in caught.value.__notes__[0]


def test_the_table_is_written_once_where_there_is_no_terminal():
    stream = io.StringIO()
    monitor = trained(names=["0.weight", "2.output"], live=stream)
    assert stream.getvalue() == monitor.table() + "\n"
    heading, *lines = monitor.table().splitlines()
    assert heading.split()[:4] == ["tensor", "format", "steps", "bias"]
    assert [line.split()[:3] for line in lines] == [
        ["2.output", "posit8", "4"],
        ["0.weight", "posit8", "4"],
    ]
    assert monitor.table() in repr(monitor)
    assert PrecisionMonitor(small_model()).table() == "no tensor has been measured yet"


def test_a_terminal_gets_a_table_that_follows_the_steps(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    trained(names=["0.weight"], live=stream)
    text = stream.getvalue()
    assert text.count("0.weight") >= 4
    assert "\x1b[?25h" in text  # the cursor is shown again


def test_without_rich_a_terminal_is_told_which_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.live", None)
    model = small_model()
    with pytest.raises(ModuleNotFoundError, match=r"numformats\[cli\]"):
        PrecisionMonitor(model, live=Terminal()).__enter__()
    assert "forward" not in vars(model)


def test_without_pandas_the_extra_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match=r"numformats\[pandas\]"):
        PrecisionMonitor(small_model()).to_pandas()


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)])
def test_the_heat_map_shows_each_element(shape):
    model = Sequential(Linear(shape[-1], shape[-1], dtype=nf.posit8))
    x = np.random.default_rng(0).normal(size=shape).astype(nf.posit8)
    with PrecisionMonitor(model, "output") as monitor:
        model(x)
    axes = monitor.plot().axes[0]
    shown = axes.images[0].get_array()
    errors = monitor.error_map()
    assert shown.shape == (errors.size // shape[-1], shape[-1])
    flat = errors.reshape(-1)
    np.testing.assert_array_equal(np.asarray(shown).reshape(-1)[flat > 0], flat[flat > 0])
    assert axes.get_title() == "output in posit8, step 0"


def test_a_map_without_errors_and_one_with_infinite_ones_can_be_drawn():
    model = Linear(1, 1, bias=False, dtype=nf.float8_e5m2)
    model.own["weight"][...] = 2
    with np.errstate(all="ignore"), PrecisionMonitor(model) as monitor:
        model([[1.0]])
        monitor.plot("output").canvas.draw()
        model([[57344.0]])
        monitor.plot("output").canvas.draw()
