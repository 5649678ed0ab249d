/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one hold many exact sums side by side, in doubles?
 *
 * A sum is a few limbs; limb d is a multiple of its weight, 2^width times the weight of the next:
 *
 *     weight       2^2w      2^w       1            sums of terms, not yet carried:
 *     limb[d]    |   l0   |   l1   |   l2   |       a limb may be longer than width bits
 *
 * What is added is cut at the weights by adding and subtracting sigma = 1.5 * 2^52 * weight, which
 * rounds to a multiple of that weight: exact for less than 2^51 of them.  All steps are exact as
 * long as every limb stays below 2^51 times its weight, for which the caller vouches; only the last
 * step rounds. */
#ifndef NF_LIMBS_H
#define NF_LIMBS_H

#include <stdbool.h>

enum { NF_LIMB_BLOCK = 256, NF_LIMBS_MAX = 16 };

typedef struct nf_limbs {
    int count;
    double weight[NF_LIMBS_MAX], sigma[NF_LIMBS_MAX]; /* powers of two, 1.5 * 2^52 times as much */
    double limb[NF_LIMBS_MAX][NF_LIMB_BLOCK];
} nf_limbs;

typedef struct nf_limb_loops {
    /* Every |x| is below 2^*most, and at least 2^(*least - 1) if it is not 0; *least > *most: all
     * are 0.  False: there are others than numbers. */
    bool (*extremes)(const double *x, int n, int *least, int *most);
    /* Elements 0..n-1: += x * factor, a multiple of the weight of limb d that is below 2^53 times
     * that; factor is a power of two, perhaps negative, and d > 0. */
    void (*add_integers)(nf_limbs *sums, int d, const double *x, double factor, int n);
    /* += x * scale, below 2^51 times the weight of limb 0; each scale a power of two. */
    void (*add_doubles)(nf_limbs *sums, const double *x, const double *scale, int n);
    /* += x * factor * scale, the product of two doubles; `whole`: it is a double. */
    void (*add_products)(nf_limbs *sums, const double *x, double factor, const double *scale,
                         bool whole, int n);
    /* out = the sums times scale, rounded to odd with at least 53 - NF_LIMBS_MAX bits.  The limbs
     * are changed. */
    void (*round)(nf_limbs *sums, const double *scale, int n, double *out);
} nf_limb_loops;

extern const nf_limb_loops nf_limb_loops_portable, nf_limb_loops_avx2, nf_limb_loops_avx512,
    nf_limb_loops_neon;
/* Of the level that runs (levels.c). */
const nf_limb_loops *nf_find_limb_loops(void);

#endif
