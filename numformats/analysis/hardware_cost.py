# SPDX-License-Identifier: BSD-3-Clause
"""Which of two formats of one width needs the smaller multiply-and-add unit?  A proxy, no layout.

Cells (full adders and multiplexers, counted as one) of a unit that multiplies and adds:

* multiplier: p*p, p the bits of the longest significand with its leading one;
* align: two shifters of 2*p places by steps, 2p * ceil(log2(2p)) each, for the sum of unlike
  exponents and its normalisation (fixed point: none);
* subnormals: a normalising shifter per operand and a denormalising one, 3 * p * ceil(log2 p);
* decode: a tapered format shifts its variable prefix out of two operands and into the result,
  n bits by s steps each, 3 * n * s: s = ceil(log2 n) for posits, whose regime may fill the word,
  ceil(log2(rs + 1)) for b-posits, and 3 for takums, whose prefix has at most eight lengths;
* exponent: its adder and comparator, 2 cells a bit;
* round: an incrementer of p cells; none where results are cut.

The terms follow the textbook datapath (Muller et al., Handbook of Floating-Point Arithmetic, 2nd
ed., chapters 8 and 9; decoders of posits as in de Dinechin et al., CoNGA 2019).  The proxy orders
formats of one width; it says nothing of nanoseconds or square micrometres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numformats as nf

if TYPE_CHECKING:
    from numformats.analysis.candidate import Candidate
    from numformats.number_format import Format

__all__ = ["HardwareCost", "cost_of"]


@dataclass(frozen=True)
class HardwareCost:
    """The cells of a multiply-and-add unit by what they do."""

    multiplier: int
    align: int
    subnormals: int
    decode: int
    exponent: int
    round: int

    @property
    def total(self) -> int:
        """All of them."""
        parts = (self.multiplier, self.align, self.subnormals, self.decode)
        return sum(parts) + self.exponent + self.round


def cost_of(candidate: Candidate) -> HardwareCost:
    """The cost proxy of a format.

    >>> from numformats.analysis.candidate import as_candidate
    >>> [cost_of(as_candidate(T)).total for T in (nf.q15, nf.bfloat16, nf.bposit16, nf.posit16)]
    [272, 288, 432, 602]
    """
    f = nf.parse_format(candidate.canonical).format
    p = _significand_bits(f)
    floating = f.family != "fixed"
    cut = f.rounding == "toward_zero" or f.family == "truncated"
    return HardwareCost(
        multiplier=p * p,
        align=2 * _shifter(2 * p, 2 * p) if floating else 0,
        subnormals=3 * _shifter(p, p) if f.subnormals and not f.ftz else 0,
        decode=3 * f.bits * _prefix_steps(f),
        exponent=2 * nf.finfo(f).nexp if floating else 0,
        round=0 if cut else p,
    )


def _significand_bits(f: Format) -> int:
    """Bits of the longest significand that the multiplier sees, the leading one included."""
    if f.family == "fixed":
        return f.bits
    if f.family == "truncated" and f.cut == "operand":
        return f.compute_man + 1
    return max(nf.finfo(f).nmant, f.man) + 1


def _shifter(width: int, places: int) -> int:
    return width * (places - 1).bit_length()


def _prefix_steps(f: Format) -> int:
    """Stages of the shifter that takes away a prefix of variable length."""
    if f.family == "takum_linear":
        return 3
    return f.rs.bit_length() if f.family == "posit" else 0
