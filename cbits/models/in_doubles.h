/* SPDX-License-Identifier: BSD-3-Clause */
/* Which products may be folded in doubles, and how do codes become doubles and back? */
#ifndef NF_IN_DOUBLES_H
#define NF_IN_DOUBLES_H

#include "model.h"
#include "levels/folds.h"

typedef struct {
    nf_rounder f, g;    /* of the fold, and of the block sums */
    bool f_signed_zero; /* block sums may be -0 */
    bool zero_signed;   /* so may the last sum */
    bool beyond_flags;  /* a sum that is not finite overflowed */
    bool infinities;    /* ... into an infinity, and NaN is the difference of two */
} nf_lane_plan;

/* False: the generic path. */
bool nf_lane_plan_of(const nf_folding *p, nf_lane_plan *plan);
/* n codes, whose finite values are exact doubles. */
void nf_lane_doubles(const nf_format *f, const char *codes, intptr_t stride, intptr_t n,
                     double *out);
nf_number_128 nf_lane_number(double x);

#endif
