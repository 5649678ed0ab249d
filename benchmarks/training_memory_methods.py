# SPDX-License-Identifier: BSD-3-Clause
"""How is one way of training measured, in a process of its own?

    python benchmarks/training_memory_methods.py METHOD DEPTH BATCH WIDTH

prints one JSON object: bytes by three meters for one step of an MLP of DEPTH layers, float64, ReLU,
ten classes, and seconds of processor time of a step.  Any Python that has the method's package will
do; each method is a function that gives the step, and what it knows of its own bytes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import tracemalloc
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[], object]

CLASSES = 10


def sizes_of(depth: int, width: int) -> list[int]:
    return [width] * depth + [CLASSES]


def arrays(depth: int, width: int) -> list[Any]:
    """Weights and biases in turn, as every method starts with them."""
    r = np.random.default_rng(0)
    sizes = sizes_of(depth, width)
    return [
        part
        for i, o in pairwise(sizes)
        for part in (r.normal(size=(i, o)) * np.sqrt(2 / i), np.zeros(o))
    ]


def loss_of(np_: Any, parameters: list[Any], x: Any, y: Any) -> Any:
    """The mean cross-entropy, with the functions of a NumPy-like module."""
    h = x
    for i in range(0, len(parameters), 2):
        z = np_.dot(h, parameters[i]) + parameters[i + 1]
        h = np_.maximum(z, 0)
    z = z - np_.max(z, axis=1, keepdims=True)
    return np_.mean(np_.log(np_.sum(np_.exp(z), axis=1)) - z[np.arange(len(y)), y])


# ---- ours ------------------------------------------------------------------------------------------


def planned(mode: str, depth: int, x: Any, y: Any) -> tuple[Step, dict[str, int]]:
    from numformats import training

    modes = {
        "inference": training.inference(),
        "reverse": training.reverse(),
        "activity1": training.forward(K=1),
        "activity8": training.forward(K=8),
        "weight1": training.forward(perturb="weight", K=1),
        "stored1": training.forward(perturb="weight", K=1, replay=False),
        "exact": training.forward(exact=True, K=16),
    }
    sizes = sizes_of(depth, x.shape[1])
    layers: list[Any] = []
    for i, o in pairwise(sizes):
        layers += [training.Linear(i, o, dtype=np.float64, seed=len(layers)), training.ReLU()]
    model = training.Sequential(*layers[:-1])
    plan = training.compile(
        model, batch=len(x), mode=modes[mode], accumulate="native", judged=False
    )
    known = plan.bytes | {"heap": 0}

    def step() -> object:
        loss = plan.step(x, y, lr=1e-6, seed=1)
        known["heap"] = max(known["heap"], plan.heap_allocations)
        return loss

    return step, known


def tape(_: str, depth: int, x: Any, y: Any) -> tuple[Step, dict[str, int]]:
    """Our reverse mode over NumPy code, without a plan."""
    import numformats as nf

    parameters = arrays(depth, x.shape[1])
    pull = nf.autodiff.grad(lambda p: loss_of(np, p, x, y))

    def step() -> object:
        for p, g in zip(parameters, pull(parameters), strict=True):
            np.subtract(p, 1e-6 * g, out=p)
        return parameters

    return step, {}


# ---- peers -----------------------------------------------------------------------------------------


def hips(_: str, depth: int, x: Any, y: Any) -> tuple[Step, dict[str, int]]:
    import autograd
    import autograd.numpy as anp

    parameters = arrays(depth, x.shape[1])
    pull = autograd.grad(lambda p: loss_of(anp, p, x, y))

    def step() -> object:
        for p, g in zip(parameters, pull(parameters), strict=True):
            np.subtract(p, 1e-6 * g, out=p)
        return parameters

    return step, {}


def torch(kind: str, depth: int, x: Any, y: Any) -> tuple[Step, dict[str, int]]:
    import torch as t

    t.set_num_threads(1)
    parameters = [t.tensor(p, requires_grad=True) for p in arrays(depth, x.shape[1])]
    a, b = t.tensor(x), t.tensor(y)

    def block(h: Any, *some: Any) -> Any:
        for i in range(0, len(some), 2):
            h = t.relu(h @ some[i] + some[i + 1])
        return h

    def forward() -> Any:
        if kind != "checkpointed":
            return block(a, *parameters[:-2])
        from torch.utils.checkpoint import checkpoint

        h, size = a, 2 * max(1, round(depth**0.5))
        for i in range(0, len(parameters) - 2, size):
            part = parameters[i : min(i + size, len(parameters) - 2)]
            h = checkpoint(block, h, *part, use_reentrant=False)
        return h

    def step() -> object:
        z = forward() @ parameters[-2] + parameters[-1]
        loss = t.nn.functional.cross_entropy(z, b)
        loss.backward()
        with t.no_grad():
            for p in parameters:
                p.sub_(1e-6 * p.grad)
                p.grad = None
        return loss

    return step, {}


def jax(_: str, depth: int, x: Any, y: Any) -> tuple[Step, dict[str, int]]:
    import jax as j
    import jax.numpy as jnp

    j.config.update("jax_enable_x64", True)
    parameters = [jnp.asarray(p) for p in arrays(depth, x.shape[1])]
    a, b = jnp.asarray(x), jnp.asarray(y)

    def stepped(p: Any) -> Any:
        return [
            q - 1e-6 * g for q, g in zip(p, j.grad(lambda p: loss_of(jnp, p, a, b))(p), strict=True)
        ]

    run = j.jit(stepped, donate_argnums=0)

    def step() -> object:
        parameters[:] = run(parameters)
        return j.block_until_ready(parameters)

    return step, {}


METHODS: dict[str, tuple[Any, str]] = {
    "inference": (planned, "inference"),
    "reverse": (planned, "reverse"),
    "activity, K = 1": (planned, "activity1"),
    "activity, K = 8": (planned, "activity8"),
    "weight, K = 1": (planned, "weight1"),
    "weight, K = 1, stored": (planned, "stored1"),
    "exact": (planned, "exact"),
    "our tape": (tape, ""),
    "autograd": (hips, ""),
    "torch": (torch, ""),
    "torch, checkpoints": (torch, "checkpointed"),
    "jax, compiled": (jax, ""),
}


def _seconds(step: Step) -> float:
    """Processor time of one step."""
    start = time.process_time()
    step()
    return time.process_time() - start


def measure(method: str, depth: int, batch: int, width: int) -> dict[str, float]:
    """Peak bytes of a warm step by tracemalloc and by the process, and its own count."""
    r = np.random.default_rng(1)
    x, y = r.normal(size=(batch, width)), r.integers(0, CLASSES, batch)
    make, kind = METHODS[method]
    make(kind, 2, x[:2, :4], y[:2])[0]()  # imports, and what a package takes once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step, known = make(kind, depth, x, y)
    step()
    seconds = min(_seconds(step) for _ in range(3))
    rss = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    weights = (
        sum(
            (i + 1) * o
            for i, o in zip([width] * depth, [width] * (depth - 1) + [CLASSES], strict=True)
        )
        * 8
    )
    found: dict[str, float] = {"rss": rss, "seconds": seconds, "weights": weights}
    if known:
        found |= {f"arena_{key}": value for key, value in known.items()}
    del step, known
    tracemalloc.start()
    step, _ = make(kind, depth, x, y)
    step()
    tracemalloc.reset_peak()
    step()
    found["traced"] = tracemalloc.get_traced_memory()[1]
    return found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], *map(int, sys.argv[2:5]))))
