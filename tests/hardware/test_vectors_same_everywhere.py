# SPDX-License-Identifier: BSD-3-Clause
"""Are vectors the same bytes on every machine, with every NumPy and in every process?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

import numformats as nf
from numformats.hardware import vectors
from numformats.hardware.vectors import SEED
from numformats.hardware.vectors.congruences import first_multiple, nearest_multiple, two_adic_root
from numformats.hardware.vectors.draws import Draws

# The first 16 digits of the SHA-256 of level 1: operands, results and flags, little-endian.
DIGESTS = {
    ("posit16", "add"): "cdfbb938573f121a",
    ("posit32", "mul"): "11f16c562531f636",
    ("bposit32", "div"): "fb706e0170d11e16",
    ("takum_linear16", "fma"): "ea60e1b492fa11cd",
    ("binary64", "sqrt"): "44427024fe4b3e22",
    ("float8_e4m3fn", "fma"): "da85acb688ffd344",
    ("posit16", "dot:2"): "8050765b32fcdef3",
    ("q15", "mul"): "ec334e4ea1a96fa9",
}


def digest(text, op, **options):
    found = hashlib.sha256()
    for batch in vectors(text, op, **options):
        for column in (*batch.operands, batch.results, batch.flags):
            found.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize(("text", "op"), DIGESTS)
def test_level_1_has_the_bytes_that_were_recorded(text, op):
    assert digest(text, op) == DIGESTS[text, op]


def test_seeds_give_different_cases_and_the_same_again():
    first = digest("posit32", "add", seed=1, count=500)
    assert first == digest("posit32", "add", seed=1, count=500)
    assert first != digest("posit32", "add", seed=2, count=500)
    assert digest("posit32", "add", count=500) == digest("posit32", "add", seed=SEED, count=500)


def test_hashes_of_texts_do_not_matter():
    """Sets and dicts of texts have another order with another hash seed."""
    script = "import numformats.hardware as h; b = next(h.vectors('bposit16', 'fma', count=900));"
    script += "print(b.operands[0].sum(), b.operands[2].sum(), b.results.sum())"
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": h},
            capture_output=True,
            check=True,
        ).stdout
        for h in ("1", "2")
    }
    assert len(found) == 1


def test_words_are_those_of_philox():
    draws = Draws(7, "a text")
    words = draws.words(6).tolist()
    assert words == [nf.oracle.philox4x64(7, draws.stream, i) for i in range(6)]


def test_draws_stay_in_their_range():
    draws = Draws(1, "ranges")
    wide = 3 << 100
    assert {draws.below(3) for _ in range(100)} == {0, 1, 2}
    assert {draws.between(-1, 1) for _ in range(100)} == {-1, 0, 1}
    assert max(draws.below(wide) for _ in range(50)) > wide // 2
    assert all(draws.odd(5) in range(17, 32, 2) for _ in range(50))
    assert draws.odd(1) == 1
    assert draws.bits(0) == 0
    assert 5 < sum(draws.one_in(10) for _ in range(300)) < 80
    assert draws.choice("a") == "a"
    assert int(draws.codes(100, 5).max()) < 32
    assert draws.codes(4, 64).dtype == np.uint64


def test_the_least_multiple_is_found():
    for m in (7, 16, 45):
        for a in range(1, m):
            for low in range(m):
                high = min(low + 2, m - 1)
                right = next((x for x in range(m) if low <= a * x % m <= high), None)
                assert first_multiple(a, m, low, high) == right


def test_the_nearest_multiple_is_beside_its_target():
    a, m, target = 0x1234567, 1 << 24, 1 << 23
    for above in (True, False):
        x = nearest_multiple(a, m, target, 1 << 20, 1 << 21, above)
        distance = (a * x - target) % m if above else (target - a * x) % m
        assert 1 << 20 <= x < 1 << 21
        assert 0 < distance < 64


def test_two_adic_roots():
    for d in (1, 17, -7, 25):
        r = two_adic_root(d, 40)
        assert (r * r - d) % (1 << 40) == 0
