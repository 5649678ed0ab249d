# SPDX-License-Identifier: BSD-3-Clause
"""How do long sums drift when every addition is rounded, or truncated?

    numformats compare docs/examples/accumulate.py:drift --formats binary32,mlu32,bfloat16

Running sums and running dot products of uniform numbers of [0, 1), each step rounded in the
format, looked at after 100, 1000, 10000 and 100000 terms.  A truncating accumulator loses on
every step: its error grows linearly (mean about -0.18 n 2^-p), that of round-to-nearest only
like the square root.
"""

from __future__ import annotations

import numpy as np

LENGTHS = np.array([100, 1_000, 10_000, 100_000])
REPEATS = 2
SEED = 1
STEPS_OF_UNIFORMS = 24  # bits: exact in binary32, so that wide formats show only their sums


def drift(x, y, lengths):
    """Running sums of x, and running dot products of x and y, at the given lengths (columns)."""
    sums = np.cumsum(x, axis=1)[:, lengths - 1]
    dots = np.cumsum(x * y, axis=1)[:, lengths - 1]
    return sums, dots


def drift_inputs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two arrays of uniform numbers, one experiment per row, and the lengths."""
    rng = np.random.default_rng(SEED)
    steps = 2**STEPS_OF_UNIFORMS
    x, y = rng.integers(0, steps, (2, REPEATS, LENGTHS[-1])) / steps
    return x, y, LENGTHS


def drift_report(
    outputs: tuple[np.ndarray, np.ndarray], reference: tuple[np.ndarray, np.ndarray]
) -> dict[str, float]:
    """Mean signed relative error of the sums at each length, and of the longest dot product."""
    errors = [(ours - exact) / exact for ours, exact in zip(outputs, reference, strict=True)]
    sums = errors[0].mean(axis=0)
    report = {f"sum 1e{int(np.log10(n))}": float(e) for n, e in zip(LENGTHS, sums, strict=True)}
    return {**report, "dot 1e5": float(errors[1][:, -1].mean())}
