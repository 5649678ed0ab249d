# SPDX-License-Identifier: BSD-3-Clause
"""Do casts, structures, pickles and finfo work as with NumPy's own types?"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import FORMATS, A, array, check, each_format, each_real


@each_format
def test_casts(fmt: Any) -> None:
    a = array([3, 1, 2, 4], fmt)
    for code in "bBhHiIlLqQefdgFDG?OUS":
        if code in "US":
            check(a.astype(code).astype(fmt), [3, 1, 2, 4], fmt)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
            back = a.astype(code).astype(fmt)
        check(back, [3, 1, 2, 4] if code != "?" else [1, 1, 1, 1], fmt)
    check(a.astype(np.dtypes.StringDType()).astype(fmt), [3, 1, 2, 4], fmt)
    for other in FORMATS:
        check(a.astype(other).astype(fmt), [3, 1, 2, 4], fmt)
    with pytest.warns(np.exceptions.ComplexWarning):
        check(np.array([1 + 2j]).astype(fmt), [1], fmt)
    assert np.can_cast(fmt, fmt)
    assert a.tolist() == [fmt(3), fmt(1), fmt(2), fmt(4)]
    assert a.item(0) == 3


def test_safe_casts_are_the_lossless_ones() -> None:
    for to, from_, safe in [
        (np.float64, nf.posit32, True),
        (np.float64, nf.posit64, False),
        (np.float32, nf.bfloat16, True),
        (np.float16, nf.bfloat16, False),
        (nf.posit32, nf.posit16, True),
        (nf.posit16, nf.posit32, False),
        (nf.posit32, np.int8, True),
        (nf.posit32, np.int64, False),
        (nf.binary32, np.float32, True),
    ]:
        assert np.can_cast(from_, to) is safe, (from_, to)
        if not safe:
            assert np.can_cast(from_, to, "same_kind") or np.dtype(from_).kind == "i"


@each_format
def test_structured_and_subarrays(fmt: Any) -> None:
    a = np.zeros(3, dtype=[("x", fmt), ("y", np.int32), ("z", fmt, (2,))])
    a["x"] = [1, 2, 3]
    a["z"] = 1.5
    check(a["x"] + a["z"][:, 0], [2.5, 3.5, 4.5], fmt)
    assert a[1]["x"] == 2
    records = a.view(np.recarray)
    check(records.x, [1, 2, 3], fmt)
    check(copy.deepcopy(a)["x"], [1, 2, 3], fmt)


@each_format
def test_masked_arrays(fmt: Any) -> None:
    m = np.ma.array(array([1, 2, 3], fmt), mask=[False, True, False])
    check(m.compressed(), [1, 3], fmt)
    check((m + m).compressed(), [2, 6], fmt)
    assert m.sum() == 4


@each_format
def test_pickle_and_copy(fmt: Any) -> None:
    a = array(A, fmt)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        for thing in [a, a.dtype, fmt(1.5), fmt]:
            again = pickle.loads(pickle.dumps(thing, protocol))
            assert type(again) is type(thing)
            if thing is a:
                check(again, A, fmt)
            else:
                assert again == thing
    check(copy.copy(a), A, fmt)
    check(copy.deepcopy(a), A, fmt)
    assert copy.deepcopy(a.dtype) == a.dtype


def test_pickle_of_a_format_that_is_not_there_yet() -> None:
    T = nf.Posit(27, es=3)
    blob = pickle.dumps(np.array([1.5, 2], dtype=T))
    code = (
        f"import pickle; a = pickle.loads({blob!r}); print(a.dtype, a.sum(), a.dtype.type(1) / 4)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["posit<27,es=3>", "3.5", "0.25"]


@each_real
def test_finfo(real: Any) -> None:
    info = np.finfo(real)
    one = real(1)
    assert info.eps == np.nextafter(one, real(2)) - one
    assert info.max == nf.finfo(real).maxpos
    assert info.smallest_subnormal == nf.finfo(real).minpos
    assert info.min == -info.max
    assert info.bits == real.format.bits
    assert float(info.eps) == 2.0**-info.nmant
    assert info.dtype == real.dtype


def test_finfo_of_ieee_formats_is_numpys() -> None:
    for ours, theirs in [
        (nf.binary16, np.float16),
        (nf.binary32, np.float32),
        (nf.binary64, np.float64),
    ]:
        a, b = np.finfo(ours), np.finfo(theirs)
        for name in [
            "eps",
            "max",
            "min",
            "tiny",
            "smallest_normal",
            "smallest_subnormal",
            "epsneg",
        ]:
            assert float(getattr(a, name)) == float(getattr(b, name)), name
        for name in ["nmant", "minexp", "maxexp", "precision", "machep", "negep", "nexp", "bits"]:
            assert getattr(a, name) == getattr(b, name), name


@each_format
def test_frompyfunc_and_vectorize(fmt: Any) -> None:
    a = array(A, fmt)
    doubled = np.frompyfunc(lambda x: x + x, 1, 1)(a)
    check(doubled.astype(fmt), np.add(A, A), fmt)
    check(np.vectorize(lambda x: x + x, otypes=[fmt])(a), np.add(A, A), fmt)
    check(np.apply_along_axis(lambda x: x + x, 0, a), np.add(A, A), fmt)


@each_format
def test_random_helpers(fmt: Any) -> None:
    rng, a = np.random.default_rng(1), array(A, fmt)
    assert rng.choice(a).dtype == fmt.dtype
    assert sorted(float(x) for x in rng.permutation(a)) == sorted(A)
    rng.shuffle(a)
    assert sorted(float(x) for x in a) == sorted(A)
