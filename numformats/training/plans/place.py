# SPDX-License-Identifier: BSD-3-Clause
"""Where does each buffer lie?  Those that are never alive together may share their memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numformats.training.plans.builder import Builder

__all__ = ["Layout", "lifetimes", "place"]

_ALIGN = 64


@dataclass
class Layout:
    """Offsets and lifetimes by the names of buffers; bytes of the three parts."""

    offsets: dict[str, int]
    lives: dict[str, tuple[int, int]]
    kept: int = 0  # weights, state, constants: at the bottom
    live: int = 0  # the most that all others need at once
    scratch: int = 0

    @property
    def scratch_at(self) -> int:
        """Offset of the kernels' scratch."""
        return self.kept + self.live

    @property
    def total(self) -> int:
        """Bytes of the arena."""
        return self.kept + self.live + self.scratch


def lifetimes(b: Builder) -> dict[str, tuple[int, int]]:
    """The first and the last operation that touches a buffer.

    A CALL touches what the operations up to its RETURN touch, at its own place in the program; what
    a loop's body touches lives until the loop's end, for another turn may read it again.
    """
    ends = _end_of_main(b)
    lives: dict[str, tuple[int, int]] = {}
    for i, op in enumerate(b.operations[:ends]):
        for name in _touched(b, i):
            first, last = lives.get(name, (i, i))
            lives[name] = (first, max(last, i))
        if op.kind == "LOOP":
            for name in {n for j in range(op.first, i) for n in _touched(b, j)}:
                lives[name] = (lives[name][0], i)
    for name, buffer in b.buffers.items():
        if buffer.kept or name not in lives:
            lives[name] = (0, len(b.operations))
    return lives


def _end_of_main(b: Builder) -> int:
    """The number of the first RETURN: what stands behind it is called."""
    return next((i for i, op in enumerate(b.operations) if op.kind == "RETURN"), len(b.operations))


def _touched(b: Builder, i: int) -> set[str]:
    op = b.operations[i]
    names = {m.buffer.name for m in op.operands.values()}
    if op.kind == "CALL":
        j = op.first
        while b.operations[j].kind != "RETURN":
            names |= _touched(b, j)
            j += 1
    return names


def inner_lifetimes(b: Builder) -> dict[str, tuple[int, int]]:
    """Of buffers that only the called operations touch: the first and the last of these that does.

    What is called runs from its entry to its RETURN, so that two of them may share their memory
    though every CALL touches both.
    """
    ends = _end_of_main(b)
    outside = {m.buffer.name for op in b.operations[:ends] for m in op.operands.values()}
    lives: dict[str, tuple[int, int]] = {}
    for i, op in enumerate(b.operations[ends:]):
        for m in op.operands.values():
            first, _ = lives.get(m.buffer.name, (i, i))
            lives[m.buffer.name] = (first, i)
    return {name: life for name, life in lives.items() if name not in outside}


def place(b: Builder) -> Layout:
    """Give every buffer its offset: what is kept at the bottom, then the largest first.

    Each goes to the lowest place that is free of all that are alive with it.  This finds, among
    others, that two buffers are enough for a chain of layers.
    """
    lives, inner = lifetimes(b), inner_lifetimes(b)
    layout = Layout({}, lives)
    for name, buffer in b.buffers.items():
        if buffer.kept:
            layout.offsets[name] = layout.kept
            layout.kept += _whole(buffer.nbytes)

    def alive_together(one: str, other: str) -> bool:
        of = inner if one in inner and other in inner else lives
        return of[one][0] <= of[other][1] and of[other][0] <= of[one][1]

    taken: list[tuple[int, int, str]] = []  # offset, end, name
    rest = [(name, buffer) for name, buffer in b.buffers.items() if not buffer.kept]
    for name, buffer in sorted(rest, key=lambda item: (-item[1].nbytes, lives[item[0]])):
        at, size = layout.kept, _whole(buffer.nbytes)
        for start, end, other in sorted(taken):
            if start < at + size and at < end and alive_together(name, other):
                at = end
        layout.offsets[name] = at
        taken.append((at, at + size, name))
        layout.live = max(layout.live, at + size - layout.kept)
    return layout


def _whole(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
