# SPDX-License-Identifier: BSD-3-Clause
"""Is the state of error feedback what its calls made, and is it safe from bad ones?"""

import copy
import pickle

import numpy as np
import pytest

import numformats as nf
from numformats.training.compensation import ErrorFeedback

FLOOR = nf.Fixed(16, 8, rounding="toward_negative")
X = np.random.default_rng(3).normal(size=(50, 4)) / 100


def state_of(feedback):
    return repr(feedback), repr(feedback.state_dict()), feedback.bound


@pytest.mark.parametrize("T", [FLOOR, nf.posit64, 0.25], ids=str)
@pytest.mark.parametrize(
    "bad",
    [
        [1, np.nan, 0, 0], [0, 0, 0, -np.inf], np.zeros(3), 1.0, ["a"] * 4, [1j] * 4, None,
        np.full(4, np.nan, nf.posit16), np.zeros((4, 1)),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_refused_changes_nothing(T, bad):
    feedback = ErrorFeedback(T)
    feedback(X[0])
    before = state_of(feedback)
    with pytest.raises((ValueError, TypeError)):
        feedback(bad)
    assert state_of(feedback) == before


def test_an_error_names_the_element():
    feedback = ErrorFeedback(FLOOR)
    with pytest.raises(ValueError, match=r"x\[1, 0\] is nan"):
        feedback([[1, 2], [np.nan, 3]])
    feedback([1.0])
    with pytest.raises(ValueError, match=r"x has shape \(2,\); that of earlier calls is \(1,\)"):
        feedback([1.0, 2.0])
    half = ErrorFeedback(np.float16)
    half([1.0, 2.0])
    before = state_of(half)
    with pytest.raises(
        OverflowError, match=r"x\[1\] \+ residual is 1000000.0, not finite in float16"
    ):
        half([1.0, 1e6])
    assert state_of(half) == before


@pytest.mark.parametrize("T", [nf.Fixed(8, 4), nf.posit8, nf.Fixed(8, 4, overflow="wrap")], ids=str)
def test_beyond_the_range_the_bound_is_reported_as_broken(T):
    feedback = ErrorFeedback(T)
    feedback([1.0, 1.0])
    assert feedback.bound < 1
    before = state_of(feedback)
    with (
        np.errstate(over="raise"),
        pytest.raises(FloatingPointError, match="1 of 2 numbers are beyond the range of .*8"),
    ):
        feedback([1.0, 2.0**30])
    assert state_of(feedback) == before
    with pytest.warns(RuntimeWarning, match="1 of 2 .* no bound from now on") as told:
        feedback([1.0, 2.0**30])
    assert len(told) == 1  # and not the cast's, too
    assert told[0].filename == __file__
    assert feedback.outside == 1
    assert feedback.bound == np.inf
    assert "1 outside of the range" in repr(feedback)
    assert float(feedback.residual[1]) > 2.0**29  # it waits, and nothing is lost


def test_half_a_step_beyond_the_end_is_no_overflow():
    feedback = ErrorFeedback(nf.Fixed(8, 4))
    with np.errstate(over="ignore"):
        feedback(127 / 16 + 1 / 32 - 2**-30)
        assert (feedback.outside, feedback.bound) == (0, 1 / 32)
        feedback.reset()
        feedback(127 / 16 + 1 / 32 + 2**-30)
    assert feedback.outside == 1


def test_in_eval_nothing_changes_and_calls_repeat():
    feedback = ErrorFeedback(nf.Fixed(16, 4), rounding="stochastic", seed=1)
    for x in X:
        feedback(x)
    before = feedback.state_dict()
    assert feedback.eval() is feedback
    assert feedback.frozen
    codes = {nf.to_bits(feedback(X[0])).tobytes() for _ in range(20)}
    assert len(codes) == 1
    feedback(np.zeros(7))  # of any shape: the residual is not looked at
    assert repr(feedback.state_dict()) == repr(before)
    assert not feedback.train().frozen
    plain = ErrorFeedback(FLOOR)
    plain(X[0])
    assert np.array_equal(plain.eval()(X[1]).astype(float), np.floor(X[1] * 256) / 256)


@pytest.mark.parametrize("T", [FLOOR, nf.posit64, nf.mlu32, 0.01], ids=str)
@pytest.mark.parametrize("way", ["state", "file", "pickle", "copy"])
def test_a_run_goes_on_to_the_same_bits(T, way, tmp_path):
    feedback = ErrorFeedback(T)
    for x in X[:25]:
        feedback(x)
    if way == "pickle":
        other = pickle.loads(pickle.dumps(feedback))
    elif way == "copy":
        other = copy.deepcopy(feedback)
    else:
        state = feedback.state_dict()
        if way == "file":
            nf.savez(tmp_path / "state.npz", **{k: np.asarray(v) for k, v in state.items()})
            state = nf.load(tmp_path / "state.npz")
        other = ErrorFeedback(T)
        other.load_state_dict(state)
    for x in X[25:]:
        assert feedback(x).tobytes() == other(x).tobytes()
    assert state_of(feedback) == state_of(other)


def test_a_state_that_lacks_something_is_refused():
    feedback = ErrorFeedback(FLOOR)
    feedback(1.3)
    with pytest.raises(ValueError, match="steps"):
        ErrorFeedback(FLOOR).load_state_dict({"outside": 0, "resets": 0, "largest": 0.0})


def test_reset_is_the_beginning():
    feedback = ErrorFeedback(FLOOR)
    new = state_of(feedback)
    assert feedback.shape is None
    assert feedback.residual == 0 == feedback.exact_residual()
    assert feedback.residual_parts is None
    feedback(X[0])
    assert feedback.shape == (4,)
    feedback.reset()
    assert state_of(feedback) == new


def test_the_residual_is_a_copy():
    feedback = ErrorFeedback(FLOOR)
    feedback([0.1])
    feedback.residual[0] = 5
    feedback.residual_parts[0][0] = 5
    assert abs(feedback.residual[0]) < 1


@pytest.mark.parametrize(
    "options", [{"alpha": -0.1}, {"alpha": 1.1}, {"alpha": np.nan}, {"reset_every": 0},
                {"reset_every": 2.5}],
)  # fmt: skip
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ErrorFeedback(FLOOR, **options)


def test_what_is_beyond_the_range_is_told_or_not_as_numpy_says():
    feedback = ErrorFeedback(nf.Fixed(8, 4)).eval()
    with pytest.warns(RuntimeWarning, match=r"1 of 1 numbers are beyond the range of fixed\S+$"):
        feedback(1e6)
    with np.errstate(over="ignore"):
        feedback(1e6)
    with pytest.warns(RuntimeWarning, match="overflow encountered"):  # a function's own
        ErrorFeedback(lambda v: np.minimum(v * 1e200, 1.0))(1e200)


@pytest.mark.parametrize("T", [nf.Fixed(8, 4), nf.posit8, nf.posit64, 0.5], ids=str)
def test_a_residual_that_outgrows_float64_is_refused(T):
    """The distillation of NaNs would never end."""
    feedback = ErrorFeedback(T)
    with np.errstate(over="ignore"):
        feedback([1.0, 1.7e308])
    before = state_of(feedback)
    with pytest.raises(OverflowError, match=r"x\[1\] \+ residual is inf, not finite"):
        feedback([1.0, 1.7e308])
    assert state_of(feedback) == before
