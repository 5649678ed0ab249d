/* SPDX-License-Identifier: BSD-3-Clause */
/* How do doubles add, multiply, divide, ... so that a second rounding cannot go wrong?
 *
 * Each operation in two ways: rounded to nearest (NEAR), where the format is so narrow that this
 * decides its rounding as well, or rounded to odd (ODD) with the error of the operation.  target.c
 * says which; it also keeps operands where errors are exact doubles. */
#ifndef NF_DOUBLE_OPERATIONS_H
#define NF_DOUBLE_OPERATIONS_H

#include "core/host_rounding.h"
#include "host_numbers.h"
#include "round_to_odd.h"
#include "stages.h"

/* ---- elements -------------------------------------------------------------------------------- */

NF_LANE double nf_near_add(double a, double b)
{
    return a + b;
}
NF_LANE double nf_near_sub(double a, double b)
{
    return a - b;
}
NF_LANE double nf_odd_sub(double a, double b)
{
    return nf_odd_sum(a, -b);
}
NF_LANE double nf_near_mul(double a, double b)
{
    return a * b;
}
/* Rounded toward zero, to odd is a last bit of 1 where something was cut off; e is not 0 there. */
NF_LANE double nf_cut_to_odd(double z, double e)
{
#ifdef NF_CUTS
    return nf_double_of(nf_bits_of(z) | (nf_magnitude_of(e) > 0 ? 1 : 0));
#else
    return nf_to_odd(z, e);
#endif
}

NF_LANE double nf_odd_mul(double a, double b)
{
    double z = a * b;
    return nf_cut_to_odd(z, __builtin_fma(a, b, -z));
}
NF_LANE double nf_near_div(double a, double b)
{
    return a / b;
}

/* The remainder a - z*b is a double, and the error of z has its sign, divided by b. */
NF_LANE double nf_odd_div(double a, double b)
{
    double z = a / b, remainder = __builtin_fma(-z, b, a);
    return nf_cut_to_odd(z, nf_double_of(nf_bits_of(remainder) ^ (nf_bits_of(b) & NF_SIGN)));
}
NF_LANE double nf_near_sqrt(double a)
{
    return __builtin_sqrt(a);
}
NF_LANE double nf_odd_sqrt(double a)
{
    double z = __builtin_sqrt(a);
    return nf_cut_to_odd(z, __builtin_fma(-z, z, a));
}

/* Boldo and Melquiond, Emulation of FMA and correctly rounded sums: proved algorithms using
 * rounding to odd, IEEE Trans. Computers 57, 2008:  a*b = p + q,  c + q = t + u,  p + t = v + w;
 * v + odd(u + w) is the exact sum but for a last bit that says on which side of v it lies.  Where
 * the result is 0 or not finite, p + c has its sign, or kind. */
NF_LANE double nf_odd_fma(double a, double b, double c)
{
    double p = a * b, q = __builtin_fma(a, b, -p);
    double t = c + q, u = nf_residual_of_sum(c, q, t);
    double v = p + t, w = nf_residual_of_sum(p, t, v);
    double z = nf_odd_sum(v, nf_odd_sum(u, w));
    return ((nf_not_finite(v) != 0) | (z == 0)) ? p + c : z;
}

/* |a| < 2^52 has a fraction; 2^52 + |a| rounds it away. */
NF_LANE double nf_whole(double a, nf_rounding mode)
{
    const double magic = 0x1p52;
    double m = nf_magnitude_of(a), t = (m + magic) - magic;
    double above = nf_bits_of(a) >> 63 ? 0.0 : 1.0; /* is toward plus infinity away from 0? */
    switch (mode) {
    case NF_TOWARD_ZERO: t -= t > m ? 1.0 : 0.0; break;
    case NF_TOWARD_POSITIVE: t += (t < m ? above : 0.0) - (t > m ? 1.0 - above : 0.0); break;
    case NF_TOWARD_NEGATIVE: t += (t < m ? 1.0 - above : 0.0) - (t > m ? above : 0.0); break;
    default: break;
    }
    t = m < magic ? t : m; /* NaN and infinity stay */
    return nf_double_of(nf_bits_of(t) | (nf_bits_of(a) & NF_SIGN));
}
NF_LANE double nf_rint_of(double a)
{
    return nf_whole(a, NF_NEAREST_EVEN);
}
NF_LANE double nf_floor_of(double a)
{
    return nf_whole(a, NF_TOWARD_NEGATIVE);
}
NF_LANE double nf_ceil_of(double a)
{
    return nf_whole(a, NF_TOWARD_POSITIVE);
}
NF_LANE double nf_trunc_of(double a)
{
    return nf_whole(a, NF_TOWARD_ZERO);
}

/* ---- loops ----------------------------------------------------------------------------------- */

#define NF_STAGE_LOOP(name, parameters, result)                                                    \
    static __attribute__((noinline)) void stage_##name parameters                                  \
    {                                                                                              \
        n = nf_full(n); /* it is: now the compiler knows */                                        \
        for (int i = 0; i < n; i++)                                                                \
            z[i] = result;                                                                         \
    }
#define NF_STAGE_1(name, element)                                                                  \
    NF_STAGE_LOOP(name, (const double *restrict a, int n, double *restrict z), element(a[i]))
#define NF_STAGE_2(name, element)                                                                  \
    NF_STAGE_LOOP(name,                                                                            \
                  (const double *restrict a, const double *restrict b, int n, double *restrict z), \
                  element(a[i], b[i]))

NF_STAGE_2(near_add, nf_near_add)
NF_STAGE_2(any_add, nf_odd_sum)
NF_STAGE_2(near_sub, nf_near_sub)
NF_STAGE_2(any_sub, nf_odd_sub)
NF_STAGE_2(near_mul, nf_near_mul)
NF_STAGE_2(cut_mul, nf_odd_mul)
NF_STAGE_2(near_div, nf_near_div)
NF_STAGE_2(cut_div, nf_odd_div)
NF_STAGE_1(near_sqrt, nf_near_sqrt)
NF_STAGE_1(cut_sqrt, nf_odd_sqrt)
NF_STAGE_1(rint, nf_rint_of)
NF_STAGE_1(floor, nf_floor_of)
NF_STAGE_1(ceil, nf_ceil_of)
NF_STAGE_1(trunc, nf_trunc_of)
NF_STAGE_LOOP(fma,
              (const double *restrict a, const double *restrict b, const double *restrict c, int n,
               double *restrict z),
              nf_odd_fma(a[i], b[i], c[i]))

NF_STAGE_LOOP(near_fma,
              (const double *restrict a, const double *restrict b, const double *restrict c, int n,
               double *restrict z),
              __builtin_fma(a[i], b[i], c[i]))

/* Nothing of these may be inlined: the compiler knows nothing of the mode. */
#define NF_CUT_2(name)                                                                             \
    static void stage_odd_##name(const double *restrict a, const double *restrict b, int n,        \
                                 double *restrict z)                                               \
    {                                                                                              \
        nf_host_float_cut();                                                                       \
        stage_cut_##name(a, b, n, z);                                                              \
        nf_host_float_nearest();                                                                   \
    }
NF_CUT_2(mul)
NF_CUT_2(div)

static void stage_odd_sqrt(const double *restrict a, int n, double *restrict z)
{
    nf_host_float_cut();
    stage_cut_sqrt(a, n, z);
    nf_host_float_nearest();
}

/* Most blocks of sums are exact: z - a is exact for the larger operand a (Dekker), so it is b
 * exactly where z is a + b. */
#define NF_SUM_STAGE(name, negated)                                                                \
    static void stage_odd_##name(const double *restrict a, const double *restrict b, int n,        \
                                 double *restrict z)                                               \
    {                                                                                              \
        uint64_t inexact = 0;                                                                      \
        n = nf_full(n);                                                                            \
        for (int i = 0; i < n; i++) {                                                              \
            double y = negated b[i], sum = a[i] + y;                                               \
            inexact |= (sum - a[i] == y ? 0 : 1) | (sum - y == a[i] ? 0 : 1);                      \
            z[i] = sum;                                                                            \
        }                                                                                          \
        if (inexact)                                                                               \
            stage_any_##name(a, b, n, z);                                                          \
    }
NF_SUM_STAGE(add, +)
NF_SUM_STAGE(sub, -)

static bool raises(const double *const *x, int operands, const double *z, int n)
{
    uint64_t found = 0;
    for (int i = 0; i < n; i++) {
        uint64_t finite = 1, number = 1;
        for (int k = 0; k < operands; k++) {
            finite &= 1 - nf_not_finite(x[k][i]);
            number &= x[k][i] == x[k][i] ? 1 : 0;
        }
        found |= (finite & nf_not_finite(z[i])) | (number & (z[i] == z[i] ? 0 : 1));
    }
    return found != 0;
}

#endif
