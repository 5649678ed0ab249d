# SPDX-License-Identifier: BSD-3-Clause
"""Where do a device's answers come from?  Files, open streams, lines or Cases become batches."""

from __future__ import annotations

import io
import os
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from numformats.hardware.cases import Cases
from numformats.hardware.layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.operations import Operation

__all__ = ["Source", "batches"]

# A path, an open file, lines of text, Cases, or an iterable of Cases.
Source: TypeAlias = Any


def batches(source: Source, operation: Operation, layout: str = "testfloat") -> Iterator[Cases]:
    """The batches of Cases of any source that `check` takes."""
    if isinstance(source, Cases):
        yield source
        return
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:  # noqa: PTH123 - any path-like
            yield from _read(file, operation, layout)
        return
    stream = getattr(source, "buffer", source)
    if hasattr(stream, "read") and not isinstance(stream, io.TextIOBase):
        yield from _read(stream, operation, layout)
        return
    if not hasattr(source, "__iter__"):
        raise TypeError(f"source={source!r}; allowed: a path, a file, lines, or Cases")
    rows = iter(source)
    first = next(rows, b"")
    if isinstance(first, Cases):
        yield from chain([first], rows)
    else:
        yield from _read(_Lines(chain([first], rows)), operation, layout)


def _read(stream: Any, operation: Operation, layout: str) -> Iterator[Cases]:
    if layout not in LAYOUTS:
        raise ValueError(f"layout={layout!r}; allowed: {', '.join(LAYOUTS)}")
    yield from LAYOUTS[layout].read(stream, operation)


class _Lines:
    """Lines of text or bytes, with or without their ends, as a binary stream."""

    def __init__(self, lines: Iterator[str | bytes]) -> None:
        self._lines = lines

    def read(self, size: int = -1) -> bytes:
        """Whole lines of about so many bytes; none at the end."""
        parts, length = [], 0
        for line in self._lines:
            if not isinstance(line, str | bytes):
                raise TypeError(f"a line is {line!r}; allowed: str, bytes; or Cases, all of them")
            data = line.encode() if isinstance(line, str) else line
            parts.append(data if data.endswith(b"\n") else data + b"\n")
            length += len(parts[-1])
            if length >= size > 0:
                break
        return b"".join(parts)
