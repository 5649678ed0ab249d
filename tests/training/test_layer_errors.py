# SPDX-License-Identifier: BSD-3-Clause
"""Does every error name the layer, what it got, and what it takes?"""

import numpy as np
import pytest

import numformats as nf
from numformats import training as nt
from numformats.training import Linear, Pass, Sequential

MODEL = Sequential(Linear(8, 32), nt.ReLU(), Sequential(nt.Tanh(), Linear(64, 10)))


def run(layer, x):
    return layer.forward(layer.parameters(), np.asarray(x), Pass(training=True))


SHAPES = [
    (MODEL, np.zeros((2, 8), np.float32), r"layer 2\.1 \(Linear 64 -> 10\): input has 32 features"),
    (MODEL, np.zeros((2, 9), np.float32), r"layer 0 \(Linear 8 -> 32\): input has 9 features"),
    (MODEL, np.zeros((0, 8), np.float32), r"layer 0 \(Linear 8 -> 32\): the batch is empty"),
    (MODEL, np.zeros(8, np.float32), r"layer 0 \(.*\): input has shape \(8,\); allowed: samples first"),
    (Linear(3, 2), np.zeros((1, 4), np.float32), "^Linear 3 -> 2: input has 4 features"),
    (nt.Conv2d(3, 2, 3), np.zeros((1, 8, 8, 1), np.float32), "input has 8 x 8 x 1"),
    (nt.Conv2d(1, 2, 3), np.zeros((1, 2, 8, 1), np.float32), "images are 2 x 8, windows 3 x 3"),
    (nt.Conv2d(1, 2, 3), np.zeros((1, 1, 8, 8, 1), np.float32), r"allowed: \(samples, height"),
    (nt.MaxPool2d(4), np.zeros((1, 3, 8, 1)), "images are 3 x 8, windows 4 x 4"),
    (nt.AvgPool2d(2), np.zeros((3, 8, 1)), r"input has shape \(3, 8, 1\)"),
    (nt.LSTM(3, 2), np.zeros((1, 5, 2), np.float32), r"LSTM 3 -> 2: input has 5 x 2 \(length, inputs"),
    (nt.LSTM(3, 2), np.zeros((1, 1, 5, 3), np.float32), r"allowed: \(samples, length, inputs\)"),
    (nt.MultiHeadAttention(4, 2), np.zeros((1, 5, 3), np.float32), "input has 5 x 3"),
    (nt.MultiHeadAttention(4, 2), np.zeros((1, 1, 5, 4), np.float32), r"allowed: \(samples, length"),
    (nt.LayerNorm(4), np.zeros((1, 3), np.float32), "LayerNorm 4: input has 3 features"),
    (nt.Embedding(5, 2), np.array([[0, 5]]), "Embedding 5 x 2: input has the number 5; allowed: 0 to 4"),
    (nt.Embedding(5, 2), np.array([[-1]]), "the number -1"),
    (nt.Embedding(5, 2), np.zeros((0, 2), int), "the batch is empty"),
    (nt.Positions(4, 2), np.zeros((1, 5, 2), np.float32), "input has sequences of 5"),
    (nt.Reshape(2, 3), np.zeros((1, 5)), r"Reshape 2 x 3: a sample has shape \(5,\)"),
    (nt.Residual(Linear(3, 2)), np.zeros((4, 3), np.float32), r"inner layers give shape \(4, 2\) for"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "x", "what"), SHAPES)
def test_shapes(layer, x, what):
    with pytest.raises(ValueError, match=what):
        run(layer, x)


def test_dtypes():
    model = Sequential(Linear(2, 2, dtype="posit16"), Linear(2, 2, dtype="posit8"))
    what = (
        r"layer 1 \(Linear 2 -> 2\): input is posit16, its parameters are posit8: .*Cast\(posit8\)"
    )
    with pytest.raises(TypeError, match=what):
        model([[1, 2]])
    with pytest.raises(
        TypeError, match=r"input is float64, its parameters are posit16: .*x\.astype"
    ):
        run(model, np.ones((1, 2)))
    mended = Sequential(
        Linear(2, 2, dtype="posit16"), nt.Cast("posit8"), Linear(2, 2, dtype="posit8")
    )
    assert mended([[1, 2]]).dtype == np.dtype(nf.posit8)
    with pytest.raises(TypeError, match="Embedding 5 x 2: input is float64; allowed: integers"):
        run(nt.Embedding(5, 2), np.zeros((1, 1)))


PADDED = np.ones((1, 2, 2, 1)).astype(nf.float8_e8m0fnu)


@pytest.mark.parametrize(
    ("call", "kind", "what"),
    [
        (lambda: nt.Conv2d(1, 1, 0), ValueError, "size=0; allowed: an integer of 1 or more, or two"),
        (lambda: nt.Conv2d(1, 1, (1, 2, 3)), ValueError, r"size=\(1, 2, 3\); allowed"),
        (lambda: nt.Conv2d(1, 1, 3, stride=0), ValueError, "stride=0; allowed"),
        (lambda: nt.Conv2d(1, 1, 2, padding="same"), ValueError, "needs windows of odd size"),
        (lambda: nt.MultiHeadAttention(6, 4), ValueError, "heads=4; allowed: a divisor of features=6"),
        (lambda: nt.Layer()(1.0), NotImplementedError, "Layer does not define forward"),
        (lambda: Sequential(Linear(1, 1), "relu"), TypeError, "layer 1 is 'relu'; allowed: layers"),
        (lambda: Sequential(*[Linear(1, 1)] * 2), ValueError, r"layer 1 \(Linear 1 -> 1\) stands .* twice"),
        (lambda: nt.windows.windows(nt.ReLU(), Pass(), PADDED, (1, 1), (1, 1), (1, 1)), ValueError,
         "float8_e8m0fnu has no zero to put around images"),
    ],
)  # fmt: skip
def test_arguments(call, kind, what):
    with pytest.raises(kind, match=what):
        call()
