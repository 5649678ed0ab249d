# SPDX-License-Identifier: BSD-3-Clause
"""Are residuals within their bytes, and is it said when one was lost?  Is the learned gain one?"""

from collections import OrderedDict
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.compensation import CompensationUnit, ErrorFeedback, ResidualStore

FLOOR = nf.Fixed(16, 8, rounding="toward_negative")


def test_a_walk_with_little_memory_against_a_model_of_it():
    """Tiles of one size: a plain LRU of residuals, an exact account of what evictions cost."""
    rng, tiles, size = np.random.default_rng(1), 7, 5
    store = ResidualStore(FLOOR, budget=3 * size * 8)
    held, hits, misses, evictions, broken = OrderedDict(), 0, 0, 0, set()
    ins, outs, lost = ({k: np.zeros(size) for k in range(tiles)} for _ in range(3))
    for _ in range(600):
        key = int(rng.zipf(1.5)) % tiles
        x = rng.integers(0, 2**12, size) / 2**20  # one part, and sums exact in float64
        hits, misses = hits + (key in held), misses + (key not in held)
        held.setdefault(key, np.zeros(size))
        held.move_to_end(key)
        y = store(key, x).astype(float)
        held[key] = held[key] + x - y
        ins[key], outs[key] = ins[key] + x, outs[key] + y
        if len(held) > 3:
            gone, residual = held.popitem(last=False)
            lost[gone] += residual
            evictions += 1
            broken.add(gone)
        assert store.bytes == 8 * size * len(held) <= store.budget
        assert (len(store), store.hits, store.misses, store.evictions) == (
            len(held),
            hits,
            misses,
            evictions,
        )
        assert np.array_equal(store.residual(key), held[key])
    assert evictions > 50
    assert broken
    for key in range(tiles):
        rest = held.get(key, np.zeros(size))
        assert np.array_equal(ins[key] - outs[key], rest + lost[key])
        if key in broken:
            assert store.bound(key) == np.inf
        elif key in store:
            assert store.bound(key) == 2.0**-8
    assert f"{len(broken)} bounds broken" in repr(store)


def test_with_room_for_all_it_is_error_feedback():
    rng, store = np.random.default_rng(2), ResidualStore(FLOOR)
    alone = {k: ErrorFeedback(FLOOR) for k in range(4)}
    for t in range(40):
        x = rng.normal(size=(3, 2)) / 100
        assert store(("layer", t % 4), x).tobytes() == alone[t % 4](x).tobytes()
    assert (store.evictions, store.misses, len(store)) == (0, 4, 4)
    assert store.bytes == sum(f.nbytes for f in alone.values())


def test_a_tile_larger_than_the_budget_is_not_kept():
    store = ResidualStore(FLOOR, budget=8)
    store("small", [0.001])
    store("large", [0.001, 0.002])
    assert (store.bytes, len(store), store.evictions) == (0, 0, 2)
    assert store.bound("large") == store.bound("small") == np.inf
    assert "large" not in store


def test_errors_change_nothing_and_eval_repeats():
    store = ResidualStore(FLOOR)
    store("a", [0.001])
    before = repr(store)
    with pytest.raises(ValueError, match="x is nan"):
        store("b", np.nan)
    with pytest.raises(ValueError, match="has shape"):
        store("a", [1, 2])
    assert repr(store) == before
    assert len({store.eval()("a", [0.3]).tobytes() for _ in range(5)}) == 1
    store("new", [0.3])
    assert repr(store) == before
    store.train()("a", [0.003])
    assert store.hits == 1
    with pytest.raises(KeyError):
        store.bound("c")
    with pytest.raises(ValueError, match="budget=-1"):
        ResidualStore(FLOOR, budget=-1)
    with pytest.raises(TypeError, match="T="):
        ResidualStore(None)


def test_bytes_of_what_float64_do_not_hold():
    feedback = ErrorFeedback(nf.posit64)
    assert feedback.nbytes == 0
    feedback(Fraction(1, 3))
    assert feedback.nbytes > 16
    two = ErrorFeedback(FLOOR)
    two([0.001, 0.002])
    assert two.nbytes == 8 * 2 * len(two.residual_parts)


@pytest.mark.parametrize("T", [FLOOR, nf.Fixed(16, 8), 2.0**-8], ids=str)
@pytest.mark.parametrize("alpha", [0.0, 0.15, 0.7])
def test_the_learned_gain_goes_to_one_on_drifting_data(T, alpha):
    step = 2.0**-8
    x = np.random.default_rng(3).uniform(0, step / 2, (200, 6))  # each would be lost to nearest
    unit = CompensationUnit(T, alpha)
    before = np.abs(unit.drift(x)).max()
    losses = unit.learn(x, steps=30)
    assert abs(unit.alpha - 1) < 0.04  # nearer the drift is that of one rounding
    assert losses[-1] < losses[0] / 50
    assert np.abs(unit.drift(x)).max() < before / 5
    y = unit(x)
    assert np.array_equal(
        y.astype(float) / step, np.rint(y.astype(float) / step)
    )  # all on the grid
    assert unit(x).tobytes() == y.tobytes()


def test_the_published_unit_leaves_the_grid():
    """out = Q(x) + alpha e_(t-1) + beta e_t, with the article's gains; here for comparison only."""
    x = np.random.default_rng(4).normal(size=2000)
    q = x.astype(FLOOR).astype(float)
    e = x - q
    out = q[1:] + 0.15 * e[:-1] + 0.85 * e[1:]
    on_grid = np.mean(out * 256 == np.rint(out * 256))
    assert on_grid < 0.01
    assert np.array_equal(q[1:] + e[1:], x[1:])  # beta = 1 undoes the rounding


def test_a_unit_needs_a_sequence():
    unit = CompensationUnit(FLOOR)
    for bad in ([0.1], 0.1, [[np.nan], [1.0]]):
        with pytest.raises(ValueError, match="x"):
            unit.learn(bad)
    assert unit.learn(np.zeros((3, 2))).tolist() == [0.0]  # nothing drifts, nothing is learned
    assert unit.alpha == 0.5
