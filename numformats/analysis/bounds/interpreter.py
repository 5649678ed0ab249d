# SPDX-License-Identifier: BSD-3-Clause
"""How does NumPy code run on enclosures?  The interpreter behind `numformats.analysis.bound`.

Parts: the number that the format computes at the middle of the box, by the very call of the user,
which says what dtype a result has; and a record of what is known over all boxes (quantity.py).
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds import reductions
from numformats.analysis.bounds.affine import constant
from numformats.analysis.bounds.asking import OF_SHAPE, answer, both_branches
from numformats.analysis.bounds.choices import spoiled
from numformats.analysis.bounds.decisions import Answers, Decision, Split
from numformats.analysis.bounds.functions import integer_power
from numformats.analysis.bounds.local_rounding import local_rounding
from numformats.analysis.bounds.operations import RULES
from numformats.analysis.bounds.quantity import Layout, Quantity
from numformats.analysis.bounds.rounding_tables import outward
from numformats.analysis.bounds.settling import Journal, carried, middle_of, relative_to, rounded
from numformats.tracing import LOWERED, Interpreter, Traced, user_line
from numformats.tracing.value import fail, mapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]

__all__ = ["Bound"]

_MOST_POWER = 64


class Bound(Interpreter):
    """Enclosures and errors over boxes; `journal` has the lines."""

    count = 2

    def __init__(self, layout: Layout, answers: Answers | None = None) -> None:
        super().__init__()
        self.layout = layout
        self.journal = Journal(layout)
        self.answers = answers

    # ---- Values

    def lift(self, plain: Any) -> Traced:
        """A plain array, which holds the same numbers in all boxes."""
        if isinstance(plain, Traced):
            fail("a bound is not taken of another trace's values")
        face = np.array(plain)
        return self.of(face, self.layout.pack(self.exact_numbers(face)))

    def exact_numbers(self, plain: NDArray[Any], computed: NDArray[Any] | None = None) -> Quantity:
        """Known numbers; computed: what the format has in their place."""
        low, high = _ends(plain)
        shape = (*plain.shape, self.layout.boxes)
        low, high = (np.broadcast_to(a[..., None], shape) for a in (low, high))
        exact = (low, high)
        error = np.zeros(shape), np.zeros(shape)
        if computed is not None:
            pairs = zip(computed.ravel(), plain.ravel(), strict=True)
            ends = np.array([_difference(*pair) for pair in pairs]).reshape(*plain.shape, 2)
            error = (
                np.broadcast_to(ends[..., 0, None], shape),
                np.broadcast_to(ends[..., 1, None], shape),
            )
        return self.box_numbers(exact, error)

    def box_numbers(self, exact: Interval, error: Interval) -> Quantity:
        """Numbers in enclosures, each of its own; their errors do not depend on anything."""
        value, value_noise = middle_of(exact)
        middle, noise = middle_of(error)
        symbol = self.journal.fresh(value.shape)
        slots, error_slots = self.layout.value_slots, self.layout.error_slots
        return Quantity(
            exact,
            iv.where((error[0] == 0) & (error[1] == 0), exact, iv.add(exact, error)),
            error,
            relative_to(exact, error),
            constant(value, slots).noisy(value_noise, symbol, slots),
            constant(middle, error_slots).noisy(noise, symbol, error_slots),
        )

    def wrap(self, face: Any, q: Quantity) -> Traced:
        """A result: its face, and what is known of it."""
        face = np.asarray(face)
        return self.of(face, self.layout.pack(q))

    def operand(self, item: Any, dtype: np.dtype[Any]) -> Quantity:
        """An operand of an operation whose result has that dtype."""
        if isinstance(item, Traced):
            q = self.known(item)
            if item.dtype != dtype and not np.can_cast(item.dtype, dtype):
                q = rounded(self.journal, local_rounding(dtype), carried(q))
            return self._read(q, dtype)
        plain = np.asarray(item)
        if isinstance(item, float) or (isinstance(item, int) and dtype.kind == "f"):
            with np.errstate(all="ignore"):
                return self._read(self.exact_numbers(plain, plain.astype(dtype)), dtype)
        return self._read(self.exact_numbers(plain), dtype)

    def _read(self, q: Quantity, dtype: np.dtype[Any]) -> Quantity:
        rounding = local_rounding(dtype)
        if not rounding.changes_operands:
            return q
        below, above = rounding.errors(*q.computed, "load")
        if not (below.any() or above.any()):
            return q
        return rounded(self.journal, rounding, carried(q), "load")

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """X rounded into another format."""
        dtype = np.dtype(dtype)
        self.journal.line = user_line()
        with np.errstate(all="ignore"):
            face = x.parts[0].astype(dtype)
        if np.can_cast(x.dtype, dtype):
            return self.of(face, x.parts[1].copy())
        q = rounded(self.journal, local_rounding(dtype), carried(self.known(x)), "convert")
        return self.wrap(face, q)

    # ---- Decisions

    def predicate(self, f: Any, args: Any, kwargs: Any) -> Any:
        """A question about values: plain, or a Decision where boxes disagree."""
        if f in OF_SHAPE:
            return super().predicate(f, args, kwargs)
        self.journal.line = user_line()
        return answer(self, f, args, kwargs)

    def split(self, groups: list[Any], undecided: Any, text: str) -> NoReturn:
        """Raise Split for the driver."""
        raise Split(groups, undecided, user_line(), text)

    def where(self, decision: Decision, x: Any, y: Any) -> Traced:
        """np.where: one branch where it is certain, both where it is open."""
        self.journal.line = user_line()
        sides = [a.parts[0] if isinstance(a, Traced) else a for a in (x, y)]
        face = np.where(decision.yes.any(axis=-1), *sides)
        q = both_branches(self, decision, self.operand(x, face.dtype), self.operand(y, face.dtype))
        return self.wrap(np.broadcast_to(face, q.shape[:-1]), q)

    # ---- Arithmetic

    def number(self, f: Any, args: Any, kwargs: Any) -> Any:
        """A function of NumPy with numbers as its value."""
        self.journal.line = user_line()
        rule = RULES.get(f)
        power = f is np.power and isinstance(args[1], int) and 0 <= args[1] <= _MOST_POWER
        if rule is None and f not in reductions.SUMS and not power:
            if f in LOWERED:
                return LOWERED[f](*args, **kwargs)
            fail(f"{getattr(f, '__name__', f)} has no bound")
        face = np.asarray(f(*mapped(self.face, args, self), **kwargs))
        if f in reductions.SUMS:
            return self.wrap(face, reductions.reduce(self, f, face.dtype, args, kwargs))
        rounding = local_rounding(face.dtype)
        if power:
            x = self.operand(args[0], face.dtype)
            q = integer_power(self.journal, rounding, x, n=args[1])
        else:
            q = rule(self.journal, rounding, *self._operands(args, face.dtype))  # type: ignore[misc]
        lost = [np.isinf(self.known(a).error_size) for a in args if isinstance(a, Traced)]
        q = spoiled(q, np.broadcast_to(functools.reduce(np.logical_or, lost), q.shape))
        return self.wrap(np.broadcast_to(face, q.shape[:-1]), q)

    def _operands(self, args: Any, dtype: np.dtype[Any]) -> list[Quantity]:
        """The operands; one that comes twice is one Quantity."""
        made: dict[int, Quantity] = {}
        for a in args:
            if id(a) not in made:
                made[id(a)] = self.operand(a, dtype)
        return [made[id(a)] for a in args]

    def known(self, x: Traced) -> Quantity:
        """What is known of a value."""
        return self.layout.unpack(x.parts[1])


def _ends(plain: NDArray[Any]) -> tuple[Floats, Floats]:
    """The float64 numbers around known ones."""
    with np.errstate(all="ignore"):
        near = plain.astype(np.float64)
    exactly = plain.dtype.itemsize <= 4 or plain.dtype == np.float64 or plain.dtype.kind == "b"
    if exactly:
        return near, near
    exact = [Fraction(*v.as_integer_ratio()) for v in plain.astype(object).ravel()]
    low, high = ([outward(x, d) for x in exact] for d in (-1, 1))
    return np.reshape(low, plain.shape), np.reshape(high, plain.shape)


def _difference(computed: Any, exact: Any) -> tuple[float, float]:
    """Computed - exact, enclosed."""
    if not np.isfinite(float(computed)):
        return -np.inf, np.inf
    apart = Fraction(*computed.as_integer_ratio()) - Fraction(*exact.item().as_integer_ratio())
    return outward(apart, -1), outward(apart, 1)
