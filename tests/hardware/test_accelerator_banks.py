# SPDX-License-Identifier: BSD-3-Clause
"""Do banks keep what they are given, wait as the closed forms say, and give way to other tiles?"""

from __future__ import annotations

import math

import numpy as np
import pytest

import numformats as nf
from numformats.accelerator import ErrorCache
from numformats.hardware.accelerator import BankedMemory, ErrorTiles, grants, stride_traffic
from numformats.training.compensation import ResidualStore


def read_all(errors, lanes=32, geometry=None):
    memory = BankedMemory(geometry or ErrorCache(), lanes)
    for i in range(0, len(errors), lanes):
        memory.read(np.asarray(errors[i : i + lanes]).tolist())
    return memory


def random_errors(count, seed=20, top=32768):
    """From words of Philox, which NumPy promises not to change."""
    return np.random.Philox(key=[seed, 7]).random_raw(count) % top


PATTERNS = {
    "unit stride": np.arange(4096),
    "every power of two": np.concatenate([np.arange(32) * 2**k for k in range(10)]),
    "odd strides": np.concatenate([np.arange(32) * s for s in range(1, 999, 62)]),
    "rows of a matrix": ErrorCache().tile(32, 32, pitch=128),
    "columns of a matrix": ErrorCache().tile(32, 32, pitch=128, order="columns"),
    "columns of a padded one": ErrorCache().tile(32, 32, pitch=132, order="columns"),
    "random": random_errors(4000),
    "one error": np.full(77, 5),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("lanes", [1, 7, 32])
def test_edges_are_those_that_the_cache_foretells(name, lanes):
    memory = read_all(PATTERNS[name], lanes)
    assert memory.traffic == ErrorCache().traffic(PATTERNS[name], lanes)


@pytest.mark.parametrize("stride", [4 * t for t in (*range(1, 70), 128, 255)])
def test_strides_of_words_have_a_closed_form(stride):
    for start in (0, 4, 60, 3):
        memory = read_all(start + stride * np.arange(32))
        assert memory.traffic == stride_traffic(stride)
        assert memory.cycles == math.gcd(stride // 4, 32)
    small = ErrorCache(size=4096, banks=8)
    if 15 * stride < small.errors - 60:
        found = read_all(stride * np.arange(16), 16, small).traffic
        assert found == stride_traffic(stride, lanes=16, size=4096, banks=8)


def test_random_accesses_collide_as_often_as_chance_says():
    """Of 32 random words, those of 32 banks that are hit are 32 (1 - (31/32)^32) in the mean."""
    groups, words = 400, 8192
    memory = read_all(random_errors(32 * groups))
    distinct = words * (1 - (1 - 1 / words) ** 32)
    expected = distinct - 32 * (1 - (31 / 32) ** 32)
    assert abs(memory.conflicts / groups - expected) < 5 * 2.1 / math.sqrt(groups)


def test_contents_are_those_of_a_flat_array():
    memory, flat = BankedMemory(lanes=8), [0] * 32768
    places, values = random_errors(1600, 1, 300).tolist(), random_errors(1600, 2, 2**32).tolist()
    for i in range(0, 1600, 8):
        group = places[i : i + 8]
        if i % 3:
            memory.write(group, values[i : i + 8])
            for place, value in zip(group, values[i : i + 8], strict=True):
                flat[place] = value
        assert memory.read(group) == [flat[p] for p in group]
    assert memory.bits_moved == 128 * memory.rows_served


def test_lanes_of_one_row_are_served_together():
    assert grants([False, True, True, True], [0, 0, 0, 0], [1, 2, 1, 2]) == [False, True, False, True]  # fmt: skip
    memory = BankedMemory()
    memory.read([0, 1, 2, 3, 128, 129])
    assert (memory.cycles, memory.conflicts, memory.rows_served) == (2, 1, 2)
    memory.write([5, 5], [1, 2])
    assert memory.read([5]) == [2]


class OneBankTooFew(ErrorCache):
    """Planted: words go around one bank less."""

    def place(self, errors):
        bank, row = super().place(errors)
        word = row * self.banks + bank
        return word % (self.banks - 1), word // (self.banks - 1) % self.rows


class OddBankTooHigh(ErrorCache):
    """Planted: the bank's number is one too high where it is odd."""

    def place(self, errors):
        bank, row = super().place(errors)
        return (bank + bank % 2) % self.banks, row


def test_a_wrong_bank_is_seen():
    for stride in (4, 8, 124, 128):
        found = read_all(stride * np.arange(32), 32, OneBankTooFew()).traffic
        assert found != stride_traffic(stride)
    stored = BankedMemory(OddBankTooHigh())
    stored.write([4, 8], [1, 2])  # both in one place
    assert stored.read([4, 8]) == [2, 2]


def test_tiles_leave_as_in_the_store_of_residuals():
    """Hits, misses and evictions of the software's store, whose residuals take 8 bytes."""
    size = 128 * 100
    store = ResidualStore(nf.Fixed(16, 4), budget=2 * 128 * 1024)
    tiles = ErrorTiles(BankedMemory(lanes=32))
    for key in "abacbbdaacb":
        store(key, np.full(size, 0.01))
        tiles.write_error(key, [ord(key)] * size)
        assert (tiles.hits, tiles.misses, tiles.evictions) == (store.hits, store.misses, store.evictions)  # fmt: skip
        assert (key in tiles) == (key in store)
    assert tiles.read_comp("b", size) == [ord("b")] * size


def test_what_was_dropped_starts_at_0_and_what_was_written_back_returns():
    for eviction, again in (("drop", 0), ("write_back", 9)):
        tiles = ErrorTiles(eviction=eviction)
        tiles.write_error("a", [9] * 20000)
        tiles.write_error("b", [8] * 20000)
        assert "a" not in tiles
        assert tiles.read_comp("a", 20000) == [again] * 20000
        assert tiles.bits_behind == (0 if not again else 3 * 20000 * 32)
        assert (tiles.hits, tiles.misses, tiles.evictions) == (0, 3, 2)


def test_a_whole_cache_is_a_tile_and_more_is_none():
    tiles = ErrorTiles()
    tiles.write_error("all", range(32768))
    assert tiles.memory.cycles == 1024
    with pytest.raises(ValueError, match="a tile of 32769 errors; allowed: 1 to 32768"):
        tiles.write_error("more", range(32769))
    with pytest.raises(ValueError, match="tile 'all' has 32768 errors; asked for 3"):
        tiles.read_comp("all", 3)
    with pytest.raises(ValueError, match="eviction='random'; allowed: drop, write_back"):
        ErrorTiles(eviction="random")


def test_bad_groups():
    memory = BankedMemory(lanes=2)
    with pytest.raises(ValueError, match="3 errors in a group; allowed: 1 to 2"):
        memory.read([1, 2, 3])
    with pytest.raises(ValueError, match="allowed: 1 patterns of 32 bits"):
        memory.write([1], [1 << 32])
    with pytest.raises(IndexError, match="error 32768: the cache has 32768"):
        memory.read([32768])
    with pytest.raises(ValueError, match="lanes=0"):
        BankedMemory(lanes=0)
    for stride in (0, 2, 5, 2048):
        with pytest.raises(ValueError, match=f"stride={stride}; allowed: multiples of a word"):
            stride_traffic(stride)
