# SPDX-License-Identifier: BSD-3-Clause
"""Does a monitor find exactly the errors that there are, and change nothing?"""

from __future__ import annotations

import copy

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    Adam,
    Cast,
    Linear,
    PrecisionMonitor,
    ReLU,
    Sequential,
    gradients,
    mean_squared_error,
    softmax_cross_entropy,
)
from training_parts import blobs, plant, small_model


def integers(rng, shape, dtype):
    return rng.integers(1, 4, shape).astype(dtype)


@pytest.mark.parametrize("reference", [None, "double", "exact", 30])
def test_the_error_map_of_a_wrong_kernel_is_exact(reference):
    rng = np.random.default_rng(0)
    layer = Linear(3, 2, dtype=nf.posit16)
    layer.own["weight"][...] = integers(rng, (3, 2), nf.posit16)
    factor = [[1, 1.5], [0.5, 1], [1, 0]]
    plant(layer, factor)
    with PrecisionMonitor(layer, reference=reference) as monitor:
        layer(integers(rng, (3, 3), nf.posit16))
    expected = np.array(factor) - 1
    np.testing.assert_array_equal(monitor.error_map("output", signed=True), expected)
    np.testing.assert_array_equal(monitor.error_map(), np.abs(expected))
    assert monitor.rows[0].underflows == 1
    assert monitor.rows[0].max_relative == 1


@pytest.mark.parametrize("errors", ["whole", "introduced"])
def test_the_wrong_layer_is_told_from_those_after_it(errors):
    rng = np.random.default_rng(0)
    model = Sequential([Linear(3, 3, bias=False, dtype=nf.posit32, seed=i) for i in range(3)])
    for layer in model.parts.values():
        layer.own["weight"][...] = integers(rng, (3, 3), nf.posit32)
    plant(model[1], 1.25)
    with PrecisionMonitor(model, errors=errors) as monitor:
        model(integers(rng, (2, 3), nf.posit32))
    after = 0.25 if errors == "whole" else 0.0
    assert (monitor.error_map("0") == 0).all()
    assert (monitor.error_map("1") == 0.25).all()
    assert (monitor.error_map("2") == after).all()
    assert (monitor.error_map("output") == 0.25).all()


def test_an_accumulator_that_truncates_has_the_error_of_its_oracle():
    """The truth of a product in a hardware model is the exact product."""
    rng = np.random.default_rng(3)
    layer = Linear(64, 4, bias=False, dtype=nf.binary32, accumulate=("aligned", 10, 16), seed=1)
    x = rng.normal(size=(5, 64)).astype(nf.binary32)
    with PrecisionMonitor(layer, "output") as monitor:
        y = layer(x)
    true = x.astype(float) @ layer.own["weight"].astype(float)
    expected = (y.astype(float) - true) / np.abs(true)
    np.testing.assert_allclose(monitor.error_map(signed=True), expected, atol=1e-14)
    assert monitor.rows[0].max_relative > 1e-3


def test_truth_may_be_another_model():
    right = small_model(np.float64)
    rounded = small_model(nf.posit8)
    rounded.load_state_dict({k: a.astype(nf.posit8) for k, a in right.parameters().items()})
    x = blobs(9, np.float64)[0].astype(nf.posit8)
    with PrecisionMonitor(rounded, truth=right) as monitor:
        y = rounded(x)
    w, v = right.parameters()["0.weight"], rounded.parameters()["0.weight"].astype(float)
    np.testing.assert_allclose(monitor.error_map("0.weight", signed=True), (v - w) / np.abs(w))
    true = right(x.astype(float))
    expected = np.abs(y.astype(float) - true) / np.abs(true)
    np.testing.assert_allclose(monitor.error_map("output"), expected, rtol=1e-6)
    with pytest.raises(ValueError, match=r"shapes than the model at \['0.bias', '0.weight'\]"):
        PrecisionMonitor(Sequential(Linear(2, 3)), truth=Sequential(Linear(2, 4)))


def test_gradients_are_judged_by_those_of_float64():
    x, y = blobs(30)
    model = small_model()
    twin = small_model(np.float64)
    twin.load_state_dict({k: a.astype(float) for k, a in model.parameters().items()})
    with PrecisionMonitor(model, "*.gradient") as monitor:
        _, found = gradients(model, softmax_cross_entropy, x, y)
    _, true = gradients(twin, softmax_cross_entropy, x.astype(float), y)
    for name, g in found.items():
        expected = np.abs(g.astype(float) - true[name]) / np.abs(true[name])
        expected[(g.astype(float) == 0) & (true[name] == 0)] = 0
        np.testing.assert_allclose(monitor.error_map(f"{name}.gradient"), expected, rtol=1e-9)


@pytest.mark.parametrize(
    "optimizer",
    [
        SGD(0.3, momentum=0.5, weight_decay=0.01),
        Adam(0.01),
        SGD(0.3, state_dtype=nf.binary32, master=True, weight_decay=0.1, decoupled=True),
    ],
    ids=str,
)
def test_weights_are_judged_by_the_exact_step(optimizer):
    rng = np.random.default_rng(0)
    model = Linear(3, 2, dtype=nf.posit16)
    twin = Linear(3, 2, dtype=np.float64)
    twin.load_state_dict({k: a.astype(float) for k, a in model.parameters().items()})
    exact = copy.deepcopy(optimizer)
    exact.state_dtype, exact.master = None, False
    for _ in range(3):
        g = {k: rng.normal(size=a.shape).astype(a.dtype) for k, a in model.parameters().items()}
        before = {k: a.astype(float) for k, a in model.parameters().items()}
        with PrecisionMonitor(model, ["weight"], reference="double") as monitor:
            optimizer.step(model.parameters(), g, 2.0)
        start = optimizer.state["weight"].get("master") if optimizer.master else None
        if start is None:  # the twin goes on from what the format has, state and weights
            twin.load_state_dict(before)
        exact.step(twin.parameters(), {k: a.astype(float) for k, a in g.items()}, 2.0)
        true, v = twin.own["weight"], model.own["weight"].astype(float)
        rounding = np.abs(v - true) / np.abs(true)
        assert monitor.rows[0].name == "weight"
        np.testing.assert_allclose(monitor.error_map(), rounding, atol=1e-6)
        exact.state = {
            n: {s: a.astype(nf.binary64) for s, a in slots.items() if s != "master"}
            for n, slots in optimizer.state.items()
        }


def test_updates_that_are_lost_show_as_a_bias():
    """Steps of a quarter of a spacing upward: nearest takes none, each is short by 0.25 ulp."""
    model = Linear(2, 2, bias=False, dtype=nf.Float(5, 4))
    model.own["weight"][...] = 1.25
    g = {"weight": np.full((2, 2), -1, nf.Float(5, 4))}
    with PrecisionMonitor(model) as monitor:
        for _ in range(3):
            SGD(2.0**-6).step(model.parameters(), g)
    assert [row.bias for row in monitor.rows] == [-0.25] * 3
    assert [row.step for row in monitor.rows] == [0, 1, 2]


@pytest.mark.parametrize(
    ("dtype", "given", "counts"),
    [
        (nf.float8_e5m2, [57344, 2**-16, 1, 0], {"infinities": 1}),
        (nf.float8_e4m3fn, [448, 2**-9, 1, 0], {"nans": 1}),
        (nf.posit8, [2**24, 2**-24, 1, 0], {"saturated": 1}),
        (nf.Fixed(4, 1), [3, 0.5, 1, 0], {"saturated": 1}),
    ],
)
def test_overflow_is_counted_as_what_it_became(dtype, given, counts):
    model = Linear(1, 1, bias=False, dtype=dtype)
    model.own["weight"][...] = 2
    with np.errstate(all="ignore"), PrecisionMonitor(model) as monitor:
        model(np.array(given)[:, None])
    row = monitor.rows[0]
    found = {k: getattr(row, k) for k in ("saturated", "nans", "infinities", "underflows")}
    assert {k: n for k, n in found.items() if n} == counts
    assert row.elements == 4


@pytest.mark.parametrize(
    "dtype",
    [nf.float8_e4m3fn, nf.Float(1, 4, inf="none", nan="none"), nf.Fixed(8, 4), nf.Posit(3, 0)],
)
def test_underflow_is_counted(dtype):
    smallest = float(nf.finfo(dtype).minpos)
    model = Linear(1, 1, bias=False, dtype=dtype)
    model.own["weight"][...] = smallest
    with np.errstate(all="ignore"), PrecisionMonitor(model) as monitor:
        y = model(np.array([[smallest], [0.0]]))
    product = smallest * smallest
    expected = int(float(y[0, 0]) == 0)
    assert (
        monitor.rows[0].underflows
        == expected
        == int(product < smallest and "posit" not in str(y.dtype))
    )


def test_formats_may_differ_from_layer_to_layer():
    model = Sequential(
        Linear(4, 4, dtype=nf.bfloat16), Cast(nf.posit8), Linear(4, 2, dtype=nf.posit8), ReLU()
    )
    x, y = blobs(6, nf.bfloat16)[0], np.zeros((6, 2), nf.posit8)
    with PrecisionMonitor(model) as monitor:
        gradients(model, mean_squared_error, x, y)
    assert {row.name: row.dtype for row in monitor.rows}["0.weight.gradient"] == "bfloat16"
    assert {row.name: row.dtype for row in monitor.rows}["output"] == "posit8"
    assert max(row.max_ulps for row in monitor.rows if row.name == "0.output") <= 0.51
