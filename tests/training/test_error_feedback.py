# SPDX-License-Identifier: BSD-3-Clause
"""Does error feedback lose nothing: are all y together all x but for one residual, exactly?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.compensation import ErrorFeedback

FLOOR = nf.Fixed(16, 8, rounding="toward_negative")
KINDS = [
    nf.Fixed(16, 8), FLOOR, nf.Fixed(16, 8, rounding="to_odd"), nf.Fixed(64, 50), nf.Fixed(9, 9),
    nf.Fixed(16, 8, rounding="stochastic"), "posit16", nf.posit8, nf.posit64, nf.bposit16,
    nf.takum_linear16, nf.takum_linear64, nf.bfloat16, nf.Float(3, 2), nf.Float(8, 20),
    nf.float8_e4m3fn, nf.mlu32, nf.TruncatedFloat(5, 7, 4, ftz=True), nf.binary64, np.float32,
    np.dtype(np.float16), np.float64, 0.125, 0.1, 3, Fraction(1, 64), lambda v: np.round(v, 2),
]  # fmt: skip


def exact(x):
    """The values as an object array of Fractions, by way of Python's own numbers."""
    flat = [Fraction(*v.as_integer_ratio()) for v in np.asarray(x).ravel()]
    return np.array([*flat, None], object)[:-1].reshape(np.shape(x))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (2, 0, 1)], ids=str)
@pytest.mark.parametrize("T", KINDS, ids=lambda T: getattr(T, "__name__", str(T)))
def test_all_y_are_all_x_but_for_the_residual(T, shape):
    rng, feedback = np.random.default_rng(1), ErrorFeedback(T)
    ins = outs = exact(np.zeros(shape))
    for _ in range(25):
        # Numbers of many magnitudes: the residual then needs more digits than a float64 has.
        x = rng.normal(size=shape) * 10.0 ** rng.integers(-14, 0)
        y = feedback(x)
        ins, outs = ins + exact(x), outs + exact(y)
        assert np.shape(y) == shape
        e = feedback.exact_residual()
        assert np.all(outs == ins - e)
        assert np.all(np.abs(np.asarray(e, object)) <= feedback.bound)
    assert feedback.steps == 25
    assert feedback.outside == 0


@pytest.mark.parametrize("T", KINDS[:5] + KINDS[6:19], ids=lambda T: getattr(T, "__name__", str(T)))
def test_y_is_rounded_once_from_the_exact_sum(T):
    """Sums that lie beside a threshold by less than a float64 of their size shows."""
    feedback, ulp = ErrorFeedback(T), Fraction(2) ** -11
    grid = nf.Float(5, 4, rounding="toward_zero") if "truncated" in str(T) else T
    grid = nf.Float(8, 20, rounding="toward_zero") if T is nf.mlu32 else grid
    for k in (1, 3, 5, 6, 17, 255):
        for tiny in (2.0**-70, -(2.0**-70), 2.0**-140, -(2.0**-140), 0.0):
            feedback.reset()
            feedback(tiny)
            x = float(k * ulp)
            v = Fraction(x) + feedback.exact_residual()
            assert float(feedback(x)) == float(nf.quantize(v, grid)), (k, tiny)
            back = Fraction(-x)  # and from a residual that has two parts, with cancellation
            v = back + feedback.exact_residual()
            assert float(feedback(float(back))) == float(nf.quantize(v, grid)), (k, tiny)


@pytest.mark.parametrize(
    "x",
    [
        0.3, 1, True, np.float32(0.3), [0.25, 1], [[1], [2]], np.arange(3), np.float16([0.1, 2]),
        np.array([2**53 + 1, -(2**60) - 1]), nf.posit16(0.3), np.array([0.1, 7], nf.posit64),
        [nf.q15(0.5), nf.q15(0.25)], Fraction(1, 3), [Fraction(1, 7), Fraction(3)],
        np.float32([[0.1, 0.2], [0.3, 0.4]]).T, np.arange(8.0)[::-2], np.longdouble(1) / 3,
        np.arange(3, dtype=">f8"),
    ],
    ids=repr,
)  # fmt: skip
def test_x_of_any_kind_is_taken_exactly(x):
    feedback = ErrorFeedback(nf.Fixed(64, 2, rounding="toward_negative"))
    total = exact(np.zeros(np.shape(x)))
    for _ in range(3):
        total = total + exact(feedback(x))
    assert np.all(total == 3 * exact(np.asarray(x, object)) - feedback.exact_residual())
    assert np.all(np.abs(feedback.residual) < 0.25)


def test_a_number_gives_a_scalar_of_the_format():
    assert type(ErrorFeedback(nf.posit16)(0.3)) is nf.posit16
    assert type(ErrorFeedback(np.float32)(0.3)) is np.float32
    assert ErrorFeedback("posit16")([0.3]).dtype == nf.posit16
    assert type(ErrorFeedback(0.5)(0.3)) is np.float64


def test_large_arrays_are_taken_in_blocks_with_the_same_bits():
    rng = np.random.default_rng(2)
    for T in (FLOOR, nf.posit16, nf.mlu32, nf.bfloat16):
        whole, pieces = ErrorFeedback(T), [ErrorFeedback(T) for _ in range(3)]
        for _ in range(3):
            x = rng.normal(size=(3, 9001)) * 10.0 ** rng.integers(-9, 0, (3, 1))
            y = whole(x)
            assert y.shape == x.shape
            for row, piece in enumerate(pieces):
                assert np.array_equal(nf.to_bits(y[row]), nf.to_bits(piece(x[row])))
                e = [part[row] for part in whole.residual_parts]
                assert np.array_equal(sum(e[1:], e[0]), piece.residual)
        assert whole.bound == max(piece.bound for piece in pieces)


def test_a_truncated_format_keeps_what_its_datapath_keeps():
    feedback = ErrorFeedback(nf.mlu32)
    assert float(feedback(1 + 2**-21)) == 1
    assert feedback.residual == 2**-21
    assert float(feedback(1 - 2**-60)) == 1  # with the residual 1 + 2^-21 - 2^-60
    for cut in ("operand", "align", "product", "rounded"):
        assert float(ErrorFeedback(nf.TruncatedFloat(8, 23, 20, truncate=cut))(-1 - 2**-21)) == -1


def test_stochastic_rounding_repeats_with_its_seed():
    def run(seed):
        feedback = ErrorFeedback(nf.Fixed(16, 4), rounding="stochastic", seed=seed)
        return [feedback([0.03, 0.03]).astype(float).tolist() for _ in range(40)]

    assert run(1) == run(1) != run(2)
    assert any(a != b for a, b in run(1))  # elements draw their own words
    with pytest.raises(ValueError, match="needs a seed"):
        ErrorFeedback(FLOOR, rounding="stochastic")
    with pytest.raises(ValueError, match="seed=3"):
        ErrorFeedback(FLOOR, seed=3)


def test_a_function_sees_the_shape_and_what_it_leaves_is_kept():
    seen = []

    def largest_only(v):
        """A compressor, as in sparse gradients: all but the largest element wait."""
        seen.append(np.shape(v))
        return np.where(np.abs(v) == np.abs(v).max(), v, 0)

    feedback = ErrorFeedback(largest_only)
    total = sum(feedback([[1.0, 2.0], [0.5, 0.25]]) for _ in range(8))
    assert np.array_equal(total + feedback.residual, 8 * np.array([[1, 2], [0.5, 0.25]]))
    assert set(seen) == {(2, 2)}
    assert feedback.bound == np.inf
    assert float(ErrorFeedback(np.floor)(0.75)) == 0
    with pytest.raises(ValueError, match=r"gives shape \(1,\)"):
        ErrorFeedback(lambda v: v[:1])([1.0, 2.0])


def test_what_is_no_quantiser_is_refused():
    for T in (None, True, [1], np.int8, 1j):
        with pytest.raises(TypeError, match="T="):
            ErrorFeedback(T)
    for T in (0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="step must be"):
            ErrorFeedback(T)
    with pytest.raises(nf.UnknownFormatError):
        ErrorFeedback("posit17x")
    with pytest.raises(nf.FormatError, match="toward_negative"):
        ErrorFeedback(nf.posit16, rounding="toward_negative")
