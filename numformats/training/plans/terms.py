# SPDX-License-Identifier: BSD-3-Clause
"""What does an elementwise function compute, and what is its derivative, as operations of the core?

The function runs once on a Term, which writes down what NumPy calls.  The derivative of each call
is the rule of `numformats.autodiff.rules`, run on Terms too: one table for tracing and plans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from numformats.autodiff.rules import ELEMENTWISE
from numformats.plan.table import GIVES_TRUTH, OPERATIONS, TRUTH
from numformats.training.dtypes import own_format

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.plans.builder import Builder, Matrix

__all__ = ["Derivative", "Term", "derivative", "emit", "trace"]

# NumPy's names where they are not the core's.
_NAMES = {
    "subtract": "sub", "multiply": "mul", "divide": "div", "negative": "neg", "absolute": "abs",
    "fabs": "abs", "positive": "pos", "power": "pow",
}  # fmt: skip
# Of two operands the second loses a tie, so that max(0, x) > 0 says what x > 0 says: the rule may
# look at the result in place of x.
_CLIPS = (np.maximum, np.minimum)
_SELECT, _CAST = "select", "cast"
# autodiff.constants gives what has no dtype as all its digits.
_NUMBERS = (int, float, np.ndarray, np.generic, str)


class Term(NDArrayOperatorsMixin):
    """A leaf (f None), or a function of terms and numbers, not yet computed."""

    def __init__(self, f: Any, args: tuple[Any, ...] = (), dtype: Any = None) -> None:
        self.f, self.args = f, args
        self.dtype = dtype

    def __array_ufunc__(self, f: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if method != "__call__" or any(v is not None for v in kwargs.values()):
            return NotImplemented
        _name(f)
        dtypes = [a.dtype for a in args if isinstance(a, Term)]
        return Term(f, args, np.result_type(*dtypes))

    def __array_function__(
        self, f: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if f is np.where and len(args) == 3 and not kwargs:
            dtypes = [a.dtype for a in args[1:] if isinstance(a, Term)]
            return Term(_SELECT, args, np.result_type(*dtypes) if dtypes else self.dtype)
        msg = f"np.{f.__name__} is not elementwise: a plan has no operation for it"
        raise TypeError(msg)

    @property
    def ndim(self) -> int:
        """Rows and columns, as an activation of a batch has them."""
        return 2

    @property
    def shape(self) -> tuple[int, int]:
        """Some shape: what is computed may not depend on it."""
        return (1, 1)

    def astype(self, dtype: Any) -> Term:
        """The values rounded into another format; the term itself where the codes are the same."""
        if own_format(np.dtype(dtype)) == own_format(self.dtype):
            return self
        return Term(_CAST, (self,), np.dtype(dtype))

    def __bool__(self) -> bool:
        msg = "a plan is made once, for all values: use np.where in place of a condition"
        raise TypeError(msg)


def _gives_truth(f: Any) -> bool:
    return not isinstance(f, str) and _name(f) in GIVES_TRUTH


def _name(f: Any) -> str:
    """The core's name of a ufunc."""
    name = _NAMES.get(f.__name__, f.__name__)
    if name not in OPERATIONS:
        msg = f"{f.__name__} is no operation of the core: a plan cannot run it"
        raise TypeError(msg)
    return str(name)


def trace(function: Callable[[Any], Any], dtype: Any) -> tuple[Term, Term]:
    """The argument and the result of an elementwise function, as terms.

    TypeError where it calls what is not elementwise, or gives back its argument.
    """
    x = Term(None, (), np.dtype(dtype))
    result = function(x)
    if not isinstance(result, Term) or result is x:
        msg = f"{function!r} gives {type(result).__name__}, no new value of its argument"
        raise TypeError(msg)
    return x, result


class Derivative:
    """The map from a tangent g at x to that at r = f(x), which is its own transpose.

    needs_x: it looks at x or at something between x and r, not at r alone.
    """

    def __init__(self, g: Term, r: Term, x: Term, value: Term) -> None:
        self.g, self.r, self.x, self.value = g, r, x, value
        self.needs_x = _reaches(value, x, set())


def _reaches(term: Any, leaf: Term, seen: set[int]) -> bool:
    if not isinstance(term, Term) or id(term) in seen:
        return False
    seen.add(id(term))
    return term is leaf or any(_reaches(a, leaf, seen) for a in term.args)


def derivative(x: Term, result: Term) -> Derivative:
    """The derivative of a traced function.  TypeError: a call has no rule."""
    g, r = Term(None, (), x.dtype), Term(None, (), x.dtype)
    known: dict[int, Any] = {id(x): g}

    def of(term: Any) -> Any:
        """The tangent of a term; None: it does not move."""
        if not isinstance(term, Term):
            return None
        if id(term) not in known:
            known[id(term)] = _tangent(term, r if term is result else term, of)
        return known[id(term)]

    value = of(result)
    if value is None:
        msg = "the derivative of an activation is 0 everywhere"
        raise TypeError(msg)
    return Derivative(g, r, x, value)


def _tangent(term: Term, value: Term, of: Callable[[Any], Any]) -> Any:
    if term.f == _CAST:
        t = of(term.args[0])
        return None if t is None else t.astype(term.dtype)
    if term.f == _SELECT:
        condition, yes, no = term.args
        one, other = of(yes), of(no)
        if one is None and other is None:
            return None
        return np.where(condition, 0 if one is None else one, 0 if other is None else other)
    if term.f not in ELEMENTWISE:
        msg = f"{term.f.__name__} has no derivative in numformats.autodiff.rules.ELEMENTWISE"
        raise TypeError(msg)
    args = term.args
    if term.f in _CLIPS and not isinstance(args[0], Term):
        args = (args[0], value)
    total = None
    for operand, rule in zip(term.args, ELEMENTWISE[term.f], strict=True):
        t = of(operand)
        if t is not None and rule is not None:
            part = rule(t, value, *args)
            total = part if total is None else total + part
    return total


def emit(
    b: Builder, value: Term, leaves: dict[int, Matrix], out: Matrix, name: str = "term"
) -> None:
    """Operations that compute a term into `out`; leaves: where its leaves are, by id."""
    work = _Emission(b, leaves, name)
    work.count(value)
    place = work.emit(value, out)
    if place is not out:  # a leaf
        b.copy(out, place)


class _Emission:
    """Terms into operations; a temporary is overwritten by the operation that uses it last."""

    def __init__(self, b: Builder, leaves: dict[int, Matrix], name: str) -> None:
        self.b, self.name = b, name
        self.done = dict(leaves)
        self.uses: dict[int, int] = {}
        self.temporaries: dict[int, Matrix] = {}

    def count(self, term: Term) -> None:
        """How often each term is used."""
        for a in term.args:
            if isinstance(a, Term):
                self.uses[id(a)] = self.uses.get(id(a), 0) + 1
                if self.uses[id(a)] == 1 and id(a) not in self.done:
                    self.count(a)

    def emit(self, term: Term, out: Matrix | None = None) -> Matrix:
        """Where the term is, computed now if it was not."""
        if id(term) in self.done:
            return self.done[id(term)]
        inputs = [self.emit(a) if isinstance(a, Term) else a for a in term.args]
        select = term.f == _SELECT
        matrices = [m for m in inputs if not isinstance(m, _NUMBERS)]
        shape = (max(m.rows for m in matrices), matrices[0].columns)
        values = matrices[1:] if select else matrices
        dtype = np.result_type(*(m.dtype for m in values)) if values else term.dtype
        ready = (
            inputs
            if term.f == _CAST
            else [
                _as(self.b, m, dtype, shape, self.name, truth=select and i == 0)
                for i, m in enumerate(inputs)
            ]
        )
        if term.f == _CAST:
            dtype = term.dtype
        result = TRUTH if _gives_truth(term.f) else dtype
        free = self._released(term)
        if out is None:
            fit = [m for m in free if (m.rows, m.columns) == shape and m.dtype == result]
            out = fit[0] if fit else self.b.buffer(self.name, *shape, result)
            self.temporaries[id(term)] = out
        if term.f == _CAST:
            self.b.copy(out, ready[0])
        elif select:
            self.b.op("SELECT", out=out, a=ready[0], b=ready[1], addend=ready[2])
        else:
            self.b.element(_name(term.f), out, *ready)
        self.done[id(term)] = out
        return out

    def _released(self, term: Term) -> list[Matrix]:
        """Temporaries that this term is the last to use."""
        free = []
        for a in {id(a): a for a in term.args if isinstance(a, Term)}.values():
            self.uses[id(a)] -= sum(1 for other in term.args if other is a)
            if self.uses[id(a)] == 0 and id(a) in self.temporaries:
                free.append(self.temporaries[id(a)])
        return free


def _as(  # noqa: PLR0913 - an operand and what it must become
    b: Builder, x: Any, dtype: Any, shape: tuple[int, int], name: str, *, truth: bool
) -> Matrix:
    """An operand in the format of the operation: numbers as constants, other formats converted."""
    if isinstance(x, _NUMBERS):
        return b.constant(float(x), dtype).spread(*shape)
    if truth or x.dtype == dtype:
        return x  # type: ignore[no-any-return]
    out = b.buffer(name, x.rows, x.columns, dtype)
    b.copy(out, x)
    return out
