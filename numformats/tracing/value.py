# SPDX-License-Identifier: BSD-3-Clause
"""How does unmodified NumPy code run under another arithmetic?  A value of parallel arrays.

A Traced value is a few arrays of one shape (its parts) and the Interpreter that gives them meaning:
value and tangent, value and tape numbers, value and 50-digit shadow.  Two laws carry everything:

* a rearrangement (indexing, reshape, concatenate, where, sort by given places, assignment) does
  to every part what NumPy does to the first; so views, aliasing and masks are NumPy's own;
* arithmetic is what the interpreter says; the first part of a format's run is always computed by
  the very call the user made, so that tracing never changes a result.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.messages import TraceError, TraceWarning, fail, user_line
from numformats.tracing.methods import ArrayMethods
from numformats.tracing.registry import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Interpreter",
    "TraceError",
    "TraceWarning",
    "Traced",
    "as_traced",
    "fail",
    "find_run",
    "mapped",
    "user_line",
]

_levels = itertools.count(1)
# Operands that hold no traced value; a tuple, for they are asked for at each call.
_PLAIN = (int, float, str, np.ndarray)


class Interpreter:
    """Arithmetic on parts.  A subclass says how a plain array is lifted and what functions do.

    The first part is what a run in the format has, computed by the very call that the user made.
    An interpreter whose parts stand for another dtype (a reference in 50 digits, say) overrides
    `dtype`; all its parts are then made from lifted operands.

    ======================  ===================================================================
    ``count``               how many parts a value has
    ``ends_silently``       float(x) goes on with a warning where this is true
    ``level``               the number of the run; of several runs the latest one answers
    ``lift(plain)``         a plain array, or a value of an earlier run, as a value of this run
    ``number(f, a, k)``     a function of ARITHMETIC or LOWERED on the operands a, keywords k
    ``predicate(f, a, k)``  a question about values: by default the face answers
    ``writing(x, place)``   called before x[place] is overwritten
    ``cast(x, dtype)``      x.astype(dtype)
    ======================  ===================================================================

    >>> class Counting(Interpreter):
    ...     count, calls = 1, 0
    ...
    ...     def lift(self, plain):
    ...         return self.of(np.array(plain))
    ...
    ...     def number(self, f, args, kwargs):
    ...         self.calls += 1
    ...         return self.of(f(*mapped(self.face, args, self), **kwargs))
    >>> run = Counting()
    >>> x = run.lift([3.0, 4.0])
    >>> np.sqrt(np.sum(x[::-1] * x)), run.calls
    (counting(4.898979485566356), 3)
    """

    count = 2
    ends_silently = False
    level: int

    def __init__(self) -> None:
        self.level = next(_levels)

    def lift(self, plain: Any) -> Traced:
        """A plain array, or one traced by an earlier run, as a value of this run, exactly."""
        raise NotImplementedError

    def dtype(self, parts: tuple[Any, ...]) -> np.dtype[Any]:
        """The dtype that the user sees."""
        return parts[0].dtype  # type: ignore[no-any-return]

    def face(self, x: Traced) -> Any:
        """What predicates look at, and what the user sees of x."""
        return x.parts[0]

    def predicate(self, f: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """The plain answer of f, a function that asks about values."""
        return f(*mapped(self.face, args, self), **mapped(self.face, kwargs, self))

    def number(self, f: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """The value of f, a function of ARITHMETIC or LOWERED.

        Ufuncs come with their operands alone, `np.sum` with (x,) and the keywords axis and
        keepdims, `np.cumsum` with (x,) and the keyword axis.
        """
        raise NotImplementedError

    def writing(self, x: Traced, place: Any) -> None:
        """x[place] is about to be overwritten."""

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """A copy of x with another dtype."""
        return self.of(x.parts[0].astype(dtype), *(p.copy() for p in x.parts[1:]))

    def of(self, *parts: Any) -> Traced:
        """The traced value of these parts; scalars become 0-d arrays.

        Where the first part is no view the others get its layout: of two layouts `np.ravel` would
        give a view of one part and a copy of the other.
        """
        arrays = tuple(p if isinstance(p, _ARRAYS) else np.asarray(p) for p in parts)
        first = arrays[0]
        if isinstance(first, np.ndarray) and first.ndim > 1 and first.base is None:
            arrays = tuple(laid_as(first, p) for p in arrays)
        return Traced(self, arrays)

    @property
    def keeps_format(self) -> bool:
        """Whether the first part is what the program computes without a trace."""
        return type(self).dtype is Interpreter.dtype


def mapped(f: Callable[[Any], Any], item: Any, run: Interpreter) -> Any:
    """`item` with f applied to the values of this run, also in lists, tuples and dicts."""
    if isinstance(item, Traced):
        return f(item) if item.run is run else item
    kind = type(item)
    if kind is tuple or kind is list:
        return kind([mapped(f, i, run) for i in item])
    if kind is dict:
        return {k: mapped(f, v, run) for k, v in item.items()}
    return item


def laid_as(first: np.ndarray[Any, Any], part: Any) -> Any:
    """`part` in the memory layout of `first`, copied only if it has another one."""
    if isinstance(part, Traced) or (
        part.flags.c_contiguous == first.flags.c_contiguous
        and part.flags.f_contiguous == first.flags.f_contiguous
    ):
        return part
    made = np.empty_like(first, part.dtype, shape=part.shape)
    made[...] = part
    return made


def find_run(item: Any, top: Interpreter | None = None) -> Interpreter | None:
    """The latest run among the operands, also in lists, tuples and dicts."""
    if isinstance(item, Traced):
        return item.run if top is None or item.run.level > top.level else top
    if isinstance(item, tuple | list):
        for i in item:
            if not isinstance(i, _PLAIN):
                top = find_run(i, top)
    elif type(item) is dict:
        for i in item.values():
            top = find_run(i, top)
    return top


_map, _fail = mapped, fail


def as_traced(run: Interpreter, x: Any) -> Traced:
    """X as a value of this run."""
    return x if isinstance(x, Traced) and x.run is run else run.lift(x)


class Traced(ArrayMethods, np.lib.mixins.NDArrayOperatorsMixin):
    """A NumPy array as far as the user's code can see; its meaning is the interpreter's.

    Made by ``run.lift(array)`` or ``run.of(*parts)``.  What moves elements moves all parts:

    >>> x = Interpreter().of(np.array([1.0, 2.0, 3.0]), np.array([10, 20, 30]))
    >>> x[1:] = x[:2]
    >>> np.flip(x).parts
    (array([2., 1., 1.]), array([20, 10, 10]))
    """

    __slots__ = ("parts", "run")
    __array_priority__ = 1000
    __hash__ = None  # type: ignore[assignment]

    run: Interpreter
    parts: tuple[Any, ...]

    def __init__(self, run: Interpreter, parts: tuple[Any, ...]) -> None:
        self.run, self.parts = run, parts

    def __array_ufunc__(self, f: np.ufunc, method: str, *args: Any, **kwargs: Any) -> Any:
        if any(map(_is_stranger, map(type, args))):
            return NotImplemented
        if method in METHODS:
            return METHODS[method](f, args, kwargs)
        return fail(f"np.{f.__name__}.{method} is not traced")

    def __array_function__(
        self, f: Callable[..., Any], types: Any, args: Any, kwargs: dict[str, Any]
    ) -> Any:
        if any(map(_is_stranger, types)):
            return NotImplemented
        kwargs = dict(kwargs)
        if find_run(args, find_run(kwargs)) is None:
            kwargs["like"] = self  # NumPy asks it and does not pass it on
        return METHODS["__call__"](f, args, kwargs)

    __numformats_function__ = __array_function__

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        fail(
            "a traced value goes into a plain array: make arrays with np.zeros_like(x), "
            "np.zeros(n, dtype=x.dtype), np.zeros(n, like=x) or np.stack"
        )

    def __getitem__(self, place: Any) -> Traced:
        place = mapped(self.run.face, place, self.run)
        return self.run.of(*(p[place] for p in self.parts))

    def __setitem__(self, place: Any, value: Any) -> None:
        run = self.run
        place = mapped(run.face, place, run)
        top = find_run(value)
        if top is not None and top.level > run.level:
            fail("a value of an inner derivative is stored in an array of the outer one")
        lifted = self._stored(value)
        run.writing(self, place)
        # An array that a constructor made knows no run below its own until a value of one comes.
        self.parts = tuple(
            new.run.lift(part) if isinstance(new, Traced) and isinstance(part, np.ndarray) else part
            for part, new in zip(self.parts, lifted.parts, strict=True)
        )
        for part, new in zip(self.parts, lifted.parts, strict=True):
            part[place] = new[()]  # an array of objects would keep a 0-d array as it is

    def _stored(self, value: Any) -> Traced:
        """`value` as a value of this run whose first part NumPy stores as it stores `value`."""
        run = self.run
        if isinstance(value, list | tuple) and find_run(value) is not None:
            value = np.stack([as_traced(run, v) for v in value])
        lifted = as_traced(run, value)
        if lifted is value:
            return lifted if lifted.dtype == self.dtype else run.cast(lifted, self.dtype)
        if not run.keeps_format:
            return lifted
        plain = value if isinstance(value, Traced) else np.asarray(value)
        return run.of(plain.astype(self.dtype), *lifted.parts[1:])

    def __len__(self) -> int:
        return len(self.parts[0])

    def __iter__(self) -> Iterator[Traced]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes; assigning them reshapes in place."""
        return self.parts[0].shape  # type: ignore[no-any-return]

    @shape.setter
    def shape(self, shape: Any) -> None:
        self.parts = tuple(np.reshape(p, shape, copy=False) for p in self.parts)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype that the program computes in."""
        return self.run.dtype(self.parts)

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many elements there are."""
        return self.parts[0].size  # type: ignore[no-any-return]


_ARRAYS = (np.ndarray, Traced)


def _is_stranger(kind: type) -> bool:
    """A type that answers by itself, and may hold traced values: a quantity with a unit."""
    if kind is Traced or kind in _PLAIN:
        return False
    return hasattr(kind, "__numformats_function__") and not issubclass(kind, Traced)
