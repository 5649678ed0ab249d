# SPDX-License-Identifier: BSD-3-Clause
"""Does a policy change the layers that its globs match, say so, and leave the model alone?"""

import numpy as np
import pytest

import numformats as nf
from numformats import training as nt
from numformats.accelerator import PROFILES, use
from numformats.training.compensation import (
    CompensatedLinear,
    Effect,
    Policy,
    RoundedLayer,
    Rule,
    straight_through,
)
from numformats.training.mixed_precision import ScaledLinear
from training_parts import blobs

T = nf.Fixed(12, 6)


def model():
    return nt.Sequential(
        nt.Linear(6, 8, seed=1),
        nt.LayerNorm(8),
        nt.ReLU(),
        nt.Residual(nt.Linear(8, 8, seed=2), nt.Tanh()),
        nt.Linear(8, 3, seed=3),
    )


X = np.random.default_rng(1).normal(size=(20, 6)).astype(np.float32)


def test_the_table_is_what_happens():
    plain, said = model(), []
    policy = Policy(
        Rule("*", format=T, compensation=True),
        Rule("3.*", format=nf.bfloat16, compensation=False),
        Rule("4", accumulate=nf.mlu32),
        Rule("LayerNorm", exclude=True),
    )
    made = policy.apply(plain, show=said.append)
    assert [(e.path, e.format, e.accumulate, e.compensation) for e in policy.effects(plain)] == [
        ("0", T, None, True),
        ("1", None, None, False),
        ("3.inner.0", nf.bfloat16, None, False),
        ("4", T, nf.mlu32, True),
    ]
    lines = said[0].splitlines()
    assert [line.split("  ")[0] for line in lines] == ["layer", "0", "1", "3.inner.0", "4"]
    assert "excluded by LayerNorm" in lines[2]
    assert "bfloat16" in lines[3]
    assert "off" in lines[3]
    assert "mlu32" in lines[4]
    assert type(made[1]) is nt.LayerNorm
    assert isinstance(made[0], RoundedLayer)
    assert "Linear 6 -> 8 in fixed<12,frac=6> compensated" in repr(made)
    # Each layer alone gives what its line says.
    x = plain[0](X)
    assert np.array_equal(made[1](x), plain[1](x))
    rounded = [
        a.astype(nf.bfloat16).astype(np.float32)
        for a in (x, plain[3].parts["inner"][0].own["weight"])
    ]
    inner = nf.matmul(*rounded) + plain[3].parts["inner"][0].own["bias"]
    assert np.allclose(made[3].parts["inner"][0](x), inner, rtol=1e-6, atol=1e-6)


def test_the_model_stays_and_shares_its_arrays():
    plain = model()
    before = plain(X).tobytes()
    fine, coarse = (Policy(Rule("Linear", format=f)).apply(plain) for f in (nf.Fixed(24, 16), T))
    outputs = {plain(X).tobytes(), fine(X).tobytes(), coarse(X).tobytes()}
    assert len(outputs) == 3
    assert plain(X).tobytes() == before
    assert list(fine.parameters()) == list(plain.parameters())
    for made in (fine, coarse):
        for name, array in plain.parameters().items():
            assert made.parameters()[name] is array
        assert made(X).tobytes() == made(X).tobytes()


@pytest.mark.parametrize("layer", [nt.Linear(6, 8, seed=1), nt.Linear(6, 8, bias=False, seed=1)])
def test_compensation_is_that_of_compensated_linear(layer):
    made = RoundedLayer(layer, T, compensate=True)
    other = CompensatedLinear(6, 8, T, bias="bias" in layer.own)
    other.load_state_dict(layer.state_dict())
    assert np.allclose(made(X), other(X), rtol=0, atol=1e-6)
    errors = [np.abs(m(X) - layer(X)).max() for m in (RoundedLayer(layer, T), made)]
    assert errors[0] > 20 * errors[1]


def test_convolutions_are_compensated_too():
    layer = nt.Conv2d(2, 3, 3, padding="same", seed=1, dtype=np.float64)
    layer.own["bias"][...] = 0.3
    x = np.random.default_rng(2).normal(size=(2, 5, 5, 2))
    errors = [np.abs(RoundedLayer(layer, T, compensate=c)(x) - layer(x)).max() for c in (0, 1)]
    assert errors[0] > 20 * errors[1] > 0


def test_derivatives_pass_through():
    layer = nt.Linear(3, 2, seed=1, dtype=np.float64)
    made = RoundedLayer(layer, T, compensate=True)
    x, g = X[:4, :3].astype(float), np.random.default_rng(3).normal(size=(4, 2))
    found = []
    for one in (layer, made):
        _, pull = nf.autodiff.vjp(
            lambda p, x, one=one: one.forward(p, x, nt.Pass()), one.parameters(), x
        )
        found.append(pull(g))
    (plain, to_x), (rounded, also_x) = found
    assert np.allclose(to_x, also_x, rtol=1e-14)
    for name in plain:
        assert np.allclose(plain[name], rounded[name], rtol=1e-14)
    value, slope = nf.autodiff.jvp(
        lambda v: straight_through(v, 0.5), (np.array([0.3, 0.8]),), (np.ones(2),)
    )
    assert (value.tolist(), slope.tolist()) == ([0.5, 1.0], [1.0, 1.0])


def test_a_model_under_a_policy_learns_and_its_arrays_are_the_models():
    x, y = blobs(dtype=np.float32)
    plain = nt.Sequential(nt.Linear(4, 8, seed=1), nt.ReLU(), nt.Linear(8, 3, seed=2))
    made = Policy(Rule("*", format=nf.Fixed(10, 6), compensation=True)).apply(plain)
    nt.fit(
        made, x, y, loss=nt.softmax_cross_entropy, optimizer=nt.SGD(0.5), epochs=4, batch=30, seed=1
    )
    for m in (made, plain):
        assert (np.argmax(m(x), axis=1) == y).mean() > 0.9


def test_what_cannot_be_is_said():
    lstm = nt.Sequential(nt.LSTM(3, 4, seed=1))
    (effect,) = Policy(Rule("*", format=T, compensation=True)).effects(lstm)
    assert isinstance(effect, Effect)
    assert (effect.compensation, effect.changes) == (False, True)
    assert "rounded only" in effect.why
    norm = Policy(Rule("*", accumulate=nf.mlu32)).effects(model())[1]
    assert (norm.accumulate, norm.changes) == (None, False)
    assert "no products" in norm.why
    assert Policy(Rule("0", format=T)).effects(model())[1].why == "no rule"
    with pytest.raises(
        ValueError, match=r"rule 'Conv\*' matches no layer; layers: 0, 1, 3.inner.0"
    ):
        Policy(Rule("Conv*", format=T)).apply(model())
    with pytest.raises(TypeError, match="rule 0 is 'x'"):
        Policy("x")
    with pytest.raises(TypeError, match="lacks values of float64"):
        Policy(Rule("0", format=np.float64)).apply(model())
    for layer in (nt.LayerNorm(3), ScaledLinear(3, 3)):
        with pytest.raises(ValueError, match="only Linear and Conv2d"):
            RoundedLayer(layer, T, compensate=True)
    with pytest.raises(ValueError, match="has no products"):
        RoundedLayer(nt.LayerNorm(3), T, accumulate=nf.mlu32)


def test_one_model_under_two_profiles():
    plain = model()
    with pytest.raises(ValueError, match="no profile is in use"):
        Policy.of()
    outputs = {}
    for name in ("float32", "mix_fp32_fix16", "mlu370"):
        with use(name):
            policy = Policy.of()
            outputs[name] = policy.apply(plain)(X)
        effects = policy.effects(plain)
        if name != "float32":
            assert effects[1].why.startswith("excluded")
        if name == "mix_fp32_fix16":
            assert all(e.compensation for e in effects if e.changes)
        if name == "mlu370":
            assert all(e.accumulate == "mlu32" for e in effects if e.changes)
    assert outputs["float32"].tobytes() == plain(X).tobytes()
    for name, most in (("mix_fp32_fix16", 1e-5), ("mlu370", 1e-4)):
        difference = np.abs(outputs[name] - plain(X)).max()
        assert 0 < difference < most
    assert Policy.of(PROFILES["mlu370"]).effects(plain)[0].accumulate == "mlu32"
