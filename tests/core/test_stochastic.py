# SPDX-License-Identifier: BSD-3-Clause
"""Is stochastic rounding as probable as it has to be, and does it follow its stream?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import array, oracle_of, plain, raised
from numformats.oracle import philox4x64


@pytest.mark.parametrize("T", [nf.posit32, nf.binary64, nf.bfloat16, nf.takum_linear64, nf.q31],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_stochastic_probability_is_exact(T):
    """The dropped fraction D against a known word R: up exactly when R < D, to one part in 2^64."""
    oracle = oracle_of(T)
    low = oracle.encode(Fraction(5, 7), rounding="toward_zero")
    below, above = oracle.decode(low), oracle.decode(oracle.next_up(low))
    seed, n = 987654321, 40
    words = [philox4x64(seed, 0, i) for i in range(n)]
    points, want = [], []
    for i, word in enumerate(words):
        # D just under, at, and over R: only D > R / 2^64 goes up
        d = Fraction(word + (i % 3) - 1, 2**64)
        points.append(below + d * (above - below))
        want.append(int(oracle.next_up(low)) if i % 3 == 2 else low)
    got = nf.quantize(np.array(points, object), T, rounding="stochastic", seed=seed)
    assert plain(got).tolist() == want


def test_stochastic_mean():
    """The mean of many roundings is the value: 5 standard deviations of the binomial."""
    x, n = 1 + 0.3 / 128, 20000
    got = nf.quantize(np.full(n, x), nf.bfloat16, rounding="stochastic", seed=5).astype(float)
    ups = int((got > 1).sum())
    assert set(got) == {1.0, 1 + 1 / 128}
    assert abs(ups - 0.3 * n) < 5 * (n * 0.3 * 0.7) ** 0.5


@pytest.mark.parametrize("text", ["float<exp=8,man=7,rounding=stochastic>",
                                  "float<exp=11,man=52,rounding=stochastic>",
                                  "fixed<16,frac=8,rounding=stochastic>"])  # fmt: skip
@pytest.mark.parametrize("op", ["add", "mul", "div", "sqrt", "fma"])
def test_stochastic_operations_follow_the_stream(text, op):
    """nf.seed(n): every call takes the next stream, element i its word i."""
    T = nf.parse_format(text)
    oracle = nf.oracle.for_format(T)
    rng = np.random.default_rng(8)
    arity = {"sqrt": 1, "fma": 3}.get(op, 2)
    x = [array(T, [T(v).bits for v in rng.uniform(0.5, 9, 60)]) for _ in range(arity)]
    function = {"fma": nf.fma, "add": np.add, "mul": np.multiply, "div": np.divide,
                "sqrt": np.sqrt}[op]  # fmt: skip
    nf.seed(77)
    first, _ = raised(function, *x)
    second, _ = raised(function, *x)
    nf.seed(77)
    again, _ = raised(function, *x)
    assert plain(first).tolist() == plain(again).tolist()
    # exact results (fixed-point sums) follow every stream
    streams = [{s for s in range(4) if _follows(oracle, op, x, r, s)} for r in (first, second)]
    assert any(s + 1 in streams[1] for s in streams[0])


def _follows(oracle, op, operands_, result, stream):
    for i, codes in enumerate(zip(*(plain(x).tolist() for x in operands_), strict=True)):
        oracle.random = philox4x64(77, stream, i)
        if getattr(oracle, op)(*codes) != plain(result)[i]:
            return False
    return True
