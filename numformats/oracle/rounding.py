# SPDX-License-Identifier: BSD-3-Clause
"""Given the truncated code and what was dropped, is the next code taken instead?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.oracle.values import SquareRoot, scaled_floor

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

__all__ = ["MODES", "TAIL", "check_mode", "cut", "rounds_up"]

MODES = (
    "nearest_even",
    "nearest_away",
    "nearest_zero",
    "nearest_positive",
    "nearest_negative",
    "toward_zero",
    "toward_positive",
    "toward_negative",
    "to_odd",
    "stochastic",
)

TAIL = 66
"""Bits kept of the dropped fraction D: 64 for stochastic rounding, then two, the last of which
is sticky: it is set when anything non-zero lies below.  So D == 0, D < 1/2, D == 1/2 and
D > 1/2 can all be read off the tail exactly."""
_HALF = 1 << (TAIL - 1)
_MASK = (1 << TAIL) - 1


def check_mode(mode: str) -> None:
    """Raise ValueError unless mode is one of MODES."""
    if mode not in MODES:
        msg = f"rounding is {mode!r}; allowed: {', '.join(MODES)}"
        raise ValueError(msg)


def cut(x: Fraction | SquareRoot, shift: int) -> tuple[int, int]:
    """Split abs(x) * 2**shift into its floor and the tail of what is dropped."""
    bits, dropped = scaled_floor(x, shift + TAIL)
    return bits >> TAIL, bits & _MASK | dropped


def rounds_up(mode: str, negative: bool, odd: bool, tail: int, random: int | None) -> bool:
    """Say whether the magnitude goes up; ``odd`` is the parity of the truncated code.

    ``random`` is the 64-bit word of stochastic rounding; ValueError when it is needed and missing.
    """
    if tail == 0:
        return False
    if mode == "stochastic":
        if random is None:
            msg = "stochastic rounding needs the 64-bit word `random`"
            raise ValueError(msg)
        return random < (tail >> 2 | (tail & 3 != 0))
    return _UP[mode](negative, odd, tail)


# Whether each mode rounds up, told from the sign, the parity and a tail that is not zero.
_UP: dict[str, Callable[[bool, bool, int], bool]] = {
    "nearest_even": lambda _, odd, tail: tail > _HALF or (tail == _HALF and odd),
    "nearest_away": lambda _negative, _odd, tail: tail >= _HALF,
    "nearest_zero": lambda _negative, _odd, tail: tail > _HALF,
    "nearest_positive": lambda negative, _odd, tail: (
        tail > _HALF or (tail == _HALF and not negative)
    ),
    "nearest_negative": lambda negative, _odd, tail: tail > _HALF or (tail == _HALF and negative),
    "toward_zero": lambda _negative, _odd, _tail: False,
    "toward_positive": lambda negative, _odd, _tail: not negative,
    "toward_negative": lambda negative, _odd, _tail: negative,
    "to_odd": lambda _negative, odd, _tail: not odd,
}
