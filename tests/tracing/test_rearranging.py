# SPDX-License-Identifier: BSD-3-Clause
"""Does every rearrangement do to all parts what it does to the first?

One check for all: a second part that numbers the elements 1, 2, ...  Where it is not 0, the
result's element must be the one with that number; 0 marks what the function filled in.
"""

from __future__ import annotations

import types

import numpy as np
import pytest

import numformats as nf
from numformats.tracing import Traced
from numformats.tracing.functions import KINDS
from numformats.tracing.registry import HANDLERS
from numformats.tracing.value import mapped
from trace_calls import calls_of
from trace_interpreters import Identity
from trace_operands import OPERANDS

MOVING = sorted(
    {f for kind in ("rearrangement", "selection", "assignment") for f in KINDS[kind][1]},
    key=lambda f: f.__name__,
)


def numbered():
    """A run, operands whose elements are all different and numbered, and values by number."""
    run, values, operands, first = Identity(), [0.0], {}, 1
    for k, (name, given) in enumerate(OPERANDS.items()):
        plain = (given + 16 * k + np.arange(given.size).reshape(given.shape) / 64).astype(
            nf.posit32
        )
        numbers = np.arange(first, first + plain.size).reshape(plain.shape)
        operands[name] = run.of(plain, numbers)
        values += plain.ravel().astype(float).tolist()
        first += plain.size
    return types.SimpleNamespace(**operands), np.array(values)


def traced_of(result):
    if isinstance(result, tuple | list):
        return [t for r in result for t in traced_of(r)]
    return [result] if isinstance(result, Traced) else []


def followed(f):
    """How many elements arrived with their numbers."""
    moved = 0
    for call in calls_of(f):
        operands, values = numbered()
        for result in traced_of(call(operands)):
            face, numbers = (np.asarray(p) for p in result.parts)
            assert face.shape == numbers.shape
            known = numbers > 0
            moved += int(known.sum())
            exact = face[known].astype(float)
            np.testing.assert_array_equal(exact, values[numbers[known]])
            if f in KINDS["rearrangement"][1]:
                filled = face[~known].astype(float)
                assert set(filled.tolist()) <= {0.0, 0.5, 1.0, 2.0, 3.0, 4.0}
    return moved


@pytest.mark.parametrize("f", MOVING, ids=lambda f: f.__name__)
def test_every_part_moves_alike(f):
    assert followed(f) > 0 or f is np.intersect1d  # of vectors with no common element


@pytest.mark.parametrize(
    "f", [np.concatenate, np.roll, np.where, np.tril, np.sort], ids=lambda f: f.__name__
)
def test_a_forgotten_part_is_found(f, monkeypatch):
    handler = HANDLERS[f]

    def forgetful(run, f, args, kwargs):
        result = handler(run, f, args, kwargs)
        return run.of(result.parts[0], np.ravel(result.parts[1])[::-1].reshape(result.shape))

    monkeypatch.setitem(HANDLERS, f, forgetful)
    with pytest.raises(AssertionError):
        followed(f)


def test_views_are_views_in_every_part():
    run = Identity()
    x = run.numbered(np.arange(6.0))
    rows = x.reshape(2, 3)
    rows[1] = rows[0]
    rows.T[0, 0] = rows[0, 2]
    assert x.parts[0].tolist() == [2, 1, 2, 0, 1, 2]
    assert x.parts[1].tolist() == [3, 2, 3, 1, 2, 3]
    x.flat[[0, 1]] = x.flat[4]
    assert x.parts[1].tolist() == [2, 2, 3, 1, 2, 3]
    x[x > 1] = 7.0
    assert x.parts[1].tolist() == [2, 2, 0, 1, 2, 0]
    assert x.parts[0].tolist() == [1, 1, 7, 0, 1, 7]


def test_a_cast_shares_no_part():
    x = Identity().numbered(np.arange(3.0))
    y = x.astype(np.float32)
    y[0] = y[2]
    assert x.parts[1].tolist() == [1, 2, 3]
    assert y.parts[1].tolist() == [3, 2, 3]
    assert x.astype(np.float64, copy=False) is x
    assert x.astype(int).tolist() == [0, 1, 2]


def test_equal_elements_of_a_partition_are_all_there():
    x = Identity().numbered(np.array([2.0, 1.0, 2.0, 0.0, 1.0, 2.0]))
    y = np.partition(x, 3)
    assert sorted(y.parts[1].tolist()) == [1, 2, 3, 4, 5, 6]


class HandingOn(Identity):
    """Gives the second part of its first operand on, as x + 1 does with a tangent."""

    def number(self, f, args, kwargs):
        value = f(*mapped(self.face, args, self), **mapped(self.face, kwargs, self))
        return self.of(value, next(a for a in args if isinstance(a, Traced)).parts[1])


def test_results_share_no_part_with_operands():
    x = HandingOn().numbered(np.arange(4.0))
    for y in (
        x + 1,
        1 - x,
        np.conj(x),
        np.positive(x),
        np.abs(x),
        x**1.0,
        np.astype(x, np.float64),
        np.array(x, like=x),
    ):
        y[0] = 7
        assert x.parts[1].tolist() == [1, 2, 3, 4]
        assert x.parts[0].tolist() == [0, 1, 2, 3]
    for y in (np.real(x), np.asarray(x, like=x), np.asarray(x, x.dtype, like=x)):  # views in NumPy
        y[0] = 7
        assert x.parts[1][0] == 0
        assert x.parts[0][0] == 7


@pytest.mark.parametrize(
    "lay", [np.asfortranarray, lambda a: a, lambda a: a[::2, ::-1], lambda a: a.T]
)
def test_parts_are_views_or_copies_together(lay):
    """ravel of one layout is a view, of another a copy: parts of different layouts would part."""
    plain = np.arange(24.0).reshape(4, 6)
    x = HandingOn().numbered(lay(plain))
    y = x * 2
    for value in (x, y, np.asfortranarray(x, like=x), np.asarray(x, order="C", like=x)):
        for view in (
            np.ravel(value),
            np.reshape(value, (-1, 2)),
            value.T.ravel(),
            np.diagonal(value),
        ):
            shared = [np.shares_memory(v, p) for v, p in zip(view.parts, value.parts, strict=True)]
            assert shared[0] == shared[1]


def test_a_diagonal_is_a_view_in_every_part():
    x = Identity().numbered(np.arange(9.0).reshape(3, 3))
    d = np.diag(x)
    x[1, 1] = x[0, 1]
    assert d.parts[0].tolist() == [0, 1, 8]
    assert d.parts[1].tolist() == [1, 2, 9]
