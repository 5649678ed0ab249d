# SPDX-License-Identifier: BSD-3-Clause
"""Can an LSTM predict rounding errors?  Mean square error beside four predictors that are no network.

    python benchmarks/error_predictor.py                    six cases
    python benchmarks/error_predictor.py --quick            seconds: does it run?
    python benchmarks/error_predictor.py --docs             table and picture of the page

A slow signal x_t (three sines of 4,000 to 9,000 steps) is rounded to p fraction bits, y_t = Q(x_t).
What is predicted is e_t = (y_t - x_t) / 2^-p from e_(t-1), e_(t-2), ... and from what the hardware
has: the steps of y up to y_t, in units of 2^-p.  Who knows x_t itself needs no predictor.
Per cent are the reduction of the mean square error, 100 (1 - MSE / MSE of always 0), on signals that
nobody was fitted to.  A run that is in the JSON file is not made again: stopped runs go on.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import Any

import numpy as np
from error_predictor_report import RECORD, show, write_docs
from recorded import Recorded, options_of, path_of

import numformats as nf
from numformats.training import LSTM, Adam, Linear, Sequential, fit, mean_squared_error

BITS, ROUNDINGS = (20, 10, 7), ("toward_negative", "nearest_even")
LENGTH, SKIPPED, HIDDEN = 24, 6, 12  # of a window; places that no predictor is judged on
FULL = {"signals": 8, "steps": 1536, "epochs": 24}
QUICK = {"signals": 2, "steps": 240, "epochs": 1}


def signals(count: int, steps: int, rng: Any) -> Any:
    """Slow signals, one per row, between -2 and 2."""
    t = np.arange(steps)
    size = rng.uniform(0.2, 0.65, (count, 3, 1))
    period = rng.uniform(4000, 9000, (count, 3, 1))
    phase = rng.uniform(0, 2 * np.pi, (count, 3, 1))
    return (size * np.sin(2 * np.pi * t / period + phase)).sum(axis=1)


def windows(x: Any, bits: int, rounding: str) -> tuple[Any, Any]:
    """Inputs (windows, LENGTH, 2): step of y and error before; targets (windows, LENGTH): the error."""
    form = nf.Fixed(40, bits)
    y = nf.quantize(x, form, rounding=rounding).astype(np.float64)
    error, step = (y - x) * 2.0**bits, np.diff(y, axis=1) * 2.0**bits
    pairs = np.stack([step, error[:, :-1]], axis=-1)
    target = error[:, 1:]
    many = pairs.shape[1] // LENGTH
    kept = slice(0, many * LENGTH)
    return pairs[:, kept].reshape(-1, LENGTH, 2), target[:, kept].reshape(-1, LENGTH)


def least_squares(features: Any, target: Any) -> Any:
    """The weights of a linear predictor; the last is the constant."""
    rows = np.column_stack([features, np.ones(len(features))])
    return np.linalg.lstsq(rows, target, rcond=None)[0]


def linear_features(pairs: Any) -> dict[str, Any]:
    """What each predictor sees at the places that are judged, a row for each."""
    step, before = pairs[..., 0], pairs[..., 1]

    def at(array: Any, back: int) -> Any:
        return array[:, SKIPPED - back : LENGTH - back].reshape(-1)

    none = np.zeros((at(before, 0).size, 0))
    both = [at(step, 0), at(step, 1), at(before, 0), at(before, 1)]
    return {
        "constant": none,
        "AR(1)": at(before, 0)[:, np.newaxis],
        "linear": np.column_stack(both),
    }


def network(train: Any, target: Any, test: Any, epochs: int, seed: int) -> Any:
    """The LSTM's predictions for the windows of test, at the places that are judged."""
    scale = np.array([max(1.0, np.abs(train[..., 0]).max()), 1.0])
    middle = target.mean()
    lstm = LSTM(2, HIDDEN, dtype=np.float32, seed=seed)
    model = Sequential(lstm, Linear(HIDDEN, 1, dtype=np.float32, seed=seed))
    batch = 128
    steps = epochs * -(-len(train) // batch)
    fit(
        model, (train / scale).astype(np.float32), (target - middle)[..., np.newaxis],
        loss=mean_squared_error, optimizer=Adam(0.02), epochs=epochs, batch=batch, seed=seed,
        schedule=lambda done: 0.02 * (1 - 0.9 * done / steps), progress=False,
    )  # fmt: skip
    outputs = np.asarray(model((test / scale).astype(np.float32))).astype(float)[..., 0]
    return (outputs + middle)[:, SKIPPED:].reshape(-1)


def run(bits: int, rounding: str, seed: int, size: dict[str, int]) -> dict[str, Any]:
    """One case: the reduction of each predictor on new signals, in per cent."""
    began, rng = time.perf_counter(), np.random.default_rng([seed, bits])
    train, target = windows(signals(size["signals"], size["steps"], rng), bits, rounding)
    test, truth = windows(signals(size["signals"], size["steps"], rng), bits, rounding)
    wanted = truth[:, SKIPPED:].reshape(-1)
    fitted, seen = target[:, SKIPPED:].reshape(-1), linear_features(test)
    found = {}
    for name, features in linear_features(train).items():
        weights = least_squares(features, fitted)
        found[name] = np.column_stack([seen[name], np.ones(len(wanted))]) @ weights
    found["LSTM"] = network(train, target, test, size["epochs"], seed)
    nothing = float((wanted**2).mean())
    row: dict[str, Any] = {"bits": bits, "rounding": rounding, "seed": seed}
    for name, guess in found.items():
        row[name] = 100 * (1 - float(((guess - wanted) ** 2).mean()) / nothing)
        row[f"sign of {name}"] = 100 * float((np.sign(guess) == np.sign(wanted)).mean())
    return row | {"seconds": round(time.perf_counter() - began, 1)}


def line(row: dict[str, Any]) -> str:
    """What is printed of a case."""
    return (f"{row['bits']} bits, {row['rounding']}, seed {row['seed']}: AR(1) {row['AR(1)']:.1f}, linear "
            f"{row['linear']:.1f}, LSTM {row['LSTM']:.1f} in {row['seconds']} s")  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for, or rewrite the docs."""
    parser = options_of(__doc__, RECORD, "one epoch on two short signals, 7 bits")
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs()
        return 0
    wanted = [{"bits": bits, "rounding": rounding, "seed": seed} for seed in range(options.seeds)
              for bits in (BITS[-1:] if options.quick else BITS) for rounding in ROUNDINGS]  # fmt: skip
    size = QUICK if options.quick else FULL
    kept = Recorded(path_of(options, RECORD), {"runs": []})
    kept.complete(kept.record["runs"], wanted, partial(run, size=size), line)
    show(kept.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
