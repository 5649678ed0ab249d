# SPDX-License-Identifier: BSD-3-Clause
"""Are functions of arrays of double-doubles within 2^-96 of the truth, and their limits right?

By mpmath, at hard arguments: next to zeros, poles, 1, the ends of doubles; sines of huge ones.
"""

import numpy as np
import pytest

import numformats as nf
from double_doubles import BITS, LARGEST, check, ctx, nearest, with_lows
from numformats.analysis.double_double_blocks import BLOCKS

one = ctx.mpf(1)


def by_log(x, base):
    return ctx.log(x) / ctx.log(base)


# Of each function: the truth, and where its arguments lie (of -x, too, from "both").
FUNCTIONS = {
    np.exp: (ctx.exp, "both"), np.expm1: (ctx.expm1, "both"),
    np.exp2: (lambda x: ctx.mpf(2) ** x, "both"),
    nf.exp2m1: (lambda x: ctx.expm1(x * ctx.ln2), "both"),
    nf.exp10: (lambda x: ctx.mpf(10) ** x, "both"),
    nf.exp10m1: (lambda x: ctx.expm1(x * ctx.ln10), "both"),
    np.log: (ctx.log, "positive"), np.log2: (lambda x: by_log(x, 2), "positive"),
    np.log10: (lambda x: by_log(x, 10), "positive"), np.log1p: (ctx.log1p, "above -1"),
    nf.log2p1: (lambda x: ctx.log1p(x) / ctx.ln2, "above -1"),
    nf.log10p1: (lambda x: ctx.log1p(x) / ctx.ln10, "above -1"),
    np.sin: (ctx.sin, "both"), np.cos: (ctx.cos, "both"), np.tan: (ctx.tan, "both"),
    np.arcsin: (ctx.asin, "unit"), np.arccos: (ctx.acos, "unit"),
    nf.arcsinpi: (lambda x: ctx.asin(x) / ctx.pi, "unit"),
    nf.arccospi: (lambda x: ctx.acos(x) / ctx.pi, "unit"),
    np.arctan: (ctx.atan, "both"), nf.arctanpi: (lambda x: ctx.atan(x) / ctx.pi, "both"),
    np.sinh: (ctx.sinh, "both"), np.cosh: (ctx.cosh, "both"), np.tanh: (ctx.tanh, "both"),
    np.arcsinh: (ctx.asinh, "both"), np.arccosh: (ctx.acosh, "above 1"),
    np.arctanh: (ctx.atanh, "unit"),
    np.cbrt: (lambda x: ctx.sign(x) * ctx.cbrt(abs(x)), "both"),
    nf.rsqrt: (lambda x: one / ctx.sqrt(x), "positive"),
    nf.sigmoid: (lambda x: one / (1 + ctx.exp(-x)), "both"),
    nf.softplus: (lambda x: ctx.log1p(ctx.exp(x)), "both"),
    nf.silu: (lambda x: x / (1 + ctx.exp(-x)), "both"),
    nf.gelu: (lambda x: x * ctx.erfc(-x / ctx.sqrt(2)) / 2, "few"),
    nf.erf: (ctx.erf, "few"), nf.erfc: (ctx.erfc, "few"),
    np.deg2rad: (lambda x: x * ctx.pi / 180, "both"),
    np.rad2deg: (lambda x: x * 180 / ctx.pi, "both"),
}  # fmt: skip
FUNCTIONS_2 = {
    np.hypot: ctx.hypot, np.arctan2: ctx.atan2, np.power: lambda x, y: x**y,
    np.logaddexp: lambda x, y: max(x, y) + ctx.log1p(ctx.exp(-abs(x - y))),
    np.logaddexp2: lambda x, y: max(x, y) + ctx.log1p(ctx.mpf(2) ** -abs(x - y)) / ctx.ln2,
}  # fmt: skip


# ---- functions -----------------------------------------------------------------------------------


def function_operands(f, where, rng):
    n = 60
    near_1 = 1 - 2.0 ** -rng.uniform(1, 52, n)
    if where == "few":
        return with_lows(
            np.concatenate([rng.uniform(-6, 6, 30), 2.0 ** -rng.uniform(1, 90, 20)]), rng
        )
    parts = [rng.uniform(0, 1, n), 2.0 ** -rng.uniform(1, 100, n), 2.0 ** -rng.uniform(1, 1050, n)]
    if where == "unit":
        one_and_less = np.ones(40), -(2.0 ** -rng.uniform(54, 300, 40))
        x = with_lows(np.concatenate([*parts, near_1]), rng)
        x = tuple(np.concatenate([a, b]) for a, b in zip(x, one_and_less, strict=True))
        sign = rng.choice([-1, 1], len(x[0]))
        return x[0] * sign, x[1] * sign
    parts += [near_1, 2 - near_1, rng.uniform(1, 60, n), 2.0 ** rng.uniform(1, 11, n)]
    parts.append(2.0 ** rng.uniform(1, 1023, n))
    high = np.concatenate(parts)
    high *= rng.choice([-1, 1], len(high)) if where == "both" else 1
    if where == "above 1":
        high = 1 + np.minimum(high, 2.0**1000)
    x = with_lows(high, rng)
    if where == "above 1":
        x = x[0], np.where(x[0] == 1, abs(x[1]), x[1])
    if where == "above -1":
        below = with_lows(-near_1, rng)
        edge = -np.ones(30), 2.0 ** -rng.uniform(54, 300, 30)
        x = tuple(np.concatenate(p) for p in zip(x, below, edge, strict=True))
    if f in {np.sin, np.cos, np.tan}:  # next to zeros and poles
        quarters = [ctx.pi / 2 * k for k in [*range(1, 30), 99999, 2**30 + 1, 3 * 2**300]]
        x = tuple(np.concatenate(p) for p in zip(x, nearest(quarters), strict=True))
    return x


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_functions_are_within_their_bound(f):
    truth, where = FUNCTIONS[f]
    x = function_operands(f, where, np.random.default_rng(5))
    ctx.prec = BITS if f in {np.sin, np.cos, np.tan} else 500
    try:
        check(f, (x,), truth, 2.0**-96)
    finally:
        ctx.prec = BITS


@pytest.mark.parametrize("f", FUNCTIONS_2, ids=lambda f: f.__name__)
def test_functions_of_two_are_within_their_bound(f):
    rng = np.random.default_rng(6)
    n = 150
    x, y = (np.exp(rng.uniform(-4, 4, n)) for _ in range(2))
    if f is not np.power:
        x, y = x * rng.choice([-1, 1], n), y * rng.choice([-1, 1], n)
    if f in {np.hypot, np.arctan2}:
        x[:40], y[:40] = 2.0 ** rng.uniform(-500, 500, (2, 40))
    if f in {np.logaddexp, np.logaddexp2}:  # sums that cancel, to all bits and more
        ln = ctx.ln2 if f is np.logaddexp2 else one
        d = rng.uniform(0.1, 20, 60)
        near = [-ctx.log1p(ctx.exp(-ctx.mpf(v) * ln)) / ln for v in d.tolist()]
        high, low = nearest(near)
        a, b = with_lows(x, rng), with_lows(y, rng)
        b = tuple(np.concatenate(p) for p in zip(b, nearest([v - ctx.mpf(w) for v, w in zip(near, d.tolist(), strict=True)]), strict=True))  # fmt: skip
        a = np.concatenate([a[0], high]), np.concatenate([a[1], low])
    else:
        a, b = with_lows(x, rng), with_lows(y, rng)
    ctx.prec = 500
    try:
        check(f, (a, b), FUNCTIONS_2[f], 2.0**-96)
    finally:
        ctx.prec = BITS


def test_powers():
    """Small whole exponents by products, of negative bases too; others by logarithms."""
    rng = np.random.default_rng(7)
    high = np.concatenate([rng.uniform(-3, 3, 40), [-1.0, 1.0, 2.0, 1e-300, -1e30]])
    x = with_lows(high, rng)
    for k in (0, 1, 2, 3, -1, -2, 7, 24, -24, 63, 64, 65, -31, 1001):
        y = np.full(len(high), float(k)), np.zeros(len(high))
        check(np.power, (x, y), lambda a, b: a ** int(b), 2.0**-96)
        alone = BLOCKS[np.power](x, (np.array(float(k)), np.array(0.0)))
        np.testing.assert_array_equal(alone, BLOCKS[np.power](x, y))
    mixed = np.resize([2.0, 2.5, 3.0, 300.5, -0.5], len(high)), np.zeros(len(high))
    check(np.power, ((abs(x[0]), np.zeros(len(high))), mixed), lambda a, b: a**b, 2.0**-96)
    nothing = BLOCKS[np.power](
        (np.array([-2.0]), np.array([1e-20])), (np.array([2.5]), np.zeros(1))
    )
    assert np.isnan(nothing[0][0])


@pytest.mark.parametrize(
    ("f", "x"),
    [(np.log, (-1.0, 1e-20)), (np.arcsin, (1.0, 1e-20)), (np.arccos, (-1.0, -1e-20)),
     (np.arctanh, (1.0, 1e-20)), (np.arccosh, (1.0, -1e-20)), (np.log1p, (-1.0, -1e-20)),
     (np.sqrt, (-1.0, 1e-20)), (nf.rsqrt, (-1.0, 1e-20))],
    ids=lambda v: getattr(v, "__name__", ""),
)  # fmt: skip
def test_domains_end_where_the_pair_is(f, x):
    high, low = BLOCKS[f](tuple(np.array([part]) for part in x))
    assert np.isnan(high[0])
    assert low[0] == 0


def test_far_arguments_are_limits():
    x = np.array([1e9, -1e9, 800.0, -800.0]), np.zeros(4)
    assert BLOCKS[np.exp](x)[0].tolist() == [np.inf, 0, np.inf, 0]
    assert BLOCKS[np.tanh](x)[0].tolist() == [1, -1, 1, -1]
    assert BLOCKS[nf.sigmoid](x)[0].tolist() == [1, 0, 1, 0]
    assert BLOCKS[np.sinh](x)[0].tolist() == [np.inf, -np.inf, np.inf, -np.inf]


@pytest.mark.parametrize(
    ("f", "least", "most"),
    [(nf.erfc, -12, -5), (nf.erf, 4, 12), (nf.gelu, 5, 20), (nf.sigmoid, 30, 140), (np.tanh, 10, 70),
     (nf.softplus, 30, 140), (nf.silu, 30, 140)],
    ids=lambda v: getattr(v, "__name__", ""),
)  # fmt: skip
def test_a_limit_is_taken_only_where_it_is_within_the_bound(f, least, most):
    x = with_lows(np.linspace(least, most, 281), np.random.default_rng(8))
    ctx.prec = 700
    try:
        check(f, (x,), FUNCTIONS[f][0], 2.0**-99)
    finally:
        ctx.prec = BITS


# ---- specials ----------------------------------------------------------------------------------

SPECIAL = np.array([0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, LARGEST, -LARGEST, 5e-324])


def pairs_of_specials(count):
    grid = np.meshgrid(*[SPECIAL] * count)
    return [(g.ravel(), np.zeros(g.size)) for g in grid]


EITHER_ZERO = {np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2}
ORDINARY = [f for f in BLOCKS if f in FUNCTIONS or f in FUNCTIONS_2] + [
    np.add, np.subtract, np.multiply, np.divide, np.sqrt, np.square, np.reciprocal,
    np.negative, np.positive, np.absolute, np.fabs, np.sign, np.rint, np.floor, np.ceil, np.trunc,
    np.copysign, np.maximum, np.minimum, np.fmax, np.fmin, np.float_power,
]  # fmt: skip


@pytest.mark.parametrize(
    "f", [f for f in ORDINARY if getattr(np, f.__name__, None) is f],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_specials_are_those_of_numpy(f):
    xs = pairs_of_specials(f.nin)
    with np.errstate(all="ignore"):
        want = f(*(x[0] for x in xs))
    high, low = BLOCKS[f](*xs)
    special, zero = ~np.isfinite(want) | (want == 0), want == 0
    np.testing.assert_array_equal(high[special], want[special])
    if f not in EITHER_ZERO:
        np.testing.assert_array_equal(np.signbit(high[zero]), np.signbit(want[zero]))
    np.testing.assert_allclose(high[~special], want[~special], rtol=1e-14)
    assert not low[special].any()
