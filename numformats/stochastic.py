# SPDX-License-Identifier: BSD-3-Clause
"""Where do the random words of stochastic rounding start, and who may draw some unseen?"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, SupportsIndex

from numformats import _dtypes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["seed", "words_kept"]


def seed(n: SupportsIndex) -> None:
    """Start the random words of stochastic rounding in ufuncs anew; n is 0..2**64 - 1.

    Formats with rounding="stochastic" draw from it: every inner loop of a ufunc takes the next
    stream of key (n, stream), every element the word of its index.  Without a call n is 0.

    >>> import numpy as np, numformats as nf
    >>> a = np.full(4, 1.1, nf.Float(4, 3, rounding="stochastic"))
    >>> def draw():
    ...     nf.seed(7)
    ...     return nf.to_bits(a * a).tolist()
    >>> draw() == draw()
    True
    """
    _dtypes.seed(n)


@contextmanager
def words_kept() -> Iterator[None]:
    """What the block draws is as if it had not been drawn: later calls get the same words.

    For who measures a computation beside it.  The words are those of the process: what another
    thread draws meanwhile is drawn again.

    >>> import numpy as np, numformats as nf
    >>> from numformats.stochastic import words_kept
    >>> a = np.full(64, 1.1, nf.Float(4, 3, rounding="stochastic"))
    >>> nf.seed(7)
    >>> with words_kept():
    ...     first = nf.to_bits(a * a)
    >>> bool((nf.to_bits(a * a) == first).all())
    True
    """
    started, stream = _dtypes.stream()
    _dtypes.resume(started, stream)  # asking took it
    try:
        yield
    finally:
        _dtypes.resume(started, stream)
