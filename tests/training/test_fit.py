# SPDX-License-Identifier: BSD-3-Clause
"""Does a run of training learn, tell what it did, and stop before a wrong step?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    History,
    Layer,
    Linear,
    Sequential,
    fit,
    mean_squared_error,
    softmax_cross_entropy,
)
from numformats.training.order import batches, order
from training_parts import Rectify, Root, bits_of, blobs, descent, small_model

FORMATS = [nf.posit16, nf.bposit16, nf.bfloat16, nf.posit8, np.float32, nf.mlu32]


def train(model, x, y, *, loss=softmax_cross_entropy, **options):
    options = {"optimizer": descent(), "epochs": 3, "batch": 16} | options
    return fit(model, x, y, loss=loss, **options)


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_a_model_learns_in_its_own_format(dtype):
    x, y = blobs(dtype=dtype)
    model = small_model(dtype)
    history = train(model, x, y, epochs=6, validation=blobs(30, dtype, seed=1))
    assert isinstance(history, History)
    assert {a.dtype for a in model.parameters().values()} == {np.dtype(dtype)}
    assert history["epoch"] == [1, 2, 3, 4, 5, 6]
    assert history["step"] == [6, 12, 18, 24, 30, 36]  # 90 samples: five batches and a short one
    assert history["loss"][-1] < history["loss"][0] / 2
    assert history["validation_accuracy"][-1] > 0.9
    outputs = np.argmax(model(x), axis=1)
    assert (outputs == y).mean() > 0.9


def test_a_step_is_what_the_definition_says():
    """One batch in float64, beside the gradient written out by hand."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(5, 2)), rng.normal(size=(5, 1))
    model = Sequential(Linear(2, 1, dtype=np.float64))
    before = model.state_dict()
    residual = x @ before["0.weight"] + before["0.bias"] - y
    history = train(model, x, y, loss=mean_squared_error, epochs=1, optimizer=SGD(0.125))
    after = model.parameters()
    expected = before["0.weight"] - 0.125 * 2 * (x.T @ residual) / 5
    assert np.allclose(after["0.weight"], expected, rtol=1e-14)
    assert np.allclose(after["0.bias"], -0.125 * 2 * residual.mean(axis=0), rtol=1e-14)
    assert history.last["loss"] == pytest.approx(np.square(residual).mean(), rel=1e-14)
    assert "accuracy" not in history.last


def test_an_epoch_takes_each_sample_once_in_the_order_of_its_key():
    taken = [n.tolist() for n in batches(10, 4, seed=7, epoch=2)]
    numbers = [n for one in taken for n in one]
    assert [len(t) for t in taken] == [4, 4, 2]
    assert sorted(numbers) == list(range(10))
    assert numbers == order(10, 7, 2).tolist() != order(10, 7, 3).tolist()
    assert numbers != order(10, 8, 2).tolist()
    assert [n.tolist() for n in batches(10, 4, seed=7, epoch=2, done=1)] == taken[1:]
    # Philox's raw words are fixed for good: so is the order
    assert order(6, 0, 0).tolist() == [0, 2, 1, 5, 4, 3]
    assert order(6, 1, 3).tolist() == [3, 2, 5, 4, 1, 0]


def test_a_layer_is_told_of_the_pass_that_it_is_in():
    seen = []

    class Looks(Layer):
        def forward(self, parameters, x, run):  # noqa: ARG002
            if run.training:
                seen.append((run.seed, run.step, run.path, run.samples.tolist()))
            return x

    x, y = blobs(12)
    train(Sequential(Looks(), *small_model().parts.values()), x, y, epochs=2, batch=8, seed=5)
    assert [s[:3] for s in seen] == [(5, step, "0.") for step in range(4)]
    assert seen[0][3] + seen[1][3] == order(12, 5, 0).tolist()
    assert seen[2][3] + seen[3][3] == order(12, 5, 1).tolist()


def test_a_schedule_gives_the_rate_of_each_step():
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.5 / (1 + step)

    x, y = blobs()
    history = train(small_model(), x, y, epochs=2, batch=45, schedule=schedule)
    assert list(dict.fromkeys(asked)) == [0, 1, 2, 3]
    assert history["lr"] == [0.25, 0.125]


STOCHASTIC = """
import hashlib, sys
sys.path.insert(0, {support!r})
import numpy as np, numformats as nf
from numformats.training import SGD, Linear, Sequential, fit, softmax_cross_entropy
from training_parts import Rectify, blobs
dtype = nf.Float(5, 6, rounding="stochastic")
for earlier in range(2):
    nf.seed(earlier)
    model = Sequential(Linear(4, 8, seed=1), Rectify(), Linear(8, 3, seed=2))
    for layer in (model[0], model[2]):
        layer.own = {{name: nf.quantize(a, nf.Float(5, 6)).astype(dtype) for name, a in layer.own.items()}}
    x, y = blobs(30, nf.Float(5, 6))
    fit(model, x.astype(dtype), y, loss=softmax_cross_entropy, optimizer=SGD(0.5, momentum=0.5), epochs=2, batch=8)
    print(hashlib.sha256(b"".join(a.tobytes() for a in model.parameters().values())).hexdigest())
"""


def test_stochastic_formats_give_the_same_bits_again():
    """Whatever was drawn before, and in the first run of a process, which fills caches, too."""
    support = str(Path(__file__).parents[1] / "support")
    command = [sys.executable, "-P", "-c", STOCHASTIC.format(support=support)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, second = done.stdout.split()
    assert first == second


def test_the_log_has_a_line_for_each_epoch_after_what_stands_in_it(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"event": "torn')
    x, y = blobs()
    history = train(small_model(), x, y, log=path, validation=(x, y))
    torn, *lines = path.read_text().splitlines()
    assert torn == '{"event": "torn'
    records = [json.loads(line) for line in lines]
    assert [r.pop("event") for r in records] == ["start", "epoch", "epoch", "epoch"]
    assert records[0]["seed"] == 0
    assert records[0]["samples"] == 90
    assert records[1:] == list(history)
    figures = {"epoch", "step", "loss", "accuracy", "lr", "seconds", "saturated"}
    assert set(records[1]) == figures | {"validation_loss", "validation_accuracy"}


def test_saturated_parameters_are_counted():
    with np.errstate(over="ignore"):
        x, y = blobs(dtype=nf.q7)
        model = small_model(nf.q7)
        history = train(model, x, y, optimizer=SGD(0.99), epochs=1)
    values = np.concatenate([a.astype(float).ravel() for a in model.parameters().values()])
    at_the_ends = np.count_nonzero((values == 127 / 128) | (values == -1))
    assert history.last["saturated"] == at_the_ends > 0


def test_threads_are_for_the_time_of_the_run(monkeypatch):
    x, y = blobs()
    before, seen = nf.get_num_threads(), []

    class Looks(Rectify):
        def forward(self, parameters, x, run):
            if run.training:
                seen.append(nf.get_num_threads())
            return super().forward(parameters, x, run)

    model = Sequential(Linear(4, 3, dtype=nf.posit16), Looks())
    train(model, x, y, threads=3, epochs=1)
    assert set(seen) == {3}
    assert nf.get_num_threads() == before


class TestNotFinite:
    def stopped(self, model, x, y, **options):
        """The error of a run, after which every parameter is what it was before the step."""
        before = bits_of(model)
        with np.errstate(all="ignore"), pytest.raises(FloatingPointError) as error:
            train(model, x, y, **options)
        assert bits_of(model) == before
        return str(error.value)

    @pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16, np.float32], ids=str)
    def test_the_first_layer_is_named(self, dtype):
        x, y = blobs(dtype=dtype)
        inner = Sequential(Linear(4, 8, dtype=dtype), Root(), Rectify())
        said = self.stopped(Sequential(inner, Linear(8, 3, dtype=dtype)), x, y)
        assert said.startswith("the loss of step 0 (epoch 1, batch 1) is NaN or infinite: ")
        assert "it arose in layer 0.1 (Root)" in said

    def test_an_input_is_named(self):
        x, y = blobs()
        x[17] = np.nan
        said = self.stopped(small_model(), x, y, batch=90)
        assert "the input has it in sample 17;" in said

    def test_a_parameter_is_named(self):
        x, y = blobs()
        model = small_model()
        model.parameters()["2.bias"][1] = np.nan
        assert "parameter 2.bias has it before this step" in self.stopped(model, x, y)

    def test_the_loss_is_named(self):
        x, y = blobs()

        def bad(outputs, targets, reduction):
            losses = softmax_cross_entropy(outputs, targets, reduction)
            return losses / (losses - losses) if len(outputs) == 16 else losses

        assert "it arose in the loss" in self.stopped(small_model(), x, y, loss=bad)

    def test_a_gradient_is_named_when_the_loss_is_a_number(self):
        x, y = np.zeros((4, 1), nf.posit16), np.zeros((4, 1), nf.posit16)
        model = Sequential(Linear(1, 1, dtype=nf.posit16), Root())  # the slope at 0 is infinite
        assert "the gradient of 0.weight of step 0" in self.stopped(
            model, x, y, loss=mean_squared_error
        )
