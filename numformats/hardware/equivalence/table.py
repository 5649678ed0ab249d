# SPDX-License-Identifier: BSD-3-Clause
"""How does a table of all results become one term?  As a decision diagram with shared parts.

A table over n bits is the choice, by the highest bit, between two tables over n - 1 bits; equal
tables are one term, and a choice between equals is none.  The 65,536 sums of posit8 are 8,746
terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.hardware.cases import Codes
    from numformats.hardware.equivalence.terms import Term, Terms
    from numformats.hardware.operations import Operation

__all__ = ["MOST_BITS", "all_operands", "all_results", "decision"]

MOST_BITS = 16
"""Operand bits of a table: two operands of 8 bits, one of 16."""


def all_operands(operation: Operation) -> list[Codes]:
    """Every operand, in the order of the table: the last one changes fastest."""
    axes = [np.arange(1 << f.bits) for f in operation.operands]
    columns = np.meshgrid(*axes, indexing="ij")
    return [c.ravel().astype(np.uint32) for c in columns]


def all_results(operation: Operation) -> Codes:
    """The results of all operands, each by the oracle.

    >>> from numformats.hardware import operation
    >>> all_results(operation("posit<3,es=0>", "sqrt")).tolist()
    [0, 1, 2, 2, 4, 4, 4, 4]
    """
    columns = [c.tolist() for c in all_operands(operation)]
    results = [operation.by_oracle(*row)[0] for row in zip(*columns, strict=True)]
    return np.array(results, np.uint32)


def decision(terms: Terms, operands: Sequence[Term], table: Codes, width: int) -> Term:
    """The entry of the table at the operands, side by side."""
    index = terms.concat(*operands)
    bits = [terms.bit(index, place) for place in range(terms.width(index) - 1, -1, -1)]
    made: dict[bytes, Term] = {}

    def entry(part: Codes) -> Term:
        """The term of a part of the table: by its content alone, and its length is in that."""
        key = part.tobytes()
        if key not in made:
            half = len(part) // 2
            low, high = part[:half], part[half:]
            if not half:
                made[key] = terms.word(int(part[0]), width)
            elif np.array_equal(low, high):
                made[key] = entry(low)
            else:
                chosen_by = bits[-len(part).bit_length() + 1]
                made[key] = terms.choose(chosen_by, entry(high), entry(low))
        return made[key]

    return entry(np.ascontiguousarray(table))
