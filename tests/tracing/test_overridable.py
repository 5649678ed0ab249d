# SPDX-License-Identifier: BSD-3-Clause
"""Do functions of ours give themselves to values that answer them, and stay what they were?"""

from __future__ import annotations

import inspect
import pickle

import numpy as np
import pytest

import numformats as nf
from numformats._overridable import OVERRIDABLE
from numformats.tracing import Traced
from trace_interpreters import Identity

X = np.array([0.5, 2.0, 1.0]).astype(nf.posit16)


class Answering:
    """Answers every function of ours with its name and types."""

    def __numformats_function__(self, function, types, args, kwargs):
        return (
            type(self).__name__,
            function.__name__,
            [t.__name__ for t in types],
            len(args),
            sorted(kwargs),
        )


class Child(Answering):
    pass


class Declining:
    def __numformats_function__(self, function, types, args, kwargs):
        return NotImplemented

    def __array__(self, dtype=None, copy=None):
        return np.ones(2)


class Foreign:
    """NumPy's protocol only: as dask's arrays, which warn about functions that are not NumPy's."""

    def __array_function__(self, function, types, args, kwargs):
        raise AssertionError(function)

    def __array__(self, dtype=None, copy=None):
        return np.array([1.0, 2.0], dtype)


@pytest.mark.parametrize("function", OVERRIDABLE, ids=lambda f: f.__name__)
def test_an_answer_is_taken_wherever_it_stands(function):
    x = Answering()
    assert function(x)[1] == function.__name__
    assert function(1, np.ones(2), x)[:2] == ("Answering", function.__name__)
    assert function(1.5, axis=x)[3:] == (1, ["axis"])
    assert function([x, x])[2] == ["Answering"]


def test_the_rules_of_nep_18():
    assert nf.fsum([Answering(), Child()])[0] == "Child"
    assert nf.det2(Answering(), Child(), 1, 2)[0] == "Child"
    assert nf.det2(Declining(), 1, Answering(), 2)[0] == "Answering"
    with pytest.raises(TypeError, match=r"fsum: none .* Declining"):
        nf.fsum(Declining())
    assert nf.fsum(Foreign()) == 3


@pytest.mark.parametrize("function", OVERRIDABLE, ids=lambda f: f.__name__)
def test_functions_stay_what_they_were(function):
    assert pickle.loads(pickle.dumps(function)) is function
    assert inspect.signature(function) == inspect.signature(function.__wrapped__)
    assert function.__doc__
    assert function.__module__.startswith("numformats.")


def test_traced_values_answer():
    x = Identity().lift(X)
    for result in (nf.fsum(x), nf.norm2(x), nf.fdot(X, x), nf.det2(x, X, 1, 2), nf.linalg.norm(x)):
        assert isinstance(result, Traced)
    assert nf.fsum(x).parts[0] == nf.fsum(X)
    assert nf.to_bits(x).tolist() == nf.to_bits(X).tolist()
    assert nf.nanargmax(x) == 1
    out = np.zeros_like(x)
    nf.fsum(x[:, None] * x, axis=0, out=out)
    assert out.parts[0].tolist() == nf.fsum(X[:, None] * X, axis=0).tolist()


def test_plain_calls_are_unchanged():
    assert nf.fsum([0.5, 1.5]) == 2
    assert nf.fsum(a=X, axis=0) == nf.fsum(X)
    assert nf.matmul(X, X, accumulate=("blocked", nf.posit16, 2)) == nf.matmul(X, X)
    with pytest.raises(TypeError, match="fsum"):
        nf.fsum()
