# SPDX-License-Identifier: BSD-3-Clause
"""How does a solver read a circuit?  Words that are terms of bit-vectors, by bitwuzla."""

from __future__ import annotations

import importlib
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numformats.hardware.coverage.words import Algebra, Truth, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Solver", "Term", "Terms"]


def _solver_module() -> Any:
    """The module bitwuzla; ImportError that says what to install where it is missing."""
    try:
        return importlib.import_module("bitwuzla")
    except ImportError as e:
        text = "witnesses and proofs need bitwuzla: pip install 'numformats[hardware]'"
        raise ImportError(text) from e


class Term:
    """A word, a signed integer of the algebra's width, or a truth; with Python's operators."""

    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("algebra", "raw")

    def __init__(self, algebra: Terms, raw: Any) -> None:
        self.algebra = algebra
        self.raw = raw

    def _do(self, kind: str, *others: Any, swap: bool = False) -> Term:
        """A term of this kind of this and others, of which integers become words."""
        terms = [self.raw, *(self.algebra.lift(x).raw for x in others)]
        return self.algebra.term(kind, *(reversed(terms) if swap else terms))

    def __add__(self, x: Any) -> Term:
        return self._do("BV_ADD", x)

    __radd__ = __add__

    def __sub__(self, x: Any) -> Term:
        return self._do("BV_SUB", x)

    def __rsub__(self, x: Any) -> Term:
        return self._do("BV_SUB", x, swap=True)

    def __neg__(self) -> Term:
        return self._do("BV_NEG")

    def __lshift__(self, x: Any) -> Term:
        return self._do("BV_SHL", x)

    def __rlshift__(self, x: Any) -> Term:
        return self._do("BV_SHL", x, swap=True)

    def __rshift__(self, x: Any) -> Term:
        return self._do("BV_ASHR", x)

    def __and__(self, x: Any) -> Term:
        return self._do("AND" if self.is_truth else "BV_AND", x)

    __rand__ = __and__

    def __or__(self, x: Any) -> Term:
        return self._do("OR" if self.is_truth else "BV_OR", x)

    __ror__ = __or__

    def __invert__(self) -> Term:
        return self._do("NOT" if self.is_truth else "BV_NOT")

    def __eq__(self, x: object) -> Term:  # type: ignore[override]
        return self._do("EQUAL", x)

    def __ne__(self, x: object) -> Term:  # type: ignore[override]
        return ~(self == x)

    def __lt__(self, x: Any) -> Term:
        return self._do("BV_SLT", x)

    def __le__(self, x: Any) -> Term:
        return self._do("BV_SLE", x)

    def __gt__(self, x: Any) -> Term:
        return self._do("BV_SGT", x)

    def __ge__(self, x: Any) -> Term:
        return self._do("BV_SGE", x)

    @property
    def is_truth(self) -> bool:
        """Is it a truth, not a word?"""
        return bool(self.raw.sort().is_bool())


class Terms(Algebra):
    """Words are terms of one solver.

    `facts` are truths about the unknowns that operations introduced: they belong to every query.
    With `opaque` the results of multiplications, divisions and roots are any numbers within their
    bounds: what has no solution then, has none.
    """

    def __init__(self, width: int, *, opaque: bool = False) -> None:
        self.module = _solver_module()
        self.manager = self.module.TermManager()
        self.width = width
        self.sort = self.manager.mk_bv_sort(width)
        self.opaque = opaque
        self.facts: list[Term] = []

    def term(self, kind: str, *raw: Any) -> Term:
        """A term of raw terms."""
        return Term(self, self.manager.mk_term(getattr(self.module.Kind, kind), list(raw)))

    def lift(self, x: Any) -> Term:
        """A term, or the constant of an integer."""
        if isinstance(x, Term):
            return x
        return Term(self, self.manager.mk_bv_value(self.sort, int(x) % (1 << self.width)))

    def unknown(self, name: str) -> Term:
        """Any word."""
        return Term(self, self.manager.mk_const(self.sort, name))

    def code(self, name: str, bits: int) -> tuple[Any, Term]:
        """Any code of so many bits: raw, to be read from a model, and as a word."""
        raw = self.manager.mk_const(self.manager.mk_bv_sort(bits), name)
        kind = self.module.Kind.BV_ZERO_EXTEND
        return raw, Term(self, self.manager.mk_term(kind, [raw], [self.width - bits]))

    def where(self, condition: Truth, x: Word | int, y: Word | int) -> Word:
        """One of two words."""
        return self.term("ITE", condition.raw, self.lift(x).raw, self.lift(y).raw)

    def count(self, x: Word, starts: Sequence[int]) -> Word:
        """How many of these ascending integers are at most x."""
        found: Word = self.lift(0)
        for i, start in enumerate(starts):
            found = self.where(x >= start, i + 1, found)
        return found

    def divide(self, n: Word, d: Word) -> tuple[Word, Truth]:
        """The quotient q and whether something remains: unknowns with n = q d + r, 0 <= r < d."""
        q, r = self._within(n, "quotient"), self._within(n, "rest")
        safe = self.where(d == 0, 1, d)
        self.facts += [r < safe]
        if not self.opaque:
            product = self.term("BV_MUL", q.raw, safe.raw)
            overflows = self.term("BV_SMUL_OVERFLOW", q.raw, safe.raw)
            self.facts += [product + r == n, ~overflows]
        return q, r != 0

    def root(self, n: Word) -> tuple[Word, Truth]:
        """The root and whether something remains: an unknown x with x x <= n < (x + 1)**2."""
        x = self._within(n, "root")
        self.facts += [x < 1 << (self.width - 1) // 2]
        rest = n - self.term("BV_MUL", x.raw, x.raw)
        if self.opaque:
            inexact = self.unknown(f"inexact {len(self.facts)}")
            return x, inexact != 0
        self.facts += [rest >= 0, rest <= x + x]
        return x, rest != 0

    def multiply(self, x: Word, y: Word, bits: int) -> Word:
        """The product, or where it is opaque, any number of its size."""
        if not self.opaque:
            return self.term("BV_MUL", x.raw, y.raw)
        product = self.unknown(f"product {len(self.facts)}")
        zero = (x == 0) | (y == 0)
        low, high = 1 << 2 * bits - 2, ((1 << bits) - 1) ** 2
        inside = (product >= low) & (product <= high)
        self.facts += [(zero & (product == 0)) | (~zero & inside)]
        return product

    def _within(self, n: Word, name: str) -> Term:
        """An unknown from 0 to n."""
        x = self.unknown(f"{name} {len(self.facts)}")
        self.facts += [x >= 0, x <= n]
        return x

    def any_of(self, truths: Sequence[Term], join: str = "OR") -> Term:
        """Is one of them true?  With "AND": are all?"""
        if len(truths) == 1:
            return truths[0]
        return self.term(join, *(t.raw for t in truths))

    def solver(self) -> Solver:
        """A solver that knows the facts."""
        return Solver(self)


class Solver:
    """One query after the other, each with all that was asserted before."""

    def __init__(self, algebra: Terms) -> None:
        module = algebra.module
        options = module.Options()
        options.set(module.Option.PRODUCE_MODELS, True)
        self._solver = module.Bitwuzla(algebra.manager, options)
        self._answers = {module.Result.SAT: "sat", module.Result.UNSAT: "unsat"}
        self._deadline = 0.0
        self._interrupted = False
        self._solver.configure_terminator(self._must_stop)
        for fact in algebra.facts:
            self.demand(fact)

    def demand(self, truth: Term) -> None:
        """Ask for solutions of this only."""
        self._solver.assert_formula(truth.raw)

    def check(self, seconds: float) -> str:
        """Is there a solution: "sat", "unsat", or after so many seconds "unknown"?

        Ctrl-C stops it.
        """
        self._deadline = time.thread_time() + seconds
        with self._interruptible():
            answer = self._solver.check_sat()
        return self._answers.get(answer, "unknown")

    def value(self, raw: Any) -> int:
        """A raw term in the solution that was found, as an unsigned integer."""
        return int(self._solver.get_value(raw).value(10))

    def _must_stop(self) -> bool:
        return self._interrupted or time.thread_time() > self._deadline

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """An exception cannot pass through the solver: Ctrl-C asks it to stop, and is raised after.

        Signals come to the main thread only.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(_number: int, _frame: object) -> None:
            self._interrupted = True

        before = signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
        if self._interrupted:
            self._interrupted = False
            signal.raise_signal(signal.SIGINT)
