# SPDX-License-Identifier: BSD-3-Clause
"""Do the shares of the lines add up to the error that is measured, and name the line that made it?"""

import math

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import blame as blame_module
from numformats.analysis import trace
from numformats.autodiff.rules import ELEMENTWISE

R = np.random.default_rng(12)
X = R.uniform(0.2, 2, 24)
A = R.standard_normal((8, 8))


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def network(x, a):
    h = np.tanh(a @ x[:8])
    y = nf.sigmoid(a.T @ h)
    return np.sum((y - x[8:16]) ** 2)


def horner(x):
    y = np.ones_like(x)
    for c in (0.1, -0.7, 0.3, 1.1):
        y = y * x + c
    return y


def in_place(x):
    y = x / 3
    z = y * y * 1.1
    y[1:] -= z[:-1]
    y[:] = y * z  # overwrites what the tape refers to
    y[::2] = 0.1
    y += z / x
    return y * z


def statistics(x):
    return np.stack([np.mean(x), np.std(x), np.linalg.norm(x), np.prod(x[:4])])


def lorenz(x):
    v = x[:3]
    for _ in range(40):
        d = np.stack([10 * (v[1] - v[0]), v[0] * (28 - v[2]) - v[1], v[0] * v[1] - v[2] * 8 / 3])
        v = v + d * 0.01
    return v


def butterflies(x):
    x = x[:16]
    while x.size > 1:
        even, odd = x[0::2], x[1::2]
        x = even + odd * 0.7071
    return np.sqrt(np.abs(x)) + np.arctan2(x, 1 + x * x)


def products(x, a):
    return a @ x[:8] + np.cumsum(x)[:8] @ a + np.hypot(x[:8], 3)


def quires(x):
    return nf.fsum(x * x) / nf.fsum(x) + nf.rsqrt(x) * nf.fma(x, x, x[::-1])


PROGRAMS = [softmax, horner, in_place, statistics, lorenz, butterflies, quires]
FORMATS = [nf.posit32, nf.bposit32, nf.bfloat16, nf.posit16, nf.mlu32, nf.Fixed(32, frac=20)]


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)
@pytest.mark.parametrize("f", [*PROGRAMS, network, products], ids=lambda f: f.__name__)
def test_the_shares_add_up_to_the_error(f, T):
    inputs = (X, A) if f in {network, products} else (X,)
    report = trace(f, *inputs, dtype=T)
    blame = report.blame
    assert report.notes == []
    assert sum(line.blame for line in report.lines) == pytest.approx(blame.net, rel=1e-9, abs=1e-30)
    assert sum(line.gross for line in report.lines) == pytest.approx(blame.gross, rel=1e-9)
    assert abs(blame.net) <= blame.gross * (1 + 1e-12)
    assert blame.measured > 0
    if blame.gross < 1e-2:
        assert blame.net == pytest.approx(blame.measured, rel=0.05)
    # by operations too
    for line in report.lines:
        total = sum(o.blame for o in line.operations)
        assert total == pytest.approx(line.blame, abs=1e-12 * blame.gross)


def test_enough_of_those_runs_are_small():
    """Else the five percent would never have been asked for."""
    small = [trace(f, X, dtype=T).blame.gross < 1e-2 for f in PROGRAMS for T in FORMATS[:2]]
    assert sum(small) >= 12


def test_a_rounding_error_is_charged_to_its_line_at_its_size():
    def f(x):
        third = x / 3  # rounds
        double = third + third  # does not
        return double * 64  # magnifies, without a rounding of its own

    T = nf.bposit32
    report = trace(f, [1.0], dtype=T)
    first, *rest = report.lines
    rounding = float(T(1) / T(3)) - 1 / 3
    assert first.blame == pytest.approx(abs(128 * rounding), rel=1e-9)
    assert [line.blame for line in rest] == [0, 0]
    assert report.blame.measured == pytest.approx(abs(128 * rounding), rel=1e-9)


def test_what_is_damped_later_has_little_blame():
    def f(x):
        rough = x / 3
        smooth = x / 7
        return rough * 2.0**-20 + smooth

    report = trace(f, [1.0, 2.0, 5.0], dtype=nf.posit32)
    rough, smooth, _ = report.lines
    assert rough.gross < 1e-4 * smooth.gross
    assert rough.introduced > 0.1 * smooth.introduced


def test_errors_of_different_signs_do_not_cancel_among_outputs():
    """The error is the 1-norm, so that two wrong outputs are no right one."""
    report = trace(lambda x: np.stack([x / 3, -x / 3]), [1.0], dtype=nf.posit16)
    assert report.blame.measured == pytest.approx(2 * abs(float(report.result[0, 0]) - 1 / 3))
    assert report.blame.net == pytest.approx(report.blame.measured)


def test_where_a_function_has_no_rule_the_report_says_so(monkeypatch):
    def f(x):
        return np.tanh(x / 3) + x / 7

    whole = trace(f, X, dtype=nf.posit16)
    monkeypatch.delitem(ELEMENTWISE, np.tanh)
    report = trace(f, X, dtype=nf.posit16)
    assert report.notes == ["blame stops at functions without a derivative rule: np.tanh"]
    assert 0 < report.blame.gross < whole.blame.gross
    assert report.result.tobytes() == whole.result.tobytes()


def test_a_run_too_long_for_the_ledger_has_no_blame(monkeypatch):
    whole = trace(lorenz, X, dtype=nf.posit16)
    monkeypatch.setattr(blame_module, "_MOST_BYTES", 4000)
    report = trace(lorenz, X, dtype=nf.posit16)
    assert any(note.startswith("no blame: the run needs more than") for note in report.notes)
    assert math.isnan(report.blame.net)
    assert report.blame.measured == whole.blame.measured
    assert report.result.tobytes() == whole.result.tobytes()
    assert [line.max_ulps for line in report.lines] == [line.max_ulps for line in whole.lines]
    assert report.worst is not None
    assert report.to_dict()["lines"][0]["blame"] is None


def test_blame_can_be_left_out():
    report = trace(lorenz, X, dtype=nf.posit16, blame=False)
    whole = trace(lorenz, X, dtype=nf.posit16)
    assert math.isnan(report.lines[0].blame)
    assert report.blame.measured == whole.blame.measured
    assert report.result.tobytes() == whole.result.tobytes()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_outputs_that_are_no_numbers_are_left_out_and_counted():
    report = trace(lambda x: np.sqrt(x / 3), [-1.0, 2.0], dtype=nf.posit16)
    assert report.notes == ["1 outputs are not finite, and left out of the blame"]
    assert report.blame.net == pytest.approx(report.blame.measured, rel=1e-3)


def test_an_infinite_slope_where_nothing_was_introduced_is_no_matter():
    report = trace(lambda x: np.sqrt(np.maximum(x - 1, 0)) + x / 3, [1.0, 2.5], dtype=nf.posit16)
    assert math.isfinite(report.blame.net)
    assert report.blame.net == pytest.approx(report.blame.measured, rel=0.05)
