/* SPDX-License-Identifier: BSD-3-Clause */
/* What is x^k, exactly, for an integer k? */
#include "bignum.h"
#include "long_results.h"

/* s^k, at most 64 * NF_POWER_MAX bits. */
static void power_of(nf_big *out, uint64_t s, int k)
{
    nf_big_set(out, 1);
    for (int i = 0; i < k; i++)
        nf_big_mul_small(out, s, 0);
}

/* 1 / p, p of `bits` bits: 2^(bits+128) / p has 129 bits, or 128 and p was no power of two. */
static nf_number_128 reciprocal_of(nf_big *p)
{
    nf_big numerator, quotient;
    int scale = nf_big_bits(p) + 128;
    nf_big_set(&numerator, 1);
    nf_big_shl(&numerator, scale);
    nf_big_divide(&quotient, &numerator, p);
    return nf_big_number(&quotient, -scale, numerator.n != 0);
}

/* |x|^k = s^k * 2^(k*e) with s odd. */
static nf_number_128 power_finite(nf_number_128 x, int k)
{
    uint64_t s = (uint64_t)(x.sig >> 64);
    int zeros = __builtin_ctzll(s);
    int count = k < 0 ? -k : k;
    nf_big p;
    power_of(&p, s >> zeros, count);
    nf_number_128 r = k < 0 ? reciprocal_of(&p) : nf_big_number(&p, 0, false);
    r.exp += k * (x.exp - 63 + zeros);
    r.sign = x.sign & count;
    return r;
}

nf_number_128 nf_powi_128(nf_number_128 x, int64_t k, bool posit_rules, nf_env *env)
{
    assert(k >= -NF_POWER_MAX && k <= NF_POWER_MAX);
    if (x.cls == NF_NOT_A_NUMBER && (k != 0 || posit_rules))
        return nf_special_128(NF_NOT_A_NUMBER, 0);
    if (k == 0 && posit_rules && x.cls == NF_ZERO)
        return nf_invalid_128(env);
    if (k == 0)
        return nf_normalise_128(0, 127, 1);
    if (x.cls == NF_FINITE)
        return power_finite(x, (int)k);
    int sign = x.sign & (int)(k & 1);
    if (x.cls == NF_ZERO && k < 0)
        return k & 1 ? nf_pole_by_zero_128(sign, env) : nf_pole_128(0, env);
    return nf_special_128((x.cls == NF_ZERO) == (k > 0) ? NF_ZERO : NF_INFINITE, sign);
}
