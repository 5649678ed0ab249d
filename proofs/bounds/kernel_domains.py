# SPDX-License-Identifier: BSD-3-Clause
"""Of which arguments is the bound of each double kernel proved?  Intervals that hold all doubles."""

from __future__ import annotations

from functools import cache
from math import log2

import numpy as np

from proofs.bounds.near_numbers import Near, U

# What is below has results that do not count, or is in an interval with 0; above nothing counts.
LEAST, MOST = 2.0**-1010, 2.0**1010


def ends(least, most, steps=16, width=np.inf, far=2):
    """From least to most: `steps` in a binade, `far` in far ones, none wider than `width`."""
    e = np.arange(np.floor(log2(least)), np.ceil(log2(most)))
    fine = [np.linspace(2.0**i, 2.0 ** (i + 1), steps if -40 < i < 11 else far) for i in e]
    even = np.arange(1, most / width) * width if width < most else []
    return np.unique(np.clip(np.concatenate([*fine, even, [least, most]]), least, most))


def bins(*segments):
    """Intervals which hold all doubles of the segments."""
    segments = [s if len(s) > 1 else np.repeat(s, 2) for s in map(np.unique, segments)]
    return Near(
        np.concatenate([s[:-1] for s in segments]), np.concatenate([s[1:] for s in segments])
    )


def joined(*parts):
    return np.unique(np.concatenate([np.ravel(p) for p in parts]))


def both(x):
    return [x, -x]


# Kernels know only of some arguments; the first double above 1 is 2 U from it.
LINE = joined(0, ends(LEAST, 1024, 16, 1 / 16), ends(1024, MOST))
KNOWN = ends(2.0**-1000, 2.0**1000)
SMALL = joined(0, ends(LEAST, 0.5), 1 - ends(U, 0.5))
ABOVE_1 = 1 + joined(ends(2 * U, 1), ends(1, 2.0**1000))
BELOW_1 = joined(ends(2.0**-1000, 0.5), 1 - ends(U, 0.5))
RESTS = joined(0, ends(LEAST, 0.78545))  # above pi/4 + 2^-32
HALF_TURNS = joined(0, ends(LEAST, 0.25))
CIRCLE, TURNS = ("sin", "cos", "tan"), ("sinpi", "cospi", "tanpi", "sinc")


def each(names, *segments):
    return dict.fromkeys(names.split(), segments)


# All arguments; of circular functions what reductions leave of them.  Where x or what is left of it
# is 0, tan is 0 or infinite, sinc is 1.
DOMAINS = {
    **each("sin cos", *both(RESTS)),
    **each("tan", *both(RESTS[1:])),
    **each("sinpi cospi", *both(HALF_TURNS)),
    **each("tanpi sinc", *both(HALF_TURNS[1:])),
    **each("exp expm1 exp2 exp2m1 exp10 exp10m1", *both(LINE)),
    **each("sinh cosh tanh sigmoid silu softplus deg2rad rad2deg", *both(LINE)),
    **each("arctan arctanpi", *both(LINE)),
    **each("arcsin arcsinpi", *both(SMALL), [1.0], [-1.0]),
    **each("arccos arccospi arctanh", *both(SMALL)),
    **each("log log2 log10", BELOW_1, ABOVE_1),
    **each("log1p log2p1 log10p1", LINE, -SMALL),
    **each("arcsinh", *both(ends(LEAST, 2.0**500, far=16))),
    **each("arccosh", np.minimum(ABOVE_1, 2.0**500)),
    **each("cbrt", *both(KNOWN)),
    **each("rsqrt", KNOWN),
}


@cache
def domain(name):
    return bins(*DOMAINS[name])
