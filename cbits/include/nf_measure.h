/* SPDX-License-Identifier: BSD-3-Clause */
/* How large are the errors of an array of results, and what kind are they?
 * (Part of the public face; numformats/analysis/ruler.py explains every figure.) */
#ifndef NF_MEASURE_H
#define NF_MEASURE_H

#include <stdint.h>

enum { NF_ULP_BINS = 40, NF_ULP_EXPONENTS = 2048 };

/* Numbers as unevaluated sums of two doubles; low NULL: of one. */
typedef struct nf_doubles {
    const double *high, *low;
} nf_doubles;

/* What a format can hold, and 1 / spacing by the exponent field of a double; 0: not yet known. */
typedef struct nf_ruler {
    double lowest, largest, smallest;
    double per_ulp[NF_ULP_EXPONENTS];
} nf_ruler;

/* The errors of all results that were measured with one ruler. */
typedef struct nf_errors {
    int64_t elements;         /* value, exact result and truth are finite, the last two not 0 */
    int64_t nonzero_for_zero; /* not 0 where the exact result or truth is */
    int64_t nans, lost;       /* values that are none; not finite although truth is */
    int64_t saturated, underflowed;
    double introduced, inherited; /* largest relative errors */
    double ulps, sum_of_ulps;     /* of the whole error, at truth */
    int64_t histogram[NF_ULP_BINS];
} nf_errors;

/* Add n results to `sum`; error gets value - local, half what lies halfway from value to truth.
 * value: in the format; local: the exact result of the format's operands; truth: of the true ones.
 * half may be NULL.
 * Returns -1, or (and `sum` is as it was) an exponent field whose spacing the ruler lacks. */
int nf_measure(intptr_t n, nf_doubles value, nf_doubles local, nf_doubles truth,
               const nf_ruler *ruler, double *error, double *half, nf_errors *sum);

/* Where are results, exact or true, no larger than the larger operand divided by `factor`?
 * The steps are 1, or 0 for one number beside an array.  Returns how many; places has room for n. */
intptr_t nf_find_cancelled(intptr_t n, const double *x, intptr_t x_step, const double *y,
                           intptr_t y_step, const double *exact, const double *truth, double factor,
                           int64_t *places);

/* Sums of slope times error and of its size, over the products that are finite; an error of 0 has
 * no share whatever the slope. */
typedef struct nf_shares {
    double net, gross;
} nf_shares;
nf_shares nf_share(intptr_t n, const double *slope, const double *error);

#endif
