# SPDX-License-Identifier: BSD-3-Clause
"""Does the benchmark of mixed precision run, go on where it stopped, and stand behind its page?"""

from __future__ import annotations

import json

from recorded_benchmarks import modules_of, quick, quick_again

modules = modules_of("mixed_precision", "mixed_precision_report", "monitor")


def test_a_quick_run_is_written_and_not_made_again(modules, tmp_path, capsys, monkeypatch):
    benchmark = modules["mixed_precision"]
    monkeypatch.setattr(benchmark, "TERMS", 256)
    few = ("bfloat16, Kahan", "FP8 products, float32 weights", "1-bit Adam in float32")
    monkeypatch.setattr(benchmark, "POLICIES", {k: benchmark.POLICIES[k] for k in few})
    record = quick(benchmark.main, tmp_path / "quick.json")
    assert [r["policy"] for r in record["runs"]] == list(few)
    assert record["runs"][0]["bytes"] == 2 * 2 * 1210  # a weight and its residual in 16 bits
    assert record["runs"][2]["sent"] < record["runs"][2]["sent_by_adam"] / 2
    errors = {(s["product"], s["accumulator"]): s["error"] for s in record["accumulation"]}
    assert len(errors) == 4 * len(benchmark.ACCUMULATORS)
    never, often = (
        errors["sums of positive terms", f"14 bits, {p}"]
        for p in ("never promoted", "promoted every 32")
    )
    assert often < never / 4
    assert "seed 0: 0." in capsys.readouterr().out
    record["runs"][0]["accuracy"] = 0.1234
    assert "12.34" in quick_again(benchmark.main, tmp_path / "quick.json", record, capsys)


def test_the_page_has_the_tables_of_the_record(modules):
    report = modules["mixed_precision_report"]
    record = json.loads(modules["mixed_precision"].RECORD.read_text())
    page = report.DOCS.read_text("utf-8")
    assert not record["quick"]
    for heads, rows in (
        (report.SUMS, report.rows_of_sums(record)),
        (report.RUNS, report.rows_of_runs(record)),
    ):
        assert report.markdown_table(heads, rows) in page
    assert f"{record['machine']}, {record['date']}" in page


def test_a_step_without_the_looks_of_a_monitor_is_the_same_step(modules):
    """What the benchmark calls absent computes the same bits."""
    benchmark = modules["monitor"]
    found = []
    for kind in (benchmark.absent, benchmark.off):
        layers = [benchmark.Linear(4, 3, dtype="posit16", seed=0)]
        model = benchmark.Sequential(layers)
        x = benchmark.np.ones((6, 4), "float32").astype(model.dtype)
        assert benchmark.seconds(kind, model, x, benchmark.np.arange(6) % 3) > 0
        found.append(model.parameters()["0.weight"].tobytes())
    assert found[0] == found[1]
