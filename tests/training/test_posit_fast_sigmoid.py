# SPDX-License-Identifier: BSD-3-Clause
"""How far is the sigmoid by bits from the sigmoid?  Over all codes; the figures of its docstring."""

import numpy as np
import pytest

import numformats as nf
from numformats.training import PositFastSigmoid, posit_fast_sigmoid


@pytest.mark.parametrize(("bits", "error"), [(8, "0.0607"), (16, "0.0490")])
def test_the_largest_error(bits, error):
    T = nf.Posit(bits, es=0)
    x = nf.from_bits(np.arange(2**bits, dtype=f"u{bits // 8}"), T)
    y = posit_fast_sigmoid(x)
    assert np.isnan(y).sum() == 1
    finite = ~np.isnan(x)
    x, y = x[finite].astype(float), y[finite].astype(float)
    off = np.abs(y - 0.5 * (1 + np.tanh(x / 2)))
    assert f"{off.max():.4f}" == error
    assert abs(x[off.argmax()]) == pytest.approx(3.4, abs=0.03)
    assert error in posit_fast_sigmoid.__doc__
    assert ((y >= 0) & (y <= 1)).all()
    assert (np.diff(y[np.argsort(x)]) >= 0).all()


def test_derivative_and_layer():
    T = nf.Posit(16, es=0)
    x = np.array([[-1.5, 0.25, 3.0]]).astype(T)
    y, pull = nf.autodiff.vjp(posit_fast_sigmoid, x)
    r = y.astype(float)
    np.testing.assert_array_equal(pull(np.ones_like(x))[0], (r * (1 - r)).astype(T))
    assert PositFastSigmoid()(x).tobytes() == y.tobytes()


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, np.float32])
def test_other_formats_are_refused(T):
    with pytest.raises(TypeError, match=f"es=0, not {np.dtype(T)}"):
        posit_fast_sigmoid(np.ones(2, T))
