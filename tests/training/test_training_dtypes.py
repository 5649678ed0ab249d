# SPDX-License-Identifier: BSD-3-Clause
"""Which dtype does training compute in, and which numbers does it refuse?"""

import numpy as np
import pytest

import numformats as nf
from narrow_formats import SMALL
from numformats.training import SGD, Linear, Pass, Sequential, Tanh, softmax_cross_entropy
from numformats.training.drawn import Drawn, spread
from numformats.training.dtypes import (
    has_value,
    native,
    number,
    own_format,
    parameter_dtype,
    wide,
    widest,
)
from numformats.training.initial import drawing, fans


def test_dtypes_by_any_name():
    for given in (nf.posit16, "posit16", np.dtype(nf.posit16), nf.posit16.format, nf.posit16(1)):
        assert parameter_dtype(given) == np.dtype(nf.posit16)
    assert parameter_dtype(float) == np.dtype(np.float64)
    for far in ("float<exp=6,man=9>", "fixed<8,frac=-3>", "float<exp=5,man=3,bias=-20>"):
        assert parameter_dtype(far) == nf.parse_format(far).dtype  # -1 is 0 in the last two
    for bad in (int, "f32", np.complex64, None.__class__, "posit"):
        with pytest.raises((TypeError, ValueError), match=r"state_dtype=|unknown format"):
            parameter_dtype(bad, "state_dtype")


def test_twins_have_the_same_codes():
    for floats, twin in (
        (np.float16, nf.binary16),
        (np.float32, nf.binary32),
        (np.float64, nf.binary64),
    ):
        assert own_format(np.dtype(floats)) == np.dtype(twin)
        assert native(np.dtype(twin)) == np.dtype(floats)
        x = np.array([1.5, -2.0, np.inf], floats)
        assert x.astype(twin).tobytes() == x.tobytes()
    assert own_format(np.dtype(nf.posit8)) == native(np.dtype(nf.posit8)) == np.dtype(nf.posit8)


@pytest.mark.parametrize("T", [*nf.formats().values(), nf.Float(15, 10), nf.Posit(40, es=2)])
def test_the_widest_format_has_all_values(T):
    """binary64 exactly where it holds the ends and the neighbours of 1 and of the ends."""
    found, limits = widest(np.dtype(T)), nf.finfo(T)
    with np.errstate(over="ignore"):
        one = np.asarray(1.0).astype(T)
        after_one = np.nextafter(one, limits.maxpos)
        x = np.array([limits.maxpos, limits.minpos, one, after_one]).astype(T)
        same = np.array_equal(x.astype(nf.binary64).astype(T), x)
    assert found == (np.dtype(nf.binary64) if same else np.dtype(T))
    assert wide(x).dtype == found


def test_numbers():
    assert float(number(0.1, np.dtype(nf.posit16), "lr")) == float(nf.posit16(0.1))
    assert float(number(0.0, np.dtype(nf.q7), "decay")) == 0
    for value, T in ((1e-9, nf.q7), (1e6, nf.float8_e4m3fn), (5.0, nf.q15), (1e-8, nf.binary16)):
        with pytest.raises(ValueError, match=f"lr={value!r} becomes .* in .*: give a wider"):
            number(value, np.dtype(T), "lr")
    assert has_value(np.dtype(nf.posit8), 1)
    assert not has_value(np.dtype(nf.q31), 1)
    assert not has_value(np.dtype(nf.float8_e8m0fnu), 0)


def test_draws():
    assert fans((3, 4)) == (3, 4)
    assert fans((5, 2, 3, 4)) == (30, 40)
    own, drawn = {"w": np.zeros((2, 2))}, Drawn()
    drawn.by["w"] = drawing("xavier_normal", (2, 2))
    drawn.fill(own)
    assert drawn.untouched(own)
    own["w"][0, 0] += 1
    assert not drawn.untouched(own)
    model = Sequential(Linear(2, 2))
    before = model.parameters()["0.weight"].copy()
    spread(model)
    assert before.tobytes() == model.parameters()["0.weight"].tobytes()


@pytest.mark.parametrize("T", [*SMALL, nf.Float(4, 3, rounding="stochastic")], ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_small_formats_take_a_step_or_say_why_not(T):
    """No fraction bits, one exponent, no NaN, wrapping, truncated, stochastic: all of them."""
    if nf.finfo(T).lowest >= 0:
        with pytest.raises(ValueError, match="weights need zero and negative numbers"):
            Linear(4, 3, dtype=T)
        return
    model = Sequential(Linear(4, 3, dtype=T), Tanh(), Linear(3, 2, dtype=T))
    x = model.enter(np.linspace(-1, 1, 12).reshape(3, 4))

    def loss(p):
        return softmax_cross_entropy(model.forward(p, x, Pass(training=True)), [0, 1, 0])

    value, slopes = nf.autodiff.value_and_grad(loss)(model.parameters())
    assert value.dtype == np.float64
    assert {g.dtype for g in slopes.values()} == {np.dtype(T)}
    before = {name: p.astype(float) for name, p in model.parameters().items()}
    SGD(0.25, state_dtype=np.float32).step(model.parameters(), slopes)
    for name, p in model.parameters().items():
        moved = (before[name] - 0.25 * slopes[name].astype(float)).astype(np.float32)
        if getattr(np.dtype(T).type.format, "rounding", "") != "stochastic":
            np.testing.assert_array_equal(p, moved.astype(T))
