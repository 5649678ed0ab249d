/* SPDX-License-Identifier: BSD-3-Clause */
/* Which numbers are whole, powers, or a little beside another? */
#ifndef NF_NUMBERS_H
#define NF_NUMBERS_H

#include "core/core.h"

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

#endif
