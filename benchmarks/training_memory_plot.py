# SPDX-License-Identifier: BSD-3-Clause
"""How do memory, time and accuracy go with depth?  The picture of docs/explanation/flat-memory.md.

Drawn by ``python benchmarks/training_memory.py --draw FILE``; the accuracies are those of planned
training of float32 MLPs of width 64 on scikit-learn's digits, 20 epochs, batches of 64.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from numformats import training

if TYPE_CHECKING:
    from pathlib import Path

DEPTHS = (1, 2, 4, 8)
EPOCHS, BATCH, WIDTH = 20, 64, 64
RATES = (0.1, 0.03, 0.01, 0.003)
MODES = {
    "reverse": training.reverse(),
    "activity, K = 1": training.forward(K=1),
    "activity, K = 8": training.forward(K=8),
    "weight, K = 8": training.forward(perturb="weight", K=8),
}
COLOURS = {
    "inference": "#999999", "reverse": "#D55E00", "activity, K = 1": "#0072B2", "activity, K = 8": "#56B4E9",
    "weight, K = 1": "#009E73", "weight, K = 8": "#009E73", "weight, K = 1, stored": "#117733",
    "our tape": "#CC79A7", "autograd": "#E69F00", "torch": "#882255", "torch, checkpoints": "#AA4499",
    "jax, compiled": "#332288",
}  # fmt: skip


def digits() -> tuple[Any, Any, Any, Any]:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    x, y = x[order] / 16, y[order]
    return x[:1400], y[:1400], x[1400:], y[1400:]


def accuracy(mode: str, depth: int, seed: int, lr: float) -> tuple[float, float]:
    """Shares of the 1,400 images and of the 397 others that a model reads rightly."""
    x, y, x_test, y_test = digits()
    sizes = [64, *[WIDTH] * depth, 10]
    layers: list[Any] = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        layers += [training.Linear(a, b, dtype=np.float32, seed=100 * seed + i), training.ReLU()]
    model = training.Sequential(*layers[:-1])
    plan = training.compile(model, batch=BATCH, mode=MODES[mode], accumulate="native", judged=False)
    r = np.random.default_rng(seed)
    step = 0
    for _ in range(EPOCHS):
        order = r.permutation(len(y))
        for start in range(0, len(y) - BATCH + 1, BATCH):
            part = order[start : start + BATCH]
            step += 1
            try:
                plan.step(x[part], y[part], lr=lr, seed=seed << 32 | step, samples=part)
            except FloatingPointError:
                return 0.1, 0.1  # diverged: as good as a guess
    read = [(np.asarray(model(a), float), b) for a, b in ((x, y), (x_test, y_test))]
    first, second = (float(np.mean(np.argmax(z, 1) == b)) for z, b in read)
    return first, second


def accuracies(seeds: int = 3) -> dict[str, dict[int, list[float]]]:
    """By mode and depth, with the step size that is best on the 1,400 images with seed 0."""
    found: dict[str, dict[int, list[float]]] = {}
    for mode in MODES:
        found[mode] = {}
        for depth in DEPTHS:
            lr = max(RATES, key=lambda lr: accuracy(mode, depth, 0, lr)[0])
            found[mode][depth] = [accuracy(mode, depth, seed, lr)[1] for seed in range(seeds)]
    return found


def draw(rows: list[Any], learnt: dict[str, dict[int, list[float]]], path: Path) -> None:
    figure = Figure(figsize=(10, 7), layout="constrained")
    (memory, heavy), (seconds, right) = figure.subplots(2, 2)
    for axes, regime, key in (
        (memory, "activations", "memory"), (heavy, "weights", "memory"), (seconds, "activations", "seconds")
    ):  # fmt: skip
        for method in dict.fromkeys(row["method"] for row in rows):
            of = [r for r in rows if r["method"] == method and r["regime"] == regime]
            sizes = [_beyond(r) / 1e6 if key == "memory" else r["seconds"] for r in of]
            axes.loglog(
                [r["depth"] for r in of], sizes, "o-", label=method, color=COLOURS.get(method)
            )
    memory.set_title("MB beyond weights, 1024 rows of 64")
    heavy.set_title("MB beyond weights, 16 rows of 512")
    seconds.set_title("seconds of a step, 1024 rows of 64")
    for mode, by_depth in learnt.items():
        values = np.array([by_depth[d] for d in DEPTHS]) * 100
        right.errorbar(
            DEPTHS,
            values.mean(1),
            values.std(1),
            fmt="o-",
            label=mode,
            color=COLOURS[mode],
            capsize=3,
        )
    right.set_title("% of digits right, by hidden layers")
    right.set_xscale("log", base=2)
    right.set_xticks(DEPTHS, [str(d) for d in DEPTHS])
    right.set_ylim(50, 100)
    right.legend(fontsize=7)
    for axes in (memory, heavy, seconds):
        axes.set_xlabel("layers")
    heavy.legend(fontsize=6, loc="center left", bbox_to_anchor=(1, 0.5))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "flat"}):
        figure.savefig(path, metadata={"Date": None})


def _beyond(row: dict[str, Any]) -> float:
    """Bytes beyond the weights: by its own count, or as tracemalloc or the process have it."""
    if "arena_total" in row:
        return float(row["arena_total"] - row["weights"])
    seen = row["rss"] if "torch" in row["method"] or "jax" in row["method"] else row["traced"]
    return float(max(seen - row["weights"], 1e4))
