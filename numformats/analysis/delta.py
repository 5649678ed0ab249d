# SPDX-License-Identifier: BSD-3-Clause
"""Which few items must stay as they are, when the rest may change?  Zeller's delta debugging.

Source: A. Zeller and R. Hildebrandt, Simplifying and isolating failure-inducing input, IEEE
Transactions on Software Engineering 28(2), 2002.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["keep_few"]

Item = TypeVar("Item")


def keep_few(items: Sequence[Item], holds: Callable[[list[Item]], bool]) -> list[Item]:
    """A 1-minimal list of items to keep, such that `holds(kept)`: without any one of them it fails.

    `holds(list(items))` is taken to be true and is not asked.  At most n(n + 3) / 2 questions or so
    for n items, about 2 log2 n when one item decides alone.

    >>> keep_few("abcdefgh", lambda kept: "c" in kept and "g" in kept)
    ['c', 'g']
    """
    kept, parts = list(items), 2
    if holds([]):
        return []
    while len(kept) > 1:
        size = -(-len(kept) // parts)
        slices = [kept[i : i + size] for i in range(0, len(kept), size)]
        smaller = next((s for s in slices if holds(s)), None)
        if smaller is not None:
            kept, parts = smaller, 2
            continue
        rests = ([x for x in kept if x not in s] for s in slices)
        rest = next((r for r in rests if holds(r)), None) if len(slices) > 2 else None
        if rest is not None:
            kept, parts = rest, max(parts - 1, 2)
        elif size == 1:
            break
        else:
            parts = min(2 * parts, len(kept))
    return kept
