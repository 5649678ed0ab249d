# SPDX-License-Identifier: BSD-3-Clause
"""Does a shadow run find the line that loses the digits, and change no bit of the result?"""

import importlib.util
import math
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import shadow, trace
from numformats.analysis.shadow_sample import SAMPLE
from numformats.autodiff.reverse import grad
from numformats.tracing import TraceWarning

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FORMATS = [nf.posit16, nf.posit64, nf.bposit32, nf.bfloat16, nf.float8_e4m3fn, nf.mlu32,
           nf.Fixed(32, frac=20), nf.takum_linear32, np.float32]  # fmt: skip


def example(name):
    spec = importlib.util.spec_from_file_location(f"shadowed_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look there
    spec.loader.exec_module(module)
    return module


hilbert, heston = example("hilbert"), example("heston")


def line_of(report, text):
    """The line of the report whose code has this text."""
    (found,) = [line for line in report.lines if text in line.code]
    return found


# ---- programs whose bad line is known ------------------------------------------------------------
def variance(x):
    mean = np.mean(x)
    squares = np.mean(x * x)
    return squares - mean * mean


def quadratic(a, b, c):
    root = np.sqrt(b * b - 4 * a * c)
    return (root - b) / (2 * a)


def one_less_cosine(x):
    c = np.cos(x)
    top = 1 - c
    return top / (x * x)


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


# ---- the result ----------------------------------------------------------------------------------
def loops(x):
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = x[i] * 0.1 + y[i - 1]
    y[y > 0.3] -= 1
    y[::2] *= 3
    z = np.zeros(3, dtype=x.dtype)
    z[:] = y[:3]
    return {"z": z, "rest": [y @ y, np.sum(np.exp(y)), (np.max(z), 7)]}


def composites(x):
    a = np.outer(x, x) + np.eye(len(x), dtype=x.dtype)
    return np.mean(a, axis=0) + np.sort(a @ x) * np.sum(a, axis=1) + np.abs(x).max()


def ours(x):
    return nf.fsum(nf.sigmoid(x)) + nf.fma(x, x, x) + np.tanh(x)


def leaves(value):
    if isinstance(value, dict):
        return leaves(list(value.values()))
    if isinstance(value, list | tuple):
        return [leaf for v in value for leaf in leaves(v)]
    return [value]


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)
@pytest.mark.parametrize("f", [loops, composites, ours, variance, one_less_cosine])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_bit_changes(f, T):
    if f is ours and T is np.float32:
        pytest.skip("our functions have no loops for NumPy's floats")
    x = np.random.default_rng(2).uniform(0.1, 2, 6).astype(T)
    plain = leaves(f(x.copy()))
    for reference in ("double", 40):
        report = trace(f, x, reference=reference)
        for ours_, other in zip(plain, leaves(report.result), strict=True):
            assert type(ours_) is type(other)
            assert np.asarray(ours_).tobytes() == np.asarray(other).tobytes()
            assert np.asarray(ours_).dtype == np.asarray(other).dtype
    assert x.tobytes() == np.random.default_rng(2).uniform(0.1, 2, 6).astype(T).tobytes()


def test_a_gradient_in_the_shadow_has_its_own_bits():
    """Nested runs: the tape of the gradient runs on shadow values."""

    def loss(w):
        h = np.tanh(w * 1.5)
        h[1:] += h[:-1] * w[0]
        return np.sum(h * h) + nf.fsum(h)

    w = np.random.default_rng(3).standard_normal(40).astype(nf.posit16)
    report = trace(grad(loss), w)
    assert report.result.tobytes() == grad(loss)(w).tobytes()
    assert report.blame.net == pytest.approx(report.blame.measured, rel=0.05)


def test_large_arrays_are_sampled_and_not_changed():
    def f(x, y):
        z = x * y
        return (z - x) * 0.1

    n = 3 * SAMPLE + 5
    r = np.random.default_rng(8)
    x, y = r.standard_normal(n).astype(nf.posit16), r.uniform(1, 2, n).astype(nf.posit16)
    report = trace(f, x, y, reference="float64")
    assert report.result.tobytes() == f(x, y).tobytes()
    assert any("spread evenly were measured" in note for note in report.notes)
    (product, rest) = report.lines
    assert (product.elements, product.measured) == (n, SAMPLE)
    assert rest.measured == 2 * SAMPLE
    # the shares are estimates then
    assert report.blame.net == pytest.approx(report.blame.measured, rel=0.05)
    again = trace(f, x, y, reference="float64")
    assert again.lines == report.lines
    small = trace(f, x[:50], y[:50], reference="float64")
    assert small.notes == []


# ---- places ---------------------------------------------------------------------------------------
def helper(x):
    return x * 0.1


def calls_helper(x):
    return helper(x) + 1


def test_an_operation_belongs_to_its_own_line_not_to_its_caller():
    report = trace(calls_helper, [1.0, 2.0], dtype=nf.posit16)
    assert [line.code for line in report.lines] == ["return x * 0.1", "return helper(x) + 1"]
    assert [[o.name for o in line.operations] for line in report.lines] == [["multiply"], ["add"]]
    assert report.lines[0].line == helper.__code__.co_firstlineno + 1
    assert report.lines[0].file == __file__


def test_lambdas_methods_ufuncs_and_text_without_a_file():
    assert trace(lambda x: x / 3, [1.0], dtype="posit16").lines[0].line > 0

    class Model:
        scale = 0.1

        def run(self, x):
            return x * self.scale

    assert trace(Model().run, [1.0], dtype=nf.posit16).lines[0].code == "return x * self.scale"

    names = {}
    text = "import numpy as np\ndef f(x):\n    y = x / 3\n    return y + np.ones(2, dtype=x.dtype)"
    exec(text, names)  # noqa: S102 - a function without a file
    report = trace(names["f"], [1.0, 2.0], dtype=nf.posit16)
    assert [(line.line, line.code) for line in report.lines] == [(3, "?"), (4, "?")]
    assert report.lines[0].introduced > 0
    assert report.lines[0].file == "<string>"

    report = trace(np.exp, [1.0], dtype=nf.posit16)
    assert [(line.file, line.line, line.code) for line in report.lines] == [("?", 0, "?")]


# ---- arguments ------------------------------------------------------------------------------------
def test_arguments_of_all_kinds():
    def f(x, count, pair=(1.0, 2.0), *, mask=None, name="", scale=1.0):
        assert isinstance(count, int)
        assert name == "plain"
        assert mask.dtype == bool
        return (x * scale)[mask] * pair[0] + count

    T = nf.posit16
    mask = np.array([True, False, True])
    for dtype in (T, T.dtype, "posit16"):
        report = trace(f, [1.0, 2.0, 3.0], 2, mask=mask, name="plain", scale=0.1, dtype=dtype)
        plain = f(
            np.array([1.0, 2, 3]).astype(T), 2, (T(1), T(2)), mask=mask, name="plain", scale=T(0.1)
        )
        assert report.result.tobytes() == plain.tobytes()
    x = np.arange(3.0).astype(nf.bposit32)
    assert trace(lambda x: x + 1, x).format == "bposit32"
    assert trace(lambda x: x * x, 3, dtype=T).result == T(9)
    assert type(trace(lambda x: x * x, 3.0, dtype=T).result) is T
    assert trace(lambda x: x * x, np.arange(3), dtype=T).result.dtype == T.dtype
    assert trace(lambda x, i: x[i], [1.0, 2.0], np.array([1, 0]), dtype=T).result.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"dtype": "posit17x"}, ValueError, "posit17x"),
        ({"dtype": object}, TypeError, "object"),
        ({"dtype": 16}, TypeError, "16"),
        ({}, TypeError, "which format?"),
        ({"dtype": nf.posit16, "reference": "quad"}, ValueError, "reference.*'quad'"),
        ({"dtype": nf.posit16, "reference": 3}, ValueError, "reference.*3"),
        ({"dtype": nf.posit16, "reference": True}, ValueError, "reference.*True"),
        ({"dtype": nf.posit64, "reference": "float64"}, ValueError, "too few to judge posit64"),
        ({"dtype": np.float64, "reference": "float64"}, ValueError, "too few to judge float64"),
    ],
)
def test_bad_arguments_are_named(arguments, kind, text):
    with pytest.raises(kind, match=text):
        trace(lambda x: x, [1.0], **arguments)


def test_what_is_no_real_number_is_refused():
    for bad in (np.array([1j]), np.array(["a"]), np.array([None])):
        with pytest.raises(TypeError, match="an argument has dtype"):
            trace(lambda x: x, bad, dtype=nf.posit16)
    with pytest.raises(TypeError, match="a function is traced, not 5"):
        trace(5, [1.0], dtype=nf.posit16)
    with pytest.raises(TypeError, match="which format"):
        trace(lambda: 1)


def test_the_users_error_comes_through():
    def fails(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        trace(fails, [1.0], dtype=nf.posit16)
    with pytest.raises(TypeError):
        trace(lambda x: trace(helper, x), [1.0], dtype=nf.posit16)


def test_a_number_that_leaves_the_trace_is_told():
    with pytest.warns(TraceWarning, match="leaves the trace"):
        report = trace(lambda x: math.exp(x[0]) + x, [1.0], dtype=nf.posit16)
    assert len(report.lines) == 1


@pytest.mark.parametrize("reference", ["double", "float64", "exact", 30])
def test_every_reference_sees_the_same_small_errors(reference):
    def f(x):
        return (x * x + x) / 3 - x

    report = trace(f, [0.3, 1.7, 2.9], dtype=nf.posit16, reference=reference)
    expected = trace(f, [0.3, 1.7, 2.9], dtype=nf.posit16, reference=60)
    for line, other in zip(report.lines, expected.lines, strict=True):
        assert line.introduced == pytest.approx(other.introduced, rel=1e-9)
        assert line.inherited == pytest.approx(other.inherited, rel=1e-9)
        assert line.max_ulps == pytest.approx(other.max_ulps, rel=1e-9)
        assert line.blame == pytest.approx(other.blame, rel=1e-9)


# ---- blocks ---------------------------------------------------------------------------------------
def test_a_block_is_a_run():
    with shadow(nf.posit16, reference="float64") as s:
        x = s([1.0, 2.0, 4.0])
        y = x / 3
        total = s.output(np.sum(y))
    assert total == np.sum(np.array([1.0, 2, 4]).astype(nf.posit16) / 3)
    assert type(total) is nf.posit16
    assert [line.code for line in s.lines] == ["y = x / 3", "total = s.output(np.sum(y))"]
    assert s.worst in s.lines
    assert s.blame.net == pytest.approx(s.blame.measured, rel=0.05)
    assert s.report.result == total


def test_a_block_without_outputs_has_no_blame():
    with shadow() as s:
        y = s(np.ones(2).astype(nf.posit16)) / 3
    assert y.dtype == nf.posit16.dtype
    assert math.isnan(s.lines[0].blame)
    assert s.worst is s.lines[0]
    assert s.notes == ["no result is in the shadow: there is no error to share out"]
    with pytest.raises(ValueError, match="when its block has ended"):
        _ = shadow(nf.posit16).lines
    with pytest.raises(AttributeError):
        _ = s.nothing


def test_errors_that_numpy_is_told_to_raise_are_those_of_the_plain_run():
    def f(x):
        return np.mean(x) * np.where(np.exp(x) > 1, x, 0)  # exp overflows float64, and no posit

    x = np.array([5.0, 2000.0]).astype(nf.posit16)
    with np.errstate(all="raise"):
        plain = f(x)
        for reference in ("float64", "double"):
            assert trace(f, x, reference=reference).result.tobytes() == plain.tobytes()
        with pytest.raises(FloatingPointError):
            trace(lambda x: np.sqrt(-x), x)


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


def test_integers_beside_floats_stay_integers_and_masks_masks():
    def f(x, n, keep, *, times):
        return sum((x[keep] * k for k in range(n)), start=x[keep]) * times

    report = trace(f, [1.0, 2.0, 3.0], 3, [True, False, True], times=2, dtype=nf.posit16)
    assert report.result.tolist() == [8, 24]


def test_arrays_without_elements():
    report = trace(lambda x: np.sum((x * x + x)[x > 0]), np.zeros(0), dtype=nf.posit16)
    assert report.result == 0
    assert report.worst is not None


def test_a_report_can_be_pickled():
    report = trace(variance, [1.0, 2.0, 4.0], dtype=nf.posit16)
    again = pickle.loads(pickle.dumps(report))
    assert again.lines == report.lines
    assert again.result == report.result
    assert repr(again) == repr(report)
