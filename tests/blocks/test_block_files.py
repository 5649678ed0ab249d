# SPDX-License-Identifier: BSD-3-Clause
"""Do blocks come back from files bit by bit, and is every other file refused?"""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

import numformats as nf
from block_cases import KINDS


def written(a):
    file = io.BytesIO()
    nf.blocks.save(file, a)
    return file.getvalue()


@pytest.mark.parametrize("shape", [(3, 40), (0,), (2, 0, 3)])
@pytest.mark.parametrize("name", KINDS)
def test_round_trip(name, shape):
    for axis in range(len(shape)):
        a = nf.blocks.quantize(np.random.default_rng(28).normal(size=shape), KINDS[name], axis)
        back = nf.blocks.load(io.BytesIO(written(a)))
        assert back == a
        assert back.kind.name == a.kind.name
        assert back.axis == axis


def test_paths(tmp_path):
    a = nf.blocks.quantize([[1, np.nan]], "nvfp4", axis=0)
    nf.blocks.save(tmp_path / "weights", a)
    assert [p.name for p in tmp_path.iterdir()] == ["weights.npz"]
    assert nf.blocks.load(tmp_path / "weights.npz") == a
    parts = nf.load(tmp_path / "weights.npz")
    assert parts["elements"].dtype == nf.float4_e2m1fn
    assert set(np.load(tmp_path / "weights.npz").files) == set(parts)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "w.npz"
    a = nf.blocks.quantize([1.0], "mxfp4")
    nf.blocks.save(path, a)

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="No space"):
        nf.blocks.save(path, nf.blocks.quantize([2.0], "mxfp4"))
    assert nf.blocks.load(path) == a
    assert [p.name for p in tmp_path.iterdir()] == ["w.npz"]


def test_only_blocks_are_written():
    with pytest.raises(TypeError, match="ndarray"):
        nf.blocks.save(io.BytesIO(), np.ones(3))


def test_every_truncation_and_many_flips_are_found():
    a = nf.blocks.quantize(np.arange(20.0), "nvfp4")
    content = written(a)
    for end in range(0, len(content), 41):
        with pytest.raises(nf.DamagedFileError):
            nf.blocks.load(io.BytesIO(content[:end]))
    for at in range(0, len(content), 97):
        damaged = bytearray(content)
        damaged[at] ^= 0x10
        with contextlib.suppress(nf.DamagedFileError):
            assert nf.blocks.load(io.BytesIO(bytes(damaged))) == a  # a byte that says nothing


@pytest.mark.parametrize(
    "change",
    [
        {"axis": np.array(2)},
        {"axis": np.array([0, 1])},
        {"block": np.array(0)},
        {"block": np.array(8)},
        {"rule": np.array("round")},
        {"rule": np.array("floor")},
        {"scales": np.zeros(2)},
        {"elements": np.array(1.0, nf.posit8)},
        {"tensor_scale": np.array([-1.0], nf.binary32)},
        {"tensor_scale": np.empty(0)},
        {"more": np.zeros(1)},
    ],
)
def test_parts_that_do_not_fit(change):
    parts = nf.load(io.BytesIO(written(nf.blocks.quantize(np.arange(20.0), "nvfp4"))))
    file = io.BytesIO()
    nf.savez(file, **(parts | change))
    file.seek(0)
    with pytest.raises(nf.DamagedFileError):
        nf.blocks.load(file)
