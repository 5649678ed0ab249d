/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one compute with unevaluated sums of two doubles?  On independent elements without
 * branches, as everywhere in the stages.
 *
 *     hi   1.ffff...f 2^e        lo   at most half a unit of hi's last bit, of either sign
 *
 * The algorithms are those which Joldes, Muller and Popescu (2017) name AccurateDWPlusDW (relative
 * error below 3 u^2 / (1 - 4u), u = 2^-53), DWPlusFP (2 u^2), DWTimesDW2 and DWTimesFP3 (2 u^2),
 * with Dekker's and Knuth's sums below them.  proofs/bounds/near_pairs.py derives what
 * else is needed: 7 u^2 of a product, 12 u^2 of a quotient, 5 u^2 of a root. */
#ifndef NF_DOUBLE_DOUBLE_H
#define NF_DOUBLE_DOUBLE_H

#include "function_parts.h"

typedef struct nf_dd {
    double hi, lo;
} nf_dd;

NF_LANE nf_dd nf_dd_of(double hi, double lo)
{
    return (nf_dd){hi, lo};
}

NF_LANE nf_dd nf_dd_choose(bool yes, nf_dd a, nf_dd b)
{
    return nf_dd_of(nf_choose(yes, a.hi, b.hi), nf_choose(yes, a.lo, b.lo));
}

NF_LANE nf_dd nf_dd_minus(nf_dd a)
{
    return nf_dd_of(-a.hi, -a.lo);
}

/* a 2^k, exact */
NF_LANE nf_dd nf_dd_times_power(nf_dd a, double power)
{
    return nf_dd_of(a.hi * power, a.lo * power);
}

/* |a|, or -|a| */
NF_LANE nf_dd nf_dd_signed_like(nf_dd a, double sign)
{
    uint64_t flip = (nf_bits_of(a.hi) ^ nf_bits_of(sign)) & NF_SIGN;
    return nf_dd_of(nf_double_of(nf_bits_of(a.hi) ^ flip), nf_double_of(nf_bits_of(a.lo) ^ flip));
}

/* a + b exactly; |a| >= |b| or a = 0 */
NF_LANE nf_dd nf_dd_fast_sum(double a, double b)
{
    double s = a + b;
    return nf_dd_of(s, b - (s - a));
}

NF_LANE nf_dd nf_dd_sum(double a, double b)
{
    double s = a + b;
    return nf_dd_of(s, nf_residual_of_sum(a, b, s));
}

/* a b exactly, where a b 2^-106 is normal */
NF_LANE nf_dd nf_dd_product(double a, double b)
{
    double p = a * b;
    return nf_dd_of(p, NF_FMA(a, b, -p));
}

NF_LANE nf_dd nf_dd_add(nf_dd a, nf_dd b)
{
    nf_dd s = nf_dd_sum(a.hi, b.hi), t = nf_dd_sum(a.lo, b.lo);
    s = nf_dd_fast_sum(s.hi, s.lo + t.hi);
    return nf_dd_fast_sum(s.hi, s.lo + t.lo);
}

NF_LANE nf_dd nf_dd_sub(nf_dd a, nf_dd b)
{
    return nf_dd_add(a, nf_dd_minus(b));
}

NF_LANE nf_dd nf_dd_plus(nf_dd a, double b)
{
    nf_dd s = nf_dd_sum(a.hi, b);
    return nf_dd_fast_sum(s.hi, a.lo + s.lo);
}

NF_LANE nf_dd nf_dd_mul(nf_dd a, nf_dd b)
{
    nf_dd p = nf_dd_product(a.hi, b.hi);
    return nf_dd_fast_sum(p.hi, p.lo + NF_FMA(a.hi, b.lo, a.lo * b.hi));
}

NF_LANE nf_dd nf_dd_times(nf_dd a, double b)
{
    nf_dd p = nf_dd_product(a.hi, b);
    return nf_dd_fast_sum(p.hi, NF_FMA(a.lo, b, p.lo));
}

/* The remainder of the first quotient is exact but for the lows: below 2^-100 of the quotient. */
NF_LANE nf_dd nf_dd_div(nf_dd a, nf_dd b)
{
    double q = a.hi / b.hi, rest = NF_FMA(-q, b.hi, a.hi) + NF_FMA(-q, b.lo, a.lo);
    return nf_dd_fast_sum(q, rest / b.hi);
}

/* One step of Newton's from the double root: (2^-53)^2 of it, and the same again by roundings. */
NF_LANE nf_dd nf_dd_sqrt(nf_dd a)
{
    double s = __builtin_sqrt(a.hi), rest = NF_FMA(-s, s, a.hi) + a.lo;
    return nf_dd_fast_sum(s, nf_choose(s > 0, rest / (s + s), 0.0));
}

/* c + p y, |c| > |p y| */
NF_LANE nf_dd nf_dd_step(nf_dd p, nf_dd y, double hi, double lo)
{
    nf_dd t = nf_dd_mul(p, y), s = nf_dd_fast_sum(hi, t.hi);
    return nf_dd_fast_sum(s.hi, s.lo + (t.lo + lo));
}

/* nf_dd_poly_NAME(y): the high terms in doubles, for they are small */
#define NF_STEP(c) high = NF_FMA(high, y.hi, c);
#define NF_DD_STEP(hi, lo) p = nf_dd_step(p, y, hi, lo);
#define NF_DD_POLYNOMIAL(name)                                                                     \
    NF_LANE nf_dd nf_dd_poly_##name(nf_dd y)                                                       \
    {                                                                                              \
        double high = NF_LEADING_dd_##name;                                                        \
        NF_OTHERS_dd_##name(NF_STEP) nf_dd p = nf_dd_of(high, 0);                                  \
        NF_PAIRS_dd_##name(NF_DD_STEP) return p;                                                   \
    }
NF_DD_POLYNOMIAL(exp)
NF_DD_POLYNOMIAL(atanh)
NF_DD_POLYNOMIAL(sin)
NF_DD_POLYNOMIAL(cos)
NF_DD_POLYNOMIAL(atan)
#undef NF_DD_POLYNOMIAL
#undef NF_DD_STEP
#undef NF_STEP

#endif
