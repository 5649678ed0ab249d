# SPDX-License-Identifier: BSD-3-Clause
"""Are the accelerator's counts those that are kept, and what its page and pictures show?"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats.hardware.accelerator import stride_traffic
from recorded_benchmarks import BENCHMARKS, modules_of

DOCS = Path(__file__).parents[2] / "docs"
modules = modules_of("accelerator_metrics")


@pytest.fixture
def script(modules):
    return modules["accelerator_metrics"]


def test_the_counts_are_those_that_are_kept(script):
    kept = json.loads((BENCHMARKS / "accelerator_metrics.json").read_text())
    assert json.loads(json.dumps(script.record())) == kept


def test_the_page_shows_what_is_kept(script, tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text((DOCS / "explanation" / "accelerator-as-device.md").read_text())
    script.write_docs(page=page)
    assert page.read_text() == (DOCS / "explanation" / "accelerator-as-device.md").read_text()


def test_counts_follow_formulas(script):
    kept = json.loads((BENCHMARKS / "accelerator_metrics.json").read_text())
    for unit in kept["units"].values():
        each = 3 if unit["stalls"] else 1
        assert unit["cycles"] == each * (unit["operations"] - 1) + unit["latency"]
    for name, row in kept["banks"].items():
        stride = int(name.removeprefix("stride ")) if name.startswith("stride") else 1
        if stride % 4 == 0:
            assert row["cycles"] == stride_traffic(stride).cycles
    assert kept["dots"]["mlu32, one sum, forwarding"]["cycles"] == 5 + 1024 * 6 + 1


def test_the_update_and_the_dot_product_are_those_of_the_format(script):
    w, u = (nf.from_bits(np.array(c, np.uint32), nf.mlu32) for c in
            (script.floats(4096, 9), [c - (8 << 23) for c in script.floats(4096, 10)]))  # fmt: skip
    y, tiles, counts = script.compensated_update()
    v = u + nf.mlu32(0)  # VCOMP cuts its result
    assert y == nf.to_bits(w + v).tolist()
    assert tiles.read_comp("layer", 4096) == nf.to_bits(v - ((w + v) - w)).tolist()
    assert counts["operations"] == 4 * 4096
    a, b = (nf.from_bits(np.array(script.floats(1024, s), np.uint32), nf.mlu32) for s in (5, 6))
    wanted = np.add.accumulate(a * b)[-1]
    assert script.float_dot(1, forwarding=True)["result"] == int(nf.to_bits(wanted))


def test_pictures_are_of_the_models():
    pytest.importorskip("matplotlib")
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "generate_accelerator.py")
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    _, found = pictures.occupancy("interlock")
    assert [e for e, stage, _ in found if stage == 4] == [5, 8, 11, 14, 17]
    assert [n for _, stage, n in found if stage == 4] == [0, 1, 2, 3, 4]
    assert [int(works.sum()) for works in pictures.working_cells()] == [1, 3, 6, 10, 13, 15, 15, 13, 10, 6, 3, 1]  # fmt: skip
    assert [pictures.edges_of_stride(s) for s in (1, 8, 64, 128)] == [1, 2, 16, 32]
