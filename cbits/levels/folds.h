/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the accumulator models need from a CPU level?  Folds over rows of doubles. */
#ifndef NF_FOLDS_H
#define NF_FOLDS_H

#include <stdint.h>

/* Columns of a panel: s and each row of b are NF_PANEL doubles apart, of which the first `width`
 * (a multiple of 8) are computed. */
enum { NF_PANEL = 128 };

/* How a float format rounds a double: see nf_round_lane in folds.c. */
typedef struct {
    double least, most; /* 2^exponent of the smallest normal and of the largest finite value */
    double scale;       /* 1.5 * 2^(52 - man) */
    double max;         /* the largest finite value */
    double beyond; /* what stands there for larger ones: infinity or NaN, unless it saturates */
    int saturate;
    int bare; /* no fraction bits: the last bit of a code is that of its exponent */
} nf_rounder;

/* s[j] folded with a[l] * b[l][j], l = 0..k-1.  Returns nonzero if a value was saturated. */
typedef uint64_t nf_lane_fold(double *s, const double *a, const double *b, intptr_t stride,
                              intptr_t width, intptr_t k, const nf_rounder *r);

typedef struct {
    nf_lane_fold *fused, *sequential; /* s = rnd(s + p), s = rnd(s + rnd(p)) */
    nf_lane_fold *round;              /* s = rnd(p) of one row: k is 1 */
    nf_lane_fold *add;                /* s = rnd(s + b) of one row, both values of the format */
    nf_lane_fold *add_exact;          /* the same, b any double */
    /* One group: acc and the terms cut to `bits` bits below the largest, added exactly. */
    void (*aligned)(double *acc, const double *a, const double *b, intptr_t stride, intptr_t width,
                    intptr_t k, int bits);
} nf_lane_folds;

extern const nf_lane_folds nf_lane_folds_portable, nf_lane_folds_avx2, nf_lane_folds_avx512,
    nf_lane_folds_neon;
/* Of the level that runs (levels.c). */
const nf_lane_folds *nf_find_lane_folds(void);

#endif
