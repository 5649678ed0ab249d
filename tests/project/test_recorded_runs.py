# SPDX-License-Identifier: BSD-3-Clause
"""Does a benchmark that is stopped keep its runs, and go on with those that are missing?"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from recorded_benchmarks import modules_of

modules = modules_of("recorded", "report_parts")
WANTED = [{"way": way, "seed": seed} for seed in range(2) for way in ("near", "down")]


@dataclass(frozen=True)
class Task:
    data: str


def test_a_stopped_benchmark_goes_on_with_what_is_missing(modules, tmp_path, capsys):
    path, made, last = tmp_path / "runs.json", [], [3]

    def run(way, seed):
        if len(made) in last:
            raise KeyboardInterrupt
        made.append((way, seed))
        return {"way": way, "seed": seed, "rows": {"a": len(made)}}

    def call():
        kept = modules["recorded"].Recorded(path, {"runs": {}}, level=True)
        runs = kept.runs_of(Task("digits"))
        kept.complete(runs, WANTED, run, lambda r: f"{r['way']} {r['seed']}")

    with pytest.raises(KeyboardInterrupt):
        call()
    record = json.loads(path.read_text())
    assert list(record) == ["runs", "machine", "level", "date"]
    ((task, runs),) = modules["recorded"].tasks_of(record)
    assert task == {"data": "digits"}
    assert [(r["way"], r["seed"]) for r in runs] == [("near", 0), ("down", 0), ("near", 1)]
    made.clear()
    last.clear()
    call()
    assert made == [("down", 1)]
    assert capsys.readouterr().out == "near 0\ndown 0\nnear 1\ndown 1\n"
    before = path.read_bytes()
    call()
    assert made == [("down", 1)]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_part_is_measured_once(modules, tmp_path):
    kept = modules["recorded"].Recorded(tmp_path / "parts.json", {"parts": {}})
    assert kept.once(kept.record["parts"], "a", lambda: 1)
    assert not kept.once(kept.record["parts"], "a", lambda: 2)
    record = json.loads((tmp_path / "parts.json").read_text())
    assert record["parts"] == {"a": 1}
    assert "level" not in record


def test_a_quick_call_is_not_written_into_the_kept_record(modules, tmp_path):
    recorded, kept = modules["recorded"], tmp_path / "runs.json"
    parser = recorded.options_of("about", kept, "seconds")
    for arguments, path in (
        ([], kept),
        (["--quick"], "runs_quick.json"),
        (["--quick", "--json", "a.json"], "a.json"),
        (["--json", "a.json"], "a.json"),
    ):
        assert str(recorded.path_of(parser.parse_args(arguments), kept)) == str(path)


def test_names_are_of_those_that_are_allowed(modules, capsys):
    recorded = modules["recorded"]
    parser = recorded.options_of("about", Path("runs.json"), "seconds")
    parser.add_argument("--rows", type=recorded.names(["int8, tensors", "int8"], ";"))
    assert parser.parse_args([]).rows is None
    found = parser.parse_args(["--rows", "int8; int8, tensors"]).rows
    assert found == ["int8", "int8, tensors"]
    with pytest.raises(SystemExit):
        parser.parse_args(["--rows", "int8;int9"])
    assert "--rows: 'int9'; allowed: int8, tensors; int8" in capsys.readouterr().err


def test_tables_and_means(modules):
    parts = modules["report_parts"]
    assert parts.mean_and_spread([1.0]) == "1.00"
    assert parts.mean_and_spread([1.0, 3.0], 1) == "2.0 ± 1.4"
    table = parts.markdown_table(["a", "b"], iter([["1", "2"]]), "---:")
    assert table == "| a | b |\n| ---: | ---: |\n| 1 | 2 |"
