# SPDX-License-Identifier: BSD-3-Clause
"""Is a function right at all codes of a format of at most 32 bits?  Judged by NumPy's doubles.

A result is right where what the doubles say, give or take 2^-46 of it, lies strictly between the
ends of what rounds to the result's code.  NaN, infinities and exact zeros have their known codes.
The oracle decides all the rest: so a wrong answer of NumPy can hide no right one, and to hide a
wrong one it would have to be off by more than 2^-46.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.oracle.values import Special
from numformats.sweep.codes import Codes
from numformats.sweep.functions import FUNCTIONS, POLES, TOLERANCE, UNDERFLOWS
from numformats.sweep.judged import JudgedPlan, find_format, judged
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.number_format import Format
    from numformats.parse import FormatLike
    from numformats.sweep.plan import Kept

    Doubles = NDArray[np.float64]

__all__ = ["UnaryPlan", "unary"]

BLOCK = 1 << 13  # arguments at a time: what they need stays in the second cache
FAR = 2.0**1000  # beyond every number of every format here, and 1 / FAR below


@dataclass(frozen=True)
class Judge:
    """A format's codes, and those of the results that have no interval."""

    codes: Codes
    nan: int
    infinities: tuple[int, int]
    zeros: tuple[int, int]

    def open_places(
        self, op: str, arguments: NDArray[Any], results: NDArray[Any]
    ) -> NDArray[np.intp]:
        """Places at which a result is not certainly right."""
        x = self.codes.values(arguments)
        r = FUNCTIONS[op](x)
        pole = np.isinf(r) & (np.isinf(x) | (op in POLES))
        zero = (r == 0) & ~((op in UNDERFLOWS) & (x != 0) & np.isfinite(x))
        negative = np.signbit(r)
        known = np.where(negative, self.infinities[1], self.infinities[0])
        known[zero] = np.where(negative, self.zeros[1], self.zeros[0])[zero]
        known[np.isnan(r)] = self.nan
        size = np.clip(np.abs(r), 1 / FAR, FAR)
        low, high = self.codes.ends(results)
        r, slack = np.copysign(size, r), size * TOLERANCE
        inside = (low < r - slack) & (r + slack < high)
        exact = pole | zero | np.isnan(r)
        return np.flatnonzero(~np.where(exact, known == results, inside))


@cache
def _judge(text: str) -> Judge:
    f = find_format(text)
    encode = nf.oracle.for_format(f).encode
    return Judge(
        Codes(f),
        encode(Special.NAN),
        (encode(Special.INF), encode(Special.NEG_INF)),
        (encode(0), encode(Special.NEG_ZERO)),
    )


def kernel(op: str, x: NDArray[Any]) -> NDArray[Any]:
    """What is under test: the library's function on an array of a format."""
    found: NDArray[Any] = (getattr(np, op, None) or getattr(nf, op))(x)
    return found


def check(text: str, op: str, first: int, end: int) -> Kept:
    """The codes first ... end - 1."""
    f = find_format(text)
    judge, oracle = _judge(text), nf.oracle.for_format(f)
    codes = np.arange(first, end, dtype=np.uint64).astype(f"u{f.storage_bytes}")
    with np.errstate(all="ignore"):
        results = kernel(op, codes.view(f.type)).view(codes.dtype)
        places = [
            judge.open_places(op, codes[i : i + BLOCK], results[i : i + BLOCK]) + i
            for i in range(0, codes.size, BLOCK)
        ]

    def right(place: int) -> int:
        code: int = getattr(oracle, op)(first + place)
        return code

    return judged(results, np.concatenate(places), right, lambda place: [first + place])


@dataclass(frozen=True)
class UnaryPlan(JudgedPlan):
    """A function at all codes; an item is a code."""

    format: Format
    op: str
    kind = "unary"

    def __post_init__(self) -> None:
        """Refuse what has no judge."""
        if self.op not in FUNCTIONS:
            raise SweepError(f"no judge of functions for {self.op!r}: {', '.join(FUNCTIONS)}")
        Codes(self.format)

    @property
    def title(self) -> str:  # type: ignore[override]
        """In words."""
        return f"{self.op} of all {self.format.name or self.format}"

    @property
    def items(self) -> int:  # type: ignore[override]
        """Codes."""
        return 1 << self.format.bits

    @property
    def chunks(self) -> int:  # type: ignore[override]
        """1024 of 32 bits, 16 of 16, of 2^12 codes or more."""
        return 1 << min(max(self.format.bits - 12, 0), 10)

    def task(self, number: int) -> Callable[[], Kept]:
        """Check some codes."""
        size = self.items // self.chunks
        return partial(check, str(self.format), self.op, number * size, (number + 1) * size)


def unary(format: FormatLike, op: str) -> UnaryPlan:  # noqa: A002 - the word everywhere here
    """The plan that checks a function at all codes of a format.

    `format` is a class, dtype or text of at most 32 bits, `op` one of FUNCTIONS.  Raises SweepError
    where there is no judge.

    >>> plan = unary("posit32", "exp")
    >>> plan.title, plan.items == 2**32, plan.chunks
    ('exp of all posit32', True, 1024)
    """
    return UnaryPlan(find_format(format), op)
