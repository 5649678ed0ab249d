# SPDX-License-Identifier: BSD-3-Clause
"""How fast are elementwise operations and conversions, beside universal-dtypes in the same run?

Every round times our operation and the peer's, one after the other, on the same million values in
one thread; the table gives medians in million elements per second and the median of the rounds'
ratios.  ``python benchmarks/run.py --help`` lists the options; ``--json`` keeps the figures.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import universal_dtypes as peer

import numformats as nf

# The yardstick is the peer's posit of the same storage, software like ours; its bfloat16, for one,
# is the processor's.
WIDTHS = {1: "posit8", 2: "posit16", 4: "posit32"}
FLOORS = {"add": 20, "multiply": 20, "from float64": 10, "to float64": 10}


def seconds(call: Callable[[], object], repeat: int = 1) -> float:
    """Time of one call: the best of `repeat`."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def operations(dtype: np.dtype, values: np.ndarray) -> dict[str, Callable[[], object]]:
    """The timed calls on one dtype."""
    a, b = values.astype(dtype), values[::-1].astype(dtype)
    out = np.empty_like(a)
    return {
        "add": lambda: np.add(a, b, out=out),
        "multiply": lambda: np.multiply(a, b, out=out),
        "from float64": lambda: values.astype(dtype),
        "to float64": lambda: a.astype(np.float64),
    }


def measure(name: str, count: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians and ratio of every operation of one format against its peer."""
    ours = np.dtype(nf.formats()[name])
    other = np.dtype(getattr(peer, WIDTHS[ours.itemsize]))
    values = np.random.default_rng(1).uniform(-1, 1, count)
    mine, theirs = operations(ours, values), operations(other, values)
    result = {}
    for label, call in mine.items():
        call()  # tables are made, pages are mapped
        pairs = [(seconds(call, 3), seconds(theirs[label])) for _ in range(rounds)]
        result[label] = {
            "ours": count / statistics.median(t for t, _ in pairs) / 1e6,
            "peer": count / statistics.median(t for _, t in pairs) / 1e6,
            "ratio": statistics.median(t / s for s, t in pairs),
        }
    return result


def import_seconds(rounds: int = 7) -> float:
    """Median time that ``import numformats`` adds to a child that has imported NumPy."""
    code = (
        "import numpy, time; start = time.perf_counter(); import numformats;"
        "print(time.perf_counter() - start)"
    )
    times = [
        float(
            subprocess.run(
                [sys.executable, "-P", "-c", code], check=True, capture_output=True
            ).stdout
        )
        for _ in range(rounds)
    ]
    return statistics.median(times)


def main() -> int:
    """Measure, print, and say which floors were missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--formats", help="comma-separated names (default: all up to 32 bits)")
    parser.add_argument("--count", type=int, default=1_000_000, help="elements (default 10^6)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    names = [n for n, t in nf.formats().items() if t.format.bits <= 32]
    if options.formats:
        names = options.formats.split(",")
    print(f"numformats level {nf.build_info()['level']}, {options.count} elements, M/s (ratio)")
    print(f"{'format':20}" + "".join(f"{label:>28}" for label in FLOORS))
    table, missed = {}, []
    for name in names:
        table[name] = row = measure(name, options.count, options.rounds)
        cells = (f"{v['ours']:8.1f} / {v['peer']:5.2f} ({v['ratio']:6.1f})" for v in row.values())
        print(f"{name:20}" + "".join(f"{cell:>28}" for cell in cells), flush=True)
        missed += [f"{name} {k}" for k, v in row.items() if v["ratio"] < FLOORS[k]]
    loading = import_seconds()
    print(f"import numformats after numpy: {loading:.3f} s")
    print("below the floor: " + (", ".join(missed) or "nothing"))
    if options.json:
        figures = {"import_seconds": loading, "formats": table}
        draft = options.json.with_suffix(".partial")
        draft.write_text(json.dumps(figures, indent=1) + "\n")
        draft.replace(options.json)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
