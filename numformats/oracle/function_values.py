# SPDX-License-Identifier: BSD-3-Clause
"""How are the values of elementary functions computed without losing bits?

With w bits the relative error is below 2**(8 - w): wherever a difference could cancel, it is
rewritten, computed from an exact argument, or computed again with the bits that were lost.
"""

from __future__ import annotations

from fractions import Fraction

from mpmath.libmp import (
    fone,
    from_int,
    ftwo,
    mpf_abs,
    mpf_add,
    mpf_atan,
    mpf_cos,
    mpf_div,
    mpf_erfc,
    mpf_euler,
    mpf_exp,
    mpf_gamma,
    mpf_ln2,
    mpf_log,
    mpf_loggamma,
    mpf_mul,
    mpf_neg,
    mpf_pi,
    mpf_rdiv_int,
    mpf_shift,
    mpf_sin,
    mpf_sqrt,
    mpf_sub,
    mpf_tan,
)

from numformats.oracle.function_bounds import GUARD, Mpf, is_tiny, magnitude, sharpen, to_mpf

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctanh",
    "cos_pi",
    "cosh",
    "exp2",
    "expm1",
    "gamma",
    "gelu",
    "lgamma",
    "log1p",
    "sigmoid",
    "sin_pi",
    "sinh",
    "softplus",
    "tan_pi",
    "tanh",
]

# Functions of a raw float, which may itself be rounded to w bits.


def expm1(x: Mpf, w: int) -> Mpf:
    """e**x - 1."""
    if magnitude(x) >= -16:
        return mpf_sub(mpf_exp(x, w + 20), fone, w)
    total, term, k = x, x, 1
    while magnitude(term) > magnitude(x) - w:
        k += 1
        term = mpf_div(mpf_mul(term, x, w), from_int(k), w)
        total = mpf_add(total, term, w)
    return total


def log1p(x: Mpf, w: int) -> Mpf:
    """log(1 + x)."""
    size = magnitude(x)
    if size >= -16:
        # for a large x the rounding of the sum moves the logarithm less than the sum
        return mpf_log(mpf_add(fone, x, w) if size > 1 else mpf_add(fone, x), w)
    total, power, k = x, x, 1
    while magnitude(power) > size - w:
        k += 1
        power = mpf_neg(mpf_mul(power, x, w))
        total = mpf_add(total, mpf_div(power, from_int(k), w), w)
    return total


def sinh(x: Mpf, w: int) -> Mpf:
    """(m + m/(1+m)) / 2 with m = e**x - 1."""
    if x[0]:
        return mpf_neg(sinh(mpf_neg(x), w))
    m = expm1(x, w)
    return mpf_shift(mpf_add(m, mpf_div(m, mpf_add(fone, m, w), w), w), -1)


def cosh(x: Mpf, w: int) -> Mpf:
    """(e**x + e**-x) / 2."""
    e = mpf_exp(x, w)
    return mpf_shift(mpf_add(e, mpf_rdiv_int(1, e, w), w), -1)


def tanh(x: Mpf, w: int) -> Mpf:
    """Return m / (2+m) with m = e**2x - 1."""
    if x[0]:
        return mpf_neg(tanh(mpf_neg(x), w))
    m = expm1(mpf_shift(x, 1), w)
    return mpf_div(m, mpf_add(m, ftwo, w), w)


def arcsinh(x: Mpf, w: int) -> Mpf:
    """log1p(x + x*x / (1 + sqrt(1 + x*x)))."""
    if x[0]:
        return mpf_neg(arcsinh(mpf_neg(x), w))
    square = mpf_mul(x, x)
    root = mpf_sqrt(mpf_add(fone, square, w), w)
    return log1p(mpf_add(x, mpf_div(square, mpf_add(fone, root, w), w), w), w)


def arccosh(x: Mpf, w: int) -> Mpf:
    """log1p(t + sqrt(2t + t*t)) with t = x - 1."""
    t = mpf_sub(x, fone, w) if magnitude(x) > 1 else mpf_sub(x, fone)
    root = mpf_sqrt(mpf_mul(t, mpf_add(t, ftwo, w), w), w)
    return log1p(mpf_add(t, root, w), w)


def arctanh(x: Mpf, w: int) -> Mpf:
    """log1p(2x / (1-x)) / 2."""
    if x[0]:
        return mpf_neg(arctanh(mpf_neg(x), w))
    return mpf_shift(log1p(mpf_div(mpf_shift(x, 1), mpf_sub(fone, x), w), w), -1)


def arcsin(x: Mpf, w: int) -> Mpf:
    """2 arctan(x / (1 + sqrt(1 - x*x)))."""
    root = mpf_sqrt(mpf_sub(fone, mpf_mul(x, x), w), w)
    return mpf_shift(mpf_atan(mpf_div(x, mpf_add(fone, root, w), w), w), 1)


def arccos(x: Mpf, w: int) -> Mpf:
    """2 arctan(sqrt(1 - x*x) / (1 + x)); pi at -1."""
    total = mpf_add(fone, x, w)
    if not total[1]:
        return mpf_pi(w)
    root = mpf_sqrt(mpf_sub(fone, mpf_mul(x, x), w), w)
    return mpf_shift(mpf_atan(mpf_div(root, total, w), w), 1)


def sigmoid(x: Mpf, w: int) -> Mpf:
    """1 / (1 + e**-x)."""
    return mpf_rdiv_int(1, mpf_add(fone, mpf_exp(mpf_neg(x), w), w), w)


def softplus(x: Mpf, w: int) -> Mpf:
    """log1p(e**x), which above 0 is x + log1p(e**-x)."""
    if x[0] or not x[1]:
        return log1p(mpf_exp(x, w), w)
    return mpf_add(x, log1p(mpf_exp(mpf_neg(x), w), w), w)


def gelu(x: Mpf, w: int) -> Mpf:
    """x/2 erfc(-x / sqrt(2)); erfc multiplies a relative error by up to x*x."""
    v = w + max(0, 2 * magnitude(x)) + 4
    z = mpf_neg(mpf_div(x, mpf_sqrt(ftwo, v), v))
    return mpf_shift(mpf_mul(x, mpf_erfc(z, w), w), -1)


# Functions whose argument is first reduced exactly.


def exp2(x: Fraction, w: int) -> Mpf:
    """2**x."""
    n = x.numerator // x.denominator
    return mpf_shift(mpf_exp(mpf_mul(to_mpf(x - n), mpf_ln2(w), w), w), n)


def _quarter_turns(x: Fraction, w: int) -> tuple[int, Mpf]:
    """(n, a) with pi x = n pi/2 + a and abs(a) <= pi/4."""
    n = round(2 * x)
    return n, mpf_mul(mpf_pi(w), to_mpf(x - Fraction(n, 2)), w)


def sin_pi(x: Fraction, w: int) -> Mpf:
    """sin(pi x)."""
    n, angle = _quarter_turns(x, w)
    v = mpf_cos(angle, w) if n & 1 else mpf_sin(angle, w)
    return mpf_neg(v) if n & 2 else v


def cos_pi(x: Fraction, w: int) -> Mpf:
    """cos(pi x)."""
    return sin_pi(x + Fraction(1, 2), w)


def tan_pi(x: Fraction, w: int) -> Mpf:
    """tan(pi x)."""
    n, angle = _quarter_turns(x, w)
    v = mpf_tan(angle, w)
    return mpf_neg(mpf_rdiv_int(1, v, w)) if n & 1 else v


def gamma(x: Fraction, w: int) -> Mpf:
    """Gamma(1+x) / x near 0 and the reflection below, so that only x > 1/2 is left to mpmath."""
    if 2 * x > 1:
        return mpf_gamma(to_mpf(x), w)
    if 2 * x >= -1:
        return mpf_div(mpf_gamma(to_mpf(1 + x), w), to_mpf(x), w)
    return mpf_div(mpf_pi(w), mpf_mul(sin_pi(x, w), mpf_gamma(to_mpf(1 - x), w), w), w)


def lgamma(x: Fraction, p: int) -> Mpf:
    """Logarithm of abs(Gamma(x)), relative error below 2**-p; its zeros are not only 1 and 2."""
    if is_tiny(x):
        return sharpen(lambda w: mpf_neg(_log_of_tiny(to_mpf(x), w)), p)
    if abs(x) < 1024:
        return sharpen(lambda w: mpf_log(mpf_abs(gamma(x, w)), w), p)
    if x > 0:
        return mpf_loggamma(to_mpf(x), p + GUARD)
    w = p + GUARD
    reflected = mpf_log(mpf_abs(mpf_div(mpf_pi(w), sin_pi(x, w), w)), w)
    return mpf_sub(reflected, mpf_loggamma(to_mpf(1 - x), w), w)


def _log_of_tiny(x: Mpf, w: int) -> Mpf:
    """log(abs(x)) + euler * x, which leaves terms of x*x, below 2**(2*TINY)."""
    return mpf_add(mpf_log(mpf_abs(x), w), mpf_mul(mpf_euler(w), x, w), w)
