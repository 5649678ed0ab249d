# SPDX-License-Identifier: BSD-3-Clause
"""What does a derivative cost?  Times the plain function, with exact sums and with NumPy's.

    python benchmarks/autodiff.py

The function is the loss of a perceptron of 64 inputs, 64 hidden units and 10 outputs on a batch.
Beside it what exact products cost, beside `@`, and quires.  Seconds of one thread's processor time, the best of seven rounds.  HIPS autograd stands beside
float64 where it is installed.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

import numformats as nf
from numformats.autodiff import forward_grad, grad, jvp, vjp

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("float64", "float32", "posit32", "posit16", "bfloat16")


def loss(w: Any, v: Any, x: Any) -> Any:
    return np.sum(np.square(np.tanh(x @ w) @ v))


def best(call: Callable[[], object]) -> float:
    """Seconds of processor time of one call."""
    call()
    found = []
    for _ in range(7):
        start = time.thread_time()
        call()
        found.append(time.thread_time() - start)
    return min(found)


def held(w: Any, v: Any, x: Any) -> list[Any]:
    _, pull = vjp(lambda w, v: loss(w, v, x), w, v)
    return [sums.round() for sums in pull.held(1)]


def row(name: str, batch: int) -> list[str]:
    T = np.dtype(name) if name.startswith("float") else nf.formats()[name]
    rng = np.random.default_rng(0)
    w, v, x = (
        (rng.standard_normal(shape) / 8).astype(T) for shape in ((64, 64), (64, 10), (batch, 64))
    )
    plain = best(lambda: loss(w, v, x))
    both = (0, 1)
    times = [
        best(call)
        for call in (
            lambda: grad(loss, both)(w, v, x),
            lambda: grad(loss, both, exact=False)(w, v, x),
            lambda: held(w, v, x),
            lambda: jvp(lambda w, v: loss(w, v, x), (w, v), (w, v)),
            lambda: forward_grad(loss, both, tangents=8)(w, v, x),
        )
    ]
    return [name, f"{plain * 1e3:.2f}", *(f"{t / plain:.1f}" for t in times)]


def hips(batch: int) -> list[str] | None:
    try:
        import autograd.numpy as anp
        from autograd import grad as peer
    except ImportError:
        return None
    rng = np.random.default_rng(0)
    w, v, x = (rng.standard_normal(s) / 8 for s in ((64, 64), (64, 10), (batch, 64)))

    def theirs(w: Any, v: Any, x: Any) -> Any:
        return anp.sum(anp.square(anp.dot(anp.tanh(anp.dot(x, w)), v)))

    plain = best(lambda: loss(w, v, x))
    gradient = best(lambda: (peer(theirs, 0)(w, v, x), peer(theirs, 1)(w, v, x)))
    return ["HIPS autograd, float64", f"{plain * 1e3:.2f}", "", f"{gradient / plain:.1f}"]


def exactness() -> Table:
    """Nanoseconds of a product of two numbers, and of a merged quire."""
    table = Table("format", "@", "nf.matmul", "QuireArray", "merged, a quire", "bits of a quire")
    rng = np.random.default_rng(0)
    for name in FORMATS:
        T = np.dtype(name) if name.startswith("float") else nf.formats()[name]
        a, x, g = (
            rng.standard_normal(shape).astype(T) for shape in ((256, 256), (64, 64), (64, 32))
        )
        quires = nf.QuireArray(T, (64, 32))
        nanoseconds = (
            best(lambda a=a: a @ a) / a.size / 256e-9,
            best(lambda a=a: nf.matmul(a, a)) / a.size / 256e-9,
            best(lambda q=quires, x=x, g=g: q.add_matmul(x.T, g)) / x.size / 32e-9,
            best(lambda q=quires: q.merged(q)) / g.size * 1e9,
        )
        table.add_row(name, *(f"{n:.3g}" for n in nanoseconds), str(quires.layout.bits))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, nargs="+", default=[16, 256])
    for batch in parser.parse_args().batch:
        table = Table(
            "format", "plain, ms", "grad", "exact=False", "held", "jvp", "forward_grad, 8",
            title=f"batch of {batch}: times the plain function",
        )  # fmt: skip
        for name in FORMATS:
            table.add_row(*row(name, batch))
        peer = hips(batch)
        if peer:
            table.add_row(*peer)
        Console().print(table)
    Console().print(exactness())


if __name__ == "__main__":
    main()
