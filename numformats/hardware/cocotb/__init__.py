# SPDX-License-Identifier: BSD-3-Clause
"""How is a design held against its format inside a simulator, by cocotb?

`run` does all of it in one call; `Bench` and `Scoreboard` are for tests of your own.  Importing
this needs no cocotb; using it does: pip install numformats[hardware].

Read in this order: problems, pins, drivers, scoreboard, bench, run, whole_check.
"""

from __future__ import annotations

from numformats.hardware.cocotb.bench import Bench
from numformats.hardware.cocotb.drivers import Clocked, Combinational, Driver
from numformats.hardware.cocotb.pins import Pins
from numformats.hardware.cocotb.problems import BenchError
from numformats.hardware.cocotb.run import Outcome, run
from numformats.hardware.cocotb.scoreboard import Scoreboard

__all__ = [
    "Bench",
    "BenchError",
    "Clocked",
    "Combinational",
    "Driver",
    "Outcome",
    "Pins",
    "Scoreboard",
    "run",
]
