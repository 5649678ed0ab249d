/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the room of elementary functions offer?  Results rounded correctly:
 *
 *     known      what a limit, an exact value or a value next to an exact one says (known_values.h)
 *     formula    everything else, in balls of n limbs (formulas.h)
 *     decide     do all values of the ball round alike?  If not, more limbs: Ziv's strategy
 *
 * The loop ends because all arguments whose value is exact in 127 bits are known: by the theorems
 * of Lindemann, Weierstrass, Gelfond, Schneider and Niven other values are irrational, or algebraic
 * and looked at by factors (powers and roots).  For gamma and erf no such theorem is known; no
 * argument with an unexpected exact value has been met, and the loop ends all the same
 * (functions.c). */
#ifndef NF_FUNCTIONS_H
#define NF_FUNCTIONS_H

#include "core/core.h"

/* Elementary functions of nf_functions.def, rounded once: of one code, of two, of
 * two operands that need not be values of the format, of a code and an integer (powi is pow). */
uint64_t nf_function(const nf_format *f, nf_op op, uint64_t a, nf_env *env);
uint64_t nf_function_2(const nf_format *f, nf_op op, uint64_t a, uint64_t b, nf_env *env);
uint64_t nf_function_of_numbers(const nf_format *f, nf_op op, nf_number_128 x, nf_number_128 y,
                                nf_env *env);
uint64_t nf_function_int(const nf_format *f, nf_op op, uint64_t a, int64_t k, nf_env *env);
/* The code of a function's value. */
uint64_t nf_round_value(const nf_format *f, nf_number_128 value, nf_env *env);

#endif
