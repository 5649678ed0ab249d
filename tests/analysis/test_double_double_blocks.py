# SPDX-License-Identifier: BSD-3-Clause
"""Are sums, products, quotients, roots and the order of arrays of double-doubles right?

By mpmath, at hard operands: they cancel, or lie at the ends of doubles.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from double_doubles import U, check, ctx, exact, with_lows
from numformats._native import ffi, lib
from numformats.analysis.double_double_blocks import BLOCKS, COMPARISONS, cumsum, matmul, total

one = ctx.mpf(1)
TRUTHS = {
    np.add: lambda x, y: x + y,
    np.subtract: lambda x, y: x - y,
    np.multiply: lambda x, y: x * y,
    np.divide: lambda x, y: x / y,
    np.sqrt: ctx.sqrt,
    np.square: lambda x: x * x,
    np.reciprocal: lambda x: one / x,
}
BOUNDS = {
    np.add: 3, np.subtract: 3, np.multiply: 7, np.square: 7, np.divide: 12, np.reciprocal: 12,
    np.sqrt: 5,
}  # fmt: skip


# ---- arithmetic ----------------------------------------------------------------------------------


def arithmetic_operands(rng):
    """Of any size; sums that cancel down to their lows; next to the ends of doubles."""
    n = 400
    usual = rng.choice([-1, 1], n) * np.exp(rng.uniform(-3, 3, n))
    far = rng.choice([-1, 1], n) * 2.0 ** rng.uniform(-1074, 1023.9, n)
    x = with_lows(np.concatenate([usual, far, usual]), rng)
    y = with_lows(np.concatenate([usual[::-1], far[::-1], -usual]), rng)
    return x, y


@pytest.mark.parametrize("f", TRUTHS, ids=lambda f: f.__name__)
def test_arithmetic_keeps_its_bound(f):
    x, y = arithmetic_operands(np.random.default_rng(1))
    if f is np.sqrt:
        x = tuple(np.where(x[0] < 0, -part, part) for part in x)
    operands = (x, y)[: f.nin]
    worst = check(f, operands, TRUTHS[f], BOUNDS[f] * U**2)
    assert worst > 2.0**-107  # the operands are hard


def test_fma_has_the_errors_of_product_and_sum():
    rng = np.random.default_rng(2)
    x, y = (with_lows(rng.uniform(0.5, 2, 500), rng) for _ in range(2))
    p = BLOCKS[np.multiply](x, y)
    for c in (with_lows(rng.uniform(-2, 2, 500), rng), (-p[0], -p[1])):
        z = exact(BLOCKS[nf.fma](x, y, c))
        for a, b, d, found in zip(exact(x), exact(y), exact(c), z, strict=True):
            assert abs(a * b + d - found) <= U**2 * (7 * abs(a * b) + 3 * abs(a * b + d))


def test_products_of_doubles_and_their_sums_are_exact():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-2, 2, (2, 200))
    zero = np.zeros(200)
    p = BLOCKS[np.multiply]((x, zero), (y, zero))
    assert exact(p) == [
        ctx.mpf(a) * ctx.mpf(b) for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    s = BLOCKS[np.add]((x, zero), (y, zero))
    assert exact(s) == [
        ctx.mpf(a) + ctx.mpf(b) for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]


def test_whole_numbers_of_pairs():
    base = np.array([2.0**60, 2.0**53, 4.0, 7.0, 3.5, 2.5, -2.5, 0.5, -1.0, 0.0, 2.0**52, 1e300])
    rng = np.random.default_rng(4)
    high = np.repeat(base, 8)
    low = np.tile([0.0, 1e-20, -1e-20, 0.5, -0.5, 0.25, 3.5, -77.5], len(base))
    ok = high + low == high
    x = high[ok], np.where(high[ok] == 0, 0.0, low[ok])
    truths = {np.floor: ctx.floor, np.ceil: ctx.ceil, np.rint: ctx.nint,
              np.trunc: lambda v: ctx.sign(v) * ctx.floor(abs(v))}  # fmt: skip
    assert len(x[0]) > 40
    assert rng is not None
    for f, truth in truths.items():
        assert exact(BLOCKS[f](*[x])) == [truth(v) for v in exact(x)], f


def test_order_looks_at_lows():
    high = np.array([1.0, 1.0, 1.0, np.nan, np.inf, 0.0, -1.0])
    low = np.array([0.0, 1e-20, -1e-20, 0.0, 0.0, 0.0, 1e-20])
    x, y = ((high[i], low[i]) for i in np.meshgrid(*[np.arange(len(high))] * 2))
    values = [np.nan if np.isnan(h) else np.inf if np.isinf(h) else ctx.mpf(h) + ctx.mpf(v)
              for h, v in zip(high.tolist(), low.tolist(), strict=True)]  # fmt: skip
    for f, compare in COMPARISONS.items():
        i, j = np.meshgrid(*[np.arange(len(high))] * 2)
        want = [[bool(f(0, 0)) if values[a] is values[b] and a == b and a != 3 else
                 bool(f(float(np.sign(float(values[a] - values[b]))), 0.0)) if 3 not in (a, b)
                 else f is np.not_equal for a, b in zip(*rows, strict=True)]
                for rows in zip(i.tolist(), j.tolist(), strict=True)]  # fmt: skip
        np.testing.assert_array_equal(compare(x, y), want, err_msg=f.__name__)


# ---- sums ----------------------------------------------------------------------------------------


def sums_of(x, axis):
    values = np.array(exact([part.ravel() for part in x]), dtype=object).reshape(x[0].shape)
    return values.sum(axis), abs(values).sum(axis)


@pytest.mark.parametrize("shape", [(1,), (7,), (255,), (256,), (257,), (3000,), (9, 5), (40, 70),
                                   (2, 33, 3), (3, 300, 1), (5, 2, 300)], ids=str)  # fmt: skip
def test_sums_keep_their_bounds(shape):
    rng = np.random.default_rng(8)
    size = int(np.prod(shape))
    high = rng.choice([-1, 1], size) * np.exp(rng.uniform(-20, 20, size))
    x = tuple(part.reshape(shape) for part in with_lows(high, rng))
    for axis in range(len(shape)):
        n = shape[axis]
        want, size_of = sums_of(x, axis)
        for found, bound in ((total(x, axis), 3 * (8 + np.log2(n))),
                             (tuple(np.take(p, -1, axis) for p in cumsum(x, axis)), 3 * n)):  # fmt: skip
            assert found[0].shape == x[0].sum(axis).shape
            flat = exact([np.ravel(p) for p in found])
            for got, w, s in zip(flat, np.ravel(want), np.ravel(size_of), strict=True):
                assert abs(got - w) <= bound * U**2 * s
        whole = cumsum(x, axis)
        first = tuple(np.take(p, range(n // 2 + 1), axis) for p in x)
        for part, again in zip(whole, cumsum(first, axis), strict=True):
            np.testing.assert_array_equal(np.take(part, range(n // 2 + 1), axis), again)


def test_sums_of_nothing():
    empty = np.zeros((3, 0, 2)), np.zeros((3, 0, 2))
    assert [part.tolist() for part in total(empty, 1)] == [np.zeros((3, 2)).tolist()] * 2
    assert total(empty, 0)[0].shape == (0, 2)
    assert cumsum(empty, 1)[0].shape == (3, 0, 2)
    assert matmul((np.zeros((2, 0)), np.zeros((2, 0))), (np.zeros((0, 3)), np.zeros((0, 3))))[0].tolist() == np.zeros((2, 3)).tolist()  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [((3, 4), (4, 5)), ((1, 40), (40, 1)), ((30, 7), (7, 2)),
                                      ((2, 1, 3, 4), (5, 4, 2)), ((2, 3), (3, 300))], ids=str)  # fmt: skip
def test_products_of_matrices(a, b):
    rng = np.random.default_rng(9)
    x, y = (
        tuple(p.reshape(s) for p in with_lows(rng.uniform(-1, 1, int(np.prod(s))), rng))
        for s in (a, b)
    )
    found = matmul(x, y)
    assert found[0].shape == np.matmul(x[0], y[0]).shape
    left, right = (
        np.array(exact([p.ravel() for p in v]), dtype=object).reshape(v[0].shape) for v in (x, y)
    )
    want, size = np.matmul(left, right), np.matmul(abs(left), abs(right))
    bound = (3 * a[-1] + 7) * U**2
    for got, w, s in zip(
        exact([p.ravel() for p in found]), want.ravel(), size.ravel(), strict=True
    ):
        assert abs(got - w) <= bound * s
    with pytest.raises(ValueError, match="do not match"):
        matmul(x, (np.zeros((99, 1)), np.zeros((99, 1))))


# ---- the way to the core -------------------------------------------------------------------------


def test_operands_broadcast():
    rng = np.random.default_rng(10)
    x = with_lows(rng.uniform(1, 2, 12), rng)
    column = tuple(p.reshape(12, 1)[::2] for p in x)
    row = tuple(p[::-3] for p in x)
    z = BLOCKS[np.multiply](column, row)
    assert z[0].shape == (6, 4)
    for i in range(6):
        for j in range(4):
            single = BLOCKS[np.multiply]((column[0][i, 0], column[1][i, 0]), (row[0][j], row[1][j]))
            assert (z[0][i, j], z[1][i, j]) == tuple(map(float, single))
    with pytest.raises(ValueError, match="shape mismatch|broadcast"):
        BLOCKS[np.add](x, row)


def test_tables_are_of_operations_that_exist():
    assert lib.nf_dd_find(b"sinpi") == lib.nf_dd_find(b"less") == lib.nf_dd_find(b"no") == -1
    assert lib.nf_dd_find_comparison(b"add") == -1
    assert all(f.nout == 1 for f in BLOCKS)


SCRIPT = """
import hashlib, numpy as np
from numformats.analysis.double_double_blocks import BLOCKS, COMPARISONS, cumsum, matmul, total
rng, seen = np.random.default_rng(11), hashlib.sha256()
high = np.concatenate([rng.normal(size=700), 2.0 ** rng.uniform(-1074, 1023, 300),
                       [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0]])
low = np.where(np.isfinite(high), np.spacing(high) / 2 * rng.uniform(-0.9, 0.9, len(high)), 0)
low = np.where(high + low == high, low, 0.0)
x, y, z = [(high[i], low[i]) for i in (slice(None), slice(None, None, -1), rng.permutation(len(high)))]
for f, block in BLOCKS.items():
    for part in block(*(x, y, z)[: f.nin]):
        seen.update(np.where(np.isnan(part), 77.0, part).tobytes())
for compare in COMPARISONS.values():
    seen.update(compare(x, y).tobytes())
a, b = (tuple(p[:700].reshape(s) for p in x) for s in ((20, 35), (35, 20)))
for result in (total(a, 0), total(a, 1), cumsum(a, 0), cumsum(a, 1), matmul(a, b)):
    for part in result:
        seen.update(part.tobytes())
print(seen.hexdigest())
"""


def test_every_level_gives_the_same_bits():
    levels, i = [], 0
    while (name := lib.nf_built_level(i)) != ffi.NULL:
        levels += [ffi.string(name).decode()] if lib.nf_level_runs(i) else []
        i += 1
    digests = {}
    for level in levels:
        run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True,
                             check=True, cwd=Path(os.sep), env=os.environ | {"NUMFORMATS_LEVEL": level})  # fmt: skip
        digests[level] = run.stdout.strip()
    assert "portable" in digests
    assert len(next(iter(digests.values()))) == 2 * hashlib.sha256().digest_size
    assert len(set(digests.values())) == 1, digests
