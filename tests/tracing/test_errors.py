# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa: PLW0108, S102, PLC3002 - the lines of lambdas and of executed code are under test
"""Where a trace cannot go on, does the error name the user's line, the thing and the remedy?"""

from __future__ import annotations

import copy
import pickle
import sys

import numpy as np
import pytest

import numformats as nf
from numformats.tracing import TraceError, TraceWarning, make, through, user_line
from trace_interpreters import Identity

HERE = "test_errors.py"


def here():
    """The line of the caller."""
    return sys._getframe(1).f_lineno


def x_of(values=(0.5, 2.0, 1.0), dtype=nf.posit16):
    return Identity().lift(np.array(values).astype(dtype))


CASES = {
    "a complex transform": (lambda x: np.fft.fft(x), r"np.fft.fft .* complex"),
    "complex numbers": (lambda x: x * 1j, "np.multiply: complex"),
    "a complex array": (lambda x: x + np.ones(3, complex), "np.add: complex"),
    "out of a plain array": (lambda x: np.add(x, x, out=np.zeros(3)), "np.zeros_like"),
    "in place into a plain array": (lambda x: np.zeros(3).__iadd__(x), "np.zeros_like"),
    "an array of traced values": (lambda x: np.array([x[0], x[1]]), "np.zeros_like"),
    "asarray": (lambda x: np.asarray(x), "np.stack"),
    "a function of C": (lambda x: np.vectorize(abs)(x), "np.stack"),
    "bits": (lambda x: x.tobytes(), "x.tobytes of an array"),
    "another dtype's view": (lambda x: x.view(np.int16), "reads bits"),
    "resize": (lambda x: x.resize(4), "np.resize"),
    "an object array": (lambda x: x.astype(object), "astype"),
    "eigenvalues": (lambda x: np.linalg.eigvalsh(np.diag(x)), "eigvalsh is not traced: LAPACK"),
    "codes": (lambda x: nf.from_bits(x, nf.posit16), "nf.from_bits is not traced: codes"),
    "a quire": (lambda x: nf.Quire(nf.posit16).add(x[0]), "np.zeros_like"),
    "where without out": (lambda x: np.add(x, x, where=[True, False, True]), "give out="),
    "a ufunc of others": (lambda x: np.frompyfunc(abs, 1, 1)(x), "abs.* is not traced"),
    "np.place into a plain array": (lambda x: np.place(np.zeros(3), np.ones(3, bool), x), "np.place"),
    "add.at into a plain array": (lambda x: np.add.at(np.zeros(3), [0], x[0]), "np.add.at"),
    "a histogram": (lambda x: np.histogram(x), "np.searchsorted"),
    "refined": (lambda x: nf.linalg.solve(np.diag(x), x, refine=True), "refine=.*not traced"),
    "a dtype that is none": (lambda x: np.sum(x, out=np.zeros(())), "np.zeros_like"),
    "pickle": (lambda x: pickle.dumps(x), "not pickled"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_line_and_remedy(name):
    call, text = CASES[name]
    line = call.__code__.co_firstlineno
    with pytest.raises(TraceError, match=text) as error:
        call(x_of())
    assert str(error.value).startswith(f"{HERE}:{line}: ")


@pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16, nf.Fixed(16, frac=4), nf.posit64])
def test_an_array_of_a_format_names_the_trace(dtype):
    """Not a failure of float(), nor the value that a float64 on the way would round."""
    x, plain = x_of(), np.zeros(3, dtype)
    for place in (0, slice(1), [0, 1], ...):
        with pytest.raises(TraceError, match="goes into a plain array: .*np.zeros_like"):
            plain[place] = x[0]
    plain[0] = 1.5
    assert plain[0] == 1.5


def test_an_array_of_floats_keeps_our_error_as_the_cause():
    """NumPy says something else; a traced function shows ours."""
    x = x_of()

    def program(x):
        table[0] = x[0]

    table = np.zeros(3)
    with pytest.raises(ValueError, match="sequence") as error:
        program(x)
    assert isinstance(error.value.__cause__, TraceError)
    line = program.__code__.co_firstlineno + 1
    with pytest.raises(TraceError, match=f"{HERE}:{line}: float.* leaves the trace"):
        through(program, make(x.run, {nf.posit16}))(x)


def test_float_ends_a_silent_run_with_a_warning():
    x = x_of()
    with pytest.raises(TraceError, match="np.exp, not math.exp"):
        float(x[0])
    x.run.ends_silently = True
    with pytest.warns(TraceWarning, match=f"{HERE}:{here() + 1}: float"):
        assert float(x[0]) == 0.5


def test_decisions_and_texts_are_the_faces():
    x = x_of((0.5, 2.0, 0.0))
    assert [bool(v) for v in x] == [True, True, False]
    assert (int(x[1]), round(x[1]), x[1].__floor__(), x[0].__ceil__()) == (2, 2, 2, 1)
    assert f"{x[0]:.2f} {x[1]} {x}" == "0.50 2.0 [0.5 2.  0. ]"
    assert repr(x) == "identity([0.5 2.  0. ])"
    assert 2 in x
    assert [v.parts[0] for v in x.tolist()] == [0.5, 2, 0]
    assert (len(x), x.ndim, x.size, x.itemsize, x.nbytes) == (3, 1, 3, 2, 6)
    with pytest.raises(TypeError, match="0-d"):
        iter(x[0])
    with pytest.raises(ValueError, match="ambiguous"):
        bool(x)
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)


def test_copies_are_traced():
    x = x_of()
    for y in (copy.copy(x), copy.deepcopy(x), x.copy(), x.view(), x.astype(x.dtype)):
        assert y.run is x.run
        y[0] = 3
    assert x.parts[0].tolist() == [3, 2, 1]  # by the view
    assert hasattr(x, "shape")
    assert not hasattr(x, "tobytes")
    assert not hasattr(x, "nothing_like_it")


def test_an_inner_value_does_not_go_into_an_outer_array():
    outer = x_of()
    inner = Identity().lift(outer)
    with pytest.raises(TraceError, match="inner derivative"):
        outer[0] = inner[0]
    array = Identity().lift(np.zeros(3))  # made by a constructor: it knows no run below its own
    array[0] = type(inner.run).lift(array.run, outer[0])
    assert array.parts[0].run is outer.run


def test_out_takes_what_numpys_takes():
    x = x_of(dtype=np.float32)
    with pytest.raises(ValueError, match="shape"):
        np.add(x, x, out=np.zeros_like(x, shape=(2, 3)))
    with pytest.raises(TypeError, match="dtype"):
        np.add(x, x, out=Identity().lift(np.zeros(3, int)))


SOURCE = """
import numpy as np
def f(x):
    y = x * 2

    return np.fft.fft(y)
"""


@pytest.mark.parametrize(
    "name", ["<ipython-input-3-0a1b>", "<string>", "/home/user/script.py", "<stdin>"]
)
@pytest.mark.parametrize("module", ["__main__", "notebook", None])
def test_code_that_was_executed_is_the_users(name, module):
    names = {} if module is None else {"__name__": module}
    exec(compile(SOURCE, name, "exec"), names)
    with pytest.raises(TraceError) as error:
        names["f"](x_of())
    assert str(error.value).startswith(f"{name.rsplit('/', 1)[-1]}:6: ")


# An interpreter is ours: its own frames do not count.
LOOKING = """
class Looking(Identity):
    def number(self, f, args, kwargs):
        lines.append(user_line())
        return Identity.number(self, f, args, kwargs)
"""


def test_the_line_is_found_behind_numpy_and_decorators():
    import contextlib
    import functools

    lines = []
    names = {
        "__name__": "numformats.looking",
        "Identity": Identity,
        "lines": lines,
        "user_line": user_line,
    }
    exec(LOOKING, names)
    x = names["Looking"]().lift(np.arange(1.0, 4.0))
    start = here()
    np.mean(x)
    (lambda v: v * v)(x)
    np.apply_along_axis(np.sum, 0, x)
    functools.reduce(np.add, [x, x, x])
    with contextlib.suppress(ZeroDivisionError):
        np.add.reduce(x)
    assert {file for file, _ in lines} == {__file__}
    assert [line - start for _, line in lines] == [1, 2, 3, 4, 4, 6]


def test_without_a_user_there_is_no_line():
    names = {"__name__": "numpy.inner", "user_line": user_line}
    exec("def f(): return user_line()", names)
    assert names["f"]()[1] > 1  # this test's line: the innermost user
