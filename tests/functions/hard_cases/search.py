# SPDX-License-Identifier: BSD-3-Clause
"""At which arguments of 32-bit formats are function values closest to a rounding boundary?

    python tests/functions/hard_cases/search.py [ARGUMENTS PER FUNCTION AND FORMAT, 10000000 unless given]

writes cases.json beside itself: format -> function -> "argument result distance" with both codes in
hexadecimal and the distance as log2 of its part of the result's interval.  Deterministic.  A fast
value in extended precision, 64 bits, finds the nearest; MPFR then tells results and distances.
Functions that NumPy does not have in extended precision get a fortieth of the arguments, by MPFR.
"""

from __future__ import annotations

import json
import pathlib
import sys

import gmpy2
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "support"))

import numformats as nf
from function_arguments import wide_arguments
from helpers import array, plain
from mpfr_functions import NAMES, value
from rounding_intervals import approximate, boundaries_wide, contains

FORMATS = ("posit32", "bposit32", "binary32")
BATCH = 1 << 18
CANDIDATES, KEPT = 48, 8
# Nearer than any sample gets by chance: a series that begins beside a boundary (silu at x/2), or
# an exact value.  Some of those will do.
CHANCE, BY_DESIGN = 2.0**-40, 2
# A double's last bit in parts of an interval; so near no value of so few arguments gets by chance.
DOUBLE_TELLS = 2.0**-22

Wide = np.longdouble
with gmpy2.context(precision=160):
    PI, LN2, LN10 = (
        Wide(float(c)) + Wide(float(c - float(c)))
        for c in (gmpy2.const_pi(), gmpy2.log(gmpy2.mpfr(2)), gmpy2.log(gmpy2.mpfr(10)))
    )


def sine_of_turns(x, quarter):
    """sin(pi (x + quarter / 2)) from an exact reduction."""
    q = np.rint(2 * x)
    t, odd = PI * (x - q / 2), (q + quarter) % 2 == 1
    s = np.where(odd, np.cos(t), np.sin(t))
    return np.where((q + quarter) % 4 >= 2, -s, s)


def sigmoid(x):
    t = np.exp(-np.abs(x))
    return np.where(x > 0, 1, t) / (1 + t)


EXTENDED = {
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "exp10": lambda x: np.power(Wide(10), x),
    "exp2m1": lambda x: np.expm1(x * LN2),
    "exp10m1": lambda x: np.expm1(x * LN10),
    "log2p1": lambda x: np.log1p(x) / LN2,
    "log10p1": lambda x: np.log1p(x) / LN10,
    "sinpi": lambda x: sine_of_turns(x, 0),
    "cospi": lambda x: sine_of_turns(x, 1),
    "tanpi": lambda x: sine_of_turns(x, 0) / sine_of_turns(x, 1),
    "arcsinpi": lambda x: np.arcsin(x) / PI,
    "arccospi": lambda x: np.arccos(x) / PI,
    "arctanpi": lambda x: np.arctan(x) / PI,
    "sigmoid": sigmoid,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "silu": lambda x: x * sigmoid(x),
    "sinc": lambda x: sine_of_turns(x, 0) / (PI * x),
    "deg2rad": lambda x: x * (PI / 180),
    "rad2deg": lambda x: x * (180 / PI),
}
BY_MPFR = ("gelu", "erf", "erfc", "gamma", "lgamma")


def rounded(T, ys):
    """Codes of doubles; beside a boundary the neighbour of the right one."""
    return plain(np.clip(ys.astype(float), -1e300, 1e300).astype(T))


def candidates(distances):
    """Places of the least; those by design, of which there may be many, do not drive out others."""
    order = np.argsort(distances, kind="stable")
    by_design = distances[order] <= CHANCE
    return np.concatenate([order[by_design][:CANDIDATES], order[~by_design][:CANDIDATES]])


def nearest(T, name, seed, size):
    """Codes of the arguments whose values look closest to a boundary, and how close."""
    codes = wide_arguments(T, name, size, seed)
    xs = array(T, codes).astype(float)
    ys = approximate(name, xs) if name in BY_MPFR else EXTENDED.get(name, getattr(np, name, None))(
        xs.astype(Wide))  # fmt: skip
    ok = np.isfinite(xs) & np.isfinite(ys) & (ys != 0)
    codes, ys = codes[ok], ys[ok]
    low, high, *_ = boundaries_wide(T, rounded(T, ys))
    # an end at 0 or infinity is none that a value comes near
    from_low = np.where(low == 0, np.inf, np.abs(ys - low))
    from_high = np.where(high == 0, np.inf, np.abs(high - ys))
    distances = (np.minimum(from_low, from_high) / (high - low)).astype(float)
    distances[~np.isfinite(distances) | np.isinf(high - low)] = np.inf
    if name in BY_MPFR:
        distances[distances < DOUBLE_TELLS] = 0
    best = candidates(distances)
    return codes[best], distances[best]


def case(T, name, code):
    """The argument, its result by MPFR, and the distance; None where the value is the boundary."""
    x = float(array(T, [code]).astype(float)[0])
    y = value(name, x, 400)
    about = int(rounded(T, np.array([float(y)]))[0])
    for result in (about, about - 1, about + 1):
        ends = [part[0] for part in boundaries_wide(T, np.array([result & 0xFFFF_FFFF], np.uint32))]
        if contains(ends, name, x):
            low, high = map(float, ends[:2])
            with gmpy2.context(precision=400):
                distance = min(abs(y - low), abs(y - high)) / (gmpy2.mpfr(high) - low)
                return None if distance < 2.0**-300 else (code, result, float(gmpy2.log2(distance)))
    msg = f"{T.__name__} {name}({code:#x}) has no result"
    raise AssertionError(msg)


def search(T, name, count):
    """The cases of one function, hardest first."""
    count = count // 40 if name in BY_MPFR else count
    codes, distances = np.zeros(0, np.uint32), np.zeros(0)
    for batch in range(-(-count // BATCH)):
        more = nearest(T, name, batch + 1, min(BATCH, count))
        codes, first = np.unique(np.concatenate([codes, more[0]]), return_index=True)
        distances = np.concatenate([distances, more[1]])[first]
        best = candidates(distances)
        codes, distances = codes[best], distances[best]
    found = sorted(filter(None, (case(T, name, int(c)) for c in codes)), key=lambda c: c[2])
    by_design = [c for c in found if c[2] <= np.log2(CHANCE)][:BY_DESIGN]
    return (by_design + [c for c in found if c[2] > np.log2(CHANCE)])[:KEPT]


def main(count=10_000_000):
    np.seterr(all="ignore")
    lines = []
    for format_name in FORMATS:
        rows = []
        for name in NAMES:
            cases = search(nf.formats()[format_name], name, count)
            print(format_name, name, *(f"{c[2]:.1f}" for c in cases), flush=True)
            rows.append(
                f'  "{name}": ' + json.dumps([f"{x:08x} {y:08x} {d:.1f}" for x, y, d in cases])
            )
        lines.append(f' "{format_name}": {{\n' + ",\n".join(rows) + "\n }")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (pathlib.Path(__file__).parent / "cases.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
