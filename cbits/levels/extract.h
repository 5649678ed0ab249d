/* SPDX-License-Identifier: BSD-3-Clause */
/* How are a thousand doubles added exactly, faster than one by one?
 *
 * By extraction (Rump's AccSum).  Let all |p| < 2^top.  Adding sigma = 1.5 * 2^52 * unit to p and
 * subtracting it again leaves q, p rounded to a multiple of unit; both steps are exact, as the sum
 * lies in the binade of sigma, and p - q is exact, too:
 *
 *     p        |----------------------|          unit = 2^(top + ROOM - 53)
 *     q        |----------|                      |p - q| <= unit / 2, for the next level
 *     sigma   1.1000000000|
 *
 * The q of up to 2^ROOM terms add without an error in any order: each partial sum is a multiple of
 * unit and at most 2^(top + ROOM) = 2^53 * unit.  Two levels take 2 * (53 - ROOM) = 86 bits, which
 * is all there is in ordinary data; what remains is extracted again, or added by itself. */
#ifndef NF_EXTRACT_H
#define NF_EXTRACT_H

#ifdef __AVX__
#include <immintrin.h>
#endif

#include <float.h>

#include "core/core.h"
#include "round_to_odd.h"
#include "exact_kernels.h"

enum {
    ROOM_BITS = 10, /* products and residuals of a block: 2^10 terms */
    LEVEL_BITS = 53 - ROOM_BITS,
    PASSES = 3,      /* of two levels each; then the rest goes in one by one */
    LEAST_TOP = -850 /* below it a level's unit might underflow */
};

/* As many lanes as one vector of the CPU level has. */
#ifdef __AVX__
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif
typedef double nf_vector __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef int64_t nf_lanes __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

_Static_assert(2 * NF_BLOCK <= 1 << ROOM_BITS, "a block's terms add exactly");

/* The terms of a block, each below 2^top in magnitude: `count` of them, a multiple of 2 * LANES,
 * filled up with zeros.  Terms are changed: what is extracted is taken away. */
typedef struct nf_terms {
    double *term;
    int count, top;
    bool short_half; /* the second half are residuals: below 2^(top - 53) */
} nf_terms;

/* m where x is a NaN. */
NF_INLINE nf_vector nf_vector_max(nf_vector x, nf_vector m)
{
#ifdef __AVX__
    return _mm256_max_pd(x, m);
#else
    nf_lanes larger = x > m;
    return (nf_vector)(((nf_lanes)x & larger) | ((nf_lanes)m & ~larger));
#endif
}

NF_INLINE nf_vector nf_all(double x)
{
    return (nf_vector){0} + x;
}

/* The largest and the smallest magnitude, NaN apart. */
NF_INLINE void nf_extremes(const double *p, int count, double *largest, double *smallest)
{
    const nf_vector *v = (const nf_vector *)p;
    const nf_lanes magnitude = (nf_lanes){0} + INT64_MAX;
    nf_vector m[2] = {nf_all(0), nf_all(0)}, s[2] = {nf_all(-DBL_MAX), nf_all(-DBL_MAX)};
    for (int i = 0; i < count / LANES; i += 2)
        for (int j = 0; j < 2; j++) {
            nf_vector x = (nf_vector)((nf_lanes)v[i + j] & magnitude);
            m[j] = nf_vector_max(x, m[j]);
            s[j] = nf_vector_max(-x, s[j]);
        }
    double most = 0, least = -DBL_MAX;
    for (int j = 0; j < 2 * LANES; j++) {
        double x = m[j / LANES][j % LANES], y = s[j / LANES][j % LANES];
        most = x > most ? x : most;
        least = y > least ? y : least;
    }
    *largest = most;
    *smallest = -least;
}

NF_INLINE double nf_across(nf_vector a, nf_vector b)
{
    double sum = 0;
    for (int j = 0; j < LANES; j++)
        sum += a[j] + b[j];
    return sum;
}

/* Takes the levels of first and second out of the terms, or only the second one: adds them to
 * sum[0] and sum[1].  True when something remains. */
NF_INLINE bool nf_extract_levels(double *term, int count, bool both, double first, double second,
                                 double *sum)
{
    const nf_vector high = nf_all(first), low = nf_all(second);
    nf_vector acc[4] = {{0}, {0}, {0}, {0}}, *v = (nf_vector *)term;
    nf_lanes rest[2] = {{0}, {0}};
    for (int i = 0; i < count / LANES; i += 2)
        for (int j = 0; j < 2; j++) {
            nf_vector p = v[i + j];
            if (both) {
                nf_vector q = (p + high) - high;
                p -= q;
                acc[j] += q;
            }
            nf_vector r = (p + low) - low;
            p -= r;
            acc[2 + j] += r;
            v[i + j] = p;
            rest[j] |= (nf_lanes)p;
        }
    sum[0] += nf_across(acc[0], acc[1]);
    sum[1] += nf_across(acc[2], acc[3]);
    nf_lanes all = (rest[0] | rest[1]) << 1; /* a zero of either sign is nothing */
    int64_t any = 0;
    for (int j = 0; j < LANES; j++)
        any |= all[j];
    return any != 0;
}

NF_INLINE bool nf_extract_pass(nf_terms t, double *sum)
{
    double first = 1.5 * nf_power_of_two(t.top + ROOM_BITS - 1);
    double second = first * nf_power_of_two(-LEVEL_BITS - 1);
    sum[0] = sum[1] = 0;
    if (!t.short_half)
        return nf_extract_levels(t.term, t.count, true, first, second, sum);
    int half = t.count / 2;
    bool more = nf_extract_levels(t.term, half, true, first, second, sum);
    return nf_extract_levels(t.term + half, half, false, first, second, sum) | more;
}

/* q += every term.  False, and nothing added, when one is a NaN. */
NF_INLINE bool nf_extract(nf_accumulator *q, nf_terms t)
{
    double sum[2];
    bool more = true;
    for (int pass = 0; more && pass < PASSES && t.top > LEAST_TOP; pass++) {
        more = nf_extract_pass(t, sum);
        if (sum[0] != sum[0])
            return false; /* in the first pass: later ones have lost no NaN */
        nf_accumulate_double(q, sum[0]);
        nf_accumulate_double(q, sum[1]);
        t.top -= 2 * (LEVEL_BITS + 1);
        t.short_half = false;
    }
    for (int i = 0; more && i < t.count; i++)
        nf_accumulate_double(q, t.term[i]);
    return true;
}

#endif
