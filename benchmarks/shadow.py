# SPDX-License-Identifier: BSD-3-Clause
"""What does a shadow run cost?  Times the plain run, by reference and size of the arrays.

    python benchmarks/shadow.py                  all references, posit16
    python benchmarks/shadow.py --format bposit32 --references float64,double

The program is forty operations in a row, so that what a run costs once hardly counts; the last
column is what it costs once.  Seconds of one thread's processor time, the best of five rounds.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

import numformats as nf
from numformats.analysis import find_candidate, trace

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (10, 1_000, 10_000, 100_000)
LARGEST = {"float64": 100_000, "double": 10_000}  # beyond, and in digits, it takes minutes
ROUNDS = 5
REFERENCES = ("float64", "double", "50")


def arithmetic(x: Any, y: Any) -> Any:
    """Ten times each of * + / -."""
    for _ in range(10):
        x = (x * y + y) / y - x
    return x


def functions(x: Any, y: Any) -> Any:
    """Ten times each of sqrt, exp, log and a sum."""
    for _ in range(10):
        x = np.log(np.exp(np.sqrt(x)) + y)
    return x


def nothing(x: Any, y: Any) -> Any:  # noqa: ARG001 - the inputs of the others
    """A run without arithmetic."""
    return x


def best(call: Callable[[], object]) -> float:
    """Seconds of processor time of one call."""
    call()
    found = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        call()
        found.append(time.thread_time() - start)
    return min(found)


def reference_of(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def row(name: str, program: Callable[..., Any], dtype: Any, *, blame: bool) -> list[str]:
    cells = [f"{program.__name__}, {name}{', blame' if blame else ''}"]
    for n in SIZES:
        if n > LARGEST.get(name, 1_000):
            cells.append("")
            continue
        r = np.random.default_rng(0)
        x, y = (r.uniform(1, 2, n).astype(dtype) for _ in "xy")
        plain = best(lambda x=x, y=y: program(x, y))
        run = best(lambda x=x, y=y: trace(program, x, y, reference=reference_of(name), blame=blame))
        cells.append(f"{run / plain:.1f}")
    x = np.ones(1, dtype)
    once = best(lambda: trace(nothing, x, x, reference=reference_of(name), blame=blame))
    return [*cells, f"{once * 1e6:.0f} us"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--format", default="posit16")
    parser.add_argument("--references", default=",".join(REFERENCES))
    options = parser.parse_args()
    candidate = find_candidate(options.format)
    table = Table(title=f"{candidate.name}, numformats {nf.__version__}: times the plain run")
    for heading in ("", *(f"{n} elements" for n in SIZES), "once"):
        table.add_column(heading, justify="right" if heading else "left")
    for name in options.references.split(","):
        for program in (arithmetic, functions):
            for blame in (False, True):
                table.add_row(*row(name, program, candidate.dtype, blame=blame))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
