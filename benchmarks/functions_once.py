# SPDX-License-Identifier: BSD-3-Clause
"""What does it cost to make a 16-bit format's table, and how often is NumPy not correctly rounded?"""

from __future__ import annotations

import statistics
import time
from multiprocessing import get_context

import numpy as np
from functions_peers import ENOUGH, HALVES, arguments, ours, theirs

import numformats as nf

__all__ = ["numpy_level", "table_milliseconds", "wrong_percent"]

SAMPLE = 10_000  # arguments
FLOATS = {"float32": "binary32", "float64": "binary64"}


def first_call(job: tuple[str, str]) -> float:
    """Seconds of the call that makes a table, in a process that has made none."""
    function, name = job
    nf.set_num_threads(1)
    dtype = nf.formats()[name].dtype
    with np.errstate(all="ignore"):
        a, out = arguments(function, ENOUGH).astype(dtype), np.empty(ENOUGH, dtype)
        start = time.perf_counter()
        ours(function)(a, out=out)
        return time.perf_counter() - start


def table_milliseconds(
    functions: list[str], formats: list[str], rounds: int
) -> dict[str, dict[str, float]]:
    """Medians of first calls, each in a process of its own: to be called before any other."""
    jobs = [(f, name) for f in functions if f != "sqrt" for name in HALVES if name in formats]
    times: dict[tuple[str, str], list[float]] = {job: [] for job in jobs}
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for _ in range(rounds):
            for job, seconds in zip(jobs, pool.map(first_call, jobs, chunksize=1), strict=True):
                times[job].append(seconds)
    found: dict[str, dict[str, float]] = {}
    for (function, name), each in times.items():
        found.setdefault(function, {})[name] = 1e3 * statistics.median(each)
    return found


def wrong_percent(functions: list[str]) -> dict[str, dict[str, float]]:
    """How many of NumPy's results are not the exact value rounded once, which ours are?"""
    found: dict[str, dict[str, float]] = {}
    with np.errstate(all="ignore"):
        for function in (f for f in functions if theirs(f)):
            for name, ieee in FLOATS.items():
                x = arguments(function, SAMPLE).astype(name)
                right = ours(function)(x.astype(nf.formats()[ieee].dtype)).astype(name)
                wrong = ~np.isclose(theirs(function)(x), right, rtol=0, atol=0, equal_nan=True)
                found.setdefault(function, {})[f"numpy {name}"] = 100 * float(wrong.mean())
    return found


def numpy_level() -> str:
    """Which instructions does NumPy's exponential of float64 use?"""
    return np.lib.introspect.opt_func_info("^exp$", "float64")["exp"]["dd"]["current"]
