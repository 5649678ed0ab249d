# SPDX-License-Identifier: BSD-3-Clause
"""What is an argument of a function of arrays?  Arrays, numbers, and containers of these.

Tuples, lists and dicts are containers; a list of numbers, nested or not, is an array, as it is to
NumPy.  None is an empty container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from numformats.autodiff.formats import is_real
from numformats.tracing import Traced

__all__ = ["copied", "flatten", "leaves_like", "real_array"]

Rebuild = Callable[[Iterable[Any]], Any]


def flatten(item: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of a tree of containers, and the map from as many leaves to such a tree.

    >>> leaves, rebuild = flatten({"a": 1.0, "b": (2.0, [3.0, 4.0])})
    >>> [np.asarray(leaf).tolist() for leaf in leaves], rebuild("xyz")
    ([1.0, 2.0, [3.0, 4.0]], {'a': 'x', 'b': ('y', 'z')})
    """
    leaves: list[Any] = []
    build = _collect(item, leaves)
    return leaves, lambda new: build(iter(new))


def _collect(item: Any, leaves: list[Any]) -> Callable[[Iterator[Any]], Any]:
    if item is None:
        return lambda _: None
    if isinstance(item, dict):
        parts = {key: _collect(value, leaves) for key, value in item.items()}
        return lambda new: {key: part(new) for key, part in parts.items()}
    if isinstance(item, tuple | list) and not _is_numbers(item):
        inner = [_collect(value, leaves) for value in item]
        kind: Any = type(item)
        if hasattr(item, "_fields"):
            return lambda new: kind(*(part(new) for part in inner))
        return lambda new: kind(part(new) for part in inner)
    leaves.append(np.array(item) if isinstance(item, list) else item)
    return next


def leaves_like(tree: Any, item: Any, what: str) -> list[Any]:
    """The leaves of a tree that is built as another one: numbers may stand for its leaves.

    Raises ValueError, which names `what` it is, where it is built otherwise.

    >>> leaves_like(({"a": 1.0}, [2.0, 3.0]), ({"a": 4}, [5, 6]), "the tangents")
    [4, [5, 6]]
    """
    if tree is None:
        return []
    if isinstance(tree, dict):
        if not isinstance(item, dict) or item.keys() != tree.keys():
            raise ValueError(
                f"{what} must be a dict with the keys {list(tree)}, not {_shown(item)}"
            )
        return [leaf for key in tree for leaf in leaves_like(tree[key], item[key], what)]
    if isinstance(tree, tuple | list) and not _is_numbers(tree):
        if not isinstance(item, tuple | list | np.ndarray) or len(item) != len(tree):
            raise ValueError(
                f"{what} must be a {type(tree).__name__} of {len(tree)}, not {_shown(item)}"
            )
        pairs = zip(tree, item, strict=True)
        return [leaf for part, inner in pairs for leaf in leaves_like(part, inner, what)]
    return [item]


def _shown(item: Any) -> str:
    keys = f" with the keys {list(item)}" if isinstance(item, dict) else ""
    many = f" of {len(item)}" if isinstance(item, tuple | list) else ""
    return f"a {type(item).__name__}{many}{keys}"


def _is_numbers(item: Any) -> bool:
    """Is it a list of numbers, nested as an array is?"""
    return (
        isinstance(item, list)
        and bool(item)
        and all(
            _is_numbers(i) or (isinstance(i, int | float | np.generic) and not isinstance(i, str))
            for i in item
        )
    )


def real_array(leaf: Any, what: str) -> Any:
    """An array of the leaf's numbers, which the caller may overwrite; traced values as they are.

    Raises TypeError, which names `what` it is, for what is no array of real numbers.
    """
    if isinstance(leaf, Traced):
        return leaf
    array = np.array(leaf)
    if is_real(array.dtype):
        return array
    if array.dtype.kind in "iub":
        shown = f"{leaf!r} is" if array.ndim == 0 else f"an array of {array.dtype} holds"
        raise TypeError(
            f"{what}: {shown} no floating-point number, and derivatives are of these: "
            "give 3.0 for 3, or x.astype(...) for x"
        )
    raise TypeError(
        f"{what} is {type(leaf).__name__} of dtype {array.dtype}; derivatives are of arrays of "
        "float16, float32, float64 or a number format, and of tuples, lists and dicts of these"
    )


def copied(array: Any) -> Any:
    """A result of its own: a scalar for a 0-d array, as NumPy gives it."""
    if isinstance(array, Traced):
        return np.copy(array)
    return np.array(array)[()]
