/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a function's value, in a ball of n limbs?  Where nothing is known of it (known_values.h). */
#ifndef NF_FORMULAS_H
#define NF_FORMULAS_H

#include "primitives.h"

/* x is finite and not 0. */
void nf_formula(nf_op op, nf_real *r, nf_number_128 x, int n);
void nf_formula_of_two(nf_op op, nf_real *r, nf_number_128 x, nf_number_128 y, int n);

#endif
