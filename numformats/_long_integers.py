# SPDX-License-Identifier: BSD-3-Clause
"""What is an operation on exact numbers of any length?  (The C side calls it.)"""

from __future__ import annotations

from fractions import Fraction


def operate(name: str, operands: tuple[tuple[int, int], ...]) -> Fraction | None:
    """Return the exact result of an operation of nf_ops.def on numbers (significand, exponent).

    None stands for a division by zero.
    """
    a, b, *third = (Fraction(m) * Fraction(2) ** e for m, e in operands)
    if third:
        return a * b + third[0] if name == "fma" else a * b * third[0]
    if name in {"add", "sub", "mul"}:
        return a + b if name == "add" else a - b if name == "sub" else a * b
    return _divided(name, a, b) if b else None


def _divided(name: str, a: Fraction, b: Fraction) -> Fraction:
    """Return the quotient, its floor, or a remainder: of the floor, nearest or (fmod) truncated."""
    if name == "div":
        return a / b
    if name == "floor_divide":
        return Fraction(a // b)
    if name == "remainder":
        return a % b
    if name == "ieee_remainder":
        return a - b * round(a / b)
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def residue(x: Fraction, bits: int, frac: int) -> tuple[Fraction, bool]:
    """Return x modulo 2**bits steps of 2**-frac, with the sign of x; is that another number?"""
    span = Fraction(2) ** (bits - frac)
    left = abs(x) % span
    return (-left if x < 0 else left), left != abs(x)
