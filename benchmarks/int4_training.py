# SPDX-License-Identifier: BSD-3-Clause
"""What do four bits for weights and activations cost, after training and in training?

    python benchmarks/int4_training.py --data digits --seeds 10
    python benchmarks/int4_training.py --data mnist --seeds 10
    python benchmarks/int4_training.py --quick --json quick.json     seconds: does it run?
    python benchmarks/int4_training.py --docs                        table and picture of the docs

All rows of a seed begin with the same float32 model.  Weights have one scale per matrix, inputs of
layers one scale each; the first and the last layer, too, have four bits.  Quantisation-aware rows
train for as many epochs more as "trained on" does in float32.  The last epoch counts.  A seed that is in
the JSON file (benchmarks/int4_training.json) is not run again: stopped runs go on.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from int4_report import RECORD, show, write_docs
from recorded import Recorded, options_of, path_of

from numformats.quantization import Affine, gptq
from numformats.training import (
    Adam,
    Cosine,
    Linear,
    ReLU,
    Sequential,
    fit,
    load_images,
    softmax_cross_entropy,
)
from numformats.training.quantized import quantize_aware, quantize_model


@dataclass(frozen=True)
class Task:
    """A data set, hidden widths, and epochs in float32 and then more; lr of the first ones."""

    data: str
    hidden: tuple[int, ...]
    epochs: int
    more: int
    batch: int
    lr: float
    samples: int | None = None


TASKS = {
    "digits": Task("digits", (32, 32), 15, 10, 64, 0.01),
    "mnist": Task("mnist", (32, 32), 6, 6, 64, 0.005),
}
QUICK = Task("digits", (16,), 3, 2, 64, 0.02, samples=512)
BITS = 4


def settings(calibration: str) -> dict[str, Affine]:
    """One scale per matrix, and one per layer's inputs."""
    return {
        "weight": Affine(BITS, calibration=calibration),
        "input": Affine(BITS, symmetric=False, calibration=calibration),
    }


def run(task: Task, seed: int) -> dict[str, Any]:
    """The accuracy of every row, from one float32 model."""
    images = load_images(task.data)
    x, y = images.x[: task.samples], images.y[: task.samples]
    widths = (x.shape[1], *task.hidden, 10)
    layers: list[Any] = []
    for i, (a, b) in enumerate(pairwise(widths)):
        layers += [Linear(a, b, seed=100 * seed + i), ReLU()]
    model = Sequential(layers[:-1])
    steps = -(-len(x) // task.batch)

    def train(found: Any, epochs: int, lr: float, first: int) -> Any:
        rate = Cosine(lr, steps=epochs * steps, last=lr / 100)
        common = {"loss": softmax_cross_entropy, "batch": task.batch, "progress": False}
        fit(found, x, y, optimizer=Adam(rate), epochs=epochs, seed=1000 * first + seed, **common)
        return found

    def accuracy(found: Any) -> float:
        return float((np.argmax(found(images.test_x), axis=1) == images.test_y).mean())

    began = time.perf_counter()
    train(model, task.epochs, task.lr, 0)
    rows = {"float32": accuracy(model)}
    for name, calibration in (("min-max", "min_max"), ("square error", "mse")):
        rows[f"PTQ, {name}"] = accuracy(quantize_model(model, x, **settings(calibration)))
    rows["PTQ, square error, GPTQ"] = accuracy(
        quantize_model(model, x, **settings("mse"), method=gptq)
    )
    for name, learned in (("straight through", False), ("learned scales", True)):
        aware = quantize_aware(model, x, learned=learned, **settings("mse"))
        train(aware, task.more, task.lr / 3, 1)
        rows[f"QAT, {name}"] = accuracy(quantize_model(aware, x))
    train(model, task.more, task.lr / 3, 1)  # last of all, for it changes the model
    rows["float32, trained on"] = accuracy(model)
    for name, calibration in (("min-max", "min_max"), ("square error", "mse")):
        made = quantize_model(model, x, **settings(calibration))
        rows[f"PTQ, {name}, trained on"] = accuracy(made)
    return {"seed": seed, "rows": rows, "seconds": round(time.perf_counter() - began, 1)}


def line(task: Task, found: dict[str, Any]) -> str:
    """What is printed of a run."""
    rows = ", ".join(f"{name} {value:.4f}" for name, value in found["rows"].items())
    return f"{task.data}, seed {found['seed']}: {rows} in {found['seconds']} s"


def main(arguments: list[str] | None = None) -> int:
    parser = options_of(__doc__, RECORD, "a small model, five epochs")
    parser.add_argument("--data", choices=[*TASKS], default="digits")
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs()
        return 0
    task = QUICK if options.quick else TASKS[options.data]
    kept = Recorded(path_of(options, RECORD), {"runs": {}}, level=True)
    seeds = [{"seed": seed} for seed in range(options.seeds)]
    kept.complete(kept.runs_of(task), seeds, partial(run, task), partial(line, task))
    show(kept.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
