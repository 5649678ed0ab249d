# SPDX-License-Identifier: BSD-3-Clause
"""How does NumPy code run on enclosures?  The interpreter behind `numformats.analysis.bound`.

Parts: the number that the format computes at the middle of the box, by the very call of the user, which
says what dtype a result has; and a record of what is known over all boxes (quantity.py).
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds import reductions, rules
from numformats.analysis.bounds.affine import constant
from numformats.analysis.bounds.decisions import Answers, Decision, Split
from numformats.analysis.bounds.functions import FUNCTIONS, apply_function, integer_power
from numformats.analysis.bounds.local_rounding import local_rounding
from numformats.analysis.bounds.quantity import Layout, Quantity
from numformats.analysis.bounds.rounding_tables import outward
from numformats.analysis.bounds.settling import Journal, carried, rounded
from numformats.tracing import LOWERED, Interpreter, Traced, TraceError, user_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Bound"]

_COMPARISONS = {
    np.less: ("<", False), np.less_equal: ("<=", False), np.greater: ("<", True), np.greater_equal: ("<=", True),
    np.equal: ("==", False), np.not_equal: ("!=", False),
}  # fmt: skip
# What NumPy tells of an array without looking at its numbers.
_OF_SHAPE = {
    np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj, np.isscalar, np.unravel_index,
    np.min_scalar_type,
}  # fmt: skip
_SUMS = {np.sum, np.cumsum, np.matmul, nf.fsum}


class Bound(Interpreter):
    """Enclosures and errors over boxes; `journal` has the lines."""

    count = 2

    def __init__(self, layout: Layout, answers: Answers | None = None) -> None:
        super().__init__()
        self.layout = layout
        self.journal = Journal(layout)
        self.answers = answers

    # ---- values ----------------------------------------------------------------------------------
    def lift(self, plain: Any) -> Traced:
        """A plain array, which holds the same numbers in all boxes."""
        if isinstance(plain, Traced):
            raise self.error("a bound is not taken of another trace's values")
        face = np.array(plain)
        return self.of(face, self.layout.pack(self.exact_numbers(face)))

    def exact_numbers(self, plain: NDArray[Any], computed: NDArray[Any] | None = None) -> Quantity:
        """Known numbers; computed: what the format has in their place."""
        low, high = _ends(plain)
        shape = (*plain.shape, self.layout.boxes)
        low, high = (np.broadcast_to(a[..., None], shape) for a in (low, high))
        exact = (low, high)
        error: tuple[Floats, Floats] = (np.zeros(shape), np.zeros(shape))
        if computed is not None:
            apart = [
                _difference(c, p) for c, p in zip(computed.ravel(), plain.ravel(), strict=True)
            ]
            ends = np.array(apart).reshape(*plain.shape, 2)
            error = tuple(np.broadcast_to(ends[..., i, None], shape) for i in (0, 1))  # type: ignore[assignment]
        return self.box_numbers(exact, error)

    def box_numbers(
        self, exact: tuple[Floats, Floats], error: tuple[Floats, Floats], symbols: Any = None
    ) -> Quantity:
        """Numbers in enclosures; symbols: of inputs that are the same number wherever they are used."""
        shape = exact[0].shape
        forms = []
        for low, high in (exact, error):
            middle = np.where(low == high, low, 0.5 * low + 0.5 * high)
            reach = np.where(
                low == high, 0.0, np.maximum(iv.up(high - middle), iv.up(middle - low))
            )
            slots = self.layout.value_slots if low is exact[0] else self.layout.error_slots
            symbol = self.journal.fresh(shape)
            forms.append(constant(middle, slots).noisy(reach, symbol, slots))
        least = np.maximum(np.maximum(exact[0], -exact[1]), 0.0)
        size = np.maximum(-error[0], error[1])
        with np.errstate(all="ignore"):
            relative = np.where(size == 0, 0.0, np.where(least > 0, iv.up(size / least), np.inf))
        computed = tuple(
            np.where(size == 0, e, c) for e, c in zip(exact, iv.add(exact, error), strict=True)
        )
        return Quantity(exact, computed, error, relative, *forms)  # type: ignore[arg-type]

    def wrap(self, face: Any, q: Quantity) -> Traced:
        """A result: its face, and what is known of it."""
        face = np.asarray(face)
        return self.of(face, self.layout.pack(q))

    def operand(self, item: Any, dtype: np.dtype[Any]) -> Quantity:
        """An operand of an operation whose result has that dtype."""
        if isinstance(item, Traced):
            q = self.layout.unpack(item.parts[1])
            if item.dtype != dtype and not np.can_cast(item.dtype, dtype):
                q = rounded(self.journal, carried(q), local_rounding(dtype), "add")
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
        return rounded(self.journal, carried(q), rounding, "load")

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """X rounded into another format."""
        dtype = np.dtype(dtype)
        self.journal.line = user_line()
        with np.errstate(all="ignore"):
            face = x.parts[0].astype(dtype)
        if np.can_cast(x.dtype, dtype):
            return self.of(face, x.parts[1])
        q = rounded(
            self.journal, carried(self.layout.unpack(x.parts[1])), local_rounding(dtype), "convert"
        )
        return self.wrap(face, q)

    # ---- decisions -------------------------------------------------------------------------------
    def error(self, text: str) -> TraceError:
        """An error that names the user's line."""
        name, line = user_line()
        return TraceError(f"{name.rsplit('/', 1)[-1]}:{line}: {text}")

    def split(self, groups: list[Any], undecided: Any, text: str) -> None:
        """Raise Split for the driver."""
        raise Split(groups, undecided, user_line(), text)

    def predicate(self, f: Any, args: Any, kwargs: Any) -> Any:
        if f in _OF_SHAPE:
            return super().predicate(f, args, kwargs)
        if f in _COMPARISONS:
            return self._compare(f, args)
        if f in {np.isnan, np.isinf, np.isfinite}:
            shape = np.shape(self.face(args[0]))
            return np.full(shape, f is np.isfinite)[()]
        if f in {np.argmax, np.argmin}:
            return self._arg_extreme(f, *args, **kwargs)
        if f in {
            np.all,
            np.any,
            np.count_nonzero,
            np.nonzero,
            np.flatnonzero,
            np.argwhere,
            np.signbit,
        }:
            return f((args[0] < 0 if f is np.signbit else args[0] != 0), *args[1:], **kwargs)
        if f in {np.argsort, np.searchsorted, np.lexsort, np.digitize}:
            return self._places(f, args, kwargs)
        raise self.error(f"np.{f.__name__} asks for one answer, which a box does not give")

    def _compare(self, f: Any, args: Any) -> Any:
        kind, turned = _COMPARISONS[f]
        x, y = (a if isinstance(a, Traced) else self.lift(a) for a in args)
        if turned:
            x, y = y, x
        exact, computed = rules.difference(*(self.layout.unpack(a.parts[1]) for a in (x, y)))
        same = (exact[0] == computed[0]) & (exact[1] == computed[1])
        low, high = iv.hull(exact, computed)
        yes, no = {
            "<": (high < 0, low >= 0),
            "<=": (high <= 0, low > 0),
            "==": ((low == 0) & (high == 0), (low > 0) | (high < 0)),
            "!=": ((low > 0) | (high < 0), (low == 0) & (high == 0)),
        }[kind]
        errors = [self.layout.unpack(a.parts[1]).error_size for a in (x, y)]
        no_error = (errors[0] == 0) & (errors[1] == 0)
        apart = ~(yes | no) & ~no_error & ~(same & no_error)
        decided = (yes | no) & np.isfinite(errors[0]) & np.isfinite(errors[1])
        if decided.all() and (yes == yes[..., :1]).all():
            return yes[..., 0]
        return Decision(self, yes, no, apart, np.isinf(errors[0]) | np.isinf(errors[1]))

    def _arg_extreme(self, f: Any, a: Traced, axis: int | None = None, **kwargs: Any) -> Any:
        if axis is None:
            a, axis = np.ravel(a), 0
        q = self.layout.unpack(np.moveaxis(a.parts[1], axis, -1))
        boxes = self.layout.boxes
        ends = [iv.hull(q.exact, q.computed)[i] for i in (0, 1)]
        low, high = ends if f is np.argmax else (-ends[1], -ends[0])
        # Of numbers that are certainly equal the first is taken, as NumPy does.
        best = np.argmax(low, axis=-2)
        floor = np.take_along_axis(low, best[..., None, :], -2)
        count = np.arange(low.shape[-2])[:, None]
        rivals = (high >= floor) & (count != best[..., None, :])
        equal = (low == high) & (high == floor) & (count > best[..., None, :])
        open_ = (rivals & ~equal).any(axis=-2).reshape(-1, boxes)
        undecided = np.flatnonzero(open_.any(axis=0))
        if undecided.size and self.answers and "place" in self.answers.kinds and best.size == 1:
            found = np.flatnonzero(rivals.ravel()).tolist()
            apart = bool(q.error_size.any())
            return np.full(
                best.shape[:-1], self.answers([int(best.ravel()[0]), *found], apart=apart)
            )[()]
        flat = best.reshape(-1, boxes)
        patterns: dict[bytes, list[int]] = {}
        for box in set(range(boxes)) - set(undecided.tolist()):
            patterns.setdefault(flat[:, box].tobytes(), []).append(box)
        if undecided.size or len(patterns) > 1:
            groups = [np.array(g) for g in patterns.values()]
            self.split(groups, undecided, f"the place of np.{f.__name__} is open over the box")
        result = best[..., 0]
        return np.expand_dims(result, axis) if kwargs.get("keepdims") else result

    def _places(self, f: Any, args: Any, kwargs: Any) -> Any:
        """The places of a sort, if no two numbers may change theirs."""
        places = f(*(a.parts[0] if isinstance(a, Traced) else a for a in args), **kwargs)
        if f is not np.argsort:
            raise self.error(f"np.{f.__name__} has no bound")
        axis = kwargs.get("axis", args[1] if len(args) > 1 else -1)
        a = args[0]
        if axis is None:
            a, axis = np.ravel(a), -1
        ordered = np.take_along_axis(a, np.asarray(places).reshape(a.shape), axis)
        ordered = np.moveaxis(ordered, axis, 0)
        (ordered[:-1] <= ordered[1:]).all()  # raises Split where it is open
        return places

    def where(self, decision: Decision, x: Any, y: Any) -> Traced:
        """np.where: one branch where it is certain, both where it is open."""
        self.journal.line = user_line()
        faces = [a.parts[0] if isinstance(a, Traced) else a for a in (x, y)]
        face = np.where(decision.yes.any(axis=-1), *faces)
        x, y = self.operand(x, face.dtype), self.operand(y, face.dtype)
        x, y = rules.broadcast(x, y), rules.broadcast(y, x)
        exact, computed = iv.hull(x.exact, y.exact), iv.hull(x.computed, y.computed)
        across = iv.hull(iv.subtract(x.computed, y.exact), iv.subtract(y.computed, x.exact))
        same = (
            np.where(decision.apart, across[0], np.inf),
            np.where(decision.apart, across[1], -np.inf),
        )
        error = iv.hull(x.error, y.error, same)
        both = rules.joined(self.journal, x, y, exact, computed, error)
        relative = np.where(decision.apart, both.relative, np.maximum(x.relative, y.relative))
        both = Quantity(
            both.exact, both.computed, both.error, relative, both.value_form, both.error_form
        )
        q = rules.chosen(decision.yes, x, rules.chosen(decision.no, y, both))
        q = rules.spoiled(q, np.broadcast_to(decision.lost, q.shape))
        return self.wrap(np.broadcast_to(face, q.shape[:-1]), q)

    # ---- arithmetic ------------------------------------------------------------------------------
    def number(self, f: Any, args: Any, kwargs: Any) -> Any:
        if f in LOWERED and f not in {np.square, np.reciprocal}:
            return LOWERED[f](*args, **kwargs)
        self.journal.line = user_line()
        faces = [a.parts[0] if isinstance(a, Traced) else a for a in args]
        with np.errstate(all="ignore"):
            face = np.asarray(f(*faces, **kwargs))
        if f in _SUMS:
            return self.wrap(face, reductions.reduce(self, f, face.dtype, args, kwargs))
        dtype = face.dtype
        rounding = local_rounding(dtype)
        with np.errstate(all="ignore"):
            q = self._elementwise(f, args, dtype, rounding)
        lost = [
            np.isinf(self.layout.unpack(a.parts[1]).error_size)
            for a in args
            if isinstance(a, Traced)
        ]
        q = rules.spoiled(q, np.broadcast_to(functools.reduce(np.logical_or, lost), q.shape))
        return self.wrap(np.broadcast_to(face, q.shape[:-1]), q)

    def _elementwise(self, f: Any, args: Any, dtype: Any, rounding: Any) -> Quantity:
        journal = self.journal
        if f is np.power and isinstance(args[1], int) and 0 <= args[1] <= 64:
            return integer_power(journal, self.operand(args[0], dtype), args[1], rounding)
        xs = [self.operand(a, dtype) for a in args]
        if f in {np.add, np.subtract}:
            return rules.add(journal, *xs, rounding, 1.0 if f is np.add else -1.0)
        if f in {np.multiply, np.square}:
            same = f is np.square or args[0] is args[1]
            return rules.multiply(journal, xs[0], xs[-1], rounding, same=same)
        if f is np.divide:
            return rules.divide(journal, *xs, rounding)
        if f is np.reciprocal:
            return rules.divide(journal, self.operand(np.array(1), dtype), *xs, rounding)
        if f is np.sqrt:
            return rules.square_root(journal, *xs, rounding)
        if f is nf.fma:
            return rules.fma(journal, *xs, rounding)
        if f is np.negative:
            return rules.negative(journal, *xs)
        if f in {np.absolute, np.fabs}:
            return rules.absolute(journal, *xs)
        if f in {np.maximum, np.fmax}:
            return rules.maximum(journal, *xs)
        if f in {np.minimum, np.fmin}:
            turned = [rules.negative(journal, x) for x in xs]
            return rules.negative(journal, rules.maximum(journal, *turned))
        if f in FUNCTIONS:
            return apply_function(journal, f, *xs, rounding)
        raise self.error(f"np.{getattr(f, '__name__', f)} has no bound")


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
