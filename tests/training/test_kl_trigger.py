# SPDX-License-Identifier: BSD-3-Clause
"""Is the divergence that calls for a new version right to the last digits, for near and far models?"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import numformats as nf
from model_versions import PROBES, numbered
from numformats.training.versions import KLTrigger, Rotation, kl_divergence


def reference(new, old):
    """The definition, sum of p (log p - log q), in 80 digits."""
    with mpmath.workdps(80):
        tops = [[mpmath.exp(mpmath.mpf(float(z))) for z in row] for row in (new, old)]
        p, q = ([e / sum(row) for e in row] for row in tops)
        return float(sum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True) if a))


def test_it_is_the_definition_for_every_distance():
    rng = np.random.default_rng(3)
    for size in (2, 3, 10, 100):
        for scale in (1e-12, 1e-8, 1e-4, 1e-2, 0.03, 0.05, 0.1, 0.4, 0.6, 1, 5, 30, 300):
            old = rng.normal(0, 3, size)
            new = old + scale * rng.normal(0, 1, size)
            truth = reference(new, old)
            found = float(kl_divergence(new, old))
            assert found == pytest.approx(truth, rel=2e-12, abs=0), (size, scale)
            if scale >= 0.1:  # below, the shift itself rounds away what differs
                shifted = kl_divergence(new, old - 64.0)  # softmax knows no common shift
                assert float(shifted) == pytest.approx(truth, rel=1e-9, abs=0)


def test_the_naive_sum_would_fail_where_this_does_not():
    old = np.array([1.0, -2.0, 0.5])
    new = old + np.array([1e-9, -1e-9, 2e-9])

    def naive(z):
        return z - np.log(np.exp(z).sum())

    p = np.exp(naive(new))
    wrong = float((p * (naive(new) - naive(old))).sum())
    truth = reference(new, old)
    assert abs(wrong - truth) > 10 * truth
    assert float(kl_divergence(new, old)) == pytest.approx(truth, rel=1e-9, abs=0)


def test_it_is_never_negative_and_0_for_equal_answers():
    rng = np.random.default_rng(5)
    z = rng.normal(0, 20, (50, 7))
    assert kl_divergence(z, z).tolist() == [0.0] * 50
    near = np.nextafter(z, np.inf, where=rng.random(z.shape) < 0.5, out=z.copy())
    assert (kl_divergence(near, z) >= 0).all()
    assert (kl_divergence(rng.permuted(z, axis=1), z) >= 0).all()


def test_large_outputs_and_excluded_classes():
    inf = np.inf
    assert float(kl_divergence([1e308, -1e308], [0.0, 0.0])) == pytest.approx(np.log(2))
    assert float(kl_divergence([1000.0, 0.0], [0.0, 1000.0])) == pytest.approx(1000)
    assert float(kl_divergence([-inf, 0.0], [0.0, 0.0])) == pytest.approx(np.log(2))
    assert float(kl_divergence([0.0, 0.0], [-inf, 0.0])) == inf
    assert float(kl_divergence([-inf, 0.5, 1], [-inf, 0.5, 1])) == 0
    assert float(kl_divergence([-inf, 0.5, 1], [-inf, 1, 0.5])) == pytest.approx(
        reference([0.5, 1], [1, 0.5])
    )
    assert kl_divergence(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0,)
    assert kl_divergence(np.zeros((2, 4, 3)), np.zeros((2, 4, 3))).shape == (2, 4)
    assert float(kl_divergence(np.array([1, 2], nf.posit8), np.array([2, 1], nf.float8_e4m3fn))) > 0


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ([[0.0, np.nan]], "new has NaN"),
        ([[0.0, np.inf]], "new has NaN or .inf"),
        ([[-np.inf, -np.inf]], "no probabilities"),
        ([[0.0, 0.0, 0.0]], r"new has shape \(1, 3\) and old \(1, 2\)"),
        (0.0, r"new has shape \(\)"),
        (np.zeros((1, 0)), "axis is that of the classes"),
    ],
)
def test_what_has_no_divergence_is_named(new, words):
    with pytest.raises(ValueError, match=words):
        kl_divergence(new, [[0.0, 0.0]])


def test_the_trigger_calls_for_a_version_above_tau_only():
    rotation = Rotation(numbered(0))
    far, near = numbered(3), numbered(0)
    near.parameters()["2.bias"][0] = 2.0**-6
    distance = float(kl_divergence(far(PROBES), rotation.current(PROBES)).mean())
    due = KLTrigger(PROBES, tau=distance / 2)
    assert not due(near, rotation.current)
    assert 0 < due.last < distance / 2
    assert due(far, rotation.current)
    assert due.last == pytest.approx(distance)
    assert not KLTrigger(PROBES, tau=due.last)(far, rotation.current)  # above, not at
    assert not KLTrigger(PROBES, tau=0)(numbered(0), rotation.current)
    assert KLTrigger(PROBES, tau=0)(near, rotation.current)
    rotation.swap(far)
    assert not due(far, rotation.current)
    assert "tau" in repr(due)
    for tau in (-1, np.nan):
        with pytest.raises(ValueError, match="tau="):
            KLTrigger(PROBES, tau)
    for probes in (np.zeros((0, 4)), 1.0):
        with pytest.raises(ValueError, match="probes has shape"):
            KLTrigger(probes, 1)
