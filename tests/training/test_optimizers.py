# SPDX-License-Identifier: BSD-3-Clause
"""Do optimisers follow their formulas, and round where they say?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from exact_layers import rounded
from numformats.training import SGD, Adam, AdamW, Optimizer

GRADIENTS = [[1.0, -0.5, 0.25], [-2.0, 0.125, 3.0], [0.5, 0.5, -1e-3], [0.0, -4.0, 1.5]]
START = [0.5, -1.5, 2.0]
# Parameters after these four steps with PyTorch 2.14.1 in float64: w.grad = gradient; step(), with
# torch.optim.Adam(lr=0.1), Adam(lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1), AdamW(
# lr=0.1, weight_decay=0.1), SGD(lr=0.1, weight_decay=0.1), SGD(lr=0.1, momentum=0.9), SGD(lr=0.1,
# momentum=0.9, nesterov=True, weight_decay=0.01).
PYTORCH = {
    "Adam": (
        lambda: Adam(0.1),
        [0.4614762869563945, -1.3169924093990848, 1.6875868880126346],
    ),
    "Adam with decay": (
        lambda: Adam(0.1, (0.8, 0.95), 1e-3, weight_decay=0.1),
        [0.45744035382614123, -1.2638224767936759, 1.6718561850887959],
    ),
    "AdamW": (
        lambda: AdamW(0.1, weight_decay=0.1),
        [0.4438791552504817, -1.2616060763873023, 1.6139514244911715],
    ),
    "SGD": (lambda: SGD(0.1, weight_decay=0.1), [0.529788105, -1.0541303150000003, 1.453003545]),
    "momentum": (lambda: SGD(0.1, 0.9), [0.6031, -1.056925, 0.951215]),
    "Nesterov": (
        lambda: SGD(0.1, 0.9, nesterov=True, weight_decay=0.01),
        [0.636895660225576, -0.6962777850812033, 0.5605704236027668],
    ),
}


def after(optimizer, dtype=float, gradients=GRADIENTS):
    """The parameters after the steps."""
    parameters = {"w": np.array(START).astype(dtype)}
    for g in gradients:
        optimizer.step(parameters, {"w": np.array(g).astype(dtype)})
    return parameters["w"]


@pytest.mark.parametrize("name", PYTORCH)
def test_as_pytorch(name):
    make, wanted = PYTORCH[name]
    np.testing.assert_allclose(after(make()), wanted, rtol=1e-14)


@pytest.mark.parametrize("inside", [False, True])
def test_adam_by_its_formula(inside):
    w, m, v, (a, b), epsilon = np.array(START), 0, 0, (0.75, 0.875), 0.01
    for t, gradient in enumerate(np.array(GRADIENTS), 1):
        m, v = a * m + (1 - a) * gradient, b * v + (1 - b) * gradient**2
        mean, square = m / (1 - a**t), v / (1 - b**t)
        root = np.sqrt(square + epsilon) if inside else np.sqrt(square) + epsilon
        w = w - 0.1 * mean / root
    found = after(Adam(0.1, (a, b), epsilon, epsilon_inside=inside))
    np.testing.assert_allclose(found, w, rtol=1e-14)


def test_places_of_epsilon_differ():
    inside, outside = (after(Adam(0.1, epsilon=0.1, epsilon_inside=i)) for i in (True, False))
    assert np.abs(inside - outside).max() > 1e-3


# Of many sizes, so that each rounding of each step shows in some parameter.
MANY = np.random.default_rng(5).normal(size=(12, 40)) * 2.0 ** np.arange(-20, 20)[::-1] / 64


def steps_in_fractions(T, kind, gradients):
    """The steps with each rounding written out, by the oracle."""

    def r(exact):
        return Fraction(*rounded(exact, T).as_integer_ratio())

    def root(exact):
        return Fraction(*np.sqrt(rounded(exact, T)).as_integer_ratio())

    lr, mu = r(Fraction(-0.1)), r(Fraction(0.9))
    found = []
    for column in gradients.T:
        w, m, v = Fraction(1), Fraction(0), Fraction(0)
        for t, gradient in enumerate(column.astype(float), 1):
            g = Fraction(gradient)
            if kind == "SGD":
                w = r(lr * g + w)
            elif kind == "Nesterov":
                m = r(mu * m + g)
                w = r(lr * r(mu * m + g) + w)
            else:
                m = r(r(Fraction(1 - 0.75)) * r(g - m) + m)
                v = r(r(Fraction(1 - 0.875)) * r(g * g - v) + v)
                k, s = (1 / (1 - 0.875**t)) ** 0.5, -0.1 / (1 - 0.75**t)
                d = r(root(v) * r(Fraction(k)) + r(Fraction(0.01)))
                w = r(r(Fraction(s)) * r(m / d) + w)
        found.append(rounded(w, T))
    return np.array(found)


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.posit8])
@pytest.mark.parametrize("kind", ["SGD", "Nesterov", "Adam"])
def test_roundings_are_where_they_are_said_to_be(T, kind):
    optimizer = {
        "SGD": lambda: SGD(0.1),
        "Nesterov": lambda: SGD(0.1, 0.9, nesterov=True),
        "Adam": lambda: Adam(0.1, (0.75, 0.875), 0.01),
    }[kind]()
    gradients, parameters = MANY.astype(T), {"w": np.ones(40, T)}
    for g in gradients:
        optimizer.step(parameters, {"w": g})
    assert parameters["w"].tobytes() == steps_in_fractions(T, kind, gradients).tobytes()


def test_state_in_a_wider_format():
    """Computed there, with one more rounding into the parameter's dtype."""
    optimizer = Adam(0.1, state_dtype=np.float32)
    found = after(optimizer, nf.posit8)
    assert {a.dtype for a in optimizer.state["w"].values()} == {np.dtype(nf.binary32)}
    w, other = np.array(START).astype(nf.posit8), Adam(0.1, state_dtype=np.float32)
    for g in GRADIENTS:
        wide = {"w": w.astype(np.float32)}
        other.step(wide, {"w": np.array(g).astype(nf.posit8).astype(np.float32)})
        w = wide["w"].astype(nf.posit8)
    assert found.tobytes() == w.tobytes()


def test_small_steps_add_up_in_a_master_copy():
    tiny = [[2.0**-9] * 3] * 64
    lost = after(SGD(1.0, state_dtype=np.float32), nf.bfloat16, tiny)
    kept = after(SGD(1.0, state_dtype=np.float32, master=True), nf.bfloat16, tiny)
    np.testing.assert_array_equal(lost[1:].astype(float), START[1:])
    np.testing.assert_array_equal(kept.astype(float), np.array(START) - 0.125)


def test_scaled_gradients_are_divided_in_the_state():
    parameters = {"w": np.ones(2, nf.float8_e4m3fn)}
    scaled = {"w": np.full(2, 2.0**-8, nf.float8_e4m3fn)}
    optimizer = SGD(1.0, 0.5, state_dtype=np.float32)
    optimizer.step(parameters, scaled, scale=2.0**20)
    assert optimizer.state["w"]["velocity"].astype(float).tolist() == [2.0**-28] * 2


@pytest.mark.parametrize("make", [lambda: SGD(0.1, 0.9), lambda: AdamW(0.1), lambda: Adam(0.1, master=True)])  # fmt: skip
def test_state_goes_on(make):
    whole = after(make(), nf.posit16, GRADIENTS * 2)
    first = make()
    parameters = {"w": np.array(START).astype(nf.posit16)}
    optimizer = first
    for i, g in enumerate(GRADIENTS * 2):
        if i == 5:
            saved = first.state_dict()
            first.step(parameters | {"w": parameters["w"].copy()}, {"w": np.ones(3, nf.posit16)})
            optimizer = make()
            optimizer.load_state_dict(saved)
        optimizer.step(parameters, {"w": np.array(g).astype(nf.posit16)})
    assert parameters["w"].tobytes() == whole.tobytes()


def test_schedules_are_asked_for_each_step():
    asked = []
    after(SGD(lambda step: asked.append(step) or 0.1))
    assert sorted(set(asked)) == [0, 1, 2, 3]


def one(dtype=float, shape=(2,)):
    return {"w": np.full(shape, 0.5).astype(dtype)}


REFUSED = [
    (lambda: SGD(0), "lr=0; allowed: a number above 0"),
    (lambda: SGD(0.1, 1.0), r"momentum=1\.0; allowed: from 0 to below 1"),
    (lambda: SGD(0.1, nesterov=True), "nesterov=True needs a momentum"),
    (lambda: Adam(0.1, (1.0, 0.9)), r"betas\[0\]=1.0"),
    (lambda: Adam(0.1, epsilon=0), "epsilon=0; allowed"),
    (lambda: SGD(0.1, weight_decay=-1), "weight_decay=-1; allowed"),
    (lambda: SGD(0.1).step(one(), {}), "parameter 'w' has no gradient"),
    (lambda: SGD(0.1).step({}, one()), "gradient 'w' is of no parameter"),
    (lambda: SGD(0.1).step(one(), one(shape=(3,))), r"shape \(3,\), its parameter \(2,\)"),
    (lambda: Adam(1e-3).step(one(nf.q15), one(nf.q15)), "becomes .* in q15: give a wider state_dtype"),
    (lambda: Adam(1e-3).step(one(np.float16), one(np.float16)), "epsilon=1e-08 becomes 0.0 in float16"),
    (lambda: SGD(1e-9).step(one(nf.q7), one(nf.q7)), "-lr=-1e-09 becomes .*0.0 in q7"),
    (lambda: SGD(0.1).load_state_dict(Adam(0.1).state_dict()), "the state is of Adam, the optimiser is SGD"),
    (lambda: Adam(0.1, master=True).load_state_dict(
        {"kind": "Adam", "steps": 1, "state": {"w": {"mean": 0, "square": 0}}}), "needed: .*'master'"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "what"), REFUSED)
def test_refusals(call, what):
    with pytest.raises(ValueError, match=what):
        call()


def test_nothing_is_changed_by_a_refused_step():
    parameters = {"a": np.ones(2), "b": np.ones(2)}
    with pytest.raises(ValueError, match="gradient 'b' has shape"):
        SGD(0.1).step(parameters, {"a": np.ones(2), "b": np.ones(3)})
    assert parameters["a"].tolist() == [1, 1]
    frozen = np.ones(2)
    frozen.flags.writeable = False
    with pytest.raises(TypeError, match="parameter 'w' is no array that can be written"):
        SGD(0.1).step({"w": frozen}, {"w": np.ones(2)})
    optimizer = Adam(0.1)
    optimizer.step(one(), one())
    with pytest.raises(ValueError, match="state 'mean' of 'w' is"):
        optimizer.step(one(shape=(3,)), one(shape=(3,)))


def test_an_optimizer_of_ones_own():
    class Signs(Optimizer):
        def numbers(self, dtype):
            return {"lr": np.asarray(self.rate()).astype(dtype)}

        def update(self, state, w, g, c):  # noqa: ARG002
            return w - c["lr"] * np.sign(g)

    assert after(Signs(0.25), gradients=[[3.0, -2.0, 0.0]]).tolist() == [0.25, -1.25, 2.0]
