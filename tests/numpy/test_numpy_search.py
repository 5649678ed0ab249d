# SPDX-License-Identifier: BSD-3-Clause
"""Do searchsorted, unique, extremes and tests for zero give what the oracle's values give?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from helpers import array, oracle_of, random_codes
from numformats.oracle.values import Special, is_zero
from ordering import decoded, each, ranks, specials


@each
def test_search(T: Any) -> None:
    rng = np.random.default_rng(7)
    codes = np.concatenate([specials(T, rng, 200), random_codes(T, 300, rng)])
    wanted = np.concatenate([specials(T, rng, 50), random_codes(T, 100, rng)])
    both = ranks(T, np.concatenate([codes, wanted]))
    r, w = both[:500], both[500:]
    a, v = array(T, codes), array(T, wanted)
    sorter = np.argsort(a)
    for side in ("left", "right"):
        expected = np.searchsorted(r, w, side, sorter)
        np.testing.assert_array_equal(np.searchsorted(a, v, side, sorter), expected)
        np.testing.assert_array_equal(np.searchsorted(np.sort(a), v, side), expected)
    part = np.partition(a, [10, 250, 490])
    np.testing.assert_array_equal(ranks(T, nf.to_bits(part))[[10, 250, 490]],
                                  np.sort(ranks(T, codes))[[10, 250, 490]])  # fmt: skip


@each
def test_unique(T: Any) -> None:
    rng = np.random.default_rng(8)
    codes = np.concatenate([specials(T, rng, 100), random_codes(T, 50, rng)])
    codes = codes[[decoded(T)(int(c)) is not Special.NAN for c in codes]]
    r = ranks(T, codes)
    values, index, inverse, counts = np.unique(
        array(T, codes), return_index=True, return_inverse=True, return_counts=True
    )
    _, *expected = np.unique(r, return_index=True, return_inverse=True, return_counts=True)
    for got, want in zip((index, inverse, counts), expected, strict=True):
        np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(nf.to_bits(values), codes[index])
    assert len(np.unique(array(T, codes))) == len(index)


def extremes(T: Any, codes: Any) -> None:
    a = array(T, codes)
    r = ranks(T, codes)
    nan = np.array([decoded(T)(int(c)) is Special.NAN for c in codes])
    greatest, least = (np.argmax(nan),) * 2 if nan.any() else (np.argmax(r), np.argmin(r))
    assert np.argmax(a) == greatest
    assert np.argmin(a) == least
    oracle = oracle_of(T)
    for name in ("maximum", "minimum", "fmax", "fmin"):
        step, ufunc = getattr(oracle, name), getattr(np, name)
        expected = int(codes[0])
        for c in codes[1:]:
            expected = step(expected, int(c))
        for x in (a, np.repeat(a, 3)[1::3], a[::-1][::-1]):
            assert int(nf.to_bits(ufunc.reduce(x))) == expected, (T, name, codes)
        start = int(codes[-1])
        folded = step(start, int(codes[0]))
        for c in codes[1:]:
            folded = step(folded, int(c))
        assert int(nf.to_bits(ufunc.reduce(a, initial=a[-1]))) == folded


@each
def test_extremes(T: Any) -> None:
    rng = np.random.default_rng(9)
    for n in (1, 2, 3, 4, 5, 33, 513):
        for codes in (specials(T, rng, n), random_codes(T, n, rng)):
            extremes(T, codes)
            number = codes[[decoded(T)(int(c)) is not Special.NAN for c in codes]]
            if number.size:
                extremes(T, number)
    codes = random_codes(T, 550, rng)
    places = np.concatenate([codes, codes[:1], codes])  # ties in other blocks
    extremes(T, places)


@each
def test_truth(T: Any) -> None:
    rng = np.random.default_rng(10)
    codes = np.concatenate([specials(T, rng, 300), random_codes(T, 300, rng)])
    expected = np.array([not is_zero(decoded(T)(int(c))) for c in codes])
    a = array(T, codes)
    for view in (np.s_[:], np.s_[::2], np.s_[::-1], np.s_[:0], np.s_[:1]):
        np.testing.assert_array_equal(a[view].astype(bool), expected[view])
        assert np.count_nonzero(a[view]) == np.count_nonzero(expected[view])
        assert np.any(a[view]) == np.any(expected[view])
        assert np.all(a[view]) == np.all(expected[view])
        np.testing.assert_array_equal(np.nonzero(a[view])[0], np.nonzero(expected[view])[0])
