/* SPDX-License-Identifier: BSD-3-Clause */
/* Which numbers are whole, powers, or a little beside another? */
#include "known_values.h"

enum { FAR = 1 << 20 }; /* beyond the exponents of every format */

nf_number_128 nf_whole_number(nf_u128 size, bool sign)
{
    return nf_normalise_128(sign, 127, size);
}

nf_number_128 nf_nudge(nf_number_128 x, bool beyond)
{
    if (beyond) {
        x.sig |= 1;
    } else if (--x.sig >> 127 == 0) { /* 2^exp: the field below it is all ones */
        x.sig = ~(nf_u128)0;
        x.exp--;
    }
    return x;
}

nf_number_128 nf_huge(bool sign)
{
    return nf_nudge(nf_two_to(FAR, sign), true);
}

nf_number_128 nf_tiny(bool sign)
{
    return nf_nudge(nf_two_to(-FAR, sign), true);
}

bool nf_is_whole(nf_number_128 x)
{
    return x.exp >= 127 || (x.exp >= 0 && x.sig << (x.exp + 1) == 0);
}

uint64_t nf_whole_part(nf_number_128 x)
{
    return x.exp < 0 ? 0 : (uint64_t)(x.sig >> (127 - x.exp));
}

uint64_t nf_odd_part(nf_number_128 x, int64_t *e)
{
    int zeros = nf_trailing_zeros(x.sig);
    *e = (int64_t)x.exp - 127 + zeros;
    return (uint64_t)(x.sig >> zeros);
}

bool nf_exact_power(uint64_t m, uint64_t k, int64_t e, bool sign, nf_number_128 *r)
{
    nf_u128 p = 1;
    for (uint64_t i = 0; m > 1 && i < k; i++) {
        if (p > ((nf_u128)1 << 126) / m)
            return false;
        p *= m;
    }
    *r = nf_whole_number(p, sign);
    e += r->exp;
    r->exp = (int32_t)(e > FAR ? FAR : e < -FAR ? -FAR : e);
    return true;
}

bool nf_known_exponential(const nf_real *t, bool sign, nf_number_128 *r)
{
    if (t->exp > 24)
        *r = t->sign ? nf_tiny(sign) : nf_huge(sign);
    else if (t->exp < -200)
        *r = nf_nudge(nf_two_to(0, sign), !t->sign);
    else
        return false;
    return true;
}
