# SPDX-License-Identifier: BSD-3-Clause
"""Are the committed records those of whole runs without a wrong result?"""

from __future__ import annotations

import json
from pathlib import Path


def record(name):
    return json.loads(Path(__file__).with_name(name).read_text())


def test_functions_at_all_arguments():
    runs = record("functions.json")["runs"]
    wanted = {f"{n} {f}" for n in ("exp", "log", "sin", "tanh") for f in ("posit32", "bposit32")}
    assert wanted <= set(runs)
    for counts in runs.values():
        assert counts["arguments"] == 2**32
        assert counts["wrong"] == 0
        assert counts["decided by MPFR"] > 0
    assert len({counts["digest of results"] for counts in runs.values()}) == len(runs)


def test_operations_at_all_pairs():
    runs = record("pairs.json")["sweeps"]
    assert runs
    for found in runs:
        assert found["items"] == 2**32
        assert found["chunks"] == found["of"]
        assert (found["wrong"], found["undecided"], found["examples"]) == (0, 0, [])
    assert len({found["digest"] for found in runs}) == len(runs)
