# SPDX-License-Identifier: BSD-3-Clause
"""Does every way to sort give what sorting the oracle's values gives, bit for bit?"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import numformats as nf
from helpers import all_codes, array, ids, random_codes
from numpy_features import NUMPY_2_5
from ordering import each, each_narrow, each_wide, ranks, specials

MODES: list[dict[str, Any]] = [{"kind": "quicksort"}, {"kind": "heapsort"}, {"kind": "stable"}]
if NUMPY_2_5:
    MODES += [{"descending": True}, {"descending": True, "stable": True}]


def check_sorts(T: Any, codes: Any) -> None:
    a = array(T, codes)
    for mode in MODES:
        descending = "descending" in mode
        r = ranks(T, codes, descending=descending)
        expected = np.argsort(r, kind="stable")
        got = nf.to_bits(np.sort(a, **mode))
        if "stable" in (mode.get("kind"), *mode):
            np.testing.assert_array_equal(got, codes[expected])
        np.testing.assert_array_equal(np.sort(got), np.sort(codes))  # every code is still there
        np.testing.assert_array_equal(ranks(T, got, descending=descending), r[expected])
        np.testing.assert_array_equal(np.argsort(a, **mode), expected)
    assert nf.to_bits(a).tolist() == codes.tolist()


@each_narrow
def test_all_codes(T: Any) -> None:
    codes = np.random.default_rng(1).permutation(all_codes(T))
    check_sorts(T, codes)
    if codes.size > 1000:
        check_sorts(T, codes[:1000])  # 16 bits: not enough to count
        check_sorts(T, np.concatenate([codes[:9000], codes[:9000]]))


@each
def test_lengths_and_ties(T: Any) -> None:
    rng = np.random.default_rng(2)
    step = 1 if T in (nf.posit8, nf.bfloat16, nf.posit32, nf.binary64) else 17
    for n in [*range(0, 68, step), 32, 33, 1000]:
        check_sorts(T, specials(T, rng, n))
        check_sorts(T, random_codes(T, n, rng))


@each_wide
def test_long_random(T: Any) -> None:
    rng = np.random.default_rng(3)
    codes = random_codes(T, 4200, rng)
    codes[rng.integers(0, 4200, 200)] = specials(T, rng, 200)
    check_sorts(T, codes)


@pytest.mark.parametrize("T", [nf.posit64, nf.binary64, nf.Fixed(64, 8)], ids=ids)
def test_wide_codes_that_differ_only_in_low_digits(T: Any) -> None:
    rng = np.random.default_rng(4)
    low = rng.integers(0, 2**30, 6000, dtype=np.uint64)
    check_sorts(T, low | np.uint64(0x4080 << 48))
    check_sorts(T, np.concatenate([low << np.uint64(33), low[::-1]]))


@pytest.mark.parametrize("T", [nf.posit8, nf.bfloat16, nf.posit32, nf.binary64], ids=ids)
def test_layouts(T: Any) -> None:
    rng = np.random.default_rng(5)
    codes = random_codes(T, 3000, rng)
    a, r = array(T, codes), ranks(T, codes)
    size = a.itemsize
    for view in [np.s_[::3], np.s_[::-1], np.s_[100:2900:-7], np.s_[5:5]]:
        order = np.argsort(r[view], kind="stable")
        np.testing.assert_array_equal(np.argsort(a[view]), order)
        np.testing.assert_array_equal(
            ranks(T, nf.to_bits(np.sort(a[view]))), ranks(T, codes[view])[order]
        )
        c = a.copy()
        c[view].sort(kind="stable")
        np.testing.assert_array_equal(nf.to_bits(c[view]), codes[view][order])
    for axis in (0, 1, None):
        grid, q = a.reshape(50, 60), r.reshape(50, 60)
        order = np.argsort(q, axis=axis, kind="stable")
        np.testing.assert_array_equal(np.argsort(grid, axis=axis), order)
        expected = (
            np.take_along_axis(codes.reshape(50, 60), order, axis)
            if axis is not None
            else codes[order]
        )
        np.testing.assert_array_equal(nf.to_bits(np.sort(grid, axis=axis, kind="stable")), expected)
    memory = np.zeros(3000 * size + 1, np.uint8)
    unaligned = memory[1:].view(a.dtype)
    unaligned[:] = a
    np.testing.assert_array_equal(np.argsort(unaligned), np.argsort(r, kind="stable"))
    unaligned.sort(kind="stable")
    np.testing.assert_array_equal(nf.to_bits(unaligned.copy()), codes[np.argsort(r, kind="stable")])


@pytest.mark.parametrize(
    "T", [nf.Posit(20), nf.Float(8, 11), nf.Fixed(12, 3), nf.TakumLinear(40)], ids=ids
)
def test_bits_above_the_format_stay_and_do_not_sort(T: Any) -> None:
    rng = np.random.default_rng(6)
    codes = random_codes(T, 2000, rng)
    high = rng.integers(0, 2**63, 2000).astype(codes.dtype) << codes.dtype.type(T.format.bits)
    dirty = (codes | high).view(np.dtype(T))
    expected = np.argsort(ranks(T, codes), kind="stable")
    np.testing.assert_array_equal(np.argsort(dirty), expected)
    for n in (20, 2000):
        got = np.sort(dirty[:n]).view(codes.dtype)
        np.testing.assert_array_equal(np.sort(got), np.sort((codes | high)[:n]))
        stable = np.sort(dirty[:n], kind="stable").view(codes.dtype)
        np.testing.assert_array_equal(
            stable, (codes | high)[np.argsort(ranks(T, codes[:n]), kind="stable")]
        )


MEMORY = """
import resource, sys
import numpy as np
import numformats as nf
T, kind, name = getattr(nf, sys.argv[1]), sys.argv[2], sys.argv[3]
a = np.arange(8_000_000, dtype=np.uint64).astype(f"u{T.format.storage_bytes}").view(np.dtype(T))
np.sort(a[:100])
before = a.view(f"u{T.format.storage_bytes}").copy()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
room = 12 * a.size if name == "argsort" else a.nbytes  # NumPy's own indices, but not our pairs
resource.setrlimit(resource.RLIMIT_AS, (used + room, -1))
try:
    getattr(a, name)(kind=kind)
    found = "nothing raised"
except MemoryError:
    found = "MemoryError"
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
print(found, bool((a.view(before.dtype) == before).all()))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the address space")
@pytest.mark.parametrize(("name", "kind", "method"),
                         [("posit32", "quicksort", "sort"), ("bposit64", "quicksort", "sort"),
                          ("binary32", "stable", "sort"), ("binary64", "stable", "argsort"),
                          ("posit32", "quicksort", "argsort")])  # fmt: skip
def test_no_memory_leaves_the_array_as_it_was(name: str, kind: str, method: str) -> None:
    env = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    done = subprocess.run([sys.executable, "-c", MEMORY, name, kind, method], env=env,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.split() == ["MemoryError", "True"], done.stderr
