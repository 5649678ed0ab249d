# SPDX-License-Identifier: BSD-3-Clause
"""How does every input move a result?  Values that carry tape numbers, and the pull back.

The second part of a Reverse value is the tape number of each element.  Only arithmetic is written
on the tape.  Operands that the user's code may overwrite are not copied: writes to traced arrays
are logged, and undone on the way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.rules import back_of, has_rule
from numformats.autodiff.tape import Tape, thaw
from numformats.autodiff.writes import Writes
from numformats.tracing import LOWERED, Interpreter, Traced, as_traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Reverse", "grad", "vjp"]


class Reverse(Interpreter):
    """Values beside their tape numbers; `exact`: cotangents are summed with one rounding."""

    def __init__(self, *, exact: bool = True) -> None:
        super().__init__()
        self.tape = Tape(exact=exact)
        self.writes = Writes()

    def lift(self, plain: Any) -> Traced:
        """A constant: number 0."""
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros(plain.shape, np.int64))

    def input(self, plain: Any) -> Traced:
        """A value with respect to which derivatives are taken."""
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, self.tape.block(plain.shape, []))

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """The value in another format; its cotangent comes back in that of x."""
        value, numbers = x.parts
        return self._record(value.astype(dtype), [(numbers, lambda g: g.astype(value.dtype))])

    def writing(self, x: Traced, place: Any) -> None:
        """Log what a write is about to replace."""
        value, numbers = x.parts
        thaw(numbers)
        self.writes.log(len(self.tape), value, place)

    def number(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Traced:
        """The function on the values, and on the tape how the result came about."""
        faces = [_face(a, self) for a in args]
        value = f(*faces, **kwargs)
        value = value if isinstance(value, np.ndarray | Traced) else np.asarray(value)
        if not has_rule(f) and f in LOWERED:
            lowered: Any = LOWERED[f]
            return self.of(value, lowered(*args, **kwargs).parts[1])
        # Traced operands are put right by undoing writes; plain ones the caller may change.
        mine = [isinstance(a, Traced) and a.run is self for a in args]
        kept = [
            a if own or not isinstance(a, np.ndarray) else a.copy()
            for a, own in zip(faces, mine, strict=True)
        ]
        operands = []
        for i, a in enumerate(args):
            back = back_of(f, i, value, kept, kwargs) if mine[i] else None
            if back is not None:
                operands.append((a.parts[1], back))
        return self._record(value, operands)

    def _record(
        self, value: Any, operands: list[tuple[NDArray[np.int64], Callable[[Any], Any]]]
    ) -> Traced:
        if any(numbers.any() for numbers, _ in operands):
            return self.of(value, self.tape.block(value.shape, operands))
        return self.lift(value)

    def pull(self, result: Traced, g: Any) -> dict[int, Any]:
        """The cotangents of the inputs, by their blocks, from that of the result."""
        walk = self.tape.walk([(result.parts[1], g)])
        return {
            block: cotangent
            for block, cotangent in self.writes.undoing(walk)
            if not self.tape.pulls[block]
        }


def _face(item: Any, run: Interpreter) -> Any:
    """An operand as f gets it: lists and tuples of values of this run too."""
    if isinstance(item, Traced):
        return run.face(item) if item.run is run else item
    if isinstance(item, list | tuple):
        return type(item)(_face(i, run) for i in item)
    return item


def vjp(
    function: Callable[..., Any], *primals: Any, exact: bool = True
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value of a function of arrays, and the map from its cotangent to those of the arrays.

    primals: arrays (or values traced by an outer run); exact: each element of a cotangent is
    summed at once and rounded once, else in order.  Raises TraceError where a function has no rule.

    >>> import numpy as np
    >>> value, pull = vjp(lambda x, y: np.sum(x * y), np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> float(value), [p.tolist() for p in pull(np.asarray(1.0))]
    (11.0, [[3.0, 4.0], [1.0, 2.0]])
    """
    run = Reverse(exact=exact)
    boxes = [run.input(p) for p in primals]
    result = as_traced(run, function(*boxes))

    def pull(g: Any) -> tuple[Any, ...]:
        g = g if isinstance(g, Traced) else np.asarray(g)
        arrived = run.pull(result, g)
        return tuple(
            arrived.get(block, np.zeros_like(box.parts[0])) for block, box in enumerate(boxes)
        )

    return result.parts[0], pull


def grad(function: Callable[..., Any], place: int = 0, *, exact: bool = True) -> Callable[..., Any]:
    """The gradient of a scalar function with respect to one of its positional arguments.

    Raises as `vjp` does, and ValueError when the result is no scalar.

    >>> import numpy as np
    >>> grad(lambda x: np.sum(x * x * x))(np.array([1.0, 2.0])).tolist()
    [3.0, 12.0]
    """

    def gradient(*args: Any) -> Any:
        value, pull = vjp(
            lambda x: function(*args[:place], x, *args[place + 1 :]), args[place], exact=exact
        )
        if np.ndim(value):
            raise ValueError(f"a gradient is of a scalar; the function gives shape {value.shape}")
        return pull(np.ones_like(value))[0]

    return gradient
