# SPDX-License-Identifier: BSD-3-Clause
"""What has the proof of the double-double kernels' bounds to be told, and of which text is it true?

As kernel_lemmas.py, whose models and lemmas of doubles hold here too.  What one operation of
double-doubles adds is in near_pairs.py.
"""

from __future__ import annotations

import numpy as np

from proofs.bounds import kernel_lemmas, near_pairs
from proofs.bounds.kernel_lemmas import NotProvedError, log_ratio, reduced
from proofs.bounds.near_numbers import TINY, Near, U, choose
from proofs.bounds.near_pairs import SAFE, Pair, clipped, erring

# Of r = x - k pi/2: kernel_circle_dd.py proves it of x of 64 bits, and of any x if r is above
# LEAST_REST or x itself.
CIRCLE_ERROR, CIRCLE_ERROR_OF_PAIRS = 2.0**-86, 2.0**-103
LEAST_REST = 2.0**-40


def split_number(machine, x, k):
    """m 2^k = x exactly; m.hi is from sqrt 1/2 to sqrt 2, C within u of it, E within x's error."""
    m = kernel_lemmas.split_number(machine, Near(*x.computed()), k)
    slack = 2 * U + 2 * x.rel
    if np.any(slack > 2.0**-40) or np.any(x.least < SAFE):
        raise NotProvedError("nothing is known of a number's exponent")
    power = 2.0**-k.value.lo
    z = Pair(x.lo * power, x.hi * power, x.off * power + np.where(x.exact, 0, TINY), x.rel)
    z = clipped(z, m.lo * (1 - slack), m.hi * (1 + slack))
    if x.one == 1 and np.all(power == 1):
        z.one, z.apart = x.one, x.apart
    return z


def reduce_circle(machine, x, k):
    k.value = np.full(machine.shape, machine.quadrant)
    return Pair(machine.rest.lo, machine.rest.hi, rel=machine.circle_error)


def reduce_half_turns(machine, x, k):
    """x - k/2 has an error of its own size, whatever k is: as if it were x itself, for k = 0."""
    out = machine.text("nf_dd_reduce_half_turns", machine.rest, k)
    k.value = k.value + machine.quadrant
    return out


def quarter(machine, r, names):
    """k/2 is the nearest to x.hi, which is within 2^-14 of x: |r| <= pi (1/4 + 2^-14)."""
    return r.within(-0.7856, 0.7856)


def magnitude(_, x):
    z = choose(x.lo >= 0, x, -x)
    both = (x.lo < 0) & (x.hi > 0)
    return choose(both, Near(np.zeros_like(x.size), x.size, x.off, x.rel), z)


def cube_root(machine, x):
    """Two steps of Newton's: from v = x^(1/3) (1 + d) to w = x^(1/3) (1 + e), e = d^2 - ..., and again.

    v is taken for w within d^2 (1 + 2d), and 2u for x.hi, v v, the quotient (a third of each) and the
    last difference; all other roundings are u of d at most.  w^3 has an error of 2 u^2, a third of it
    here; rest.hi / (3 square.hi), 1.04 e of w at most, has four roundings and 3 u^2.
    """
    v = machine.call("nf_near_cbrt", Near(*x.computed()))
    d = v.rel + U
    if np.any(d > 2.0**-40):
        raise NotProvedError("the step is too large")
    e = d * d * (1 + 2 * d) + 2 * U + 8 * U * d
    return Pair(v.lo, v.hi, rel=e * e * (1 + 2 * e) + 5 * U * e + 2 * U**2)


def eighth(machine, t, names):
    """The comparisons with tan(pi/8) are of n.hi and d.hi, which have errors of few 2^-53."""
    if np.any(np.maximum(names["n"].rel, names["d"].rel) > 2.0**-50):
        raise NotProvedError("not on which side of tan(pi/8)")
    return t.within(-0.41422, 0.41422)


def any_difference(machine, d, names):
    """Of any two numbers, if `rest` has what differences are to be looked at."""
    return d if machine.rest is None else erring(machine.rest, 3 * U**2)


def not_cancelled(machine, z, names):
    """L + M where |C| > 2^-10 |M'|, else the kernel gives NaN; L is exact, |M' - M| <= rho |M|.

    |L + M| >= |L + M'| - rho |M| >= (2^-10 (1 - 2^-49) - rho) |M|, of which rho |M| is an error.
    """
    larger, rho = names["larger"], names["more"].rel
    if not np.all(larger.exact) or np.any(rho > 2.0**-50):
        raise NotProvedError("nothing is known of a sum that cancels")
    rel = rho * 2.0**10 * (1 + 2.0**-30) + 3 * U**2 * (1 + 2.0**-30)
    return Pair(z.lo, z.hi, z.off, np.fmin(z.rel, rel))


PAIR_MODELS = {
    "nf_magnitude_of": magnitude,
    "nf_dd_choose": lambda _, yes, a, b: near_pairs.chosen(yes, a, b),
    "nf_dd_minus": lambda _, a: -a,
    "nf_dd_times_power": lambda _, a, power: near_pairs.times_power(a, power),
    "nf_dd_signed_like": lambda _, a, sign: near_pairs.signed_like(a, sign),
    "nf_dd_sum": lambda _, a, b: near_pairs.of(a, b),
    "nf_dd_add": lambda _, a, b: near_pairs.added(a, b),
    "nf_dd_sub": lambda _, a, b: near_pairs.added(a, -b),
    "nf_dd_plus": lambda _, a, b: near_pairs.plus(a, b),
    "nf_dd_mul": lambda _, a, b: near_pairs.multiplied(a, b),
    "nf_dd_times": lambda _, a, b: near_pairs.multiplied(a, b, 2 * U**2),
    "nf_dd_div": lambda _, a, b: near_pairs.divided(a, b),
    "nf_dd_sqrt": lambda _, a: near_pairs.rooted(a),
    "nf_dd_step": lambda _, *terms: near_pairs.step(*terms),
    "nf_dd_split_number": split_number,
    "nf_dd_reduce_circle": reduce_circle,
    "nf_dd_reduce_half_turns": reduce_half_turns,
    "nf_dd_of_cbrt": cube_root,
}
PAIR_LEMMAS = {
    ("nf_dd_reduce_exp", "return"): reduced,
    ("nf_dd_reduce_exp2", "return"): reduced,
    ("nf_dd_reduce_half_turns", "return"): quarter,
    ("nf_dd_log_by", "s"): log_ratio,
    ("nf_dd_atan_of", "t"): eighth,
    ("nf_dd_of_logaddexp", "d"): any_difference,
    ("nf_dd_of_logaddexp2", "d"): any_difference,
    ("nf_dd_of_logaddexp", "z"): not_cancelled,
    ("nf_dd_of_logaddexp2", "z"): not_cancelled,
}

PAIR_PREMISES = """
nf_dd nf_dd_choose(_Bool yes, nf_dd a, nf_dd b) { return nf_dd_of(nf_choose(yes, a.hi, b.hi), nf_choose(yes, a.lo, b.lo)); }
nf_dd nf_dd_minus(nf_dd a) { return nf_dd_of(-a.hi, -a.lo); }
nf_dd nf_dd_times_power(nf_dd a, double power) { return nf_dd_of(a.hi * power, a.lo * power); }
uint64_t flip = (nf_bits_of(a.hi) ^ nf_bits_of(sign)) & ((uint64_t)1 << 63);
return nf_dd_of(nf_double_of(nf_bits_of(a.hi) ^ flip), nf_double_of(nf_bits_of(a.lo) ^ flip));
nf_dd nf_dd_fast_sum(double a, double b) { double s = a + b; return nf_dd_of(s, b - (s - a)); }
nf_dd nf_dd_sum(double a, double b) { double s = a + b; return nf_dd_of(s, nf_residual_of_sum(a, b, s)); }
nf_dd nf_dd_product(double a, double b) { double p = a * b; return nf_dd_of(p, __builtin_fma(a, b, -p)); }
nf_dd s = nf_dd_sum(a.hi, b.hi), t = nf_dd_sum(a.lo, b.lo);
s = nf_dd_fast_sum(s.hi, s.lo + t.hi); return nf_dd_fast_sum(s.hi, s.lo + t.lo);
nf_dd nf_dd_sub(nf_dd a, nf_dd b) { return nf_dd_add(a, nf_dd_minus(b)); }
nf_dd s = nf_dd_sum(a.hi, b); return nf_dd_fast_sum(s.hi, a.lo + s.lo);
nf_dd p = nf_dd_product(a.hi, b.hi); return nf_dd_fast_sum(p.hi, p.lo + __builtin_fma(a.hi, b.lo, a.lo * b.hi));
nf_dd p = nf_dd_product(a.hi, b); return nf_dd_fast_sum(p.hi, __builtin_fma(a.lo, b, p.lo));
double q = a.hi / b.hi, rest = __builtin_fma(-q, b.hi, a.hi) + __builtin_fma(-q, b.lo, a.lo); return nf_dd_fast_sum(q, rest / b.hi);
double s = __builtin_sqrt(a.hi), rest = __builtin_fma(-s, s, a.hi) + a.lo; return nf_dd_fast_sum(s, nf_choose(s > 0, rest / (s + s), 0.0));
nf_dd t = nf_dd_mul(p, y), s = nf_dd_fast_sum(hi, t.hi); return nf_dd_fast_sum(s.hi, s.lo + (t.lo + lo));
double m = nf_split_number(x.hi, k); uint64_t ignored; nf_split_whole(-*k, &ignored); return nf_dd_of(m, x.lo * nf_scale(1.0, ignored));
double whole = nf_split_whole(x.hi * 0x1.71547652b82fep+0, k); nf_dd r = nf_dd_plus(x, -whole * 0x1.62e42fefa2000p-1);
return nf_dd_mul(nf_dd_plus(x, -nf_split_whole(x.hi, k)),
double whole = nf_split_whole(x.hi * 0x1.45f306dc9c882p-1, k);
nf_dd r = nf_dd_plus(nf_dd_plus(x, -whole * 0x1.921fb54400000p+0), -whole * 0x1.0b4611a600000p-34);
return nf_dd_sub(r, nf_dd_times(nf_dd_of(0x1.3198a2e037073p-69, 0x1.129024e088a67p-123), whole));
double whole = nf_split_whole(2 * x.hi, k); return nf_dd_mul(nf_dd_plus(x, -0.5 * whole),
nf_dd s = nf_dd_div(less, more), t = nf_dd_mul(nf_dd_poly_atanh(nf_dd_mul(s, s)), s);
_Bool low = n.hi < 0.41421356237309503 * d.hi, high = n.hi > 2.4142135623730951 * d.hi;
double v = nf_near_cbrt(x.hi), w = v - (v - x.hi / (v * v)) * (1.0 / 3);
nf_dd square = nf_dd_product(w, w), rest = nf_dd_sub(x, nf_dd_times(square, w)); return nf_dd_fast_sum(w, rest.hi / (3 * square.hi));
nf_dd nf_dd_of_logaddexp(nf_dd x, nf_dd y) { nf_dd d = nf_dd_sub(x, y), larger = nf_dd_choose(d.hi > 0, x, y);
nf_dd more = nf_dd_of_log1p(nf_dd_of_exp(nf_dd_signed_like(d, -1))), z = nf_dd_add(larger, more); near = near && nf_magnitude_of(z.hi) > 0x1p-10 * nf_magnitude_of(more.hi); return nf_dd_choose(near, z, nf_dd_of(__builtin_nan(""), 0));
"""
