# SPDX-License-Identifier: BSD-3-Clause
"""What does an accumulator that is not exact make of a sum of products?  And one that is?

The models of `nf.matmul(..., accumulate=)`, step by step as docs/reference/accumulate.md defines
them, on exact numbers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats.oracle import exact
from numformats.oracle.accumulators import parse_accumulate
from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    Exact,
    Flags,
    Special,
    Value,
    floor_log2,
    is_infinite,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.oracle import Oracle

__all__ = ["Accumulation"]

# An exact term and the flags that making it raised.
Term = tuple[Value, Flags]


class Accumulation:
    """Sums of products of two formats in an accumulator, rounded into a third, on codes.

    ``a``, ``b``, ``out``: what `for_format` takes.  ``last_flags`` holds the flags of the latest
    sum: all that its steps raised.

    >>> from numformats.oracle import Accumulation, Row
    >>> posit = Row(family="posit", bits=8)
    >>> sums = Accumulation(posit, posit, posit)
    >>> codes = [0x78, 0x40, 0x88]  # 4096, 1, -4096
    >>> ones = [0x40] * 3
    >>> hex(sums.dot(codes, ones)), hex(sums.dot(codes, ones, "sequential"))
    ('0x40', '0x0')
    """

    def __init__(self, a: object, b: object, out: object) -> None:
        """Make the oracles of the three formats."""
        self.a, self.b, self.out = map(_oracle, (a, b, out))
        self.last_flags: Flags = NO_FLAGS

    def dot(self, xs: Sequence[int], ys: Sequence[int], accumulate: Any = "exact") -> int:
        """Code of the sum of xs[i] * ys[i]; ValueError when the lengths differ."""
        load, other = self.a.codec.load, self.b.codec.load
        factors = zip(xs, ys, strict=True)
        return self._run([exact.mul(load(x), other(y)) for x, y in factors], accumulate)

    def total(self, xs: Sequence[int], accumulate: Any = "exact") -> int:
        """Code of the sum of xs[i], which are of the first format."""
        return self._run([(self.a.codec.load(x), NO_FLAGS) for x in xs], accumulate, plain=True)

    def _run(self, terms: list[Term], accumulate: Any, *, plain: bool = False) -> int:
        spec = parse_accumulate(accumulate)
        self.last_flags, self._product = NO_FLAGS, not plain
        if spec.kind == "exact" or not terms:
            return self._aligned(terms, None, max(1, len(terms)))
        if spec.kind == "aligned":
            return self._aligned(terms, spec.width, spec.block or 1)
        if spec.kind == "format":
            o = _oracle(spec.format)
            return self._store(self.out, o.decode(self._fold(o, terms)))
        if spec.kind == "blocked":
            return self._blocked(terms, _oracle(spec.format), _oracle(spec.total), spec.block or 1)
        codes = [self._store(self.out, *t, product=self._product) for t in terms]
        return self._tree(codes) if spec.kind == "pairwise" else self._chain(codes)

    # One step.

    def _store(
        self, o: Oracle, value: Exact, flags: Flags = NO_FLAGS, *, product: bool = False
    ) -> int:
        code = o._store(value, flags, product=product)  # noqa: SLF001 - one package
        self.last_flags |= o.last_flags
        return code

    def _add(self, o: Oracle, s: int, value: Value, flags: Flags = NO_FLAGS) -> int:
        """Return s + value, fused: one rounding into the format of o."""
        total, more = exact.add(
            value, o.codec.load(s), o.codec.align, downward=o.codec.rounding == "toward_negative"
        )
        return self._store(o, total, flags | more)

    # The models.

    def _fold(self, o: Oracle, terms: list[Term]) -> int:
        """S = rnd(p_0), then s = rnd(s + p_j), in the format of o."""
        s = self._store(o, *terms[0], product=self._product)
        for value, flags in terms[1:]:
            s = self._add(o, s, o.codec.product_term(value) if self._product else value, flags)
        return s

    def _blocked(self, terms: list[Term], o: Oracle, g: Oracle, block: int) -> int:
        """Sums of blocks in the format of o, added in the format of g."""
        sums = [o.decode(self._fold(o, terms[i : i + block])) for i in range(0, len(terms), block)]
        t = self._store(g, sums[0])
        for s in sums[1:]:
            t = self._add(g, t, s)
        return self._store(self.out, g.decode(t))

    def _tree(self, codes: list[int]) -> int:
        """Halves: the left one as long as a power of two allows."""
        if len(codes) == 1:
            return codes[0]
        half = 1 << ((len(codes) - 1).bit_length() - 1)
        return self._plus(self._tree(codes[:half]), self._tree(codes[half:]))

    def _chain(self, codes: list[int]) -> int:
        s = codes[0]
        for c in codes[1:]:
            s = self._plus(s, c)
        return s

    def _plus(self, x: int, y: int) -> int:
        code = self.out.add(x, y)
        self.last_flags |= self.out.last_flags
        return code

    def _aligned(self, terms: list[Term], width: int | None, group: int) -> int:
        """Groups cut to `width` bits below their leading bit; None: nothing is cut."""
        values = [value for value, _ in terms]
        if any(value is Special.NAN and not flags for value, flags in terms):
            return self._store(self.out, Special.NAN)  # an operand was a NaN: no flag
        infinities = {v for v in values if is_infinite(v)}
        if Special.NAN in values or len(infinities) > 1:
            return self._store(self.out, Special.NAN, INVALID)
        if infinities:
            return self._store(self.out, infinities.pop())
        acc = Fraction(0)
        for i in range(0, len(values), group):
            parts = [v for v in [*values[i : i + group], acc] if isinstance(v, Fraction) and v]
            if parts and width is not None:
                unit = Fraction(2) ** (max(map(floor_log2, parts)) - width + 1)
                acc = sum(int(x / unit) for x in parts) * unit  # int cuts toward zero
            else:
                acc = sum(parts, Fraction(0))
        return self._store(self.out, acc)


def _oracle(fmt: object) -> Oracle:
    from numformats.oracle import for_format  # noqa: PLC0415 - the package imports this module

    return for_format(fmt)
