/* SPDX-License-Identifier: BSD-3-Clause */
/* In which words do settle.c, settle_2.c and settle_powers.c say what a value is? */
#ifndef NF_SETTLE_H
#define NF_SETTLE_H

#include "functions.h"

/* *r is it. */
static inline bool settled(nf_number_128 *r, nf_number_128 value)
{
    *r = value;
    return true;
}

static inline bool zero_of(nf_number_128 *r, bool sign)
{
    return settled(r, nf_special_128(NF_ZERO, sign));
}

static inline bool infinity_of(nf_number_128 *r, bool sign)
{
    return settled(r, nf_special_128(NF_INFINITE, sign));
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

/* Of nf_settle_2: powers and roots (settle_powers.c). */
bool nf_settle_pow(nf_number_128 x, nf_number_128 y, bool tapered, nf_number_128 *r, nf_env *env);
bool nf_settle_rootn(nf_number_128 x, nf_number_128 n, nf_number_128 *r, nf_env *env);
bool nf_settle_compound(nf_number_128 x, nf_number_128 n, nf_number_128 *r, nf_env *env);

#endif
