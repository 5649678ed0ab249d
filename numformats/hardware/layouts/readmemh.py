# SPDX-License-Identifier: BSD-3-Clause
"""How do vectors become a memory for Verilog's $readmemh?  Each case is a word, its fields joined.

    // word[55:0] = {operand1[55:40], operand2[39:24], result[23:8], flags[7:0]}
    4000_4800_4C00_00

Each field has whole hexadecimal digits, so that one of 7 bits takes 8, of which the upper is 0.
Source: IEEE 1364-2005, 17.2.9: words in hexadecimal, underscores, comments, white space.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from numformats.hardware.layouts.layout import field_bits, field_names, title
from numformats.hardware.layouts.rows import HexRows
from numformats.hardware.layouts.template import digits_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.operations import Operation

__all__ = ["Readmemh"]

_COMMENT = re.compile(rb"//.*|/\*.*?\*/")


class Readmemh(HexRows):
    """A memory image whose first line says where the fields of a word are."""

    name = "readmemh"
    summary = "a memory image for Verilog's $readmemh"
    texts = ("", "_", "")

    def head(self, operation: Operation, bits: tuple[int, ...]) -> str:
        """Comments: the operation, and the fields of a word."""
        widths = [4 * digits_of(b) for b in bits]
        low, parts = sum(widths), []
        for name, width in zip(field_names(operation), widths, strict=False):
            parts.append(f"{name}[{low - 1}:{low - width}]")
            low -= width
        word = f"word[{sum(widths) - 1}:0] = {{{', '.join(parts)}}}"
        return f"// {title(operation)}\n// {word}\n"

    def reader(self, operation: Operation) -> Callable[[bytes], list[bytes]]:
        """The fields of a word, which may have its underscores elsewhere or none."""
        digits = [digits_of(b) for b in field_bits(operation)]
        ends = [*itertools.accumulate(digits)]

        def fields(line: bytes) -> list[bytes]:
            words = _COMMENT.sub(b"", line).split()
            if not words:
                return []
            if len(words) > 1:
                raise ValueError(f"{len(words)} words; expected one in a line")
            word = words[0]
            parts = word.split(b"_")
            if len(parts) > 1:
                return parts
            if len(word) not in ends[-2:]:
                allowed = f"{ends[-2]}, or {ends[-1]} with flags"
                raise ValueError(f"a word of {len(word)} digits; expected {allowed}")
            parts = [word[end - n : end] for end, n in zip(ends, digits, strict=True)]
            return [part for part in parts if part]

        return fields
