# SPDX-License-Identifier: BSD-3-Clause
"""Does a shadow run change no bit, whatever is traced, and name the place of every operation?"""

import math
import pickle

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import shadow, trace
from numformats.analysis.shadow_sample import SAMPLE
from numformats.autodiff import grad
from numformats.tracing import TraceWarning
from shadow_programs import one_less_cosine, variance

FORMATS = [nf.posit16, nf.posit64, nf.bposit32, nf.bfloat16, nf.float8_e4m3fn, nf.mlu32,
           nf.Fixed(32, frac=20), nf.takum_linear32, np.float32]  # fmt: skip


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
