# SPDX-License-Identifier: BSD-3-Clause
"""What is a layout of test vectors?  It writes cases into a file and reads them back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING, Any, ClassVar

import numpy as np

from numformats.arrays import code_dtype

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.hardware.cases import Cases
    from numformats.hardware.operations import Operation

__all__ = ["Layout", "LayoutError"]

FLAG_BITS = 5
SHOWN = 60  # characters of a bad line in a message


class LayoutError(ValueError):
    """A line that is not in its layout, or a file that ends too early or has no cases.

    `line` is its number from 1, `text` the line's beginning, `problem` what is wrong and what was
    expected.

    >>> str(LayoutError(3, "4000 48", "2 fields; expected 3 or 4"))
    "line 3: '4000 48': 2 fields; expected 3 or 4"
    """

    def __init__(self, line: int, text: str | bytes, problem: str) -> None:
        if isinstance(text, bytes):
            text = text[: SHOWN + 1].decode("ascii", "backslashreplace")
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "..."
        self.line, self.text, self.problem = line, shown, problem
        super().__init__(f"line {line}: {f'{shown!r}: ' if text else ''}{problem}")


class Layout(ABC):
    """One way to write cases down; see LAYOUTS for those that there are."""

    name: ClassVar[str]
    summary: ClassVar[str]

    @abstractmethod
    def write(self, stream: IO[bytes], operation: Operation, batches: Iterable[Cases]) -> int:
        """Write batches of cases, one after the other; the number of cases.

        Raises ValueError where there is no case, no result (only "testfloat" can leave it out), or
        where some batches have flags and some not.
        """

    @abstractmethod
    def read(self, stream: IO[bytes], operation: Operation) -> Iterator[Cases]:
        """Batches of some 2**16 cases with operands, results, numbers of lines, and flags if given.

        Raises LayoutError at the first line that is wrong, after the cases before it; TypeError for
        a stream of text.
        """


def field_bits(operation: Operation) -> tuple[int, ...]:
    """Widths of the fields of a case: operands, result, flags."""
    return (*(f.bits for f in operation.operands), operation.result.bits, FLAG_BITS)


def field_dtypes(operation: Operation) -> tuple[np.dtype[Any], ...]:
    """Unsigned integers that hold the fields of a case: operands, result, flags."""
    formats = (*operation.operands, operation.result)
    return (*map(code_dtype, formats), np.dtype(np.uint8))


def field_names(operation: Operation) -> tuple[str, ...]:
    """What messages call the fields of a case."""
    count = len(operation.operands)
    return (*(f"operand{i + 1}" for i in range(count)), "result", "flags")


def field_columns(cases: Cases, *, answers: bool = True) -> list[np.ndarray[Any, Any]]:
    """The columns that a batch has, in order; ValueError if it has no results and needs them."""
    if cases.results is None:
        if answers:
            raise ValueError("these cases have no results; only the layout testfloat can do so")
        return list(cases.operands)
    flags = () if cases.flags is None else (cases.flags,)
    return [*cases.operands, cases.results, *flags]


def counted(n: int, what: str) -> str:
    """So many of something.

    >>> counted(1, "field"), counted(2, "field")
    ('1 field', '2 fields')
    """
    return f"{n} {what}{'s' * (n != 1)}"


def title(operation: Operation) -> str:
    """One line that names the operation and its formats."""
    operands, result = operation.operands, operation.result
    to = "" if all(f == result for f in operands) else f" -> {result}"
    return f"{operation.name} {', '.join(dict.fromkeys(map(str, operands)))}{to}"
