/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the exact sum of products, rounded once?
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
 * the largest product. */
#include <assert.h>
#include <stdlib.h>

#include "later.h"

struct nf_accumulator {
    nf_format format;
    int lsb;           /* exponent of bit 0 of chunk[0] */
    int size;          /* chunks */
    int low, high;     /* only chunk[low..high-1] may be other than zero */
    uint32_t pending;  /* additions since carries were passed on */
    bool nan, invalid; /* a NaN came in; an invalid product made one */
    bool infinite[2];  /* by sign */
    int64_t chunk[];
};

/* ROOM: chunks above every product.  CHUNKS_MAX: for 15 exponent bits and 62 of fraction. */
enum { PIECE = 32, ROOM = 4, PENDING_MAX = 1 << 30, CHUNKS_MAX = 2080 };
#define PIECE_MASK INT64_C(0xFFFFFFFF)

/* Formats up to 32 bits: significands of 32 bits, products of 64. */
NF_INLINE bool is_short(const nf_format *f)
{
    return f->bits <= 32;
}

/* Every finite value but zero is in [2^least, 2^most). */
static void exponent_range(const nf_format *f, int *least, int *most)
{
    switch (f->family) {
    case NF_POSIT: *most = f->rs * (1 << f->es), *least = -*most; break;
    case NF_TAKUM_LINEAR: *most = 255, *least = -255; break;
    case NF_FIXED: *most = f->bits - f->frac, *least = -f->frac; break;
    default:
        *least = nf_min_normal_exp(f) - (f->zero ? f->man : 0);
        *most = nf_min_normal_exp(f) + (1 << f->exp);
    }
}

nf_accumulator *nf_accumulator_new(const nf_format *f)
{
    int least, most;
    exponent_range(f, &least, &most);
    int lsb = 2 * least - (is_short(f) ? 62 : 126);
    int size = (2 * most - lsb) / PIECE + ROOM;
    nf_accumulator *q = calloc(1, sizeof *q + (size_t)size * sizeof q->chunk[0]);
    if (!q)
        return NULL;
    q->format = *f;
    q->lsb = lsb;
    assert(size <= CHUNKS_MAX);
    q->size = q->low = size;
    return q;
}

void nf_accumulator_free(nf_accumulator *q)
{
    free(q);
}

void nf_accumulator_clear(nf_accumulator *q)
{
    if (q->low < q->high)
        memset(q->chunk + q->low, 0, (size_t)(q->high - q->low) * sizeof q->chunk[0]);
    q->low = q->size;
    q->high = 0;
    q->pending = 0;
    q->nan = q->invalid = q->infinite[0] = q->infinite[1] = false;
}

/* ---- adding ------------------------------------------------------------------------------------
 */

/* Passes every carry up; the last chunk, beyond the largest product by 64 bits, keeps its own. */
static void settle(nf_accumulator *q)
{
    for (int i = q->low; i < q->size - 1; i++) {
        q->chunk[i + 1] += q->chunk[i] >> PIECE;
        q->chunk[i] &= PIECE_MASK;
    }
    q->high = q->size;
    q->pending = 0;
}

/* The chunks i..i+pieces-1 change. */
NF_INLINE void touch(nf_accumulator *q, int i, int pieces)
{
    q->low = i < q->low ? i : q->low;
    q->high = i + pieces > q->high ? i + pieces : q->high;
    if (++q->pending == PENDING_MAX)
        settle(q);
}

NF_INLINE void add_piece(nf_accumulator *q, int i, uint32_t piece, int64_t sign)
{
    q->chunk[i] += ((int64_t)piece ^ -sign) + sign; /* sign 1: negated */
}

NF_INLINE void add_product_64(nf_accumulator *q, nf_number_64 a, nf_number_64 b)
{
    int position = a.exp + b.exp - 62 - q->lsb, i = position / PIECE;
    nf_u128 product = (nf_u128)((a.sig >> 32) * (b.sig >> 32)) << position % PIECE;
    int64_t sign = a.sign ^ b.sign;
    touch(q, i, 3);
    for (int j = 0; j < 3; j++, product >>= PIECE)
        add_piece(q, i + j, (uint32_t)product, sign);
}

NF_INLINE void add_product_128(nf_accumulator *q, nf_number_128 a, nf_number_128 b)
{
    int position = a.exp + b.exp - 126 - q->lsb, i = position / PIECE, shift = position % PIECE;
    nf_u128 product = (nf_u128)(uint64_t)(a.sig >> 64) * (uint64_t)(b.sig >> 64);
    int64_t sign = a.sign ^ b.sign;
    touch(q, i, 5);
    add_piece(q, i + 4, (uint32_t)(product >> (96 + 1) >> (31 - shift)), sign);
    product <<= shift;
    for (int j = 0; j < 4; j++, product >>= PIECE)
        add_piece(q, i + j, (uint32_t)product, sign);
}

/* A product that is not finite and not zero times finite. */
static void add_special(nf_accumulator *q, int a, int b, int sign)
{
    if (a == NF_NOT_A_NUMBER || b == NF_NOT_A_NUMBER)
        q->nan = true;
    else if (a != NF_INFINITE && b != NF_INFINITE)
        return; /* zero */
    else if (a == NF_ZERO || b == NF_ZERO)
        q->invalid = true;
    else
        q->infinite[sign] = true;
}

NF_INLINE void add_codes(nf_accumulator *q, const nf_format *f, uint64_t a, uint64_t b)
{
    if (is_short(f)) {
        nf_number_64 x = nf_load_64(f, a), y = nf_load_64(f, b);
        if (x.cls == NF_FINITE && y.cls == NF_FINITE)
            add_product_64(q, x, y);
        else
            add_special(q, x.cls, y.cls, x.sign ^ y.sign);
    } else {
        nf_number_128 x = nf_load_128(f, a), y = nf_load_128(f, b);
        if (x.cls == NF_FINITE && y.cls == NF_FINITE)
            add_product_128(q, x, y);
        else
            add_special(q, x.cls, y.cls, x.sign ^ y.sign);
    }
}

void nf_accumulate(nf_accumulator *q, uint64_t a, uint64_t b)
{
    add_codes(q, &q->format, a, b);
}

NF_INLINE void dot(nf_accumulator *q, const nf_format *f, const char *x, intptr_t x_stride,
                   const char *y, intptr_t y_stride, intptr_t n)
{
    for (int size = nf_size(f); n > 0; n--, x += x_stride, y += y_stride)
        add_codes(q, f, nf_load_code(x, size), nf_load_code(y, size));
}

/* One copy of the loop for the families whose rows are short, so that the family folds. */
void nf_accumulate_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                       intptr_t y_stride, intptr_t n)
{
    nf_format f = q->format;
    if (f.family == NF_POSIT && f.bits == 32) {
        f.family = NF_POSIT, f.bits = 32;
        dot(q, &f, x, x_stride, y, y_stride, n);
    } else if (f.family == NF_FLOAT && f.bits == 16) {
        f.family = NF_FLOAT, f.bits = 16;
        dot(q, &f, x, x_stride, y, y_stride, n);
    } else if (f.family == NF_FLOAT && f.bits == 32) {
        f.family = NF_FLOAT, f.bits = 32;
        dot(q, &f, x, x_stride, y, y_stride, n);
    } else {
        dot(q, &f, x, x_stride, y, y_stride, n);
    }
}

/* ---- rounding -----------------------------------------------------------------------------------
 */

/* to[0..n] = from[0..n-1] * factor (1 or -1), all but the last in 0..2^32-1. */
static void carry_through(int64_t *to, const int64_t *from, int n, int factor)
{
    int64_t carry = 0;
    for (int i = 0; i < n; i++) {
        int64_t t = factor * from[i] + carry; /* |from| < 2^62 */
        carry = t >> PIECE;
        to[i] = t & PIECE_MASK;
    }
    to[n] = carry;
}

/* chunk[top] != 0 leads; the others are 32 bits each. */
static nf_number_128 leading_bits(const int64_t *chunk, int top, int exp)
{
    nf_u128 sig = 0;
    for (int j = 0; j < 4; j++)
        sig = sig << PIECE | (top >= j ? (uint32_t)chunk[top - j] : 0);
    int n = nf_clz_128(sig);
    uint64_t next = top >= 4 ? (uint64_t)chunk[top - 4] << n : 0; /* n of its 32 bits are kept */
    bool sticky = (uint32_t)next != 0;
    for (int i = 0; i < top - 4; i++)
        sticky |= chunk[i] != 0;
    return nf_finite_128(0, exp + PIECE * top + 31 - n, sig << n | next >> PIECE | sticky);
}

static nf_number_128 finite_sum(const nf_accumulator *q)
{
    int64_t chunk[CHUNKS_MAX + 1];
    int n = q->high - q->low, sign = 0;
    if (n <= 0)
        return nf_special_128(NF_ZERO, 0);
    carry_through(chunk, q->chunk + q->low, n, 1);
    if (chunk[n] < 0) {
        sign = 1;
        carry_through(chunk, q->chunk + q->low, n, -1);
    }
    while (n >= 0 && chunk[n] == 0)
        n--;
    if (n < 0)
        return nf_special_128(NF_ZERO, 0);
    nf_number_128 r = leading_bits(chunk, n, q->lsb + PIECE * q->low);
    r.sign = (uint8_t)sign;
    return r;
}

uint64_t nf_accumulator_round(const nf_accumulator *q, nf_env *env)
{
    bool both = q->infinite[0] && q->infinite[1];
    if (q->invalid || (both && !q->nan))
        env->flags |= NF_INVALID;
    if (q->nan || q->invalid || both)
        return nf_result_128(&q->format, nf_special_128(NF_NOT_A_NUMBER, 0), env);
    if (q->infinite[0] || q->infinite[1])
        return nf_result_128(&q->format, nf_special_128(NF_INFINITE, q->infinite[1]), env);
    return nf_result_128(&q->format, finite_sum(q), env);
}
