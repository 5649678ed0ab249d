/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the value of an elementary function, approximately, in double-double arithmetic?
 *
 * Arguments are double-doubles, hi the nearest to hi + lo; they are reduced as in
 * function_doubles.h.
 *
 * Each kernel gives f(x) with a relative error below 2^-99 (powers of ten 2^-94), if it is between
 * 2^-500 and 2^500, or NaN where it does not know: proofs/bounds proves it from this text, in
 * intervals.  Next to zeros and poles of sine, cosine and tangent the reduction loses: arguments of
 * 64 bits keep 2^-84, others are the caller's matter where the value is below 2^-40 or above 2^40.
 * Polynomials are within 2^-106 of their functions, and lose as much by the terms which are no more
 * than doubles (polynomials.py).  function_loops_dd.c allows 2^-80, double_double_rare.c 2^-96.
 *
 * More than 300 lines: the kernels of a family reduce their arguments together, and families use each
 * other; the proofs read one text. */
#ifndef NF_FUNCTION_DD_H
#define NF_FUNCTION_DD_H

#include "doubles.h"
#include "double_double.h"
#include "function_doubles.h"

#define NF_DD_ONE nf_dd_of(1, 0)
#define NF_DD_NAN nf_dd_of(NF_NAN, 0)
#define NF_DD_PI nf_dd_of(NF_PI, NF_PI_LOW)
#define NF_DD_LN2 nf_dd_of(NF_LOG_2, NF_LOG_2_LOW)

/* The kernel of f where |x| is in range, NaN elsewhere; `least` keeps products normal. */
#define NF_DD_LEAST 0x1p-400
#define NF_DD_NEAR(name, least, most, stand_in, value)                                             \
    NF_LANE nf_dd nf_dd_##name(nf_dd x)                                                            \
    {                                                                                              \
        bool near = x.hi > (least) && x.hi < (most) && nf_magnitude_of(x.hi) > NF_DD_LEAST;        \
        x = nf_dd_choose(near, x, nf_dd_of(stand_in, 0));                                          \
        return nf_dd_choose(near, value, NF_DD_NAN);                                               \
    }

/* The same between -1 or 1 and another number, for what hi + lo is though hi be 1. */
#define NF_DD_BETWEEN(name, least, most, stand_in, value)                                          \
    NF_LANE nf_dd nf_dd_##name(nf_dd x)                                                            \
    {                                                                                              \
        bool above = nf_dd_plus(x, -(least)).hi > 0, below = nf_dd_plus(x, -(most)).hi < 0;        \
        bool large = nf_magnitude_of(x.hi) > NF_DD_LEAST, near = above & below & large;            \
        x = nf_dd_choose(near, x, nf_dd_of(stand_in, 0));                                          \
        return nf_dd_choose(near, value, NF_DD_NAN);                                               \
    }

/* ---- exponentials ---------------------------------------------------------------------------- */

/* (e^r - 1) */
NF_LANE nf_dd nf_dd_small_expm1(nf_dd r)
{
    return nf_dd_mul(nf_dd_poly_exp(r), r);
}

NF_LANE nf_dd nf_dd_exp_of(nf_dd r, uint64_t k)
{
    return nf_dd_times_power(nf_dd_add(NF_DD_ONE, nf_dd_small_expm1(r)), nf_scale(1.0, k));
}

/* 2^k (e^r - 1) + (2^k - 1): as in function_doubles.h */
NF_LANE nf_dd nf_dd_expm1_of(nf_dd r, uint64_t k)
{
    double power = nf_scale(1.0, k);
    return nf_dd_add(nf_dd_times_power(nf_dd_small_expm1(r), power), nf_dd_sum(power, -1));
}

/* x - k ln 2: k NF_LN2_1 is exact */
NF_LANE nf_dd nf_dd_reduce_exp(nf_dd x, uint64_t *k)
{
    double whole = nf_split_whole(x.hi * NF_LOG2E, k);
    nf_dd r = nf_dd_plus(x, -whole * NF_LN2_1);
    return nf_dd_sub(r, nf_dd_times(nf_dd_of(NF_LN2_2, NF_LN2_LOW), whole));
}

NF_LANE nf_dd nf_dd_reduce_exp2(nf_dd x, uint64_t *k)
{
    return nf_dd_mul(nf_dd_plus(x, -nf_split_whole(x.hi, k)), NF_DD_LN2);
}

NF_LANE nf_dd nf_dd_reduce_exp10(nf_dd x, uint64_t *k)
{
    return nf_dd_reduce_exp2(nf_dd_mul(x, nf_dd_of(NF_LOG2_10_1, NF_LOG2_10_2)), k);
}

#define NF_DD_EXPONENTIAL(name, most, reduce)                                                      \
    NF_LANE nf_dd nf_dd_of_##name(nf_dd x)                                                         \
    {                                                                                              \
        uint64_t k;                                                                                \
        nf_dd r = reduce(x, &k);                                                                   \
        return nf_dd_exp_of(r, k);                                                                 \
    }                                                                                              \
    NF_LANE nf_dd nf_dd_of_##name##m1(nf_dd x)                                                     \
    {                                                                                              \
        uint64_t k;                                                                                \
        nf_dd r = reduce(x, &k);                                                                   \
        return nf_dd_expm1_of(r, k);                                                               \
    }                                                                                              \
    NF_DD_NEAR(name, -(most), most, 1, nf_dd_of_##name(x))                                         \
    NF_DD_NEAR(name##m1, -(most), most, 1, nf_dd_of_##name##m1(x))
NF_DD_EXPONENTIAL(exp, 700, nf_dd_reduce_exp)
NF_DD_EXPONENTIAL(exp2, 1000, nf_dd_reduce_exp2)
NF_DD_EXPONENTIAL(exp10, 300, nf_dd_reduce_exp10)

/* ---- logarithms ------------------------------------------------------------------------------ */

/* ln of m 2^k by (m - 1) / (m + 1), both given: no cancellation, as in function_doubles.h */
NF_LANE nf_dd nf_dd_log_by(nf_dd less, nf_dd more, double k)
{
    nf_dd s = nf_dd_div(less, more), t = nf_dd_mul(nf_dd_poly_atanh(nf_dd_mul(s, s)), s);
    return nf_dd_add(nf_dd_times(NF_DD_LN2, k), nf_dd_times_power(t, 2));
}

/* x = m 2^k; the exponent of the power of two that x is multiplied with is at most 500 */
NF_LANE nf_dd nf_dd_split_number(nf_dd x, double *k)
{
    double m = nf_split_number(x.hi, k);
    uint64_t ignored;
    nf_split_whole(-*k, &ignored);
    return nf_dd_of(m, x.lo * nf_scale(1.0, ignored));
}

NF_LANE nf_dd nf_dd_of_log(nf_dd x)
{
    double k;
    nf_dd m = nf_dd_split_number(x, &k);
    return nf_dd_log_by(nf_dd_plus(m, -1), nf_dd_plus(m, 1), k);
}

/* Near 0 by x / (2 + x), which loses nothing of x. */
NF_LANE nf_dd nf_dd_of_log1p(nf_dd x)
{
    double k;
    bool small = x.hi > -0.25 && x.hi < 0.375;
    nf_dd m = nf_dd_split_number(nf_dd_choose(small, NF_DD_ONE, nf_dd_plus(x, 1)), &k);
    nf_dd less = nf_dd_choose(small, x, nf_dd_plus(m, -1));
    nf_dd more = nf_dd_choose(small, nf_dd_plus(x, 2), nf_dd_plus(m, 1));
    return nf_dd_log_by(less, more, k);
}

#define NF_DD_BY(name, of, high, low)                                                              \
    NF_LANE nf_dd nf_dd_##name(nf_dd x)                                                            \
    {                                                                                              \
        return nf_dd_mul(nf_dd_##of(x), nf_dd_of(high, low));                                      \
    }
NF_DD_NEAR(log, 0, 0x1p400, 1, nf_dd_of_log(x))
NF_DD_BETWEEN(log1p, -1, 0x1p400, 1, nf_dd_of_log1p(x))
NF_DD_BY(log2, log, NF_LOG2E, NF_LOG2E_LOW)
NF_DD_BY(log10, log, NF_LOG10E, NF_LOG10E_LOW)
NF_DD_BY(log2p1, log1p, NF_LOG2E, NF_LOG2E_LOW)
NF_DD_BY(log10p1, log1p, NF_LOG10E, NF_LOG10E_LOW)

/* ---- the circle ------------------------------------------------------------------------------ */

/* k has at most 19 bits, the first two parts of pi/2 have 33: both steps are exact, for all bits
 * are between x's first and 2^-66.  The third product is 2^-50 at most and known to 2^-154; r is
 * 2^-68 at least (two_over_pi.py). */
NF_LANE nf_dd nf_dd_reduce_circle(nf_dd x, uint64_t *k)
{
    double whole = nf_split_whole(x.hi * NF_2_PI, k);
    nf_dd r = nf_dd_plus(nf_dd_plus(x, -whole * NF_HALF_PI_1), -whole * NF_HALF_PI_2);
    return nf_dd_sub(r, nf_dd_times(nf_dd_of(NF_HALF_PI_3, NF_HALF_PI_LOW), whole));
}

NF_LANE nf_dd nf_dd_reduce_half_turns(nf_dd x, uint64_t *k)
{
    double whole = nf_split_whole(2 * x.hi, k);
    return nf_dd_mul(nf_dd_plus(x, -0.5 * whole), NF_DD_PI);
}

NF_LANE nf_dd nf_dd_sine_of(nf_dd r, uint64_t k)
{
    nf_dd y = nf_dd_mul(r, r), s = nf_dd_mul(nf_dd_poly_sin(y), r), c = nf_dd_poly_cos(y);
    nf_dd z = nf_dd_choose(k & 1, c, s);
    return nf_dd_choose(k & 2, nf_dd_minus(z), z);
}

NF_LANE nf_dd nf_dd_cosine_of(nf_dd r, uint64_t k)
{
    return nf_dd_sine_of(r, k + 1);
}

NF_LANE nf_dd nf_dd_tangent_of(nf_dd r, uint64_t k)
{
    nf_dd y = nf_dd_mul(r, r), s = nf_dd_mul(nf_dd_poly_sin(y), r), c = nf_dd_poly_cos(y);
    return nf_dd_div(nf_dd_choose(k & 1, nf_dd_minus(c), s), nf_dd_choose(k & 1, s, c));
}

#define NF_DD_CIRCULAR(name, most, reduce, finish)                                                 \
    NF_LANE nf_dd nf_dd_of_##name(nf_dd x)                                                         \
    {                                                                                              \
        uint64_t k;                                                                                \
        nf_dd r = reduce(x, &k);                                                                   \
        return finish(r, k);                                                                       \
    }                                                                                              \
    NF_DD_NEAR(name, -(most), most, 1, nf_dd_of_##name(x))
NF_DD_CIRCULAR(sin, 0x1p19, nf_dd_reduce_circle, nf_dd_sine_of)
NF_DD_CIRCULAR(cos, 0x1p19, nf_dd_reduce_circle, nf_dd_cosine_of)
NF_DD_CIRCULAR(tan, 0x1p19, nf_dd_reduce_circle, nf_dd_tangent_of)
NF_DD_CIRCULAR(sinpi, 0x1p40, nf_dd_reduce_half_turns, nf_dd_sine_of)
NF_DD_CIRCULAR(cospi, 0x1p40, nf_dd_reduce_half_turns, nf_dd_cosine_of)
NF_DD_CIRCULAR(tanpi, 0x1p40, nf_dd_reduce_half_turns, nf_dd_tangent_of)

/* ---- arcs ------------------------------------------------------------------------------------ */

/* atan(n / d), n and d >= 0, not both 0: as in function_doubles.h */
NF_LANE nf_dd nf_dd_atan_of(nf_dd n, nf_dd d)
{
    bool low = n.hi < 0.41421356237309503 * d.hi, high = n.hi > 2.4142135623730951 * d.hi;
    nf_dd up = nf_dd_choose(low, n, nf_dd_choose(high, nf_dd_minus(d), nf_dd_sub(n, d)));
    nf_dd down = nf_dd_choose(low, d, nf_dd_choose(high, n, nf_dd_add(n, d)));
    nf_dd t = nf_dd_div(up, down);
    double turns = nf_choose(low, 0.0, nf_choose(high, 0.5, 0.25));
    nf_dd z = nf_dd_mul(nf_dd_poly_atan(nf_dd_mul(t, t)), t);
    return nf_dd_add(nf_dd_times_power(NF_DD_PI, turns), z);
}

NF_LANE nf_dd nf_dd_one_minus(nf_dd x)
{
    return nf_dd_plus(nf_dd_minus(x), 1);
}

NF_LANE nf_dd nf_dd_of_arctan(nf_dd x)
{
    return nf_dd_signed_like(nf_dd_atan_of(nf_dd_signed_like(x, 1), NF_DD_ONE), x.hi);
}

NF_LANE nf_dd nf_dd_of_arcsin(nf_dd x)
{
    nf_dd a = nf_dd_signed_like(x, 1);
    nf_dd d = nf_dd_sqrt(nf_dd_mul(nf_dd_one_minus(a), nf_dd_plus(a, 1)));
    return nf_dd_signed_like(nf_dd_atan_of(a, d), x.hi);
}

NF_LANE nf_dd nf_dd_of_arccos(nf_dd x)
{
    nf_dd n = nf_dd_sqrt(nf_dd_one_minus(x)), d = nf_dd_sqrt(nf_dd_plus(x, 1));
    return nf_dd_times_power(nf_dd_atan_of(n, d), 2);
}

NF_DD_NEAR(arctan, -0x1p400, 0x1p400, 1, nf_dd_of_arctan(x))
NF_DD_BETWEEN(arcsin, -1, 1, 0.5, nf_dd_of_arcsin(x))
NF_DD_BETWEEN(arccos, -1, 1, 0.5, nf_dd_of_arccos(x))
NF_DD_BY(arctanpi, arctan, NF_1_PI, NF_1_PI_LOW)
NF_DD_BY(arcsinpi, arcsin, NF_1_PI, NF_1_PI_LOW)
NF_DD_BY(arccospi, arccos, NF_1_PI, NF_1_PI_LOW)

/* ---- hyperbolas ------------------------------------------------------------------------------ */

NF_LANE nf_dd nf_dd_of_sinh(nf_dd x)
{
    nf_dd e = nf_dd_of_expm1(nf_dd_signed_like(x, 1)), f = nf_dd_div(e, nf_dd_plus(e, 1));
    return nf_dd_signed_like(nf_dd_times_power(nf_dd_add(e, f), 0.5), x.hi);
}

NF_LANE nf_dd nf_dd_of_cosh(nf_dd x)
{
    nf_dd e = nf_dd_of_exp(nf_dd_signed_like(x, 1));
    return nf_dd_times_power(nf_dd_add(e, nf_dd_div(NF_DD_ONE, e)), 0.5);
}

NF_LANE nf_dd nf_dd_of_tanh(nf_dd x)
{
    nf_dd e = nf_dd_of_expm1(nf_dd_times_power(nf_dd_signed_like(x, 1), 2));
    return nf_dd_signed_like(nf_dd_div(e, nf_dd_plus(e, 2)), x.hi);
}

NF_LANE nf_dd nf_dd_of_arcsinh(nf_dd x)
{
    nf_dd a = nf_dd_signed_like(x, 1), y = nf_dd_mul(a, a);
    nf_dd root = nf_dd_plus(nf_dd_sqrt(nf_dd_plus(y, 1)), 1);
    return nf_dd_signed_like(nf_dd_of_log1p(nf_dd_add(a, nf_dd_div(y, root))), x.hi);
}

NF_LANE nf_dd nf_dd_of_arccosh(nf_dd x)
{
    nf_dd z = nf_dd_plus(x, -1);
    return nf_dd_of_log1p(nf_dd_add(z, nf_dd_sqrt(nf_dd_mul(z, nf_dd_plus(z, 2)))));
}

NF_LANE nf_dd nf_dd_of_arctanh(nf_dd x)
{
    nf_dd a = nf_dd_signed_like(x, 1), z = nf_dd_div(nf_dd_times_power(a, 2), nf_dd_one_minus(a));
    return nf_dd_signed_like(nf_dd_times_power(nf_dd_of_log1p(z), 0.5), x.hi);
}

NF_DD_NEAR(sinh, -700, 700, 1, nf_dd_of_sinh(x))
NF_DD_NEAR(cosh, -700, 700, 1, nf_dd_of_cosh(x))
NF_DD_NEAR(tanh, -300, 300, 1, nf_dd_of_tanh(x))
NF_DD_NEAR(arcsinh, -0x1p200, 0x1p200, 1, nf_dd_of_arcsinh(x))
NF_DD_BETWEEN(arccosh, 1, 0x1p200, 2, nf_dd_of_arccosh(x))
NF_DD_BETWEEN(arctanh, -1, 1, 0.5, nf_dd_of_arctanh(x))

/* ---- others ---------------------------------------------------------------------------------- */

/* Two steps of Newton's from a v within 2^-46, whose squares are left: in doubles, and from the w of
 * that to w (1 + h/3), h = x / w^3 - 1. */
NF_LANE nf_dd nf_dd_of_cbrt(nf_dd x)
{
    double v = nf_near_cbrt(x.hi), w = v - (v - x.hi / (v * v)) * (1.0 / 3);
    nf_dd square = nf_dd_product(w, w), rest = nf_dd_sub(x, nf_dd_times(square, w));
    return nf_dd_fast_sum(w, rest.hi / (3 * square.hi));
}

NF_LANE nf_dd nf_dd_of_rsqrt(nf_dd x)
{
    return nf_dd_div(NF_DD_ONE, nf_dd_sqrt(x));
}

NF_LANE nf_dd nf_dd_of_sigmoid(nf_dd x)
{
    return nf_dd_div(NF_DD_ONE, nf_dd_plus(nf_dd_of_exp(nf_dd_minus(x)), 1));
}

NF_LANE nf_dd nf_dd_of_silu(nf_dd x)
{
    return nf_dd_div(x, nf_dd_plus(nf_dd_of_exp(nf_dd_minus(x)), 1));
}

NF_LANE nf_dd nf_dd_of_softplus(nf_dd x)
{
    nf_dd z = nf_dd_of_log1p(nf_dd_of_exp(nf_dd_signed_like(x, -1)));
    return nf_dd_add(nf_dd_choose(x.hi > 0, x, nf_dd_of(0, 0)), z);
}

NF_LANE nf_dd nf_dd_of_sinc(nf_dd x)
{
    return nf_dd_div(nf_dd_of_sinpi(x), nf_dd_mul(x, NF_DD_PI));
}

NF_DD_NEAR(cbrt, -0x1p400, 0x1p400, 1, nf_dd_of_cbrt(x))
NF_DD_NEAR(rsqrt, 0, 0x1p400, 1, nf_dd_of_rsqrt(x))
NF_DD_NEAR(sigmoid, -700, 700, 1, nf_dd_of_sigmoid(x))
NF_DD_NEAR(silu, -600, 600, 1, nf_dd_of_silu(x))
NF_DD_NEAR(softplus, -300, 300, 1, nf_dd_of_softplus(x))
NF_DD_NEAR(sinc, -0x1p40, 0x1p40, 1, nf_dd_of_sinc(x))
NF_DD_NEAR(deg2rad, -0x1p400, 0x1p400, 1, nf_dd_div(nf_dd_mul(x, NF_DD_PI), nf_dd_of(180, 0)))
NF_DD_NEAR(rad2deg, -0x1p400, 0x1p400, 1, nf_dd_div(nf_dd_times(x, 180), NF_DD_PI))

#define NF_DD_STAGE(name)                                                                          \
    static void stage_dd_##name(double *restrict hi, double *restrict lo, int n)                   \
    {                                                                                              \
        for (int i = 0; i < n; i++) {                                                              \
            nf_dd z = nf_dd_##name(nf_dd_of(hi[i], lo[i]));                                        \
            hi[i] = z.hi;                                                                          \
            lo[i] = z.lo;                                                                          \
        }                                                                                          \
    }
#define NF_FUNCTION(name, kind, kernel, ...) NF_OF_ONE_##kernel(NF_DD_STAGE(name))
#include "nf_functions.def"
#undef NF_FUNCTION
#undef NF_DD_STAGE

#endif
