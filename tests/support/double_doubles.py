# SPDX-License-Identifier: BSD-3-Clause
"""Double-doubles for tests: hard ones, their exact values, and how far results are from the truth."""

import mpmath
import numpy as np

from numformats.analysis.double_double_blocks import BLOCKS

U = 2.0**-53
BITS = 2400  # sums of doubles of any exponent are exact, and sines of huge arguments are right
LARGEST = np.finfo(np.float64).max
TINY = mpmath.mpf(2) ** -1072  # four of the least doubles
ctx = mpmath.MPContext()
ctx.prec = BITS


def exact(x):
    return [ctx.mpf(h) + ctx.mpf(low) for h, low in zip(x[0].tolist(), x[1].tolist(), strict=True)]


def with_lows(high, rng, bits=53):
    """Lows of all sizes below half a unit of the last place, and none."""
    last = np.spacing(np.abs(high)) / 2
    low = last * rng.uniform(-0.999, 0.999, len(high)) * 2.0 ** -rng.integers(0, bits, len(high))
    low = np.where(rng.random(len(high)) < 0.8, low, 0.0)
    return high, np.where(np.isfinite(high + low) & (high + low == high), low, 0.0)


def nearest(values):
    """Pairs nearest to numbers."""
    high = np.array([float(v) for v in values])
    return high, np.array(
        [float(v - ctx.mpf(h)) for v, h in zip(values, high.tolist(), strict=True)]
    )


def check(f, operands, truth, rel):
    z, worst = BLOCKS[f](*operands), ctx.mpf(0)
    counted = 0
    for high, low, *x in zip(z[0].tolist(), z[1].tolist(), *map(exact, operands), strict=True):
        want = truth(*x)
        if abs(want) > LARGEST:
            assert np.isinf(high) or abs(high) == LARGEST, (f, x)
            continue
        error = abs(ctx.mpf(high) + ctx.mpf(low) - want)
        assert np.isfinite(high), (f, [float(v) for v in x])
        assert high + low == high, (f, high, low)
        assert error <= rel * abs(want) + TINY, (f, [float(v) for v in x], high, low)
        worst = max(worst, error / abs(want)) if abs(want) > 2.0**-900 else worst
        counted += 1
    assert counted > len(z[0]) // 2
    return worst
