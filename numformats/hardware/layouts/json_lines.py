# SPDX-License-Identifier: BSD-3-Clause
"""How are cases written as JSON?  One object in a line, so that a file of any length is streamed.

    {"format": "posit<16,es=2>", "op": "add", "mode": "nearest_even"}
    {"operands": ["4000", "4800"], "result": "4C00", "flags": "00"}

The first line says what the others are; codes are hexadecimal, as a number of JSON may be a double.
Source: jsonlines.org.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from numformats.hardware.layouts.layout import counted, field_bits
from numformats.hardware.layouts.rows import HexRows
from numformats.hardware.layouts.template import digits_of
from numformats.parse import as_format

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.operations import Operation

__all__ = ["JsonLines"]


class JsonLines(HexRows):
    """Lines of JSON: the operation, then the cases.

    Read are also integers instead of texts, and files without the first line; if it is there, its
    format, op and mode must be those that were asked for.
    """

    name = "json"
    summary = "JSON Lines: an object for the operation, then one for each case"

    def texts_of(self, operands: int, fields: int) -> list[str]:
        """The texts around the codes of a case."""
        texts = ['{"operands": ["', *['", "'] * (operands - 1), '"], "result": "']
        return [*texts, *['", "flags": "'] * (fields - operands - 1), '"}']

    def head(self, operation: Operation, bits: tuple[int, ...]) -> str:  # noqa: ARG002
        """The operation, as `numformats vectors` names it."""
        f, to = operation.operands[0], operation.result
        about = {"format": str(f), "op": operation.name, "mode": to.rounding}
        return json.dumps(about if f == to else {**about, "to": str(to)}) + "\n"

    def reader(self, operation: Operation) -> Callable[[bytes], list[bytes]]:
        """The codes of an object, as hexadecimal text."""
        digits = [digits_of(b) for b in field_bits(operation)]

        def fields(line: bytes) -> list[bytes]:
            if not line:
                return []
            try:
                found = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"no JSON: {error.msg} at column {error.colno}") from None
            given = found if isinstance(found, dict) else {}
            if "op" in given:
                _check(given, operation)
                return []
            operands = given.get("operands")
            if not isinstance(operands, list) or "result" not in given:
                raise ValueError('expected {"operands": [...], "result": ..., "flags": ...}')
            codes = [*operands, *(given[k] for k in ("result", "flags") if k in given)]
            if len(operands) != len(operation.operands):
                count, wanted = counted(len(operands), "operand"), len(operation.operands)
                raise ValueError(f"{count}; {operation.name} has {wanted}")
            return [_text(c, n) for c, n in zip(codes, digits, strict=False)]

        return fields


def _text(code: object, digits: int) -> bytes:
    """A code in hexadecimal: a text as it is, an integer with as many digits as there must be."""
    if isinstance(code, int) and not isinstance(code, bool):
        return b"%0*X" % (digits, code)
    if isinstance(code, str):
        return code.encode()
    raise ValueError(f"{code!r} is neither hexadecimal text nor an integer")


def _check(about: dict[str, Any], operation: Operation) -> None:
    """ValueError where the file is of another operation than is read."""
    f, to = operation.operands[0], operation.result
    mode = about.get("mode", to.rounding)
    if about["op"] != operation.name or mode != to.rounding:
        raise ValueError(f"expected op {operation.name}, mode {to.rounding}")
    for key, wanted in (("format", f), ("to", to)):
        if key in about:
            given = as_format(str(about[key]))
            if replace(given, rounding=wanted.rounding) != wanted:
                raise ValueError(f"{key} {about[key]}; expected {wanted}")
