# SPDX-License-Identifier: BSD-3-Clause
"""Does the cache keep keys by channel, values by token, and recent tokens as they came?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.quantization import Groups, KVCache, quantize_groups
from quantized import code_of


def attention(queries, keys, values):
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ values


def outlier_channels(tokens, seed=0):
    """Keys as models have them: few channels are large in every token."""
    rng = np.random.default_rng(seed)
    keys = rng.standard_normal((2, tokens, 64))
    keys[..., 5] *= 20
    keys[..., 9] += 15
    return keys.astype(np.float32), rng.standard_normal((2, tokens, 64)).astype(np.float32)


def test_keys_by_channel_beat_keys_by_token():
    keys, values = outlier_channels(512)
    queries = np.random.default_rng(1).standard_normal((2, 32, 64)).astype(np.float32)
    true = attention(queries, keys, values)
    cache = KVCache(residual=32)
    cache.append(keys, values)
    by_channel = attention(queries, cache.keys(), values)
    by_token = attention(queries, quantize_groups(keys, 2, -1, 32).dequantize(), values)
    assert np.linalg.norm(by_channel - true) < np.linalg.norm(by_token - true) / 2
    whole = attention(queries, cache.keys(), cache.values())
    assert np.linalg.norm(whole - true) < np.linalg.norm(true) / 2
    assert cache.nbytes < keys.nbytes + values.nbytes // 3
    assert cache.nbytes < (keys.nbytes + values.nbytes) / 4


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, nf.posit16])
def test_codes_and_values_are_those_of_fractions(bits, dtype):
    rng = np.random.default_rng(bits)
    x = (rng.standard_normal((3, 11)) * 2 + 5).astype(dtype)
    groups = quantize_groups(x, bits, -1, 4)
    assert isinstance(groups, Groups)
    top = 2**bits - 1
    back = groups.dequantize(nf.binary64)
    for i, j in np.ndindex(3, 11):
        s, m = Fraction(float(groups.scale[i, j // 4])), Fraction(float(groups.offset[i, j // 4]))
        code = code_of(Fraction(float(x[i, j])) - m, s, 0, 0, top)
        assert back[i, j] == nf.binary64(code * s + m)
        assert (
            abs(Fraction(float(back[i, j])) - Fraction(float(x[i, j])))
            <= s / 2 + Fraction(1, 2**11) * abs(s) * top
        )
    whole = np.asarray(x, float)
    assert (groups.offset[:, 0].astype(float) == whole[:, :4].min(axis=1)).all()


def test_constant_and_tiny_groups():
    x = np.full((2, 8), 3.25, np.float16)
    groups = quantize_groups(x, group=4)
    assert (groups.scale == 1).all()
    assert (groups.dequantize(np.float16) == x).all()
    tiny = np.array([[0, 6e-8, 1.2e-7, 1.8e-7]], np.float16)
    assert (quantize_groups(tiny, group=4).dequantize(np.float16) == tiny).all()


def test_tokens_one_by_one_or_all_at_once():
    keys, values = outlier_channels(300)
    once, single = KVCache(residual=64), KVCache(residual=64)
    once.append(keys, values)
    for i in range(300):
        single.append(keys[:, i : i + 1], values[:, i : i + 1])
    assert len(once) == len(single) == 300
    assert (once.keys() == single.keys()).all()
    assert (once.values() == single.values()).all()
    assert once.nbytes == single.nbytes
    recent = 300 % 64
    assert (once.keys()[:, -recent:] == keys[:, -recent:]).all()
    assert (once.keys()[:, :-recent] != keys[:, :-recent]).any()
    assert (once.values()[:, -64:] == values[:, -64:]).all()
    error = np.abs(once.values() - values)[:, :-64].reshape(2, -1, 2, 32)
    spans = np.ptp(values[:, :-64].reshape(2, -1, 2, 32), axis=-1)
    assert (error.max(axis=-1) <= spans / 6 * (1 + 1e-6)).all()
    assert once.keys(np.float16).dtype == np.float16


def test_errors_leave_the_cache():
    cache = KVCache(group=8, residual=16)
    with pytest.raises(ValueError, match="the cache is empty"):
        cache.keys()
    keys, values = outlier_channels(20)
    cache.append(keys, values)
    before = cache.keys().copy()
    wrong = values.copy()
    wrong[0, 3, 1] = np.nan
    with pytest.raises(ValueError, match=r"values\[0, 3, 1\] is nan"):
        cache.append(keys, wrong)
    with pytest.raises(ValueError, match="keys have shape"):
        cache.append(keys[:, :3], values)
    with pytest.raises(ValueError, match="the cache has"):
        cache.append(keys[..., :5], values)
    with pytest.raises(ValueError, match="tokens, channels"):
        cache.append(np.ones(3), np.ones(3))
    assert len(cache) == 20
    assert (cache.keys() == before).all()
    with pytest.raises(ValueError, match="multiples of group=8"):
        KVCache(group=8, residual=12)
    with pytest.raises(ValueError, match="bits=9"):
        quantize_groups([1.0], 9)
    with pytest.raises(ValueError, match="group=0"):
        quantize_groups([1.0], group=0)


def test_a_difference_that_float64_rounds_onto_a_tie():
    """x - offset is 1/2 and a little more: the nearest code is 1, of the rounded one it is 0."""
    groups = quantize_groups([-(2.0**-60), 0.5, 3.0], group=3)
    assert groups.scale.tolist() == [1.0]
    assert 0.5 + 2.0**-60 == 0.5
    assert groups.dequantize().tolist() == [-(2.0**-60), 1.0, 3.0]
