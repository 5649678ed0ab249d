# SPDX-License-Identifier: BSD-3-Clause
"""Do planned steps of convolutions and pools give the values and gradients of their layers?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.training import (
    SGD,
    AvgPool2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Reshape,
    Sequential,
    Tanh,
    fit,
    forward,
    gradients,
    inference,
    mean_squared_error,
    reverse,
    softmax_cross_entropy,
)
from plans import changes, pictures, small_lenet, step_of, stepped_by_the_tape, weights

FORMATS = [
    *(nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bposit16, nf.takum_linear16),
    *(nf.bfloat16, nf.float8_e4m3, nf.mlu32, nf.Fixed(16, 8), np.float32, np.float64),
]
# Image; size, stride, padding of the first convolution; size, stride of the pool behind it.
APART = [
    ((7, 7, 2), 3, 1, "same", 2, None),
    ((10, 9, 2), (3, 2), (2, 1), (2, 1), (2, 3), None),
    ((6, 7, 1), (1, 4), (3, 2), (0, 3), 1, None),  # pixels that no window sees; the whole padding
    ((8, 7, 3), 2, 1, 0, (2, 1), (3, 2)),  # pixels between pools
]
OVERLAPPING = [
    ((8, 5, 3), (3, 2), (2, 1), (2, 1), (2, 1), 1),
    ((5, 5, 2), 1, 1, 0, 3, 2),  # convolutions of one pixel
    ((9, 4, 2), (4, 3), (1, 3), (1, 2), (3, 2), (2, 1)),
]


def model_of(geometry, dtype=np.float64, pool=MaxPool2d, activation=Tanh, **options):
    (height, width, channels), size, stride, padding, pool_size, pool_stride = geometry
    start = [
        Conv2d(channels, 3, size, stride=stride, padding=padding, dtype=dtype, seed=1, **options),
        activation(),
        pool(pool_size, pool_stride),
        Conv2d(3, 4, 2, padding=1, dtype=dtype, seed=2, **options),
        activation(),
        Flatten(),
    ]
    features = Sequential(*start)(np.zeros((1, height, width, channels))).shape[1]
    return Sequential(*start, Linear(features, 3, dtype=dtype, seed=3))


def close(found, wanted, tolerance):
    assert found.keys() == wanted.keys()
    for name, w in wanted.items():
        assert np.abs(found[name] - w).max() <= tolerance * np.abs(w).max(), name


@pytest.mark.parametrize("geometry", [*APART, *OVERLAPPING], ids=str)
@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d], ids=lambda p: p.__name__)
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("accumulate", ["exact", "native"])
def test_gradients_are_those_of_the_tape(geometry, pool, rows, accumulate):
    x, y = pictures(rows, geometry[0], 3)
    model = model_of(geometry, pool=pool)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    found = changes(model, x, y, reverse(), inputs=geometry[0], accumulate=accumulate)
    close(found, wanted, 1e-14)


@pytest.mark.parametrize("geometry", [*APART, *OVERLAPPING], ids=str)
@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d], ids=lambda p: p.__name__)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.bposit16, nf.bfloat16], ids=lambda d: d.__name__)
def test_a_step_has_the_bits_of_the_tape(geometry, pool, dtype):
    """With the step size B every cotangent is the tape's, and every weight one sum, rounded once.

    The tape has no array between a pool and the convolution behind it: what overlaps is added at
    once, and cotangents of means are in binary64.  A plan rounds these once more."""
    x, y = pictures(4, geometry[0], 3)
    model = model_of(geometry, dtype, pool, ReLU)
    wanted = stepped_by_the_tape(model, x, y)
    plan, _ = step_of(model, x, y, reverse(), lr=4.0, inputs=geometry[0])
    same = geometry in APART and pool is MaxPool2d
    for i, (name, a) in enumerate(model.parameters().items()):
        found, right = a.astype(float), wanted[name].astype(float)
        if same or i > 1:  # behind the pool
            assert found.tolist() == right.tolist(), name
        else:
            error = np.abs(found - right).max()
            assert error <= 4 * float(nf.finfo(dtype).eps) * np.abs(right).max(), name
    assert plan.heap_allocations == 0


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d], ids=lambda p: p.__name__)
def test_inference_is_the_model_and_nothing_is_allocated(dtype, pool):
    x, y = pictures(3, (9, 8, 2), 3)
    for make in (small_lenet, lambda *a: Sequential(*list(small_lenet(*a).parts.values())[:3])):
        model = make((9, 8, 2), 3, dtype, pool)
        plan = training.compile(model, batch=3, mode=inference(), inputs=(9, 8, 2))
        plan.step(x)
        wanted = np.asarray(model(x))
        assert plan.outputs().shape == wanted.shape
        assert plan.outputs().astype(float).tolist() == wanted.astype(float).tolist()
        assert plan.heap_allocations == 0
    for mode in (reverse(), forward(K=2), forward(perturb="weight", K=2)):
        plan, _ = step_of(
            small_lenet((9, 8, 2), 3, dtype, pool), x, y, mode, lr=0.5, inputs=(9, 8, 2)
        )
        assert plan.heap_allocations == 0
        assert "heap allocations in a step: 0" in plan.certificate()


def test_lenet_5_learns_and_scratch_is_counted():
    r = np.random.default_rng(0)
    y = r.integers(0, 10, 8)
    x = r.normal(size=(8, 28, 28, 1)) / 4 + np.eye(28)[2 * y][:, :, None, None]
    model = training.Sequential(
        Reshape(28, 28, 1),
        *(Conv2d(1, 6, 5, padding="same", dtype=nf.posit16), ReLU(), MaxPool2d(2)),
        *(Conv2d(6, 16, 5, dtype=nf.posit16), ReLU(), MaxPool2d(2), Flatten()),
        *(Linear(400, 120, dtype=nf.posit16), ReLU(), Linear(120, 84, dtype=nf.posit16)),
        *(ReLU(), Linear(84, 10, dtype=nf.posit16)),
    )
    plan = training.compile(model, batch=8, mode=reverse(), inputs=784)
    losses = [plan.step(x.reshape(8, -1), y, lr=0.125) for _ in range(4)]
    assert losses[-1] < losses[0] - 0.2
    assert plan.heap_allocations == 0
    scratch = plan.layout.scratch
    assert f"scratch {scratch}" in plan.certificate()
    assert 784 * 8 * 2 < scratch < 4 << 20  # one weight's row at least; tiles have their bound


PLAIN = [inference(), reverse(), forward(K=3), forward(exact=True, K=3)]
PERTURBED = [
    forward(perturb="weight", K=2),
    forward(perturb="weight", K=2, combine="project"),
    forward(perturb="weight", K=2, replay=False),
]


@pytest.mark.parametrize(
    ("mode", "momentum"),
    [*((mode, 0.0) for mode in [*PLAIN, *PERTURBED]), *((mode, 0.5) for mode in PLAIN[1:])],
    ids=str,
)
@pytest.mark.parametrize("bias", [True, False])
def test_a_window_of_the_whole_image_is_a_matrix(mode, momentum, bias):
    """In every mode the bits are those of Linear layers, of which convolutions are the general case."""
    x, y = pictures(4, (3, 2, 2), 3)
    options = {"dtype": nf.posit16, "bias": bias}
    matrices = Sequential(Linear(12, 5, seed=1, **options), Tanh(), Linear(5, 3, seed=2, **options))
    images = Sequential(
        Conv2d(2, 5, (3, 2), **options), Tanh(), Conv2d(5, 3, 1, **options), Flatten()
    )
    for name, a in matrices.parameters().items():
        own = images.parameters()[name]
        own[...] = a.reshape(own.shape)
    found = []
    for model in (matrices, images):
        shape = (3, 2, 2) if model is images else 12
        plan = training.compile(model, batch=4, mode=mode, inputs=shape, momentum=momentum)
        loss = [plan.step(x if model is images else x.reshape(4, -1), y, lr=0.5, seed=s)
                for s in range(3)]  # fmt: skip
        outputs = plan.outputs().tobytes() if mode == inference() else loss
        found.append((outputs, [a.tobytes() for a in model.parameters().values()]))
    assert found[0] == found[1]


def test_exact_mode_goes_through_convolutions():
    x, y = pictures(3, (5, 4, 2), 3)
    layers = [Conv2d(2, 3, 3, padding=1, stride=2, dtype=np.float64, seed=1), Tanh()]
    layers += [Conv2d(3, 2, 2, dtype=np.float64, seed=2), Tanh(), Flatten()]
    layers += [Linear(4, 3, dtype=np.float64, seed=3)]
    model = Sequential(*layers)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    close(changes(model, x, y, forward(exact=True, K=4), inputs=(5, 4, 2)), wanted, 1e-14)


@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d], ids=lambda p: p.__name__)
def test_activity_perturbation_is_unbiased(pool):
    """Tangents go through convolutions and pools: the mean of many steps is the gradient."""
    x, y = pictures(2, (5, 5, 1), 3)
    model = model_of(((5, 5, 1), 2, 1, 0, 2, 1), pool=pool)
    start = weights(model)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    plan = training.compile(model, batch=2, mode=forward(K=8), inputs=(5, 5, 1))
    draws = {name: [] for name in start}
    for seed in range(500):
        for name, a in model.parameters().items():
            a[...] = start[name]
        plan.step(x, y, lr=1.0, seed=seed)
        for name, a in model.parameters().items():
            draws[name].append(start[name] - a)
    for name, w in wanted.items():
        sample = np.array(draws[name])
        spread = np.maximum(sample.std(0) / np.sqrt(len(sample)), 1e-12)
        assert (np.abs(sample.mean(0) - w) <= 5 * spread).all(), name


def test_of_equal_numbers_the_first_one_gets_the_derivative():
    """The first of two channels decides, the second tells pixels of equal values apart."""
    x = np.zeros((2, 4, 4, 2))
    x[..., 0] = np.random.default_rng(1).integers(0, 2, (2, 4, 4))
    x[..., 1] = np.arange(32).reshape(2, 4, 4)
    for stride in (1, 2):
        convolution = Conv2d(2, 1, 1, bias=False, dtype=np.float64)
        convolution.own["weight"][...] = np.reshape([1, 0], (1, 1, 2, 1))
        model = Sequential(convolution, MaxPool2d(2, stride), Flatten())
        y = np.random.default_rng(2).normal(size=model(x).shape)
        _, wanted = gradients(model, mean_squared_error, x, y)
        options = {"inputs": (4, 4, 2), "loss": "mean_squared_error"}
        close(changes(model, x, y, reverse(), **options), wanted, 1e-14)


def test_a_matrix_is_for_the_last_axis():
    """Linear layers before Flatten see every row of a sample, as the layer itself does."""
    x, y = pictures(3, (4, 5, 2), 3)
    layers = [Linear(2, 3, dtype=np.float64, seed=1), Tanh(), Linear(3, 2, dtype=np.float64)]
    model = Sequential(*layers, Flatten(), Linear(40, 3, dtype=np.float64, seed=3))
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    close(changes(model, x, y, reverse(), inputs=(4, 5, 2)), wanted, 1e-14)


def test_fit_plans_steps_on_images():
    """Of the shape that the data have; the last batch is short."""
    x, y = pictures(20, (5, 4, 2), 3)
    found = []
    for mode in (None, reverse()):
        layers = [Conv2d(2, 3, 2, dtype=np.float64, seed=1), Tanh(), MaxPool2d(2, 1), Flatten()]
        model = Sequential(*layers, Linear(18, 3, dtype=np.float64, seed=2))
        options = {"loss": softmax_cross_entropy, "optimizer": SGD(0.5), "epochs": 2, "batch": 8}
        fit(model, x, y, gradients=mode, **options)
        found.append({name: a.astype(float) for name, a in model.parameters().items()})
    close(found[1], found[0], 1e-13)
