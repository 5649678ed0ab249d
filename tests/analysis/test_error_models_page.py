# SPDX-License-Identifier: BSD-3-Clause
"""Are the tables of the page on error models those of today, and does the benchmark of bounds run?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(script, *arguments):
    return subprocess.run(
        [sys.executable, "-P", str(ROOT / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tables_are_up_to_date():
    done = run("docs/generate_error_models.py", "--check")
    assert done.returncode == 0, done.stderr


def test_the_first_error_alone_is_orders_of_magnitude_too_small():
    done = run("docs/generate_error_models.py")
    lines = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| 1")]
    ratios = [float(line[5]) for line in lines]
    assert len(ratios) == 4
    assert all(ratio > 0.2 * 10**k for k, ratio in zip((2, 3, 4, 5), ratios, strict=True))
    assert all(float(line[2]) <= float(line[3]) for line in lines)  # measured <= bound


def test_the_benchmark_of_bounds_runs(tmp_path):
    done = run(
        "benchmarks/analysis_bounds.py",
        "--lengths",
        "10",
        "--output",
        str(tmp_path / "bounds.json"),
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "bounds.json").read_text())["rows"]
    assert all(row["measured"] <= row["running"] for row in rows)
    recorded = json.loads((ROOT / "benchmarks" / "analysis_bounds.json").read_text())["rows"]
    key = lambda row: (row["format"], row["kernel"], row["n"])  # noqa: E731
    known = {key(row): row for row in recorded}
    assert all(known[key(row)] == row for row in rows)
