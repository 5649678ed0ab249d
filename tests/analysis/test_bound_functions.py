# SPDX-License-Identifier: BSD-3-Clause
"""Do bounds of elementary functions, powers, sums and products of arrays hold?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import numformats as nf
from bounded_expressions import CONTEXT, exact, values_between
from numformats.analysis import bound
from numformats.analysis.bounds.functions import FUNCTIONS
from numformats.tracing import TraceError

BOXES = {
    np.log: [(0.1, 3.0), (0.9, 1.1)], np.log2: [(0.1, 3.0)], np.log10: [(0.1, 3.0)], np.log1p: [(-0.9, 2.0)],
    np.arcsin: [(-0.9, 0.9)], np.arccos: [(-0.9, 0.9)], np.tan: [(-1.4, 1.4), (2.0, 4.0)], nf.rsqrt: [(0.25, 4.0)],
    np.sin: [(-3.0, 3.0), (1.5, 1.7), (0.0, 20.0)], np.cos: [(-3.0, 3.0), (6.0, 6.5)], np.cbrt: [(0.1, 8.0)],
}  # fmt: skip
TRUTHS = {
    np.exp2: lambda x: CONTEXT.mpf(2) ** x, np.log2: lambda x: CONTEXT.log(x, 2), np.log10: CONTEXT.log10,
    np.arctan: CONTEXT.atan, np.arcsinh: CONTEXT.asinh, np.arcsin: CONTEXT.asin, np.arccos: CONTEXT.acos,
    np.cbrt: lambda x: CONTEXT.sign(x) * CONTEXT.cbrt(abs(x)), nf.rsqrt: lambda x: 1 / CONTEXT.sqrt(x),
    nf.sigmoid: lambda x: 1 / (1 + CONTEXT.exp(-x)), nf.softplus: lambda x: CONTEXT.log1p(CONTEXT.exp(x)),
}  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_functions_of_a_rounded_number(f):
    truth = TRUTHS.get(f) or getattr(CONTEXT, f.__name__)
    rng = np.random.default_rng(3)
    for box, name in itertools.product(
        BOXES.get(f, [(-2.0, 1.5)]), ["posit16", "float32", "bfloat16"]
    ):
        if name == "float32" and vars(np).get(f.__name__) is not f:
            continue  # ours have no loop of float32
        dtype = np.dtype(name) if name == "float32" else nf.formats()[name].dtype
        fn = lambda x: f(x * 0.9)  # noqa: E731 - called at once
        found = bound(fn, {"x": box}, dtype, subdivide=4)
        assert np.isfinite(found.absolute)
        for x in values_between(dtype, *box, rng, 30):
            right = truth(exact(x) * exact(0.9))
            error = abs(exact(fn(x)) - right)
            assert error <= found.absolute, f"{f.__name__}({x}) in {name}"
            assert error == 0 or error <= found.relative * abs(right)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 8])
@pytest.mark.parametrize("name", ["posit8", "float8_e5m2", "fixed<8,frac=4>"])
def test_powers(n, name):
    dtype = nf.parse_format(name).dtype
    fn = lambda x: np.power(x * 0.9, n)  # noqa: E731
    low = 0.25 if n == 0 else -1.0  # 0**0 is NaR in posits
    found = bound(fn, {"x": (low, 1.25)}, dtype)
    for x in values_between(dtype, low, 1.25, np.random.default_rng(0)):
        assert abs(exact(fn(x)) - (exact(x) * exact(0.9)) ** n) <= found.absolute


@pytest.mark.parametrize("T", [nf.posit16, np.float32, np.float16, nf.mlu32, nf.Fixed(32, frac=16)])
@pytest.mark.parametrize("terms", [3, 50])
def test_sums_and_products_of_matrices(T, terms):
    dtype = np.dtype(getattr(T, "dtype", T)) if hasattr(T, "format") else np.dtype(T)
    rng = np.random.default_rng(terms)
    functions = {
        "sum": lambda a, b: np.sum(a * 0.9, axis=1) + 0 * b[0],
        "all": lambda a, b: np.sum(a, keepdims=True) - b[0],
        "matmul": lambda a, b: (a * 0.9) @ b,
        "running": lambda a, b: np.cumsum(b) + 0 * a[0, 0],
    }
    for name, fn in functions.items():
        found = bound(fn, {"a": (-1, 1, (2, terms)), "b": (0, 1, terms)}, dtype)
        for _ in range(5):
            a, b = (rng.uniform(*r).astype(dtype) for r in ((-1, 1, (2, terms)), (0, 1, terms)))
            with np.errstate(all="ignore"):
                value = np.asarray(fn(a, b)).astype(np.float64)
            ninth = a.astype(np.float64) * 0.9
            right = {
                "sum": lambda n=ninth: n.sum(axis=1),
                "all": lambda a=a, b=b: a.astype(float).sum(keepdims=True) - float(b[0]),
                "matmul": lambda n=ninth, b=b: n @ b.astype(float),
                "running": lambda b=b: np.cumsum(b.astype(float)),
            }[name]()
            assert (np.abs(value - right) <= found.absolute + 1e-13).all(), name


def test_functions_beyond_their_domain_are_infinite_with_a_note():
    found = bound(lambda x: 2 * np.log(x), {"x": (0, 1)}, nf.posit16)
    assert found.absolute == np.inf
    assert "domain" in found.notes[0]


def test_zero_to_the_power_of_zero_is_nar():
    assert bound(lambda x: np.power(x, 0), {"x": (0, 1)}, nf.posit8).absolute == np.inf
    assert bound(lambda x: np.power(x, 0), {"x": (0, 1)}, nf.float8_e5m2).absolute == 0


def test_what_has_no_bound_names_the_line():
    with pytest.raises(TraceError, match=r"test_bound_functions.py:\d+: .*has no bound"):
        bound(lambda x: np.arctan2(x, 2), {"x": (0, 1)}, nf.posit16)


def test_a_long_linear_recurrence_does_not_blow_up():
    def turn(x, y):
        for _ in range(60):
            x, y = 0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y
        return x, y

    found = bound(turn, {"x": (-1, 1), "y": (-1, 1)}, nf.posit32)
    assert max(found.absolute) < 900 * 2**-28  # by intervals 1.4**60 times that
