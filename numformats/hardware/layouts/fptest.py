# SPDX-License-Identifier: BSD-3-Clause
"""How does IBM's FPgen write cases?  Operation, rounding, operands, result and raised exceptions.

    b32+ =0 +1.7FFFFFP127 +1.000000P104 -> +Inf xo

Source: IBM, "Syntax of the Test Cases" of the floating-point test suite for IEEE 754R (.fptest).
Ours, for what it does not name: the text of any other format in place of b32, codes 0x... in place
of numbers, :NAME for an operation, and the name of a rounding.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import IO, TYPE_CHECKING

import numpy as np

from numformats.hardware.cases import DIVIDE, INEXACT, INVALID, OVERFLOW, UNDERFLOW, Cases
from numformats.hardware.layouts.fptest_numbers import Numbers
from numformats.hardware.layouts.layout import (
    Layout,
    LayoutError,
    counted,
    field_columns,
    field_dtypes,
)
from numformats.hardware.layouts.lines import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numformats.hardware.operations import Operation

__all__ = ["Fptest"]

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "sqrt": "V", "fma": "*+",
         "ieee_remainder": "%", "rint": "rfi", "convert": "cff"}  # fmt: skip
MODES = {"nearest_even": "=0", "nearest_away": "=^", "toward_zero": "0", "toward_positive": ">",
         "toward_negative": "<"}  # fmt: skip
LETTERS = {"x": INEXACT, "u": UNDERFLOW, "o": OVERFLOW, "z": DIVIDE, "i": INVALID}
# Three letters tell why a result underflows; the flag is one.
READ = {**LETTERS, "v": UNDERFLOW, "w": UNDERFLOW}


class Fptest(Layout):
    """Lines of FPgen's test suites.

    A file may hold other operations and roundings, too: they are passed over, and so are results
    of exceptions that are trapped.  A line always says which flags are up: none where it ends
    behind the result.  NaNs have no payload: each is Q or S.
    """

    name = "fptest"
    summary = "IBM FPgen: the operation in each line, numbers in hexadecimal floating point"

    def write(self, stream: IO[bytes], operation: Operation, batches: Iterable[Cases]) -> int:
        """Write a line for each case; cases without flags are written as if none were up."""
        numbers = [Numbers(f) for f in (*operation.operands, operation.result)]
        begin = " ".join(_key(operation))
        raised = ["".join(c for c, bit in LETTERS.items() if flags & bit) for flags in range(32)]
        count = 0
        for cases in batches:
            columns = field_columns(cases)[: len(numbers)]
            texts = [
                [n.text(c) for c in col.tolist()] for n, col in zip(numbers, columns, strict=True)
            ]
            flags = [""] * len(cases) if cases.flags is None else [raised[f] for f in cases.flags]
            lines = [
                f"{begin} {' '.join(operands)} -> {result} {up}".rstrip()
                for *operands, result, up in zip(*texts, flags, strict=True)
            ]
            stream.write("\n".join([*lines, ""]).encode())
            count += len(cases)
        if not count:
            raise ValueError("no cases to write")
        return count

    def read(self, stream: IO[bytes], operation: Operation) -> Iterator[Cases]:
        """Batches of the cases that are of this operation and rounding."""
        reader, first = _Reader(operation), 1
        for first, block in blocks(stream):
            rows: list[Sequence[int]] = []
            try:
                for number, line in enumerate(block.split(b"\n"), first):
                    row = reader.row(number, line)
                    if row:
                        rows.append([number, *row])
            except LayoutError:
                yield from _batch(rows, operation)
                raise
            yield from _batch(rows, operation)
        reader.end(first)


class _Reader:
    """Reads lines, and counts what it passes over."""

    def __init__(self, operation: Operation) -> None:
        self.lines = 0  # that are cases
        self._found = 0
        self._passed: Counter[str] = Counter()
        self._key = [*_key(operation)]
        self._flags: dict[str, int] = {}  # of the letters that were read
        self._numbers = [Numbers(f) for f in (*operation.operands, operation.result)]

    def row(self, number: int, line: bytes) -> list[int]:
        """The codes and flags of a line, none if it has none of this operation."""
        if b"\0" in line:
            raise LayoutError(number, line, "byte 0x00; expected text")
        fields = line.decode("ascii", "backslashreplace").split()
        if not fields or fields[0].startswith(("#", "//")):
            return []
        if "->" not in fields:
            if not self.lines:  # what stands before the first case: whose suite it is
                return []
            raise LayoutError(number, line, "no ->; expected operands -> result")
        self.lines += 1
        try:
            row = self._row(fields)
        except ValueError as error:
            raise LayoutError(number, line, str(error)) from None
        self._found += bool(row)
        return row

    def _row(self, fields: list[str]) -> list[int]:
        """Codes and flags; none where the line is of another operation, or of a trap."""
        arrow = fields.index("->")
        key, given, answer = fields[:2], fields[2:arrow], fields[arrow + 1 :]
        if key != self._key:
            self._passed[" ".join(key)] += 1
            return []
        operands, traps = len(self._numbers) - 1, ""
        if len(given) == operands + 1 and set(given[0]) <= set(READ):
            traps, *given = given
        if len(given) != operands:
            raise ValueError(f"{counted(len(given), 'operand')}; expected {operands}")
        if not answer:
            raise ValueError("no result")
        up = "".join(answer[1:])
        flags = self._flags.get(up)
        if flags is None:
            flags = self._flags[up] = _read_flags(up)
        if answer[0] == "#" or (traps and set(up) & set(traps)):
            self._passed["trapped exceptions"] += 1
            return []
        codes = [n.code(t) for n, t in zip(self._numbers, [*given, answer[0]], strict=True)]
        return [*codes, flags]

    def end(self, number: int) -> None:
        """LayoutError where no case was of this operation."""
        if not self._found:
            has = ", ".join(k for k, _ in self._passed.most_common(5))
            wanted = f"the file has no cases of {' '.join(self._key)}"
            raise LayoutError(number, "", f"{wanted}; it has {has}" if has else wanted)


def _read_flags(letters: str) -> int:
    """The flags that are up; ValueError for a letter that is none."""
    flags = 0
    for letter in letters:
        if letter not in READ:
            raise ValueError(f"flags {letters!r}; allowed: the letters {''.join(READ)}")
        flags |= READ[letter]
    return flags


def _key(operation: Operation) -> tuple[str, str]:
    """The first two fields of a line."""
    formats = (*operation.operands, operation.result)
    names = [Numbers(f).name for f in formats]
    sign = SIGNS.get(operation.name, f":{operation.name}")
    both = names[0] if len(set(names)) == 1 and sign != "cff" else names[0] + names[-1]
    mode = operation.result.rounding
    return both + sign, MODES.get(mode, mode)


def _batch(rows: list[Sequence[int]], operation: Operation) -> Iterator[Cases]:
    """One batch of rows of numbers of lines, codes and flags."""
    if rows:
        dtypes = itertools.chain([np.dtype(np.int64)], field_dtypes(operation))
        columns = [np.array(c, d) for c, d in zip(zip(*rows, strict=True), dtypes, strict=True)]
        lines, *operands, results, flags = columns
        yield Cases(tuple(operands), results, flags, lines)
