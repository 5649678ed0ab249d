# SPDX-License-Identifier: BSD-3-Clause
"""What does a PrecisionMonitor cost: when it is off, and when it watches?

    python benchmarks/monitor.py                 a network for images of digits, in posit16
    python benchmarks/monitor.py --format bfloat16 --rounds 40
    python benchmarks/monitor.py --docs          writes the table of the docs, too

"absent" is a step without the two looks at a context variable, which are taken out for it; "off" is
a step as it is, of a model that a monitor has watched and left; the others are steps that are
watched.  The kinds take turns, round by round; a line has the median of the ratios of a round, with
the smallest and largest quarter left out.  Seconds of one thread's processor time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
from exact_report import HERE, machine, put_between
from report_parts import markdown_table, shown_table
from rich.console import Console

import numformats as nf
from numformats.training import (
    SGD,
    Linear,
    PrecisionMonitor,
    ReLU,
    Sequential,
    gradients,
    load_images,
    softmax_cross_entropy,
    watching,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Kind = Callable[["Sequential"], AbstractContextManager[object]]

DOCS = HERE.parent / "docs" / "how-to" / "watch-precision.md"
HEADS = ["steps", "times a step without a monitor", "quarter below", "quarter above"]
HIDDEN, BATCH, STEPS = 32, 64, 10


@contextmanager
def absent(_model: Sequential) -> Iterator[None]:
    """The steps as if no monitor had ever been written."""
    gone = {
        "watched_batch": lambda *_batch: watching._NO_BATCH,  # noqa: SLF001 - its other branch
        "watched_update": lambda *_update: watching._NO_UPDATE,  # noqa: SLF001
    }
    with (
        mock.patch("numformats.training.gradients.watched_batch", gone["watched_batch"]),
        mock.patch("numformats.training.optimizer.watched_update", gone["watched_update"]),
    ):
        yield


def off(_model: Sequential) -> AbstractContextManager[None]:
    """The steps as they are."""
    return nullcontext()


def watched(*names: str, **options: Any) -> Kind:
    """A monitor of these tensors."""
    return lambda model: PrecisionMonitor(model, names or None, **options)


KINDS: dict[str, Kind] = {
    "off": off,
    "outputs": watched("*output"),
    "weights": watched("*.weight"),
    "all tensors": watched(),
    "all, every 10th step": watched(every=10),
    "all, in double-doubles": watched(reference="double"),
}


def seconds(kind: Kind, model: Sequential, x: Any, y: Any) -> float:
    """Processor time of some steps."""
    optimizer = SGD(0.1)
    with kind(model):
        start = time.thread_time()
        for _ in range(STEPS):
            _, found = gradients(model, softmax_cross_entropy, x, y)
            optimizer.step(model.parameters(), found)
        return time.thread_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--format", default="posit16")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--docs", action="store_true")
    args = parser.parse_args()
    dtype = nf.parse_format(args.format).dtype
    images = load_images("digits")
    x, y = images.x[:BATCH].astype(dtype), images.y[:BATCH]
    layers = [Linear(x.shape[1], HIDDEN, dtype=dtype), ReLU(), Linear(HIDDEN, 10, dtype=dtype)]
    model = Sequential(layers)
    with PrecisionMonitor(model), np.errstate(all="ignore"):
        model(x)
    ratios: dict[str, list[float]] = {name: [] for name in KINDS}
    seconds(off, model, x, y)
    for i in range(args.rounds):
        for name, kind in KINDS.items():
            pair = (absent, kind) if i % 2 else (kind, absent)  # neither is always the first
            found = {which: seconds(which, model, x, y) for which in pair}
            ratios[name].append(found[kind] / found[absent])
    rows = []
    for name, some in ratios.items():
        rows.append([name, *(f"{statistics.quantiles(some, n=4)[i]:.2f}" for i in (1, 0, 2))])
    Console(highlight=False).print(shown_table(None, HEADS, rows, left=len(HEADS)))
    if args.docs:
        day = dt.datetime.now(tz=dt.UTC).date()
        where = f"`python benchmarks/monitor.py --rounds {args.rounds} --docs`, {args.format}, {machine()}, {day}."
        put_between(
            DOCS,
            f"{markdown_table(HEADS, rows)}\n\n{where}",
            "<!-- begin cost -->",
            "<!-- end cost -->",
        )


if __name__ == "__main__":
    main()
