# SPDX-License-Identifier: BSD-3-Clause
"""How long does one epoch of training take, and where does the time go?

    python benchmarks/training_speed.py --json training_speed.json
    python benchmarks/training_speed.py --formats posit16,float32 --samples 6400     a tenth of it
    python benchmarks/training_speed.py --docs     rewrite the table of the docs from the record
    python benchmarks/training_speed.py --torch PYTHON     PyTorch in another environment, too

A 784-128-10 perceptron on 60,000 images of Fashion-MNIST (random ones of that shape and that many
zeros where the set is not installed), batches of 64, SGD: exact products, exact sums in gradients,
one rounding each.  "planned" steps are compiled once (`gradients=reverse()`).  Beside it the same epoch in a hand-written loop of float32 NumPy, which rounds as
it adds.  Two threads unless --threads says otherwise; best of --rounds.  Where the time goes is asked
of Python's profiler in a run of its own, and given as shares.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import json
import pstats
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from exact_report import HERE, machine, put_between
from report_parts import markdown_table, shown_table
from rich.console import Console

import numformats as nf
from numformats._atomic_file import write_text
from numformats.training import (
    SGD,
    Linear,
    ReLU,
    Sequential,
    fit,
    load_images,
    reverse,
    softmax_cross_entropy,
)

BATCH, RATE, WIDTHS = 64, 0.1, (784, 128, 10)
ROWS = "posit16,posit16 planned,bposit16,bfloat16,posit8,posit8 planned,float32"
TARGET = 15.0  # seconds of posit16
RECORD = HERE / "training_speed.json"
DOCS = HERE.parent / "docs" / "explanation" / "training-results.md"
MARKS = ("<!-- begin speed -->", "<!-- end speed -->")
# What a function of a profile is part of: the first that fits.
PARTS = {
    "planned step": ("nf_plan_step", "numformats/plan/", "training/plans/"),
    "products of matrices": ("exact/products.py", "nf_multiply"),
    "tape and derivatives": ("numformats/autodiff/", "numformats/tracing/"),
    "optimiser": ("training/sgd.py", "training/optimizer.py", "training/dtypes.py"),
    "layers and loss": ("training/losses.py", "training/linear.py", "training/activations.py",
                        "training/layer.py", "training/sequential.py", "exact/"),
    "trainer": ("training/",),
}  # fmt: skip
HEAD = ["", "seconds", "NumPy's", *PARTS, "the rest"]
TORCH = """
import sys, time, numpy as np, torch
dtype, threads, rounds = getattr(torch, sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
data = np.load(sys.argv[1])
x, y = torch.tensor(data["x"], dtype=dtype), torch.tensor(data["y"])
best = 1e9
for _ in range(rounds):
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)).to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    began = time.perf_counter()
    for rows in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    best = min(best, time.perf_counter() - began)
print(best, torch.__version__)
"""


def samples(count: int) -> tuple[Any, Any, str]:
    """Images and labels, and where they are from."""
    try:
        images = load_images("fashion")
    except FileNotFoundError:
        rng = np.random.default_rng(0)
        x = rng.integers(0, 256, (count, 784)) * (rng.random((count, 784)) < 0.5) / 255
        return x, rng.integers(0, 10, count), "random"
    return images.x[:count], images.y[:count], "Fashion-MNIST"


def train(row: str, x: Any, y: Any, threads: int) -> None:
    """One epoch."""
    dtype, _, planned = row.partition(" ")
    a, b, c = WIDTHS
    model = Sequential(Linear(a, b, dtype=dtype, seed=0), ReLU(), Linear(b, c, dtype=dtype, seed=1))
    fit(model, x, y, loss=softmax_cross_entropy, optimizer=SGD(RATE), epochs=1, batch=BATCH,
        threads=threads, progress=False, gradients=reverse() if planned else None)  # fmt: skip


def numpy_loop(x: Any, y: Any) -> None:
    """The same epoch in float32, as one writes it by hand."""
    rng = np.random.default_rng(0)
    a, b, c = WIDTHS
    w1 = rng.uniform(-0.09, 0.09, (a, b)).astype(np.float32)
    w2 = rng.uniform(-0.2, 0.2, (b, c)).astype(np.float32)
    b1, b2 = np.zeros(b, np.float32), np.zeros(c, np.float32)
    for rows in np.split(rng.permutation(len(x)), range(BATCH, len(x), BATCH)):
        images, labels = x[rows], y[rows]
        hidden = np.maximum(images @ w1 + b1, 0)
        scores = hidden @ w2 + b2
        back = np.exp(scores - scores.max(axis=1, keepdims=True))
        back /= back.sum(axis=1, keepdims=True)
        back[np.arange(len(rows)), labels] -= 1
        back /= len(rows)
        inner = (back @ w2.T) * (hidden > 0)
        w2 -= RATE * (hidden.T @ back)
        b2 -= RATE * back.sum(axis=0)
        w1 -= RATE * (images.T @ inner)
        b1 -= RATE * inner.sum(axis=0)


def best(rounds: int, call: Any, *arguments: Any) -> float:
    """Seconds of the fastest call."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        call(*arguments)
        found.append(time.perf_counter() - began)
    return min(found)


def shares(row: str, x: Any, y: Any, threads: int) -> dict[str, float]:
    """The share of each part in the time of an epoch: of what functions take themselves.

    NumPy's and Python's own functions count for the part that calls them.
    """
    profile = cProfile.Profile()
    profile.enable()
    train(row, x, y, threads)
    profile.disable()
    found = dict.fromkeys((*PARTS, "the rest"), 0.0)
    stats: Any = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, _, own, _, callers) in stats.items():
        part = part_of(file, name)
        if part is not None:
            found[part] += own
            continue
        for (caller_file, _, caller), (_, _, called, _) in callers.items():
            found[part_of(caller_file, caller) or "the rest"] += called
    total = sum(found.values())
    return {part: round(seconds / total, 3) for part, seconds in found.items()}


def part_of(file: str, name: str) -> str | None:
    """The part that a function belongs to; None for those of NumPy and Python."""
    file = file.replace("\\", "/")
    for part, places in PARTS.items():
        if any(place in file or place in name for place in places):
            return part
    return "the rest" if "numformats/" in file else None


def torch_seconds(
    python: str, dtype: str, data: Path, threads: int, rounds: int
) -> tuple[float, str]:
    """Seconds of PyTorch, and its version."""
    command = [python, "-c", TORCH, str(data), dtype, str(threads), str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, version = done.stdout.split()
    return float(seconds), version


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--formats", default=ROWS)
    parser.add_argument("--samples", type=int, default=60_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--torch", default=None, help="the Python of an environment with PyTorch")
    parser.add_argument("--docs", action="store_true", help=f"from {RECORD.name}")
    options = parser.parse_args()
    if options.docs:
        put_between(DOCS, markdown(json.loads(RECORD.read_text())), *MARKS)
        return 0
    x, y, source = samples(options.samples)
    single = x.astype(np.float32)
    record: dict[str, Any] = {
        "machine": machine(), "date": str(dt.datetime.now(tz=dt.UTC).date()), "data": source,
        "samples": len(x), "threads": options.threads, "level": nf.build_info()["level"], "target": TARGET,
    }  # fmt: skip
    seconds = {"NumPy float32 by hand": best(options.rounds, numpy_loop, single, y)}
    for row in options.formats.split(","):
        dtype = row.partition(" ")[0]
        inputs = x.astype(nf.parse_format(dtype) if dtype in nf.formats() else dtype)
        seconds[row] = best(options.rounds, train, row, inputs, y, options.threads)
        print(f"{row}: {seconds[row]:.2f} s", flush=True)
        few = slice(0, min(len(x), 100 * BATCH))
        record.setdefault("shares", {})[row] = shares(row, inputs[few], y[few], options.threads)
    if options.torch:
        data = Path("training_speed_data.npz").resolve()
        np.savez(data, x=single, y=y)
        try:
            for dtype in ("float32", "bfloat16"):
                found = torch_seconds(options.torch, dtype, data, options.threads, options.rounds)
                seconds[f"PyTorch {dtype}"], record["torch"] = found
        finally:
            data.unlink()
    record["seconds"] = {name: round(value, 3) for name, value in seconds.items()}
    base = seconds["NumPy float32 by hand"]
    record["ratio_to_numpy"] = {name: round(value / base, 2) for name, value in seconds.items()}
    show(record)
    if options.json is not None:
        write_text(options.json, json.dumps(record, indent=1) + "\n")
    return 0


def cells_of(record: dict[str, Any]) -> list[list[str]]:
    """Of each row the seconds, the ratio to NumPy's, and the share of each part."""
    rows = []
    for name, seconds in record["seconds"].items():
        parts = record["shares"].get(name, dict.fromkeys((*PARTS, "the rest")))
        shares = ["" if p is None else f"{100 * p:.0f} %" for p in parts.values()]
        rows.append([name, f"{seconds:.2f}", f"{record['ratio_to_numpy'][name]:.1f}", *shares])
    return rows


def markdown(record: dict[str, Any]) -> str:
    """The table of the docs."""
    posit16 = record["seconds"]["posit16"]
    verdict = "met" if posit16 < record["target"] else "missed"
    torch = f", PyTorch {record['torch']}" if "torch" in record else ""
    return (
        f"{record['machine']}, {record['date']}, {record['threads']} threads, CPU level "
        f"{record['level']}{torch}; {record['samples']:,} images ({record['data']}).\n\n"
        + markdown_table(HEAD, cells_of(record))
        + f"\n\nposit16 under {record['target']:g} s: {posit16:.2f} s, {verdict}."
    )


def show(record: dict[str, Any]) -> None:
    """Print times, ratios and shares."""
    title = (
        f"one epoch of {record['samples']} images ({record['data']}), {record['threads']} threads"
    )
    Console(width=140).print(shown_table(title, HEAD, cells_of(record), left=1))


if __name__ == "__main__":
    sys.exit(main())
