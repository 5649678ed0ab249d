/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one CPU level offer for arrays of double-doubles?  Loops without branches, with the same
 * bits at every level.
 *
 * hi is hi + lo rounded to nearest, in operands and results; lo is 0 where hi is no finite number. */
#ifndef NF_DOUBLE_DOUBLE_LOOPS_H
#define NF_DOUBLE_DOUBLE_LOOPS_H

#include "nf.h"

/* x: hi and lo of each operand in turn; none of them overlaps the result. */
typedef void nf_dd_loop(const double *const *x, int n, double *hi, double *lo);
typedef void nf_dd_truths(const double *const *x, int n, bool *out);

typedef struct nf_dd_loops {
    nf_dd_loop *operation[NF_OP_COUNT]; /* NULL where there is none */
    nf_dd_truths *compare[NF_OP_COUNT];
    /* s[i] += x[i]; s[i] += c x[i], c = factor[0] + factor[1]; x apart from s. */
    void (*accumulate)(const double *x_hi, const double *x_lo, int n, double *hi, double *lo);
    void (*add_multiple)(const double *factor, const double *x_hi, const double *x_lo, int n,
                         double *hi, double *lo);
    /* The sums of `before`, hi and lo, and x[0], ..., x[i], one by one. */
    void (*running)(const double *before, const double *x_hi, const double *x_lo, int n, double *hi,
                    double *lo);
} nf_dd_loops;

extern const nf_dd_loops nf_dd_loops_portable, nf_dd_loops_avx2, nf_dd_loops_avx512,
    nf_dd_loops_neon;
/* Of the level that runs (levels.c). */
const nf_dd_loops *nf_find_dd_loops(void);

#endif
