/* SPDX-License-Identifier: BSD-3-Clause */
/* Which values of functions are known without a formula: exact, or next to an exact one? */
#ifndef NF_KNOWN_VALUES_H
#define NF_KNOWN_VALUES_H

#include "numbers.h"
#include "primitives.h"

/* Is f(x) known, for x that is not NaN?  Then *r is it: exact, or jammed. */
bool nf_known_value(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env);
/* The same for two arguments, neither NaN; `tapered`: by the rules of the Posit Standard. */
bool nf_known_value_of_two(nf_op op, nf_number_128 x, nf_number_128 y, bool tapered,
                           nf_number_128 *r, nf_env *env);
/* Its powers and roots (known_powers.c). */
bool nf_known_pow(nf_number_128 x, nf_number_128 y, bool tapered, nf_number_128 *r, nf_env *env);
bool nf_known_rootn(nf_number_128 x, nf_number_128 n, nf_number_128 *r, nf_env *env);
bool nf_known_compound(nf_number_128 x, nf_number_128 n, nf_number_128 *r, nf_env *env);
/* e^t, t any size: huge, tiny, next to 1, or false. */
bool nf_known_exponential(const nf_real *t, bool sign, nf_number_128 *r);

/* ---- the words in which they are said -------------------------------------------------------- */

/* *r is it. */
static inline bool known(nf_number_128 *r, nf_number_128 value)
{
    *r = value;
    return true;
}

static inline bool zero_of(nf_number_128 *r, bool sign)
{
    return known(r, nf_special_128(NF_ZERO, sign));
}

static inline bool infinity_of(nf_number_128 *r, bool sign)
{
    return known(r, nf_special_128(NF_INFINITE, sign));
}

static inline bool is_zero(nf_number_128 x)
{
    return x.cls == NF_ZERO;
}

static inline bool is_infinite(nf_number_128 x)
{
    return x.cls == NF_INFINITE;
}

static inline nf_number_128 magnitude(nf_number_128 x)
{
    x.sign = 0;
    return x;
}

#endif
