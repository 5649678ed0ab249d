# SPDX-License-Identifier: BSD-3-Clause
"""Is the error map right in the smallest formats: no NaN, no subnormals, wrapping, by chance?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from narrow_formats import PARAMETRIC
from numformats.training import SGD, Linear, PrecisionMonitor
from numformats.training.dtypes import has_value

CANDIDATES = [
    *PARAMETRIC, "float4_e2m1fn", "float8_e4m3b11fnuz", "fixed<2,frac=0>", "fixed<8,frac=7,overflow=wrap>",
    "float<exp=2,man=1,rounding=stochastic>", "posit64", "fixed<64,frac=60>",
]  # fmt: skip


def holds_weights(name):
    """Zero and negative numbers, which weights need."""
    info = nf.finfo(nf.parse_format(name))
    return info.lowest < 0 and has_value(info.dtype, 0)


FORMATS = [name for name in CANDIDATES if holds_weights(name)]


def fractions_of(array):
    """The exact values of an array, by the oracle; None for what is no number."""
    oracle = nf.oracle.for_format(array.dtype.type)
    decoded = [oracle.decode(int(code)) for code in nf.to_bits(array).reshape(-1)]
    values = [
        v if isinstance(v, Fraction) else (0 if str(v).endswith("ZERO") else None) for v in decoded
    ]
    return np.array(values, object).reshape(array.shape)


@pytest.mark.parametrize("name", FORMATS)
def test_the_map_of_a_product_is_that_of_fractions(name):
    dtype = nf.parse_format(name).dtype
    rng = np.random.default_rng(3)
    with np.errstate(all="ignore"):
        layer = Linear(3, 4, bias=False, dtype=dtype, seed=1)
        layer.own["weight"][...] = rng.uniform(-2, 2, (3, 4)).astype(dtype)
        x = rng.uniform(-1, 1, (5, 3)).astype(dtype)
        with PrecisionMonitor(layer, reference="exact") as exact:
            y = layer(x)
        with PrecisionMonitor(layer) as usual:
            again = layer(x)
    true = fractions_of(x) @ fractions_of(layer.own["weight"])
    for monitor, values in ((exact, fractions_of(y)), (usual, fractions_of(again))):
        found = monitor.error_map("output", signed=True)
        for place, t in np.ndenumerate(true):
            v = values[place]
            if v is None:
                assert found[place] == np.inf
            elif t == 0:
                assert found[place] == 0 if v == 0 else np.isnan(found[place])
            else:
                expected = float((v - t) / abs(t))
                assert found[place] == pytest.approx(expected, rel=1e-9, abs=1e-15)
        row = monitor.rows[0]
        zeros = sum(v == 0 and t != 0 for v, t in zip(values.flat, true.flat, strict=True))
        assert row.underflows == zeros
        ends = {
            fractions_of(np.array([e])).item()
            for e in (nf.finfo(dtype).maxpos, nf.finfo(dtype).lowest)
        }
        stuck = sum(v in ends and v != t for v, t in zip(values.flat, true.flat, strict=True))
        assert row.saturated == stuck


@pytest.mark.parametrize("name", FORMATS)
def test_updates_are_measured_in_every_format(name):
    dtype = nf.parse_format(name).dtype
    with np.errstate(all="ignore"):
        layer = Linear(2, 2, bias=False, dtype=dtype, seed=1)
        before = fractions_of(layer.own["weight"])
        g = {"weight": layer.own["weight"].copy()}
        wide = None if has_value(dtype, -0.5) else nf.binary32
        with PrecisionMonitor(layer, "weight", reference="exact") as monitor:
            SGD(0.5, state_dtype=wide).step(layer.parameters(), g)
    after = fractions_of(layer.own["weight"])
    found = monitor.error_map(signed=True)
    for place, w in np.ndenumerate(before):
        if w:
            expected = float((after[place] - w / 2) / abs(w / 2))
            assert found[place] == pytest.approx(expected, rel=1e-12)
