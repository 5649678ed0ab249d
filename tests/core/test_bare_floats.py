# SPDX-License-Identifier: BSD-3-Clause
"""Do floats with no fraction bit, or one, break ties by their codes in every model and operation?

Without fraction bits the last bit of a code is the exponent's: of two neighbouring powers of two
the one with the even code takes the tie, and which one that is depends on the bias.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import numformats as nf
from helpers import all_codes, array, check, pairs
from model_paths import both_paths

SPECIALS = [("none", "none"), ("none", "all_ones"), ("none", "negative_zero"), ("top", "all_ones"),
            ("top", "negative_zero")]  # fmt: skip


def floats(man, exponents, **options):
    """Every choice of specials, of overflow and two biases, one odd and one even."""
    for exp, (inf, nan), odd in product(exponents, SPECIALS, (0, 1)):
        bias = 2 ** (exp - 1) - odd
        first = nf.Float(exp, man, inf=inf, nan=nan, bias=bias, **options)
        yield first
        if first.format.overflow != "saturate":
            yield nf.Float(exp, man, inf=inf, nan=nan, bias=bias, overflow="saturate", **options)


BARE = [*floats(0, (2, 3)), *floats(1, (2,)), nf.Float(3, 1), nf.Float(3, 1, overflow="nan")]
MODELS = ["sequential", "pairwise", "itself", ("blocked", "itself", 2),
          ("blocked", "binary32", 2, "itself"), ("systolic", "itself", 1), ("aligned", 3, 2)]  # fmt: skip


def models_of(T):
    """The models with T in every place where a format stands."""
    for model in MODELS:
        words = model if isinstance(model, tuple) else (model,)
        named = tuple(T if word == "itself" else word for word in words)
        yield named if isinstance(model, tuple) else named[0]


@pytest.mark.parametrize("T", BARE, ids=lambda T: T.__name__)
def test_every_pair_in_every_model(T):
    """a + b and, with one more term, (a + b) + a; both paths, and the oracle."""
    a, b = (codes.tolist() for codes in pairs(T))
    sums = nf.oracle.Accumulation(nf.binary32, T, T)
    one = 0x3F800000
    for model in models_of(T):
        for terms in ((a, b), (a, b, a)):
            got = both_paths(np.ones((1, len(terms)), nf.binary32), array(T, terms), model, T)
            want = [sums.dot([one] * len(t), t, model) for t in zip(*terms, strict=True)]
            wrong = np.flatnonzero(nf.to_bits(got)[0] != np.array(want))
            assert wrong.size == 0, (model, [t[wrong[0]] for t in terms])


@pytest.mark.parametrize("T", [nf.Float(8, 0, inf="none", nan="none"), nf.P3109(8, 1)], ids=str)
def test_sums_and_products_of_eight_bits(T):
    """Through the public functions: sums of two codes, and the products of all codes."""
    codes = all_codes(T)
    rng = np.random.default_rng(1)
    left = rng.permutation(np.tile(codes, 2))
    right = left ^ rng.integers(0, 4, left.size).astype(np.uint8)  # near: most sums tie
    sums = nf.oracle.Accumulation(T, T, T)
    x, y = array(T, left), array(T, right)
    for model in models_of(T):
        with np.errstate(all="ignore"):
            got = nf.fsum(np.stack([x, y]), axis=0, accumulate=model)
            dots = nf.matmul(x[:96].reshape(12, 8), y[:40].reshape(8, 5), accumulate=model)
        want = [sums.total(t, model) for t in zip(left.tolist(), right.tolist(), strict=True)]
        assert nf.to_bits(got).tolist() == want, model
        rows, columns = left[:96].reshape(12, 8).tolist(), right[:40].reshape(8, 5).T.tolist()
        assert nf.to_bits(dots).tolist() == [
            [sums.dot(r, c, model) for c in columns] for r in rows
        ], model


MODES = ("nearest_even", "nearest_away", "toward_zero", "toward_positive", "toward_negative",
         "to_odd")  # fmt: skip
ROUNDED = [*BARE[::5], *(T for mode in MODES[1:] for T in [*floats(0, (4,), rounding=mode)][::4]),
           *floats(0, (3,), subnormals=False), *floats(1, (3,), subnormals=False)]  # fmt: skip


@pytest.mark.parametrize("T", ROUNDED, ids=lambda T: T.__name__)
def test_operations(T):
    """Every pair through the tables and, strided and long enough, through the vector stages."""
    a, b = pairs(T)
    for op in ("add", "sub", "mul", "div", "floor_divide", "remainder", "fmod"):
        check(T, op, a, b)
    for op in ("sqrt", "square", "reciprocal", "rint", "floor"):
        check(T, op, all_codes(T))
    check(T, "fma", a, b, np.roll(a, 7))


def test_wide_bare_floats():
    """Wider than the tables: sums and casts go through the vector stages."""
    T = nf.Float(11, 0, inf="none", nan="none")
    rng = np.random.default_rng(2)
    a = rng.integers(0, 2**12, 3000, dtype=np.uint16)
    b = a ^ rng.integers(0, 3, a.size, dtype=np.uint16)
    for op in ("add", "sub", "mul", "div"):
        check(T, op, a, b)
    x = np.ldexp(rng.choice([1.0, 1.25, 1.5, 1.75, -1.5], 4000), rng.integers(-1000, 1000, 4000))
    encode = nf.oracle.for_format(T).encode
    assert nf.to_bits(x.astype(T)).tolist() == [encode(v) for v in x.tolist()]
