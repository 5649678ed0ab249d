# SPDX-License-Identifier: BSD-3-Clause
"""Do planned steps of Adam go where its traced steps go, in tiles of a gradient never formed whole?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.plan.table import KINDS, OPERANDS
from numformats.training import (
    SGD,
    Adam,
    AdamW,
    Conv2d,
    Flatten,
    Linear,
    ReLU,
    Sequential,
    Tanh,
    forward,
    gradients,
    reverse,
)
from numformats.training.plans.judge import JudgeError, judge_table
from numformats.training.plans.nodes import TILE
from plans import batch, mlp, pictures, weights

SIZES = (2 * TILE + 3, 6, 3)  # three tiles in the first layer, with its bias
RULES = {
    "Adam": lambda: Adam(0.125),
    "betas": lambda: Adam(0.125, (0.5, 0.875), 0.25),
    "inside": lambda: Adam(0.125, epsilon=2.0**-10, epsilon_inside=True),
    "L2": lambda: Adam(0.125, weight_decay=0.25),
    "AdamW": lambda: AdamW(0.125, weight_decay=0.25),
    "schedule": lambda: Adam(lambda step: 0.25 / (1 + step)),
}


def compiled(optimizer, dtype=np.float64, rows=8, mode=None, activation=ReLU, **options):
    model = mlp(SIZES, activation, dtype)
    mode = reverse() if mode is None else mode
    return model, training.compile(model, batch=rows, mode=mode, optimizer=optimizer, **options)


def traced(optimizer, x, y, dtype, count, activation=ReLU):
    """The parameters behind steps of the optimiser with the gradients of the tape."""
    model = mlp(SIZES, activation, dtype)
    for _ in range(count):
        _, found = gradients(model, training.softmax_cross_entropy, x, y)
        optimizer.step(model.parameters(), found)
    return weights(model)


def data(dtype=np.float64, rows=8):
    x, y = batch(rows, SIZES[0], SIZES[-1])
    return x.astype(dtype), y


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16, nf.posit32, np.float32])
def test_steps_have_the_bits_of_traced_steps(rule, dtype):
    x, y = data(dtype)
    other = RULES[rule]()
    wanted = traced(other, x, y, dtype, 4)
    model, plan = compiled(RULES[rule](), dtype)
    for steps in range(4):
        plan.step(x, y, steps=steps)
    for name, a in model.parameters().items():
        assert a.tobytes() == wanted[name].tobytes(), name
    for slot in ("mean", "square"):
        kept = plan.state[f"0.{slot}"]
        assert kept[:-1].tobytes() == other.state["0.weight"][slot].tobytes()
        assert kept[-1].tobytes() == other.state["0.bias"][slot].tobytes()


@pytest.mark.parametrize("rule", RULES)
def test_float64_agrees_to_its_last_digits(rule):
    """The loss is computed by another formula there: its derivative differs in the last bits."""
    x, y = data()
    wanted = traced(RULES[rule](), x, y, np.float64, 3, Tanh)
    model, plan = compiled(RULES[rule](), activation=Tanh)
    for steps in range(3):
        plan.step(x, y, steps=steps)
    for name, a in model.parameters().items():
        assert np.abs(a - wanted[name]).max() < 1e-14, name


def test_a_wider_state_has_the_bits_of_traced_steps():
    x, y = data(nf.posit16)
    for rule in (Adam, AdamW):
        wanted = traced(rule(0.125, state_dtype=np.float32), x, y, nf.posit16, 3)
        model, plan = compiled(rule(0.125, state_dtype=np.float32), nf.posit16)
        for steps in range(3):
            plan.step(x, y, steps=steps)
        assert {n: a.tobytes() for n, a in model.parameters().items()} == {
            n: a.tobytes() for n, a in wanted.items()
        }


def test_a_convolution_has_the_bits_of_traced_steps():
    x, y = pictures(4, (6, 5, 2), 3)
    x = x.astype(nf.posit16)

    def model():
        layers = Conv2d(2, 4, 3, dtype=nf.posit16, seed=1), ReLU(), Flatten()
        return Sequential(*layers, Linear(48, 3, dtype=nf.posit16, seed=2))

    one, other, optimizer = model(), model(), AdamW(0.125)
    plan = training.compile(one, batch=4, mode=reverse(), inputs=(6, 5, 2), optimizer=AdamW(0.125))
    for steps in range(3):
        plan.step(x, y, steps=steps)
        assert plan.heap_allocations == 0
        _, found = gradients(other, training.softmax_cross_entropy, x, y)
        optimizer.step(other.parameters(), found)
    for name, a in one.parameters().items():
        assert a.tobytes() == other.parameters()[name].tobytes(), name


def test_the_means_are_kept_and_the_gradient_is_not():
    """Two of each weight more under weights; live data grows by tiles, not by the gradient."""
    plain, adam = compiled(None)[1], compiled(Adam(0.1))[1]
    first, second = (SIZES[0] + 1) * SIZES[1], (SIZES[1] + 1) * SIZES[2]
    more = adam.bytes["weights"] - plain.bytes["weights"]
    assert 0 <= more - 2 * 8 * (first + second) <= 9 * 64  # constants, and what rounds sizes up
    tile = 8 * TILE * SIZES[1]
    assert adam.bytes["live"] - plain.bytes["live"] <= 2 * tile + 1024
    assert 2 * tile < 8 * first  # so that the gradient would be seen
    sizes = [m.rows for m in (b for b in adam.builder.buffers.values() if "gradient" in b.name)]
    assert max(sizes) == TILE


@pytest.mark.parametrize(
    "dtype", [nf.posit16, nf.posit64, nf.takum_linear16, nf.bfloat16, nf.mlu32, np.float64]
)
def test_a_step_allocates_nothing_and_starts_at_0(dtype):
    x, y = data()
    found = set()
    size = len(compiled(Adam(0.125), dtype)[1].arena)
    for fill in (0, 0xFF, 0x80):
        arena = nf.arena.Arena(size)
        arena.view(0, (size,), np.uint8)[:] = fill
        model, plan = compiled(Adam(0.125), dtype, arena=arena)
        for steps in range(2):
            plan.step(x, y, steps=steps)
            assert plan.heap_allocations == 0
        found.add(b"".join(a.tobytes() for a in weights(model).values()))
    assert len(found) == 1


@pytest.mark.parametrize("mode", [forward(K=2), forward(exact=True, K=3)], ids=str)
def test_forward_modes_take_the_rule_too(mode):
    """Exact tangents give the step of reverse mode, in the last layer to the bit; all learn."""
    x, y = data()
    model, plan = compiled(Adam(2.0**-6), nf.posit16, mode=mode)
    other, back = compiled(Adam(2.0**-6), nf.posit16)
    plan.step(x, y), back.step(x, y)
    for name in ("2.weight", "2.bias"):
        assert model.parameters()[name].tobytes() == other.parameters()[name].tobytes()
    losses = [plan.step(x, y, seed=i, steps=i) for i in range(1, 30)]
    assert losses[-1] < losses[0] / 2


def test_sgd_as_an_optimizer_is_momentum():
    x, y = data()
    found = []
    for options in ({"optimizer": SGD(0.25, momentum=0.5)}, {"momentum": 0.5}):
        model = mlp(SIZES)
        plan = training.compile(model, batch=8, mode=reverse(), **options)
        for _ in range(2):
            plan.step(x, y, **({} if "optimizer" in options else {"lr": 0.25}))
        found.append(b"".join(a.tobytes() for a in weights(model).values()))
    assert found[0] == found[1]


def test_moved_operands_of_the_rule_are_found():
    plan = compiled(AdamW(0.1))[1]
    rule = [i for i, op in enumerate(plan.table) if KINDS[op["kind"]] == "ELEMENT"]
    for i in rule:
        for name in OPERANDS:
            if plan.table[i][name]["at"] < 0:
                continue
            for field, by in (("at", 8), ("at", -64), ("rows", 1)):
                table = plan.table.copy()
                table[i][name][field] += by
                with pytest.raises(JudgeError):
                    judge_table(plan, table)


def test_a_tile_that_is_updated_twice_or_left_stale_is_found(monkeypatch):
    """The compiler's own faults: tiles that overlap; weights that are read behind their update."""
    from numformats.training.plans import adam_rule
    from numformats.training.plans.nodes import Affine

    tile = adam_rule._tile
    with monkeypatch.context() as m:
        m.setattr(adam_rule, "_tile", lambda *args: [tile(*args), tile(*args)])
        with pytest.raises(JudgeError, match="updates square 2 again|updates mean 2 again"):
            compiled(Adam(0.1))
    back, update, done = Affine.back, Affine.update, set()

    def early(self, b, x, y, g):
        done.add(self.name)
        update(self, b, x, g)
        return back(self, b, x, y, g)

    monkeypatch.setattr(Affine, "back", early)
    monkeypatch.setattr(
        Affine, "update", lambda self, *args: self.name in done or update(self, *args)
    )
    with pytest.raises(JudgeError, match="reads W 2 after its update"):
        compiled(Adam(0.1))


def test_what_has_no_plan_is_named():
    class Mine(Adam):
        pass

    for optimizer, options, what in (
        (Mine(0.1), {}, r"optimizer=Mine\(.*no plan: allowed: SGD, Adam, AdamW"),
        (Adam(0.1, master=True), {}, "master=True has no plan"),
        (SGD(0.1, 0.5, nesterov=True), {}, "nesterov, weight_decay and state_dtype of SGD"),
        (SGD(0.1, state_dtype=np.float64), {}, "state_dtype of SGD"),
        (Adam(0.1), {"momentum": 0.5}, "momentum=0.5 is SGD's"),
        (Adam(0.1), {"mode": forward(perturb="weight")}, "has plain SGD only"),
        (Adam(0.1), {"dtype": nf.float8_e4m3}, r"1 - betas\[1\]=.* becomes 0.001953125 in float8"),
    ):
        with pytest.raises(ValueError, match=what):
            compiled(optimizer, **options)
    x, y = data()
    model, plan = compiled(Adam(0.1, epsilon=0.25), nf.posit8)
    before = weights(model)
    with pytest.raises(ValueError, match=r"-s of step 1=.* becomes .* in posit8"):
        plan.step(x, y, lr=2.0**-40)
    with pytest.raises(ValueError, match="steps=-1; allowed: 0 and more"):
        plan.step(x, y, steps=-1)
    assert all((before[n] == a).all() for n, a in model.parameters().items())
