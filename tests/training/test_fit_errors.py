# SPDX-License-Identifier: BSD-3-Clause
"""Are bad data and arguments named before the first step?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import fit, softmax_cross_entropy
from training_parts import bits_of, blobs, descent, small_model

X, Y = blobs(12)
FAR = Y.copy()
FAR[7] = 3


def one_number(outputs, labels, reduction):
    return softmax_cross_entropy(outputs, labels, reduction).sum()


BAD = [
    ({"x": X[:, :3]}, ValueError, "3"),
    ({"x": X[:0], "y": Y[:0]}, ValueError, "x and y are empty; at least one sample is needed"),
    ({"y": Y[:11]}, ValueError, "x has 12 samples and y has 11"),
    ({"x": [["a"] * 4] * 12}, TypeError, "x has dtype <U1; it must hold real numbers"),
    ({"y": Y.astype(object)}, TypeError, "y has dtype object; it must hold real numbers"),
    ({"x": 3}, ValueError, "x is a scalar"),
    ({"y": FAR}, ValueError, "labels[7] is 3; allowed: 0 to 2"),
    ({"validation": (X, FAR)}, ValueError, "labels[7] is 3"),
    ({"validation": (X, Y[:3])}, ValueError, "validation x has 12 samples and validation y has 3"),
    ({"epochs": -1}, ValueError, "epochs is -1; it must be at least 0"),
    ({"epochs": 1.5}, TypeError, "epochs is 1.5; it must be an integer"),
    ({"batch": 0}, ValueError, "batch is 0; it must be at least 1"),
    ({"threads": 0}, ValueError, "threads is 0"),
    ({"resume": True}, ValueError, "need the path of a checkpoint"),
    ({"checkpoint_every": 3}, ValueError, "need the path of a checkpoint"),
    ({"log": "no/such/folder/log"}, FileNotFoundError, "no/such/folder/log"),
    ({"loss": one_number}, ValueError, "shape () for 12 samples"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "words"), BAD, ids=lambda v: str(v)[:30])
def test_what_does_not_fit_is_named_and_nothing_trained(change, kind, words):
    model = small_model()
    before = bits_of(model)
    arguments = {"x": X, "y": Y, "loss": softmax_cross_entropy, "optimizer": descent(), "epochs": 1}
    arguments |= change
    with pytest.raises(kind) as error:
        fit(model, arguments.pop("x"), arguments.pop("y"), **arguments)
    assert words in str(error.value)
    assert bits_of(model) == before


def test_all_targets_are_judged_before_the_first_step():
    x, y = np.tile(X, (500, 1)), np.tile(Y, 500)
    y[5000] = -1
    with pytest.raises(ValueError, match="is -1; allowed: 0 to 2") as error:
        fit(small_model(), x, y, loss=softmax_cross_entropy, optimizer=descent(), epochs=1)
    assert error.value.__notes__ == ["the loss judged y[4096:6000] before the first step"]


def test_inputs_are_rounded_once_as_the_model_takes_them():
    x = np.linspace(-1, 1, 48).reshape(12, 4)
    models = [small_model(), small_model(), small_model()]
    for model, inputs in zip(models, (x, x.astype(nf.posit16), x.tolist()), strict=True):
        fit(model, inputs, Y, loss=softmax_cross_entropy, optimizer=descent(), epochs=2)
    assert bits_of(models[0]) == bits_of(models[1]) == bits_of(models[2])
