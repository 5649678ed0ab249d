# SPDX-License-Identifier: BSD-3-Clause
"""Who takes part in functions.py, and with which arguments is each function called?

A contestant rounds the same n doubles to its dtype once and returns the call that is timed.  NumPy has
float32 and float64, universal-dtypes posits of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from elementwise_peers import PEERS, VERSIONS
from exact_report import HERE

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Prepare = Callable[[int], Callable[[], object]]

__all__ = ["DOMAINS", "FORMATS", "FUNCTIONS", "HALVES", "USED", "WORDS", "arguments", "contestants",
           "ours", "theirs"]  # fmt: skip

HALVES = ("posit16", "bposit16", "takum_linear16", "binary16", "bfloat16")
WORDS = ("posit32", "bposit32", "takum_linear32", "binary32")
LONG = ("posit64", "bposit64", "takum_linear64", "binary64")
FORMATS = [*HALVES, *WORDS, *LONG]
PACKAGE = "universal-dtypes"
USED = {name: VERSIONS[name] for name in ("numpy", "numformats", PACKAGE) if name in VERSIONS}
ENOUGH = 16384  # elements, after which a 16-bit format makes its table

_rows = (HERE.parent / "cbits" / "include" / "nf_functions.def").read_text()
FUNCTIONS = ["sqrt", *re.findall(r"NF_FUNCTION\((\w+),\s*T_T,", _rows)]

# what is in none of them gets standard normal arguments
DOMAINS = {
    "absolute values of standard normal": (
        lambda random, n: np.abs(random.standard_normal(n)),
        ("sqrt", "rsqrt", "log", "log1p", "log2", "log2p1", "log10", "log10p1"),
    ),
    "1 + absolute values of standard normal": (
        lambda random, n: 1 + np.abs(random.standard_normal(n)),
        ("arccosh",),
    ),
    "uniform in (-1, 1)": (
        lambda random, n: random.uniform(-1, 1, n),
        ("arcsin", "arccos", "arcsinpi", "arccospi", "arctanh", "sinpi", "cospi", "tanpi"),
    ),
    "uniform in (-pi, pi)": (
        lambda random, n: random.uniform(-np.pi, np.pi, n),
        ("sin", "cos", "tan", "rad2deg"),
    ),
    "uniform in (-180, 180)": (lambda random, n: random.uniform(-180, 180, n), ("deg2rad",)),
    "uniform in (0, 8)": (lambda random, n: random.uniform(0, 8, n), ("gamma", "lgamma")),
}


def arguments(function: str, n: int) -> np.ndarray:
    """Draw n doubles from the function's domain, always the same ones."""
    random = np.random.default_rng(n)
    for draw, functions in DOMAINS.values():
        if function in functions:
            return draw(random, n)
    return random.standard_normal(n)


def ours(function: str) -> Callable:
    """Find our ufunc, which may be NumPy's."""
    return getattr(nf, function, None) or getattr(np, function)


def theirs(function: str) -> Callable | None:
    """NumPy's function."""
    return getattr(np, function, None)


def of_dtype(dtype: Any, call: Callable, function: str, warm: int = 0) -> Prepare:
    """A function on arrays of a dtype, after `warm` other elements."""

    def prepare(n: int) -> Callable[[], object]:
        a = arguments(function, n).astype(dtype)
        if not isinstance(call, np.ufunc):  # NumPy's sinc
            return lambda: call(a)
        if warm:
            call(np.ones(warm, dtype))
        out = np.empty(n, dtype)
        return lambda: call(a, out=out)

    return prepare


def contestants(function: str, formats: list[str]) -> Iterator[tuple[str, Prepare]]:
    """Names and calls of everybody who may have the function."""
    its = theirs(function)
    if its is not None:
        for name in ("float32", "float64"):
            yield f"numpy {name}", of_dtype(np.dtype(name), its, function)
    for name in formats:
        one = nf.formats()[name]
        warm = ENOUGH if one.format.bits <= 16 else 0
        yield name, of_dtype(one.dtype, ours(function), function, warm)
    if its is not None and PACKAGE in PEERS:
        for name in ("posit16", "posit32"):
            dtype = np.dtype(getattr(PEERS[PACKAGE], name))
            yield f"{PACKAGE} {name}", of_dtype(dtype, its, function)
