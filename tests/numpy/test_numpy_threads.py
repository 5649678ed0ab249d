# SPDX-License-Identifier: BSD-3-Clause
"""Are loops and the making of formats safe in threads, and refusals clear?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numformats import _dtypes
from numpy_features import array


def test_threads_share_inputs() -> None:
    rng = np.random.default_rng(3)
    formats = (nf.Posit(7, es=1), nf.posit16, nf.posit32)
    inputs = [rng.uniform(1, 9, size=20_000).astype(T) for T in formats]
    functions = [lambda a: a + a, lambda a: a * a, np.sort, np.sqrt, lambda a: a[:99] @ a[:99]]

    def work(_: int) -> list[bytes]:
        return [function(a).tobytes() for a in inputs for function in functions]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(8)))
    assert all(result == results[0] for result in results)


def test_threads_make_one_class_per_format() -> None:
    barrier = Barrier(4)

    def work(_: int) -> list[Any]:
        barrier.wait()
        return [nf.Posit(n, es=5) for n in range(33, 43)]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(4)))
    assert all(result == results[0] for result in results)
    assert all(float(T(1.5)) == 1.5 for T in results[0])


def test_stochastic_ufuncs_repeat_from_a_seed() -> None:
    T = nf.Float(5, 4, rounding="stochastic")
    a = array(np.linspace(1, 2, 1000), T)

    def run(seed: int) -> list[int]:
        nf.seed(seed)
        return nf.to_bits(a * a).tolist() + nf.to_bits(a / 3).tolist()

    assert run(5) == run(5)
    assert run(5) != run(6)
    nf.seed(5)
    assert nf.to_bits(a * a).tolist() != nf.to_bits(a * a).tolist()


def test_make_refuses_what_is_no_format() -> None:
    for blob in [b"", b"abc", bytes(24), b"\xff" * 24]:
        with pytest.raises(nf.FormatError):
            _dtypes.make(blob, "x")
    with pytest.raises(TypeError):
        _dtypes.format_bytes(np.dtype(np.float64))
    for bad in [-1, 2**64]:
        with pytest.raises(ValueError, match="seed must be"):
            nf.seed(bad)
    assert _dtypes.make(_dtypes.format_bytes(nf.posit16), "another name") is nf.posit16
    assert _dtypes.format_bytes(nf.posit16) == _dtypes.format_bytes(nf.posit16.dtype)
