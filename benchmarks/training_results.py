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

import argparse
import datetime as dt
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from exact_report import machine
from training_recipes import QUICK, RECIPES, TASKS, Recipe, Task
from training_report import RECORD, picture, show, write_docs

import numformats as nf
from numformats._atomic_file import write_text
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


def measured(record: dict[str, Any], options: argparse.Namespace, task: Task, path: Path) -> None:
    """Make the runs that the record lacks; it is written after each."""
    key = json.dumps(asdict(task))
    runs = record["runs"].setdefault(key, [])
    done = {(r["row"], r["seed"]) for r in runs}
    for seed in range(options.seeds):
        for row in options.formats:
            if (row, seed) in done:
                continue
            runs.append(run(row, RECIPES[row], task, seed, options.threads))
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
    parser.add_argument("--formats", default=None, help=f"of: {', '.join(RECIPES)}")
    parser.add_argument("--seeds", type=int, default=1, help="0, 1, ... up to that number")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, default=None, help=f"default: {RECORD.name}")
    parser.add_argument("--picture", type=Path, default=None, help="write a picture here")
    parser.add_argument("--docs", action="store_true", help="rewrite the docs from the record")
    options = parser.parse_args(arguments)
    default = "float32,posit16,posit8" if options.quick else ",".join(RECIPES)
    options.formats = [f.strip() for f in (options.formats or default).split(",")]
    for unknown in set(options.formats) - set(RECIPES):
        parser.error(f"--formats: {unknown!r}; allowed: {', '.join(RECIPES)}")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parsed(arguments)
    if options.docs:
        write_docs()
        return 0
    task = QUICK if options.quick else TASKS[options.data]
    path = options.json or RECORD
    if options.quick and options.json is None:
        path = Path("training_results_quick.json")
    record = json.loads(path.read_text()) if path.exists() else {"runs": {}}
    record |= {"machine": machine(), "level": nf.build_info()["level"]}
    measured(record, options, task, path)
    show(record)
    if options.picture is not None:
        picture(record, options.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
