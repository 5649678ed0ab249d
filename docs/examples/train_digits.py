# SPDX-License-Identifier: BSD-3-Clause
"""Where do the weights in digits_weights.npz come from?  Trains a 64-16-10 network in float64.

    python docs/examples/train_digits.py

Full-batch gradient descent with momentum on 1437 of scikit-learn's digits, fixed seed:
the same NumPy on the same machine gives the same file.  Other machines may differ in the last
bits; the committed file is what the comparisons use.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from digits import load_images

SEED = 20261123
HIDDEN = 16
STEPS = 300
RATE = 0.3
MOMENTUM = 0.9
DECAY = 1e-3  # weight decay: keeps the weights small enough for narrow formats
WEIGHTS = Path(__file__).with_name("digits_weights.npz")


def forward(x: np.ndarray, weights: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Hidden activities and class probabilities."""
    w1, b1, w2, b2 = weights
    hidden = np.maximum(x @ w1 + b1, 0.0)
    scores = hidden @ w2 + b2
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def gradients(x: np.ndarray, labels: np.ndarray, weights: list[np.ndarray]) -> list[np.ndarray]:
    """Gradients of the mean cross entropy plus weight decay."""
    w1, _, w2, _ = weights
    hidden, probability = forward(x, weights)
    probability[np.arange(len(x)), labels] -= 1.0
    back = probability / len(x)
    inner = (back @ w2.T) * (hidden > 0)
    return [
        x.T @ inner + DECAY * w1,
        inner.sum(axis=0),
        hidden.T @ back + DECAY * w2,
        back.sum(axis=0),
    ]


def train() -> list[np.ndarray]:
    """The four arrays of the trained network."""
    x, y = load_images(test=False)
    rng = np.random.default_rng(SEED)
    weights = [
        rng.normal(0.0, np.sqrt(2 / 64), (64, HIDDEN)),
        np.zeros(HIDDEN),
        rng.normal(0.0, np.sqrt(2 / HIDDEN), (HIDDEN, 10)),
        np.zeros(10),
    ]
    speed = [np.zeros_like(w) for w in weights]
    for _ in range(STEPS):
        for w, v, g in zip(weights, speed, gradients(x, y, weights), strict=True):
            v[...] = MOMENTUM * v - RATE * g
            w[...] += v
    return weights


def main() -> None:
    """Trains, says how good it is, and writes the file."""
    weights = train()
    for test in (False, True):
        images, labels = load_images(test=test)
        _, probability = forward(images, weights)
        accuracy = (probability.argmax(axis=1) == labels).mean()
        print(f"{'test' if test else 'training'} accuracy {accuracy:.4f}")
    w1, b1, w2, b2 = weights
    np.savez(WEIGHTS, w1=w1, b1=b1, w2=w2, b2=b2)


if __name__ == "__main__":
    main()
