# SPDX-License-Identifier: BSD-3-Clause
"""How is a file of hexadecimal rows written, and read with a sentence for each line that is wrong?

Blocks of rows that all look alike are read by a template.  The line where that ends, and some after
it, are read one by one: comments, blank lines, other spacing, or the error.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import IO, TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from numformats.hardware.cases import Cases
from numformats.hardware.layouts.layout import (
    Layout,
    LayoutError,
    counted,
    field_bits,
    field_columns,
    field_dtypes,
    field_names,
)
from numformats.hardware.layouts.lines import blocks, check_text
from numformats.hardware.layouts.template import Template, digits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numformats.hardware.operations import Operation

__all__ = ["HexRows", "RowReader"]

_Piece: TypeAlias = tuple[tuple[np.ndarray[Any, Any], ...], np.ndarray[Any, Any]]
"""Columns of fields, and the numbers of their lines."""

SINGLY = 256  # lines that are read one by one before the template is tried again
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]+")


class HexRows(Layout):
    """A layout whose rows are hexadecimal fields of fixed widths."""

    texts: ClassVar[tuple[str, str, str]]
    """What stands before, between and after the fields."""
    closing: ClassVar[bytes] = b""
    """The line that must come after the last row, if there must be one."""
    allows_no_results: ClassVar[bool] = False

    def texts_of(self, operands: int, fields: int) -> list[str]:  # noqa: ARG002
        """The fixed texts of a row, one more than its fields."""
        before, between, after = self.texts
        return [before, *[between] * (fields - 1), after]

    def head(self, operation: Operation, bits: tuple[int, ...]) -> str:  # noqa: ARG002
        """Text before the first row."""
        return ""

    def foot(self, operation: Operation) -> str:  # noqa: ARG002
        """Text after the last row."""
        return ""

    @abstractmethod
    def reader(self, operation: Operation) -> Callable[[bytes], list[bytes]]:
        """What takes a line apart: its fields, none if it is blank or a comment, or ValueError."""

    def write(self, stream: IO[bytes], operation: Operation, batches: Iterable[Cases]) -> int:
        """Write the head, a row for each case, and the foot."""
        template, count = None, 0
        for cases in batches:
            columns = field_columns(cases, answers=not self.allows_no_results)
            if template is None:
                bits = field_bits(operation)[: len(columns)]
                texts = self.texts_of(len(operation.operands), len(bits))
                template = Template(texts, bits)
                stream.write(self.head(operation, bits).encode())
            if len(columns) != len(template.bits):
                raise ValueError("some batches have results or flags that others have not")
            stream.write(template.write(columns))
            count += len(cases)
        if not count:
            raise ValueError("no cases to write")
        stream.write(self.foot(operation).encode())
        return count

    def read(self, stream: IO[bytes], operation: Operation) -> Iterator[Cases]:
        """Batches, one for each block of lines."""
        reader = RowReader(self, operation)
        for first, block in blocks(stream):
            yield from reader.read(first, block)
        reader.end()


class RowReader:
    """Reads blocks of lines, one after the other, of one file."""

    def __init__(self, layout: HexRows, operation: Operation) -> None:
        self._fields, self._closing = layout.reader(operation), layout.closing
        self._bits, self._dtypes = field_bits(operation), field_dtypes(operation)
        self._names = field_names(operation)
        self._digits = tuple(map(digits_of, self._bits))
        self._texts = (*map(str, operation.operands), str(operation.result), "five flags")
        self._operands = len(operation.operands)
        self._width: int | None = None  # number of fields: what the first row has
        self._templates = [
            Template(layout.texts_of(self._operands, width), self._bits[:width], end)
            for width in (self._operands + 2, self._operands + 1)
            for end in (b"\n", b"\r\n")
        ]
        self._closed = False
        self.next = 1  # number of the line after those that were read

    def read(self, first: int, block: bytes) -> Iterator[Cases]:
        """The cases of whole lines; at a bad one LayoutError, after those that stand before it."""
        found: list[_Piece] = []
        try:
            self._read_into(found, first, block)
        except LayoutError:
            yield from self._joined(found)
            raise
        yield from self._joined(found)

    def end(self) -> None:
        """LayoutError for a file without a case."""
        if self._width is None:
            raise LayoutError(self.next, "", "the file has no cases")
        if self._closing and not self._closed:
            closing = self._closing.decode()
            raise LayoutError(self.next, "", f"the file ends without {closing!r}")

    def _read_into(self, found: list[_Piece], first: int, block: bytes) -> None:
        """Append pieces to `found`, as many as there are before the end or a bad line."""
        start = 0
        while start < len(block):
            n, length = self._read_alike(found, first, block, start)
            start += n * length
            first += n
            start, first = self._read_singly(found, first, block, start)
        self.next = first

    def _read_alike(
        self, found: list[_Piece], first: int, block: bytes, start: int
    ) -> tuple[int, int]:
        """Read rows that all look alike, from `start` on: how many, and their length."""
        length = block.find(b"\n", start) + 1 - start
        for template in self._templates:
            fields = len(template.bits)
            if template.length != length or self._width not in {None, fields}:
                continue
            pieces = template.read(block, start, self._dtypes[:fields])
            if not pieces:
                continue
            self._width = fields
            columns = tuple(np.concatenate(parts) for parts in zip(*pieces, strict=True))
            n = len(columns[0])
            found.append((columns, np.arange(first, first + n)))
            return n, length
        return 0, 0

    def _read_singly(
        self, found: list[_Piece], first: int, block: bytes, start: int
    ) -> tuple[int, int]:
        """Read some lines one by one: where the next one starts, and its number."""
        rows, numbers = [], []
        try:
            for _ in range(SINGLY):
                if start == len(block):
                    break
                end = block.find(b"\n", start) + 1 or len(block)
                row = self._read_line(first, block[start:end].rstrip(b"\r\n"))
                if row:
                    self._width = len(row)
                    rows.append(row)
                    numbers.append(first)
                start = end
                first += 1
        finally:
            if rows:
                columns = zip(zip(*rows, strict=True), self._dtypes, strict=False)
                found.append((tuple(np.array(c, d) for c, d in columns), np.array(numbers)))
        return start, first

    def _read_line(self, number: int, line: bytes) -> list[int]:
        """The codes of a line, none if it has none."""
        check_text(number, line)
        try:
            fields = self._fields(line.strip())
        except ValueError as error:
            raise LayoutError(number, line, str(error)) from None
        if not fields:
            self._closed |= bool(self._closing) and line.strip() == self._closing
            return []
        count = counted(len(fields), "field")
        if self._width not in {None, len(fields)}:
            raise LayoutError(number, line, f"{count}; the lines before have {self._width}")
        least = self._operands + 1
        if len(fields) not in {least, least + 1}:
            raise LayoutError(
                number, line, f"{count}; expected {least} or {least + 1}: "
                f"{', '.join(self._names)} (the flags may be missing on all lines)",
            )  # fmt: skip
        return [self._code(number, line, i, field) for i, field in enumerate(fields)]

    def _code(self, number: int, line: bytes, i: int, field: bytes) -> int:
        """The value of one field."""
        text, digits, bits = field.decode(), self._digits[i], self._bits[i]
        about = f"{self._names[i]} {text!r}"
        if not _HEXADECIMAL.fullmatch(field):
            raise LayoutError(number, line, f"{about} is not hexadecimal")
        if len(field) != digits:
            problem = (
                f"{about} has {counted(len(field), 'digit')}; expected {digits} ({self._texts[i]})"
            )
            raise LayoutError(number, line, problem)
        code = int(field, 16)
        if code >> bits:
            problem = f"{about} does not fit the {bits} bits of {self._texts[i]}"
            raise LayoutError(number, line, problem)
        return code

    def _joined(self, found: list[_Piece]) -> Iterator[Cases]:
        """One batch of the pieces."""
        if not found:
            return
        pieces, lines = zip(*found, strict=True)
        columns = [np.concatenate(parts) for parts in zip(*pieces, strict=True)]
        n = self._operands
        flags = columns[n + 1] if len(columns) > n + 1 else None
        yield Cases(tuple(columns[:n]), columns[n], flags, np.concatenate(lines))
