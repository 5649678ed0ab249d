# SPDX-License-Identifier: BSD-3-Clause
"""Does the cache of errors count conflicts as a walk through its cycles does?"""

import numpy as np
import pytest

from numformats.accelerator import ErrorCache, Traffic


def walked(cache, errors, lanes):
    """Cycle by cycle: each bank serves one of the rows that wait for it."""
    per_word, cycles, conflicts, groups = cache.bank_bits // cache.error_bits, 0, 0, 0
    for i in range(0, len(errors), lanes):
        waiting = {}
        for e in errors[i : i + lanes]:
            word = int(e) // per_word
            waiting.setdefault(word % cache.banks, set()).add(word // cache.banks)
        conflicts += sum(len(rows) - 1 for rows in waiting.values())
        groups += 1
        while waiting:
            cycles += 1
            for rows in waiting.values():
                rows.pop()
            waiting = {bank: rows for bank, rows in waiting.items() if rows}
    return Traffic(len(errors), groups, cycles, conflicts)


@pytest.mark.parametrize("lanes", [1, 7, 32, 64])
@pytest.mark.parametrize(
    "cache", [ErrorCache(), ErrorCache(4096, 4, 64, 16), ErrorCache(512, 1, 32)]
)
def test_counts_are_those_of_a_walk(cache, lanes):
    rng = np.random.default_rng(1)
    patterns = [
        rng.integers(0, cache.errors, 500),
        np.arange(0, cache.errors, cache.errors // 100),
        np.zeros(50, int),
        cache.tile(5, 9, start=3, pitch=11, order="columns"),
        np.array([], int),
    ]
    for errors in patterns:
        assert cache.traffic(errors, lanes) == walked(cache, errors, lanes)


def test_strides_of_the_banks_collide_and_padding_helps():
    cache = ErrorCache()
    for stride, ways in ((1, 1), (4, 1), (8, 2), (16, 4), (128, 32), (132, 1), (64, 16), (68, 2)):
        traffic = cache.traffic(np.arange(32) * stride)
        assert (traffic.cycles, traffic.groups) == (ways if stride != 68 else 1, 1), stride
    square = cache.tile(181, 181)
    assert len(square) <= cache.errors
    assert cache.traffic(square).cycles == -(-(181 * 181) // 32)


def test_places_are_each_others_neighbours():
    cache = ErrorCache()
    bank, row = cache.place(np.arange(cache.errors))
    assert np.array_equal(
        np.unique(bank * cache.rows + row, return_counts=True)[1], np.full(8192, 4)
    )
    assert (bank.max(), row.max()) == (31, 255)


def test_what_does_not_fit_is_refused():
    cache = ErrorCache()
    for bad in ([32768], [-1]):
        with pytest.raises(IndexError, match="the cache has 32768"):
            cache.place(bad)
    with pytest.raises(IndexError, match="the tile ends at"):
        cache.tile(182, 182)
    with pytest.raises(TypeError, match="float64"):
        cache.traffic([0.5])
    for how in ({"order": "diagonal"}, {"pitch": 3}):
        with pytest.raises(ValueError, match="allowed"):
            cache.tile(4, 4, **how)
    with pytest.raises(ValueError, match="lanes=0"):
        cache.traffic([1], 0)
    for sizes in ((100, 3, 128, 32), (128, 1, 128, 48), (0, 1, 8, 8)):
        with pytest.raises(ValueError, match="must fill"):
            ErrorCache(*sizes)
