# SPDX-License-Identifier: BSD-3-Clause
"""What does an error term cost?  Time of nf.two_sum and its kin, as multiples of the plain operation.

    python benchmarks/error_free.py

CPU time of one thread, the best of seven, 2^16 elements; beside it Knuth's six operations on NumPy's
doubles, as a multiple of their sum.
"""

from __future__ import annotations

import time

import numpy as np

import numformats as nf

COUNT = 1 << 16
ROWS = ("posit16", "bposit16", "posit32", "bposit32", "takum_linear32", "binary32", "bfloat16", "binary64", "posit64")  # fmt: skip


def seconds(f) -> float:
    """The best of seven."""
    best = np.inf
    for _ in range(7):
        start = time.process_time()
        f()
        best = min(best, time.process_time() - start)
    return best


def knuth(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    s = a + b
    from_b = s - a
    return s, (a - (s - from_b)) + (b - from_b)


def line(name: str, x: np.ndarray, y: np.ndarray) -> str:
    """The times of one format."""
    T = nf.formats()[name]
    a, b = np.maximum(x, y).astype(T), np.minimum(x, y).astype(T)
    few = (np.round(y * 16) / 16).astype(T)  # of few bits, so that every format has the error
    plain, product = seconds(lambda: a + b), seconds(lambda: a * few)
    known, fast = (seconds(lambda f=f: f(a, b)) / plain for f in (nf.two_sum, nf.fast_two_sum))
    of_product = seconds(lambda: nf.two_prod(a, few)) / product
    return (
        f"| {name} | {plain / COUNT * 1e9:.1f} | {known:.1f} | {fast:.1f} "
        f"| {product / COUNT * 1e9:.1f} | {of_product:.1f} |"
    )


def main() -> None:
    x, y = np.random.default_rng(1).random((2, COUNT))
    print("| format | a + b, ns | two_sum | fast_two_sum | a * b, ns | two_prod |")
    print("|---|---|---|---|---|---|")
    for name in ROWS:
        print(line(name, x, y))
    ratio = seconds(lambda: knuth(x, y)) / seconds(lambda: x + y)
    print(f"Knuth's operations on doubles: {ratio:.1f}")


if __name__ == "__main__":
    main()
