# SPDX-License-Identifier: BSD-3-Clause
"""What do narrow accumulators cost, and which weight updates survive in 8 and 16 bits?

    python benchmarks/mixed_precision.py --seeds 5             both tables
    python benchmarks/mixed_precision.py --quick --json q.json     seconds: does it run?
    python benchmarks/mixed_precision.py --docs                tables and picture of the docs

First: the three products of an FP8 layer with sums of 4096 terms, against the exact sums of the same
codes, by accumulator.  Second: digits, trained by Adam with half a cosine; all policies have the
same model, initial weights, order of samples and state of Adam (float32), but 1-bit Adam, which has
its own.  The last epoch counts.  What is in the JSON file is not made again.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from exact_report import HERE
from mixed_precision_report import draw, show, write_docs
from recorded import Recorded, options_of, path_of

import numformats as nf
from numformats.training import (
    Adam,
    Cosine,
    Linear,
    PrecisionMonitor,
    ReLU,
    Sequential,
    fit,
    load_images,
    softmax_cross_entropy,
)
from numformats.training.mixed_precision import (
    Kahan,
    MasterWeights,
    OneBitAdam,
    ScaledLinear,
    Stochastic,
    promoted_matmul,
    quantize_tiles,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.mixed_precision import Tiled

RECORD = HERE / "mixed_precision.json"
TERMS, ACROSS = 4096, 32
TENSOR_CORE = ("aligned", 14, 32)
ACCUMULATORS: dict[str, dict[str, Any]] = {
    "14 bits, never promoted": {"accumulate": TENSOR_CORE, "promote": None},
    "14 bits, promoted every 1024": {"accumulate": TENSOR_CORE, "promote": 1024},
    "14 bits, promoted every 128": {"accumulate": TENSOR_CORE, "promote": 128},
    "14 bits, promoted every 32": {"accumulate": TENSOR_CORE, "promote": 32},
    "float32, one after the other": {"accumulate": nf.binary32, "promote": None},
}


def products(seed: int) -> dict[str, tuple[Tiled, Tiled]]:
    """Operands of the three products; scales are of whole rows, so that any promotion is possible.

    Activations are positive, as after ReLU, so that sums grow; cotangents have heavy tails.
    """
    rng = np.random.default_rng(seed)
    e4m3, e5m2 = "float8_e4m3fn", "float8_e5m2"
    row, column = (1, TERMS), (TERMS, 1)
    activations = np.abs(rng.normal(size=(ACROSS, TERMS)))
    weights = rng.normal(size=(TERMS, ACROSS)) / np.sqrt(TERMS)
    cotangents = rng.normal(size=(ACROSS, TERMS)) * np.exp(2 * rng.normal(size=(ACROSS, TERMS)))
    over_samples = np.abs(rng.normal(size=(ACROSS, TERMS)))
    return {
        "Y = X W": (quantize_tiles(activations, e4m3, row), quantize_tiles(weights, e4m3, column)),
        "dX = G W^T": (
            quantize_tiles(cotangents, e5m2, row),
            quantize_tiles(weights, e4m3, column),
        ),
        "dW = X^T G": (
            quantize_tiles(over_samples, e4m3, row),
            quantize_tiles(cotangents.T, e5m2, column),
        ),
        "sums of positive terms": (
            quantize_tiles(activations, e4m3, row),
            quantize_tiles(np.abs(weights), e4m3, column),
        ),
    }


def accumulation(seed: int) -> list[dict[str, Any]]:
    """The error of each accumulator in each product, as a share of the exact result's norm."""
    found = []
    for what, (a, b) in products(seed).items():
        exact = nf.matmul(a.dequantize(), b.dequantize())
        for name, options in ACCUMULATORS.items():
            error = promoted_matmul(a, b, **options).astype(float) - exact
            found.append({
                "product": what,
                "accumulator": name,
                "seed": seed,
                "error": float(np.linalg.norm(error) / np.linalg.norm(exact)),
                "bias": float(np.sum(error * np.sign(exact)) / np.sum(np.abs(exact))),
            })  # fmt: skip
    return found


def linear(dtype: str) -> Callable[..., Linear]:
    """The layers of a policy that multiplies exactly."""
    return lambda a, b, seed: Linear(a, b, dtype=dtype, seed=seed)


def scaled(a: int, b: int, seed: int) -> Linear:
    """The layers of a policy that multiplies in FP8."""
    return ScaledLinear(a, b, seed=seed)


def adam(rate: Any, **options: Any) -> Adam:
    return Adam(rate, state_dtype=nf.binary32, **options)


POLICIES: dict[str, tuple[Callable[..., Linear], Callable[[Any, int], Any]]] = {
    "float32": (linear("float32"), lambda rate, _: adam(rate)),
    "bfloat16": (linear("bfloat16"), lambda rate, _: adam(rate)),
    "bfloat16, master weights": (linear("bfloat16"), lambda rate, _: MasterWeights(adam(rate))),
    "bfloat16, Kahan": (linear("bfloat16"), lambda rate, _: Kahan(adam(rate))),
    "bfloat16, stochastic": (linear("bfloat16"), lambda rate, _: Stochastic(adam(rate))),
    "float8_e4m3fn": (linear("float8_e4m3fn"), lambda rate, _: adam(rate)),
    "float8_e4m3fn, master weights": (linear("float8_e4m3fn"), lambda rate, _: MasterWeights(adam(rate))),
    "float8_e4m3fn, Kahan": (linear("float8_e4m3fn"), lambda rate, _: Kahan(adam(rate))),
    "float8_e4m3fn, stochastic": (linear("float8_e4m3fn"), lambda rate, _: Stochastic(adam(rate))),
    "FP8 products, float32 weights": (scaled, lambda rate, _: adam(rate)),
    "1-bit Adam in float32": (
        linear("float32"),
        lambda rate, steps: OneBitAdam(rate, (0.9, 0.99), warmup=steps // 5),
    ),
}  # fmt: skip
_SCALE = {"float8": 64.0}


def run(policy: str, seed: int, *, quick: bool) -> dict[str, Any]:
    """One model from its initial weights to the last epoch."""
    images = load_images("digits")
    x, y = (images.x[:256], images.y[:256]) if quick else (images.x, images.y)
    epochs, hidden, batch, lr = (2, 16, 64, 0.01) if quick else (20, 32, 32, 0.003)
    make, optimise = POLICIES[policy]
    layers = [make(x.shape[1], hidden, 100 * seed), ReLU(), make(hidden, 10, 100 * seed + 1)]
    model = Sequential(layers)
    steps = epochs * -(-len(x) // batch)
    optimizer = optimise(Cosine(lr, steps=steps, last=lr / 100), steps)
    scale = next((s for name, s in _SCALE.items() if policy.startswith(name)), 1.0)
    began = time.perf_counter()
    with np.errstate(over="ignore"):
        history = fit(model, x, y, loss=softmax_cross_entropy, optimizer=optimizer, epochs=epochs,
                      batch=batch, seed=seed, loss_scale=scale, progress=False)  # fmt: skip
        outputs = model(images.test_x)
    extra = [a for slots in getattr(optimizer, "arrays", {}).values() for a in slots.values()]
    return {
        "policy": policy,
        "seed": seed,
        "accuracy": float((np.argmax(outputs, axis=1) == images.test_y).mean()),
        "loss": history.last["loss"],
        "bytes": sum(a.nbytes for a in (*model.parameters().values(), *extra)),
        "sent": getattr(optimizer, "bytes_sent", None),
        "sent_by_adam": getattr(optimizer, "bytes_of_adam", None),
        "seconds": round(time.perf_counter() - began, 1),
    }


def watched() -> Any:
    """The picture of the docs: where FP8 products of a trained layer are wrong."""
    images = load_images("digits")
    model = Sequential(
        ScaledLinear(images.x.shape[1], 32, seed=0), ReLU(), ScaledLinear(32, 10, seed=1)
    )
    fit(model, images.x, images.y, loss=softmax_cross_entropy, optimizer=Adam(0.003), epochs=3,
        batch=32, progress=False)  # fmt: skip
    with PrecisionMonitor(model, "0.output") as monitor:
        model(images.test_x[:48])
    return monitor.plot()


def measured(kept: Recorded, seeds: int, *, quick: bool) -> None:
    """Make what the record lacks."""
    sums, runs = (kept.record.setdefault(key, []) for key in ("accumulation", "runs"))
    for seed in range(seeds):
        if all(s["seed"] != seed for s in sums):
            sums += accumulation(seed)
            kept.keep()
        wanted = [{"policy": policy, "seed": seed} for policy in POLICIES]
        kept.complete(
            runs,
            wanted,
            partial(run, quick=quick),
            lambda r: f"{r['policy']}, seed {r['seed']}: {r['accuracy']:.4f}",
        )


def main(arguments: list[str] | None = None) -> int:
    options = options_of(__doc__, RECORD, "two epochs of a small model").parse_args(arguments)
    if options.docs:
        write_docs(json.loads(RECORD.read_text()))
        draw(watched())
        return 0
    kept = Recorded(path_of(options, RECORD), {})
    kept.record["quick"] = options.quick
    measured(kept, options.seeds, quick=options.quick)
    show(kept.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
