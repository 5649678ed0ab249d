# SPDX-License-Identifier: BSD-3-Clause
"""What does a program give in true arithmetic?  The interpreter that runs a trace in an algebra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra_base import COMPARISONS, no_meaning
from numformats.analysis.number_formulas import FORMULAS
from numformats.exact import fsum
from numformats.tracing.lowering import LOWERED
from numformats.tracing.value import Interpreter, Traced, as_traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.algebra_base import Algebra

__all__ = ["Reference"]

# They sort or find places; the number of leading operands that hold numbers.
_ORDERING = {
    np.argmax: 1, np.argmin: 1, np.argsort: 1, np.lexsort: 1, np.searchsorted: 2, np.digitize: 2,
}  # fmt: skip
# Ufuncs with two results, each by two of one.
_IN_PARTS: dict[Any, Callable[..., tuple[Any, Any]]] = {
    np.divmod: lambda x, y: (np.floor_divide(x, y), np.remainder(x, y)),
    np.modf: lambda x: (np.where(np.isinf(x), 0, x - np.trunc(x)), np.trunc(x)),
}


class Reference(Interpreter):
    """The program in an algebra; x.dtype is the format for which it stands.

    Nothing is rounded to that format: casts and constants keep all that the algebra can hold.
    """

    def __init__(self, algebra: Algebra, dtype: Any = np.float64) -> None:
        super().__init__()
        self.algebra, self.count = algebra, algebra.count
        self._dtype: np.dtype[Any] = np.dtype(dtype)

    def dtype(self, parts: Any) -> Any:  # noqa: ARG002
        """The format that was asked for."""
        return self._dtype

    def lift(self, plain: Any) -> Traced:
        """The numbers of a plain array, exactly."""
        return self.of(*self.algebra.lift(plain))

    def face(self, x: Traced) -> Any:
        """Float64 numbers of the same class: what is finite stays so, what is not 0 too."""
        return self.algebra.face(x.parts)

    def cast(self, x: Traced, dtype: Any) -> Traced:  # noqa: ARG002
        """A cast rounds nothing here."""
        return self.of(*x.parts)

    def f64(self, x: Traced) -> NDArray[np.float64]:
        """The numbers rounded to float64."""
        return self.algebra.f64(x.parts)

    def predicate(self, f: Any, args: Any, kwargs: Any) -> Any:
        """Decided by the true numbers, not by their roundings."""
        if f in COMPARISONS:
            return self.algebra.compare(f, *(as_traced(self, a).parts for a in args))
        if f is np.array_equal:
            x, y = (as_traced(self, a) for a in args)
            return x.shape == y.shape and bool(self.predicate(np.equal, (x, y), {}).all())
        if f in _ORDERING:
            return f(*self._ranked(args, _ORDERING[f]), **kwargs)
        return super().predicate(f, args, kwargs)

    def _ranked(self, args: Any, count: int) -> list[Any]:
        """The operands, the numbers among them in the order of their values."""
        operands = [self._whole(a) for a in args[:count]]
        return [*self.algebra.keys(*(x.parts for x in operands)), *args[count:]]

    def _whole(self, item: Any) -> Traced:
        return as_traced(self, np.stack(item) if isinstance(item, list | tuple) else item)

    def number(self, f: Any, args: Any, kwargs: Any) -> Any:
        """Sums, products and functions by the algebra, composites taken apart."""
        if f is np.sum or f is fsum:
            return self._sum(*args, **kwargs)
        if f is np.cumsum:
            return self._cumsum(*args, **kwargs)
        if f is np.matmul:
            x, y = (as_traced(self, a).parts for a in args)
            return self.of(*self.algebra.matmul(x, y))
        if f in _IN_PARTS:
            return _IN_PARTS[f](*args)
        if f in LOWERED and f not in FORMULAS:
            return LOWERED[f](*args, **kwargs)
        if isinstance(f, np.ufunc) and f.nout == 1 and f.signature is None:
            return self.of(*self.algebra.ufunc(f, *(as_traced(self, a).parts for a in args)))
        raise no_meaning(f, self.algebra.name, "is not traced")

    def _sum(self, a: Any, axis: Any = None, keepdims: Any = False, **_: Any) -> Traced:
        return self.of(*self.algebra.sum(as_traced(self, a).parts, axis, keepdims is True))

    def _cumsum(self, a: Any, axis: Any = None, **_: Any) -> Traced:
        return self.of(*self.algebra.cumsum(as_traced(self, a).parts, axis))
