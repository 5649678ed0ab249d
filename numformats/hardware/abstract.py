# SPDX-License-Identifier: BSD-3-Clause
"""What must every operation say that a device can be asked for?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from numformats.arrays import code_dtype

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.number_format import Format
    from numformats.oracle.values import Exact

__all__ = ["Answer", "Codes", "Operation"]

Codes: TypeAlias = np.ndarray[Any, Any]
Answer: TypeAlias = tuple[int, frozenset[str]]


class Operation(ABC):
    """What a device is to do: from the codes of its operands to the code of its result."""

    name: str
    """As the command line says it: "add", "convert"."""
    operands: tuple[Format, ...]
    result: Format

    @property
    def solver(self) -> str:
        """Which solver of `numformats.hardware.vectors` aims for it, by name; "" is none."""
        return self.name

    @abstractmethod
    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results of columns of codes, in the unsigned integers of its storage."""

    @abstractmethod
    def by_oracle(self, *codes: int) -> Answer:
        """The code of one result and its flags ("invalid", "divide", "overflow"), by the oracle."""

    @abstractmethod
    def exact(self, *codes: int) -> Exact:
        """The result before it is rounded: a Fraction, a SquareRoot or a Special."""

    def flags(self, operands: Sequence[Codes], results: Codes) -> Codes:  # noqa: ARG002
        """Flags of IEEE 754, as bytes: 0 unless an operation says otherwise.

        `numformats.hardware.flags` asks; it knows those of arithmetic and conversions by itself.
        """
        return np.zeros(len(results), np.uint8)

    def __str__(self) -> str:
        """The name with all formats, which is the same in every process."""
        operands = ", ".join(map(str, self.operands))
        return f"{self.name}({operands}) -> {self.result} {self.result.rounding}"

    def columns(self, codes: Sequence[Sequence[int]] | Codes) -> list[Codes]:
        """One column for each operand, in the unsigned integers of its storage, of rows of codes.

        ValueError where a row has another number of codes than there are operands.
        """
        wanted = len(self.operands)
        for row in codes:
            if len(row) != wanted:
                raise ValueError(f"{len(row)} operands in a row; {self.name} has {wanted}")
        table = np.asarray(codes, object).reshape(len(codes), wanted)
        return [table[:, i].astype(code_dtype(f)) for i, f in enumerate(self.operands)]
