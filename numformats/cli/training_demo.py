# SPDX-License-Identifier: BSD-3-Clause
"""Which formats can a network learn digits in?  The part of the demo that trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from numformats.training import (
    Adam,
    Linear,
    ReLU,
    Sequential,
    fit,
    load_images,
    softmax_cross_entropy,
)

if TYPE_CHECKING:
    from rich.console import Console

    from numformats.training import Images

__all__ = ["FORMATS", "TITLE", "Trained", "print_training", "trained"]

# Each format, and a wider one for the optimiser's state and a second copy of the weights.
FORMATS = {
    "float32": None,
    "posit16": None,
    "bposit16": None,
    "posit8": "posit16",
    "float8_e4m3fn": "float32",
}
EPOCHS = 8
TITLE = "Digits, trained in each format"
_CAPTION = (
    "64-32-10 network, {epochs} epochs; every weight, activation and gradient is of the format, "
    "sums are exact"
)


class Trained(NamedTuple):
    """What training in a format gave."""

    dtype: str
    state: str
    accuracy: float
    loss: float
    weights: int  # bytes


def trained() -> list[Trained]:
    """Train the same network in each format."""
    images = load_images("digits")
    return [_train(images, dtype, state) for dtype, state in FORMATS.items()]


def _train(images: Images, dtype: str, state: str | None) -> Trained:
    model = Sequential(
        Linear(64, 32, dtype=dtype, seed=0), ReLU(), Linear(32, 10, dtype=dtype, seed=1)
    )
    narrow: dict[str, Any] = {} if state is None else {"state_dtype": state, "master": True}
    history = fit(
        model,
        images.x,
        images.y,
        loss=softmax_cross_entropy,
        optimizer=Adam(0.01, **narrow),
        epochs=EPOCHS,
        batch=32,
        loss_scale=1 if state is None else 64,
        progress=False,
    )
    right = np.argmax(model(images.test_x), axis=1) == images.test_y
    size = sum(array.nbytes for array in model.parameters().values())
    return Trained(dtype, state or dtype, float(right.mean()), history.last["loss"], size)


def print_training(results: list[Trained], screen: Console) -> None:
    """One row per format."""
    table = Table(title=TITLE, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("format", "optimiser's state"):
        table.add_column(heading)
    for heading in ("test images right", "training loss", "bytes of weights"):
        table.add_column(heading, justify="right")
    for r in results:
        table.add_row(r.dtype, r.state, f"{r.accuracy:.1%}", f"{r.loss:.3f}", f"{r.weights:,}")
    table.caption = _CAPTION.format(epochs=EPOCHS)
    table.caption_justify = "left"
    screen.print(table)
