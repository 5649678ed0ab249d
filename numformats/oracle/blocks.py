# SPDX-License-Identifier: BSD-3-Clause
"""What are the codes and the scales of a block?  By the definitions, on fractions.

Written from the OCP Microscaling Formats (MX) Specification v1.0, 5 and 6.3, and for a scale of
the whole array from the description of NVFP4; docs/explanation/block-formats.md says what these
leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.oracle.values import Special, exact_value, floor_log2, is_infinite, is_negative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.oracle import Oracle
    from numformats.oracle.values import Exact, Value

__all__ = ["Blocks", "Quantized"]


@dataclass(frozen=True)
class Quantized:
    """The codes of a run of numbers, of the scales of its blocks, and of the scale of the array."""

    codes: list[int]
    scales: list[int]
    tensor: int | None = None


class Blocks:
    """A block format: formats of elements, block scales and (or None) of one scale for all.

    ``element``, ``scale``, ``tensor``: what `for_format` takes.

    >>> from numformats.oracle import Blocks, Row
    >>> e2m1 = Row("float", exp=2, man=1, inf="none", nan="none")
    >>> e8m0 = Row("float", exp=8, is_signed=False, zero=False, subnormals=False, inf="none",
    ...            nan="all_ones")
    >>> Blocks(e2m1, e8m0, 32).quantize([1, 3, -1000])
    Quantized(codes=[0, 0, 15], scales=[134], tensor=None)
    """

    def __init__(
        self,
        element: object,
        scale: object,
        block: int,
        rule: str = "floor",
        tensor: object | None = None,
    ) -> None:
        """Make the oracles of the formats."""
        self.element, self.scale = _oracle(element), _oracle(scale)
        self.tensor = None if tensor is None else _oracle(tensor)
        self.block, self.rule = block, rule
        self.largest = _largest(self.element)

    def quantize(self, values: Sequence[object]) -> Quantized:
        """The blocks of one run of numbers, which are taken exactly."""
        exact = [exact_value(v) for v in values]
        blocks = [exact[i : i + self.block] for i in range(0, len(exact), self.block)]
        sizes = [self._size(b) for b in blocks]
        code, tensor = self._tensor(sizes)
        scales, codes = [], []
        for block, size in zip(blocks, sizes, strict=True):
            scale = self._scale(size, tensor)
            scales.append(scale)
            codes += [self._element(x, self.scale.decode(scale), tensor) for x in block]
        return Quantized(codes, scales, code)

    def values(self, q: Quantized) -> list[Value]:
        """What each code is worth with its scales."""
        tensor = Fraction(1) if self.tensor is None else self.tensor.decode(q.tensor or 0)
        factors = [_product(self.scale.decode(s), tensor) for s in q.scales]
        elements = map(self.element.decode, q.codes)
        return [_product(x, factors[i // self.block]) for i, x in enumerate(elements)]

    def _size(self, block: Sequence[Exact]) -> Fraction | None:
        """The largest magnitude; None for a block that cannot be numbers."""
        infinite = any(is_infinite(x) for x in block)
        if Special.NAN in block or (infinite and self.element.row.inf == "none"):
            return None
        return max((abs(x) for x in block if isinstance(x, Fraction)), default=Fraction(0))

    def _tensor(self, sizes: Sequence[Fraction | None]) -> tuple[int | None, Fraction]:
        """The code and the value of the scale of the array."""
        if self.tensor is None:
            return None, Fraction(1)
        most = max((s for s in sizes if s is not None), default=Fraction(0))
        if most == 0:
            return self.tensor.encode(Fraction(1)), Fraction(1)
        code = _nearest(self.tensor, most / (self.largest * _largest(self.scale)))
        if not self.tensor.decode(code):
            code = self.tensor.encode(_least(self.tensor))
        return code, Fraction(self.tensor.decode(code))  # type: ignore[arg-type]

    def _scale(self, size: Fraction | None, tensor: Fraction) -> int:
        """The code of a block's scale."""
        if size is None:
            return self.scale.encode(Special.NAN)
        if self.rule == "ratio":
            return _nearest(self.scale, size / (self.largest * tensor))
        low, high = (floor_log2(end) for end in (_least(self.scale), _largest(self.scale)))
        exponent = low
        if size:
            exponent = floor_log2(size) - floor_log2(self.largest)
            if self.rule == "ceil":
                # The least power that is not too small is near.
                exponent = next(
                    k for k in range(exponent - 1, exponent + 3) if size <= self.largest * power(k)
                )
        return _nearest(self.scale, power(min(max(exponent, low), high)))

    def _element(self, x: Exact, scale: Value, tensor: Fraction) -> int:
        """The code of one number: 0 in a block that is none, a zero where the scale is 0."""
        if not isinstance(scale, Fraction):
            return 0
        if scale == 0:
            x = Special.NEG_ZERO if is_negative(x) else Fraction(0)
        elif isinstance(x, Fraction):
            x = x / (scale * tensor) or x
        own = self.element.row.overflow
        return self.element.encode(x, overflow=own if own == "saturate_symmetric" else "saturate")


def power(k: int) -> Fraction:
    """Two to the k."""
    return Fraction(2) ** k


def _oracle(fmt: object) -> Oracle:
    from numformats.oracle import for_format  # noqa: PLC0415 - the package imports this module

    return for_format(fmt)


def _largest(o: Oracle) -> Fraction:
    value = o.decode(o.codec.at_index(o.codec.last_finite))
    assert isinstance(value, Fraction)
    return value


def _least(o: Oracle) -> Fraction:
    """The least positive number: after zero, or the first where there is none."""
    first = o.decode(o.codec.at_index(o.codec.first))
    value = first if isinstance(first, Fraction) and first > 0 else o.decode(o.codec.at_index(1))
    assert isinstance(value, Fraction)
    return value


def _nearest(o: Oracle, x: Fraction) -> int:
    """Round by the format's own mode; beyond its ends they."""
    return o.encode(x, overflow="saturate")


def _product(x: Value, y: Value) -> Value:
    """Return x * y; y is a scale: a number that is not negative, or NaN."""
    if x is Special.NAN or y is Special.NAN:
        return Special.NAN
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x * y
    return Special.NAN if y == 0 and is_infinite(x) else x
