# SPDX-License-Identifier: BSD-3-Clause
"""How are words of bits and truths written for the solver?

A thin face of bitwuzla's terms: widths follow from the operands, and constants are integers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from numformats.hardware.equivalence.problems import EquivalenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Term", "Terms", "bitwuzla"]

Term: TypeAlias = Any  # bitwuzla.Term, of a sort of bit vectors or of Booleans


def bitwuzla() -> Any:
    """The solver's module; EquivalenceError names the extra where it is missing."""
    try:
        return import_module("bitwuzla")
    except ImportError as error:
        raise EquivalenceError("the solver is missing: pip install numformats[hardware]") from error


class Terms:
    """Makes terms of one manager.

    >>> terms = Terms()
    >>> str(terms.concat(terms.word(1, 1), terms.word(0, 3)))
    '(concat #b1 #b000)'
    """

    def __init__(self) -> None:
        """Start without any term."""
        self.solver = bitwuzla()
        self.manager = self.solver.TermManager()
        self._kind = self.solver.Kind

    def _make(self, kind: str, parts: Sequence[Term], numbers: Sequence[int] = ()) -> Term:
        return self.manager.mk_term(getattr(self._kind, kind), list(parts), list(numbers))

    def word(self, value: int, width: int) -> Term:
        """A constant, modulo 2**width."""
        return self.manager.mk_bv_value(self.manager.mk_bv_sort(width), value % (1 << width))

    def unknown(self, name: str, width: int) -> Term:
        """A word of any value."""
        return self.manager.mk_const(self.manager.mk_bv_sort(width), name)

    def truth(self, value: bool) -> Term:
        """A constant truth."""
        return self.manager.mk_true() if value else self.manager.mk_false()

    @staticmethod
    def width(x: Term) -> int:
        """How many bits a word has."""
        return int(x.sort().bv_size())

    def as_word(self, x: Term) -> Term:
        """A truth as one bit; a word as it is."""
        return self.choose(x, self.word(1, 1), self.word(0, 1)) if x.sort().is_bool() else x

    def as_truth(self, x: Term) -> Term:
        """One bit as a truth; a truth as it is."""
        return x if x.sort().is_bool() else self.same(x, self.word(1, 1))

    def same(self, x: Term, y: Term | int) -> Term:
        """Are two words, or two truths, equal?"""
        if isinstance(y, int):
            y = self.word(y, self.width(x))
        return self._make("EQUAL", (x, y))

    def less(self, x: Term, y: Term, *, signed: bool = False) -> Term:
        """Is the word x below y?"""
        return self._make("BV_SLT" if signed else "BV_ULT", (x, y))

    def none(self, *truths: Term) -> Term:
        """Is none of these true?"""
        return self._make("NOT", [self.any(*truths)])

    def all(self, *truths: Term) -> Term:
        """Are all of these true?"""
        return self._make("AND", truths) if len(truths) > 1 else truths[0]

    def any(self, *truths: Term) -> Term:
        """Is one of these true?"""
        return self._make("OR", truths) if len(truths) > 1 else truths[0]

    def choose(self, condition: Term, then: Term, otherwise: Term) -> Term:
        """One of two terms."""
        return self._make("ITE", (condition, then, otherwise))

    def first(self, cases: Iterable[tuple[Term, Term]], otherwise: Term) -> Term:
        """The term of the first case that holds."""
        found = otherwise
        for condition, term in reversed(list(cases)):
            found = self.choose(condition, term, found)
        return found

    def negative(self, x: Term) -> Term:
        """-x, in two's complement."""
        return self._make("BV_NEG", [x])

    def plus(self, x: Term, number: int) -> Term:
        """X + a constant."""
        return self._make("BV_ADD", (x, self.word(number, self.width(x))))

    def bits(self, x: Term, high: int, low: int) -> Term:
        """Bits high..low."""
        return self._make("BV_EXTRACT", [x], (high, low))

    def bit(self, x: Term, place: int) -> Term:
        """One bit as a truth."""
        return self.same(self.bits(x, place, place), 1)

    def concat(self, *words: Term | None) -> Term:
        """Words side by side, the highest first; None is no word."""
        given = [w for w in words if w is not None]
        return self._make("BV_CONCAT", given) if len(given) > 1 else given[0]

    def zeros(self, width: int) -> Term | None:
        """A word of zeros, or None where it would have no bits."""
        return self.word(0, width) if width else None

    def signed(self, x: Term, width: int) -> Term:
        """The same signed number in more bits."""
        return self._make("BV_SIGN_EXTEND", [x], [width - self.width(x)])

    def left(self, x: Term, width: int) -> Term:
        """The same bits at the top of a word of more bits."""
        return self.concat(x, self.zeros(width - self.width(x)))
