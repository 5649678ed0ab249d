# SPDX-License-Identifier: BSD-3-Clause
"""How much is lost of x = k pi/2 + r in double-doubles?"""

from __future__ import annotations

import re
from fractions import Fraction

from proofs.bounds.kernel_domains_dd import TWO_OVER_PI
from proofs.bounds.kernel_lemmas_dd import LEAST_REST
from proofs.bounds.kernel_proofs import need


def error_of_reduction(text):
    """Of r for each k, relative.

    x of 64 bits is a multiple of 2^-64, for k is 0 below 1/2.  k NF_HALF_PI_1 and k NF_HALF_PI_2
    are doubles, multiples of 2^-64 and 2^-66.  What x.hi leaves of the first is a double, for it is
    a multiple of x.hi's last bit and below 1; a sum of lows has few bits.
    """
    half_pi, third, lost = parts_of_half_pi(text)
    u, k = Fraction(1, 2**53), 2**19
    need((u * 2**19 + u) * 2**64 < 2**53, "x.lo + s.lo after the first step is exact")
    need(2 * u * 2**66 < 2**53, "and after the second")
    least = half_pi / 2**TWO_OVER_PI.LEAST_LONG
    error = k * (lost + 2 * u**2 * (third + lost)) / least
    return (1 + error) * (1 + 3 * u**2) - 1


def parts_of_half_pi(text):
    """pi/2, what the first two parts leave of it, and what all leave; k is below 2^19.

    k times the first is a double, as are what x.hi leaves of that, and k times the second.
    """
    body = re.search(r"nf_dd nf_dd_reduce_circle.*?}", text, re.DOTALL)[0]
    two_over_pi, first, second, *rest = map(float.fromhex, re.findall(r"0x1\.\w+p[+-]\d+", body))
    half_pi, u, k = 1 / TWO_OVER_PI.two_over_pi(), Fraction(1, 2**53), 2**19
    need(0 < 1 / half_pi - Fraction(two_over_pi) < u, "2/pi is cut")
    need((2**19 + 1) / half_pi + 1 < k, "k is below 2^19")
    for part, last in (first, 32), (second, 66):
        whole = Fraction(part) * 2**last
        need(whole.denominator == 1 and k * whole < 2**53, "k times a part of pi/2 is a double")
    left = half_pi - Fraction(first)
    most = half_pi / 2 + k * 4 * u * half_pi  # x.hi for x, and two roundings
    need(most < Fraction(0.78545) and most + k * left < 1, "what the first part leaves is a double")
    third = left - Fraction(second)
    return half_pi, third, abs(third - sum(map(Fraction, rest)))


def error_of_reduction_of_pairs(text):
    """Of r for any x whose r is above LEAST_REST, relative.

    The first step is exact: x.hi is 1/2 at least, a multiple of 2^-53, and what it leaves is a double,
    0 or above x.lo.  The second has an error of 2 u^2 of what it leaves, r and k times the third part.
    """
    _, third, lost = parts_of_half_pi(text)
    u, k, least = Fraction(1, 2**53), 2**19, Fraction(LEAST_REST)
    second = 2 * u**2 * (least + k * third)
    error = (second + k * (lost + 2 * u**2 * (third + lost))) / least
    return (1 + error) * (1 + 3 * u**2) - 1
