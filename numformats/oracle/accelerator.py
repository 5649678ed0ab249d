# SPDX-License-Identifier: BSD-3-Clause
"""What do VCOMP, VSCALE and VACC of a described accelerator give?  From their definitions.

Operands are Python's integers and codes; a trap is None.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.oracle.arithmetic import Arithmetic

__all__ = ["vacc", "vacc_dot", "vcomp", "vscale"]


def _kept(value: int, bits: int, overflow: str) -> int | None:
    """The value in a register of two's complement."""
    ends = range(-(2 ** (bits - 1)), 2 ** (bits - 1))
    if value in ends:
        return value
    if overflow == "trap":
        return None
    if overflow == "saturate":
        return ends[-1] if value > 0 else ends[0]
    residue = value % (1 << bits)
    return residue if residue in ends else residue - (1 << bits)


def vscale(  # noqa: PLR0913 - as the instruction has them
    a: int,
    b: int,
    bits: int,
    doubling: bool,
    rounding: bool,
    overflow: str,
) -> int | None:
    """The high word of the product, or of twice the product.

    >>> vscale(64, 64, 8, False, False, "wrap"), vscale(64, 64, 8, True, False, "wrap")
    (16, 32)
    """
    exact = Fraction(a) * b * (2 if doubling else 1) / 2**bits
    return _kept(floor(exact + Fraction(1, 2)) if rounding else floor(exact), bits, overflow)


def vacc(acc: int, a: int, b: int, bits: int, overflow: str) -> int | None:
    """The accumulator after one product.

    >>> vacc(127, 1, 1, 8, "wrap"), vacc(127, 1, 1, 8, "saturate"), vacc(127, 1, 1, 8, "trap")
    (-128, 127, None)
    """
    return _kept(acc + a * b, bits, overflow)


def vacc_dot(
    a: Sequence[int], b: Sequence[int], acc: int, bits: int, overflow: str
) -> tuple[int | None, int]:
    """The accumulator after all products, or None and the number of the product that trapped."""
    held: int | None = acc
    for k, (x, y) in enumerate(zip(a, b, strict=True)):
        assert held is not None
        held = vacc(held, x, y, bits, overflow)
        if held is None:
            return None, k
    return held, len(a)


def vcomp(oracle: Arithmetic, n: int, m: int, alpha: int, fused: bool) -> int:
    """The code of n + m * alpha, of codes of the oracle's format."""
    return oracle.fma(m, alpha, n) if fused else oracle.add(n, oracle.mul(m, alpha))
