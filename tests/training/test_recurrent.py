# SPDX-License-Identifier: BSD-3-Clause
"""Does the LSTM do what its formulas say, one number at a time?"""

import math

import numpy as np
import pytest

import numformats as nf
from numformats.training import LSTM, Pass


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def by_loops(layer, x, rounded):
    """Every h of every sample; rounded: what a number is rounded to."""
    w, b, n = layer.own["weight"].astype(float), layer.own["bias"].astype(float), layer.hidden
    found = []
    for sample in x.astype(float):
        h, c, row = [0.0] * n, [0.0] * n, []
        for place in sample:
            terms = [*place, *h]
            z = [rounded(math.fsum([t * w[k, j] for k, t in enumerate(terms)] + [b[j]]))
                 for j in range(4 * n)]  # fmt: skip
            i, f, g, o = (z[k * n : (k + 1) * n] for k in range(4))
            c = [rounded(sigmoid(f[k]) * c[k] + sigmoid(i[k]) * math.tanh(g[k])) for k in range(n)]
            h = [rounded(sigmoid(o[k]) * math.tanh(c[k])) for k in range(n)]
            row.append(h)
        found.append(row)
    return np.array(found)


@pytest.mark.parametrize("T", [np.float64, nf.posit16, nf.bfloat16])
def test_against_a_loop(T):
    layer = LSTM(3, 4, dtype=T)
    x = np.random.default_rng(0).normal(size=(3, 6, 3)).astype(T)
    wanted = by_loops(layer, x, lambda v: float(np.asarray(v).astype(T)))
    tolerance = 1e-14 if T is np.float64 else 0
    np.testing.assert_allclose(layer(x).astype(float), wanted, rtol=tolerance, atol=tolerance)


def test_the_last_place_alone():
    both = [LSTM(2, 3, sequences=s, dtype="posit16", seed=1) for s in (True, False)]
    x = np.random.default_rng(1).normal(size=(2, 5, 2))
    assert both[0](x)[:, -1].tobytes() == both[1](x).tobytes()


def test_shared_weights_have_one_rounding_over_all_places():
    """The derivative is the exact sum over places, not a sum of rounded parts."""
    layer = LSTM(1, 1, dtype=nf.posit16, seed=0)
    x = np.random.default_rng(2).normal(size=(4, 7, 1)).astype(nf.posit16)
    runs = []
    for order in (slice(None), slice(None, None, -1)):
        _, pull = nf.autodiff.vjp(
            lambda p, x=x[order]: layer.forward(p, x, Pass()), layer.parameters()
        )
        g = np.linspace(-1, 1, 28).reshape(4, 7, 1)[order].astype(nf.posit16)
        runs.append(pull(g)[0]["weight"].tobytes())
    assert runs[0] == runs[1]


def test_the_forget_gate_starts_open():
    assert LSTM(2, 3).own["bias"].tolist() == [0] * 3 + [1] * 3 + [0] * 6
