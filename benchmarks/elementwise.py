# SPDX-License-Identifier: BSD-3-Clause
"""How fast are elementwise operations and conversions, beside NumPy and peers, in one run?

    python benchmarks/elementwise.py                        everything: tables, elementwise.json, two pictures
    python benchmarks/elementwise.py --formats posit32 q31  only these, only the table
    python benchmarks/elementwise.py --docs                 rewrite the tables of docs/ from the JSON

One thread, standard normal values.  In every round each contestant of an operation is timed once, in
turn; a figure is the median of the rounds.  Who needs more than a tenth of a second for a call gets
fewer elements, and the time is given for each.  Lines that have become slower by a fifth or more against
everybody else than in the committed JSON are listed; with --strict they fail.
"""

# ruff: noqa: E402 - threads are set before NumPy starts

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import json
import statistics
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
from elementwise_peers import OPERATIONS, VERSIONS, contestants
from elementwise_report import RECORD, keep, regressions, show, write_docs
from exact_report import machine

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

LENGTHS = (10**3, 10**5, 10**6)
LONGEST_CALL = 0.1  # seconds
SHORTEST_TIMING = 1e-3


def seconds(call: Callable[[], object], repeat: int) -> float:
    """Time of one of `repeat` calls."""
    start = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - start) / repeat


def prepared(prepare: Callable, n: int) -> tuple[Callable[[], object], int, int]:
    """The call, its elements, and how often it is repeated."""
    few = min(n, 1000)
    call = prepare(few)
    call()  # tables are made, pages are mapped
    count = n if seconds(call, 1) * n / few < LONGEST_CALL else min(n, 10 * few)
    call = prepare(count)
    call()
    return call, count, max(1, int(SHORTEST_TIMING / max(seconds(call, 1), 1e-9)))


def measure(
    operation: str, takers: Iterable[tuple[str, Callable]], n: int, rounds: int
) -> dict[str, float]:
    """Nanoseconds for each element, of every contestant."""
    ready = {}
    for name, prepare in takers:
        try:
            ready[name] = prepared(prepare, n)
        except (TypeError, ValueError) as reason:
            print(f"left out: {operation} of {name} ({reason})")
    times: dict[str, list[float]] = {name: [] for name in ready}
    for _ in range(rounds):
        for name, (call, count, repeat) in ready.items():
            times[name].append(seconds(call, repeat) / count)
    return {name: 1e9 * statistics.median(t) for name, t in times.items()}


def options_of(
    about: str, formats: list[str], operations: list[str], lengths: tuple[int, ...]
) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=about.split("\n", 1)[0])
    parser.add_argument("--formats", nargs="+", choices=list(nf.formats()), default=formats,
                        help="only these")  # fmt: skip
    parser.add_argument("--operations", nargs="+", choices=operations, default=operations,
                        help="only these")  # fmt: skip
    parser.add_argument("--lengths", nargs="+", type=int, default=lengths,
                        help=f"elements (default {', '.join(map(str, lengths))})")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=9, help="timings of each (default 9)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 after a regression")
    parser.add_argument("--docs", action="store_true", help="rewrite the tables of docs/")
    options = parser.parse_args()
    options.whole = (options.formats, options.operations, options.lengths) == (
        formats,
        operations,
        lengths,
    )
    return options


def measured(options: argparse.Namespace, takers: Callable, versions: dict[str, str]) -> dict:
    """Measure everybody in everything: the record."""
    nf.set_num_threads(1)
    record = {"machine": machine(), "date": time.strftime("%Y-%m-%d"), "level": nf.build_info()["level"],
              "versions": versions, "nanoseconds": {}}  # fmt: skip
    with np.errstate(all="ignore"):
        for n in options.lengths:
            lines = record["nanoseconds"][str(n)] = {}
            for operation in options.operations:
                lines[operation] = measure(
                    operation, takers(operation, options.formats), n, options.rounds
                )
                print(f"measured: {operation} of {n}", flush=True)
    return record


def tell_slower(record: dict, path: Path) -> bool:
    """List what has become slower than in the committed record; is there anything?"""
    old = json.loads(path.read_text()) if path.exists() else None
    for what in ("machine", "level", "numpy_level"):  # of NumPy in functions.py
        if old and old.get(what) != record.get(what):
            print(f"the committed run had another {what}: {old.get(what)}, not {record.get(what)}")
    slower = regressions(old, record) if old else []
    for line in slower:
        print("slower than the committed run:", line)
    return bool(slower)


def main() -> int:
    options = options_of(__doc__, list(nf.formats()), OPERATIONS, LENGTHS)
    if options.docs:
        write_docs()
        return 0
    record = measured(options, contestants, VERSIONS)
    show(record)
    slower = tell_slower(record, RECORD)
    if options.whole:
        keep(record)
    return 1 if slower and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
