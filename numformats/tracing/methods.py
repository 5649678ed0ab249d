# SPDX-License-Identifier: BSD-3-Clause
"""What are the methods of an array, on a traced value?  NumPy's functions, which dispatch."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from numformats.tracing.flat import Flat
from numformats.tracing.messages import (
    TraceAttributeError,
    TraceError,
    TraceWarning,
    fail,
    located,
)
from numformats.tracing.registry import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

_STAY = "keep NumPy values (np.exp, not math.exp; np.zeros_like, not np.zeros)"


class ArrayMethods:
    """The methods and attributes of `np.ndarray` that traced values have."""

    __slots__ = ()

    # What the value itself has (see value.py).
    run: Any
    parts: tuple[Any, ...]
    shape: Any
    ndim: Any
    size: Any
    dtype: Any
    __setitem__: Callable[..., None]

    def _leave(self, kind: Callable[[Any], Any]) -> Any:
        text = f"{kind.__name__}(x) leaves the trace: {_STAY}"
        if not self.run.ends_silently:
            fail(text)
        warnings.warn(located(text), TraceWarning, stacklevel=3)
        return kind(self.run.face(self)[()])

    def __float__(self) -> float:
        return self._leave(float)  # type: ignore[no-any-return]

    def __complex__(self) -> complex:
        raise TraceError(located("complex numbers are not traced"))

    def __int__(self) -> int:
        return int(self.run.face(self)[()])

    __trunc__ = __int__

    def __floor__(self) -> int:
        return int(np.floor(self))

    def __ceil__(self) -> int:
        return int(np.ceil(self))

    def __round__(self, digits: int | None = None) -> Any:
        rounded = np.round(self, digits or 0)
        return int(rounded) if digits is None else rounded

    def __bool__(self) -> bool:
        return bool(self.run.predicate(np.not_equal, (self, 0), {}))

    def __contains__(self, value: Any) -> bool:
        return bool(np.any(self == value))

    def __repr__(self) -> str:
        return f"{type(self.run).__name__.lower()}({self.run.face(self)!s})"

    def __str__(self) -> str:
        return str(self.run.face(self)[()])

    def __format__(self, spec: str) -> str:
        face = self
        while isinstance(face, ArrayMethods):  # of runs below
            face = face.run.face(face)
        return format(float(cast("Any", face)[()]), spec) if spec else str(self)

    def __copy__(self) -> Any:
        return np.copy(self)

    def __deepcopy__(self, memo: Any) -> Any:
        return np.copy(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TraceError(located("a traced value belongs to its run and is not pickled"))

    # Powers: NumPy's operator is not its ufunc.

    def __pow__(self, other: Any) -> Any:
        return METHODS["power"](self, other)

    def __rpow__(self, other: Any) -> Any:
        return METHODS["power"](other, self)

    def __ipow__(self, other: Any) -> Any:
        self[...] = self**other
        return self

    @property
    def T(self) -> Any:  # noqa: N802 - NumPy's name
        """The axes in reverse."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:  # noqa: N802
        """The last two axes swapped."""
        return np.matrix_transpose(self)

    @property
    def real(self) -> Any:
        """The value itself: it is real."""
        return self

    @property
    def imag(self) -> Any:
        """Zeros: the value is real."""
        return np.zeros_like(self)

    @property
    def itemsize(self) -> int:
        """Bytes of an element in the program's dtype."""
        return int(self.dtype.itemsize)

    @property
    def nbytes(self) -> int:
        """Bytes of all elements in the program's dtype."""
        return int(self.size * self.dtype.itemsize)

    @property
    def strides(self) -> tuple[int, ...]:
        """The strides of the first part."""
        return self.parts[0].strides  # type: ignore[no-any-return]

    @property
    def flags(self) -> Any:
        """The flags of the first part."""
        return self.parts[0].flags

    @property
    def base(self) -> Any:
        """The memory that the first part is a view of."""
        return self.parts[0].base

    @property
    def flat(self) -> Flat:
        """The elements one after the other, to be read and written."""
        return Flat(self)

    @flat.setter
    def flat(self, values: Any) -> None:
        Flat(self)[:] = values

    def astype(
        self,
        dtype: Any,
        order: str = "K",  # noqa: ARG002 - NumPy's arguments
        casting: str = "unsafe",
        subok: bool = True,  # noqa: ARG002
        copy: bool = True,
    ) -> Any:
        """As of arrays; integers, booleans and texts are plain arrays of what the program sees."""
        dtype = np.dtype(dtype)
        if dtype.kind in "biuSU":
            return self.run.face(self).astype(dtype)
        if dtype.kind in "cO":
            raise TraceError(located(f"astype({dtype}) is not traced: it leaves the real formats"))
        if not np.can_cast(self.dtype, dtype, casting):  # type: ignore[arg-type]
            raise TypeError(f"cannot cast from {self.dtype} to {dtype} by the rule {casting!r}")
        if not copy and dtype == self.dtype:
            return self
        return self.run.of(*(np.copy(p) if p is q else p for p, q in self._cast(dtype)))

    def _cast(self, dtype: Any) -> Any:
        """The parts of the cast value, each beside the old one, which it may be."""
        parts = self.run.cast(self, dtype).parts
        return zip(parts, self.parts, strict=True)

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """As `np.reshape`, with a shape or its lengths."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **kwargs)

    def transpose(self, *axes: Any) -> Any:
        """As `np.transpose`, with axes or each one."""
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def resize(self, *_: Any, **__: Any) -> None:
        """Not traced: it changes memory that views share."""
        raise TraceError(located("x.resize() is not traced: use np.resize(x, shape)"))

    def flatten(self, order: Any = "C") -> Any:
        """A one-dimensional copy."""
        return np.copy(np.ravel(cast("Any", self), order))

    def view(self, *args: Any) -> Any:
        """A view; with a dtype of other bits there is none."""
        if args and np.dtype(args[0]) != self.dtype:
            raise TraceError(located(f"x.view({args[0]!r}) is not traced: it reads bits"))
        return cast("Any", self)[...]

    def item(self, *place: Any) -> Any:
        """The element, still traced, as a 0-d value."""
        if len(place) == 1 and self.ndim != 1:
            return self.flat[place[0]]
        return cast("Any", self)[place] if place else self.reshape(())

    def tolist(self) -> Any:
        """Nested lists of 0-d values, still traced."""
        return [row.tolist() for row in cast("Any", self)] if self.ndim else self

    def clip(self, min: Any = None, max: Any = None, out: Any = None) -> Any:  # noqa: A002 - NumPy's
        """As `np.clip`, which takes both ends."""
        return np.clip(self, min, max, out=out)

    def compress(self, condition: Any, axis: int | None = None) -> Any:
        """As `np.compress`, which takes the condition first."""
        return np.compress(condition, self, axis)

    def fill(self, value: Any) -> None:
        """As ``self[...] = value``."""
        self[...] = value

    def sort(self, axis: int = -1, kind: Any = None, **kwargs: Any) -> None:
        """Sort in place."""
        self[...] = np.sort(self, axis, kind, **kwargs)

    def partition(self, kth: Any, axis: int = -1, kind: Any = "introselect") -> None:
        """Partition in place."""
        self[...] = np.partition(self, kth, axis, kind)

    def __getattr__(self, name: str) -> Any:
        """An error of ours for what arrays have and traced values have not."""
        if hasattr(np.ndarray, name) and not name.startswith("__"):
            raise TraceAttributeError(located(f"x.{name} of an array is not traced"))
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__name__, method.__doc__ = name, f"As `np.{name}`."
    return method


_FUNCTIONS = """all any argmax argmin argpartition argsort choose conj conjugate copy cumprod
cumsum diagonal dot max mean min nonzero prod put ravel repeat round searchsorted squeeze std sum
swapaxes take trace var"""
for _name in _FUNCTIONS.split():
    setattr(ArrayMethods, _name, _method(_name))
