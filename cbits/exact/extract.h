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
 * unit and at most 2^(top + ROOM) = 2^53 * unit.  Two levels take 2 * (53 - ROOM) = 84 bits, which
 * is all there is in ordinary data; what remains is extracted again, or added by itself. */
#ifndef NF_EXTRACT_H
#define NF_EXTRACT_H

#include "doubles.h"
#include "exact_kernels.h"

enum {
    ROOM_BITS = 11,           /* products and residuals of a block: 2^11 terms */
    LEVEL_BITS = 53 - ROOM_BITS,
    PASSES = 3                /* of two levels each; then the rest goes in one by one */
};

/* Four lanes; the compiler makes two of them where the CPU has shorter vectors. */
typedef double nf_vector __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t nf_lanes __attribute__((vector_size(32), aligned(8), may_alias));
enum { LANES = 4 };

_Static_assert(2 * NF_BLOCK <= 1 << ROOM_BITS, "a block's terms add exactly");

/* The terms of a block: `count` is a multiple of 2 * LANES, filled up with zeros. */
typedef struct nf_terms {
    int count;
    double *term; /* changed: what is extracted is taken away */
} nf_terms;

NF_INLINE nf_vector *nf_vectors(double *p)
{
    return (nf_vector *)p;
}

/* The largest magnitude, as bits: those of infinity and NaN are above every number's. */
NF_INLINE uint64_t nf_largest(const double *p, int count)
{
    const nf_lanes *v = (const nf_lanes *)p, magnitude = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    nf_lanes m[2] = {{0}, {0}};
    for (int i = 0; i < count / LANES; i += 2)
        for (int j = 0; j < 2; j++) {
            nf_lanes x = v[i + j] & magnitude, larger = x > m[j];
            m[j] = (x & larger) | (m[j] & ~larger);
        }
    int64_t most = 0;
    for (int j = 0; j < 2 * LANES; j++)
        most = m[j / LANES][j % LANES] > most ? m[j / LANES][j % LANES] : most;
    return (uint64_t)most;
}

NF_INLINE double nf_across(nf_vector a, nf_vector b)
{
    double sum = 0;
    for (int j = 0; j < LANES; j++)
        sum += a[j] + b[j];
    return sum;
}

/* Takes two levels out of the terms below 2^top: adds them to sum[0] and sum[1].  True when
 * something remains. */
NF_INLINE bool nf_extract_pass(nf_terms t, int top, double *sum)
{
    double first = 1.5 * nf_power_of_two(top + ROOM_BITS - 1);
    double second = first * nf_power_of_two(-LEVEL_BITS - 1);
    nf_vector high = {first, first, first, first}, low = {second, second, second, second};
    nf_vector acc[4] = {{0}, {0}, {0}, {0}}, *v = nf_vectors(t.term);
    nf_lanes rest = {0};
    for (int i = 0; i < t.count / LANES; i += 2)
        for (int j = 0; j < 2; j++) {
            nf_vector p = v[i + j], q = (p + high) - high;
            p -= q;
            nf_vector r = (p + low) - low;
            p -= r;
            acc[j] += q;
            acc[2 + j] += r;
            v[i + j] = p;
            rest |= (nf_lanes)p << 1; /* a zero of either sign is nothing */
        }
    sum[0] = nf_across(acc[0], acc[1]);
    sum[1] = nf_across(acc[2], acc[3]);
    return (rest[0] | rest[1] | rest[2] | rest[3]) != 0;
}

/* q += every term; they are below 2^top in magnitude. */
NF_INLINE void nf_extract(nf_accumulator *q, nf_terms t, int top)
{
    double sum[2];
    bool more = true;
    for (int pass = 0; more && pass < PASSES && top > -850; pass++) {
        more = nf_extract_pass(t, top, sum);
        nf_accumulate_double(q, sum[0]);
        nf_accumulate_double(q, sum[1]);
        top -= 2 * (LEVEL_BITS + 1);
    }
    for (int i = 0; more && i < t.count; i++)
        nf_accumulate_double(q, t.term[i]);
}

#endif
