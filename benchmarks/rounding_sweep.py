# SPDX-License-Identifier: BSD-3-Clause
"""How few fraction bits do weights need?  Training with four ways of writing them, p = 3 to 20.

    python benchmarks/rounding_sweep.py --data digits --seeds 5
    python benchmarks/rounding_sweep.py --data digits-wide --seeds 5      128 hidden units
    python benchmarks/rounding_sweep.py --data mnist --seeds 5
    python benchmarks/rounding_sweep.py --quick --json quick.json     seconds: does it run?
    python benchmarks/rounding_sweep.py --docs                        table and picture of the docs

One hidden layer of rectifiers, plain gradient descent with half a cosine.  Weights are floats of 8 exponent
bits and p fraction bits, gradients float64: only the writing of a weight is under study, w + change
rounded toward zero (truncation), to nearest, at random (stochastic), or toward zero with error feedback
(`CompensatedSum`).  All ways have the same initial weights but for their rounding, the same batches and
steps; the narrow weights are what is tested, after the last epoch.  A run that is in the JSON file is not
made again.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from recorded import Recorded, options_of, path_of
from rounding_sweep_report import RECORD, WAYS, show, write_docs

import numformats as nf
from numformats.training import Cosine, load_images
from numformats.training.compensation import CompensatedSum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Array = np.ndarray[Any, Any]

PLACES = range(3, 21)


@dataclass(frozen=True)
class Task:
    """What all ways have in common."""

    data: str
    hidden: int
    epochs: int
    batch: int
    lr: float
    samples: int | None = None


TASKS = {
    "digits": Task("digits", 32, 30, 32, 0.1),
    "digits-wide": Task("digits", 128, 30, 32, 0.1),
    "mnist": Task("mnist", 32, 15, 32, 0.1),
}
QUICK = Task("digits", 16, 8, 32, 0.5, 400)


class Weights:
    """An array of weights, and how a change is written into it."""

    def __init__(self, start: Array, way: str, p: int, seed: int) -> None:
        self.way, self.draws = way, np.random.default_rng([seed, p])
        self.value = start
        if way != "float64":
            self.cut, self.near = nf.Float(8, p, rounding="toward_zero"), nf.Float(8, p)
            self.value = start.astype(self.near).astype(float)
            self.sum = CompensatedSum(self.cut, self.value)

    def add(self, change: Array) -> None:
        """The new weights: w + change, rounded."""
        new = self.value + change
        if self.way == "error feedback":
            new = self.sum.add(change)
        elif self.way == "stochastic":
            word = int(self.draws.integers(2**63))
            new = nf.quantize(new, self.near, rounding="stochastic", seed=word)
        elif self.way != "float64":
            new = new.astype(self.cut if self.way == "truncation" else self.near)
        self.value = new.astype(float)


def initial(widths: tuple[int, ...], seed: int) -> list[Array]:
    """Matrices (He et al.) and biases."""
    rng = np.random.default_rng([seed, 1])
    found = []
    for a, b in pairwise(widths):
        found += [rng.normal(0, np.sqrt(2 / a), (a, b)), np.zeros(b)]
    return found


def outputs(weights: list[Array], x: Array) -> tuple[Array, Array]:
    """The hidden units and the logits."""
    hidden = np.maximum(x @ weights[0] + weights[1], 0)
    return hidden, hidden @ weights[2] + weights[3]


def gradient(weights: list[Array], x: Array, y: Array) -> list[Array]:
    """The derivative of the mean cross-entropy."""
    hidden, logits = outputs(weights, x)
    d = np.exp(logits - logits.max(axis=1, keepdims=True))
    d /= d.sum(axis=1, keepdims=True)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    back = (d @ weights[2].T) * (hidden > 0)
    return [x.T @ back, back.sum(axis=0), hidden.T @ d, d.sum(axis=0)]


def batches(task: Task, count: int, seed: int) -> Iterator[Array]:
    """The samples of each step."""
    rng = np.random.default_rng([seed, 2])
    for _ in range(task.epochs):
        order = rng.permutation(count)
        for i in range(0, count, task.batch):
            yield order[i : i + task.batch]


def run(task: Task, way: str, p: int, seed: int) -> dict[str, Any]:
    """One model from its initial weights to the last epoch."""
    images = load_images(task.data)
    x, y = images.x[: task.samples].astype(float), images.y[: task.samples]
    weights = initial((x.shape[1], task.hidden, 10), seed)
    held = [Weights(w, way, p, 10 * seed + i) for i, w in enumerate(weights)]
    rate = Cosine(task.lr, steps=task.epochs * -(-len(x) // task.batch), last=task.lr / 100)
    began = time.perf_counter()
    for step, rows in enumerate(batches(task, len(x), seed)):
        found = gradient([w.value for w in held], x[rows], y[rows])
        for w, g in zip(held, found, strict=True):
            w.add(-rate(step) * g)
    weights = [w.value for w in held]
    if way != "float64":
        assert all(np.array_equal(w, w.astype(nf.Float(8, p)).astype(float)) for w in weights)
    found = np.argmax(outputs(weights, images.test_x.astype(float))[1], axis=1)
    return {
        "way": way,
        "p": p,
        "seed": seed,
        "accuracy": float((found == images.test_y).mean()),
        "seconds": round(time.perf_counter() - began, 1),
    }


def measured(kept: Recorded, task: Task, chosen: Iterable[int], seeds: int) -> None:
    """Make the runs that the record lacks."""
    cases = [("float64", 0, seed) for seed in range(seeds)]
    cases += [(w, p, s) for s in range(seeds) for p in chosen for w in WAYS]
    kept.complete(
        kept.runs_of(task),
        [{"way": way, "p": p, "seed": seed} for way, p, seed in cases],
        partial(run, task),
        lambda r: (
            f"{task.data} {r['way']}, p = {r['p']}, seed {r['seed']}: {r['accuracy']:.4f} "
            f"in {r['seconds']} s"
        ),
    )


def places(text: str) -> list[int]:
    """The numbers of fraction bits that an option names."""
    found = [int(p) for p in text.split(",")]
    for p in found:
        if p not in PLACES:
            raise argparse.ArgumentTypeError(f"{p}; allowed: {PLACES[0]} to {PLACES[-1]}")
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = options_of(__doc__, RECORD, "a small model, eight epochs")
    parser.add_argument("--data", choices=[*TASKS], default="digits")
    parser.add_argument("--places", type=places, help="fraction bits, such as 3,4,8")
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs()
        return 0
    kept = Recorded(path_of(options, RECORD), {"runs": {}})
    chosen = options.places or ([3, 8] if options.quick else PLACES)
    measured(kept, QUICK if options.quick else TASKS[options.data], chosen, options.seeds)
    show(kept.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
