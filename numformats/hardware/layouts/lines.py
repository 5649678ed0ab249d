# SPDX-License-Identifier: BSD-3-Clause
"""How does a stream of bytes become whole, numbered lines?  In blocks, in bounded memory."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from numformats.hardware.layouts.layout import LayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Lines", "blocks", "numbered"]

BLOCK = 1 << 20  # bytes: some 2**16 lines
LONGEST = 4096  # of a line: a binary file may have none that ends


class Lines:
    """Pieces of a stream go in, whole lines come out."""

    def __init__(self) -> None:
        self.next = 1  # number of the first line that has not come out
        self._rest = b""

    def add(self, piece: bytes) -> tuple[int, bytes]:
        """The number of the first of those lines that are whole now, and these lines."""
        end = piece.rfind(b"\n") + 1
        block = self._rest + piece[:end] if end else b""
        self._rest = piece[end:] if end else self._rest + piece
        first = self.next
        self.next += block.count(b"\n")
        if len(self._rest) > LONGEST:
            raise LayoutError(self.next, self._rest, f"longer than {LONGEST} bytes: is it text?")
        return first, block

    def end(self) -> tuple[int, bytes]:
        """The last line, if it has no end of line."""
        rest, self._rest = self._rest, b""
        return self.next, rest


def blocks(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbers of first lines, and blocks of whole lines; only the last may have no end of line."""
    lines = Lines()
    while piece := stream.read(BLOCK):
        if isinstance(piece, str):
            raise TypeError("the stream is of text; a layout reads bytes: open the file with 'rb'")
        first, block = lines.add(piece)
        if block:
            yield first, block
    first, block = lines.end()
    if block:
        yield first, block


def numbered(first: int, block: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line of a block without its end, and its number; LayoutError for what is no text."""
    for number, line in enumerate(block.split(b"\n"), first):
        check_text(number, line)
        yield number, line.strip()


def check_text(number: int, line: bytes) -> None:
    """LayoutError for a byte that no line of a layout has."""
    if not line.isascii() or b"\0" in line:
        bad = next(c for c in line if c > 126 or c == 0)
        raise LayoutError(number, line, f"byte 0x{bad:02X}; expected text in ASCII")
