# SPDX-License-Identifier: BSD-3-Clause
"""Which test does the simulator run for `run`?  One: vectors of a level, played and judged.

cocotb imports this module inside the simulator; what to do comes by the environment, and the
outcome goes to a file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cocotb

from numformats.hardware.cocotb.bench import Bench
from numformats.hardware.cocotb.problems import BenchError
from numformats.hardware.operations import operation
from numformats.hardware.vectors import vectors

TASK = "NUMFORMATS_COCOTB_TASK"
"""Name of the variable that holds the task, as JSON."""


@cocotb.test()
async def whole_check(dut: Any) -> None:
    """Play the vectors of the task and write down what came of it."""
    task = json.loads(os.environ[TASK])
    try:
        told = await _told(dut, task)
    except BenchError as error:
        told = {"problem": str(error)}
    Path(task["outcome"]).write_text(json.dumps(told), "utf-8")  # noqa: ASYNC240 - at the end


async def _told(dut: Any, task: dict[str, Any]) -> dict[str, Any]:
    """The fields of an Outcome."""
    asked = operation(task["format"], task["op"], mode=task["mode"], to=task["to"])
    bench = Bench(dut, asked, ports=task["ports"], latency=task["latency"], **task["handshake"])
    await bench.play(vectors(asked, level=task["level"], seed=task["seed"], count=task["count"]))
    board = bench.scoreboard
    return {
        "report": board.report().document(),
        "undefined": board.undefined,
        "latency": bench.latency,
        "coverage": None if board.coverage is None else board.coverage.summary(),
        "text": str(board),
    }
