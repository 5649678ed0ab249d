# SPDX-License-Identifier: BSD-3-Clause
"""What do sums, dot products and Horner's rule in a format give, and how far is that from exact?"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

import numformats as nf
from helpers import array, oracle_of
from measured_errors import exact_value

__all__ = ["FORMATS", "Run", "dot", "fraction", "horner", "numbers", "total"]

# Every family and kind of rounding; small formats, whose errors are large, and those in use.
FORMATS = [
    nf.posit8, nf.posit16, nf.posit32, nf.Posit(10, es=3), nf.bposit16, nf.bposit32, nf.bposit8q,
    nf.takum_linear16, nf.takum_linear32, nf.binary16, nf.binary32, nf.bfloat16, nf.float8_e4m3, nf.float8_e5m2,
    nf.Float(5, 4, subnormals=False), nf.P3109(8, 4), nf.Float(5, 6, rounding="toward_zero"),
    nf.Float(5, 6, rounding="toward_positive"), nf.Float(5, 6, rounding="toward_negative"),
    nf.Float(5, 6, rounding="nearest_away"), nf.Float(5, 6, rounding="to_odd"), nf.Float(5, 6, rounding="stochastic"),
    nf.mlu32, *(nf.TruncatedFloat(5, 8, 5, truncate=c) for c in ("result", "operand", "align", "product", "rounded")),
    *(nf.TruncatedFloat(5, 8, 5, truncate=c, ftz=False, daz=False) for c in ("result", "operand", "align", "product", "rounded")),
    nf.q15, nf.Fixed(16, 8), nf.Fixed(16, 8, rounding="toward_negative"), nf.Fixed(12, 4, rounding="stochastic"),
    nf.Fixed(16, 8, signed=False),
]  # fmt: skip


class Run(NamedTuple):
    """What a kernel gave, what is exact, and the exact results that were rounded on the way."""

    computed: Fraction | None
    exact: Fraction
    rounded: list[Fraction]

    @property
    def range(self):
        """The magnitudes of what was rounded, 0 left out."""
        sizes = [abs(z) for z in self.rounded if z]
        return (min(sizes), max(sizes)) if sizes else (Fraction(1), Fraction(1))


def fraction(x):
    return exact_value(oracle_of(type(x)), int(nf.to_bits(x)))


def total(T, x):
    a = [fraction(v) for v in x]
    with np.errstate(all="ignore"):
        partial = np.add.accumulate(x)
    sums = [fraction(s) for s in partial]
    rounded = [s + v for s, v in zip(sums, a[1:], strict=False) if s is not None]
    return Run(sums[-1], sum(a, Fraction(0)), rounded)


def dot(T, x, y):
    a, b = [fraction(v) for v in x], [fraction(v) for v in y]
    with np.errstate(all="ignore"):
        products = x * y
    run = total(T, products) if all(fraction(p) is not None for p in products) else None
    exact = [p * q for p, q in zip(a, b, strict=True)]
    if run is None:
        return Run(None, sum(exact, Fraction(0)), exact)
    return Run(run.computed, sum(exact, Fraction(0)), exact + run.rounded)


def horner(T, coefficients, x):
    at, c = fraction(x), [fraction(v) for v in coefficients]
    value, exact, rounded = coefficients[0], c[0], []
    with np.errstate(all="ignore"):
        for i in range(1, len(c)):
            before, term = fraction(value), value * x
            if before is None or fraction(term) is None:
                return Run(None, exact, rounded)
            rounded += [before * at, fraction(term) + c[i]]
            value, exact = term + coefficients[i], exact * at + c[i]
    return Run(fraction(value), exact, rounded)


def usable(T):
    """The codes of finite numbers that neither saturate at once nor are all alike."""
    oracle, bits = oracle_of(T), T.format.bits
    step = max(1, (1 << bits) // 4096)
    low, high = Fraction(1, 2**14), Fraction(2**6) if T.format.family != "fixed" else Fraction(1)
    found = [(c, exact_value(oracle, c)) for c in range(0, 1 << bits, step)]
    codes = [c for c, v in found if v is not None and (v == 0 or low <= abs(v) <= high)]
    tiny = [oracle.codec.at_index(i) & oracle.codec.mask for i in (1, 2, 3, 7)]
    return codes, tiny


USABLE = {T: usable(T) for T in FORMATS}


@st.composite
def numbers(draw, T, most=24, tiny=True):
    """A vector of T: values of all sizes, of one sign, alike, or next to 0."""
    codes, small = USABLE[T]
    kind = draw(st.sampled_from(["mixed", "positive", "alike", *(["tiny"] if tiny else [])]))
    pick = {"mixed": st.sampled_from(codes), "positive": st.sampled_from(codes),
            "alike": st.just(draw(st.sampled_from(codes))), "tiny": st.sampled_from(small + codes[:9])}[kind]  # fmt: skip
    chosen = draw(st.lists(pick, min_size=1, max_size=most))
    x = array(T, chosen)
    with np.errstate(all="ignore"):
        return np.abs(x) if kind == "positive" else x
