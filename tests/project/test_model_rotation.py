# SPDX-License-Identifier: BSD-3-Clause
"""Does a reader never answer by a bad version, while publishers are killed and records forged?"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from recorded_benchmarks import BENCHMARKS, modules_of

modules = modules_of("model_rotation")


@pytest.fixture
def rotation(modules):
    return modules["model_rotation"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="publishers are forked")
def test_publishers_die_records_are_forged_and_no_read_is_bad(tmp_path):
    """A process of its own, for this one has threads, which a fork does not take along."""
    script = BENCHMARKS / "model_rotation.py"
    arguments = ["--quick", "--json", tmp_path / "a.json"]
    done = subprocess.run(
        [sys.executable, script, *arguments],
        env=os.environ | {"PYTHONPATH": str(BENCHMARKS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((tmp_path / "a.json").read_text())
    kills, swaps = record["kills"], record["swaps"]
    assert (kills["bad"], swaps["bad"]) == (0, 0)
    assert swaps["reads"] > swaps["readers"]
    assert kills["versions"] > 1  # the dead were at work
    assert kills["swaps"] > 0
    # "missing" where the forger took the file away between two looks
    assert set(kills["refused"]) - {"missing"} == {"signature", "malformed", "replayed", "key"}


def test_a_bad_read_is_counted(rotation, monkeypatch):
    """A rotation that mixes two versions, or goes back, is found."""

    class Mixed(rotation.Rotation):
        @property
        def current(self):
            served = self._current
            if served.version < 20:
                return served
            other = rotation.model(3)
            other.parameters()["2.bias"][0] = 4
            return rotation.Served(other, 3)

    monkeypatch.setattr(rotation, "Rotation", Mixed)
    found = rotation.swaps(50, 2)
    assert found["bad"] > 0


def test_the_page_shows_the_committed_record(rotation):
    record = json.loads(rotation.RECORD.read_text())
    assert rotation.markdown(record) in rotation.DOCS.read_text()
    assert record["swaps"]["swaps"] == 10_000
    assert record["swaps"]["readers"] == record["kills"]["readers"] == 8
    assert record["swaps"]["bad"] == record["kills"]["bad"] == 0
    assert set(record["kills"]["refused"]) >= {"signature", "malformed", "replayed", "key"}
