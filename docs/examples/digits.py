# SPDX-License-Identifier: BSD-3-Clause
"""Does a small trained network still read handwritten digits in a narrow format?

    numformats compare docs/examples/digits.py:classify --formats posit8,bfloat16,float8_e4m3fn

A 64-16-10 network, trained once in float64 by train_digits.py (digits_weights.npz), scores the
360 images of scikit-learn's digits that it has not seen.  Only +, max and @ happen in the format;
@ is exact with one rounding.

Data: part of the UCI "Optical Recognition of Handwritten Digits" (E. Alpaydin and
C. Kaynak, 1998, CC BY 4.0), as bundled with scikit-learn, which must be installed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

EVERY = 5  # every fifth image, from the first on, is a test image: 360 of 1797
WEIGHTS = Path(__file__).with_name("digits_weights.npz")


def load_images(*, test: bool) -> tuple[np.ndarray, np.ndarray]:
    """The test or the training images as rows of 64 values 0, 1/16 ... 1, and their labels."""
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        message = "the digits need scikit-learn: pip install 'numformats[demo]'"
        raise ModuleNotFoundError(message) from None
    digits = load_digits()
    chosen = (np.arange(len(digits.target)) % EVERY == 0) == test
    return digits.data[chosen] / 16.0, digits.target[chosen]


def classify(x, w1, b1, w2, b2):
    """Scores of the ten classes for each image (row) of x."""
    hidden = np.maximum(x @ w1 + b1, 0)
    return hidden @ w2 + b2


def classify_inputs() -> tuple[np.ndarray, ...]:
    """The 360 test images and the weights."""
    images, _ = load_images(test=True)
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        return images, *(weights[name] for name in ("w1", "b1", "w2", "b2"))


def classify_report(scores: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """Share of right answers, and of answers that are those of the exact network."""
    _, labels = load_images(test=True)
    answers = _answers(scores)
    return {
        "accuracy": float((answers == labels).mean()),
        "same answer": float((answers == _answers(reference)).mean()),
    }


def _answers(scores: np.ndarray) -> np.ndarray:
    """The class of the largest score; -1 where a score is NaN: no answer."""
    return np.where(np.isnan(scores).any(axis=1), -1, scores.argmax(axis=1))
