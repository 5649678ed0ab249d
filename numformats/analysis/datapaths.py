# SPDX-License-Identifier: BSD-3-Clause
"""What does a datapath make of operands before it rounds the result?

In most formats nothing.  A truncated float may count subnormal operands as zeros and cut operands,
products or the smaller term of a sum; what it then rounds is not the exact result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis import enclosures
from numformats.analysis.enclosures import NO_QUANTUM, Enclosure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.number_format import Format

    Floats = NDArray[np.float64]
    Powers = NDArray[np.int64]

__all__ = ["ARITY", "exact_result", "result_quantum", "seen_result"]

ARITY = {
    "add": 2,
    "subtract": 2,
    "multiply": 2,
    "divide": 2,
    "sqrt": 1,
    "square": 1,
    "reciprocal": 1,
    "fma": 3,
    "rounding": 1,
}
_ONE = Enclosure(one := np.array(1.0), one)


def exact_result(op: str, xs: list[Enclosure]) -> Enclosure:
    """The exact result of an operation."""
    if op == "rounding":
        return xs[0]
    if op == "subtract":
        return enclosures.add(xs[0], enclosures.negative(xs[1]))
    if op == "square":
        return enclosures.multiply(xs[0], xs[0])
    if op == "reciprocal":
        return enclosures.divide(_ONE, xs[0])
    found: Enclosure = getattr(enclosures, op)(*xs)
    return found


def result_quantum(op: str, z: Enclosure, powers: list[Powers]) -> Powers:
    """A power of two that the exact result is a multiple of, as an exponent."""
    from_operands: Any = NO_QUANTUM
    if op == "rounding":
        from_operands = powers[0]
    elif op in {"add", "subtract"}:
        from_operands = np.minimum(powers[0], powers[1])
    elif op in {"multiply", "square"}:
        from_operands = powers[0] + powers[-1]
    elif op == "fma":
        from_operands = np.minimum(powers[0] + powers[1], powers[2])
    found: Powers = np.maximum(enclosures.quantum(z), from_operands)
    return found


def seen_result(f: Format, op: str, xs: list[Enclosure]) -> tuple[Enclosure, Any]:
    """What the datapath of a truncated float rounds, and where it may not be the exact result."""
    loaded = [_load(f, x) for x in xs]
    changed: Any = False
    for x, y in zip(xs, loaded, strict=True):
        changed = changed | (_cut_of(x, y) if f.cut == "operand" else _differ(x, y))
    if op == "subtract":
        op, loaded = "add", [loaded[0], enclosures.negative(loaded[1])]
    if op == "fma" and f.cut in {"product", "align"}:
        product = _as_point(enclosures.multiply(loaded[0], loaded[1]))
        term = _leading(product, f.compute_man + 1) if f.cut == "product" else product
        changed = changed | _cut_of(product, term)
        op, loaded = "add", [term, loaded[2]]
    if op == "add" and f.cut == "align":
        terms = _aligned(loaded[0], loaded[1], f.compute_man)
        for x, y in zip(loaded, terms, strict=True):
            changed = changed | _cut_of(x, y)
        loaded = list(terms)
    seen = exact_result(op, loaded)
    if op in {"multiply", "square"} and f.cut == "product":
        product, seen = seen, _leading(seen, f.compute_man + 1)
        changed = changed | _cut_of(product, seen)
    return seen, changed


def _differ(x: Enclosure, y: Enclosure) -> Any:
    return (x.low != y.low) | (x.high != y.high)


def _cut_of(x: Enclosure, y: Enclosure) -> Any:
    """Where a cut made y of x, or may have cut bits that float64 does not show."""
    return _differ(x, y) | (x.low != x.high)


def _load(f: Format, x: Enclosure) -> Enclosure:
    """Flush subnormal operands, then cut where operands are cut."""
    if f.daz:
        normal = 2.0 ** max(1 - f.bias, -1074)
        x = _each(x, lambda a: np.where(np.abs(a) < normal, 0.0, a))
    return _leading(x, f.compute_man + 1) if f.cut == "operand" else x


def _as_point(x: Enclosure) -> Enclosure:
    """The same, as a point if it is one."""
    return Enclosure(x.low, x.low) if np.array_equal(x.low, x.high) else x


def _each(x: Enclosure, function: Any) -> Enclosure:
    """Apply a function that is monotone; a point stays a point."""
    low = function(x.low)
    return Enclosure(low, low if x.low is x.high else function(x.high))


def _leading(x: Enclosure, bits: Any) -> Enclosure:
    """Cut toward zero to the leading bits."""
    return _each(x, lambda a: _cut(a, bits))


def _cut(a: Floats, bits: Any) -> Floats:
    m, e = np.frexp(a)
    kept = np.clip(bits, 0, 54)
    cut: Floats = np.where(kept == 54, a, np.ldexp(np.trunc(np.ldexp(m, kept)), e - kept))
    return cut


def _aligned(x: Enclosure, y: Enclosure, man: int) -> tuple[Enclosure, Enclosure]:
    """Cut the term of smaller exponent to man bits on the scale of the larger one."""
    return _on_scale(x, y, man), _on_scale(y, x, man)


def _exponent(size: Floats) -> Any:
    """The exponent of each number, very low for 0."""
    return np.where(size > 0, np.frexp(size)[1].astype(np.int64), np.int64(NO_QUANTUM))


def _on_scale(x: Enclosure, other: Enclosure, man: int) -> Enclosure:
    scale = _exponent(np.maximum(np.abs(other.low), np.abs(other.high)))
    own = _exponent(np.minimum(np.abs(x.low), np.abs(x.high)))
    smaller = scale > own

    def cut(a: Floats) -> Floats:
        bits = np.frexp(a)[1] - scale + 1 + man
        return np.where(smaller, _cut(a, np.where(smaller, bits, 54)), a)

    if x.low is x.high and other.low is other.high:
        return _each(x, cut)
    # A scale may be one less than it looks, so that less may be cut: from all to nothing.
    low, high = cut(x.low), cut(x.high)
    return Enclosure(np.minimum(low, x.low), np.maximum(high, x.high))
