# SPDX-License-Identifier: BSD-3-Clause
"""Expressions for static bounds: as trees, as NumPy code, exactly; and is a bound never exceeded?"""

from __future__ import annotations

import itertools
from fractions import Fraction

import mpmath
import numpy as np

import numformats as nf
from numformats.analysis import bound

CONTEXT = mpmath.MPContext()
CONTEXT.dps = 60


class UndefinedError(Exception):
    """The exact function has no value there."""


def exact(x):
    """A number of NumPy or of a format as an mpf."""
    top, bottom = (int(i) for i in x.as_integer_ratio())
    return CONTEXT.mpf(top) / bottom


def _divide(a, b):
    if b == 0:
        raise UndefinedError
    return a / b


def _root(a):
    if a < 0:
        raise UndefinedError
    return CONTEXT.sqrt(a)


# Of each operation: how many operands, what NumPy code computes, and what is exact.
OPERATIONS = {
    "add": (2, lambda a, b: a + b, lambda a, b: a + b),
    "subtract": (2, lambda a, b: a - b, lambda a, b: a - b),
    "multiply": (2, lambda a, b: a * b, lambda a, b: a * b),
    "divide": (2, lambda a, b: a / b, _divide),
    "sqrt": (1, np.sqrt, _root),
    "square": (1, lambda a: a * a, lambda a: a * a),
    "cube": (1, lambda a: np.power(a, 3), lambda a: a**3),
    "negative": (1, lambda a: -a, lambda a: -a),
    "absolute": (1, np.abs, abs),
    "maximum": (2, np.maximum, max),
    "minimum": (2, np.minimum, min),
    "clip": (1, lambda a: np.clip(a, -1, 2), lambda a: min(max(a, -1), 2)),
    "where": (3, lambda a, b, c: np.where(a < b, b, c), lambda a, b, c: b if a < b else c),
    "shared": (1, lambda a: a * a - a, lambda a: a * a - a),
    "third": (1, lambda a: a * 0.1, lambda a: a * exact(0.1)),
    "half": (1, lambda a: a * 0.5 - 2, lambda a: a / 2 - 2),
    "fma": (3, nf.fma, lambda a, b, c: a * b + c),
}


def computed(tree, x, y):
    """The value of a tree by NumPy code: "x", "y" or (operation, trees ...)."""
    if isinstance(tree, str):
        return {"x": x, "y": y}[tree]
    return OPERATIONS[tree[0]][1](*(computed(t, x, y) for t in tree[1:]))


def truth(tree, x, y):
    """The exact value of a tree; UndefinedError where it has none."""
    if isinstance(tree, str):
        return {"x": x, "y": y}[tree]
    return OPERATIONS[tree[0]][2](*(truth(t, x, y) for t in tree[1:]))


def uses(tree, name):
    """Does the tree have that operation?"""
    return not isinstance(tree, str) and (tree[0] == name or any(uses(t, name) for t in tree[1:]))


def values_between(dtype, low, high, rng, count=60):
    """Values of a dtype in [low, high]: all of a format of up to 8 bits, else the ends and some."""
    made = getattr(dtype.type, "format", None)
    if made is not None and made.bits <= 8:
        found = {float(dtype.type.from_bits(code)) for code in range(1 << made.bits)}
        points = sorted(v for v in found if low <= v <= high)
    else:
        points = np.concatenate([rng.uniform(low, high, count), [low, high]])
    with np.errstate(all="ignore"):
        found = np.asarray(points, np.float64).astype(dtype)
        return [
            v
            for v in found
            if np.isfinite(float(v)) and low <= Fraction(*v.as_integer_ratio()) <= high
        ]


def excess(found, computed_value, exact_value):
    """By which factor a measured error exceeds the bound (0 .. 1 if it does not), both kinds."""
    error = abs(exact(computed_value) - exact_value)
    if error == 0:
        return 0.0
    size = abs(exact_value)
    absolute = np.inf if found.absolute == 0 else float(error / CONTEXT.mpf(found.absolute))
    if np.isinf(found.relative) or size == 0:
        return absolute if size or np.isinf(found.relative) else np.inf
    unit = np.inf if found.relative == 0 else float(error / size / CONTEXT.mpf(found.relative))
    return max(absolute, unit)


def worst_share(found, fn, truth_of, pairs, dtype):
    """The largest measured error of the pairs as a share of its bound; None if no pair has a value.

    A number that is not finite where the bound is, or an undefined one, counts as infinite.
    """
    x, y = (np.array([p[i] for p in pairs], dtype) for i in (0, 1))
    with np.errstate(all="ignore"):
        results = np.broadcast_to(np.asarray(fn(x, y)), x.shape)
    worst = None
    for (a, b), value in zip(pairs, results, strict=True):
        bounded = np.isfinite(found.absolute)
        try:
            right = truth_of(exact(a), exact(b))
        except UndefinedError:
            right = None
        if right is None or not np.isfinite(float(value)):
            share = np.inf if bounded else 0.0
        else:
            share = excess(found, value, right) if bounded else 0.0
        worst = share if worst is None else max(worst, share)
    return worst


def dtype_of(name):
    return (
        np.dtype(name) if name in {"float16", "float32", "float64"} else nf.parse_format(name).dtype
    )


def check(name, tree, box, seed, **options):
    """No error of the box exceeds its bound; the largest share, None if nothing was measured."""
    dtype = dtype_of(name)
    if uses(tree, "fma") and not hasattr(dtype.type, "format"):
        return None
    if "signed=false" in name:
        box = [(max(low, 0.0), max(high, 0.0)) for low, high in box]
    fn = lambda x, y: computed(tree, x, y)  # noqa: E731
    found = bound(fn, dict(zip("xy", box, strict=True)), dtype, **options)
    rng = np.random.default_rng(seed)
    values = [values_between(dtype, *ends, rng) for ends in box]
    pairs = list(itertools.product(*values))
    if len(pairs) > 400:  # the corners, and some
        corners = [(values[0][i], values[1][j]) for i in (0, -1) for j in (0, -1)]
        pairs = corners + [pairs[i] for i in rng.integers(0, len(pairs), 150)]
    if not pairs:
        return None
    share = worst_share(found, fn, lambda x, y: truth(tree, x, y), pairs, dtype)
    assert share <= 1, f"{name} {tree} {box}: an error is {share} times the bound"
    return share if np.isfinite(found.absolute) else None
