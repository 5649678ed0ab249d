# SPDX-License-Identifier: BSD-3-Clause
"""Which layers are tested in every format, and with which inputs?"""

import numpy as np

import numformats as nf
from numformats import training as nt
from numformats.training import Pass

FORMATS = [
    nf.posit16,
    nf.bposit32,
    nf.bfloat16,
    nf.float8_e4m3fn,
    nf.q15,
    np.float32,
    np.float64,
    nf.posit64,
]
# A layer made in a dtype, and the shape of its input.
LAYERS = {
    "linear": (lambda d: nt.Linear(5, 3, dtype=d), (4, 5)),
    "linear of sequences": (lambda d: nt.Linear(5, 3, dtype=d, bias=False), (2, 3, 5)),
    "convolution": (lambda d: nt.Conv2d(2, 3, 3, padding="same", dtype=d), (2, 4, 5, 2)),
    "convolution with steps": (
        lambda d: nt.Conv2d(1, 2, (2, 3), stride=(2, 1), padding=(0, 1), dtype=d),
        (2, 5, 4, 1),
    ),
    "maxima": (lambda _: nt.MaxPool2d(2), (2, 4, 5, 2)),
    "overlapping maxima": (lambda _: nt.MaxPool2d(3, 1), (1, 4, 4, 1)),
    "means": (lambda _: nt.AvgPool2d((2, 3)), (2, 4, 6, 2)),
    "layer norm": (lambda d: nt.LayerNorm(6, dtype=d), (3, 6)),
    "rms norm": (lambda d: nt.RMSNorm(6, dtype=d), (3, 6)),
    "dropout": (lambda _: nt.Dropout(0.25), (3, 6)),
    "lstm": (lambda d: nt.LSTM(3, 4, dtype=d), (2, 3, 3)),
    "last of lstm": (lambda d: nt.LSTM(3, 4, sequences=False, dtype=d), (2, 3, 3)),
    "attention": (lambda d: nt.MultiHeadAttention(4, 2, dtype=d), (2, 3, 4)),
    "causal attention": (lambda d: nt.MultiHeadAttention(4, 2, causal=True, dtype=d), (2, 3, 4)),
    "block": (lambda d: nt.TransformerBlock(4, 2, hidden=6, dropout=0.25, dtype=d), (2, 3, 4)),
    "positions": (lambda d: nt.Positions(4, 3, dtype=d), (2, 3, 3)),
    "residual": (lambda d: nt.Residual(nt.Linear(4, 4, dtype=d), nt.Tanh()), (3, 4)),
    "relu": (lambda _: nt.ReLU(), (3, 4)),
    "leaky relu": (lambda _: nt.LeakyReLU(0.125), (3, 4)),
    "tanh": (lambda _: nt.Tanh(), (3, 4)),
    "sigmoid": (lambda _: nt.Sigmoid(), (3, 4)),
    "gelu": (lambda _: nt.GELU(), (3, 4)),
    "gelu with tanh": (lambda _: nt.GELU(approximate=True), (3, 4)),
    "silu": (lambda _: nt.SiLU(), (3, 4)),
    "softplus": (lambda _: nt.Softplus(), (3, 4)),
    "softmax": (lambda _: nt.Softmax(), (3, 4)),
    "softmax of columns": (lambda _: nt.Softmax(axis=1), (3, 4, 2)),
    "flatten": (lambda _: nt.Flatten(), (2, 3, 2)),
    "reshape": (lambda _: nt.Reshape(3, 2), (2, 6)),
    "cast": (nt.Cast, (3, 4)),
}


def a_pass(samples):
    """A pass of training for the samples 0, 1, ..."""
    return Pass(training=True, seed=3, step=5, samples=np.arange(samples))


def inputs(shape, dtype=float, seed=1):
    """Numbers between -0.9 and 0.9, none of which are close to each other or to 0, in a dtype."""
    size = int(np.prod(shape))
    ladder = np.linspace(0.05, 0.9, size) * np.where(np.arange(size) % 2, 1, -1)
    return np.random.default_rng(seed).permutation(ladder).reshape(shape).astype(dtype)


def function_of(layer, run):
    """The layer as a function of its parameters by name and of its input."""
    return lambda parameters, x: layer.forward(parameters, x, run)


def case(name, dtype):
    """Parameters, input, and the function of both; all are a quarter in q15, so that values fit."""
    make, shape = LAYERS[name]
    share = 0.25 if dtype is nf.q15 else 1
    parameters = make(float).parameters()
    small = {key: (share * p).astype(dtype) for key, p in parameters.items()}
    with np.errstate(over="ignore"):
        layer = make(dtype)
    return small, (share * inputs(shape)).astype(dtype), function_of(layer, a_pass(shape[0]))
