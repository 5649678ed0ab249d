# SPDX-License-Identifier: BSD-3-Clause
"""Does the page of faults list the models that there are, and the heat map every cell?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from numformats.hardware import Cases, Checker, operation
from numformats.hardware.check.heat_map import COLOURS, heat_map

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_of_faults_is_that_of_the_code():
    script = str(ROOT / "docs" / "generate_triage.py")
    done = subprocess.run([sys.executable, "-P", script, "--check"], check=False, cwd=ROOT.parent)
    assert done.returncode == 0, "run docs/generate_triage.py"


def test_a_cell_is_drawn_for_each_pair_of_exponents_that_was_tried():
    checker = Checker(operation("posit<8,es=1>", "add"))
    one, two = np.array([0x40, 0x40, 0], np.uint8), np.array([0x40, 0x50, 0x80], np.uint8)
    checker.add(Cases((one, two), np.array([0x50, 0x4D, 0x80], np.uint8)))
    picture = heat_map(checker.report().grid)
    assert picture.count("<title>") == 3
    assert "2^0, 2^1: 1 of 1 wrong" in picture
    assert "0, NaR: 0 of 1 wrong" in picture
    assert picture.count(f'fill="{COLOURS[-1]}"') == 2  # a cell, and the legend
    single = Checker(operation("float<exp=3,man=2>", "sqrt"))
    single.add(Cases((np.array([0], np.uint8),), np.array([0], np.uint8)))
    assert heat_map(single.report().grid).count("<title>") == 1
