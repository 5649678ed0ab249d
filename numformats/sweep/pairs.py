# SPDX-License-Identifier: BSD-3-Clause
"""Is an operation right at all pairs of codes of a format of at most 16 bits?  Judged in doubles.

The operation of NumPy's doubles on two such numbers gives s, the exact result v rounded to a
double.  Rounding keeps order, and the ends of what rounds to a code are doubles: so v lies
strictly between two ends where s does.  Where s is an end, v is that end, a tie: a product of two
numbers of 16 bits is exact; an end has at most 18 significant bits, so that a quotient that is not
this end is farther from it than 2^-36 of it; and a sum with bits too far apart for a double is that
near to its larger term, which is a number of the format and no end.  The one sum that a remainder
needs is exact or such a sum.  NaN, infinities and exact zeros follow from the kinds of the
operands, for which the oracle is asked once; it also decides whatever is not right by all this.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.sweep.codes import Codes
from numformats.sweep.judged import JudgedPlan, find_format, judged
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.number_format import Format
    from numformats.parse import FormatLike
    from numformats.sweep.plan import Kept

    Doubles = NDArray[np.float64]

__all__ = ["OPERATIONS", "PairsPlan", "pairs"]

WIDEST = 16
LARGEST = 2.0**510  # and 2**-510 the least: no result of two numbers leaves the normal doubles


OPERATIONS: dict[str, np.ufunc] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "fmod": np.fmod,
    "remainder": np.remainder,
    "maximum": np.maximum,
    "minimum": np.minimum,
}
"""NumPy's ufunc of each: the library's on arrays of a format, the judge's on doubles."""


@dataclass(frozen=True)
class Judge:
    """All that is known of a format's codes, and of an operation on their kinds."""

    values: Doubles
    low: Doubles
    high: Doubles
    kinds: NDArray[np.intp]
    special: NDArray[np.uint64]

    def open_places(
        self, op: str, row: int, results: NDArray[Any], scratch: Doubles
    ) -> NDArray[np.intp]:
        """Places of `results` that are not certainly right, for the left operand `row`."""
        s = OPERATIONS[op](self.values[row], self.values)
        sure = np.less(np.take(self.low, results, out=scratch, mode="clip"), s)
        sure &= np.less(s, np.take(self.high, results, out=scratch, mode="clip"))
        places = np.flatnonzero(~sure)
        code, s = results[places], s[places]
        known = self.special[self.kinds[row], self.kinds[places]] == code
        within = (self.low[code] <= s) & (s <= self.high[code]) & (code % 2 == 0)
        wrong: NDArray[np.intp] = places[~np.where(np.isfinite(s) & (s != 0), within, known)]
        return wrong


@cache
def _judge(text: str, op: str) -> Judge:
    f = find_format(text)
    codes = np.arange(1 << f.bits, dtype=np.uint64)
    numbers = Codes(f)
    values = numbers.values(codes)
    low, high = numbers.ends(codes)
    kinds = (
        np.select(
            [np.isnan(values), np.isinf(values), values == 0],
            [0, np.where(values > 0, 1, 2), np.where(np.signbit(values), 4, 3)],
            np.where(values > 0, 5, 6),
        )
    ).astype(np.intp)
    sizes = np.abs(values[kinds >= 5])
    if sizes.min() < 1 / LARGEST or sizes.max() > LARGEST:
        raise SweepError(f"{f} has no judge of pairs: its numbers leave 2^-510 ... 2^510")
    return Judge(values, low, high, kinds, _special(f, op, values, kinds))


def _special(f: Format, op: str, values: Doubles, kinds: NDArray[np.intp]) -> NDArray[np.uint64]:
    """By the kinds of the operands: the code of a NaN, an infinite or a zero result."""
    oracle, found = nf.oracle.for_format(f), np.zeros((7, 7), np.uint64)
    least = float(np.min(values[kinds == 5]))  # x - x and fmod(x, x) are among the zeros
    stands = {
        kind: int(np.flatnonzero((kinds == kind) & ((kind < 5) | (np.abs(values) == least)))[0])
        for kind in np.unique(kinds).tolist()
    }
    for i, x in stands.items():
        for j, y in stands.items():
            found[i, j] = getattr(oracle, op)(x, y)
    return found


def kernel(op: str, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """What is under test: the library's operation on arrays of a format."""
    found: NDArray[Any] = OPERATIONS[op](x, y)
    return found


def check(text: str, op: str, first: int, end: int) -> Kept:
    """The rows first ... end - 1 of the table of all pairs: a row has one left operand."""
    f = find_format(text)
    judge, T, oracle = _judge(text, op), f.type, nf.oracle.for_format(f)  # noqa: N806
    count = 1 << f.bits
    right_codes = np.arange(count, dtype=np.uint64).astype(f"u{f.storage_bytes}")
    results = np.empty((end - first, count), right_codes.dtype)
    scratch, places = np.empty(count), []
    with np.errstate(all="ignore"):
        for i, row in enumerate(range(first, end)):
            left = np.full_like(right_codes, row)
            results[i] = kernel(op, left.view(T), right_codes.view(T)).view(results.dtype)
            places.append(judge.open_places(op, row, results[i], scratch) + i * count)

    def operands(place: int) -> list[int]:
        return [first + place // count, place % count]

    def right(place: int) -> int:
        code: int = getattr(oracle, op)(*operands(place))
        return code

    return judged(results.ravel(), np.concatenate(places), right, operands)


@dataclass(frozen=True)
class PairsPlan(JudgedPlan):
    """An operation at all pairs of codes; an item is a pair, a chunk some left operands."""

    format: Format
    op: str
    kind = "pairs"

    def __post_init__(self) -> None:
        """Refuse what has no judge."""
        if self.op not in OPERATIONS:
            raise SweepError(f"no judge of pairs for {self.op!r}: {', '.join(OPERATIONS)}")
        if self.format.bits > WIDEST:
            raise SweepError(
                f"{self.format} has 2^{2 * self.format.bits} pairs of codes: too many; "
                f"formats of at most {WIDEST} bits can be swept"
            )
        _judge(str(self.format), self.op)

    @property
    def title(self) -> str:  # type: ignore[override]
        """In words."""
        return f"{self.op} of all pairs of {self.format.name or self.format}"

    @property
    def items(self) -> int:  # type: ignore[override]
        """Pairs."""
        return 1 << (2 * self.format.bits)

    @property
    def chunks(self) -> int:  # type: ignore[override]
        """1024 of 16 bits, of 2^12 pairs or more."""
        return 1 << min(max(2 * self.format.bits - 12, 0), 10, self.format.bits)

    def task(self, number: int) -> Callable[[], Kept]:
        """Check some left operands with all right ones."""
        rows = (1 << self.format.bits) // self.chunks
        return partial(check, str(self.format), self.op, number * rows, (number + 1) * rows)


def pairs(format: FormatLike, op: str) -> PairsPlan:  # noqa: A002 - the word everywhere here
    """The plan that checks an operation at all pairs of codes of a format.

    `format` is a class, dtype or text of at most 16 bits, `op` one of OPERATIONS or the name of
    NumPy's ufunc.  Raises SweepError where there is no judge.

    >>> plan = pairs("posit16", "add")
    >>> plan.title, plan.items == 2**32, plan.chunks
    ('add of all pairs of posit16', True, 1024)
    """
    names = {ufunc.__name__: name for name, ufunc in OPERATIONS.items()}
    return PairsPlan(find_format(format), names.get(op, op))
