# SPDX-License-Identifier: BSD-3-Clause
"""Are weights integers of their lattice at every step, moved exactly by the update, and held at the ends?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.sampling import Key
from numformats.training import Constant, Linear, ReLU, Sequential, fit, softmax_cross_entropy
from numformats.training.discrete import (
    DiscreteSGD,
    Halving,
    Lattice,
    Multinomial,
    PackedInt4,
    Poisson,
    Rule,
    Sign,
    StochasticRounding,
    Unbiased,
    codes,
    is_discrete,
    unbiased_update,
)

INT8, INT4 = nf.Fixed(8, 6), nf.Fixed(4, 2)
RULES = [Unbiased(), Unbiased(n=2), Poisson(), StochasticRounding(), Sign(), Multinomial(n=5)]


class Given(Rule):
    """An update that a test writes down."""

    def __init__(self, *updates):
        self.updates = updates
        self.asked = []

    def draw(self, g, lr, delta, key):
        self.asked.append((lr, delta, key))
        return np.reshape(self.updates[len(self.asked) - 1], np.shape(g))


def weights(T, *values):
    return {"w": np.array(values, T)}


def step(optimizer, w, scale=1.0):
    optimizer.step(w, {name: np.ones(a.shape, np.float32) for name, a in w.items()}, scale)


@pytest.mark.parametrize("bits", [2, 3, 4, 7, 8, 12, 16, 31, 32])
@pytest.mark.parametrize("signed", [True, False])
def test_every_integer_of_a_format_moves_and_holds(bits, signed):
    """From both ends and beside them, by less and by more than the way to the other end."""
    T = nf.Fixed(bits, 1, signed=signed)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    at = np.array([low, low + 1, 0, high - 1, high, high, low, 0], object)
    u = np.array([1, 1, -1, -1, -1, high // 2, -3, 0], object)
    w = {"w": nf.from_bits((at % 2**bits).astype(f"u{np.dtype(T).itemsize}"), T)}
    assert codes(w["w"]).astype(object).tolist() == at.tolist()
    optimizer = DiscreteSGD(rule=Given(u.astype(np.int64)))
    step(optimizer, w)
    wanted = [min(max(a - b, low), high) for a, b in zip(at, u, strict=True)]
    assert codes(w["w"]).astype(object).tolist() == wanted
    held = sum(not low <= a - b <= high for a, b in zip(at, u, strict=True))
    assert optimizer.saturated == optimizer.records[0]["saturated"] == held > 0
    assert is_discrete(w)


def test_symmetric_formats_end_at_minus_the_largest():
    w = weights(nf.Fixed(4, 0, overflow="saturate_symmetric"), -7, 7)
    optimizer = DiscreteSGD(rule=Given([1, -1]))
    step(optimizer, w)
    assert codes(w["w"]).tolist() == [-7, 7]
    assert optimizer.saturated == 2


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("together", [False, True])
def test_all_of_a_training_stays_on_the_lattice(rule, together):
    """The invariant at every step: dtype, narrowest integer dtype, and the move is the record's."""
    rng = np.random.default_rng(1)
    w = {"a": rng.normal(size=(3, 4)).astype(INT8), "b": rng.normal(size=5).astype(INT8)}
    optimizer = DiscreteSGD(0.3, rule=rule, together=together, seed=2, watch=True)
    moved = 0
    for i in range(12):
        before = {name: codes(a).astype(int) for name, a in w.items()}
        g = {name: rng.normal(size=a.shape).astype(np.float32) for name, a in w.items()}
        optimizer.step(w, g)
        assert is_discrete(w)
        assert {a.dtype for a in w.values()} == {np.dtype(INT8)}
        assert {codes(a).dtype for a in w.values()} == {np.dtype(np.int8)}
        record = optimizer.records[-1]
        way = sum(int(np.abs(codes(a) - before[name]).sum()) for name, a in w.items())
        moved += way
        if not record["saturated"]:
            assert way == record["moved"]
        if isinstance(rule, Unbiased | Poisson | StochasticRounding):
            assert record["cosine"] == pytest.approx(1)
        assert record["noise"] >= 1 - 1e-12
        assert (record["step"], record["lr"]) == (i, 0.3)
    assert moved


def test_the_update_is_the_rules_for_the_name_and_the_step():
    w = weights(INT8, 0.5, -0.25, 0.125)
    g = np.array([0.5, -0.25, 0.1], np.float32)
    rule = Given([0, 0, 0], [0, 0, 0])
    optimizer = DiscreteSGD(0.5, rule=rule, seed=9, unit=Halving(4, every=1))
    optimizer.step(w, {"w": g}, 4.0)
    optimizer.step(w, {"w": g})
    (lr, delta, key), (lr2, delta2, key2) = rule.asked
    assert (lr, delta) == (0.125, 4 / 64)
    assert (lr2, delta2) == (0.5, 2 / 64)
    assert (key.seed, key.step, key2.step) == (9, 0, 1)
    real = DiscreteSGD(0.5, seed=9)
    before = codes(w["w"]).astype(int)
    real.step(w, {"w": g})
    u = unbiased_update(g, 0.5, 1 / 64, None, Key(9, key.stream, 0))
    assert (codes(w["w"]) == before - u).all()
    assert u.any()


def test_a_unit_is_so_many_lattice_steps():
    w = weights(INT8, 0, 0)
    step(DiscreteSGD(rule=Given([1, -2]), unit=4), w)
    assert codes(w["w"]).tolist() == [-4, 8]


def test_moves_far_beyond_the_ends_are_held_too():
    w = weights(nf.Fixed(32, 0), 5, -5)
    step(DiscreteSGD(rule=Given([2**62 - 1, -(2**62)]), unit=2**30), w)
    assert codes(w["w"]).tolist() == [-(2**31), 2**31 - 1]


def test_clipped_mass_is_logged():
    w = weights(INT8, 0, 0, 0)
    optimizer = DiscreteSGD(rule=Given([5, -1, -3], [1, 1, 1]), k=2)
    step(optimizer, w)
    assert codes(w["w"]).tolist() == [-2, 1, 2]
    assert optimizer.records[0] == {"step": 0, "lr": 1.0, "moved": 5, "clipped": 4, "saturated": 0}
    step(optimizer, w)
    assert optimizer.clipped == 4


def test_schedules_reach_one_draw():
    w = {"w": np.zeros(50, nf.Fixed(16, 10))}
    optimizer = DiscreteSGD(Constant(0.5), rule=Multinomial(n=Halving(64, every=2), c=0))
    for _ in range(16):
        step(optimizer, w)
    assert [r["moved"] for r in optimizer.records] == [
        64,
        64,
        32,
        32,
        16,
        16,
        8,
        8,
        4,
        4,
        2,
        2,
        1,
        1,
        1,
        1,
    ]
    assert optimizer.records[0]["lr"] == 0.5


def test_together_is_one_draw_over_all_parameters():
    w = {"a": np.zeros((2, 2), INT8), "b": np.zeros(3, INT8)}
    g = {"a": np.array([[1, 0], [0, -1]], np.float32), "b": np.array([0, 2, 0], np.float32)}
    optimizer = DiscreteSGD(rule=Multinomial(n=7, c=0), together=True)
    optimizer.step(w, g)
    assert optimizer.records[0]["moved"] == 7
    assert (codes(w["a"])[g["a"] == 0] == 0).all()
    with pytest.raises(ValueError, match="needs one lattice step; these have a 1/64, b 1/4"):
        DiscreteSGD(together=True).step({"a": w["a"], "b": np.zeros(3, INT4)}, g)


def test_refusals_change_nothing():
    w = {"a": np.zeros(2, INT8), "b": np.zeros(2, INT8)}
    good, bad = np.ones(2, np.float32), np.array([1, np.nan], np.float32)
    optimizer = DiscreteSGD(5.0)
    with pytest.raises(ValueError, match=r"g\[1\] is nan") as error:
        optimizer.step(w, {"a": good, "b": bad})
    assert error.value.__notes__ == ["in the update of b, step 0"]
    assert not any(codes(a).any() for a in w.values())
    assert optimizer.steps == 0
    for wrong, kind, text in (
        (np.zeros(2, np.float32), TypeError, "parameter 'a': "),
        (np.zeros(2, nf.posit8), TypeError, "parameter 'a': posit.* is no lattice"),
        (np.zeros(2, nf.Fixed(8, 4, overflow="wrap")), ValueError, "does not saturate"),
    ):
        with pytest.raises(kind, match=text):
            optimizer.step({"a": wrong}, {"a": good})
    for options, kind in (({"k": 0}, ValueError), ({"unit": 0}, ValueError), ({"unit": 2**31}, ValueError), ({"seed": -1}, ValueError),
                          ({"gradient_dtype": np.int8}, TypeError)):  # fmt: skip
        with pytest.raises(kind):
            DiscreteSGD(**options)
    assert not is_discrete({"a": np.zeros(2)})


def model():
    layers = Sequential(Linear(3, 8, seed=1), ReLU(), Linear(8, 2, seed=2))
    return Lattice(layers, INT8)


def test_a_run_goes_on_to_the_same_bits(tmp_path):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, 3))
    y = (x[:, 0] > 0).astype(int)
    options = {"loss": softmax_cross_entropy, "batch": 8, "seed": 5, "progress": False}
    whole, parts = model(), model()
    fit(whole, x, y, optimizer=DiscreteSGD(0.5, seed=7), epochs=4, **options)
    path = tmp_path / "run.npz"
    fit(parts, x, y, optimizer=DiscreteSGD(0.5, seed=7), epochs=2, checkpoint=path, **options)
    again, optimizer = model(), DiscreteSGD(0.5, seed=7)
    fit(again, x, y, optimizer=optimizer, epochs=4, checkpoint=path, resume=True, **options)
    for name, a in whole.parameters().items():
        assert codes(a).tolist() == codes(again.parameters()[name]).tolist()
    assert optimizer.steps == 20
    assert "DiscreteSGD(lr=0.5, rule=Unbiased(n=None), steps=20)" in repr(optimizer)
    assert (np.argmax(whole(x), axis=1) == y).mean() > 0.8


def test_packed_weights_hold_at_the_ends_as_the_lattice_does():
    rng = np.random.default_rng(4)
    for shape in ((), (1,), (5,), (3, 4), (0,), (7, 3)):
        start = rng.integers(-8, 8, shape)
        w = {"w": np.array(nf.from_bits((start % 16).astype(np.uint8), nf.Fixed(4, 1)))}
        packed = PackedInt4(start)
        assert packed.nbytes == -(-start.size // 2)
        optimizer = DiscreteSGD(rule=Given(*(rng.integers(-20, 20, shape) for _ in range(3))))
        for u in optimizer.rule.updates:
            step(optimizer, w)
            packed.subtract(u)
            assert packed.codes().tolist() == codes(w["w"]).tolist()
            assert packed.codes().dtype == np.int8
        assert packed.saturated == optimizer.saturated
    with pytest.raises(ValueError, match=r"codes\[1\] is 8; allowed: -8\.\.7"):
        PackedInt4([0, 8])
    with pytest.raises(TypeError, match="codes have dtype float64"):
        PackedInt4([0.5])
    with pytest.raises(TypeError, match="u must hold integers of shape"):
        PackedInt4([1, 2]).subtract([0.5, 1])
