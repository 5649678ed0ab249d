/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one compute with arrays of double-doubles, unevaluated sums hi + lo of two doubles?
 * (Part of the public face.)
 *
 * In operands and results hi is hi + lo rounded to nearest, and lo is 0 where hi is no finite number.
 * The same bits at every CPU level.  Infinities, NaN and signs of zeros are those of IEEE 754.
 *
 * Relative errors, u = 2^-53: a sum 3 u^2, a product 7 u^2, a quotient 12 u^2, a root 5 u^2, a
 * function 2^-96; below 2^-900 absolute errors of few 2^-1074 are added. */
#ifndef NF_DD_ARRAYS_H
#define NF_DD_ARRAYS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct nf_dd_array {
    const double *hi, *lo;
    intptr_t step; /* doubles from one element to the next; 0: all are the first */
} nf_dd_array;

/* The number of an operation by its name in nf_ops.def, or -1 if there is none for double-doubles;
 * comparisons are apart. */
int nf_dd_find(const char *name);
int nf_dd_find_comparison(const char *name);

/* All of these return false if they were stopped (nf_stop.h); results are dense and lie apart from
 * operands. */

/* hi + lo = operation(x[0], ...), as many operands as the operation has. */
bool nf_dd_call(int operation, const nf_dd_array *x, intptr_t n, double *hi, double *lo);
bool nf_dd_compare(int comparison, const nf_dd_array *x, intptr_t n, bool *out);

/* Of dense x[outer][n][inner], the sums over n, in pairs: an error of (8 + log2 n) 3 u^2 times the sum
 * of magnitudes. */
bool nf_dd_sum(const nf_dd_array *x, intptr_t outer, intptr_t n, intptr_t inner, double *hi,
               double *lo);
/* The sums of the first 1, 2, ..., n, one by one: 3 n u^2 of the sum of magnitudes. */
bool nf_dd_running_sum(const nf_dd_array *x, intptr_t outer, intptr_t n, intptr_t inner, double *hi,
                       double *lo);
/* out[m][n] = a[m][k] b[k][n], dense, added one by one: (3k + 7) u^2 of the product of magnitudes. */
bool nf_dd_multiply(intptr_t m, intptr_t k, intptr_t n, const nf_dd_array *a, const nf_dd_array *b,
                    double *hi, double *lo);

#endif
