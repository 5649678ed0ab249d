# SPDX-License-Identifier: BSD-3-Clause
"""Does 1-bit Adam send what it says, lose nothing on the way, and converge?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training import Adam, fit, softmax_cross_entropy
from numformats.training.mixed_precision import OneBitAdam, bytes_of_signs, scaled_signs
from training_parts import bits_of, blobs, small_model


class Wire:
    """A compression that remembers what went in and what came out, call by call."""

    def __init__(self):
        self.sent = []

    def __call__(self, x):
        y = scaled_signs(x)
        self.sent.append(y)
        return y


def exact_sum(arrays):
    """Element by element, in Fractions."""
    shape = np.shape(arrays[0])
    total = np.full(shape, Fraction(0), object)
    for a in arrays:
        total = total + np.vectorize(Fraction, otypes=[object])(np.asarray(a, float))
    return total


def test_what_was_sent_in_all_differs_from_what_was_to_be_sent_by_one_residual(monkeypatch):
    rng = np.random.default_rng(0)
    wire = Wire()
    optimizer = OneBitAdam(0.01, warmup=3, workers=3, compress=wire)
    given = []
    agreed = OneBitAdam._agreed

    def remembering(self, name, momenta):
        given.append([m.copy() for m in momenta])
        return agreed(self, name, momenta)

    monkeypatch.setattr(OneBitAdam, "_agreed", remembering)
    w = {"w": rng.normal(size=(2, 3))}
    for _ in range(40):
        optimizer.step(w, [{"w": rng.normal(size=(2, 3))} for _ in range(3)])
    assert given[0][0].shape == (6,)
    assert len(given) == 37
    calls = [wire.sent[i : i + 4] for i in range(0, len(wire.sent), 4)]  # three workers, the server
    for i, feedback in enumerate(optimizer.worker_errors["w"]):
        sent = exact_sum([call[i] for call in calls])
        wanted = exact_sum([momenta[i] for momenta in given])
        assert isinstance(feedback, nf.training.compensation.ErrorFeedback)
        assert (wanted - sent == feedback.exact_residual()).all()
        assert (feedback.exact_residual() != 0).any()
    means = [sum(call[:3]) / 3 for call in calls]
    server = optimizer.server_errors["w"].exact_residual()
    assert (exact_sum(means) - exact_sum([call[3] for call in calls]) == server).all()


def test_the_mean_of_squares_stays_after_the_warm_up():
    rng = np.random.default_rng(0)
    optimizer, w = OneBitAdam(0.01, warmup=5), {"w": np.ones(8)}
    frozen = []
    for step in range(12):
        assert optimizer.is_warm == (step >= 5)
        optimizer.step(w, {"w": rng.normal(size=8)})
        frozen.append(optimizer.square["w"].copy())
    assert (frozen[3] != frozen[4]).all()
    assert all((v == frozen[4]).all() for v in frozen[5:])
    sizes = np.abs(optimizer.mean["w"])
    assert (sizes == sizes[0]).all()  # what the server sent: signs of one size


@pytest.mark.parametrize("dtype", [np.float64, np.float32, nf.bfloat16])
def test_the_warm_up_is_adam(dtype):
    rng = np.random.default_rng(1)
    start = rng.normal(size=5).astype(dtype)
    ours, theirs = {"w": start.copy()}, {"w": start.astype(float)}
    optimizer, adam = OneBitAdam(0.01, warmup=10, workers=2), Adam(0.01)
    for _ in range(10):
        g = rng.normal(size=(2, 5))
        optimizer.step(ours, [{"w": g[0]}, {"w": g[1]}], 4.0)
        adam.step(theirs, {"w": g.mean(0) / 4})
    tolerance = {8: 1e-12, 4: 1e-6, 2: 0.05}[np.dtype(dtype).itemsize]
    np.testing.assert_allclose(ours["w"].astype(float), theirs["w"], atol=tolerance)
    assert optimizer.bytes_sent == optimizer.bytes_of_adam == 10 * 2 * 4 * 5


@pytest.mark.parametrize(("workers", "seed"), [(1, 0), (3, 1)])
def test_it_converges_on_a_quadratic_whose_workers_disagree(workers, seed):
    """f_i(w) = sum h (w - c_i)^2 / 2: no worker's own minimum is the common one, which is found."""
    rng = np.random.default_rng(seed)
    h, centres = rng.uniform(0.5, 2, 8), rng.normal(size=(workers, 8))
    w, best = {"w": rng.normal(size=8) * 4}, centres.mean(0)
    first = np.sum(h * (w["w"] - best) ** 2)
    rate = lambda step: 0.1 * 0.996 ** max(step - 500, 0)  # noqa: E731
    optimizer = OneBitAdam(rate, (0.9, 0.99), warmup=50, workers=workers)
    for _ in range(1500):
        optimizer.step(w, [{"w": h * (w["w"] - c)} for c in centres])
    assert np.sum(h * (w["w"] - best) ** 2) < 1e-6 * first
    assert optimizer.bytes_sent < optimizer.bytes_of_adam / 4  # 5 bytes for 8 numbers, not 32


def test_steps_after_the_warm_up_have_the_corrections_of_its_end():
    rng = np.random.default_rng(0)
    optimizer, w = OneBitAdam(0.01, (0.9, 0.999), warmup=4), {"w": rng.normal(size=6)}
    for t in range(1, 9):
        before = w["w"].copy()
        optimizer.step(w, {"w": rng.normal(size=6)})
        k = 1 / np.sqrt(1 - 0.999 ** min(t, 4))
        s = 0.01 / (1 - 0.9**t)
        moved = s * optimizer.mean["w"] / (np.sqrt(optimizer.square["w"]) * k + 1e-8)
        np.testing.assert_allclose(before - w["w"], moved, rtol=1e-9)


def test_without_error_feedback_it_would_not_converge():
    """The signs of one size alone move all coordinates alike: the small ones never settle."""
    h = np.geomspace(0.01, 1, 20)

    def left(feedback):
        w, optimizer = {"w": np.ones(20)}, OneBitAdam(0.01, (0.9, 0.99), warmup=20)
        for _ in range(600):
            optimizer.step(w, {"w": h * w["w"]})
            if not feedback:
                optimizer.worker_errors.clear()
                optimizer.server_errors.clear()
        return float(np.sum(h * w["w"] ** 2))

    assert left(True) < left(False) / 3


def test_what_had_no_gradient_in_the_warm_up_stays():
    """Its v is 0: the size of all others would move it by lr m / epsilon."""
    rng = np.random.default_rng(0)
    optimizer, w = OneBitAdam(0.01, warmup=5), {"w": np.array([1.0, 2.0, 3.0])}
    for _ in range(50):
        optimizer.step(w, {"w": rng.normal(size=3) * [1, 0, 1]})
    assert w["w"][1] == 2
    assert np.abs(w["w"][::2] - [1, 3]).max() < 1
    assert optimizer.bytes_sent == 2 * (5 * 12 + 45 * bytes_of_signs(2))


def test_bytes_are_a_bit_for_a_number_and_a_scale():
    optimizer, w = OneBitAdam(0.01, warmup=1), {"w": np.ones((3, 100)), "b": np.ones(3)}
    g = {"w": np.ones((3, 100)), "b": np.ones(3)}
    for _ in range(11):
        optimizer.step(w, g)
    assert optimizer.bytes_of_adam == 11 * 2 * 4 * 303
    assert optimizer.bytes_sent == 2 * 4 * 303 + 10 * 2 * (38 + 4 + 1 + 4)
    assert bytes_of_signs(0) == 4


def test_signs_of_nothing_of_zeros_and_of_one_number():
    assert scaled_signs(np.zeros((2, 0))).shape == (2, 0)
    assert scaled_signs([0.0, 0.0]).tolist() == [0, 0]
    assert scaled_signs(-3.0) == -3
    thirds = scaled_signs(np.array([1.0, -1.0, -1.0]) / 3)
    assert (thirds == np.float32(1 / 3) * np.array([1, -1, -1])).all()


def test_training_is_resumed_to_the_same_bits(tmp_path):
    x, y = blobs(60)

    def run(epochs, **options):
        model = small_model()
        optimizer = OneBitAdam(0.01, (0.9, 0.99), warmup=4)
        fit(model, x, y, loss=softmax_cross_entropy, optimizer=optimizer, epochs=epochs, batch=20,
            **options)  # fmt: skip
        return model, optimizer

    whole, first = run(4)
    run(2, checkpoint=tmp_path / "run")
    resumed, second = run(4, checkpoint=tmp_path / "run", resume=True)
    assert bits_of(resumed) == bits_of(whole)
    assert (
        (second.steps, second.bytes_sent)
        == (first.steps, first.bytes_sent)
        == (12, first.bytes_sent)
    )
    assert second.is_warm


def test_what_does_not_fit_is_refused_before_anything_changes():
    optimizer, w = OneBitAdam(0.1, warmup=1, workers=2), {"w": np.ones(3)}
    g = {"w": np.ones(3)}
    for bad, message in [
        (g, "1 workers' gradients; needed: 2"),
        ([g, {"v": np.ones(3)}], r"gradients of worker 1 differ: \['v', 'w'\]"),
        ([g, {"w": np.ones(2)}], r"'w' of worker 1 has shape \(2,\), its parameter \(3,\)"),
        ([{"w": np.array([1, np.nan, 1])}, g], "'w' of worker 0 is not finite"),
    ]:
        with pytest.raises(ValueError, match=message):
            optimizer.step(w, bad)
    with pytest.raises(TypeError, match="'w' is posit64: float64 does not hold it"):
        optimizer.step({"w": np.ones(3, nf.posit64)}, [g, g])
    assert optimizer.steps == 0
    assert (w["w"] == 1).all()
    for options, message in [
        ({"lr": 0}, "lr=0;"), ({"epsilon": 0.0}, "epsilon=0.0"), ({"betas": (1, 0.9)}, r"betas\[0\]=1"),
        ({"warmup": 0}, "warmup is 0"), ({"workers": 0}, "workers is 0"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=message):
            OneBitAdam(**options)
    for _ in range(2):
        optimizer.step(w, [g, g])
    with pytest.raises(ValueError, match="the state is of 2 workers; these are 1"):
        OneBitAdam(warmup=1).load_state_dict(optimizer.state_dict())
    with pytest.raises(ValueError, match="the state is of Adam"):
        optimizer.load_state_dict(Adam().state_dict())
    assert repr(optimizer) == "OneBitAdam(lr=0.1, warmup=1, steps=2)"
