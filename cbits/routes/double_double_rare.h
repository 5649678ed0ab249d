/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the files for functions of double-doubles know of each other? */
#ifndef NF_DOUBLE_DOUBLE_RARE_H
#define NF_DOUBLE_DOUBLE_RARE_H

#include "nf.h"

typedef struct nf_dd_value {
    double hi, lo;
} nf_dd_value;

/* Of any operands; y only where the function has two. */
nf_dd_value nf_dd_rare(nf_op op, nf_dd_value x, nf_dd_value y);

/* Is it a function of one or two arguments, known to 2^-96? */
bool nf_dd_is_function(nf_op op);
/* Of n <= NF_STAGE elements; x as for a loop of double_double_loops.h. */
void nf_dd_function(nf_op op, const double *const *x, int n, double *hi, double *lo);

#endif
