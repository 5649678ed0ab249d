# SPDX-License-Identifier: BSD-3-Clause
"""How do vectors become a table of a C program?  A header with an array of structures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from numformats.hardware.layouts.layout import field_dtypes, field_names, title
from numformats.hardware.layouts.rows import HexRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.operations import Operation

__all__ = ["CHeader"]

_COMMENT = re.compile(rb"//.*|/\*.*?\*/")
_ROW = re.compile(rb"\{(.*)\}\s*,?")
_OTHER = re.compile(rb"#.*|struct \w+ \{.*|static const struct \w+ \w+\[\] = \{|\};")


class CHeader(HexRows):
    """A header of C and C++; its array's name is made of the format and the operation."""

    name = "c"
    summary = "a C header with an array of structures"
    texts = ("    {0x", ", 0x", "},")
    closing = b"};"

    def head(self, operation: Operation, bits: tuple[int, ...]) -> str:
        """The structure, and how the array begins."""
        tag = _tag(operation)
        dtypes = field_dtypes(operation)[: len(bits)]
        members = [
            f"uint{8 * d.itemsize}_t {n};"
            for d, n in zip(dtypes, field_names(operation), strict=False)
        ]
        return (
            f"/* {title(operation)} */\n#include <stdint.h>\n\n"
            f"struct {tag}_case {{ {' '.join(members)} }};\n"
            f"static const struct {tag}_case {tag}_cases[] = {{\n"
        )

    def foot(self, operation: Operation) -> str:  # noqa: ARG002
        """How the array ends."""
        return "};\n"

    def reader(self, operation: Operation) -> Callable[[bytes], list[bytes]]:  # noqa: ARG002
        """The numbers between braces, without 0x."""
        return _fields


def _fields(line: bytes) -> list[bytes]:
    text = _COMMENT.sub(b"", line).strip()
    if not text or _OTHER.fullmatch(text):
        return []
    row = _ROW.fullmatch(text)
    if not row:
        raise ValueError("expected {0x..., 0x..., ...},")
    numbers = [part.strip() for part in row[1].split(b",")]
    if not all(n[:2].lower() == b"0x" for n in numbers):
        raise ValueError("expected numbers that begin with 0x")
    return [n[2:] for n in numbers]


def _tag(operation: Operation) -> str:
    """A name of C for the operation."""
    return re.sub(r"\W+", "_", title(operation)).strip("_")
