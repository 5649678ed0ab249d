# SPDX-License-Identifier: BSD-3-Clause
"""How many answers of a device are read and checked in a minute, on one core?

    python benchmarks/hardware_check.py            # every layout, 16 and 32 bits
    python benchmarks/hardware_check.py --wrong 1  # one answer in a hundred is wrong

Each number is the best of three runs over a million answers (FPgen's: 200,000), from bytes in memory;
minutes are those of the CPU, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import io
import time
from typing import TYPE_CHECKING

import numpy as np
from exact_report import machine
from report_parts import shown_table
from rich.console import Console

from numformats.hardware import LAYOUTS, Cases, check, operation
from numformats.threads import set_num_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware import Operation

TARGET = 5  # million answers a minute, as TestFloat lines
WORK = (("posit16", "add"), ("bposit16", "mul"), ("binary16", "add"), ("posit32", "mul"),
        ("binary32", "fma"), ("takum_linear32", "div"))  # fmt: skip
REPEATS = 3


def answers(op: Operation, count: int, wrong: float) -> Cases:
    """Random operands with their results, some of them one code too high."""
    rng = np.random.default_rng(20)
    columns = op.columns([])
    operands = tuple(rng.integers(0, 1 << f.bits, count, dtype=np.uint64).astype(c.dtype)
                     for f, c in zip(op.operands, columns, strict=True))  # fmt: skip
    results = op.reference(*operands).copy()
    results[rng.random(count) < wrong / 100] ^= 1
    return Cases(operands, results)


def fastest(function: Callable[[], object]) -> float:
    """Seconds of the CPU of the best run."""
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return min(times)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    parser.add_argument("--wrong", type=float, default=0, help="per cent of answers that are wrong")
    parser.add_argument("--count", type=int, default=1_000_000)
    options = parser.parse_args()
    set_num_threads(1)
    rows = []
    for name, symbol in WORK:
        op = operation(name, symbol)
        for layout in LAYOUTS.values():
            count = options.count // (5 if layout.name == "fptest" else 1)
            stream = io.BytesIO()
            layout.write(stream, op, [answers(op, count, options.wrong)])
            text = stream.getvalue()

            def read(layout: object = layout, op: Operation = op, text: bytes = text) -> None:
                for _ in layout.read(io.BytesIO(text), op):
                    pass

            def judge(layout: object = layout, op: Operation = op, text: bytes = text) -> None:
                check(op, source=io.BytesIO(text), layout=layout.name, flags=False)

            pace = [f"{count / fastest(f) * 60e-6:.0f}" for f in (read, judge)]
            rows.append((f"{name} {symbol}", layout.name, *pace))
    head = ("operation", "layout", "read, million/minute", "read and checked")
    title = f"{machine()}, {options.wrong:g} % wrong; asked: {TARGET} as testfloat"
    Console(soft_wrap=True).print(shown_table(title, head, rows, left=2))


if __name__ == "__main__":
    main()
