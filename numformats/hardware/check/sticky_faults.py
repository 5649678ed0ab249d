# SPDX-License-Identifier: BSD-3-Clause
"""Which faults lose bits before the rounding: no sticky bit, a short adder, or rounding twice?

The place n where bits are lost is a parameter: there is one model for each n, and the data choose.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from numformats.hardware.check.evidence import BETWEEN
from numformats.hardware.check.fault import SUMS, Fault, knows_values
from numformats.oracle import Oracle, Row, SquareRoot, for_format
from numformats.oracle.exact import mul
from numformats.oracle.row import described
from numformats.oracle.values import dyadic, floor_log2, negate, scaled_floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.check.evidence import Evidence
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["sticky_faults"]

_GUARD_BITS = 4
_KNOWN_WIDTHS = {11: "binary16", 24: "binary32", 53: "binary64", 64: "80-bit extended"}


def sticky_faults(operation: Operation) -> Iterator[Fault]:
    """The faults that lose bits of the exact result of this operation."""
    f = operation.result
    if f.family == "truncated":
        return
    if f.rounding.startswith("nearest") or f.rounding == "to_odd":
        text = "the sticky bit is lost: only the guard bit decides"
        yield Fault("sticky", text, partial(_short, extra=1))
    if operation.name in SUMS and knows_values(operation):
        yield from _alignment_faults(f)
    for extra in range(2, _GUARD_BITS + 1):
        text = f"the sticky bit misses what is more than {extra} bits behind the last one kept"
        yield Fault("sticky", text, partial(_short, extra=extra))
    most = _significand_bits(f)
    if most:
        for bits in range(most + 1, 2 * most + 2):
            text = f"only {bits} significand bits of the exact result reach the rounding"
            yield Fault("sticky", text, partial(_cut, bits=bits))
        for bits in sorted({*range(most + 1, most + 5), *(w for w in _KNOWN_WIDTHS if w > most)}):
            name = f" ({_KNOWN_WIDTHS[bits]})" if bits in _KNOWN_WIDTHS else ""
            text = f"rounds twice, first to {bits} significand bits{name}"
            yield Fault("sticky", text, partial(_twice, bits=bits))


def _alignment_faults(f: Format) -> Iterator[Fault]:
    """Bits of the smaller term that are shifted out, below the larger one's leading bit."""
    for n in range(f.bits + _GUARD_BITS):
        text = (
            f"sticky bit lost in alignment beyond {n} bits: what the smaller term has further than "
            f"{n} places below the larger one's leading bit is dropped"
        )
        yield Fault("sticky", text, partial(_aligned, places=n))
    for n in range(f.bits + _GUARD_BITS):
        text = f"in alignment, a term shifted by more than {n} bits is lost, its sticky bit too"
        yield Fault("sticky", text, partial(_ignored, distance=n))


@lru_cache(maxsize=256)
def _significand_bits(f: Format) -> int:
    """How many bits the longest significand of a format has; 0 in fixed point."""
    if f.family == "posit":
        return max(f.bits - 2 - f.es, 1)  # a regime has two bits at least
    if f.family == "takum_linear":
        return max(f.bits - 4, 1)
    return f.man + 1 if f.family == "float" else 0


@lru_cache(maxsize=256)
def _wider(f: Format, extra: int) -> Oracle:
    """The oracle of a format with more bits at the end, which writes longer strings of the same."""
    row = Row.of(described(f))
    if row.family == "posit":
        rs = row.rs + extra if row.rs == row.bits - 1 else row.rs
        return for_format(replace(row, bits=row.bits + extra, rs=rs))
    if row.family == "float":
        return for_format(replace(row, bits=row.bits + extra, man=row.man + extra))
    if row.family == "fixed":
        return for_format(replace(row, bits=row.bits + extra, frac=row.frac + extra))
    return for_format(replace(row, bits=row.bits + extra))


def _short(e: Evidence, extra: int) -> int | None:
    """The rounding sees so many bits behind the last one that is kept, and no sticky bit."""
    if e.place not in BETWEEN:
        return None
    wider = _wider(e.operation.result, extra)
    kept = wider.decode(wider.encode(e.exact, "toward_zero"))
    return e.code_of(kept)


def _cut(e: Evidence, bits: int) -> int | None:
    return e.code_of(e.chopped(bits)) if e.place in BETWEEN else None


def _twice(e: Evidence, bits: int) -> int | None:
    """Rounded to nearest, ties to even, at so many significand bits; then into the format."""
    if e.place not in BETWEEN:
        return None
    assert isinstance(e.exact, Fraction | SquareRoot)
    shift = bits - 1 - floor_log2(e.exact)
    doubled, rest = scaled_floor(e.exact, shift + 1)
    steps = doubled >> 1
    if doubled & 1 and (rest or steps & 1):
        steps += 1
    return e.code_of(dyadic(-steps if e.negative else steps, -shift))


def _terms(e: Evidence) -> tuple[Fraction, Fraction] | None:
    """The two terms of the sum, the one of larger exponent first; None unless both are numbers."""
    values = e.values
    if e.operation.name == "fma":
        x, y = mul(values[0], values[1])[0], values[2]
    else:
        x, y = values
        y = negate(y) if e.operation.name == "sub" else y
    if not (isinstance(x, Fraction) and isinstance(y, Fraction) and x and y):
        return None
    return (x, y) if floor_log2(x) >= floor_log2(y) else (y, x)


def _aligned(e: Evidence, places: int) -> int | None:
    terms = _terms(e)
    if terms is None or e.place == "beyond":
        return None
    large, small = terms
    shift = places - floor_log2(large)
    steps = scaled_floor(small, shift)[0]
    total = large + dyadic(-steps if small < 0 else steps, -shift)
    return e.code_of(total)


def _ignored(e: Evidence, distance: int) -> int | None:
    terms = _terms(e)
    if terms is None or floor_log2(terms[0]) - floor_log2(terms[1]) <= distance:
        return None
    return e.code_of(terms[0])
