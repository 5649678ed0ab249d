# SPDX-License-Identifier: BSD-3-Clause
"""Do the intrinsics of vectors.h do what the portable text beside them does, lane by lane?

Proofs read the portable text.  Here both texts are compiled and run: functions of one word on every
word, of two on all pairs of words at which bits change; shuffles are compared with what lanes.py
takes them for.
"""

import ctypes
import platform
import subprocess
from pathlib import Path

import pytest

from proofs.checkout import ROOT
from proofs.native import COMPILER

TEXT = """
#include "levels/vectors.h"
static uint64_t mix(uint64_t h, uint64_t x) { return (h ^ x) * 0x9E3779B97F4A7C15u + (h >> 29); }
static uint64_t mixed(uint64_t h, nf_words v)
{
    for (int i = 0; i < 8; i++)
        h = mix(h, v[i]);
    return h;
}
static nf_words from(uint32_t x)
{
    nf_words v = {x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7};
    return v;
}
/* Of every word from `first` on: |x|, the leading one, the double of a signed word. */
uint64_t of_one(uint32_t first, uint32_t count)
{
    uint64_t h = 0;
    for (uint32_t i = 0; i < count; i += 8) {
        nf_words x = from(first + i), hi, lo;
        h = mixed(h, nf_absolute(x));
        nf_pair d = nf_exact_pair(x);
        for (int k = 0; k < 2; k++)
            h = mixed(h, (nf_words)d.at[k]);
    }
    return h;
}
uint64_t of_two(const uint32_t *x, int n)
{
    uint64_t h = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j += 8) {
            nf_words a = nf_all(x[i]), b = nf_get(x + j), mask = (nf_words)(b > a);
            h = mixed(mixed(mixed(h, nf_least(a, b)), nf_most(a, b)), nf_select(mask, a, b));
            h = mixed(mixed(h, nf_shift_left(b, a & 63)), nf_shift_down(b, a & 63));
            nf_words sign = (nf_words)(b == 0) & 1; /* x is 0 where sign is */
            h = mixed(h, nf_signed_as(a, b | sign));
            h = mix(h, nf_any(mask));
            nf_doubles p = (nf_doubles)(nf_longs)a, q = (nf_doubles)(nf_longs)b;
            h = mixed(h, (nf_words)nf_least_doubles(p, q));
            h = mixed(h, (nf_words)nf_select_doubles(p < q, p, q));
        }
    return h;
}
/* Words to doubles and back: each word comes back to its place; low words are those of the doubles. */
int shuffles(void)
{
    nf_words hi = from(100), lo = from(200), h, l;
    nf_pair x = nf_zip(nf_reorder(hi), nf_reorder(lo));
    double z[8];
    nf_put_pair(z, x);
    int wrong = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t u;
        memcpy(&u, z + i, 8);
        wrong += u != ((uint64_t)(100 + i) << 32 | (200 + i));
    }
    nf_unzip(nf_get_pair(z), &h, &l);
    h = nf_reorder(h), l = nf_reorder(l);
    nf_words low = nf_low_words((nf_longs)x.at[0], (nf_longs)x.at[1]);
    for (int i = 0; i < 8; i++)
        wrong += h[i] != hi[i] || l[i] != lo[i] || low[i] != lo[i];
    nf_pair numbers = nf_exact_pair(nf_reorder(from(0xFFFFFFFC)));
    for (int i = 0; i < 8; i++)
        wrong += numbers.at[i / 4][i % 4] != i - 4;
    return wrong;
}
"""
EDGES = sorted({(1 << k) + d & 0xFFFFFFFF for k in range(33) for d in (-2, -1, 0, 1, 3)})
EDGES += EDGES[: -len(EDGES) % 8]


def has_avx2():
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text("ascii")
    except OSError:
        return False


def library(folder, flags):
    source, made = folder / "vectors.c", folder / "vectors.so"
    source.write_text(TEXT)
    include = [f"-I{ROOT / 'cbits'}", f"-I{ROOT / 'cbits/include'}"]
    command = [*COMPILER, "-std=gnu11", "-O2", "-w", *flags, "-shared", "-fPIC", *include]
    subprocess.run([*command, str(source), "-o", str(made)], check=True)
    found = ctypes.CDLL(str(made))
    found.of_one.restype = found.of_two.restype = ctypes.c_uint64
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    if platform.machine() != "x86_64" or not has_avx2():
        pytest.skip("the intrinsics need a CPU with AVX2")
    pair = []
    for name, flags in (("portable", ()), ("avx2", ("-mavx2", "-mfma"))):
        pair.append(library(tmp_path_factory.mktemp(name), flags))
    return pair


def test_shuffles_move_lanes_as_the_proofs_take_them(both):
    assert [one.shuffles() for one in both] == [0, 0]


def test_pairs_of_words(both):
    words = (ctypes.c_uint32 * len(EDGES))(*EDGES)
    portable, avx2 = (one.of_two(words, len(EDGES)) for one in both)
    assert portable == avx2


@pytest.mark.parametrize("first", range(0, 1 << 32, 1 << 29))
def test_words(both, first):
    """A slice of 2^20 words of each eighth, and those before its end; every word: make proofs-long."""
    for start, count in ((first, 1 << 20), (first + (1 << 29) - (1 << 16), 1 << 16)):
        portable, avx2 = (one.of_one(start, count) for one in both)
        assert portable == avx2


@pytest.mark.long
def test_every_word(both):
    for first in range(0, 1 << 32, 1 << 28):
        portable, avx2 = (one.of_one(first, 1 << 28) for one in both)
        assert portable == avx2
