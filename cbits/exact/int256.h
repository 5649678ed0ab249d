/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the results of slices put together and rounded?  Integers of 128 and 256 bits. */
#ifndef NF_INT256_H
#define NF_INT256_H

#include "core/core.h"

typedef __int128 nf_i128;

/* Two's complement: high * 2^128 + low. */
typedef struct nf_wide {
    nf_u128 low;
    nf_i128 high;
} nf_wide;

/* w += x * 2^shift; 0 <= shift < 256, and the sum fits. */
NF_INLINE void nf_wide_add(nf_wide *w, nf_i128 x, int shift)
{
    nf_u128 low = shift < 128 ? (nf_u128)x << shift : 0;
    nf_i128 high = shift >= 128 ? (nf_i128)((nf_u128)x << (shift - 128))
                   : shift      ? x >> (128 - shift)
                                : x >> 127;
    w->low += low;
    w->high = (nf_i128)((nf_u128)w->high + (nf_u128)high + (w->low < low));
}

NF_INLINE nf_wide nf_wide_negated(nf_wide w)
{
    nf_u128 low = 0 - w.low;
    return (nf_wide){low, (nf_i128)(~(nf_u128)w.high + (low == 0))};
}

/* w * 2^shift; 0 <= shift < 256, and the result fits. */
NF_INLINE nf_wide nf_wide_shifted(nf_wide w, int shift)
{
    if (shift == 0)
        return w;
    if (shift >= 128)
        return (nf_wide){0, (nf_i128)(w.low << (shift - 128))};
    return (nf_wide){w.low << shift, (nf_i128)((nf_u128)w.high << shift | w.low >> (128 - shift))};
}

/* An integer times a power of two, for exact products of doubles. */
typedef struct nf_integer {
    int64_t value;
    int exp;
} nf_integer;

/* A finite double that is 0 or normal. */
NF_INLINE nf_integer nf_integer_of(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int field = (int)(bits >> 52 & 0x7FF);
    int64_t m = field ? (bits & (int64_t)nf_mask(52)) | INT64_C(1) << 52 : 0;
    return (nf_integer){bits < 0 ? -m : m, field - 1075};
}

/* w += x * y, where w counts units of 2^base and the product is a multiple of that. */
NF_INLINE void nf_wide_add_product(nf_wide *w, double x, double y, int base)
{
    nf_integer a = nf_integer_of(x), b = nf_integer_of(y);
    nf_i128 product = (nf_i128)a.value * b.value;
    int shift = a.exp + b.exp - base;
    if (product && shift < 0) /* below the unit are only zeros */
        product >>= -shift;
    if (product)
        nf_wide_add(w, product, shift < 0 ? 0 : shift);
}

/* magnitude * 2^exp, not 0. */
NF_INLINE nf_number_128 nf_number_of_128(int sign, nf_u128 magnitude, int exp)
{
    int n = nf_clz_128(magnitude);
    return nf_finite_128(sign, exp + 127 - n, magnitude << n);
}

/* For wrapping fixed point: what lies from bit `at` on becomes that one bit (as in
 * core/accumulate.c), because a number keeps the high bits and a wrapping format the low ones. */
NF_INLINE void nf_wide_fold(nf_u128 *high, nf_u128 *low, int at)
{
    at = at < 0 ? 0 : at;
    if (at >= 256)
        return;
    nf_u128 *part = at < 128 ? low : high;
    int bit = at % 128;
    bool beyond = *part >> bit != 0 || (at < 128 && *high != 0);
    if (at < 128)
        *high = 0;
    *part &= ((nf_u128)1 << bit) - 1;
    *part |= (nf_u128)beyond << bit;
}

NF_INLINE nf_number_128 nf_number_of_wide(const nf_format *f, nf_wide w, int exp)
{
    int sign = w.high < 0;
    nf_u128 low = w.low, high = (nf_u128)w.high;
    if (sign) {
        low = 0 - low;
        high = ~high + (low == 0);
    }
    if (f->family == NF_FIXED && f->overflow == NF_OVERFLOW_WRAP)
        nf_wide_fold(&high, &low, f->bits - f->frac + 1 - exp);
    if (high == 0)
        return low ? nf_number_of_128(sign, low, exp) : nf_special_128(NF_ZERO, 0);
    int n = nf_clz_128(high);
    nf_u128 sig = n ? high << n | low >> (128 - n) : high;
    return nf_finite_128(sign, exp + 255 - n, sig | ((low << n) != 0));
}

/* Rounds once; 64 bits and a sticky one are enough for the rows that say so. */
NF_INLINE uint64_t nf_round_number(const nf_format *f, nf_number_128 x, nf_env *env)
{
    if (!nf_is_narrow(f))
        return nf_result_128(f, x, env);
    nf_number_64 y = {(uint64_t)(x.sig >> 64) | ((uint64_t)x.sig != 0), x.exp, x.cls, x.sign};
    return nf_result_64(f, y, env);
}

#endif
