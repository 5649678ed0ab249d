/* SPDX-License-Identifier: BSD-3-Clause */
/* How is an elementary function rounded correctly?
 *
 *     settle     what a limit, an exact value or a value next to an exact one settles
 *     evaluate   everything else, in balls of n limbs
 *     decide     do all values of the ball round alike?  If not, more limbs: Ziv's strategy
 *
 * The loop ends because settle has taken all arguments whose value is exact in 127 bits: by the
 * theorems of Lindemann, Weierstrass, Gelfond, Schneider and Niven other values are irrational, or
 * algebraic and looked at by factors (powers and roots).  For gamma and erf no such theorem is
 * known; no argument with an unexpected exact value has been met, and the loop ends all the same
 * (below). */
#ifndef NF_FUNCTIONS_H
#define NF_FUNCTIONS_H

#include "primitives.h"

/* Is f(x) settled, for x that is not NaN?  Then *r is it: exact, or jammed. */
bool nf_settle(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env);
/* x is finite and not 0, and not settled. */
void nf_evaluate(nf_op op, nf_real *r, nf_number_128 x, int n);

/* The code of a function's value. */
uint64_t nf_round_value(const nf_format *f, nf_number_128 value, nf_env *env);

/* The same for two arguments, neither NaN; `tapered`: by the rules of the Posit Standard. */
bool nf_settle_2(nf_op op, nf_number_128 x, nf_number_128 y, bool tapered, nf_number_128 *r,
                 nf_env *env);
void nf_evaluate_2(nf_op op, nf_real *r, nf_number_128 x, nf_number_128 y, int n);

/* ---- numbers ------------------------------------------------------------------------------------
 */

nf_number_128 nf_whole_number(nf_u128 size, bool sign);
static inline nf_number_128 nf_two_to(int exp, bool sign)
{
    return nf_finite_128(sign, exp, (nf_u128)1 << 127);
}
static inline bool nf_is_power_of_two(nf_number_128 x)
{
    return x.sig << 1 == 0;
}
static inline bool nf_is_one(nf_number_128 x) /* or -1 */
{
    return x.exp == 0 && nf_is_power_of_two(x);
}
/* A little beyond x, or short of it. */
nf_number_128 nf_nudge(nf_number_128 x, bool beyond);
/* Beyond every format, or below the least number of every format. */
nf_number_128 nf_huge(bool sign);
nf_number_128 nf_tiny(bool sign);
bool nf_is_whole(nf_number_128 x);
/* The whole part of |x| modulo 2^64, |x| < 2^127. */
uint64_t nf_whole_part(nf_number_128 x);
/* x = m 2^e, m odd. */
uint64_t nf_odd_part(nf_number_128 x, int64_t *e);
/* m^k 2^e if m^k has at most 126 bits. */
bool nf_exact_power(uint64_t m, uint64_t k, int64_t e, bool sign, nf_number_128 *r);
/* e^t, t any size: huge, tiny, next to 1, or false. */
bool nf_settle_exponential(const nf_real *t, bool sign, nf_number_128 *r);

#endif
