# SPDX-License-Identifier: BSD-3-Clause
"""Can a user's own layer be planned, and what does a plan refuse?"""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest
from cffi import FFI

import numformats as nf
from interrupts import as_in_a_terminal
from numformats import training
from numformats.training import Linear, Sequential, forward, reverse
from numformats.training.compensation import CompensatedLinear
from numformats.training.mixed_precision import ScaledLinear
from numformats.training.plans import Builder, Matrix, Node
from plans import batch, changes, mlp, step_of


class Cube(training.Layer):
    """Elementwise NumPy code: nothing more is needed."""

    def forward(self, parameters, x, run):  # noqa: ARG002 - a layer's arguments
        return x * x * x


class Squares(Node):
    """The same derivative as x * x, from operations of the core, written by hand."""

    def __init__(self, name):
        self.name = name

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        y = b.buffer(f"a {self.name}", s.rows, s.columns, s.dtype, extra=b.extra)
        x, rest = s.part(rows=slice(b.batch)), slice(b.batch, s.rows)
        b.element("mul", y.part(rows=slice(b.batch)), x, x)
        if s.rows > b.batch:
            self.back(b, x, y, s.part(rows=rest), y.part(rows=rest))
        return y

    def back(self, b, x, y, g, out=None):  # noqa: ARG002 - a node's arguments
        out = g if out is None else out
        b.element("mul", out, g, x)
        b.element("add", out, out, out)
        return out


class Squared(training.Layer):
    def __init__(self, node=Squares):
        super().__init__()
        self.node = node

    def forward(self, parameters, x, run):  # noqa: ARG002 - a layer's arguments
        return x * x

    def emit(self, b, name):  # noqa: ARG002 - a layer's arguments
        return [self.node(name)]


class InC(Squares):
    """x * x by a C function; here a callback of another cffi, as a library's address would be."""

    ffi = FFI()
    ffi.cdef(
        "typedef struct { int64_t at; int32_t rows, columns, row, column; } place;"
        "typedef struct { uint8_t kind, formats[4], unused[3]; int32_t flag, stream, first, last;"
        " place a, b, addend, out; } op;"
    )
    calls = 0

    @staticmethod
    @ffi.callback("bool(op *, char *, void *, void *)")
    def kernel(op, arena, formats, context):  # noqa: ARG004 - the core's arguments
        InC.calls += 1
        at = InC.ffi.cast("double *", arena + op.a.at), InC.ffi.cast("double *", arena + op.out.at)
        for i in range(op.out.rows):
            for j in range(op.out.columns):
                at[1][i * op.out.row + j] = at[0][i * op.a.row + j] ** 2
        return True

    def stacked(self, b, s):
        y = b.buffer(f"a {self.name}", s.rows, s.columns, s.dtype, extra=b.extra)
        b.call(self.kernel, self.name, y.part(rows=slice(b.batch)), s.part(rows=slice(b.batch)))
        return y


class InPython(InC):
    @staticmethod
    def kernel(out, x):
        np.multiply(x, x, out=out)


def gradients(layer, mode):
    x, y = batch(5, 4, 3)
    model = Sequential(
        Linear(4, 6, dtype=np.float64, seed=1), layer, Linear(6, 3, dtype=np.float64, seed=2)
    )
    return changes(model, x, y, mode)


def same(one, other):
    assert all(np.abs(one[k] - other[k]).max() <= 1e-15 for k in other)


@pytest.mark.parametrize("mode", [reverse(), forward(K=3)], ids=str)
def test_a_layer_of_operations_of_the_core(mode):
    class Square(Cube):
        def forward(self, parameters, x, run):  # noqa: ARG002 - a layer's arguments
            return x * x

    same(gradients(Squared(), mode), gradients(Square(), mode))


def test_a_layer_of_numpy_code_has_its_derivative_from_the_table():
    x, y = batch(5, 4, 3)
    same(gradients(Cube(), forward(exact=True, K=2)), gradients(Cube(), reverse()))
    model = Sequential(Linear(4, 6, dtype=np.float64, seed=1), Cube())
    w = model.parameters()["0.weight"].copy()
    z = x @ w
    error = z**3 - np.eye(6)[y]
    wanted = x.T @ (2 * error / 6 * 3 * z**2) / 5
    found = changes(model, x, np.eye(6)[y], reverse(), loss="mean_squared_error")
    assert np.abs(found["0.weight"] - wanted).max() < 1e-13


@pytest.mark.parametrize("node", [InC, InPython])
def test_a_layer_of_ones_own_function(node):
    InC.calls = 0
    same(gradients(Squared(node), reverse()), gradients(Squared(), reverse()))
    assert InC.calls == (node is InC)
    model = Sequential(
        Linear(4, 6, dtype=np.float64), Squared(node), Linear(6, 3, dtype=np.float64)
    )
    text = training.compile(model, batch=5, mode=reverse()).certificate()
    assert ("calls Python: allocations not certified (1)" in text) == (node is InPython)


def test_an_exception_of_ones_own_function_arrives():
    class Failing(InPython):
        @staticmethod
        def kernel(out, x):  # noqa: ARG004 - a kernel's arguments
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        gradients(Squared(Failing), reverse())


def test_layers_without_a_plan_are_named():
    class Odd(training.Layer):
        def forward(self, parameters, x, run):  # noqa: ARG002 - a layer's arguments
            return np.sort(x)

    class Branching(training.Layer):
        def forward(self, parameters, x, run):  # noqa: ARG002 - a layer's arguments
            return x if x > 0 else -x

    for layer, what in (
        (Odd(), r"layer '1' \(Odd\) has no plan: np.sort is not elementwise"),
        (Branching(), "use np.where in place of a condition"),
        (training.LSTM(6, 6), r"layer '1' \(LSTM\) has parameters, and no emit"),
        # Derived from Linear, and what it computes is not what Linear does.
        (ScaledLinear(6, 6), r"layer '1' \(ScaledLinear\) has parameters, and no emit"),
        (CompensatedLinear(6, 6), r"layer '1' \(CompensatedLinear\) has parameters, and no emit"),
        (
            Linear(6, 6, dtype=nf.q15, initial="xavier_uniform"),
            "layer '1': q15 has no 1, which a planned bias",
        ),
        (Linear(6, 6, accumulate="sequential"), "layer '1': plans add exactly, or natively"),
    ):
        with pytest.raises(TypeError, match=what):
            training.compile(Sequential(Linear(4, 6), layer, Linear(6, 3)), batch=2)


def test_a_format_without_1_has_reverse_mode_only():
    model = Sequential(Linear(16, 3, dtype=nf.q15, bias=False))
    plan = training.compile(model, batch=2, mode=reverse(), delta=nf.posit16)
    before = model.parameters()["0.weight"].copy()
    plan.step(np.full((2, 16), 0.25), [0, 1], lr=0.5)
    assert (model.parameters()["0.weight"] != before).any()
    with pytest.raises(TypeError, match="layer '0': q15 has no 1 and -1 for tangents"):
        training.compile(
            Sequential(Linear(16, 3, dtype=nf.q15, bias=False)), batch=2, mode=forward()
        )


def test_a_long_step_is_interrupted():
    """Ctrl-C within a second, in a step that takes some ten: a fast machine is not done before it."""
    script = """
    import os, signal, threading, time
    import numpy as np, numformats as nf
    from numformats import training
    model = training.Sequential(training.Linear(300, 300, dtype=nf.posit64), training.ReLU(),
                                training.Linear(300, 10, dtype=nf.posit64))
    plan = training.compile(model, batch=2000, mode=training.forward(exact=True, K=20))
    times = []
    def press():
        time.sleep(0.5)
        times.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=press).start()
    try:
        plan.step(np.ones((2000, 300)), np.zeros(2000, int), lr=0.5)
    except KeyboardInterrupt:
        print("stopped", time.monotonic() - times[0] < 1)
    """
    with as_in_a_terminal():
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout == "stopped True\n", done.stderr


def test_what_a_step_refuses():
    x, y = batch(4, 6, 3)
    model = mlp((6, 5, 3))
    plan = training.compile(model, batch=4, mode=reverse())
    for wrong, what in (
        ((x[:3], y), r"x has shape \(3, 6\); the plan was made for \(4, 6\)"),
        ((x, y[:3]), r"labels has shape \(3,\); the plan was made for \(4,\)"),
        ((x, [0, 1, 2, 3]), "from 0 to 3; allowed: whole numbers 0 to 2"),
        ((x, [0.0, 1, 2, 1]), "labels float64"),
        ((x,), "softmax_cross_entropy needs labels"),
    ):
        with pytest.raises(ValueError, match=what):
            plan.step(*wrong)
    with pytest.raises(ValueError, match="samples has shape"):
        plan.step(x, y, samples=[1])
    with pytest.raises(ValueError, match="keeps no outputs"):
        plan.outputs()
    model.parts["0"].own["bias"] = np.zeros(5)
    with pytest.raises(ValueError, match="'bias' of the model was replaced"):
        plan.step(x, y)


def test_what_compile_refuses():
    model = mlp((6, 5, 3))
    for options, what in (
        ({"batch": 0}, "batch=0; allowed: 1 and more"),
        ({"loss": "hinge"}, "loss 'hinge' has no plan; allowed: softmax_cross_entropy"),
        ({"accumulate": "fast"}, "accumulate='fast'; allowed: 'exact', 'native'"),
        ({"inputs": 7}, "takes 6 inputs, and gets 7"),
    ):
        with pytest.raises(ValueError, match=what):
            training.compile(model, **{"batch": 2, **options})
    for options, what in (
        ({"perturb": "bias"}, "perturb='bias'; allowed: 'activity', 'weight'"),
        ({"combine": "sum"}, "combine='sum'; allowed"),
        ({"K": 0}, "K=0 tangents; allowed: 1 to 1024"),
        ({"combine": "project"}, "perturb='activity' has combine='mean'"),
        ({"replay": False}, "replayed signs only"),
    ):
        with pytest.raises(ValueError, match=what):
            forward(**options)
    with pytest.raises(ValueError, match="nothing to train"):
        training.compile(Sequential(training.ReLU()), batch=2, inputs=3)


def test_a_loss_that_is_no_number_changes_no_weight():
    x, y = batch(4, 6, 3)
    x[2, 3] = np.nan
    for mode in (reverse(), forward(K=2), forward(exact=True, K=2)):
        for dtype in (nf.posit16, np.float32):
            model = mlp((6, 5, 3), dtype=dtype)
            before = b"".join(a.tobytes() for a in model.parameters().values())
            with (
                np.errstate(all="ignore"),
                pytest.raises(FloatingPointError, match="no weight has changed"),
            ):
                step_of(model, x, y, mode)
            assert before == b"".join(a.tobytes() for a in model.parameters().values())


def test_the_model_sees_every_step():
    x, y = batch(32, 6, 3)
    model = mlp((6, 8, 3), training.Tanh, nf.posit16)
    plan = training.compile(model, batch=32, loss=training.softmax_cross_entropy, mode=forward(K=8))
    losses = [plan.step(x, y, lr=0.5, seed=seed) for seed in range(60)]
    assert losses[-1] < 0.7 * losses[0]
    now = float(training.softmax_cross_entropy(model(x), y))
    assert plan.step(x, y) == pytest.approx(now, rel=1e-12)
