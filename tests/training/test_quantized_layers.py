# SPDX-License-Identifier: BSD-3-Clause
"""Does a converted model compute what its codes say, and does training with codes help?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.quantization import Affine, awq, gptq
from numformats.training import (
    Adam,
    Linear,
    MultiHeadAttention,
    Pass,
    ReLU,
    Residual,
    Sequential,
    fit,
    gradients,
    load_checkpoint,
    save_checkpoint,
    softmax_cross_entropy,
)
from numformats.training.quantized import (
    FakeQuantizedLinear,
    QuantizedLinear,
    quantize_aware,
    quantize_dynamic,
    quantize_model,
)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((64, 6))


def small(dtype=np.float32):
    model = Sequential(
        Linear(6, 16, dtype=dtype), ReLU(), Residual(Linear(16, 16, dtype=dtype), ReLU()),
        Linear(16, 3, dtype=dtype),
    )  # fmt: skip
    for name, array in model.parameters().items():
        if name.endswith("bias"):  # a new one is 0, which tells nothing
            array[...] = (np.arange(len(array)) % 5 / 4 - 0.5).astype(dtype)
    return model


def dequantized(layer, rows):
    """The same layer in float64, from the arrays that it has."""
    state = layer.parameters()
    from numformats.quantization import unpack

    bits = layer.bits[0]
    codes = unpack(state["codes"], layer.outputs, bits) if bits in (2, 4) else state["codes"]
    weight = (codes.astype(float) - state.get("zero_point", 0)) * state["scale"]
    scale, zero = state["input_scale"], state["input_zero_point"]
    top = 2 ** (layer.bits[1] - 1)
    inputs = np.clip(np.rint(rows / scale) + zero, -top, top - 1) - zero
    return inputs * scale @ weight + state["bias"].astype(float)


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, nf.posit16, nf.bfloat16])
def test_static_models_compute_with_their_codes(bits, symmetric, dtype):
    model = small(dtype)
    before = model.state_dict()
    made = quantize_model(
        model, X, weight=Affine(bits, symmetric, axis=1), input=Affine(bits, symmetric=False)
    )
    assert all((model.parameters()[k] == v).all() for k, v in before.items())
    first = made[0]
    assert isinstance(first, QuantizedLinear)
    assert isinstance(made[2].parts["inner"][0], QuantizedLinear)
    assert made(X).dtype == np.dtype(dtype)
    wanted = dequantized(first, X.astype(dtype).astype(float))
    unit = 2.0 ** {np.float32: -23, nf.posit16: -9, nf.bfloat16: -8}[dtype]
    got = first(X).astype(float)
    assert (np.abs(got - wanted) <= unit * np.abs(wanted) + 1e-6 + unit / 100).all()
    if bits == 16:
        assert np.abs(made(X).astype(float) - model(X).astype(float)).max() < 1e-3 + 40 * unit
    assert first.parameters()["codes"].nbytes == 6 * 16 * max(bits, 4 if bits == 4 else bits) // 8


def test_fake_and_integer_passes_agree_to_the_last_bit():
    """With scales that are powers of two nothing rounds but the sum, in both."""
    settings = {
        "weight": Affine(4, axis=1, scale="power_of_two"),
        "input": Affine(4, symmetric=False, scale="power_of_two"),
    }
    model = small()
    for learned in (True, False):
        aware = quantize_aware(model, X, learned=learned, **settings)
        assert isinstance(aware[0], FakeQuantizedLinear)
        made = quantize_model(aware)
        assert (aware(X) == made(X)).all()
        static = quantize_model(model, X, **settings)
        assert (static[0](X) == made[0](X)).all()


def test_dynamic_models_take_each_sample_by_itself():
    model = small()
    made = quantize_dynamic(model)
    whole = made(X)
    assert (np.concatenate([made(X[i : i + 1]) for i in range(len(X))]) == whole).all()
    assert (made(X * 1.0) == whole).all()
    assert np.abs(whole - model(X)).max() < 0.1
    far = quantize_dynamic(model)(X * 1e6)  # a fixed scale would clip all of it
    assert np.abs(far / 1e6 - model(X * 1e6) / 1e6).max() < 0.1
    assert "dynamic" in repr(made)


def test_attention_and_excluded_layers():
    model = Sequential(MultiHeadAttention(8, 2), Linear(8, 2))
    x = RNG.standard_normal((5, 4, 8))
    made = quantize_model(model, x, exclude=["0.output"])
    assert type(made[0].parts["output"]) is Linear
    assert isinstance(made[0].parts["query"], QuantizedLinear)
    assert made(x).shape == (5, 4, 2)
    assert np.abs(made(x) - model(x)).max() < 0.1
    with pytest.raises(ValueError, match="no Linear to quantise"):
        quantize_dynamic(model, exclude=["*"])
    with pytest.raises(ValueError, match="no Linear"):
        quantize_dynamic(Sequential(ReLU()))
    with pytest.raises(ValueError, match="layer 1: fixed scales need calibration="):
        quantize_model(model, exclude=["0*"])
    alone = quantize_dynamic(Linear(6, 2))
    assert isinstance(alone, QuantizedLinear)


def test_weights_by_gptq():
    model, settings = small(), Affine(3, axis=1)
    x = X @ RNG.standard_normal((6, 6))  # inputs that have something in common
    rows = x.astype(np.float32)
    found = gptq(model[0].own["weight"], rows, settings)
    made = quantize_model(model, x, weight=settings, method=gptq)
    assert (made[0].parameters()["codes"] == found.codes).all()
    plain = quantize_model(model, x, weight=settings)
    errors = [np.sum((m[0](x) - model[0](x)) ** 2) for m in (made, plain)]
    assert errors[0] < errors[1]
    with pytest.raises(ValueError, match="layer 0: awq scales inputs"):
        quantize_model(model, x * [100, 1, 1, 1, 1, 1], weight=settings, method=awq)


def test_checkpoints_have_codes_and_scales(tmp_path):
    model = small()
    made = quantize_model(model, X, weight=Affine(4, axis=1))
    save_checkpoint(tmp_path / "q", made)
    other = quantize_model(small(), X * 3, weight=Affine(4, axis=1))
    for layer in other.parts.values():
        for array in layer.parameters().values():
            array[...] = array.dtype.type(1)
    load_checkpoint(tmp_path / "q.npz").restore(other)
    assert (other(X) == made(X)).all()
    with pytest.raises(ValueError, match="is of another model"):
        load_checkpoint(tmp_path / "q.npz").restore(model)


def test_it_is_for_use_not_for_training():
    made = quantize_dynamic(small())
    with pytest.raises(ValueError, match="layer 0 .*not for training"):
        made.forward(made.parameters(), made.enter(X), Pass(training=True))
    y = np.zeros(64, int)
    named = (
        r"layer 0 \(QuantizedLinear .*\): parameter 'codes' is int8, .*train what quantize_aware"
    )
    with pytest.raises(TypeError, match=named):
        fit(made, X, y, loss=softmax_cross_entropy, optimizer=Adam(0.1), epochs=1)
    with pytest.raises(TypeError, match=named):
        gradients(made, softmax_cross_entropy, X, y)
    with pytest.raises(ValueError, match="input has 5 features"):
        made(X[:, :5])


@pytest.mark.parametrize("learned", [True, False])
def test_training_with_codes_makes_two_bits_serve(learned):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((512, 6))
    y = np.argmax(np.abs(x[:, :3]) + 0.3 * x[:, 3:], axis=1)
    model = small()
    run = {"loss": softmax_cross_entropy, "batch": 32}
    fit(model, x, y, optimizer=Adam(0.01), epochs=12, **run)

    def accuracy(found):
        return float((np.argmax(found(x), axis=1) == y).mean())

    settings = {"weight": Affine(2, axis=1), "input": Affine(3, symmetric=False)}
    rounded = accuracy(quantize_model(model, x, **settings))
    aware = quantize_aware(model, x, learned=learned, **settings)
    names = {name for name in aware.parameters() if "step" in name}
    assert bool(names) == learned
    before = {name: aware.parameters()[name].copy() for name in names}
    fit(aware, x, y, optimizer=Adam(0.003), epochs=8, **run)
    assert all((aware.parameters()[name] != before[name]).any() for name in names)
    assert accuracy(model) > 0.85
    assert accuracy(quantize_model(aware)) > rounded + 0.03
