# SPDX-License-Identifier: BSD-3-Clause
"""Are losses and their derivatives right to the last place, and are wrong targets named?"""

import mpmath
import numpy as np
import pytest

import numformats as nf
from numformats.training import binary_cross_entropy, mean_squared_error, softmax_cross_entropy

LOGITS = np.array([[2.0, -1.0, 0.5], [30.0, -8.0, 1.0], [-3.0, -3.0, -3.0], [0.0, 60.0, -60.0]])
LABELS = np.array([1, 0, 2, 1])


def gradient(loss, x, *args, g=None, **kwargs):
    value, pull = nf.autodiff.vjp(lambda x: loss(x, *args, **kwargs), x)
    return value, pull(np.ones_like(value) if g is None else g)[0]


def in_50_digits(logits, labels, smoothing=0):
    """Losses and their derivatives."""
    with mpmath.workdps(50):
        losses, slopes = [], []
        for row, label in zip(logits.tolist(), labels, strict=True):
            e = [mpmath.exp(z) for z in row]
            total, k = mpmath.fsum(e), len(row)
            target = [mpmath.mpf(smoothing) / k + (1 - mpmath.mpf(smoothing)) * (j == label)
                      for j in range(k)]  # fmt: skip
            losses.append(float(-mpmath.fsum(
                t * mpmath.log(v / total) for t, v in zip(target, e, strict=True))))  # fmt: skip
            slopes.append([float(v / total - t) for t, v in zip(target, e, strict=True)])
    return np.array(losses), np.array(slopes)


@pytest.mark.parametrize("smoothing", [0, 0.125])
def test_cross_entropy_of_float64(smoothing):
    losses, slopes = in_50_digits(LOGITS, LABELS, smoothing)
    value, found = gradient(
        softmax_cross_entropy, LOGITS, LABELS, "none", label_smoothing=smoothing
    )
    np.testing.assert_allclose(value, losses, rtol=1e-14)
    # Without smoothing the derivative keeps all digits, also where the label is certain: 1 - p is
    # 1e-26 in the last row.
    room = 0 if smoothing == 0 else 1e-16
    np.testing.assert_allclose(found, slopes, rtol=2e-15, atol=room)


@pytest.mark.parametrize("T", [nf.posit16, nf.posit8, nf.bfloat16, nf.float8_e4m3fn, nf.bposit32])
def test_the_derivative_is_rounded_once(T):
    """Both p - t and its product with the cotangent are computed before the one rounding."""
    x = LOGITS[:3].astype(T)
    _, slopes = in_50_digits(x.astype(float), LABELS[:3])
    _, found = gradient(softmax_cross_entropy, x, LABELS[:3], "none", g=np.full(3, 0.3))
    assert found.dtype == np.dtype(T)
    np.testing.assert_array_equal(found, (0.3 * slopes).astype(T))


def test_reductions():
    none, mean, total = (softmax_cross_entropy(LOGITS, LABELS, r) for r in ("none", "mean", "sum"))
    assert none.shape == (4,)
    assert float(total) == nf.fsum(none) and float(mean) == nf.fmean(none)  # noqa: PT018
    places = softmax_cross_entropy(LOGITS.reshape(2, 2, 3), LABELS.reshape(2, 2), "none")
    np.testing.assert_allclose(places, none.reshape(2, 2).mean(axis=1))
    y, t = LOGITS, LOGITS[::-1]
    np.testing.assert_allclose(mean_squared_error(y, t), np.mean((y - t) ** 2))
    np.testing.assert_allclose(
        mean_squared_error(y, t, "sum"), np.sum(mean_squared_error(y, t, "none"))
    )


def test_squares():
    y, t = LOGITS.astype(nf.posit16), LOGITS[::-1]
    value, found = gradient(mean_squared_error, y, t, "none")
    np.testing.assert_allclose(value, np.mean((LOGITS - t) ** 2, axis=1), rtol=1e-15)
    np.testing.assert_array_equal(found, (2 * (LOGITS - t) / 3).astype(nf.posit16))


def test_binary_cross_entropy():
    z, t = np.array([0.5, -40.0, 60.0, 3.0]), np.array([1.0, 0.0, 1.0, 0.25])
    value, found = gradient(binary_cross_entropy, z, t, "none")
    with mpmath.workdps(50):
        p = [1 / (1 + mpmath.exp(-mpmath.mpf(v))) for v in z]
        wanted = [float(-t * mpmath.log(q) - (1 - t) * mpmath.log(1 - q))
                  for q, t in zip(p, t, strict=True)]  # fmt: skip
        slopes = [float(q - mpmath.mpf(t)) for q, t in zip(p, t, strict=True)]
    np.testing.assert_allclose(value, wanted, rtol=1e-14)
    np.testing.assert_allclose(found, slopes, rtol=1e-14)


@pytest.mark.parametrize("loss", [softmax_cross_entropy, mean_squared_error, binary_cross_entropy])
def test_fixed_point_has_the_loss_that_it_cannot_hold(loss):
    x = np.array([[0.5, -0.5], [-0.25, 0.75]])
    targets = np.array([1, 0]) if loss is softmax_cross_entropy else np.array([[1, 0], [0, 1.0]])
    np.testing.assert_allclose(loss(x.astype(nf.q15), targets), loss(x, targets), rtol=1e-15)


def test_losses_of_64_bits_keep_their_format():
    x = LOGITS.astype(nf.posit64)
    value, found = gradient(softmax_cross_entropy, x, LABELS, "none")
    losses, slopes = in_50_digits(LOGITS, LABELS)
    assert value.dtype == found.dtype == np.dtype(nf.posit64)
    # Far from 1 a posit has fewer bits: some 35 at 1e-26.
    np.testing.assert_allclose(value.astype(float), losses, rtol=1e-9)
    np.testing.assert_allclose(found.astype(float), slopes, rtol=1e-9, atol=1e-50)
    np.testing.assert_allclose(value[0].astype(float), losses[0], rtol=1e-15)


def test_nan_arrives():
    x = LOGITS.astype(nf.posit16)
    x[1, 2] = np.nan
    value = softmax_cross_entropy(x, LABELS, "none")
    assert np.isnan(value).tolist() == [False, True, False, False]


def test_one_class_has_no_loss():
    assert softmax_cross_entropy(np.array([[3.0], [4.0]]), [0, 0]) == 0


REFUSED = [
    (softmax_cross_entropy, (LOGITS, [0, 1, 3, 0]), ValueError, r"labels\[2\] is 3; allowed: 0 to 2"),
    (softmax_cross_entropy, (LOGITS, [0, -1, 0, 0]), ValueError, r"labels\[1\] is -1"),
    (softmax_cross_entropy, (LOGITS, [0, 1]), ValueError, r"labels have shape \(2,\)"),
    (softmax_cross_entropy, (LOGITS, [0.0] * 4), TypeError, "labels are float64"),
    (softmax_cross_entropy, (LOGITS[:0], []), ValueError, "the batch is empty"),
    (softmax_cross_entropy, (LOGITS[0], 1), ValueError, r"logits have shape \(3,\)"),
    (softmax_cross_entropy, (LOGITS, LABELS, "max"), ValueError, "reduction='max'; allowed: 'mean'"),
    (mean_squared_error, (LOGITS, LOGITS[:, 0]), ValueError, r"targets have shape \(4,\)"),
    (binary_cross_entropy, (LOGITS, LOGITS), ValueError, r"targets\[0, 0\] is .*2.0.*allowed: 0 to 1"),
    (binary_cross_entropy, (LOGITS, LABELS), ValueError, r"targets have shape \(4,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "args", "kind", "what"), REFUSED)
def test_refusals(loss, args, kind, what):
    with pytest.raises(kind, match=what):
        loss(*args)
