# SPDX-License-Identifier: BSD-3-Clause
"""Do fixed-point synapses follow their rules, rounding by rounding, however they are driven?"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.spiking import (
    STDP,
    Decay,
    DoubleSTDP,
    DoubleThreeFactorSTDP,
    ThreeFactorSTDP,
)

Q7, Q10, Q14 = (nf.Fixed(f + 1, f, signed=False) for f in (7, 10, 14))
MODES = ["nearest_even", "toward_zero", "toward_negative", "nearest_away", "to_odd", "stochastic"]


def trains(steps, pre, post, rate=0.05, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((steps, pre)) < rate, rng.random((steps, post)) < rate


def nearest_even(x, lsb):
    """A Fraction rounded to a multiple of lsb, ties to even multiples."""
    return round(x / lsb) * lsb


def by_definition(pre, post, steps, a, tau, weight, jump=1.0):
    """One pair of neurons by the rule of the page, in Fractions."""
    d = nearest_even(Fraction(math.exp(-1 / tau)), Fraction(1, 2**16))
    a = nearest_even(Fraction(a), Fraction(1, 2**16))
    top = 1 - Fraction(1, 2**15)
    jump = min(nearest_even(Fraction(jump), Fraction(1, 2**15)), top)
    x = y = Fraction(0)
    w, lsb = Fraction(1, 2), Fraction(1, 2**weight)
    for t in range(steps):
        x, y = (nearest_even(d * v, Fraction(1, 2**15)) for v in (x, y))
        if t in pre:
            w = min(max(nearest_even(w - a * y, lsb), 0), 1)
        if t in post:
            w = min(max(nearest_even(w + a * x, lsb), 0), 1)
        x = min(x + jump, top) if t in pre else x
        y = min(y + jump, top) if t in post else y
    return w


@pytest.mark.parametrize("drive", ["clock", "event"])
@pytest.mark.parametrize(("weight", "jump"), [(7, 1.0), (10, 0.3), (14, 0.3)])
def test_each_step_is_that_of_the_definition(drive, weight, jump):
    pre, post = trains(300, 1, 1, 0.1, seed=weight)
    rule = STDP(1, 1, weight=nf.Fixed(weight + 1, weight, signed=False), jump=jump, tau_plus=9.0,
                tau_minus=9.0, a_plus=0.07, a_minus=0.07, drive=drive)  # fmt: skip
    rule.run(pre, post)
    wanted = by_definition(
        set(np.flatnonzero(pre)), set(np.flatnonzero(post)), 300, 0.07, 9.0, weight, jump
    )
    assert Fraction(float(rule.weights[0, 0])) == wanted


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("weight", [Q7, Q14, nf.Fixed(8, 6)])
def test_events_give_the_bits_of_the_clock(mode, weight):
    pre, post = trains(400, 6, 3, 0.03, seed=2)
    found = []
    for drive in ("clock", "event"):
        rule = STDP(6, 3, weight=weight, rounding=mode, a_plus=0.05, a_minus=0.06, jump=0.4,
                    drive=drive, seed=9)  # fmt: skip
        rule.run(pre, post)
        found.append((nf.to_bits(rule.weights), rule.x.at(rule.steps), rule.steps))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
    assert found[0][2] == found[1][2] == 400
    assert len(np.unique(found[0][0])) > 3


@pytest.mark.parametrize("mode", MODES)
def test_events_give_the_bits_of_the_clock_with_a_reward(mode):
    pre, post = trains(250, 4, 3, 0.04, seed=3)
    reward = np.where(np.arange(250) % 50 == 49, 1.5, 0.0)
    found = []
    for drive in ("clock", "event"):
        rule = ThreeFactorSTDP(4, 3, weight=Q10, rounding=mode, a_plus=0.2, a_minus=0.1, lr=0.3,
                               tau_eligibility=30.0, drive=drive, seed=4)  # fmt: skip
        rule.run(pre, post, reward)
        found.append((nf.to_bits(rule.weights), nf.to_bits(rule.eligibility)))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
    assert len(np.unique(found[0][0])) > 3


@pytest.mark.parametrize("mode", MODES[:-1])
def test_k_steps_of_decay_are_k_roundings(mode):
    decay = Decay(13.0, nf.q15, mode)
    codes = np.array([32767, 20000, 333, 7, 1, 0, -1, -400, -32768])
    one_by_one = codes
    for k in range(1, 70):
        exact = [Fraction(int(c) * decay.factor, 2**31) for c in one_by_one]
        wanted = nf.quantize(exact, nf.q15, rounding=mode)
        one_by_one = (wanted.astype(float) * 2**15).astype(np.int64)
        assert np.array_equal(decay.after(codes, np.full(9, k)), one_by_one)


def test_stochastic_decay_draws_by_step_and_place():
    decay = Decay(20.0, nf.q15, "stochastic", seed=5)
    codes = np.full(2000, 1001)
    whole = decay.after(codes, np.full(2000, 8), now=8)
    parts = decay.after(decay.after(codes, np.full(2000, 3), now=3), np.full(2000, 5), now=8)
    assert np.array_equal(whole, parts)
    assert len(np.unique(whole)) > 2
    mean = 1001 * (decay.factor / 2**16) ** 8
    assert abs(whole.mean() - mean) < 4 * whole.std() / math.sqrt(2000)
    other = Decay(20.0, nf.q15, "stochastic", seed=6).after(codes, np.full(2000, 8), now=8)
    assert not np.array_equal(whole, other)


def test_where_traces_stop():
    """Nearest: below half a unit of loss nothing is lost.  Truncated: to 0."""
    last = {
        mode: int(Decay(20.0, nf.q15, mode).after(np.array([32767]), np.array([5000]))[0])
        for mode in ("nearest_even", "toward_zero")
    }
    assert last == {"nearest_even": 10, "toward_zero": 0}
    codes = Decay(20.0, nf.q15, "stochastic").after(np.full(5, 200), np.full(5, 400), now=400)
    assert not codes.any()


def window(rule_of, gap):
    """The change of a weight by one spike on each side, post `gap` steps after pre."""
    rule = rule_of()
    pre, post = np.zeros((2, abs(gap) + 1, 1), bool)
    first, second = (pre, post) if gap > 0 else (post, pre)
    first[0] = second[-1] = True
    rule.run(pre, post)
    return float(rule.weights[0, 0]) - 0.5


@pytest.mark.parametrize(("weight", "fraction"), [(Q7, 7), (Q10, 10), (Q14, 14)])
@pytest.mark.parametrize("mode", ["nearest_even", "stochastic", "toward_zero"])
def test_the_window_is_within_one_unit_of_float64(weight, fraction, mode):
    arguments = {"a_plus": 0.1, "a_minus": 0.12, "tau_plus": 17.0, "tau_minus": 34.0}
    # Truncated traces are low by up to 1 / (1 - d) units, which are units of Q1.14 weights, too.
    allowed = 2.0**-fraction * (2 if (mode, fraction) == ("toward_zero", 14) else 1)
    for gap in [*range(-90, 0, 7), -1, 1, *range(2, 90, 7)]:
        fixed = window(
            lambda: STDP(1, 1, weight=weight, rounding=mode, drive="event", **arguments), gap
        )
        double = window(lambda: DoubleSTDP(1, 1, **arguments), gap)
        assert abs(fixed - double) <= allowed
        curve = 0.1 * math.exp(-gap / 17) if gap > 0 else -0.12 * math.exp(gap / 34)
        assert double == pytest.approx(curve)


def driven(steps=8000):
    """50 neurons, of which 25 often spike one step before the one that they drive."""
    rng = np.random.default_rng(0)
    pre, post = rng.random((steps, 50)) < 0.015, rng.random((steps, 1)) < 0.02
    pre[:-1, :25] |= post[1:] & (rng.random((steps - 1, 25)) < 0.4)
    return pre, post


def test_weights_of_q1_7_are_those_of_float64_unless_truncated():
    pre, post = driven()
    double = DoubleSTDP(50, 1, a_plus=0.01, a_minus=0.0105)
    double.run(pre, post)
    found = {}
    for mode in ("nearest_even", "stochastic", "toward_zero"):
        rule = STDP(50, 1, weight=Q7, rounding=mode, a_plus=0.01, a_minus=0.0105, drive="event")
        rule.run(pre, post)
        found[mode] = rule.weights.astype(float)[:, 0]
    off = {mode: np.abs(w - double.weights[:, 0]).mean() for mode, w in found.items()}
    assert off["nearest_even"] <= 0.07
    assert off["stochastic"] <= 0.07
    assert off["toward_zero"] > 0.5
    assert found["toward_zero"].max() < 0.05  # all of them, whatever they pair with
    for mode in ("nearest_even", "stochastic"):
        assert found[mode][:25].mean() - found[mode][25:].mean() > 0.3


def test_a_reward_of_later_picks_the_synapse_that_paired():
    rules = (
        ThreeFactorSTDP(2, 1, weight=Q14, a_plus=0.3, a_minus=0.1, lr=0.5, tau_eligibility=50.0),
        DoubleThreeFactorSTDP(2, 1, a_plus=0.3, a_minus=0.1, lr=0.5, tau_eligibility=50.0),
    )
    pre, post = np.zeros((60, 2), bool), np.zeros((60, 1), bool)
    pre[3, 0] = post[5] = pre[8, 1] = True
    reward = np.zeros(60)
    reward[40] = 1.0
    for rule in rules:
        rule.run(pre, post, reward)
        weights = rule.weights.astype(float)[:, 0]
        assert weights[0] > 0.53
        assert weights[1] < 0.5
    assert np.abs(rules[0].weights.astype(float) - rules[1].weights).max() < 2.0**-13
    before = nf.to_bits(rules[0].weights)
    rules[0].step(pre=[0])  # no reward, no change
    assert np.array_equal(nf.to_bits(rules[0].weights), before)


def test_weights_stay_within_their_limits_and_begin_where_said():
    pre, post = np.zeros((400, 2), bool), np.zeros((400, 1), bool)
    pre[::4, 0] = post[1::4] = True
    pre[2::4, 1] = True
    rule = STDP(2, 1, a_plus=0.3, a_minus=0.3, limits=(0.25, 0.75), initial=[[0.3], [0.6]])
    assert rule.weights.astype(float).ravel().tolist() == [0.296875, 0.6015625]
    rule.run(pre, post)
    assert rule.weights.astype(float).ravel().tolist() == [0.75, 0.25]
    assert rule.weights.dtype == Q7


def test_spikes_are_numbers_or_bools():
    rules = [STDP(3, 2, a_plus=0.2) for _ in range(3)]
    rules[0].step([2, 0, 2], [])
    rules[1].step(np.array([True, False, True]))
    rules[2].step(np.uint8([0, 2]), np.array([], np.int64))
    for rule in rules:
        rule.step(post=[1])
    assert len({nf.to_bits(rule.weights).tobytes() for rule in rules}) == 1
    assert rules[0].weights.astype(float)[:, 0].tolist() == [0.5] * 3
    rules[0].run(np.zeros((0, 3)), np.zeros((0, 2)))
    assert rules[0].steps == 2


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: STDP(0, 1), ValueError, "pre is 0"),
        (lambda: STDP(1, 1, weight=nf.posit8), TypeError, "weight=.*is no fixed point"),
        (lambda: STDP(1, 1, weight=nf.Fixed(24, 7)), ValueError, "up to 16 bits"),
        (lambda: STDP(1, 1, trace=nf.Fixed(17, 15)), ValueError, "trace=.*up to 16 bits"),
        (lambda: STDP(1, 1, tau_plus=0), ValueError, "tau=0; allowed: a time above 0"),
        (lambda: STDP(1, 1, a_plus=1), ValueError, "a_plus=1; allowed: from 0 to below 1"),
        (lambda: STDP(1, 1, jump=1e-9), ValueError, "jump=1e-09 is no value above 0"),
        (lambda: STDP(1, 1, limits=(1, 0)), ValueError, "limits"),
        (lambda: STDP(1, 1, drive="sun"), ValueError, "drive='sun'; allowed: 'clock', 'event'"),
        (lambda: STDP(1, 1, rounding="up"), ValueError, "rounding='up'"),
        (lambda: STDP(2, 1).step([2]), ValueError, "pre has neuron 2; allowed: 0 to 1"),
        (lambda: STDP(2, 1).step([True]), ValueError, r"of bools allowed: \(2,\)"),
        (lambda: STDP(2, 1).step([0.5]), TypeError, "pre is float64"),
        (lambda: STDP(2, 1).run(np.zeros((3, 1)), np.zeros((3, 1))), ValueError, r"allowed: \(steps, 2\)"),
        (lambda: STDP(1, 1).run(np.zeros((3, 1)), np.zeros((2, 1))), ValueError, "pre has 3 steps, post 2"),
        (lambda: Decay(2.0, rounding="stochastic").after(np.array([1]), np.array([1])), ValueError, "now="),
        (lambda: ThreeFactorSTDP(1, 1, eligibility=Q7), ValueError, "no negative values"),
        (lambda: ThreeFactorSTDP(1, 1, lr=1.0).step(reward=1.0), ValueError, "lr . reward = 1.0"),
        (lambda: ThreeFactorSTDP(1, 1).run([[0]], [[0]], [1, 2]), ValueError, r"allowed: \(1,\)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()
