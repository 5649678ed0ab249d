# SPDX-License-Identifier: BSD-3-Clause
"""Are the formats of exact products and sums exact, and as narrow as they can be?"""

from __future__ import annotations

from itertools import product

import pytest

import numformats as nf

SMALL = [nf.Fixed(2, 0), nf.Fixed(3, 1), nf.Fixed(4, 7), nf.Fixed(3, -2), nf.Fixed(4, 2, signed=False),
         nf.Fixed(2, 0, signed=False), nf.Fixed(4, 3, overflow="saturate_symmetric"),
         nf.Fixed(2, 0, overflow="saturate_symmetric"), nf.Fixed(3, 0, overflow="wrap")]  # fmt: skip


def values(T):
    """All values that results have."""
    oracle = nf.oracle.for_format(T)
    lowest = oracle.decode(nf.finfo(T).lowest.bits)
    return [v for v in map(oracle.decode, range(2**T.format.bits)) if v >= lowest]


def holds(T, numbers):
    oracle = nf.oracle.for_format(T)
    return all(oracle.decode(oracle.encode(x)) == x for x in numbers)


def check(T, numbers):
    """Exact, and in a format narrower by a bit of either end not."""
    f = T.format
    assert f.family == "fixed"
    assert holds(T, numbers)
    if f.bits > 2:
        assert not holds(nf.Fixed(f.bits - 1, f.frac, signed=f.is_signed), numbers), f
    if f.is_signed:
        assert min(numbers) < 0


@pytest.mark.parametrize(("a", "b"), [*product(SMALL, SMALL)])
def test_small_formats(a, b):
    products = {x * y for x in values(a) for y in values(b)}
    check(nf.exact_product(a, b), products)
    for n in (2, 3, 8):
        ends = {n * min(products), n * max(products), *products}
        check(nf.exact_dot(a, b, n), ends)
    check(nf.exact_sum(a, b), {x + y for x in values(a) for y in values(b)})


def test_least_times_least():
    T = nf.exact_product(nf.q31, nf.q31)
    assert T.format == nf.Fixed(64, 62).format
    least = nf.oracle.for_format(nf.q31).decode(1 << 31)
    assert holds(T, [least * least])
    symmetric = nf.Fixed(32, 31, overflow="saturate_symmetric")
    assert nf.exact_product(symmetric, symmetric).format == nf.Fixed(63, 62).format
    assert nf.exact_product(nf.q31, symmetric).format == nf.Fixed(63, 62).format


def test_signs():
    u = nf.Fixed(8, 0, signed=False)
    assert nf.exact_product(u, u).format == nf.Fixed(16, 0, signed=False).format
    assert nf.exact_product(nf.Fixed(8, 0), u).format == nf.Fixed(16, 0).format
    assert nf.exact_dot(u, u, 256).format == nf.Fixed(24, 0, signed=False).format
    assert nf.exact_sum(u, u).format == nf.Fixed(9, 0, signed=False).format
    assert nf.exact_sum("q7", n=2**20).format == nf.Fixed(28, 7).format


@pytest.mark.parametrize("call", [
    lambda: nf.exact_product(nf.Fixed(40, 0), nf.Fixed(40, 0)),
    lambda: nf.exact_product(nf.Fixed(8, 100), nf.Fixed(8, 100)),
    lambda: nf.exact_dot(nf.q31, nf.q31, 2), lambda: nf.exact_dot(nf.q7, nf.q7, 0),
    lambda: nf.exact_sum(nf.q7, n=2**70),
])  # fmt: skip
def test_no_format(call):
    with pytest.raises(nf.FormatError, match=r"no format|n="):
        call()


@pytest.mark.parametrize("call", [nf.exact_sum, lambda: nf.exact_product(nf.q7, nf.posit8),
                                  lambda: nf.exact_sum(nf.bfloat16), lambda: nf.exact_dot(3, nf.q7, 1)])  # fmt: skip
def test_what_is_not_fixed_point(call):
    with pytest.raises(TypeError):
        call()
