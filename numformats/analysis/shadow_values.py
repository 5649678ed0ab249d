# SPDX-License-Identifier: BSD-3-Clause
"""What happens to the digits at every operation?  Each value in its format beside the true one.

An operation is done three times: in the format (what the user gets, bit for bit), truly on the
format's operands, and truly on the true operands.  First minus second is the error that it
introduced, second minus third the error that it inherited (numformats/analysis/ruler.py).

The parts of a value: in the format; the same number in the algebra of truth (its image); the true
value in that algebra; and for the blame, where it is asked for, the number halfway between the two
in float64, and the tape numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra import Reference
from numformats.analysis.blame import Blame, Entry, Ledger
from numformats.analysis.ruler import ruler_of
from numformats.analysis.shadow_calls import Call, Outcome, is_elementwise, measure_call
from numformats.analysis.shadow_events import DECISIONS, places_apart
from numformats.analysis.shadow_lines import Lines
from numformats.analysis.shadow_sample import SAMPLE, sample_of, taken
from numformats.autodiff.tape import thaw
from numformats.tracing import LOWERED, Interpreter, Traced, TraceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.shadow_calls import Parts

__all__ = ["Shadow"]


class Shadow(Interpreter):
    """Values of a format beside their images and their truth in an algebra."""

    ends_silently = True  # float(x) gives the number that the plain program gets, and a warning

    def __init__(self, algebra: Any, *, blame: bool = True, lines: Lines | None = None) -> None:
        super().__init__()
        self.true = Reference(algebra)
        self.algebra = algebra
        self.lines = lines or Lines()
        self.ledger = Ledger() if blame else None
        self.images = slice(1, 1 + algebra.count)
        self.truths = slice(1 + algebra.count, 1 + 2 * algebra.count)
        self.count = 1 + 2 * algebra.count + 2 * blame
        self.sampled = 0  # operations of which not every element was measured

    # ---- values in and out --------------------------------------------------------------------
    def lift(self, plain: Any) -> Traced:
        """A plain array, exactly: it is its own truth."""
        if isinstance(plain, Traced):
            raise TraceError("a shadow is of plain arrays: trace the function itself")
        value = np.array(plain)
        image = self.algebra.lift(value)
        truth = tuple(p.copy() for p in image)
        if self.ledger is None:
            return self.of(value, *image, *truth)
        half = np.array(self.f64(image))
        return self.of(value, *image, *truth, half, np.zeros(value.shape, np.int64))

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """The value in another format: an operation that rounds."""
        value = np.asarray(x.parts[0].astype(dtype))
        truth = tuple(p.copy() for p in x.parts[self.truths])
        with np.errstate(all="ignore"):
            return self._made(Call("astype", (x,), {}), Outcome(value, x.parts[self.images], truth))

    def writing(self, x: Traced, place: Any) -> None:
        """The ledger refers to numbers halfway: what a write replaces comes back for it."""
        if self.ledger is not None:
            thaw(x.parts[-1])
            self.ledger.writes.log(len(self.ledger.tape), x.parts[-2], place)

    def truth(self, x: Traced) -> Traced:
        """The true value, for NumPy's functions."""
        return self.true.of(*x.parts[self.truths])

    def image(self, x: Traced) -> Traced:
        """The value in the format, exactly, for NumPy's functions on true numbers."""
        return self.true.of(*x.parts[self.images])

    def f64(self, parts: Parts) -> NDArray[np.float64]:
        """Numbers of the algebra as float64."""
        return np.asarray(self.algebra.f64(parts), np.float64)

    # ---- arithmetic ---------------------------------------------------------------------------
    def number(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The function three times over, and what that says about this line."""
        call = Call(f, args, kwargs)
        if is_elementwise(f) and not kwargs and f not in LOWERED:
            mine = [isinstance(a, Traced) and a.run is self for a in args]
            value = f(*(a.parts[0] if own else a for a, own in zip(args, mine, strict=True)))
            with np.errstate(all="ignore"):  # what the user asked to hear is of the value alone
                return self._made(call, self._elementwise(f, args, mine, np.asarray(value)))
        value = f(*_each(self.face, args, self), **_each(self.face, kwargs, self))
        with np.errstate(all="ignore"):
            exact, truth = (
                f(*_each(view, args, self), **_each(view, kwargs, self))
                for view in (self.image, self.truth)
            )
            return self._results(call, value, exact, truth)

    def _results(self, call: Call, value: Any, exact: Any, truth: Any) -> Any:
        """The results of a function that is no elementwise ufunc; several in a tuple."""
        if isinstance(value, tuple):
            made = zip(value, exact, truth, strict=True)
            return type(value)(self._results(call, *of_each) for of_each in made)
        value = np.asarray(value)
        if value.dtype.kind in "biu":
            return value[()]
        exact, truth = (self.true.of(x) if isinstance(x, float) else x for x in (exact, truth))
        # A lowered function may give an operand itself (np.positive), which must not be shared.
        return self._made(call, Outcome(value, exact.parts, tuple(p.copy() for p in truth.parts)))

    def _elementwise(
        self, f: Any, args: tuple[Any, ...], mine: list[bool], value: NDArray[Any]
    ) -> Outcome:
        """The same, straight in the algebra; of a large array the exact result of a sample."""
        plain = [None if own else self.algebra.lift(a) for a, own in zip(args, mine, strict=True)]
        images, truths = (
            [a.parts[part] if p is None else p for a, p in zip(args, plain, strict=True)]
            for part in (self.images, self.truths)
        )
        sample = sample_of(value.size) if value.size > SAMPLE else None
        if sample is not None:
            images = [tuple(taken(p, value.shape, sample) for p in parts) for parts in images]
        exact, truth = (self.algebra.ufunc(f, *parts) for parts in (images, truths))
        return Outcome(value, exact, truth, sample, images)

    def _made(self, call: Call, outcome: Outcome) -> Traced:
        """The result as a value, measured and written down."""
        value, truth = outcome.value, outcome.truth
        image = self.algebra.lift(value)
        if self.ledger is None:
            measure_call(self, call, outcome, image, None)
            return self.of(value, *image, *truth)
        half = np.empty(value.shape)
        tally, error, cancelled = measure_call(self, call, outcome, image, half)
        operands = [self._halfway(a) for a in call.args]
        entry = Entry(tally, error, outcome.sample, cancelled)
        numbers = self.ledger.write(call.f, call.kwargs, operands, half, entry)
        return self.of(value, *image, *truth, half, numbers)

    def _halfway(self, a: Any) -> tuple[Any, Any]:
        """An operand between its value and its truth in float64, and its tape numbers."""
        if isinstance(a, Traced) and a.run is self:
            return a.parts[-2], a.parts[-1]
        is_ours = isinstance(a, np.ndarray | np.generic) and a.dtype.kind not in "biu"
        return (np.asarray(a).astype(np.float64) if is_ours else a), None

    def settle(self, outputs: list[tuple[Any, NDArray[np.float64]]]) -> Blame:
        """Share out the errors of the outputs, each with its tape numbers."""
        if self.ledger is not None:
            return self.ledger.settle(outputs)
        known = [np.abs(e[np.isfinite(e)]).sum() for _, e in outputs]
        return Blame(np.nan, np.nan, float(sum(known)) if outputs else np.nan)

    # ---- decisions ----------------------------------------------------------------------------
    def predicate(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the plain program sees; where truth answers otherwise is counted."""
        result = f(*_each(self.face, args, self), **_each(self.face, kwargs, self))
        if f in DECISIONS:
            with np.errstate(all="ignore"):
                true = f(*_each(self.truth, args, self), **_each(self.truth, kwargs, self))
            first = next(a for a in (*args, *kwargs.values()) if isinstance(a, Traced))
            tally = self.lines.tally(self.lines.here(), f.__name__, ruler_of(first.dtype))
            tally.calls += 1
            tally.decisions += np.size(result)
            tally.diverged += places_apart(result, true)
        return result


def _each(change: Callable[[Traced], Any], item: Any, run: Shadow) -> Any:
    """An operand with the values of this run changed, also in lists, tuples and dicts."""
    if isinstance(item, Traced):
        return change(item) if item.run is run else item
    if isinstance(item, list | tuple):
        return type(item)(_each(change, i, run) for i in item)
    if isinstance(item, dict):
        return {key: _each(change, i, run) for key, i in item.items()}
    return item
