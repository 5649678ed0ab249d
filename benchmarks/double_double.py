# SPDX-License-Identifier: BSD-3-Clause
"""What does an operation on arrays of double-doubles cost, beside float64 and mpmath?

    python benchmarks/double_double.py                 ns an element, by operation
    python benchmarks/double_double.py --sizes 10 1000

C has numformats.analysis.double_double_blocks; mpmath computes with 106 bits, in arrays of objects.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import mpmath
import numpy as np
from rich.console import Console
from rich.table import Table

import numformats as nf
from numformats._native import ffi, lib
from numformats.analysis.double_double_blocks import BLOCKS, Pair, cumsum, matmul, total

if TYPE_CHECKING:
    from collections.abc import Callable

MPMATH = {
    "add": lambda x, y: x + y, "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y, "power": lambda x, y: x**y, "absolute": abs,
    "negative": lambda x: -x, "log": mpmath.log, "arcsin": mpmath.asin, "arccos": mpmath.acos,
    "arctan": mpmath.atan, "arctan2": mpmath.atan2, "arcsinh": mpmath.asinh,
    "arctanh": mpmath.atanh, "log10": mpmath.log10,
}  # fmt: skip
SHORT = 200  # elements of mpmath


def seconds(call: Callable[[], object]) -> float:
    """The best of some calls, the first one apart."""
    call()
    best, end = np.inf, time.perf_counter() + 0.1
    for _ in range(20):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() > end:
            break
    return best


def operands(n: int, rng: np.random.Generator) -> list[Pair]:
    highs = rng.uniform(0.5, 0.99, (3, n))
    return [(high, np.spacing(high) * rng.uniform(-0.49, 0.49, n)) for high in highs]


def by_mpmath(f: np.ufunc, xs: list[Pair]) -> float | None:
    """Nanoseconds of an element, None for what it has not."""
    function = MPMATH.get(f.__name__) or getattr(mpmath, f.__name__, None)
    if function is None:
        return None
    call = np.frompyfunc(function, f.nin, 1)
    objects = [np.array([mpmath.mpf(v) + w for v, w in zip(x[0][:SHORT].tolist(), x[1][:SHORT].tolist(), strict=True)])
               for x in xs]  # fmt: skip
    return seconds(lambda: call(*objects)) / len(objects[0]) * 1e9


def figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def elementwise(sizes: list[int]) -> Table:
    table = Table("operation", *(f"C, {n}" for n in sizes), f"float64, {sizes[-1]}", "mpmath")
    rng = np.random.default_rng(1)
    for f, block in BLOCKS.items():
        if f.__name__ in {"fabs", "radians", "degrees", "float_power"} or f is np.arccosh:
            continue
        row = []
        for n in sizes:
            xs = operands(n, rng)[: f.nin]
            row.append(figure(seconds(lambda xs=xs, block=block: block(*xs)) / n * 1e9))
        plain = None
        if getattr(np, f.__name__, None) is f:
            plain = seconds(lambda f=f, xs=xs: f(*(x[0] for x in xs))) / sizes[-1] * 1e9
        table.add_row(f.__name__, *row, figure(plain), figure(by_mpmath(f, xs)))
    return table


def sums(n: int) -> Table:
    """Of n terms, and of a product of matrices for each multiplication."""
    (x, *_), side = operands(n, np.random.default_rng(2)), int(n**0.5)
    square = tuple(part[: side * side].reshape(side, side) for part in x)
    table = Table("of arrays", "C", "float64")
    for name, call, plain, count in (
        ("sum", lambda: total(x, 0), x[0].sum, n),
        ("cumsum", lambda: cumsum(x, 0), x[0].cumsum, n),
        ("sum of columns", lambda: total(square, 0), lambda: square[0].sum(0), side**2),
        ("matmul", lambda: matmul(square, square), lambda: square[0] @ square[0], side**3),
    ):
        table.add_row(name, *(figure(seconds(c) / count * 1e9) for c in (call, plain)))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1000, 10_000, 100_000])
    sizes = parser.parse_args().sizes
    mpmath.mp.prec = 106
    console = Console(width=100)
    level = ffi.string(lib.nf_level()).decode()
    console.print(f"numformats {nf.__version__}, level {level}: ns an element")
    console.print(elementwise(sizes))
    console.print(sums(max(sizes)))


if __name__ == "__main__":
    main()
