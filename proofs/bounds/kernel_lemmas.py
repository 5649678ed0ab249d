# SPDX-License-Identifier: BSD-3-Clause
"""What has the proof of the double kernels' bounds to be told, and of which text is it true?

MODELS: parts of kernels that are written in bits, as functions of intervals.  LEMMAS: of a
function's parameter, variable or "return", what intervals do not see, from the variables before it.
PREMISES: text that both are about; another text has to be looked at again.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from proofs.bounds.near_numbers import TINY, Near, U, choose, fused, least_of, multiply, root

LOG2_10 = float.fromhex("0x1.a934f0979a371p+1")  # its first part
LEAST_ROOT = 0x3FE6A09E667F3BCD  # the bits of sqrt 1/2, where significands begin


class NotProvedError(Exception):
    """A lemma or a polynomial would be used outside of where it holds."""


# ---- what is written in bits ---------------------------------------------------------------------


def split_whole(machine, x, k):
    """To the nearest; where an interval holds a tie, both ways."""
    low, high = (np.rint(end) for end in x.computed())
    if np.any(high - low > 1):
        raise NotProvedError("an interval is too wide for one whole number")
    first = machine.decide(low == high, np.zeros_like(low, bool))
    k.value = np.where(first, low, high).astype(int)
    return Near(k.value, k.value)


def split_number(machine, x, k):
    """Bits of sqrt 1/2 are taken off: the exponent below which x / sqrt 1/2 is; the rest, above."""
    assert np.all(x.exact)
    parts = []
    for end in (x.lo, x.hi):
        u = np.ascontiguousarray(end).view(np.int64) - LEAST_ROOT
        parts.append((u >> 52, ((u & (2**52 - 1)) + LEAST_ROOT).view(float)))
    (k_low, m_low), (k_high, m_high) = parts
    if np.any(k_high - k_low > 1):
        raise NotProvedError("an interval is too wide for one exponent")
    same = k_low == k_high
    first = machine.decide(same, np.zeros_like(same))
    least, most = (np.int64(LEAST_ROOT + d).view(float) for d in (0, 2**52 - 1))
    exponent = np.where(first, k_low, k_high)
    k.value = Near(exponent, exponent)
    return Near(np.where(same | first, m_low, least), np.where(same | ~first, m_high, most))


def reduce_circle(machine, x, k):
    """r is known to 2^-51 of itself: test_kernel_bounds.py proves it, of near and far numbers."""
    k.value = np.full(machine.shape, machine.quadrant)
    return Near(machine.rest.lo, machine.rest.hi, rel=4 * U)


def reduce_half_turns(machine, x, k):
    """x - k/2 is exact, for it has no more bits than x: as if it were x itself, for k = 0."""
    out = machine.text("nf_reduce_half_turns_near", machine.rest, k)
    k.value = k.value + machine.quadrant
    return out


def residual_of_sum(machine, one, x, u):
    """x for u = 1, else at most half of u's last bit; known of points.  It is a double always."""
    least, most = x.computed()
    e = choose(
        (u.lo == 1) & (u.hi == 1), Near(least, most).within(-U, U), Near(-U * u.hi, U * u.hi)
    )
    from_x = u.lo - 1
    known = (1 - (u.lo - from_x)) + (x.lo - from_x)
    return choose(x.is_point(), Near(known, known), e)


def magnitude(machine, x):
    if np.any((x.lo < 0) & (x.hi > 0)):
        raise NotProvedError("an interval has both signs")
    return choose(x.lo >= 0, x, -x)


def signed_like(machine, z, sign):
    magnitude(machine, sign)  # has one sign
    return choose(sign.lo >= 0, z, -z)


MODELS = {
    "nf_choose": lambda _, yes, a, b: choose(np.asarray(yes, bool), a, b),
    "nf_signed_like": signed_like,
    "nf_magnitude_of": magnitude,
    "nf_bits_of": lambda _, x: x,
    "nf_double_of": lambda _, x: x,
    "nf_scale": lambda _, y, k: multiply(y, Near(2.0**k, 2.0**k)),
    "nf_split_whole": split_whole,
    "nf_split_number": split_number,
    "nf_reduce_circle_near": reduce_circle,
    "nf_reduce_half_turns_near": reduce_half_turns,
    "nf_residual_of_sum": residual_of_sum,
    "__builtin_fma": lambda _, *terms: fused(*terms),
    "__builtin_sqrt": lambda _, x: root(x),
}


# ---- what intervals do not see -------------------------------------------------------------------


def reduced(machine, z, names):
    """|r| <= ln 2 / 2: k is the nearest whole number but for 2^-42, the errors of x log2 e."""
    return z.within(-0.34658, 0.34658)


def beyond(least):
    """exp x, x so far below 0, is below `least`; 2^1010 is not counted, nor what is made of it."""

    def lemma(machine, z, names):
        low = ~names["near"] & (names["x"].hi < 0)
        lo = np.floor(np.minimum(z.lo, 0))  # -1 of expm1
        hi = np.where(lo < 0, np.nextafter(lo + least, 1), least)
        return choose(low, Near(lo, hi, off=2 * least), z)

    return lemma


def one_beyond(machine, z, names):
    """tanh x and tanh 40 are 1 but for 2^-114."""
    far = Near(z.lo - 2.0**-100, z.hi + 2.0**-100, z.off + 2.0**-100)
    return choose(names["near"], z, far)


def log_ratio(machine, s, names):
    """(m - 1) / (m + 1) grows with m, which is from sqrt 1/2 to sqrt 2."""
    return s.within(-0.171573, 0.171573)


def eighth(machine, t, names):
    """The comparisons with tan(pi/8) are of n and d, which have errors of few 2^-53."""
    if np.any(np.maximum(names["n"].rel, names["d"].rel) > 1e-9):
        raise NotProvedError("not on which side of tan(pi/8)")
    return t.within(-0.41422, 0.41422)


def product(machine, h, names):
    """x c as it is rounded, which is made up for; known of points."""
    x = names["x"]
    known = Near(x.lo * LOG2_10, x.lo * LOG2_10)
    return choose(x.is_point(), known, h.as_it_is())


def lost(machine, low, names):
    """x c - h is a double, or subnormal; known of points."""
    x, h = names["x"], names["h"]
    most = U * h.size * (1 + 2 * U)
    if not np.all(x.is_point()):
        return Near(-most, most, off=TINY)
    exact = [
        float(Fraction(a) * Fraction(LOG2_10) - Fraction(b))
        for a, b in zip(x.lo, h.lo, strict=True)
    ]
    return Near(np.array(exact) - TINY, np.array(exact) + TINY, off=2 * TINY)


def cube_step(machine):
    """Above |1 - m w^3|, m w^3 = (1 + d m^(1/3))^3, w = m^(-1/3) + d, m^(1/3) < 1.13."""
    d = machine.distance("nf_poly_cbrt")[0] + 2.0**-45
    return (1 + 1.13 * d) ** 3 - 1


def small_step(machine, h, names):
    return h.within(-cube_step(machine), cube_step(machine))


def cut_series(machine, p, names):
    """(1 - h)^(-2/3) = 1 + h p + (110/243) h^4 + ..., of coefficients that fall."""
    step = cube_step(machine)
    rest = 110 / 243 * step**3 / (1 - step) * (1 + 1e-9)
    return Near(p.lo - rest, p.hi + rest, p.off + rest)


def sum_with_one(machine, z, names):
    """u = fl(1 + x) is 1, for x from -2^-54 to 2^-53, or a double apart from it."""
    x = names["x"]
    low, high = (1 + end for end in x.computed())
    one = machine.decide((low == 1) & (high == 1), (low > 1) | (high < 1))
    above = x.lo >= 0
    low = np.where(one, 1.0, np.where(above, np.maximum(low, 1 + 2 * U), low))
    high = np.where(one, 1.0, np.where(above, high, np.minimum(high, 1 - U)))
    return Near(low, np.maximum(low, high))


def log1p_of_sum(machine, z, names):
    """ln(1 + x) from z of ln u + e/u: (e/u)^2 is left out, or x^2 / 2 where u is 1.

    An error of x >= 0 is not more of ln(1 + x), relatively: x / (1 + x) <= ln(1 + x).  Enclosures
    are NumPy's log1p, which is trusted with 2^-30 of itself, and z's with what was left out.
    """
    x, slack, one = names["x"], 2.0**-30, (names["u"].lo == 1) & (names["u"].hi == 1)
    left_out = np.where(one, np.minimum(x.size, 2 * U) ** 2, U**2)
    left_out = left_out + np.where(x.exact, 0.0, x.off / (1 + np.minimum(x.lo, x.computed()[0])))
    low, high = np.log1p([np.maximum(end, U - 1) for end in (x.lo, x.hi)])
    lo = np.maximum(low - slack * abs(low), z.lo - left_out - TINY)
    hi = np.minimum(high + slack * abs(high), z.hi + left_out + TINY)
    least = least_of(lo, hi)
    with np.errstate(all="ignore"):
        second = np.where(one, np.minimum(x.size, 2 * U), U**2 / least)
        inherited = np.where(x.exact, 0.0, np.where(x.lo >= 0, x.rel, np.inf))
        rel = np.fmin(z.rel, z.off / least) + second + inherited
    return Near(lo, hi, (z.off + left_out) * (1 + slack), rel * (1 + slack))


LEMMAS = {
    ("nf_reduce_exp", "return"): reduced,
    ("nf_reduce_exp2", "return"): reduced,
    ("nf_reduce_exp10", "return"): reduced,
    ("nf_reduce_exp10", "h"): product,
    ("nf_reduce_exp10", "l"): lost,
    ("nf_near_exp", "return"): beyond(2.0**-1009),
    ("nf_near_exp2", "return"): beyond(2.0**-1000),
    ("nf_near_exp10", "return"): beyond(2.0**-1009),
    ("nf_near_expm1", "return"): beyond(2.0**-1000),
    ("nf_near_exp2m1", "return"): beyond(2.0**-1000),
    ("nf_near_exp10m1", "return"): beyond(2.0**-1000),
    ("nf_near_tanh", "return"): one_beyond,
    ("nf_twice_atanh", "s"): log_ratio,
    ("nf_atan_of", "t"): eighth,
    ("nf_near_cbrt", "h"): small_step,
    ("nf_near_cbrt", "p"): cut_series,
    ("nf_log1p_of", "u"): sum_with_one,
    ("nf_log1p_of", "return"): log1p_of_sum,
}

# What models and lemmas assume of the text; numbers are of the constants that are meant.
PREMISES = """
double nf_choose(_Bool yes, double a, double b) { return yes ? a : b; }
double nf_signed_like(double magnitude, double sign)
{ return nf_double_of(nf_bits_of(magnitude) | (nf_bits_of(sign) & ((uint64_t)1 << 63))); }
double nf_magnitude_of(double x) { return nf_double_of(nf_bits_of(x) & ~((uint64_t)1 << 63)); }
double nf_scale(double y, uint64_t k) { return nf_double_of(nf_bits_of(y) + (k << 52)); }
double sum = x + 6755399441055744.0; *bits = nf_bits_of(sum); return sum - 6755399441055744.0;
uint64_t u = nf_bits_of(x) - 0x3FE6A09E667F3BCD;
uint64_t biased = (u + ((uint64_t)1 << 62)) >> 52;
*k = nf_double_of(biased | 0x4330000000000000) - (4503599627370496.0 + 1024);
return nf_double_of((u & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD);
double from_b = z - a; return (a - (z - from_b)) + (b - from_b);
double u = 1 + x, e = nf_residual_of_sum(1, x, u);
double h = x * 0x1.a934f0979a371p+1, l = __builtin_fma(x, 0x1.a934f0979a371p+1, -h);
double whole = nf_split_whole(2 * x, k); return __builtin_fma(-0.5, whole, x) *
double whole = nf_split_whole(x * 0x1.45f306dc9c882p-1, k);
double r = __builtin_fma(-whole, 0x1.921fb54400000p+0, x);
return __builtin_fma(-whole, 0x1.3198a2e037073p-69, __builtin_fma(-whole, 0x1.0b4611a600000p-34, r));
double whole = nf_split_whole(x * 0x1.71547652b82fep+0, k);
return (x - nf_split_whole(x, k)) *
_Bool low = n < 0.41421356237309503 * d, high = n > 2.4142135623730951 * d;
double part = nf_twice_atanh((m - 1) / (m + 1)) +
double w = nf_poly_cbrt(m - 1), y = w * w, h = __builtin_fma(-m * w, y, 1.0);
"""
