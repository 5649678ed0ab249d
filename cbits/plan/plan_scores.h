/* SPDX-License-Identifier: BSD-3-Clause */
/* How do scores of attention become weights, and derivatives by weights those by scores, row by row?
 *
 * All numbers are of the format of scores; the roundings are those of the layer's NumPy code and of
 * its derivative's (numformats/training/attention.py, activations.weights_of). */
#ifndef NF_PLAN_SCORES_H
#define NF_PLAN_SCORES_H

#include "plan_kernels.h"

typedef struct nf_scores {
    nf_format format;
    intptr_t length; /* of a row, and of a column */
    bool causal;     /* row i sees columns 0 to i */
    char *divisor;   /* of products of queries and keys: one number */
    char *row;       /* room for a row */
    nf_accumulator *q;
    uint64_t zero;
} nf_scores;

/* Of each row: the shift of its exponents, their sum, what arrives at that sum; one number for each,
 * or of all rows `length` numbers. */
typedef struct nf_softened {
    char *shift, *sum, *arrives;
} nf_softened;

/* Row i of products becomes exponentials; their shift and their sum are stored. */
void nf_soften(const nf_scores *s, intptr_t i, char *e, const nf_softened *to, nf_env *env);
/* n exponentials become weights: `step` 1: each has a sum of its own, 0: all have one. */
void nf_weigh(const nf_scores *s, char *e, char *sum, int step, intptr_t n, nf_env *env);
/* What arrives at the weights of row i, d, becomes what arrives at its products; e: its exponentials.
 * What arrives at their sum is stored. */
void nf_unsoften(const nf_scores *s, intptr_t i, const char *e, char *d, const nf_softened *to,
                 nf_env *env);
/* Column j of products and what arrives at its weights, from row `first` on, which is the first that
 * sees it: the weights are left in the room for a row, and d is what arrives at the products. */
void nf_soften_column(const nf_scores *s, intptr_t first, char *e, char *d, const nf_softened *of,
                      nf_env *env);

#endif
