# SPDX-License-Identifier: BSD-3-Clause
"""How many bytes does a step of training hold, by depth and by method?

    python benchmarks/training_memory.py --quick --json FILE      under a minute, ours alone
    python benchmarks/training_memory.py --peers PYTHON           beside autograd, torch and jax of that Python
    python benchmarks/training_memory.py --draw FILE.svg          the picture of the page on flat memory

MLPs of float64 with ReLU and ten classes, in two regimes: activations outweigh weights (1024 rows of
64), and the other way round (16 rows of 512).  Three meters: the arena's own count, tracemalloc, and
the growth of a fresh process.  The JSON has
  slope                        of live bytes by depth from 4 on, log-log, the steepest forward mode
  ratio_stored                 training over inference, all bytes, at the greatest depth, tangents stored
  ratio_replay                 the same with replayed signs, K = 1, weights outweighing
  ratio_replay_activations     and activations outweighing
  heap_allocations_per_step    the most of any format and mode
  step_ratios                  processor time of a step over inference, by K
"""  # fmt: skip

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import numformats as nf
from numformats import training

METHODS = Path(__file__).with_name("training_memory_methods.py")
REGIMES = {"activations": (1024, 64), "weights": (16, 512)}
FLAT = ("activity, K = 1", "activity, K = 8", "weight, K = 1", "weight, K = 1, stored")
OURS = ("inference", *FLAT, "reverse", "our tape")
QUICK = ("inference", "activity, K = 1", "weight, K = 1, stored")
PEERS = ("autograd", "torch", "torch, checkpoints", "jax, compiled")
SLOW = 8  # layers; a tape of Python calls takes seconds beyond
FORMATS = (
    "posit8", "posit16", "posit32", "posit64", "bposit16", "bposit32", "takum_linear16", "binary16",
    "bfloat16", "float8_e4m3", "float8_e5m2", "mlu32", "binary32", "binary64",
)  # fmt: skip
MODES = (
    training.inference(),
    training.reverse(),
    training.forward(K=3),
    training.forward(perturb="weight", K=2),
    training.forward(perturb="weight", K=2, combine="project", replay=False),
    training.forward(exact=True, K=8),
)


def measured(method: str, depth: int, regime: str, python: str) -> dict[str, Any] | None:
    """One method in a process of its own; None where the interpreter lacks its package."""
    batch, width = REGIMES[regime]
    done = subprocess.run(
        [python, "-P", str(METHODS), method, str(depth), str(batch), str(width)],
        capture_output=True,
        text=True,
        check=False,
        cwd=METHODS.parent,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
    )
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            return None
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"method": method, "depth": depth, "regime": regime}


def all_rows(depths: list[int], methods: tuple[str, ...], peers: str | None, say: Any) -> list[Any]:
    rows = []
    for regime in REGIMES:
        for python, names in ((sys.executable, methods), (peers, PEERS if peers else ())):
            for method in names:
                for depth in depths:
                    if method == "our tape" and depth > SLOW:
                        continue
                    row = measured(method, depth, regime, str(python))
                    if row is None:
                        say(f"{method}: not installed in {python}, left out")
                        break
                    rows.append(row)
    return rows


def slope(depths: list[int], sizes: list[float]) -> float:
    """Of log bytes by log depth."""
    return float(np.polyfit(np.log(depths), np.log(sizes), 1)[0])


def heap_allocations() -> dict[str, int]:
    """The most heap calls of the core in a step, the first one too, by format."""
    most = dict.fromkeys(FORMATS, 0)
    r = np.random.default_rng(0)
    # Over 200 binades: what slices of a product leave over then depends on the data.
    x = r.normal(size=(40, 40)) * 2.0 ** r.integers(-199, 1, (40, 40))
    y = r.integers(0, 10, 40)
    for name in FORMATS:
        for mode in MODES:
            dtype = nf.parse_format(name).dtype
            sizes = (40, 40, 40, 10)
            layers: list[Any] = []
            for i, o in pairwise(sizes):
                layers += [training.Linear(i, o, dtype=dtype, seed=1), training.Tanh()]
            plan = training.compile(training.Sequential(*layers[:-1]), batch=40, mode=mode)
            for seed in range(3):
                with np.errstate(all="ignore"):
                    plan.step(x, y, lr=2.0**-6, seed=seed)
                most[name] = max(most[name], plan.heap_allocations)
    return most


def summary(rows: list[Any]) -> dict[str, Any]:
    """The figures that the rows stand for."""
    deepest = max(row["depth"] for row in rows)

    def bytes_of(method: str, regime: str, key: str = "arena_total") -> float:
        return next(
            float(r[key])
            for r in rows
            if (r["method"], r["depth"], r["regime"]) == (method, deepest, regime)
        )

    def ratio(method: str, regime: str, key: str = "arena_total") -> float:
        return bytes_of(method, regime, key) / bytes_of("inference", regime, key)

    slopes = {}
    for method in FLAT:
        for regime in REGIMES:
            of = [r for r in rows if r["method"] == method and r["regime"] == regime]
            of = [r for r in of if r["depth"] >= 4]
            if of:
                slopes[f"{method}, {regime}"] = slope(
                    [r["depth"] for r in of], [_live(r) for r in of]
                )
    here = {row["method"] for row in rows}
    heap = heap_allocations()
    return {
        "slope": max(slopes.values(), key=abs),
        "ratio_stored": max(ratio("weight, K = 1, stored", regime) for regime in REGIMES),
        "ratio_replay": ratio("activity, K = 1", "weights"),
        "ratio_replay_activations": ratio("activity, K = 1", "activations"),
        "heap_allocations_per_step": max(*heap.values(), *(r.get("arena_heap", 0) for r in rows)),
        "step_ratios": {
            f"{method}, {regime}": ratio(method, regime, "seconds")
            for method in FLAT if method in here for regime in REGIMES
        },
        "slopes": slopes,
        "heap_allocations": heap,
        "depth": deepest,
        "rows": rows,
    }  # fmt: skip


def _live(row: dict[str, Any]) -> float:
    """Bytes beyond the weights; stored tangents are weights, too."""
    stored = row["weights"] if "stored" in row["method"] else 0
    return float(row["arena_live"] - stored)


def table_of(rows: list[Any], regime: str) -> Table:
    batch, width = REGIMES[regime]
    table = Table(
        title=f"MB beyond weights, {batch} rows, width {width}: own count / tracemalloc / process"
    )
    depths = sorted({row["depth"] for row in rows})
    table.add_column("method")
    for depth in depths:
        table.add_column(f"{depth} layers", justify="right")
    table.add_column("ms a step", justify="right")
    for method in dict.fromkeys(row["method"] for row in rows):
        of = {r["depth"]: r for r in rows if r["method"] == method and r["regime"] == regime}
        cells = [_cell(of[d]) if d in of else "" for d in depths]
        last = of.get(depths[-1])
        table.add_row(method, *cells, f"{1e3 * last['seconds']:.0f}" if last else "")
    return table


def _cell(row: dict[str, Any]) -> str:
    own = (
        f"{(row['arena_total'] - row['arena_weights']) / 1e6:.2f}" if "arena_total" in row else "-"
    )
    traced = max(row["traced"] - row["weights"], 0) / 1e6
    return f"{own} / {traced:.2f} / {max(row['rss'] - row['weights'], 0) / 1e6:.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="three methods, two depths")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument(
        "--peers", metavar="PYTHON", help="an interpreter with autograd, torch, jax"
    )
    parser.add_argument("--depths", default="2,8,32,128", help="layers, with commas between")
    parser.add_argument("--draw", type=Path, metavar="FILE", help="draw memory, time and accuracy")
    arguments = parser.parse_args()
    console = Console()
    depths = [4, 128] if arguments.quick else [int(d) for d in arguments.depths.split(",")]
    methods = QUICK if arguments.quick else OURS
    found = summary(all_rows(depths, methods, arguments.peers, console.print))
    for regime in REGIMES:
        console.print(table_of(found["rows"], regime))
    for key in list(found)[:6]:
        console.print(f"{key}: {found[key]}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")
    if arguments.draw:
        sys.path.insert(0, str(METHODS.parent))  # -P leaves it out
        import training_memory_plot

        training_memory_plot.draw(found["rows"], training_memory_plot.accuracies(), arguments.draw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
