# SPDX-License-Identifier: BSD-3-Clause
"""Do splits, workers, scales and clipping change what they should, and nothing else?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    Linear,
    LossScaler,
    Sequential,
    fit,
    load_checkpoint,
    mean_squared_error,
    softmax_cross_entropy,
)
from training_parts import bits_of, blobs, descent, small_model


def train(model, x, y, *, loss=softmax_cross_entropy, **options):
    options = {"optimizer": descent(), "epochs": 2, "batch": 16} | options
    return fit(model, x, y, loss=loss, **options)


class Client:
    """A cluster of three workers that work at once, and here."""

    def nthreads(self):
        return dict.fromkeys("abc", 1)

    def submit(self, function, *args, pure, **kwargs):
        assert not pure
        return function(*args, **kwargs)

    def gather(self, results):
        return list(results)

    def cancel(self, results):
        pass


@pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16, np.float32], ids=str)
def test_how_a_batch_is_split_changes_no_bit(dtype):
    x, y = blobs(dtype=dtype)
    whole = small_model(dtype)
    history = train(whole, x, y)
    for split in (
        {"micro_batch": 1},
        {"micro_batch": 7, "threads": 2},
        {"micro_batch": 100},
        {"workers": Client()},
        {"workers": Client(), "micro_batch": 2},
    ):
        model = small_model(dtype)
        parts = train(model, x, y, **split)
        assert bits_of(model) == bits_of(whole), split
        assert parts["loss"] == history["loss"]
        assert parts["accuracy"] == history["accuracy"]


def nothing(rng, shape):
    return np.zeros(shape)


def test_a_loss_scale_saves_small_gradients_and_changes_nothing_else():
    x, y = blobs()
    models = [small_model(np.float64), small_model(np.float64), small_model(np.float64)]
    for model, scale in zip(models, (1, 2**20, LossScaler(2.0**20)), strict=True):
        train(model, x.astype(float), y, loss_scale=scale)
    assert bits_of(models[0]) == bits_of(models[1]) == bits_of(models[2])
    x, y = np.ones((64, 1)), np.full((64, 1), 2**-5)
    for scale, moved in ((1, False), (2**10, True)):
        model = Sequential(Linear(1, 1, dtype=nf.float8_e4m3fn, initial=nothing))
        before = bits_of(model)
        optimizer = SGD(1, state_dtype=np.float32)
        options = {"epochs": 1, "batch": 64, "optimizer": optimizer, "loss_scale": scale}
        train(model, x, y, loss=mean_squared_error, **options)
        assert (bits_of(model) != before) is moved  # 2/64 * 2^-5 is half of the least subnormal


def test_a_loss_scaler_skips_what_overflows_and_goes_on_from_a_checkpoint(tmp_path):
    x, y = blobs(dtype=nf.float8_e5m2)
    options = {
        "optimizer": SGD(0.5, state_dtype=np.float32, master=True),
        "checkpoint": tmp_path / "a",
    }
    model, scaler = small_model(nf.float8_e5m2), LossScaler(2.0**22, interval=3)
    with np.errstate(all="ignore"):
        history = train(model, x, y, loss_scale=scaler, **options)
    assert history.last["skipped"] == scaler.skipped >= 1
    assert history.last["loss_scale"] == scaler.scale < 2**22
    assert history.last["loss"] < history["loss"][0]
    again = LossScaler()
    again_model = small_model(nf.float8_e5m2)
    options["optimizer"] = SGD(0.5, state_dtype=np.float32, master=True)
    train(again_model, x, y, loss_scale=again, resume=True, **options)
    assert again.state_dict() == scaler.state_dict()
    assert bits_of(again_model) == bits_of(model)
    assert load_checkpoint(tmp_path / "a").progress["scaler"] == scaler.state_dict()
    with pytest.raises(ValueError, match="has loss_scale 'LossScaler', this run 2.0"):
        train(again_model, x, y, loss_scale=2, resume=True, **options)


@pytest.mark.parametrize("scale", [1.0, 2.0**10])
def test_clipping_is_of_the_gradients_themselves(scale):
    x, y = blobs(dtype=np.float64)
    model = small_model(np.float64)
    before = model.state_dict()
    options = {"optimizer": SGD(1), "epochs": 1, "batch": 90}
    train(model, x, y, clip_norm=2**-6, loss_scale=scale, **options)
    moved = [a - before[name] for name, a in model.parameters().items()]
    assert np.sqrt(sum(np.square(m).sum() for m in moved)) == pytest.approx(2**-6, rel=1e-12)


def test_bad_parts_are_named():
    x, y = blobs(12)
    for change, kind, words in [
        ({"micro_batch": 0}, ValueError, "micro_batch is 0"),
        ({"workers": 0}, ValueError, "workers=0"),
        ({"workers": 1.5}, TypeError, "workers=1.5"),
        ({"clip_norm": -1}, ValueError, "limit=-1"),
        ({"loss_scale": "big"}, ValueError, "big"),
    ]:
        model = small_model()
        before = bits_of(model)
        with pytest.raises(kind, match=words):
            train(model, x, y, **change)
        assert bits_of(model) == before
