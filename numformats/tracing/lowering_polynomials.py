# SPDX-License-Identifier: BSD-3-Clause
"""Which functions of polynomials are convolutions and recurrences?  Highest powers come first."""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing.lowering_choices import vander
from numformats.tracing.messages import fail
from numformats.tracing.texts import Texts, array, weak


def _horner(p: Any, x: Any) -> Any:
    p, x = array(p), array(x)
    y = np.zeros_like(x) if hasattr(x, "run") else np.zeros(x.shape)
    for c in p:
        y = y * x + c
    return y


def _aligned(f: Any) -> Any:
    """Apply f to two polynomials of one length: the shorter one begins with zeros."""

    def text(a1: Any, a2: Any) -> Any:
        a1, a2 = (np.atleast_1d(array(a)) for a in (a1, a2))
        length = max(len(a1), len(a2))
        return f(*(np.pad(a, (length - len(a), 0)) for a in (a1, a2)))

    return text


def _polymul(a1: Any, a2: Any) -> Any:
    return np.convolve(np.atleast_1d(array(a1)), np.atleast_1d(array(a2)))


def _polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Long division; the remainder without leading zeros, as NumPy."""
    u, v = (np.atleast_1d(array(a)) for a in (u, v))
    steps = len(u) - len(v) + 1
    if steps < 1:
        return np.zeros_like(u[:1]), u
    rest, quotient = np.copy(u), []
    for k in range(steps):
        q = rest[k] / v[0]
        quotient.append(q)
        rest[k : k + len(v)] = rest[k : k + len(v)] - q * v
    rest = rest[steps:] if len(v) > 1 else np.zeros_like(u[:1])
    while len(rest) > 1 and np.allclose(rest[:1], 0, rtol=1e-14):
        rest = rest[1:]
    return np.stack(quotient), rest


def _polyder(p: Any, m: int = 1) -> Any:
    p = array(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def _polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    p = array(p)
    constants = weak(p, np.ravel(np.asarray([0.0] * m if k is None else k, float)))
    for n in range(m):
        whole = p / np.arange(len(p), 0, -1)
        p = np.concatenate([whole, constants[min(n, len(constants) - 1)][np.newaxis]])
    return p


def _poly(seq_of_zeros: Any) -> Any:
    """The product of x - zero."""
    zeros = array(seq_of_zeros)
    if zeros.ndim != 1:
        fail("np.poly of a matrix needs its eigenvalues, which are not traced")
    p = np.ones_like(zeros[:1])
    for n in range(len(zeros)):
        p = np.concatenate([p, zeros[:1] * 0]) - np.concatenate([zeros[:1] * 0, p * zeros[n]])
    return p


def _polyfit(
    x: Any,
    y: Any,
    deg: int,
    rcond: Any = None,
    full: bool = False,
    w: Any = None,
    cov: Any = False,
) -> Any:
    """Least squares by QR of Vandermonde's matrix."""
    right = array(y)
    left = vander(array(x), deg + 1)
    if w is not None:
        w = array(w)
        left = left * w[:, np.newaxis]
        right = right * (w if right.ndim == 1 else w[:, np.newaxis])
    if not hasattr(left, "run"):  # only the heights are traced
        left = np.zeros_like(right, shape=left.shape) + weak(right, left)
    return nf.linalg.lstsq(left, right)[0]


POLYNOMIALS: Texts = {
    np.poly: _poly,
    np.polyadd: _aligned(lambda a, b: a + b),
    np.polyder: _polyder,
    np.polydiv: _polydiv,
    np.polyfit: _polyfit,
    np.polyint: _polyint,
    np.polymul: _polymul,
    np.polysub: _aligned(lambda a, b: a - b),
    np.polyval: _horner,
    nf.horner_exact: _horner,
}
