# SPDX-License-Identifier: BSD-3-Clause
"""What do hundreds of formats in one process cost, and what is still right then?"""

from __future__ import annotations

import subprocess
import sys

import pytest

START = """
import itertools
from pathlib import Path
import numformats as nf
import numpy as np

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4  # KiB

def formats():
    for frac in range(-60, 120):
        for bits in range(2, 60):
            yield bits, frac
"""

MEMORY = """
made = [nf.Fixed(b, f) for b, f in itertools.islice(formats(), 120)]
before = resident()
made += [nf.Fixed(b, f) for b, f in itertools.islice(formats(), 120, 320)]
middle = resident()
made += [nf.Fixed(b, f) for b, f in itertools.islice(formats(), 320, 520)]
after = resident()
assert after - middle < 1.2 * (middle - before) + 400, (before, middle, after)
"""

CASTS = """
kinds = [nf.Float(e, m, overflow=o) for e in (5, 8) for m in (4, 9, 12) for o in ("inf", "saturate")]
kinds += [nf.Posit(n, es=3) for n in (7, 11, 13, 40)]
far = []
more = formats()
for kind in kinds:  # each so far from the next that they have no cast of their own
    far.append(kind)
    for b, f in itertools.islice(more, 40):
        nf.Fixed(b, f)
rng = np.random.default_rng(0)
values = rng.standard_normal(200) * 10.0 ** rng.integers(-6, 6, 200)
values = np.concatenate([values, [np.nan, np.inf, -np.inf, 0, -0.0]])
far += [nf.Fixed(*formats_) for formats_ in ((2, -60), (30, -60))] + [nf.posit16]
with np.errstate(all="ignore"):
    for source, target in itertools.permutations(far, 2):
        a = values.astype(source)
        right = [target(x).bits for x in a]
        assert nf.to_bits(a.astype(target)).tolist() == right, (source, target)
        assert nf.to_bits(a[::-3].astype(target)).tolist() == right[::-3]
        moved = np.zeros(len(a) * a.itemsize + 1, np.uint8)[1:].view(source)
        moved[...] = a
        assert nf.to_bits(moved.astype(target)).tolist() == right
        into = np.zeros(len(a), target)
        into[...] = a
        assert nf.to_bits(into).tolist() == right
        assert np.can_cast(source, target, "same_kind")
small, large = nf.Float(5, 9), nf.Float(8, 12)
assert np.can_cast(small, large) and not np.can_cast(large, small)
assert np.result_type(small, large) == np.result_type(large, small) == large.dtype
assert (np.ones(2, small) + np.ones(2, large)).dtype == large.dtype
with np.errstate(over="raise"):
    try:
        np.full(3, 1e38, large).astype(small)
    except FloatingPointError:
        pass
    else:
        raise AssertionError("no overflow")
"""

LIMIT = """
import sys
made, error, blocks = [], None, {}
for b, f in formats():
    if len(made) % 100 == 0:
        blocks[len(made)] = sys.getallocatedblocks()
    try:
        made.append(nf.Fixed(b, f))
    except nf.FormatError as e:
        error = e
        break
assert "NumPy holds no more user dtypes" in str(error), error
assert len(made) > 1700
few, many = blocks[300] - blocks[200], blocks[1700] - blocks[1600]
assert many < 1.1 * few, (few, many)
refused = 0
def refuse(count):
    global refused
    for bits, frac in itertools.islice(formats(), 3000, 3000 + count):
        try:
            nf.Fixed(bits, frac)
        except nf.FormatError as e:
            assert "no more user dtypes" in str(e)
            refused += 1
refuse(200)
before = resident()
refuse(4000)
assert resident() - before < 400, resident() - before
assert refused > 4190  # q7 and its like exist
assert nf.Fixed(*next(formats())) is made[0]
assert made[3](2**60).dtype == made[3].dtype
last = np.array([0, 2.0**70], made[-1])
assert (last.astype(made[100]).astype(float) >= 0).all()
assert nf.posit16(1) + 1 == 2 and (np.array([1, 2], nf.posit16) * 2).tolist() == [2, 4]
assert nf.parse_format("posit16") is nf.posit16
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("script", [MEMORY, CASTS, LIMIT], ids=["memory", "casts", "limit"])
def test_in_a_process_of_its_own(script, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START + script],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
