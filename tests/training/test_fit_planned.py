# SPDX-License-Identifier: BSD-3-Clause
"""Does fit take planned steps: in every mode, with a short last batch, resumed, stopped by a NaN?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    Adam,
    Linear,
    LossScaler,
    ReLU,
    Sequential,
    fit,
    forward,
    mean_squared_error,
    reverse,
    softmax_cross_entropy,
)
from numformats.training.order import order
from numformats.training.plans import TrainingPlan
from training_parts import bits_of, blobs


def model_of(dtype=nf.posit16):
    return Sequential(Linear(4, 8, dtype=dtype, seed=1), ReLU(), Linear(8, 3, dtype=dtype, seed=2))


def train(model, x, y, mode, **options):
    options = {"optimizer": SGD(0.25), "epochs": 3, "batch": 16} | options
    return fit(model, x, y, loss=softmax_cross_entropy, gradients=mode, **options)


MODES = [reverse(), forward(K=8), forward(exact=True), forward(perturb="weight", K=16)]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_a_model_learns_in_every_mode(mode):
    x, y = blobs()  # 90 samples: the last batch has ten
    model = model_of()
    history = train(model, x, y, mode, epochs=8, validation=blobs(30, seed=1))
    assert history["step"] == [6 * n for n in range(1, 9)]
    assert history["loss"][-1] < history["loss"][0] / 2
    assert history["validation_accuracy"][-1] > 0.8
    assert history["lr"] == [0.25] * 8
    assert "accuracy" not in history.last  # a plan keeps no outputs


def test_exact_modes_go_where_traced_steps_go():
    x, y = blobs(dtype=np.float64)
    found = []
    for mode in (None, reverse(), forward(exact=True)):
        model = model_of(np.float64)
        train(model, x, y, mode, optimizer=SGD(lambda step: 0.5 / (1 + step)))
        found.append(model.state_dict())
    for other in found[1:]:
        for name, array in found[0].items():
            assert np.allclose(other[name], array, rtol=1e-12, atol=1e-14), name


def test_a_planned_run_goes_on_to_the_same_bits(tmp_path):
    x, y = blobs()
    mode = forward(K=4)
    whole, resumed = model_of(), model_of()
    history = train(whole, x, y, mode)
    path = tmp_path / "run.npz"
    train(model_of(), x, y, mode, epochs=2, checkpoint=path)
    again = train(resumed, x, y, mode, checkpoint=path, resume=True)
    assert bits_of(resumed) == bits_of(whole)
    assert again["loss"] == history["loss"]
    other = model_of()
    train(other, x, y, mode, seed=1)
    assert bits_of(other) != bits_of(whole)  # the seed decides the signs
    with pytest.raises(ValueError, match="has gradients 'forward, activity"):
        train(model_of(), x, y, None, checkpoint=path, resume=True)


def test_signs_are_keyed_by_seed_step_and_sample(monkeypatch):
    seen = []
    plain = TrainingPlan.step

    def step(self, *args, **keys):
        seen.append((keys["seed"], keys["samples"].tolist()))
        return plain(self, *args, **keys)

    monkeypatch.setattr(TrainingPlan, "step", step)
    x, y = blobs(20)
    for seed in (3, 4):
        train(model_of(), x, y, forward(K=2), epochs=1, seed=seed)
    assert len({word for word, _ in seen}) == 4  # two steps of each run
    assert seen[0][1] + seen[1][1] == order(20, 3, 0).tolist()
    assert seen[2][1] + seen[3][1] == order(20, 4, 0).tolist()


def test_a_nan_stops_a_planned_step_and_its_layer_is_named():
    x, y = blobs()
    x[17] = np.nan
    model = model_of()
    before = bits_of(model)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as error:
        train(model, x, y, reverse(), batch=90)
    assert "the loss of step 0 (epoch 1, batch 1)" in str(error.value)
    assert "the input has it in sample 17" in str(error.value)
    assert bits_of(model) == before


BAD = [
    ({"optimizer": Adam(0.1)}, "updates as plain SGD does"),
    ({"optimizer": SGD(0.1, momentum=0.5)}, "updates as plain SGD does"),
    ({"optimizer": SGD(0.1, state_dtype=np.float32)}, "updates as plain SGD does"),
    ({"clip_norm": 1.0}, "takes no clip_norm"),
    ({"micro_batch": 2}, "takes no clip_norm, micro_batch"),
    ({"loss_scale": LossScaler()}, "loss_scale"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=lambda v: str(v)[:30])
def test_what_a_plan_does_not_do_is_named(change, words):
    x, y = blobs(12)
    model = model_of()
    before = bits_of(model)
    with pytest.raises(ValueError, match=words):
        train(model, x, y, forward(K=2), **change)
    assert bits_of(model) == before


def test_a_loss_without_a_plan_is_named_before_anything_is_written(tmp_path):
    def own(outputs, targets, reduction):
        return mean_squared_error(outputs, targets, reduction)

    x, _ = blobs(12)
    written = {"log": tmp_path / "log", "checkpoint": tmp_path / "run"}
    options = {"optimizer": SGD(1), "epochs": 1, "gradients": reverse()} | written
    with pytest.raises(ValueError, match="loss 'own' has no plan"):
        fit(model_of(), x, np.zeros((12, 3)), loss=own, **options)
    assert list(tmp_path.iterdir()) == []
