# SPDX-License-Identifier: BSD-3-Clause
"""How well does a model train inside each format?  Accuracy on images that it has not seen.

    python benchmarks/training_results.py --data digits --seeds 10
    python benchmarks/training_results.py --data fashion --formats float32,posit16,posit8 --seeds 3
    python benchmarks/training_results.py --quick --json quick.json     seconds: does it run?
    python benchmarks/training_results.py --docs                        table and picture of the docs

A run that is in the JSON file (benchmarks/training_results.json) is not made again: stopped runs go on.
The last epoch counts, whatever it gives; no run is chosen.  Results do not depend on the number of
threads (--threads).  Models, epochs and what help each format gets: training_recipes.py.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from recorded import Recorded, names, options_of, path_of
from training_recipes import QUICK, RECIPES, TASKS, Recipe, Task
from training_report import RECORD, picture, show, write_docs

from numformats.training import fit, load_images


def run(row: str, recipe: Recipe, task: Task, seed: int, threads: int) -> dict[str, Any]:
    """One model from its initial weights to the last epoch."""
    images = load_images(task.data)
    x, y = images.x[: task.samples], images.y[: task.samples]
    widths = (x.shape[1], *task.hidden, 10)
    model = recipe.model(widths, seed)
    optimizer = recipe.optimizer(task, task.epochs * -(-len(x) // task.batch))
    began = time.perf_counter()
    with np.errstate(over="ignore"):  # fixed point saturates, and is meant to
        history = fit(
            model, x, y, loss=recipe.loss(), optimizer=optimizer, epochs=task.epochs,
            batch=task.batch, seed=seed, loss_scale=recipe.loss_scale, threads=threads, gradients=recipe.mode,
        )  # fmt: skip
        outputs = model(images.test_x)
    state = [a for slots in optimizer.state.values() for a in slots.values()]
    return {
        "row": row,
        "seed": seed,
        "accuracy": float((np.argmax(outputs, axis=1) == images.test_y).mean()),
        "loss": history.last["loss"],
        "saturated": history.last["saturated"],
        "bytes": sum(a.nbytes for a in model.parameters().values()),
        "state_bytes": sum(a.nbytes for a in state),
        "seconds": round(time.perf_counter() - began, 1),
    }


def measured(kept: Recorded, rows: list[str], task: Task, seeds: int, threads: int) -> None:
    """Make the runs that the record lacks."""
    kept.complete(
        kept.runs_of(task),
        [{"row": row, "seed": seed} for seed in range(seeds) for row in rows],
        lambda row, seed: run(row, RECIPES[row], task, seed, threads),
        lambda r: (
            f"{task.data} {r['row']}, seed {r['seed']}: {r['accuracy']:.4f} in {r['seconds']} s"
        ),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = options_of(__doc__, RECORD, "a small model, three epochs")
    parser.add_argument("--data", choices=[*TASKS], default="digits")
    parser.add_argument("--formats", type=names(RECIPES), help=f"of: {', '.join(RECIPES)}")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--picture", type=Path, default=None, help="write a picture here")
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs()
        return 0
    rows = options.formats or (["float32", "posit16", "posit8"] if options.quick else [*RECIPES])
    kept = Recorded(path_of(options, RECORD), {"runs": {}}, level=True)
    task = QUICK if options.quick else TASKS[options.data]
    measured(kept, rows, task, options.seeds, options.threads)
    show(kept.record)
    if options.picture is not None:
        picture(kept.record, options.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
