# SPDX-License-Identifier: BSD-3-Clause
"""At which arguments are functions tested: the hardest known, and random ones; what does the core give?"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import numformats as nf
from helpers import array, plain, random_codes

PATH = Path(__file__).parents[1] / "functions" / "hard_cases" / "cases.json"
CASES = json.loads(PATH.read_text(encoding="utf-8"))


def columns(format_name, name):
    """Argument codes, result codes, and log2 of the distances."""
    rows = [row.split() for row in CASES[format_name][name]]
    codes = [np.array([int(r[k], 16) for r in rows], np.uint32) for k in (0, 1)]
    return *codes, [float(r[2]) for r in rows]


def apply(T, name, codes):
    """The C core's result codes."""
    f = getattr(np, name, None)
    with np.errstate(all="ignore"):
        return plain((f if isinstance(f, np.ufunc) else getattr(nf, name))(array(T, codes)))


def logarithmic(rng, name, count):
    """Doubles of both signs whose magnitudes are where the function is neither flat nor trivial."""
    low, high = RANGES.get(name, (-16, 4))
    return np.exp2(rng.uniform(low, high, count)) * rng.choice([-1.0, 1.0], count)


# exponents of two; default -16 to 4
RANGES = {
    **dict.fromkeys(("sin", "cos", "tan"), (-12, 40)),
    **dict.fromkeys(("sinpi", "cospi", "tanpi", "sinc"), (-12, 20)),
    **dict.fromkeys(("exp", "expm1", "exp2", "exp2m1", "exp10", "exp10m1", "sinh", "cosh"), (-16, 7)),
    **dict.fromkeys(("rsqrt", "cbrt", "log", "log2", "log10", "deg2rad", "rad2deg"), (-100, 100)),
    **dict.fromkeys(("log1p", "log2p1", "log10p1", "arctan", "arctanpi", "arcsinh"), (-14, 60)),
    **dict.fromkeys(("arcsin", "arccos", "arcsinpi", "arccospi", "arctanh"), (-14, 0)),
    "arccosh": (0, 60), "gamma": (-10, 6), "lgamma": (-10, 30),
}  # fmt: skip


def wide_arguments(T, name, count, seed=0):
    """Half in the function's range, half of random codes."""
    rng = np.random.default_rng([seed, *name.encode(), *T.__name__.encode()])
    with np.errstate(all="ignore"):
        usual = plain(logarithmic(rng, name, count // 2).astype(T))
    return np.concatenate([usual, random_codes(T, count - count // 2, rng)])
