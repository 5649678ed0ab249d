# SPDX-License-Identifier: BSD-3-Clause
"""Does training give the same weights, to the bit, however each batch is shared and ordered?

    python benchmarks/order_free.py                      50 steps in eight formats, minutes
    python benchmarks/order_free.py --formats posit16    some of them
    python benchmarks/order_free.py --quick --json FILE  5 steps in four formats, all splits in one

A multilayer perceptron with dropout, 64 samples a batch, trained by Adam: in splits of 1, 2, 7 and
64 samples, by 1, 2 and 3 threads, with 100 permutations within a batch, at every CPU level (in
processes of their own), and by 1, 2 and 3 Dask workers.  distinct_results is the largest number of
different sets of weights of one format: 1.  As a check that it can be more, `rounded_between` says
how many there are when each part's gradient is rounded before parts are added, as elsewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training import (
    Adam,
    Dropout,
    Linear,
    Pass,
    Sequential,
    Tanh,
    gradients,
    softmax_cross_entropy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH, INPUTS, HIDDEN, CLASSES = 64, 12, 10, 4
FORMATS = ["posit16", "bposit16", "bfloat16", "float32",
           "posit8", "takum_linear16", "float8_e5m2", "float64"]  # fmt: skip
QUICK = 4  # so many of them
PERMUTATIONS = 100


def dtype_of(name: str) -> Any:
    return np.dtype(name) if name in {"float32", "float64"} else nf.formats()[name]


def data(T: Any) -> tuple[Any, Any]:
    """Samples near one of four points; from words that NumPy promises not to change."""
    words = np.random.Philox(key=[18, 4]).random_raw(BATCH * INPUTS)
    x = (words.astype(np.float64) / 2.0**63 - 1).reshape(BATCH, INPUTS)
    y = np.arange(BATCH) % CLASSES
    x[np.arange(BATCH), y] += 1.5
    return x.astype(T), y


class Training:
    """So many steps of one format; the digest of the weights at the end."""

    def __init__(self, name: str, steps: int) -> None:
        self.T, self.steps = dtype_of(name), steps
        self.x, self.y = data(self.T)

    def run(self, orders: Any = None, rounded_between: int | None = None, **split: Any) -> str:
        """orders: of each step the order of the samples; split: as gradients takes it."""
        first = Linear(INPUTS, HIDDEN, dtype=self.T, seed=1)
        model = Sequential(
            first, Tanh(), Dropout(0.1), Linear(HIDDEN, CLASSES, dtype=self.T, seed=2)
        )
        narrow = np.dtype(self.T).itemsize == 1  # the optimiser's state needs more than 8 bits
        optimizer = Adam(2.0**-6, state_dtype=np.float32 if narrow else None)
        for step in range(self.steps):
            order = np.arange(BATCH) if orders is None else orders[step % len(orders)]
            run = Pass(training=True, seed=5, step=step, samples=order)
            batch = (model, softmax_cross_entropy, self.x[order], self.y[order], run)
            with np.errstate(all="ignore"):
                if rounded_between is None:
                    slopes = gradients(*batch, **split)[1]
                else:
                    slopes = added_in_turn(*batch, size=rounded_between)
                optimizer.step(model.parameters(), slopes)
        weights = model.parameters()
        return hashlib.sha256(b"".join(weights[k].tobytes() for k in sorted(weights))).hexdigest()


def added_in_turn(  # noqa: PLR0913 - as gradients
    model: Any, loss: Any, x: Any, y: Any, run: Pass, *, size: int
) -> dict[str, Any]:
    """The gradients of parts, each rounded, and the sums rounded at each addition."""
    total: dict[str, Any] = {}
    for start in range(0, len(x), size):
        rows = slice(start, start + size)
        here = Pass(run.training, run.seed, run.step, run.samples[rows])
        part = gradients(model, loss, x[rows], y[rows], here, batch_total=len(x))[1]
        total = {k: total[k] + g if total else g for k, g in part.items()}
    return total


def permutations(steps: int) -> list[list[Any]]:
    """Orders for so many runs that 100 permutations occur, each in one step."""
    rng = np.random.default_rng(7)
    return [
        [rng.permutation(BATCH) for _ in range(steps)] for _ in range(-(-PERMUTATIONS // steps))
    ]


def at_level(level: str, name: str, steps: int) -> str:
    """The digest of a process that runs on that level of the CPU."""
    done = subprocess.run(
        [sys.executable, "-P", __file__, "--digest", name, str(steps)],
        env={**os.environ, "NUMFORMATS_LEVEL": level},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@contextmanager
def dask_workers(count: int, *, processes: bool) -> Iterator[Any]:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=count, threads_per_worker=1, processes=processes, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def measured(names: list[str], steps: int, *, quick: bool) -> dict[str, Any]:
    results: dict[str, dict[str, str]] = {name: {} for name in names}
    control: dict[str, int] = {}
    for i, name in enumerate(names):
        training, found = Training(name, steps), results[name]
        splits = (64, 7, 2, 1) if i == 0 or not quick else (64, 7)
        for size in splits:
            found[f"split {size}"] = training.run(micro_batch=size)
        for threads in (2, 3):
            found[f"{threads} threads"] = training.run(micro_batch=7, threads=threads)
        orders_of_runs = permutations(steps)
        for k, orders in enumerate(orders_of_runs if i == 0 or not quick else orders_of_runs[:4]):
            found[f"permutations {k}"] = training.run(orders)
        if i == 0 or not quick:
            control[name] = len({training.run(rounded_between=size) for size in (64, 32, 16)})
        for level in nf.build_info()["runnable"].split():
            if i == 0 or not quick:
                found[f"level {level}"] = at_level(level, name, steps)
        print(f"{name}: {len(set(found.values()))} result of {len(found)} runs", file=sys.stderr)
    for count in (1, 2, 3):
        with dask_workers(count, processes=not quick) as client:
            for name in names if not quick else names[:1]:
                training = Training(name, steps)
                results[name][f"{count} workers"] = training.run(workers=client, micro_batch=20)
    distinct = {name: len(set(found.values())) for name, found in results.items()}
    return {
        "distinct_results": max(distinct.values()),
        "by_format": distinct,
        "runs": sum(map(len, results.values())),
        "steps": steps,
        "rounded_between": control,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer steps, formats and splits")
    parser.add_argument("--json", type=Path, help="write the record to this file")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, help="these alone")
    parser.add_argument("--digest", nargs=2, metavar=("FORMAT", "STEPS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.digest:
        print(Training(asked.digest[0], int(asked.digest[1])).run())
        return
    begun = time.perf_counter()
    names, steps = (FORMATS[:QUICK], 5) if asked.quick else (FORMATS, 50)
    record = measured(asked.formats or names, steps, quick=asked.quick)
    record["seconds"] = round(time.perf_counter() - begun, 1)
    text = json.dumps(record, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
