# SPDX-License-Identifier: BSD-3-Clause
"""Does a bench in SystemVerilog find a planted fault with libnumformats as its golden model?"""

from pathlib import Path

import pytest

import numformats as nf
from c_library import EXAMPLES, run
from numformats.hardware.simulators import SimulatorError, find_simulator

WANTED = """'fixed<8,frac=999>': frac=999: must be an integer in -64..128
fixed<8,frac=4> of 8 bits
3.3 + 4.6: got 6.94, expected 7.94
1 mismatches, flags 4
quire -0.5
sum 0.500000
5.25 = 2.0 * 2 + 1.25
6 = 0.75 * 2^3
a code of 9 bits is refused: flags 8
"""


def test_verilator(tmp_path):
    try:
        verilator = find_simulator("verilator")
    except SimulatorError as error:
        pytest.skip(f"DPI-C was not tried: {error}")
    run(
        verilator.compiler, "--binary", "--timing", "--top-module", "bench", "--Mdir", tmp_path,
        "-CFLAGS", "-std=c++20 -fcoroutines", "-o", "bench",
        Path(nf.get_include()) / "numformats_pkg.sv", EXAMPLES / "bench.sv", nf.get_library("static"),
        env=dict(verilator.environment),
    )  # fmt: skip
    printed = run(tmp_path / "bench")
    assert printed[: printed.index("- ")] == WANTED
