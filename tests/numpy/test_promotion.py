# SPDX-License-Identifier: BSD-3-Clause
"""Which format do operands of different formats meet in, and which casts are safe?

"Safe" is decided by exact values (containment.py).
"""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from containment import holds
from helpers import NAMED, oracle_of
from numformats.oracle import Row, for_format

HOSTS = {
    np.dtype(t): for_format(Row(family="fixed", bits=np.dtype(t).itemsize * 8, is_signed=s))
    for s, types in ((True, "bhiq"), (False, "BHIQ"))
    for t in types
}
FLOATS = {
    np.dtype(t): for_format(Row(family="float", exp=e, man=m))
    for t, e, m in (("e", 5, 10), ("f", 8, 23), ("d", 11, 52))
}
HOSTS |= FLOATS
EXTRA = ["posit<10,es=1>", "fixed<8,frac=0>", "fixed<40,frac=39>", "float<exp=5,man=2,inf=none,nan=none>",
         "fixed<64,frac=0>", "float<exp=4,man=3,signed=false>",
         "float<exp=8,man=23,overflow=saturate_finite>", "float<exp=5,man=3,overflow=saturate_finite>", "posit<2,es=0>",
         "fixed<8,frac=0,overflow=saturate_symmetric>",
         "fixed<8,frac=0,overflow=saturate_symmetric,rounding=nearest_away>"]  # fmt: skip
FORMATS = [*NAMED.values(), *map(nf.parse_format, EXTRA)]


def smallest_float(*oracles):
    for dtype, oracle in FLOATS.items():
        if all(holds(oracle, x) for x in oracles):
            return dtype
    return None


def common_fixed(a, b):
    if (a.rounding, a.overflow) != (b.rounding, b.overflow):
        return None
    signed = a.is_signed or b.is_signed
    whole = max(x.bits - x.is_signed - x.frac for x in (a, b))
    frac = max(a.frac, b.frac)
    if whole + frac + signed > 64:
        return None
    return nf.Fixed(whole + frac + signed, frac, signed=signed).dtype


def promoted(X, Y):
    """What the rules say; None: no common format."""
    x, y = oracle_of(X), oracle_of(Y)
    if holds(x, y) and holds(y, x):
        return {X.dtype, Y.dtype}
    if holds(x, y):
        return {X.dtype}
    if holds(y, x):
        return {Y.dtype}
    if X.format.family == Y.format.family == "fixed":
        fixed = common_fixed(X.format, Y.format)
        return {fixed} if fixed else None
    found = smallest_float(x, y)
    return {found} if found else None


def names(T):
    return getattr(T, "__name__", str(T))


@pytest.mark.parametrize("X", FORMATS, ids=names)
def test_two_formats(X):
    for Y in FORMATS:
        if X is Y:
            assert np.promote_types(X.dtype, Y.dtype) == X.dtype
            continue
        want = promoted(X, Y)
        with np.errstate(all="ignore"):
            a, b = (np.ones(2, np.uint8).astype(T.dtype) for T in (X, Y))
        if want is None:
            with pytest.raises(np.exceptions.DTypePromotionError) as caught:
                np.promote_types(X.dtype, Y.dtype)
            text = str(caught.value)
            assert X.dtype.name in text
            assert Y.dtype.name in text
            assert "astype" in text
            with pytest.raises(TypeError):
                np.add(a, b)
        else:
            got = np.promote_types(X.dtype, Y.dtype)
            assert got in want, (names(X), names(Y), got)
            assert np.promote_types(Y.dtype, X.dtype) == got
            with np.errstate(all="ignore"):
                assert (a + b).dtype == got


def check_safe_casts(X):
    for Y in FORMATS:
        exact = X is Y or holds(oracle_of(Y), oracle_of(X))
        assert np.can_cast(X.dtype, Y.dtype, "safe") == exact, (names(X), names(Y))
        assert np.can_cast(X.dtype, Y.dtype, "same_kind")
    for dtype, oracle in HOSTS.items():
        assert np.can_cast(X.dtype, dtype, "safe") == holds(oracle, oracle_of(X)), (names(X), dtype)
        assert np.can_cast(dtype, X.dtype, "safe") == holds(oracle_of(X), oracle), (dtype, names(X))
        if dtype.kind == "f":
            assert np.can_cast(X.dtype, dtype, "same_kind")
        elif not holds(oracle, oracle_of(X)):
            assert not np.can_cast(X.dtype, dtype, "same_kind"), (names(X), dtype)


def test_safe_casts_are_the_exact_ones():
    """In a process without other formats: those made far apart are an exception (own-format.md)."""
    check = "import test_promotion as t; [t.check_safe_casts(X) for X in t.FORMATS]"
    here = Path(__file__).parent
    path = f"import sys; sys.path[:0] = {[str(here), str(here.parent / 'support')]}; "
    subprocess.run([sys.executable, "-c", path + check], check=True)


def joined(x, dtype, host):
    """The common type with one of NumPy's: what a float of NumPy's would get, or None."""
    if holds(x, host):
        return "the format"
    if dtype.kind == "f" and holds(host, x):
        return dtype
    found = smallest_float(x, host)
    double = np.dtype(np.float64)
    return double if found is None and dtype.kind in "iu" and holds(FLOATS[double], x) else found


@pytest.mark.parametrize("X", FORMATS, ids=names)
def test_with_numpy_types(X):
    x = oracle_of(X)
    for dtype, host in HOSTS.items():
        want = joined(x, dtype, host)
        want = X.dtype if want == "the format" else want
        with np.errstate(all="ignore"):
            a, b = np.ones(2, np.uint8).astype(X.dtype), np.ones(2, dtype)
            if dtype.kind in "iu":  # integers are exact operands
                assert (a + b).dtype == (a @ b).dtype == np.maximum(b, a).dtype == X.dtype
            elif want is None:
                with pytest.raises(TypeError, match="astype"):
                    np.add(a, b)
            else:
                assert (a + b).dtype == want, (names(X), dtype)
                assert np.maximum(b, a).dtype == want
        if dtype.char in "eB":
            # NumPy asks so for Python's float and int, too, and those take the format: outside of
            # ufuncs (np.where, np.concatenate) float16 and uint8 cannot be told from them
            assert np.promote_types(X.dtype, dtype) == X.dtype
        elif want is None:
            with pytest.raises(np.exceptions.DTypePromotionError, match="astype"):
                np.promote_types(X.dtype, dtype)
        else:
            assert np.promote_types(X.dtype, dtype) == want, (names(X), dtype)
            assert np.promote_types(dtype, X.dtype) == want
    assert np.promote_types(X.dtype, np.bool) == X.dtype


@pytest.mark.parametrize("X", FORMATS, ids=names)
def test_with_complex(X):
    for t, parts in (("F", "fd"), ("D", "d")):
        fitting = [p for p in parts if holds(FLOATS[np.dtype(p)], oracle_of(X))]
        if fitting:
            want = np.dtype({"f": "F", "d": "D"}[fitting[0]])
            assert np.promote_types(X.dtype, np.dtype(t)) == want
        else:
            with pytest.raises(np.exceptions.DTypePromotionError):
                np.promote_types(X.dtype, np.dtype(t))


@pytest.mark.parametrize("T", NAMED.values(), ids=NAMED)
def test_python_numbers_are_weak(T):
    with np.errstate(all="ignore"):
        a = np.ones(2, np.uint8).astype(T.dtype)
        for number in (1, 1.5, True, -3, 10**30):
            assert (a + number).dtype == T.dtype
            assert (number * a).dtype == T.dtype
            assert np.where([True, False], a, number).dtype == T.dtype


def test_three_formats_lose_nothing_in_any_order():
    """Pairwise promotion may end in different formats, but in one that holds all three."""
    types = [nf.posit8, nf.posit16, nf.posit32, nf.bfloat16, nf.q7, nf.q15, nf.float8_e5m2,
             nf.binary16]  # fmt: skip
    for group in combinations(types, 3):
        pairwise = [promoted(*pair) for pair in combinations(group, 2)]
        if {np.dtype("e")} in pairwise:
            continue  # float16 stands for Python's float: see test_with_numpy_types
        for order in (group, group[::-1], (group[1], group[0], group[2])):
            found = np.result_type(*(T.dtype for T in order))
            oracle = HOSTS[found] if found in HOSTS else oracle_of(found.type)
            assert all(holds(oracle, oracle_of(T)) for T in group), (group, found)
