# SPDX-License-Identifier: BSD-3-Clause
"""Does a shadow run find the line that loses the digits?"""

import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import trace
from shadow_programs import line_of, one_less_cosine, quadratic, variance

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def example(name):
    spec = importlib.util.spec_from_file_location(f"shadowed_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look there
    spec.loader.exec_module(module)
    return module


hilbert, heston = example("hilbert"), example("heston")


@pytest.mark.parametrize("T", [nf.posit32, nf.bposit32, np.float32])
@pytest.mark.parametrize("reference", ["double", "float64", 50])
def test_cancellations_are_found(T, reference):
    x = 100 + np.random.default_rng(0).standard_normal(200)
    report = trace(variance, x, dtype=T, reference=reference)
    worst = report.worst
    assert worst is line_of(report, "squares - mean")
    assert worst.cancellations == 1
    assert worst.cancelled_bits > 10
    assert worst.inherited > 1e3 * worst.introduced
    assert worst.max_ulps > 1000

    report = trace(quadratic, np.full(3, 1.0), np.array([200.0, 300, 400]), np.ones(3), dtype=T)
    assert report.worst is line_of(report, "root - b")
    assert report.worst.cancellations == 3

    report = trace(one_less_cosine, np.array([0.001, 0.002]), dtype=T, reference=reference)
    assert report.worst is line_of(report, "1 - c")
    assert line_of(report, "np.cos").blame == pytest.approx(report.blame.measured, rel=1e-3)
    # In a subtraction of neighbours nothing is rounded: all of its error came in.
    assert report.worst.introduced == 0
    assert report.worst.inherited > 1e-4


def test_cancellation_of_exact_numbers_does_no_harm():
    report = trace(lambda x, y: (x - y) * 3, [1.0, 2.0], [0.999, 1.999], dtype=nf.posit32)
    assert report.lines[0].cancellations == 0


def test_introduced_is_the_rounding_of_the_operation():
    u = 2.0**-12  # of posit16 in [1, 2)

    def thirds(x):
        y = x / 3
        z = y * 3
        return z - x

    report = trace(thirds, [1.0, 1.5, 1.25], dtype=nf.posit16)
    division, product, difference = report.lines
    assert 0 < division.introduced <= u
    assert division.inherited == 0
    assert 0 < product.inherited <= u
    assert difference.introduced == 0
    assert difference.nonzero_for_zero == report.result.astype(bool).sum()


def test_ulps_are_of_the_format_at_the_truth():
    def f(x):
        return x / 3

    report = trace(f, [1.0, 10.0, 1e6], dtype=nf.posit16)
    (line,) = report.lines
    assert 0 < line.max_ulps <= 0.5
    assert 0 < line.mean_ulps <= line.max_ulps
    assert sum(line.histogram) == line.elements == line.measured == 3


def test_hilbert_is_lost_in_the_elimination():
    report = trace(hilbert.solve_all, *hilbert.solve_all_inputs(), dtype=nf.posit32)
    assert "-= factors" in report.worst.code
    assert report.blame.net == pytest.approx(report.blame.measured, rel=1e-6)
    assert report.worst.file == str(EXAMPLES / "hilbert.py")
    pivots = line_of(report, "np.argmax")
    assert pivots.decisions > 0


def test_heston_is_lost_in_the_sum():
    inputs = heston.paths(pairs=50)
    report = trace(heston.log_price, *inputs, dtype=nf.bposit32, reference="float64")
    assert report.worst.code.startswith("x = x + ")
    assert report.blame.net == pytest.approx(report.blame.measured, rel=1e-3)
    plain = heston.log_price(*(a.astype(nf.bposit32) for a in inputs))
    assert plain.tobytes() == report.result.tobytes()


def test_decisions_that_truth_takes_otherwise():
    T = nf.posit16
    d = next(d for d in range(3, 99) if T(1) / T(d) * T(d) < 1)

    def choose(x):
        y = x / d * d  # a little less than 1
        if y[0] >= 1:
            return y
        return np.where(y >= 1, x, 0)

    report = trace(choose, [1.0, 2.0], dtype=nf.posit16)
    decisions = [line for line in report.lines if line.decisions]
    assert [(line.decisions, line.diverged) for line in decisions] == [(1, 1), (2, 1)]
    assert report.result.tolist() == [0, 2]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_nan_and_saturation_first_arose():
    def goes_wrong(x):
        y = x * x
        z = np.sqrt(-y)
        return z + y * y

    report = trace(goes_wrong, [2.0, 1e30], dtype=nf.posit16)
    assert line_of(report, "-y").nans == 2
    assert line_of(report, "z +").nans == 0  # it hands on what it was given
    assert report.first_nan[1] == "sqrt"
    assert report.first_saturation[0].line == line_of(report, "x * x").line
    assert line_of(report, "x * x").saturations == 1

    report = trace(lambda x: x * x, [1e20, 3.0], dtype=np.float32)
    assert report.lines[0].saturations == 1
    assert math.isinf(report.lines[0].max_ulps)
    report = trace(lambda x: x * x, [1e-30, 3.0], dtype=np.float32)
    assert report.lines[0].underflows == 1


def test_writes_do_not_reach_what_they_do_not_write_to():
    def f(x):
        other = x.astype(nf.posit32)
        copied = x.copy()
        raised = +x
        for y in (other, copied, raised):
            y[:] = 77
        return x * 3

    report = trace(f, [0.1, 0.7], dtype=nf.posit16)
    assert line_of(report, "x * 3").inherited == 0
    assert line_of(report, "x * 3").max_ulps <= 0.5


def test_sums_cancel_too():
    def residual(a, x, b):
        products = a * x
        total = np.sum(products, axis=1)
        return total - b

    a = np.array([[1.0, 3.0], [2.0, 0.1]]) / 7
    report = trace(residual, a, np.array([1.1, -1.1 / 3 + 1e-7]), np.zeros(2), dtype=nf.posit32)
    assert [line.cancellations for line in report.lines] == [0, 1, 0]
    assert report.worst is line_of(report, "np.sum")
    quire = trace(lambda x: nf.fsum(x / 3), [1.0, 1.0, -2.0 + 2.0**-20], dtype=nf.posit32)
    assert quire.lines[0].cancellations == 1
