/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the value of an elementary function, approximately, in doubles?  On independent elements
 * without branches, so that the compiler makes vectors of it.
 *
 * Each kernel gives f(x) with a relative error below 2^-46, or NaN where it does not know (far
 * arguments, NaN).  proofs/bounds proves it from this text, in intervals; polynomials are within
 * 2^-50 of their functions (polynomials.py).  The caller (routes/function_loops.c) allows 2^-44,
 * and gives what this leaves open to the core.  A difference of numbers with errors never cancels
 * here: where 1 - y does, y is exact.
 *
 * More than 300 lines, as function_dd.h, and for its reasons. */
#ifndef NF_FUNCTION_DOUBLES_H
#define NF_FUNCTION_DOUBLES_H

#include "circle.h"
#include "doubles.h"
#include "host_numbers.h"
#include "round_to_odd.h"
#include "function_parts.h"
#include "stages.h"

/* ---- exponentials ---------------------------------------------------------------------------- */

/* x = k ln 2 + r; k has 10 bits and NF_LN2_1 has 40: their product is exact. */
NF_LANE double nf_reduce_exp(double x, uint64_t *k)
{
    double whole = nf_split_whole(x * NF_LOG2E, k);
    return NF_FMA(-whole, NF_LN2_2, NF_FMA(-whole, NF_LN2_1, x));
}

NF_LANE double nf_reduce_exp2(double x, uint64_t *k)
{
    return (x - nf_split_whole(x, k)) * (NF_LN2_1 + NF_LN2_2);
}

/* 10^x = 2^(h + l): h has x's error in l. */
NF_LANE double nf_reduce_exp10(double x, uint64_t *k)
{
    double h = x * NF_LOG2_10_1, l = NF_FMA(x, NF_LOG2_10_1, -h);
    l = NF_FMA(x, NF_LOG2_10_2, l);
    return ((h - nf_split_whole(h, k)) + l) * (NF_LN2_1 + NF_LN2_2);
}

NF_LANE double nf_exp_of(double r, uint64_t k)
{
    return nf_scale(NF_FMA(nf_poly_exp(r), r, 1.0), k);
}

/* 2^k (e^r - 1) + (2^k - 1), 2^k - 1 exact or rounded: no cancellation beyond a bit, for
 * |e^r - 1| < 1/2 <= 1 - 2^-k. */
NF_LANE double nf_expm1_of(double r, uint64_t k)
{
    double p = nf_poly_exp(r) * r, power = nf_scale(1.0, k);
    return NF_FMA(power, p, power - 1.0);
}

/* `below`, or NF_VAST, where x is finite and beyond: the first thing wanted of a value outside of
 * 2^-1000 to 2^1000 is that it is (stages.h). */
#define NF_VAST 0x1p1010
#define NF_EXPONENTIAL(name, least, most, reduce, finish, below)                                   \
    NF_LANE double nf_near_##name(double x)                                                        \
    {                                                                                              \
        uint64_t k;                                                                                \
        bool near = x > (least) && x < (most);                                                     \
        double r = reduce(nf_choose(near, x, 0.0), &k);                                            \
        return nf_choose(near, finish(r, k), nf_choose(x > 0, NF_VAST, below) + (x - x));          \
    }
NF_EXPONENTIAL(exp, -700.0, 700.0, nf_reduce_exp, nf_exp_of, 1 / NF_VAST)
NF_EXPONENTIAL(exp2, -1000.0, 1000.0, nf_reduce_exp2, nf_exp_of, 1 / NF_VAST)
NF_EXPONENTIAL(exp10, -304.0, 304.0, nf_reduce_exp10, nf_exp_of, 1 / NF_VAST)
NF_EXPONENTIAL(expm1, -700.0, 700.0, nf_reduce_exp, nf_expm1_of, -1.0)
NF_EXPONENTIAL(exp2m1, -1000.0, 1000.0, nf_reduce_exp2, nf_expm1_of, -1.0)
NF_EXPONENTIAL(exp10m1, -304.0, 304.0, nf_reduce_exp10, nf_expm1_of, -1.0)

/* ---- logarithms ------------------------------------------------------------------------------ */

/* x = m 2^k, m in [sqrt 1/2, sqrt 2), x normal and above 0.  The exponent becomes a double by its
 * place in the significand of 2^52. */
NF_LANE double nf_split_number(double x, double *k)
{
    uint64_t u = nf_bits_of(x) - 0x3FE6A09E667F3BCD; /* sqrt 1/2 */
    uint64_t biased = (u + ((uint64_t)1 << 62)) >> 52;
    *k = nf_double_of(biased | 0x4330000000000000) - (4503599627370496.0 + 1024);
    return nf_double_of((u & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD);
}

NF_LANE double nf_twice_atanh(double s)
{
    return 2 * s * nf_poly_atanh(s * s);
}

/* k ln 2 + ln m: no cancellation, for k is 0 or |k ln 2| >= 2 |ln m|. */
NF_LANE double nf_log_of(double x, double correction)
{
    double k, m = nf_split_number(x, &k);
    double part = nf_twice_atanh((m - 1) / (m + 1)) + correction;
    return NF_FMA(k, NF_LN2_1, NF_FMA(k, NF_LN2_2, part));
}

NF_LANE double nf_near_log(double x)
{
    bool near = x > 0x1p-1000 && x < 0x1p1000;
    return nf_choose(near, nf_log_of(nf_choose(near, x, 1.0), 0), NF_NAN);
}

/* ln(1 + x) = ln u + e / u, u + e = 1 + x */
NF_LANE double nf_log1p_of(double x)
{
    double u = 1 + x, e = nf_residual_of_sum(1, x, u);
    return nf_log_of(u, e / u);
}

NF_LANE double nf_near_log1p(double x)
{
    bool near = x > -1 && x < 0x1p1000;
    return nf_choose(near, nf_log1p_of(nf_choose(near, x, 0.0)), NF_NAN);
}

#define NF_TIMES(name, of, factor)                                                                 \
    NF_LANE double nf_near_##name(double x)                                                        \
    {                                                                                              \
        return nf_near_##of(x) * (factor);                                                         \
    }
NF_TIMES(log2, log, NF_LOG2E)
NF_TIMES(log10, log, NF_LOG10E)
NF_TIMES(log2p1, log1p, NF_LOG2E)
NF_TIMES(log10p1, log1p, NF_LOG10E)

/* ---- arcs ------------------------------------------------------------------------------------ */

/* atan(n / d), n and d >= 0, not both 0: of n/d, or pi/4 beyond (n - d) / (n + d), or pi/2 beyond
 * -d/n, so that the polynomial has less than tan(pi/8); the difference n - d is exact or far from
 * 0. */
NF_LANE double nf_atan_of(double n, double d)
{
    bool low = n < 0.41421356237309503 * d, high = n > 2.4142135623730951 * d;
    double up = nf_choose(low, n, nf_choose(high, -d, n - d));
    double down = nf_choose(low, d, nf_choose(high, n, n + d)), t = up / down;
    double from = nf_choose(low, 0.0, nf_choose(high, NF_PI / 2, NF_PI / 4));
    return NF_FMA(nf_poly_atan(t * t), t, from);
}

NF_LANE double nf_near_arctan(double x)
{
    bool near = nf_magnitude_of(x) < 0x1p1000;
    double a = nf_choose(near, nf_magnitude_of(x), 0.0);
    return nf_choose(near, nf_signed_like(nf_atan_of(a, 1), x), NF_NAN);
}

NF_LANE double nf_near_arcsin(double x)
{
    bool near = nf_magnitude_of(x) <= 1;
    double a = nf_choose(near, nf_magnitude_of(x), 0.0);
    double z = nf_atan_of(a, __builtin_sqrt((1 - a) * (1 + a)));
    return nf_choose(near, nf_signed_like(z, x), NF_NAN);
}

NF_LANE double nf_near_arccos(double x)
{
    bool near = nf_magnitude_of(x) < 1;
    double a = nf_choose(near, x, 0.0);
    double z = 2 * nf_atan_of(__builtin_sqrt(1 - a), __builtin_sqrt(1 + a));
    return nf_choose(near, z, NF_NAN);
}

NF_TIMES(arcsinpi, arcsin, NF_1_PI)
NF_TIMES(arccospi, arccos, NF_1_PI)
NF_TIMES(arctanpi, arctan, NF_1_PI)

/* ---- hyperbolas ------------------------------------------------------------------------------ */

NF_LANE double nf_near_sinh(double x)
{
    double e = nf_near_expm1(nf_magnitude_of(x));
    return nf_signed_like(0.5 * (e + e / (e + 1)), x);
}

NF_LANE double nf_near_cosh(double x)
{
    double e = nf_near_exp(nf_magnitude_of(x));
    return 0.5 * (e + 1 / e);
}

/* From 40 on it is 1 but for 2^-115.  x - x is NaN where x is not finite. */
NF_LANE double nf_near_tanh(double x)
{
    uint64_t k;
    bool near = nf_magnitude_of(x) < 40;
    double r = nf_reduce_exp(nf_choose(near, 2 * nf_magnitude_of(x), 80.0), &k);
    double e = nf_expm1_of(r, k);
    return nf_signed_like(e / (e + 2), x) + (x - x);
}

NF_LANE double nf_near_arcsinh(double x)
{
    bool near = nf_magnitude_of(x) < 0x1p500;
    double a = nf_choose(near, nf_magnitude_of(x), 0.0), y = a * a;
    double z = nf_log1p_of(a + y / (1 + __builtin_sqrt(1 + y)));
    return nf_choose(near, nf_signed_like(z, x), NF_NAN);
}

NF_LANE double nf_near_arccosh(double x)
{
    bool near = x >= 1 && x < 0x1p500;
    double z = nf_choose(near, x, 1.0) - 1;
    return nf_choose(near, nf_log1p_of(z + __builtin_sqrt(z * (z + 2))), NF_NAN);
}

NF_LANE double nf_near_arctanh(double x)
{
    bool near = nf_magnitude_of(x) < 1;
    double a = nf_choose(near, nf_magnitude_of(x), 0.0);
    return nf_choose(near, nf_signed_like(0.5 * nf_log1p_of(2 * a / (1 - a)), x), NF_NAN);
}

/* ---- others ---------------------------------------------------------------------------------- */

/* x = m 2^(3q + r), r of -1, 0, 1: m^(1/3) is m w^2 (1 - h)^(-2/3) for a w near m^(-1/3), where
 * h = 1 - m w^3 is below 2^-11; the series of (1 - h)^(-2/3) leaves 2^-48. */
NF_LANE double nf_near_cbrt(double x)
{
    uint64_t q;
    bool near = nf_magnitude_of(x) > 0x1p-1000 && nf_magnitude_of(x) < 0x1p1000;
    double k, m = nf_split_number(nf_choose(near, nf_magnitude_of(x), 1.0), &k);
    double r = NF_FMA(-3.0, nf_split_whole(k * (1.0 / 3), &q), k);
    double w = nf_poly_cbrt(m - 1), y = w * w, h = NF_FMA(-m * w, y, 1.0);
    double p = NF_FMA(NF_FMA(40.0 / 81, h, 5.0 / 9), h, 2.0 / 3);
    double root = nf_choose(r > 0, NF_CBRT2, nf_choose(r < 0, NF_CBRT4 * 0.5, 1.0));
    y *= m * root;
    return nf_choose(near, nf_signed_like(nf_scale(NF_FMA(p * h, y, y), q), x), NF_NAN);
}

NF_LANE double nf_near_rsqrt(double x)
{
    bool near = x > 0x1p-1000 && x < 0x1p1000;
    return nf_choose(near, 1 / __builtin_sqrt(nf_choose(near, x, 1.0)), NF_NAN);
}

NF_LANE double nf_near_sigmoid(double x)
{
    return 1 / (1 + nf_near_exp(-x));
}

NF_LANE double nf_near_silu(double x)
{
    return nf_choose(x < -700, -1 / NF_VAST + (x - x), x / (1 + nf_near_exp(-x)));
}

NF_LANE double nf_near_softplus(double x)
{
    double z = nf_log1p_of(nf_near_exp(-nf_magnitude_of(x)));
    return nf_choose(x > 0, x, 0.0) + z;
}

NF_LANE double nf_near_sinc(double x)
{
    return nf_choose(x == 0, 1.0, nf_near_sinpi(x) / (x * NF_PI));
}

NF_LANE double nf_near_deg2rad(double x)
{
    return x * NF_PI * (1.0 / 180);
}

NF_LANE double nf_near_rad2deg(double x)
{
    return x * NF_1_PI * 180;
}

/* A level that does not compute in doubles has no use for their stages. */
#define NF_STAGE_DOUBLES(name)                                                                     \
    NF_UNUSED static void stage_##name(const double *restrict x, int n, double *restrict z)        \
    {                                                                                              \
        for (int i = 0; i < n; i++)                                                                \
            z[i] = nf_near_##name(x[i]);                                                           \
    }
#define NF_FUNCTION(name, kind, kernel, ...) NF_OF_ONE_##kernel(NF_STAGE_##kernel(name))
#include "nf_functions.def"
#undef NF_FUNCTION

/* Is no value z (1 +- 2^-44) near a switch between two codes?  Those have no more significant bits
 * than the format and one: the bits of a double at `below` are 0.  Nothing is known of zeros,
 * infinities, NaN, and what is not from 1 / most to most. */
NF_UNUSED static bool all_clear(const double *restrict z, int n, double most, uint64_t below)
{
    const double least = 1 / most;
    const uint64_t reach = 1 << 9; /* 2^-44 of z is at most 2^9 of its last bits */
    uint64_t any = 0;
    for (int i = 0; i < n; i++) {
        double size = nf_magnitude_of(z[i]);
        uint64_t near = ((nf_bits_of(z[i]) + reach) & below) <= 2 * reach;
        any |= near | !(size > least && size < most);
    }
    return any == 0;
}

/* Between which numbers a result lies for certain; open: the core's. */
NF_UNUSED static void bounds(const double *restrict z, int n, double most, double *restrict low,
                             double *restrict high, uint32_t *restrict open)
{
    const double least = 1 / most;
    for (int i = 0; i < n; i++) {
        double size = nf_magnitude_of(z[i]);
        bool known = size > least && size < most;
        double y = nf_choose(known, z[i], 1.0);
        low[i] = y * (1 - 0x1p-44);
        high[i] = y * (1 + 0x1p-44);
        open[i] = !known;
    }
}

#endif
