# SPDX-License-Identifier: BSD-3-Clause
"""Which programs must a trace leave as they are?  Twelve, as a NumPy user writes them.

PROGRAMS: name -> (function, its arguments in float64).  Arrays of floats are converted to the
format under test; everything else is passed on.
"""

from __future__ import annotations

import numpy as np
from numpy import zeros


def fft(re, im):
    n = len(re)
    if n == 1:
        return re.copy(), im.copy()
    er, ei = fft(re[::2], im[::2])
    odd_re, odd_im = fft(re[1::2], im[1::2])
    k = np.arange(n // 2)
    c, s = (f(2 * np.pi * k / n).astype(re.dtype) for f in (np.cos, np.sin))
    tr, ti = c * odd_re + s * odd_im, c * odd_im - s * odd_re
    return np.concatenate([er + tr, er - tr]), np.concatenate([ei + ti, ei - ti])


def conjugate_gradients(a, b, steps):
    x = np.zeros_like(b)
    r = b - a @ x
    p = r.copy()
    rs = r @ r
    for _ in range(steps):
        ap = a @ p
        alpha = rs / (p @ ap)
        x += alpha * p
        r -= alpha * ap
        new = r @ r
        if new == 0:
            break
        p = r + (new / rs) * p
        rs = new
    return x


def lorenz(u0, dt, steps):
    def f(u):
        x, y, z = u
        return np.array([10 * (y - x), x * (28 - z) - y, x * y - z * 8 / 3])

    u = u0.copy()
    out = np.zeros((steps, 3), dtype=u0.dtype)
    for i in range(steps):
        k1 = f(u)
        k2 = f(u + dt / 2 * k1)
        k3 = f(u + dt / 2 * k2)
        k4 = f(u + dt * k3)
        u = u + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        out[i] = u
    return out


def mlp_loss(w1, b1, w2, b2, x, y):
    h = np.maximum(x @ w1 + b1, 0)
    z = h @ w2 + b2
    z = z - np.max(z, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(y)), y])


def kalman(zs, q, r):
    x = zeros(2, dtype=zs.dtype)
    cov = np.eye(2, dtype=zs.dtype) * 10
    f = np.array([[1, 1], [0, 1]], dtype=zs.dtype)
    h = np.array([[1, 0]], dtype=zs.dtype)
    out = np.empty(len(zs), dtype=zs.dtype)
    for i, z in enumerate(zs):
        x = f @ x
        cov = f @ cov @ f.T + q * np.eye(2, dtype=zs.dtype)
        y = z - (h @ x)[0]
        s = (h @ cov @ h.T)[0, 0] + r
        gain = (cov @ h.T)[:, 0] / s
        x = x + gain * y
        cov = cov - np.outer(gain, (h @ cov)[0])
        out[i] = x[0]
    return out


def softmax(x, w):
    z = x @ w
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return -np.log(p[:, 0]).sum()


def gauss_views(a):
    a = a.copy()
    n = len(a)
    for k in range(n - 1):
        row = a[k]
        for i in range(k + 1, n):
            f = a[i, k] / a[k, k]
            a[i, k:] -= f * row[k:]
    d = a[0, 0]
    for i in range(1, n):
        d = d * a[i, i]
    return d


def in_place(a):
    b = a.copy()
    v = b[::2]
    v *= 3
    b[b > 2] = 0
    b[0] += v[1]
    b[[0, 1]] = b[[1, 0]]
    np.add.at(b, [0, 0, 2], a[:3])
    return (b * b).sum(), b


def sorted_statistics(x):
    s = np.sort(x)[::-1]
    weights = np.linspace(0, 1, len(x)).astype(x.dtype)
    spread = np.percentile(x, 75) - np.median(x)
    return np.cumsum(s) * weights, spread, np.var(x, ddof=1), np.diff(np.append(x, s[:2]))


def upwind(u, steps):
    history = zeros((steps, len(u)))
    for i in range(steps):
        flux = u * u / 2
        u = u - (flux - np.roll(flux, 1)) / 4
        u = np.where(np.abs(u) < 0.01, 0, u)
        history[i] = u
    return u, history


def orthogonal(a):
    q = np.zeros_like(a)
    for j in range(a.shape[1]):
        v = a[:, j]
        for i in range(j):
            v = v - (q[:, i] @ a[:, j]) * q[:, i]
        q[:, j] = v / np.linalg.norm(v)
    return q, np.trace(q.T @ a)


def interpolated(x, y):
    order = np.argsort(x)
    xs, ys = x[order], y[order]
    slopes = np.gradient(ys)
    knots = np.pad(ys, 1, mode="edge")
    smooth = np.convolve(knots, np.ones(3, x.dtype) / 3, "valid")
    return np.polyval(slopes[:3], xs), smooth, np.trapezoid(smooth, xs), np.clip(smooth, -1, 1) ** 2


_rng = np.random.default_rng(17)
_square = _rng.standard_normal((6, 6))
_spd = _square @ _square.T / 4 + 4 * np.eye(6)
_labels = _rng.integers(0, 4, 7)
_v = np.round(_rng.standard_normal(12), 3)
PROGRAMS = {
    "fft": (fft, (_v[:8], _v[4:])),
    "conjugate gradients": (conjugate_gradients, (_spd, _v[:6], 6)),
    "lorenz": (lorenz, (np.array([1.0, 1.0, 1.0]), 1 / 64, 6)),
    "mlp": (mlp_loss, (*(_rng.standard_normal(s) * 0.4 for s in ((5, 6), 6, (6, 4), 4)),
                       _rng.standard_normal((7, 5)), _labels)),
    "kalman": (kalman, (np.cumsum(_v), 0.125, 0.5)),
    "softmax": (softmax, (_rng.standard_normal((5, 3)), _rng.standard_normal((3, 4)))),
    "gauss": (gauss_views, (_spd[:5, :5],)),
    "in place": (in_place, (np.array([1.0, 0.5, 2.0, 3.0, 0.25]),)),
    "statistics": (sorted_statistics, (_v,)),
    "upwind": (upwind, (np.abs(_v), 4)),
    "orthogonal": (orthogonal, (_square,)),
    "interpolated": (interpolated, (_v, _v[::-1].copy())),
}  # fmt: skip
