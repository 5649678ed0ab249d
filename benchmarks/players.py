# SPDX-License-Identifier: BSD-3-Clause
"""How many cases a second does a design answer?  A posit8 adder in the vector players.

    python benchmarks/players.py

Icarus gets all pairs once, Verilator 32 times; the times include reading, writing and parsing.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from numformats.hardware import Cases, operation, run_device
from numformats.hardware.players import Design, compile_player

DESIGNS = Path(__file__).resolve().parents[1] / "docs" / "examples" / "hardware"
FILES = ("posit_adder", "posit_decoder", "posit_encoder", "normalizer", "aligner")


def main() -> None:
    add = operation("posit8", "add")
    sources = [DESIGNS / f"{name}.v" for name in FILES]
    design = Design(add, "posit_adder", sources, parameters={"N": 8, "RS": 7, "ES": 2})
    pairs = np.arange(1 << 16)
    batch = Cases(((pairs >> 8).astype(np.uint8), (pairs & 255).astype(np.uint8)))
    for simulator, times in (("icarus", 1), ("verilator", 32)):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            command = compile_player(design, folder, simulator=simulator)
            compiled = time.perf_counter() - start
            start = time.perf_counter()
            count = sum(len(answers) for answers in run_device(command, add, [batch] * times))
            spent = time.perf_counter() - start
        rate = count / spent
        print(f"{simulator:10} compiled in {compiled:5.1f} s, {rate:12,.0f} cases a second")


if __name__ == "__main__":
    main()
