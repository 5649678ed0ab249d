# SPDX-License-Identifier: BSD-3-Clause
"""How much is lost of x = k pi/2 + r in double-doubles, and by sine, cosine and tangent?"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from proofs.bounds.kernel_bounds import preprocessed
from proofs.bounds.kernel_bounds_dd import PairMachine
from proofs.bounds.kernel_domains_dd import TWO_OVER_PI
from proofs.bounds.kernel_lemmas_dd import CIRCLE_ERROR, CIRCLE_ERROR_OF_PAIRS, LEAST_REST
from proofs.bounds.kernel_proofs_dd import HEADER, USUAL, proved


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    return preprocessed(tmp_path_factory.mktemp("kernels"), HEADER.name)


def error_of_reduction(text):
    """Of r for each k, relative.

    x of 64 bits is a multiple of 2^-64, for k is 0 below 1/2.  k NF_HALF_PI_1 and k NF_HALF_PI_2
    are doubles, multiples of 2^-64 and 2^-66.  What x.hi leaves of the first is a double, for it is
    a multiple of x.hi's last bit and below 1; a sum of lows has few bits.
    """
    half_pi, third, lost = parts_of_half_pi(text)
    u, k = Fraction(1, 2**53), 2**19
    assert (u * 2**19 + u) * 2**64 < 2**53  # x.lo + s.lo after the first step
    assert 2 * u * 2**66 < 2**53  # and after the second
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
    assert 0 < 1 / half_pi - Fraction(two_over_pi) < u
    assert (2**19 + 1) / half_pi + 1 < k
    for part, last in (first, 32), (second, 66):
        whole = Fraction(part) * 2**last
        assert whole.denominator == 1
        assert k * whole < 2**53
    left = half_pi - Fraction(first)
    most = half_pi / 2 + k * 4 * u * half_pi  # x.hi for x, and two roundings
    assert most < Fraction(0.78545)
    assert most + k * left < 1
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


def test_reduction_of_circle(kernels):
    """r has no more than the models say; without the last part of pi/2 it has."""
    text = kernels[0]
    assert error_of_reduction(text) < CIRCLE_ERROR
    assert error_of_reduction(text.replace("0x1.129024e088a67p-123", "0")) > 2.0**40 * CIRCLE_ERROR


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_circle_of_pairs(name, kernels):
    """Of double-doubles not next to a zero or a pole: the bound is the usual one."""
    text, cut = kernels
    assert error_of_reduction_of_pairs(text) < CIRCLE_ERROR_OF_PAIRS
    without = text.replace("0x1.129024e088a67p-123", "0")
    assert error_of_reduction_of_pairs(without) > 2.0**10 * CIRCLE_ERROR_OF_PAIRS
    machine = PairMachine(text, cut)
    machine.circle_error = CIRCLE_ERROR_OF_PAIRS
    assert proved(machine, name) < 2.0**USUAL
