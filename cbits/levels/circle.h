/* SPDX-License-Identifier: BSD-3-Clause */
/* What are sine, cosine and tangent of numbers of at most 32 bits, approximately, in doubles?
 *
 *     x = k pi/2 + r, |r| <= pi/4      |x| < 2^19: in three steps of doubles, as vectors
 *                                      |x| < 2^256: X 2^e (2^e 2/pi mod 4), in 128 bits:
 *
 *     k k . f f f f f f ...            126 bits f, wrong below 2^-94; f or f - 1 is 2^-40 at least
 *
 * two_over_pi.py writes 2^e 2/pi mod 4, and computes the 2^-40, for both ranges. */
#ifndef NF_CIRCLE_H
#define NF_CIRCLE_H

#include "core/bits.h"
#include "doubles.h"
#include "function_parts.h"
#include "two_over_pi.h"

#define NF_FAR 0x1p19

/* k has at most 19 bits: k NF_HALF_PI_1 is exact, and so is what it leaves of x: a multiple of
 * 2^-32 or of x's last bit, below 1.  Where the second step cancels it is exact as well; the third
 * one's error is 2^-53 of 2^-47 at most, and r is 2^-40 at least. */
NF_LANE double nf_reduce_circle_near(double x, uint64_t *k)
{
    double whole = nf_split_whole(x * NF_2_PI, k);
    double r = NF_FMA(-whole, NF_HALF_PI_1, x);
    return NF_FMA(-whole, NF_HALF_PI_3, NF_FMA(-whole, NF_HALF_PI_2, r));
}

/* NaN where x is not one of those numbers.  The low word's rounding, 2^-53 of 2^-62, is 2^-75 of r
 * at most. */
static double nf_reduce_circle_far(double x, uint64_t *k)
{
    uint64_t u = nf_bits_of(x), below = ((uint64_t)1 << 21) - 1;
    int e = (int)(u >> 52 & 0x7FF) - 1023 - 31;
    *k = 0;
    if (e < NF_LEAST_TURN || e > NF_MOST_TURN || (u & below) != 0)
        return NF_NAN;
    const uint64_t *turn = nf_turns[e - NF_LEAST_TURN];
    uint64_t significand = (u >> 21 & 0x7FFFFFFF) | (uint64_t)1 << 31;
    nf_u128 f = ((nf_u128)turn[0] << 64 | turn[1]) * significand;
    nf_u128 nearest = (f + ((nf_u128)1 << 125)) >> 126;
    f -= nearest << 126;
    double turns = (double)(int64_t)(f >> 64) * 0x1p-62 + (double)(uint64_t)f * 0x1p-126;
    *k = u & NF_SIGN ? -(uint64_t)nearest : (uint64_t)nearest;
    return turns * (u & NF_SIGN ? -NF_PI / 2 : NF_PI / 2);
}

/* x = k/2 + f: f pi */
NF_LANE double nf_reduce_half_turns_near(double x, uint64_t *k)
{
    double whole = nf_split_whole(2 * x, k);
    return NF_FMA(-0.5, whole, x) * NF_PI;
}

NF_LANE double nf_sin_of(double r, uint64_t k)
{
    double y = r * r, s = nf_poly_sin(y) * r, c = nf_poly_cos(y);
    return nf_double_of(nf_bits_of(nf_choose(k & 1, c, s)) ^ (k & 2) << 62);
}

NF_LANE double nf_cos_of(double r, uint64_t k)
{
    return nf_sin_of(r, k + 1);
}

NF_LANE double nf_tan_of(double r, uint64_t k)
{
    double y = r * r, s = nf_poly_sin(y) * r, c = nf_poly_cos(y);
    return nf_choose(k & 1, -c, s) / nf_choose(k & 1, s, c);
}

#define NF_CIRCULAR(name, most, reduce, finish)                                                    \
    NF_LANE double nf_near_##name(double x)                                                        \
    {                                                                                              \
        uint64_t k;                                                                                \
        bool near = nf_magnitude_of(x) < (most);                                                   \
        double r = reduce(nf_choose(near, x, 0.0), &k);                                            \
        return nf_choose(near, finish(r, k), NF_NAN);                                              \
    }
NF_CIRCULAR(sin, NF_FAR, nf_reduce_circle_near, nf_sin_of)
NF_CIRCULAR(cos, NF_FAR, nf_reduce_circle_near, nf_cos_of)
NF_CIRCULAR(tan, NF_FAR, nf_reduce_circle_near, nf_tan_of)
NF_CIRCULAR(sinpi, 0x1p40, nf_reduce_half_turns_near, nf_sin_of)
NF_CIRCULAR(cospi, 0x1p40, nf_reduce_half_turns_near, nf_cos_of)
NF_CIRCULAR(tanpi, 0x1p40, nf_reduce_half_turns_near, nf_tan_of)
#undef NF_CIRCULAR

/* Far numbers one by one, after the vectors. */
#define NF_STAGE_CIRCLE(name)                                                                      \
    NF_UNUSED static void stage_##name(const double *restrict x, int n, double *restrict z)        \
    {                                                                                              \
        uint64_t far = 0;                                                                          \
        for (int i = 0; i < n; i++) {                                                              \
            z[i] = nf_near_##name(x[i]);                                                           \
            far |= nf_magnitude_of(x[i]) >= NF_FAR;                                                \
        }                                                                                          \
        for (int i = 0; far && i < n; i++)                                                         \
            if (nf_magnitude_of(x[i]) >= NF_FAR) {                                                 \
                uint64_t k;                                                                        \
                double r = nf_reduce_circle_far(x[i], &k);                                         \
                z[i] = nf_##name##_of(r, k);                                                       \
            }                                                                                      \
    }

#endif
