# SPDX-License-Identifier: BSD-3-Clause
"""How does every input move a result?  Values that carry tape numbers, and the pull back.

The second part of a Reverse value is the tape number of each element.  Only arithmetic is written
on the tape.  Operands that the user's code may overwrite are not copied: writes to traced arrays
are logged, and undone on the way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.formats import widened
from numformats.autodiff.rules import back_of, has_rule
from numformats.autodiff.tape import Tape, copy_of, thaw
from numformats.autodiff.writes import Writes
from numformats.tracing import LOWERED, Interpreter, Traced, mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from numpy.typing import NDArray

__all__ = ["Reverse"]


class Reverse(Interpreter):
    """Values beside their tape numbers.

    exact: sums and products of cotangents are exact and rounded once; cotangent_dtype: what
    cotangents are computed in (None: the dtype of the value that each belongs to).
    """

    def __init__(self, *, exact: bool = True, cotangent_dtype: np.dtype[Any] | None = None) -> None:
        super().__init__()
        self.tape = Tape(exact=exact)
        self.writes = Writes()
        self.cotangent_dtype = cotangent_dtype

    def lift(self, plain: Any) -> Traced:
        """A constant: number 0."""
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros(plain.shape, np.int64))

    def input(self, plain: Any) -> Traced:
        """A value with respect to which derivatives are taken."""
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, self._block(plain, []))

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """The value in another format, with the same numbers: what arrives is rounded there."""
        value, numbers = x.parts
        return self.of(value.astype(dtype), copy_of(numbers))

    def writing(self, x: Traced, place: Any) -> None:
        """Log what a write is about to replace."""
        value, numbers = x.parts
        thaw(numbers)
        self.writes.log(len(self.tape), value, place)

    def number(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Traced:
        """The function on the values, and on the tape how the result came about."""
        faces = mapped(self.face, list(args), self)
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
            back = self._back(f, i, value, kept, kwargs) if mine[i] else None
            if back is not None:
                operands.append((a.parts[1], back))
        if any(numbers.any() for numbers, _ in operands):
            return self.of(value, self._block(value, operands))
        return self.lift(value)

    def _back(
        self, f: Any, i: int, value: Any, kept: list[Any], kwargs: dict[str, Any]
    ) -> Callable[[Any], Any] | None:
        """The map of a rule, in the format that cotangents are computed in."""
        back = back_of(f, i, value, kept, kwargs)
        dtype = self.cotangent_dtype
        if back is None or dtype is None:
            return back

        def wide_back(g: Any) -> Any:
            again = back_of(f, i, widened(value, dtype), [widened(a, dtype) for a in kept], kwargs)
            assert again is not None
            return again(g)

        return wide_back

    def _block(
        self, value: Any, operands: list[tuple[NDArray[np.int64], Callable[[Any], Any]]]
    ) -> NDArray[np.int64]:
        dtype = value.dtype if self.cotangent_dtype is None else self.cotangent_dtype
        return self.tape.block(value.shape, operands, dtype)

    def pull(
        self, results: Iterable[tuple[Traced, Any]], held: Collection[int] = ()
    ) -> dict[int, Any]:
        """The cotangents of the inputs, by their blocks, from those of the results.

        Of the blocks in `held`: the lists of what arrived there, neither added up nor rounded.
        """
        walk = self.tape.walk([(result.parts[1], g) for result, g in results], held)
        return {
            block: cotangent
            for block, cotangent in self.writes.undoing(walk)
            if not self.tape.pulls[block]
        }
