# SPDX-License-Identifier: BSD-3-Clause
"""Which bits have pi, its relatives, logarithms, Stirling's coefficients?  Writes constants.h.

    python constants.py > constants.h            in limbs, for balls
    python constants.py doubles > doubles.h      in doubles, for the stages

Called by the build (meson.build), so that the bits are nobody's typing.  Whole numbers only, cut
below: a constant c is floor(c * 2^bits), found with 64 bits to spare from series of fractions,
whose cut terms are counted off there.  Nothing is needed but Python itself.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from math import comb, isqrt

LIMBS = 36  # NF_REAL_LIMBS
# x * 2/pi needs the bits of 2/pi that x's exponent reaches: 2^15 - 2 + 32832, and 36 limbs more.
FAR_LIMBS = (1 << 15) // 64 + 32832 // 64 + LIMBS + 6
STIRLING_TERMS, STIRLING_LIMBS = 128, 20
SPARE = 64


def arctan_inverse(k: int, bits: int) -> int:
    """atan(1/k) * 2^bits, to within as many units as there are terms."""
    power = (1 << bits) // k
    total, i = power, 1
    while power:
        power //= k * k
        total += (-1) ** i * (power // (2 * i + 1))
        i += 1
    return total


def arctanh_inverse(k: int, bits: int) -> int:
    """atanh(1/k) * 2^bits, likewise."""
    power = (1 << bits) // k
    total, i = power, 1
    while power:
        power //= k * k
        total += power // (2 * i + 1)
        i += 1
    return total


def pi(bits: int) -> int:
    """Machin: pi = 16 atan(1/5) - 4 atan(1/239)."""
    return 16 * arctan_inverse(5, bits) - 4 * arctan_inverse(239, bits)


def logarithms(bits: int) -> tuple[int, int]:
    """Natural ones: ln 2 = 2 atanh(1/3); ln 10 = 3 ln 2 + 2 atanh(1/9)."""
    two = 2 * arctanh_inverse(3, bits)
    return two, 3 * two + 2 * arctanh_inverse(9, bits)


def normalised(value: int, bits: int, limbs: int) -> tuple[int, int]:
    """(m, exp): the leading limbs of value / 2^bits = 0.m * 2^exp.

    ValueError if the spare bits do not settle them.
    """
    drop = value.bit_length() - 64 * limbs
    low = value & ((1 << drop) - 1)
    if not 1 << (SPARE // 2) < low < (1 << drop) - (1 << (SPARE // 2)):
        msg = f"{SPARE} spare bits are too few for {limbs} limbs"
        raise ValueError(msg)
    return value >> drop, value.bit_length() - bits


def write(name: str, m: int, exp: int, limbs: int) -> None:
    """An array of limbs, little-endian, and the exponent."""
    words = [f"0x{m >> (64 * i) & (2**64 - 1):016X}" for i in range(limbs)]
    print(f"#define {name}_EXP {exp}")
    print(f"static const uint64_t {name}[{limbs}] = {{{', '.join(words)}}};")


def bernoulli(count: int) -> list[Fraction]:
    """B_0 .. B_(count-1)."""
    b = [Fraction(1)]
    for m in range(1, count):
        total = sum((comb(m + 1, k) * b[k] for k in range(m) if k < 2 or k % 2 == 0), Fraction(0))
        b.append(-total / (m + 1))
    return b


def stirling() -> None:
    """B_2k / (2k (2k-1)), k = 1..: magnitudes (signs alternate, + first), cut; and exponents."""
    b = bernoulli(2 * STIRLING_TERMS + 1)
    rows, exps = [], []
    for k in range(1, STIRLING_TERMS + 1):
        c = abs(b[2 * k]) / (2 * k * (2 * k - 1))
        exp = c.numerator.bit_length() - c.denominator.bit_length()
        if c >= Fraction(2) ** exp:
            exp += 1
        if c < Fraction(2) ** (exp - 1):
            exp -= 1
        m = int(c * Fraction(2) ** (64 * STIRLING_LIMBS - exp))
        rows.append([f"0x{m >> (64 * i) & (2**64 - 1):016X}" for i in range(STIRLING_LIMBS)])
        exps.append(str(exp))
    print(f"enum {{ NF_STIRLING_TERMS = {STIRLING_TERMS}, NF_STIRLING_LIMBS = {STIRLING_LIMBS} }};")
    print(f"static const int16_t nf_stirling_exp[] = {{{', '.join(exps)}}};")
    print("static const uint64_t nf_stirling[][NF_STIRLING_LIMBS] = {")
    for row in rows:
        print(f"{{{', '.join(row)}}},")
    print("};")


def cube_root(x: int) -> int:
    """Floor of the root: Newton's steps from above fall until they reach it."""
    root = 1 << -(-x.bit_length() // 3)
    while (lower := (2 * root + x // root**2) // 3) < root:
        root = lower
    return root


def doubles() -> None:
    """Constants as doubles, cut below; those that are subtracted k times in parts of few bits.

    What follows, in 53 bits, is the last part's _LOW.
    """
    bits = 512
    two, ten = logarithms(bits)
    one, circle = 1 << 2 * bits, pi(bits)
    print("/* Written by constants.py. */")
    for name, value, parts in (
        ("NF_LN2", two, (40, 53)),
        ("NF_LOG_2", two, (53,)),
        ("NF_LOG2E", one // two, (53,)),
        ("NF_LOG10E", one // ten, (53,)),
        ("NF_LOG2_10", (ten << bits) // two, (53, 53)),
        ("NF_PI", circle, (53,)),
        ("NF_HALF_PI", circle >> 1, (33, 33, 53)),
        ("NF_2_PI", 2 * one // circle, (53,)),
        ("NF_1_PI", one // circle, (53,)),
        ("NF_CBRT2", cube_root(2 << 3 * bits), (53,)),
        ("NF_CBRT4", cube_root(4 << 3 * bits), (53,)),
    ):
        rest = value
        names = [f"{name}_{i + 1}" for i in range(len(parts))] if len(parts) > 1 else [name]
        for part_name, width in zip((*names, f"{name}_LOW"), (*parts, 53), strict=True):
            drop = rest.bit_length() - width
            part = float(Fraction(rest >> drop, 1) * Fraction(2) ** (drop - bits))
            rest -= rest >> drop << drop
            print(f"#define {part_name} {part.hex()}")


def main() -> None:
    """Write the header."""
    if sys.argv[1:] == ["doubles"]:
        doubles()
        return
    far = 64 * FAR_LIMBS + SPARE
    long = pi(far + 2 * SPARE)
    two_over_pi = (1 << (2 * far + 2 * SPARE + 1)) // long  # * 2^far
    bits = 64 * LIMBS + SPARE
    two, ten = logarithms(bits)
    circle = pi(bits)
    print("/* Written by constants.py. */")
    print("#include <stdint.h>")
    print(f"enum {{ NF_CONSTANT_LIMBS = {LIMBS}, NF_FAR_LIMBS = {FAR_LIMBS} }};")
    for name, value in (
        ("nf_pi", circle),
        ("nf_ln2", two),
        ("nf_ln10", ten),
        ("nf_log2e", (1 << 2 * bits) // two),
        ("nf_log10e", (1 << 2 * bits) // ten),
        ("nf_1_pi", (1 << 2 * bits) // circle),
        ("nf_1_sqrtpi", isqrt((1 << 3 * bits) // circle)),
        ("nf_ln_sqrt2pi", ln_sqrt_two_pi(circle, two, bits)),
    ):
        write(name, *normalised(value, bits, LIMBS), LIMBS)
    write("nf_2_pi", *normalised(two_over_pi, far, FAR_LIMBS), FAR_LIMBS)
    stirling()


def ln_sqrt_two_pi(circle: int, two: int, bits: int) -> int:
    """(ln 2 + ln pi) / 2; ln(pi/4) by atanh, after square roots that bring it near 1."""
    one = 1 << bits
    root, halvings = circle >> 2, 0  # pi/4
    while one - root > one >> 8:
        root, halvings = isqrt(root << bits), halvings + 1
    x = ((root - one) << bits) // (root + one)
    total, power, i = 0, x, 0
    while power not in (0, -1):
        total += power // (2 * i + 1)
        power = (power * x >> bits) * x >> bits
        i += 1
    return ((2 * total << halvings) + 3 * two) // 2


if __name__ == "__main__":
    sys.exit(main())
