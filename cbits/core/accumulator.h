/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an exact sum hold its bits, and how does a product get in?
 *
 * The sum is a two's-complement number in redundant form: chunk[i] is a signed 64-bit word worth
 * chunk[i] * 2^(32*i) * 2^lsb.  A product is cut into pieces of 32 bits, and each piece is added to
 * its own chunk: no carry ever travels in an addition.
 *
 *     chunk    ...   |  3  |  2  |  1  |  0  |      a piece is below 2^32 in magnitude, so a chunk
 *     product         .. pppppppppppp ..            holds 2^31 - 1 of them; carries are passed on
 *                                                   after 2^30 products, and before rounding
 *
 * lsb lies so low that the product of two fields needs no shift to the right, and 64 bits lie above
 * the largest term. */
#ifndef NF_ACCUMULATOR_H
#define NF_ACCUMULATOR_H

#include "long_results.h"

typedef void nf_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                    intptr_t y_stride, intptr_t n);

struct nf_accumulator {
    nf_format a, b;    /* factors of the products: values are products with 1 */
    nf_dot *dot;       /* the loop for these rows */
    int lsb;           /* exponent of bit 0 of chunk[0] */
    int size;          /* chunks */
    int low, high;     /* only chunk[low..high-1] may be other than zero */
    uint32_t pending;  /* additions since carries were passed on */
    int negate;        /* 1: products are subtracted */
    bool nan, invalid; /* a NaN came in; an invalid product made one */
    bool infinite[2];  /* by sign */
    int64_t chunk[];
};

/* ROOM: chunks above every term.  CHUNKS_MAX: products from 2^-65800 to 2^131200, of floats with 15
 * exponent bits whose biases are as far apart as can be. */
enum { PIECE = 32, ROOM = 4, PENDING_MAX = 1 << 30, CHUNKS_MAX = 6200 };
#define PIECE_MASK INT64_C(0xFFFFFFFF)

/* Formats up to 32 bits: significands of 32 bits, products of 64. */
NF_INLINE bool nf_is_short(const nf_format *f)
{
    return f->bits <= 32;
}

/* Terms: products of a and b, values of them, and whatever is a multiple of 2^low below 2^high. */
nf_accumulator *nf_accumulator_over(const nf_format *a, const nf_format *b, int low, int high);
/* Passes every carry up: after PENDING_MAX products. */
void nf_accumulator_pass_carries(nf_accumulator *q);
/* A product of which one factor is zero, infinite or NaN. */
void nf_accumulator_special(nf_accumulator *q, int a, int b, int sign);
/* The loop for products of two rows. */
nf_dot *nf_find_dot(const nf_format *a, const nf_format *b);
/* chunk[0..size-1] with every carry passed on: 32 bits each, the last one signed. */
void nf_accumulator_carry(const nf_accumulator *q, int64_t *chunk);

/* The chunks i..i+pieces-1 change. */
NF_INLINE void nf_touch(nf_accumulator *q, int i, int pieces)
{
    q->low = i < q->low ? i : q->low;
    q->high = i + pieces > q->high ? i + pieces : q->high;
    if (++q->pending == PENDING_MAX)
        nf_accumulator_pass_carries(q);
}

NF_INLINE void nf_add_piece(nf_accumulator *q, int i, uint32_t piece, int64_t sign)
{
    q->chunk[i] += ((int64_t)piece ^ -sign) + sign; /* sign 1: negated */
}

NF_INLINE void nf_accumulate_product_64(nf_accumulator *q, nf_number_64 a, nf_number_64 b)
{
    int position = a.exp + b.exp - 62 - q->lsb, i = position / PIECE;
    nf_u128 product = (nf_u128)((a.sig >> 32) * (b.sig >> 32)) << position % PIECE;
    int64_t sign = a.sign ^ b.sign ^ q->negate;
    nf_touch(q, i, 3);
    for (int j = 0; j < 3; j++, product >>= PIECE)
        nf_add_piece(q, i + j, (uint32_t)product, sign);
}

NF_INLINE void nf_accumulate_product_128(nf_accumulator *q, nf_number_128 a, nf_number_128 b)
{
    int position = a.exp + b.exp - 126 - q->lsb, i = position / PIECE, shift = position % PIECE;
    nf_u128 product = (nf_u128)(uint64_t)(a.sig >> 64) * (uint64_t)(b.sig >> 64);
    int64_t sign = a.sign ^ b.sign ^ q->negate;
    nf_touch(q, i, 5);
    nf_add_piece(q, i + 4, (uint32_t)(product >> (96 + 1) >> (31 - shift)), sign);
    product <<= shift;
    for (int j = 0; j < 4; j++, product >>= PIECE)
        nf_add_piece(q, i + j, (uint32_t)product, sign);
}

NF_INLINE void nf_accumulate_numbers_64(nf_accumulator *q, nf_number_64 x, nf_number_64 y)
{
    if (x.cls == NF_FINITE && y.cls == NF_FINITE)
        nf_accumulate_product_64(q, x, y);
    else
        nf_accumulator_special(q, x.cls, y.cls, x.sign ^ y.sign);
}

NF_INLINE void nf_accumulate_numbers_128(nf_accumulator *q, nf_number_128 x, nf_number_128 y)
{
    if (x.cls == NF_FINITE && y.cls == NF_FINITE)
        nf_accumulate_product_128(q, x, y);
    else
        nf_accumulator_special(q, x.cls, y.cls, x.sign ^ y.sign);
}

NF_INLINE void nf_accumulate_codes(nf_accumulator *q, const nf_format *f, const nf_format *g,
                                   uint64_t a, uint64_t b)
{
    if (nf_is_short(f) && nf_is_short(g))
        nf_accumulate_numbers_64(q, nf_load_64(f, a), nf_load_64(g, b));
    else
        nf_accumulate_numbers_128(q, nf_load_128(f, a), nf_load_128(g, b));
}

#endif
