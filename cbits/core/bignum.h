/* SPDX-License-Identifier: BSD-3-Clause */
/* How do whole numbers beyond 128 bits add, multiply, divide and become an unpacked number? */
#ifndef NF_BIGNUM_H
#define NF_BIGNUM_H

#include <assert.h>

#include "core.h"

/* limb[0..n-1], little-endian, the highest not zero; 0 has n = 0.  Lives on the stack: only the
 * limbs in use are ever touched.  The capacity is for text_parse.c, which states the bound. */
enum { NF_BIG_LIMBS = 1284 };
typedef struct {
    int n;
    uint64_t limb[NF_BIG_LIMBS];
} nf_big;

static inline void nf_big_trim(nf_big *x)
{
    while (x->n && x->limb[x->n - 1] == 0)
        x->n--;
}

static inline void nf_big_set(nf_big *x, nf_u128 value)
{
    x->limb[0] = (uint64_t)value;
    x->limb[1] = (uint64_t)(value >> 64);
    x->n = 2;
    nf_big_trim(x);
}

static inline void nf_big_copy(nf_big *to, const nf_big *from)
{
    to->n = from->n;
    memcpy(to->limb, from->limb, (size_t)from->n * sizeof from->limb[0]);
}

static inline int nf_big_bits(const nf_big *x)
{
    return x->n ? 64 * x->n - nf_clz_64(x->limb[x->n - 1]) : 0;
}

/* x = x * factor + addend. */
static inline void nf_big_mul_small(nf_big *x, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (int i = 0; i < x->n; i++) {
        nf_u128 t = (nf_u128)x->limb[i] * factor + carry;
        x->limb[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    assert(x->n < NF_BIG_LIMBS);
    x->limb[x->n++] = carry;
    nf_big_trim(x);
}

/* x = x * 5^k. */
static inline void nf_big_mul_pow5(nf_big *x, int k)
{
    for (; k >= 27; k -= 27)
        nf_big_mul_small(x, 7450580596923828125u, 0); /* 5^27, the largest in 64 bits */
    uint64_t power = 1;
    for (; k > 0; k--)
        power *= 5;
    nf_big_mul_small(x, power, 0);
}

/* out = a * b; out is neither. */
static inline void nf_big_mul(nf_big *out, const nf_big *a, const nf_big *b)
{
    assert(a->n + b->n <= NF_BIG_LIMBS);
    out->n = a->n + b->n;
    memset(out->limb, 0, (size_t)out->n * sizeof out->limb[0]);
    for (int i = 0; i < a->n; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < b->n; j++) {
            nf_u128 t = (nf_u128)a->limb[i] * b->limb[j] + out->limb[i + j] + carry;
            out->limb[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        out->limb[i + b->n] = carry;
    }
    nf_big_trim(out);
}

static inline int nf_big_compare(const nf_big *a, const nf_big *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (int i = a->n; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* a += b. */
static inline void nf_big_add(nf_big *a, const nf_big *b)
{
    uint64_t carry = 0;
    int n = a->n > b->n ? a->n : b->n;
    assert(n < NF_BIG_LIMBS);
    for (int i = 0; i < n; i++) {
        nf_u128 t = (nf_u128)(i < a->n ? a->limb[i] : 0) + (i < b->n ? b->limb[i] : 0) + carry;
        a->limb[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    a->limb[n] = carry;
    a->n = n + 1;
    nf_big_trim(a);
}

/* a -= b, a >= b. */
static inline void nf_big_sub(nf_big *a, const nf_big *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < a->n; i++) {
        nf_u128 t = (nf_u128)a->limb[i] - (i < b->n ? b->limb[i] : 0) - borrow;
        a->limb[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
    assert(borrow == 0);
    nf_big_trim(a);
}

static inline void nf_big_shl(nf_big *x, int s)
{
    int words = s / 64, bits = s % 64;
    assert(x->n + words < NF_BIG_LIMBS);
    if (x->n == 0)
        return;
    x->limb[x->n] = 0;
    for (int i = x->n; i >= 0; i--) {
        uint64_t below = i && bits ? x->limb[i - 1] >> (64 - bits) : 0;
        x->limb[i + words] = x->limb[i] << bits | below;
    }
    memset(x->limb, 0, (size_t)words * sizeof x->limb[0]);
    x->n += words + 1;
    nf_big_trim(x);
}

/* Bits s..s+63 of x, any s >= 0. */
static inline uint64_t nf_big_word(const nf_big *x, int s)
{
    int i = s / 64, bits = s % 64;
    uint64_t low = i < x->n ? x->limb[i] >> bits : 0;
    uint64_t high = bits && i + 1 < x->n ? x->limb[i + 1] << (64 - bits) : 0;
    return low | high;
}

/* Is any of the bits 0..s-1 set? */
static inline bool nf_big_any_below(const nf_big *x, int s)
{
    for (int i = 0; i < x->n && 64 * i < s; i++)
        if (s - 64 * i >= 64 ? x->limb[i] != 0 : x->limb[i] << (64 - (s - 64 * i)) != 0)
            return true;
    return false;
}

/* x * 2^exp, its leading 128 bits and the rest jammed, x != 0.  With `more` the exact number is
 * larger than that, by less than one unit of x. */
static inline nf_number_128 nf_big_number(const nf_big *x, int exp, bool more)
{
    int bits = nf_big_bits(x), drop = bits - 128;
    if (drop <= 0) {
        nf_u128 all = (nf_u128)nf_big_word(x, 64) << 64 | nf_big_word(x, 0);
        nf_number_128 r = nf_normalise_128(0, exp + 127, all);
        r.sig |= more;
        return r;
    }
    nf_u128 top = (nf_u128)nf_big_word(x, drop + 64) << 64 | nf_big_word(x, drop);
    return nf_finite_128(0, exp + bits - 1, top | more | nf_big_any_below(x, drop));
}

/* quotient = x / divisor, x = x % divisor (Knuth, TAOCP 4.3.1, algorithm D); divisor is scaled by
 * a power of two on the way and back again.  divisor != 0. */
void nf_big_divide(nf_big *quotient, nf_big *x, nf_big *divisor);

#endif
