# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa: ICN001, PLW0108, S102 - the ways to import and executed code are under test
"""Do NumPy's constructors stay in the trace, and does nothing but the copy see the lens?"""

from __future__ import annotations

import functools
import threading
import types

import numpy
import numpy as np
import pytest
from numpy import zeros as nothing

import numformats as nf
from numformats.tracing import Traced, make, through
from trace_interpreters import Identity

X = np.array([0.5, 2.0, 1.0]).astype(nf.posit16)
COUNT = 0


def run_through(function, *args):
    run = Identity()
    lift = lambda a: run.lift(a.copy()) if isinstance(a, np.ndarray) else a  # noqa: E731
    return through(function, make(run, {nf.posit16}))(*map(lift, args or (X,)))


# One line each, the way NumPy's users write: all stay in the trace, with NumPy's own bits.
LINES = {
    "zeros of a dtype": lambda x: fill(np.zeros(3, dtype=x.dtype), x),
    "zeros of a dtype, by position": lambda x: fill(np.zeros(3, x.dtype), x),
    "zeros": lambda x: fill(np.zeros(3), x),
    "zeros of floats": lambda x: fill(np.zeros(3, np.float32), x),
    "empty": lambda x: fill(np.empty(1, dtype=x.dtype), x),
    "ones": lambda x: fill(np.ones((3,)), x),
    "full": lambda x: fill(np.full(3, 0.5, dtype=x.dtype), x),
    "full of a traced number": lambda x: np.full((2, 2), x[1]),
    "eye": lambda x: fill(np.eye(3, dtype=x.dtype), x),
    "identity": lambda x: fill(np.identity(3), x),
    "arange of a dtype": lambda x: fill(np.arange(3, dtype=x.dtype), x),
    "array of a dtype": lambda x: fill(np.array([1, 2, 3], dtype=x.dtype), x),
    "array of values": lambda x: np.array([x[0], x[1] * 2]),
    "array of values and numbers": lambda x: np.array([x[0], 0.1, 3]),
    "nested": lambda x: np.array([[x[0], 1.0], [x[2], x[1]]], dtype=np.float32),
    "asarray": lambda x: np.asarray(x) * 2,
    "asarray of a list": lambda x: np.asarray([x[0], x[1]]),
    "a copy": lambda x: fill(np.array(x), x),
    "a list that was appended to": lambda x: np.array([v * v for v in x]),
    "imported names": lambda x: fill(nothing(3), x),
    "the other name": lambda x: fill(numpy.zeros(3), x),
    "maximum of a list": lambda x: np.max([x[0], x[1]]),
    "sum of a list": lambda x: np.sum([x[0], x[1], 1.0]),
    "a module within": lambda x: local_import(x),
    "np.r_": lambda x: np.r_[x, 0:2, x[0]],
    "np.c_": lambda x: np.c_[x, x * 2],
    "a guard": lambda x: x * 2 if isinstance(x, np.ndarray) and issubclass(type(x), np.ndarray) else None,
    "arange of traced ends": lambda x: np.arange(x[0], 3, x[0]),
}  # fmt: skip


def fill(array, x):
    array[0] = x[1]
    return array * 2


def local_import(x):
    import numpy as other
    from numpy import ones

    return fill(other.zeros(2), x), fill(ones(2), x)


def flat(result):
    return [a for r in result for a in flat(r)] if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("name", LINES)
def test_constructors_stay_in_the_trace(name):
    expected = flat(LINES[name](X.copy()))
    for result, plain in zip(flat(run_through(LINES[name])), expected, strict=True):
        assert isinstance(result, Traced)
        assert result.parts[0].dtype == np.asarray(plain).dtype
        assert result.parts[0].tobytes() == np.asarray(plain).tobytes()


def test_plain_numbers_stay_plain():
    def program(x):
        assert np.ndarray(2).shape == (2,)
        assert np.ndarray.sum(np.arange(2)) == 1
        assert np.r_[0:2, 5].tolist() == [0, 1, 5]
        return (
            np.zeros(3, int),
            np.array([1.0, 2.0]),
            np.arange(3),
            np.linspace(0, 1, 3),
            np.pi,
            np.float64(2),
        )

    assert not any(isinstance(v, Traced) for v in run_through(program))


def test_nothing_global_changes():
    seen = []

    def program(x):
        seen.append(np)
        return x

    run_through(program)
    assert seen[0] is not np
    assert np.zeros is nothing
    assert type(np.zeros(2)) is np.ndarray
    assert program.__globals__ is globals()


def test_threads_do_not_meet():
    wrong = []

    def work():
        for _ in range(50):
            plain = LINES["zeros"](X.copy())
            result = run_through(LINES["zeros"])
            wrong.extend([isinstance(plain, Traced), not isinstance(result, Traced)])

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrong) == 300
    assert not any(wrong)


def count(x):
    global COUNT  # noqa: PLW0603 - under test
    COUNT += 1
    assert COUNT  # what was written is read again
    return x * COUNT


def test_global_statements_reach_the_module():
    global COUNT  # noqa: PLW0603
    COUNT = 4
    assert run_through(count).parts[0].tolist() == (X * 5).tolist()
    assert COUNT == 5


def made(n):
    def recursive(x, k):
        h = np.zeros(1)
        h[0] = x[0]
        return h * n if k == 0 else recursive(x, k - 1)

    def counting(x):
        nonlocal n
        n += 1
        return recursive(x, 2)

    return counting, lambda: n


def test_closures_see_the_lens_and_share_their_variables():
    counting, read = made(2)
    assert run_through(counting).parts[0].tolist() == [1.5]
    assert read() == 3


class Model:
    scale = 2

    def method(self, x):
        return fill(np.zeros(3), x) * self.scale

    def __call__(self, x):
        return fill(np.zeros(3), x)

    @staticmethod
    def static(x, y=3, *, z=1):
        return fill(np.zeros(y), x) * z


def decorated(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner


@pytest.mark.parametrize(
    "function",
    [
        Model().method,
        Model.static,
        functools.partial(Model.static, y=2, z=2),
        decorated(LINES["zeros"]),
        Model(),
    ],
    ids=["method", "static", "partial", "decorated", "object"],
)
def test_methods_partials_and_decorated_functions_are_copied(function):
    assert isinstance(run_through(function), Traced)


def test_methods_that_the_function_calls_are_not():
    with pytest.raises(TypeError, match="float.x. leaves the trace"):
        run_through(lambda x: Model.static(x))


def test_what_is_written_in_c_is_returned():
    assert through(np.exp, make(Identity(), {nf.posit16}))(Identity().lift(X)).dtype == nf.posit16


def test_functions_of_the_users_other_modules_are_copied():
    helper = types.ModuleType("a_helper")
    exec(
        "import numpy as np\ndef f(x):\n    y = np.zeros(2); y[0] = x[0]; return y", helper.__dict__
    )
    names = {"helper": helper, "f": helper.f}
    exec("def g(x): return helper.f(x)\ndef h(x): return f(x)", names)
    assert isinstance(run_through(names["g"]), Traced)
    assert isinstance(run_through(names["h"]), Traced)
    assert run_through(names["h"]).parts[0].tolist() == [0.5, 0]


@pytest.mark.parametrize(
    ("name", "traced"), [("pack.inner", True), ("other.inner", False), ("json.inner", False)]
)
def test_an_installed_library_is_left_alone_but_the_functions_own_package(name, traced):
    inner = {"__name__": name, "__file__": "/usr/lib/python3/site-packages/inner.py"}
    exec("import numpy as np\ndef f(x):\n    return np.zeros(2)", inner)
    outer = {
        "__name__": "pack.outer",
        "__file__": "/usr/lib/python3/site-packages/outer.py",
        "f": inner["f"],
    }
    exec("def g(x): return f(x)", outer)
    assert isinstance(run_through(outer["g"]), Traced) == traced


def test_nested_lenses_lift_through_all_runs():
    inner, outer = Identity(), Identity()
    x = outer.lift(inner.lift(X.copy()))
    function = through(
        through(LINES["zeros"], make(inner, {nf.posit16})), make(outer, {nf.posit16})
    )
    result = function(x)
    assert result.run is outer
    assert result.parts[0].run is inner
    assert result.parts[0].parts[0].tolist() == [4, 0, 0]


def test_like_gives_what_numpy_gives():
    x = Identity().lift(X)
    assert np.zeros(2, like=x).dtype == np.float64  # like= chooses who answers, not the dtype
    assert np.zeros(2, dtype=x.dtype, like=x).dtype == nf.posit16
    assert isinstance(np.asarray([1.0, 2.0], like=x), Traced)
    assert not isinstance(np.arange(3, like=x), Traced)
    deep = Identity().lift(x)
    assert np.zeros(2, like=deep).parts[0].run is x.run
