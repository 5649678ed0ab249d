# SPDX-License-Identifier: BSD-3-Clause
"""Do the benchmarks of orders of summation and of fast products run, and do their pages show their records?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import numformats as nf
from recorded_benchmarks import modules_of, quick

NAMES = ("summation_order", "fast_products")
modules = modules_of(*NAMES, needs=["sklearn"])


def test_orders_are_measured_and_not_twice(modules, tmp_path, capsys):
    path = tmp_path / "a.json"
    main, formats = modules["summation_order"].main, ("--formats", "float8_e4m3fn")
    record = quick(main, path, *formats)
    assert "exact: 0.2" in capsys.readouterr().out
    rows = {r["model"]: r for r in record["rows"]["digits"]["float8_e4m3fn"]}
    assert rows["exact"]["max_distinct"] == 1
    assert rows["exact"]["max_ulps"] <= 0.5
    assert rows["sequential in T"]["mean_distinct"] > 1.5
    assert rows["sequential in T"]["mean_ulps"] > rows["pairwise in T"]["mean_ulps"] > 0.3
    assert quick(main, path, *formats) == record
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit):
        quick(main, path, *formats, "--orders", "6")
    assert "has 5 orders, not 6" in capsys.readouterr().err


def test_errors_of_orders_are_against_the_exact_product(modules):
    """Of numbers that are exact in the format all accumulators are right but the one that cuts."""
    script = modules["summation_order"]
    x, w = np.array([[1, 2, 3]], nf.posit16), np.array([[1], [-1], [2]], nf.posit16)
    assert [float(v) for v in script.exact(x, w).ravel()] == [5.0]


def test_fast_products_are_measured_and_not_twice(modules, tmp_path, capsys, monkeypatch):
    script, path = modules["fast_products"], tmp_path / "a.json"
    x, w = np.linspace(0, 1, 36).reshape(1, 1, 6, 6), np.linspace(-1, 1, 18).reshape(2, 1, 3, 3)
    monkeypatch.setattr(script, "layers", lambda _: {"small": (x, w)})
    record = quick(script.main, path, "--formats", "bfloat16")
    found = script.constants(record, "bfloat16", "winograd")
    assert found[0] == script.constants(record, "bfloat16", "strassen")[0]
    assert found[0][1] < found[1][1] < found[2][1]
    for depth, (constant, _) in found.items():
        assert constant < nf.linalg.published_error_constant(16, depth, variant="winograd")
    assert set(record["convolutions"]) == {f"bfloat16|small|{tile}" for tile in (1, 2, 4)}
    assert all(0 < entry["of_bound"] <= 1 for entry in record["convolutions"].values())
    text = script.markdown(record)
    assert "| winograd, n = 16, 1 seeds | direct | depth 1 | depth 2 |" in text
    capsys.readouterr()
    assert quick(script.main, path, "--formats", "bfloat16") == record
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_the_committed_record(name, modules, tmp_path, capsys):
    script = modules[name]
    record = json.loads(script.RECORD.read_text())
    assert script.markdown(record) in script.DOCS.read_text()
    script.picture(record, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size > 10_000
    with pytest.raises(SystemExit):
        script.main(["--formats", "posit17"])
    assert "'posit17'; allowed: binary32" in capsys.readouterr().err
