# SPDX-License-Identifier: BSD-3-Clause
"""Are a batch's gradients the derivative, and the same to the bit however the batch is split?"""

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import grad
from numformats.training import (
    Linear,
    Pass,
    Sequential,
    Share,
    Tanh,
    gradients,
    mean_squared_error,
    softmax_cross_entropy,
)
from numformats.training.gradients import shares

FORMATS = [nf.posit8, nf.posit16, nf.bposit16, nf.bfloat16, nf.float8_e5m2, nf.q15,
           np.float32, np.float64]  # fmt: skip


def model_of(T):
    return Sequential(Linear(6, 5, dtype=T, seed=1), Tanh(), Linear(5, 3, dtype=T, seed=2))


def batch_of(T, size=14):
    r = np.random.default_rng(3)
    return (r.uniform(-0.9, 0.9, (size, 6))).astype(T), r.integers(0, 3, size)


def bits(result):
    value, slopes = result
    return value.tobytes() + b"".join(slopes[name].tobytes() for name in sorted(slopes))


@pytest.mark.parametrize("T", FORMATS, ids=lambda t: str(np.dtype(t)))
def test_neither_split_nor_order_nor_threads_show(T):
    model, (x, y) = model_of(T), batch_of(T)
    seen = set()
    with np.errstate(all="ignore"):
        for size, threads in ((None, 1), (1, 1), (2, 3), (7, 2), (14, 1)):
            order = np.random.default_rng(size).permutation(len(x))
            seen.add(
                bits(
                    gradients(
                        model, softmax_cross_entropy, x[order], y[order],
                        micro_batch=size, threads=threads,
                    )
                )
            )  # fmt: skip
    assert len(seen) == 1


def test_they_are_the_derivative():
    """Against one reverse pass in float64 over the loss that divides by itself."""
    model, (x, y) = model_of(np.float64), batch_of(np.float64)
    value, slopes = gradients(model, softmax_cross_entropy, x, y, micro_batch=5)
    plain = grad(lambda p: softmax_cross_entropy(model.forward(p, x, Pass()), y))(
        model.parameters()
    )
    assert value == pytest.approx(float(softmax_cross_entropy(model(x), y)), rel=1e-15)
    for name, slope in slopes.items():
        np.testing.assert_allclose(slope, plain[name], rtol=1e-13, atol=1e-17)


def test_a_batch_of_several_parts_divides_by_the_whole():
    model, (x, y) = model_of(np.float32), batch_of(np.float32)
    half = gradients(model, softmax_cross_entropy, x[:7], y[:7], batch_total=14)[1]
    full = gradients(model, softmax_cross_entropy, x[:7], y[:7])[1]
    scaled = gradients(model, softmax_cross_entropy, x[:7], y[:7], scale=0.5)[1]
    for name, slope in half.items():
        np.testing.assert_allclose(slope * 2, full[name], rtol=1e-6)
        assert slope.tobytes() == scaled[name].tobytes()


def test_wider_cotangents_are_closer_to_the_truth():
    model, (x, y) = model_of(nf.posit8), batch_of(nf.posit8)
    wide = gradients(model, softmax_cross_entropy, x, y, cotangent_dtype="posit32")[1]
    narrow = gradients(model, softmax_cross_entropy, x, y)[1]
    assert {s.dtype for s in wide.values()} == {np.dtype(nf.posit32)}
    assert wide["0.weight"].astype(float) == pytest.approx(
        narrow["0.weight"].astype(float), rel=0.5, abs=0.02
    )
    assert gradients(
        model, softmax_cross_entropy, x, y, cotangent_dtype="posit32", micro_batch=3
    )[1]["0.weight"].tobytes() == wide["0.weight"].tobytes()  # fmt: skip


def test_layers_get_the_numbers_of_their_samples():
    seen = []

    class Looks(Linear):
        def forward(self, parameters, x, run):
            seen.append((run.samples.tolist(), run.training, run.step))
            return super().forward(parameters, x, run)

    model, (x, _) = Looks(6, 1, dtype=np.float32), batch_of(np.float32, 3)
    gradients(model, mean_squared_error, x, np.zeros((3, 1)), micro_batch=2)
    gradients(
        model, mean_squared_error, x, np.zeros((3, 1)), Pass(step=4, samples=np.array([7, 9, 8]))
    )
    assert seen == [([0, 1], True, 0), ([2], True, 0), ([7, 9, 8], False, 4)]


def test_errors_say_what_is_wrong():
    model, (x, y) = model_of(np.float32), batch_of(np.float32)
    with pytest.raises(ValueError, match="x has 14 samples, y has 13"):
        gradients(model, softmax_cross_entropy, x, y[1:])
    with pytest.raises(ValueError, match="the batch is empty"):
        gradients(model, softmax_cross_entropy, x[:0], y[:0])
    with pytest.raises(ValueError, match="micro_batch is 0; it must be at least 1"):
        gradients(model, softmax_cross_entropy, x, y, micro_batch=0)
    with pytest.raises(TypeError, match="threads is 1.5; it must be an integer"):
        gradients(model, softmax_cross_entropy, x, y, threads=1.5)
    with pytest.raises(ValueError, match=r"the loss gives shape \(\) for 14 samples"):
        gradients(model, lambda z, *_, **__: nf.fsum(z), x, y)
    with pytest.raises(ZeroDivisionError):  # of a thread
        gradients(model, lambda *_, **__: 1 // 0, x, y, micro_batch=2, threads=2)
    with pytest.raises(TypeError, match="workers=3 is no client of Dask"):
        gradients(model, softmax_cross_entropy, x, y, workers=3)


def test_what_a_thread_ignores_is_what_its_caller_ignores():
    model = Linear(1, 1, dtype=np.float32)
    model.own["weight"][...] = 3e38
    x, y = np.full((4, 1), 3e38, np.float32), np.zeros((4, 1))
    with np.errstate(all="ignore"):
        gradients(model, mean_squared_error, x, y, micro_batch=1, threads=2)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        gradients(model, mean_squared_error, x, y, micro_batch=1, threads=2)


def test_shares_merge():
    model, (x, y) = model_of(nf.posit16), batch_of(nf.posit16)
    one, two = (
        shares(model, softmax_cross_entropy, x[rows], y[rows], Pass(), 1 / 14)
        for rows in (slice(0, 5), slice(5, 14))
    )
    both = two.moved(5).merge(one)
    assert isinstance(both, Share)
    assert [part.first for part in both.parts] == [5, 0]
    assert both.outputs.tobytes() == model(x).tobytes()
    assert both.losses.tolist() == softmax_cross_entropy(model(x), y, reduction="none").tolist()
    whole = gradients(model, softmax_cross_entropy, x, y)[1]
    for name, held in both.gradients.items():
        assert held.round().tobytes() == whole[name].tobytes()
