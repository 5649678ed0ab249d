# SPDX-License-Identifier: BSD-3-Clause
"""How does a state of nested dicts become named arrays and text, and come back?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["joined", "split"]

_ARRAY = "numformats:array"  # the only key of a dict that stands for an array


def split(state: Any, place: str) -> tuple[Any, dict[str, np.ndarray[Any, Any]]]:
    """The state as JSON can write it, and its arrays and NumPy scalars by name.

    In place of an array stands {"numformats:array": its name}, which is its place in the state.
    Raises TypeError for what is neither an array nor made of JSON's types.

    >>> text, arrays = split({"lr": 0.1, "m": {"w": np.ones(2)}}, "adam")
    >>> text
    {'lr': 0.1, 'm': {'w': {'numformats:array': 'adam/m/w'}}}
    >>> joined(text, arrays)
    {'lr': 0.1, 'm': {'w': array([1., 1.])}}
    """
    if isinstance(state, np.ndarray | np.generic):
        return {_ARRAY: place}, {place: np.asarray(state)}
    if state is None or isinstance(state, bool | int | float | str):
        return state, {}
    if isinstance(state, list | tuple):
        parts = [split(part, f"{place}/{i}") for i, part in enumerate(state)]
        return [text for text, _ in parts], {k: a for _, some in parts for k, a in some.items()}
    if isinstance(state, dict):
        texts: dict[str, Any] = {}
        arrays: dict[str, np.ndarray[Any, Any]] = {}
        for key, part in state.items():
            texts[str(key)], some = split(part, f"{place}/{key}")
            arrays |= some
        return texts, arrays
    raise TypeError(f"{place} is {state!r}; a checkpoint holds arrays, numbers, text, dicts, lists")


def joined(text: Any, arrays: Mapping[str, Any]) -> Any:
    """The state again, with the arrays in their places; KeyError where one is missing."""
    if isinstance(text, dict):
        if text.keys() == {_ARRAY}:
            return arrays[text[_ARRAY]]
        return {key: joined(part, arrays) for key, part in text.items()}
    return [joined(part, arrays) for part in text] if isinstance(text, list) else text
