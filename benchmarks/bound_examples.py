# SPDX-License-Identifier: BSD-3-Clause
"""Static bounds of two hard programs: Hilbert systems by elimination, and Heston paths.

    python benchmarks/bound_examples.py

Prints for each format the certificate, the largest error that was measured, and the CPU seconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

import numformats as nf
from numformats.analysis import bound

sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "examples"))
import heston
import hilbert

ORDERS = (3, 4, 5, 6, 8)
FORMATS = ("float64", "float32", "posit32", "bposit32", "posit64")
PATHS = {"pairs": 10, "steps": 64}


def dtype_of(name):
    """The dtype of a format or of a float of NumPy."""
    return np.dtype(name) if name.startswith("float") else nf.parse_format(name).dtype


def systems():
    """Rows: format, then bound / error for each order; and the seconds of all."""
    matrix, sides = hilbert.solve_all_inputs()
    for name in FORMATS:
        dtype, cells, begun = dtype_of(name), [], time.process_time()
        for n in ORDERS:
            a, b = matrix[:n, :n], sides[:n, n - 1]
            found = bound(hilbert.solve, {"a": a, "b": b}, dtype, symbols=512)
            x = hilbert.solve(a.astype(dtype), b.astype(dtype)).astype(float)
            cells.append(f"{np.max(found.absolute):.1e} / {np.max(np.abs(x - 1)):.1e}")
        yield [name, *cells, f"{time.process_time() - begun:.0f}"]


def paths():
    """Rows: format, largest and median bound, largest and median error, seconds."""
    inputs = heston.paths(**PATHS)
    names = ("z_price", "z_variance", "start", "model")
    for name in (*FORMATS[:4], "mlu32", "fixed<32,frac=20>"):
        dtype, begun = dtype_of(name), time.process_time()
        found = bound(heston.log_price, dict(zip(names, inputs, strict=True)), dtype)
        seconds = time.process_time() - begun
        given = [np.asarray(x).astype(dtype) for x in inputs]
        truth = heston.log_price(*(x.astype(np.longdouble) for x in given))
        errors = np.abs(heston.log_price(*given).astype(np.longdouble) - truth).astype(float)
        cells = (found.absolute.max(), np.median(found.absolute), errors.max(), np.median(errors))
        yield [name, *(f"{c:.1e}" for c in cells), f"{seconds:.0f}"]


def table(heads, rows):
    """A Markdown table, row by row."""
    print("| " + " | ".join(heads) + " |")
    print("|---" * len(heads) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print()


if __name__ == "__main__":
    table(["format", *(f"order {n}" for n in ORDERS), "s"], systems())
    heads = ["format", "largest bound", "median bound", "largest error", "median error", "s"]
    table(heads, paths())
