# SPDX-License-Identifier: BSD-3-Clause
"""What is the sum of two arrays of quires?  Words with carries, all elements at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numformats.exact.quire_state import Layout

Array = np.ndarray[Any, Any]

__all__ = ["added"]


def added(a: Array, b: Array, layout: Layout) -> Array:
    """The words of the sums; NaR where one of the two is, and where the sum needs more bits.

    >>> from numformats.exact.quire_state import Layout
    >>> added(np.array([[2**64 - 1, 0]], np.uint64), np.array([[1, 0]], np.uint64), Layout(80, 0))
    array([[0, 1]], dtype=uint64)
    """
    out = np.empty(a.shape, np.uint64)
    carry = np.zeros(a.shape[:-1], bool)
    for i in range(layout.words):
        with np.errstate(over="ignore"):  # of a quire without axes, NumPy's scalars warn
            once = a[..., i] + b[..., i]
            out[..., i] = once + carry
        carry = (once < a[..., i]) | (out[..., i] < once)
    signs = [(words[..., -1] >> np.uint64(63)).astype(bool) for words in (a, b, out)]
    wraps = (signs[0] == signs[1]) & (signs[2] != signs[0])
    # The last word repeats the top bit of the quire: all its bits from there on are equal.
    top = np.uint64((layout.bits - 1) % 64)
    ends = out[..., -1].view(np.int64) >> top.astype(np.int64)
    wrong = wraps | ((ends != 0) & (ends != -1)) | is_nar(a, layout) | is_nar(b, layout)
    out[wrong] = nar_words(layout)
    return out


def nar_words(layout: Layout) -> Array:
    """The words of NaR."""
    words = np.zeros(layout.words, np.uint64)
    words[-1] = np.uint64((-1 << ((layout.bits - 1) % 64)) % 2**64)
    return words


def is_nar(words: Array, layout: Layout) -> Array:
    """Which quires are NaR?"""
    return np.asarray((words == nar_words(layout)).all(axis=-1))
