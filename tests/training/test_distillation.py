# SPDX-License-Identifier: BSD-3-Clause
"""Are a teacher's precisions exact sums, is the estimate the posterior's mode, and who is chosen?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training import Linear, ReLU, Sequential, softmax_cross_entropy
from numformats.training.distillation import (
    Candidate,
    Distilled,
    Fisher,
    Prior,
    Probes,
    candidates_of,
    distill,
    fisher,
    isotropic,
    laplace,
    map_estimate,
    soft_cross_entropy,
)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def linear(seed=0, inputs=3, classes=4):
    return Linear(inputs, classes, dtype=np.float64, seed=seed)


def data(n=24, seed=1, inputs=3, classes=4):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, inputs))
    return x, (x @ rng.standard_normal((inputs, classes))).argmax(axis=1)


def test_the_information_of_a_linear_model_is_the_known_formula():
    """F of weight (i, j) is the sum of x_i^2 p_j (1 - p_j)."""
    model, (x, _) = linear(), data()
    p = softmax(model(x))
    found = fisher(model, x)
    rounded = found.rounded()
    assert np.allclose(rounded["weight"], (x**2).T @ (p * (1 - p)), rtol=1e-6)
    assert np.allclose(rounded["bias"], (p * (1 - p)).sum(axis=0), rtol=1e-6)
    assert repr(found) == "Fisher information of 16 parameters, 24 samples"


def test_the_information_of_any_model_is_the_mean_square_slope():
    model = Sequential(Linear(2, 3, dtype=np.float64), ReLU(), Linear(3, 2, dtype=np.float64))
    x = np.array([[0.3, -0.7], [1.0, 0.4]])
    found = fisher(model, x).rounded()
    name = "0.weight"
    array = model.parameters()[name]
    wanted = np.zeros(array.shape)
    for at in np.ndindex(array.shape):
        ends = []
        for step in (1e-5, -1e-5):
            array[at] += step
            ends.append(np.log(softmax(model(x))))
            array[at] -= step
        slope = (ends[0] - ends[1]) / 2e-5
        wanted[at] = (softmax(model(x)) * slope**2).sum()
    assert np.allclose(found[name], wanted, rtol=1e-5, atol=1e-9)


def test_precisions_are_exact_sums_whatever_the_order_and_the_parts():
    model, (x, _) = linear(), data(30)
    whole = fisher(model, x).rounded()
    for order in (np.arange(30)[::-1], np.random.default_rng(3).permutation(30)):
        parts = [fisher(model, x[order[a:b]]) for a, b in ((0, 7), (7, 8), (8, 30))]
        merged = parts[2].merged(parts[0]).merged(parts[1])
        assert merged.samples == 30
        for name, sums in merged.rounded().items():
            assert np.array_equal(sums, whole[name])


def test_small_terms_are_not_lost_beside_large_ones():
    found = Fisher({"w": (1,)})
    for value in (2.0**40, 2.0**-40, 2.0**-40, -(2.0**40)):
        found.add({"w": np.array([value])}, {"w": np.ones(1)})
    assert found.rounded()["w"].tolist() == [2.0**-39]


def test_the_next_prior_adds_up_exactly():
    model, (x, _) = linear(), data()
    information = fisher(model, x)
    prior = laplace(model, information, kappa=0.3, floor=0.1)
    other = Prior(prior.mean, {k: v * 3 for k, v in prior.precision.items()}).after(
        model, information, 0.7
    )
    for name, sums in information.rounded().items():
        for at in np.ndindex(sums.shape):
            wanted = Fraction(0.3) * Fraction(sums[at]) + Fraction(0.1)
            assert prior.precision[name][at] == float(wanted)
            wanted = Fraction(0.7) * Fraction(sums[at]) + Fraction(3 * prior.precision[name][at])
            assert other.precision[name][at] == float(wanted)
        assert np.array_equal(other.mean[name], model.parameters()[name])


@pytest.mark.parametrize("with_probes", [False, True])
def test_the_estimate_is_the_mode_of_the_posterior(with_probes):
    """At the end the derivative of likelihood, penalty and probes together is 0."""
    teacher, (x, y) = linear(), data()
    prior = laplace(teacher, fisher(teacher, x), 0.5, 0.2)
    inputs = np.random.default_rng(9).standard_normal((7, 3))
    probes = Probes.of(teacher, inputs, 5.0) if with_probes else None
    before = teacher.state_dict()
    student = map_estimate(teacher, x, y, prior, probes=probes, steps=200, tolerance=0)
    assert all(np.array_equal(before[k], v) for k, v in teacher.parameters().items())
    w = student.parameters()
    slope = x.T @ (softmax(student(x)) - np.eye(4)[y])
    if with_probes:
        assert np.allclose(probes.probabilities, softmax(teacher(inputs)))
        slope += 5 / 7 * inputs.T @ (softmax(student(inputs)) - softmax(teacher(inputs)))
    slope += prior.precision["weight"] * (w["weight"] - prior.mean["weight"])
    assert np.abs(slope).max() < 1e-5
    assert np.abs(w["weight"] - before["weight"]).max() > 0.05


def test_a_firm_prior_leaves_the_teacher_and_a_weak_one_lets_it_go():
    teacher, (x, y) = linear(), data()
    moved = [
        np.abs(map_estimate(teacher, x, y, isotropic(teacher, s)).own["weight"] - teacher.own["weight"]).max()
        for s in (1e6, 1.0, 1e-3)
    ]  # fmt: skip
    assert moved[0] < 1e-4 < moved[1] < moved[2]


@pytest.mark.parametrize("dtype", ["posit16", "posit8", np.float32])
def test_students_are_rounded_once(dtype):
    teacher, (x, y) = linear(), data()
    wide = map_estimate(teacher, x, y, isotropic(teacher, 0.1))
    narrow = map_estimate(teacher, x, y, isotropic(teacher, 0.1), dtype=dtype)
    for name, array in narrow.parameters().items():
        assert array.dtype == np.dtype(
            nf.parse_format(dtype).dtype if isinstance(dtype, str) else dtype
        )
        assert np.array_equal(
            array.astype(float), wide.parameters()[name].astype(array.dtype).astype(float)
        )
    assert narrow(x).dtype == narrow.dtype


def test_soft_labels():
    z, p = (
        np.array([[1.0, 2.0, 0.5], [0.0, 0.0, 3.0]]),
        np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]]),
    )
    wanted = -(p * np.log(softmax(z))).sum(axis=1)
    assert np.allclose(soft_cross_entropy(z, p, "none"), wanted)
    assert np.isclose(soft_cross_entropy(z, p), wanted.mean())
    assert np.isclose(soft_cross_entropy(z, p, "sum"), wanted.sum())
    hard = soft_cross_entropy(z, np.eye(3)[[1, 2]], "none")
    assert np.allclose(hard, softmax_cross_entropy(z, [1, 2], "none"))
    assert float(soft_cross_entropy([[1e4, 0.0]], [[0.0, 1.0]])) == 1e4


def test_the_teacher_stays_unless_labels_speak_against_it():
    rng = np.random.default_rng(4)
    truth = rng.standard_normal((3, 4)) * 3
    x = rng.standard_normal((60, 3))
    y = (x @ truth).argmax(axis=1)
    good, bad, scratch = linear(), linear(), linear(seed=5)
    good.own["weight"][:], bad.own["weight"][:] = truth, -truth
    found = distill(candidates_of(good, scratch, strengths=[1.0]), x[:12], y[:12], folds=3)
    assert isinstance(found, Distilled)
    assert (found.chosen, list(found.scores)[:2]) == ("teacher", ["teacher", "scratch"])
    assert np.array_equal(found.model.own["weight"], truth)
    found = distill(candidates_of(bad, scratch, strengths=[1.0]), x, y, folds=2)
    assert found.chosen != "teacher"
    assert (np.asarray(found.model(x)).argmax(axis=1) == y).mean() > 0.8
    assert found.scores["teacher"][1] > 0.9
    again = distill(candidates_of(bad, scratch, strengths=[1.0]), x, y, folds=2)
    assert again.chosen == found.chosen
    assert again.scores == found.scores
    narrow = distill(
        candidates_of(good, scratch, strengths=[1.0]), x[:12], y[:12], folds=3, dtype="posit8"
    )
    assert narrow.model.dtype == nf.posit8


def test_candidates():
    teacher, scratch, (x, _) = linear(), linear(seed=3), data()
    made = candidates_of(
        teacher, scratch, fisher(teacher, x), x, strengths=[1], kappas=[2.0], probe_strengths=[3]
    )
    assert [c.name for c in made] == ["teacher", "scratch", "isotropic 1", "Fisher 2", "function 3"]
    assert made[0].fit(None, None) is teacher
    assert not any(m.any() for m in made[1].prior.mean.values())
    assert made[4].probes.strength == 3
    assert isinstance(made[2], Candidate)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda m: isotropic(m, -1.0), ValueError, "precision=-1.0; allowed: a number, 0 or more"),
        (lambda m: laplace(m, fisher(m, np.ones((1, 3))), float("nan")), ValueError, "kappa=nan"),
        (lambda m: fisher(m, np.ones((0, 3))), ValueError, r"shape \(0, 3\); allowed: one sample"),
        (lambda m: fisher(m, np.ones((2, 5))), ValueError, "5 features"),
        (lambda m: fisher(m, np.ones((2, 3, 3))), ValueError, r"outputs have shape \(1, 3, 4\)"),
        (lambda m: fisher(m, np.ones((1, 3))).merged(Fisher({"w": (1,)})), ValueError, "one model"),
        (lambda m: isotropic(m, 1.0).after(m, Fisher({"w": (1,)})), ValueError, "the information of"),
        (lambda m: isotropic(m, 1.0).penalty({"w": np.ones(1)}), ValueError, "not of .'w'"),
        (lambda m: Probes.of(m, np.ones((1, 3)), 0), ValueError, "strength=0"),
        (lambda m: map_estimate(Linear(3, 4), [[1.0, 2, 3]], [0], isotropic(m, 1.0)), ValueError, "float32"),
        (lambda m: map_estimate(m, [[1.0, 2, 3]], [4], isotropic(m, 1.0)), ValueError, r"labels\[0\] is 4"),
        (lambda m: distill([Candidate("teacher", m)], [[1.0, 2, 3]], [0]), ValueError, "two or more"),
        (lambda _: distill([], np.ones((2, 3)), [0, 1]), ValueError, "no candidate"),
        (lambda _: soft_cross_entropy([[1.0]], [[1.0, 0.0]]), ValueError, "logits have shape"),
        (lambda _: soft_cross_entropy([[1.0]], [[1.0]], "all"), ValueError, "reduction='all'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call(linear())
