# SPDX-License-Identifier: BSD-3-Clause
"""Is no error larger than its static bound?  Every code of small formats, hard and drawn expressions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import numformats as nf
from bounded_expressions import OPERATIONS, check, values_between
from numformats.analysis import bound
from numformats.tracing import TraceError

TINY = [
    "posit8", "posit<6,es=2>", "bposit<8,rs=3,es=2>", "takum_linear<8>", "float8_e4m3fn", "float8_e5m2",
    "float<exp=3,man=2,rounding=toward_zero>", "float<exp=3,man=3,rounding=toward_positive>",
    "float<exp=4,man=2,rounding=to_odd>", "float<exp=3,man=2,rounding=stochastic>", "float<exp=2,man=3,subnormals=false>",
    "fixed<8,frac=4>", "fixed<8,frac=4,rounding=toward_negative>", "fixed<7,frac=3,signed=false>",
    "truncated<exp=3,man=4,compute_man=2>", "truncated<exp=3,man=4,compute_man=2,truncate=rounded>",
    "truncated<exp=3,man=4,compute_man=2,truncate=product>", "truncated<exp=3,man=4,compute_man=2,truncate=operand>",
    "truncated<exp=3,man=4,compute_man=2,truncate=align>", "truncated<exp=3,man=4,compute_man=3,ftz=false,daz=false>",
]  # fmt: skip
WIDE = [
    "posit16",
    "bposit16",
    "bfloat16",
    "mlu32",
    "posit32",
    "bposit32",
    "posit64",
    "float16",
    "float32",
    "float64",
]
KNOWN = [
    ("multiply", "x", "y"), ("add", "x", "y"), ("subtract", ("multiply", "x", "x"), ("multiply", "y", "y")),
    ("divide", "x", ("add", "x", "y")), ("sqrt", ("absolute", ("subtract", "x", "y"))), ("shared", "x"), ("third", "y"),
    ("sqrt", ("maximum", ("subtract", "x", "y"), ("negative", "y"))), ("where", "x", "y", ("cube", "x")),
    ("fma", "x", "y", ("negative", "x")), ("clip", ("divide", "y", "x")), ("half", ("shared", "x")),
]  # fmt: skip


@pytest.mark.parametrize("name", TINY + WIDE)
def test_known_expressions(name):
    for i, tree in enumerate(KNOWN):
        check(name, tree, [(0.5, 1.75), (-1.0, 0.375)] if i % 2 else [(1.0, 2.0), (0.25, 1.0)], i)


TREES = st.recursive(
    st.sampled_from(["x", "y"]),
    lambda inner: st.one_of(
        [st.tuples(st.just(name), *[inner] * count) for name, (count, _, _) in OPERATIONS.items()]
    ),
    max_leaves=6,
)
ENDS = st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 7.0])
BOXES = st.tuples(ENDS, ENDS, st.booleans()).map(
    lambda e: (-max(e[:2]), -min(e[:2])) if e[2] else (min(e[:2]), max(e[:2]))
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from(TINY + WIDE), TREES, BOXES, BOXES,
    st.sampled_from([1, 1, 6]), st.sampled_from([6, 128]), st.integers(0, 9),
)  # fmt: skip
@example("posit8", ("where", "x", ("cube", "y"), "y"), (-1.0, 1.0), (0.0, 2.0), 1, 128, 0)
@example("fixed<8,frac=4>", ("sqrt", ("square", "x")), (-0.5, 0.5), (0.0, 0.0), 6, 6, 0)
def test_drawn_expressions(name, tree, x, y, boxes, symbols, seed):
    check(name, tree, [x, y], seed, subdivide=boxes, symbols=symbols)


@pytest.mark.parametrize(
    ("name", "tree", "box", "least"),
    [
        ("posit16", ("multiply", "x", "y"), [(1.0, 2.0), (1.0, 2.0)], 0.8),
        ("posit8", ("multiply", "x", "y"), [(1.0, 2.0), (1.0, 2.0)], 0.8),
        ("float16", ("add", "x", "y"), [(1.0, 2.0), (1.0, 2.0)], 0.8),
        ("mlu32", ("divide", "x", "y"), [(1.0, 1.5), (1.0, 1.5)], 0.7),
        ("posit16", ("subtract", ("multiply", "x", "x"), ("multiply", "y", "y")), [(1.0, 1.25), (1.0, 1.25)], 0.4),
        ("bposit16", ("sqrt", ("add", "x", "y")), [(1.0, 2.0), (1.0, 2.0)], 0.4),
    ],
)  # fmt: skip
def test_bounds_are_near_the_largest_error(name, tree, box, least):
    assert check(name, tree, box, 0) >= least


def test_an_open_if_is_right_on_both_sides():
    def step(x, y):
        return x * y if x * 3 > y else x - y

    low, high = (0.25, 0.5), (0.5, 1.5)
    with pytest.raises(TraceError, match="open"):
        bound(step, {"x": low, "y": high}, nf.posit8)
    found = bound(step, {"x": low, "y": high}, nf.posit8, subdivide=16)
    rng = np.random.default_rng(0)
    for x, y in itertools.product(*(values_between(nf.posit8.dtype, *e, rng) for e in (low, high))):
        right = float(x) * float(y) if float(x) * 3 > float(y) else float(x) - float(y)
        assert abs(float(step(x, y)) - right) <= found.absolute


@pytest.mark.parametrize("T", [nf.posit8, nf.posit16, np.float16, np.float32, nf.mlu32])
@pytest.mark.parametrize(
    "fn",
    [
        lambda x, w: np.sum(x * w),
        lambda x, w: x @ w,
        lambda x, w: np.cumsum(x - w)[-1],
        lambda x, w: np.max(x * w),
        lambda x, w: np.linalg.norm(x) + w[0],
        lambda x, w: np.mean(x) * np.exp(w[1]),
    ],
)
def test_arrays(fn, T):
    rng = np.random.default_rng(1)
    ranges = {"x": (0.1, 1, (5,)), "w": (np.full(5, 0.25), np.arange(1, 6) / 4)}
    found = bound(fn, ranges, T)
    rounding = (
        np.dtype(getattr(T, "dtype", T))
        if not isinstance(T, type) or hasattr(T, "format")
        else np.dtype(T)
    )
    for _ in range(60):
        x, w = (rng.uniform(*ranges["x"][:2], 5), rng.uniform(*ranges["w"]))
        with np.errstate(all="ignore"):
            x, w = (
                np.clip(a, lo, hi).astype(rounding)
                for a, (lo, hi) in zip((x, w), ((0.125, 1), ranges["w"]), strict=True)
            )
        right = fn(x.astype(np.longdouble), w.astype(np.longdouble))
        inside = (w.astype(float) >= ranges["w"][0]).all() and (
            w.astype(float) <= ranges["w"][1]
        ).all()
        if inside and (x.astype(float) <= 1).all():
            assert abs(float(fn(x, w)) - float(right)) <= found.absolute * (1 + 1e-9) + 1e-15
