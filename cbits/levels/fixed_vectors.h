/* SPDX-License-Identifier: BSD-3-Clause */
/* How do fixed-point codes of up to 32 bits add, subtract and multiply as integers, eight at a
 * time?
 *
 * Sums: both words at the top of 32 bits, where the hardware's overflow is theirs.  Products: of
 * magnitudes, in 32 bits where they fit, else in 64, rounded by one addition as in encode_floats.h. */
#ifndef NF_FIXED_VECTORS_H
#define NF_FIXED_VECTORS_H

#include "core/core.h"
#include "stages.h"
#include "vectors.h"

NF_VECTOR nf_words nf_fixed_sum(const nf_format *f, nf_words a, nf_words b, bool subtract,
                                nf_words *over)
{
    const int place = 32 - f->bits;
    const nf_words all = nf_all(~0u);
    nf_words x = a << place, y = b << place, s = subtract ? x - y : x + y, beyond, end;
    if (f->is_signed) {
        beyond = (nf_words)((nf_ints)((x ^ s) & (subtract ? x ^ y : y ^ s)) >> 31);
        end = (nf_words)((nf_ints)x >> 31) ^ 0x7FFFFFFF;
    } else {
        nf_words large = subtract ? y : s; /* a carry, or a borrow */
        beyond = ~(nf_words)(nf_least(x, large) == (subtract ? large : x));
        end = subtract ? nf_all(0) : all;
    }
    *over |= beyond;
    if (f->overflow == NF_OVERFLOW_SATURATE)
        s = nf_select(beyond, end, s);
    return s >> place;
}

/* ---- products -------------------------------------------------------------------------------- */

/* Constants of a product: all of them for either width. */
typedef struct nf_product_rounding {
    uint64_t add, even, negative, odd, end[2];
    int shift;
} nf_product_rounding;

/* To nearest even, or by all constants. */
NF_VECTOR nf_longs nf_round_long(const nf_product_rounding *r, nf_longs u, nf_longs minus,
                                 bool nearest)
{
    if (nearest)
        return (u + r->add + (u >> r->shift & 1)) >> r->shift;
    u |= ((u & r->odd) + r->odd) & (r->odd + 1);
    return (u + r->add + (u >> r->shift & r->even) + (minus & r->negative)) >> r->shift;
}

/* Products of up to 32 bits. */
NF_VECTOR nf_words nf_short_product(const nf_product_rounding *r, nf_words x, nf_words y,
                                    nf_words minus, bool saturate, nf_words *over)
{
    nf_words u = x * y;
    u |= ((u & (uint32_t)r->odd) + (uint32_t)r->odd) & (uint32_t)(r->odd + 1);
    u += (uint32_t)r->add + (u >> r->shift & (uint32_t)r->even) + (minus & (uint32_t)r->negative);
    u >>= r->shift;
    nf_words end =
        nf_all((uint32_t)r->end[0]) ^ (minus & ((uint32_t)r->end[0] ^ (uint32_t)r->end[1]));
    nf_words least = nf_least(u, end);
    *over |= (nf_words)(least != u);
    return saturate ? least : u;
}

/* The products of the even or, moved down by the caller, of the odd lanes. */
NF_VECTOR nf_longs nf_long_product(const nf_product_rounding *r, nf_longs x, nf_longs y,
                                   nf_longs minus, bool saturate, bool nearest, nf_words *over)
{
#ifdef __AVX2__
    nf_longs u = (nf_longs)_mm256_mul_epu32((__m256i)x, (__m256i)y);
#else
    nf_longs u = (x & 0xFFFFFFFF) * (y & 0xFFFFFFFF);
#endif
    u = nf_round_long(r, u, minus, nearest);
    nf_longs first = r->end[0] - (nf_longs){0}, end = first ^ (minus & (r->end[0] ^ r->end[1]));
    nf_longs beyond = (nf_longs)((nf_signed_longs)u > (nf_signed_longs)end);
    *over |= (nf_words)beyond;
    return saturate ? (u & ~beyond) | (end & beyond) : u;
}

NF_VECTOR nf_words nf_fixed_product(const nf_format *f, const nf_product_rounding *r, nf_words a,
                                    nf_words b, bool nearest, nf_words *over)
{
    const int place = 32 - f->bits;
    const bool saturate = f->overflow == NF_OVERFLOW_SATURATE;
    nf_words x = a << place, y = b << place, minus = nf_all(0), m;
    if (f->is_signed) {
        minus = (nf_words)((nf_ints)(x ^ y) >> 31);
        x = nf_absolute(x);
        y = nf_absolute(y);
    }
    x >>= place, y >>= place;
    if (f->bits <= 16) {
        m = nf_short_product(r, x, y, minus, saturate, over);
    } else {
        nf_longs sign = (nf_longs)minus;
        nf_longs even = nf_long_product(r, (nf_longs)x, (nf_longs)y, 0 - (sign >> 31 & 1), saturate,
                                        nearest, over);
        nf_longs odd = nf_long_product(r, (nf_longs)x >> 32, (nf_longs)y >> 32, 0 - (sign >> 63),
                                       saturate, nearest, over);
        m = (nf_words)((even & 0xFFFFFFFF) | odd << 32);
    }
    return ((m ^ minus) - minus) & (uint32_t)nf_mask(f->bits);
}

static nf_product_rounding rounding_of(const nf_format *f)
{
    nf_target t = {.f = *f, .shift = f->frac};
    nf_set_rounding(&t, (nf_rounding)f->rounding);
    uint64_t end = nf_mask(f->bits - f->is_signed);
    return (nf_product_rounding){
        t.add, t.even, t.negative, t.odd, {end, f->is_signed ? end + 1 : 0}, t.shift};
}

/* ---- loops ----------------------------------------------------------------------------------- */

#define NF_FIXED_LOOP(result)                                                                      \
    for (int i = 0; i < n; i += NF_LANES) {                                                        \
        nf_words a = nf_get(x[0] + i), b = nf_get(x[1] + i);                                       \
        nf_put(out + i, result);                                                                   \
    }

static uint32_t fixed(const nf_format *format, nf_op op, const uint32_t *const *x, int n,
                      uint32_t *out)
{
    const nf_format f = *format;
    const nf_product_rounding r =
        op == NF_OP_mul ? rounding_of(&f) : (nf_product_rounding){.add = 0};
    nf_words over = nf_all(0);
    switch (op) {
    case NF_OP_add: NF_FIXED_LOOP(nf_fixed_sum(&f, a, b, false, &over)) break;
    case NF_OP_sub: NF_FIXED_LOOP(nf_fixed_sum(&f, a, b, true, &over)) break;
    default:
        if (r.even) {
            NF_FIXED_LOOP(nf_fixed_product(&f, &r, a, b, true, &over))
        } else {
            NF_FIXED_LOOP(nf_fixed_product(&f, &r, a, b, false, &over))
        }
    }
    return nf_any(over) ? NF_OVERFLOW : 0;
}

#endif
