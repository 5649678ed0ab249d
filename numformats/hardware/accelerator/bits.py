# SPDX-License-Identifier: BSD-3-Clause
"""What do wires do with a word?  Masks, two's complement, shifts that remember what they lost.

A register holds a bit pattern, an integer that is not negative; what it means is its reader's
business.
"""

from __future__ import annotations

__all__ = ["as_signed", "fit", "ones", "pattern", "shift_right"]


def ones(bits: int) -> int:
    """So many ones."""
    return (1 << bits) - 1


def as_signed(word: int, bits: int) -> int:
    """The number of a pattern of two's complement.

    >>> as_signed(0xFF, 8), as_signed(0x7F, 8)
    (-1, 127)
    """
    return word - (word >> (bits - 1) << bits)


def pattern(number: int, bits: int) -> int:
    """The lowest bits of a number, of two's complement if it is negative.

    >>> hex(pattern(-1, 8)), hex(pattern(256, 8))
    ('0xff', '0x0')
    """
    return number & ones(bits)


def shift_right(word: int, places: int) -> int:
    """A shift whose lowest bit says whether anything fell out, too: the sticky bit.

    >>> bin(shift_right(0b10010, 2)), bin(shift_right(0b10000, 2)), shift_right(1, 99)
    ('0b101', '0b100', 1)
    """
    kept = word >> places
    return kept | (kept << places != word)


def fit(number: int, bits: int, overflow: str) -> tuple[int, bool]:
    """What a register of two's complement keeps of a number, as a number, and whether it trapped.

    overflow: "wrap", "saturate", or "trap", which keeps what wrap keeps.

    >>> fit(128, 8, "wrap"), fit(128, 8, "saturate"), fit(128, 8, "trap"), fit(127, 8, "trap")
    ((-128, False), (127, False), (-128, True), (127, False))
    """
    top = number >> (bits - 1)  # the bits that must all be copies of the sign
    if top in {0, -1}:
        return number, False
    if overflow == "saturate":
        return (-(1 << (bits - 1)) if number < 0 else ones(bits - 1)), False
    return as_signed(pattern(number, bits), bits), overflow == "trap"
