# SPDX-License-Identifier: BSD-3-Clause
"""Does every CPU level give the same bits, and is a level that does not exist refused?"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import numformats as nf

PROGRAM = """
import hashlib
import sys
import numpy as np
import numformats as nf

rng = np.random.default_rng(5)
FORMATS = nf.formats() | {text: nf.parse_format(text) for text in sys.argv[1:]}
for name, T in FORMATS.items():
    f, n = T.format, 20011
    sha = hashlib.sha256()

    def codes(count=n):
        words = rng.integers(0, 2**64, count, dtype=np.uint64) >> np.uint64(64 - f.bits)
        return nf.from_bits(words.astype(f"u{f.storage_bytes}"), T)

    def add(x):
        for part in x if isinstance(x, tuple) else (x,):
            sha.update(part.tobytes())

    a, b, c = codes(), codes(), codes()
    near = nf.from_bits(nf.to_bits(a) ^ (nf.to_bits(b) & nf.to_bits(b).dtype.type(15)), T)
    values = rng.standard_normal(n) * 2.0 ** rng.integers(-30, 30, n)
    with np.errstate(all="ignore"):
        d, e = values.astype(T.dtype), values[::-1].astype(T.dtype)
        for x, y in ((a, b), (a, near), (d, e), (a[1:], b[:-1]), (a[::3], b[::-3]), (a, b[:1])):
            for u in (np.add, np.subtract, np.multiply, np.divide, np.fmod, np.remainder,
                      np.floor_divide, nf.ieee_remainder, np.maximum, np.nextafter, np.less, np.equal):
                add(u(x, y))
        for u in (np.sqrt, np.square, np.reciprocal, np.negative, np.rint, np.spacing, np.isnan,
                  np.modf, np.frexp):
            add(u(a))
            add(u(a[::2]))
        for x in (a, d, a[::3]):
            add(np.sort(x))
            add(np.argsort(x))
            add(np.maximum.reduce(x))
        add(nf.fma(a, b, c))
        add(nf.fmm(a, b, c))
        add(a[:900].reshape(30, 30) @ b[:900].reshape(30, 30))
        add(d[:3500].reshape(50, 70) @ e[:3500].reshape(70, 50))
        for x, y in ((a, b), (d, e), (d[::3], e[::-3])):
            z = np.concatenate([x * y, x]), np.concatenate([np.full(x.size, -1).astype(T.dtype), y])
            add(np.vecdot(*(v[: len(v) // 700 * 700].reshape(-1, 700) for v in z)))
            add(np.vecdot(*(v[:6000].reshape(2, -1).T for v in z)))
            add(nf.fsum(x[: len(x) // 667 * 667].reshape(-1, 667), axis=1))
        for t in (np.float16, np.float32, np.float64, np.int32, np.uint8):
            add(a.astype(t))
            add(d.astype(t))
        for x in (values, values.astype(np.float32), rng.integers(-9999, 9999, n),
                  rng.integers(0, 2**64, n, dtype=np.uint64).view(np.float64)):
            add(x.astype(T.dtype))
            add(x[::2].astype(T.dtype))
        for other in (nf.posit16, nf.bfloat16, nf.binary64, nf.q15):
            add(a.astype(other.dtype))
    print(name, sha.hexdigest())
print("level", nf.build_info()["level"])
"""


# Roundings and overflows that no named format has.
OTHERS = [
    "fixed<24,frac=10,rounding=nearest_positive,overflow=saturate_symmetric>",
    "fixed<16,frac=12,rounding=nearest_negative,overflow=zero>",
    "fixed<12,frac=4,rounding=nearest_zero,overflow=wrap>",
    "float<exp=6,man=9,rounding=nearest_zero,overflow=saturate_finite>",
    "float<exp=8,man=12,bias=128,inf=top,nan=negative_zero,rounding=to_odd>",
    "float<exp=7,man=8,rounding=nearest_negative,overflow=saturate>",
]


def run(level):
    env = dict(os.environ)
    env.pop("NUMFORMATS_LEVEL", None)
    if level is not None:
        env["NUMFORMATS_LEVEL"] = level
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *OTHERS],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_level_gives_the_same_bits():
    best = run(None)
    assert best.returncode == 0, best.stderr
    *hashes, level = best.stdout.splitlines()
    assert [line.split()[0] for line in hashes] == [*nf.formats(), *OTHERS]
    assert len({line.split()[1] for line in hashes}) == len(hashes)
    for name in nf.build_info()["runnable"].split():
        found = run(name)
        assert found.returncode == 0, found.stderr
        *others, last = found.stdout.splitlines()
        assert last == f"level {name}"
        for ours, theirs in zip(hashes, others, strict=True):
            assert ours == theirs
    assert level.split()[1] in nf.build_info()["runnable"]


@pytest.mark.parametrize("level", ["abacus", "AVX2", "portable ", "neon,avx2"])
def test_an_unknown_level_is_an_import_error(level):
    found = run(level)
    assert found.returncode == 1
    assert "ImportError" in found.stderr
    assert "portable" in found.stderr


def test_an_empty_level_is_the_best_one():
    assert run("").stdout.splitlines()[-1] == run(None).stdout.splitlines()[-1]
