# SPDX-License-Identifier: BSD-3-Clause
"""Which model is this?  Its layers, their settings, and the shapes and formats of their arrays."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numformats.training.layer import Layer

__all__ = ["describe", "difference"]

_PLAIN = (bool, int, float, str, type(None))


def describe(model: Layer, path: str = "") -> list[str]:
    """One line per layer: its place, class, settings and arrays; of no value of a parameter.

    >>> from numformats.training import LeakyReLU, Sequential
    >>> describe(Sequential(LeakyReLU(0.25)))
    ['model: Sequential', '0: LeakyReLU(slope=0.25)']
    """
    settings = [
        f"{name}={_text(value)}"
        for name, value in sorted(vars(model).items())
        if not name.startswith("_") and _is_setting(value)
    ]
    arrays = [f"{name} {a.shape} {a.dtype}" for name, a in model.own.items()]
    inside = ", ".join(arrays + settings)
    lines = [f"{path or 'model'}: {type(model).__name__}" + (f"({inside})" if inside else "")]
    for name, part in model.parts.items():
        lines += describe(part, f"{path}.{name}" if path else name)
    return lines


def difference(theirs: list[str], ours: list[str]) -> str:
    """The first line in which two descriptions differ, both sides; empty if none.

    >>> difference(["model: Tanh"], ["model: Tanh"]), difference(["model: Tanh"], [])
    ('', '"model: Tanh" is nothing here')
    """
    for their, our in zip_longest(theirs, ours):
        if their != our:
            here = f'"{our}"' if our is not None else "nothing"
            there = f'"{their}"' if their is not None else "nothing"
            return f"{there} is {here} here"
    return ""


def _is_setting(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(_is_setting(v) for v in value)
    return isinstance(value, (*_PLAIN, type, np.dtype, np.generic))


def _text(value: Any) -> str:
    return str(value) if isinstance(value, np.dtype) else repr(value)
