# SPDX-License-Identifier: BSD-3-Clause
"""What is known of a result once it is rounded?  The last step of every rule.

A rule says what the exact result is (interval and form), what error it inherits, and between which
numbers the format's operation gives its result before it rounds.  Here the local error comes in,
new symbols are given out, and each enclosure is cut to what the others say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bounds.affine import EMPTY, Affine
from numformats.analysis.bounds.interval import (
    add,
    known,
    magnitude,
    meet,
    subtract,
    times,
    total,
    up,
    wider,
)
from numformats.analysis.bounds.quantity import Layout, Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.local_rounding import LocalRounding

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]
    Line = tuple[str, int]

__all__ = ["Draft", "Journal", "carried", "middle_of", "relative_to", "rounded", "unrounded"]

# A form is given up for the interval where it is so much wider.
_WIDER = 2.0


@dataclass
class Journal:
    """Which symbols are given out, for which line; and where results may leave the format."""

    layout: Layout
    symbols: int = 0
    line: Line = ("?", 0)
    starts: list[int] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    """The first symbol of each lot that was given out, and the line it was for."""
    roundings: dict[Line, tuple[int, Floats]] = field(default_factory=dict)
    """Of each line how many roundings it has, and the largest local error in each box."""
    overflows: dict[Line, str] = field(default_factory=dict)

    def note(self, size: Floats) -> None:
        """So large are the local errors of an operation of this line."""
        count, largest = self.roundings.get(self.line, (0, np.zeros(size.shape[-1])))
        boxes = size.reshape(-1, size.shape[-1])
        self.roundings[self.line] = (
            count + len(boxes),
            np.maximum(largest, boxes.max(axis=0, initial=0.0)),
        )

    def fresh(self, shape: tuple[int, ...]) -> NDArray[np.int64]:
        """One new symbol per number, the same in all boxes."""
        count = int(np.prod(shape[:-1]))
        first = self.symbols
        self.symbols += count
        self.starts.append(first)
        self.lines.append(self.line)
        return np.arange(first, first + count).reshape((*shape[:-1], 1))


@dataclass(frozen=True, eq=False)
class Draft:
    """A result before it is rounded.

    exact and value describe the exact result; error is what is inherited, as a form, plus a number
    of at most `noise`; before holds what the operation gives in the format, unrounded, and
    inherited, where there is one, is another enclosure of the inherited error.
    """

    exact: Interval
    value: Affine
    value_noise: Floats
    error: Affine
    noise: Floats
    before: Interval
    relative: Floats
    inherited: Interval | None = None


def carried(q: Quantity) -> Draft:
    """A number as it is, to be rounded again or given more noise."""
    zero = np.zeros(q.shape)
    return Draft(q.exact, q.value_form, zero, q.error_form, zero, q.computed, q.relative, q.error)


def unrounded(journal: Journal, draft: Draft) -> Quantity:
    """A result that the format holds as it is (-x, |x|, max)."""
    zero = np.zeros(draft.relative.shape)
    return _settled(journal, draft, (zero, zero), zero)


def rounded(  # noqa: PLR0913 - a result, its rounding, and what is known of it
    journal: Journal,
    rounding: LocalRounding,
    draft: Draft,
    op: str = "add",
    *,
    exactly: Any = False,
    within: Interval | None = None,
) -> Quantity:
    """A result that is rounded once; not where it is `exactly` a value of the format.

    within: the numbers that may have to be rounded at all, if not all of draft.before.
    """
    low, high = _before(draft)
    (below, above), unit = rounding.both(low, high, op)
    if within is not None:
        below, above = rounding.errors(*within, op)
    beyond = rounding.overflows(low, high)
    exactly = np.broadcast_to(exactly, beyond.shape)
    quiet = exactly & ~beyond
    local = (
        np.where(quiet, 0.0, np.where(beyond, -np.inf, below)),
        np.where(quiet, 0.0, np.where(beyond, np.inf, above)),
    )
    if beyond.any():
        place = np.unravel_index(int(np.argmax(beyond)), beyond.shape)
        journal.overflows.setdefault(
            journal.line,
            f"results in [{low[place]:.3g}, {high[place]:.3g}] may leave {rounding.format}",
        )
    size = np.maximum(-local[0], local[1])
    if size.any():
        journal.note(size)
    return _settled(journal, draft, local, np.where(quiet, 0.0, unit))


def _before(draft: Draft) -> Interval:
    """Between which numbers is the operation's result in the format, before it is rounded?"""
    low, high = draft.error.range
    exact = draft.value.range
    noise = draft.value_noise
    exact = known(meet(draft.exact, wider(exact, noise)))
    through = add(exact, known(wider((low, high), draft.noise)))
    return known(meet(draft.before, through))


def _settled(journal: Journal, draft: Draft, local: Interval, unit: Floats) -> Quantity:
    layout, shape = journal.layout, draft.relative.shape
    symbol = journal.fresh(shape)
    value = draft.value.noisy(draft.value_noise, symbol, layout.value_slots)
    exact = known(meet(draft.exact, value.range))
    middle, reach = middle_of(local)
    error = Affine(draft.error.center + middle, draft.error.symbols, draft.error.coefficients)
    lost = np.where(middle == 0, 0.0, (np.abs(error.center) + np.abs(middle)) * 2.0**-52)
    noise = total(draft.noise, reach, lost)
    error = error.noisy(noise, symbol, layout.error_slots)
    before = _before(draft)
    computed = add(before, local)
    # Rounding is monotone and 0 is a value, so that signs stay.
    computed = (
        np.where(before[0] >= 0, np.maximum(computed[0], 0.0), computed[0]),
        np.where(before[1] <= 0, np.minimum(computed[1], 0.0), computed[1]),
    )
    spread = known(meet(error.range, subtract(computed, exact)))
    if draft.inherited is not None:
        spread = meet(spread, add(draft.inherited, local))
    elif not (draft.noise.any() or draft.error.center.any() or draft.error.coefficients.any()):
        spread = meet(spread, local)
    relative = total(draft.relative, unit, times(draft.relative, unit))
    most = times(relative, magnitude(exact))
    spread = meet(spread, (-most, most))
    computed = meet(computed, add(exact, spread))
    return Quantity(
        exact,
        computed,
        spread,
        np.minimum(relative, relative_to(exact, spread)),
        _narrowed(value, exact, symbol),
        _narrowed(error, spread, symbol),
    )


def relative_to(exact: Interval, error: Interval) -> Floats:
    """A bound of |error| / |exact|."""
    least = np.maximum(np.maximum(exact[0], -exact[1]), 0.0)
    size = np.maximum(-error[0], error[1])
    return np.where(size == 0, 0.0, np.where(least > 0, up(size / least), np.inf))


def middle_of(x: Interval) -> tuple[Floats, Floats]:
    """Middle and half width, (0, inf) where x is infinite."""
    finite = np.isfinite(x[0]) & np.isfinite(x[1])
    low, high = np.where(finite, x[0], 0.0), np.where(finite, x[1], 0.0)
    middle = np.where(low == high, low, 0.5 * low + 0.5 * high)
    return middle, np.where(
        finite, np.maximum(up(high - middle), up(middle - low)) * (high != low), np.inf
    )


def _narrowed(form: Affine, interval: Interval, symbol: NDArray[np.int64]) -> Affine:
    """The form, but the interval's own where that is much narrower."""
    middle, reach = middle_of(interval)
    radius = form.radius
    better = (
        ~(radius <= _WIDER * reach) & np.isfinite(reach) & ((radius > 0) | (form.center != middle))
    )
    if not better.any():
        return form
    coefficients = np.where(better[..., None], 0.0, form.coefficients)
    symbols = np.where(better[..., None], EMPTY, form.symbols)
    coefficients[..., -1] = np.where(better, reach, coefficients[..., -1])
    symbols[..., -1] = np.where(
        better & (reach > 0), np.broadcast_to(symbol, better.shape), symbols[..., -1]
    )
    return Affine(np.where(better, middle, form.center), symbols, coefficients)
