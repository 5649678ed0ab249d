/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the exact sum of products, rounded once? */
#include <assert.h>
#include <stdlib.h>

#include "accumulator.h"

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
    int lsb = 2 * least - (nf_is_short(f) ? 62 : 126);
    int size = (2 * most - lsb) / PIECE + ROOM;
    nf_accumulator *q = calloc(1, sizeof *q + (size_t)size * sizeof q->chunk[0]);
    if (!q)
        return NULL;
    q->format = *f;
    q->dot = nf_find_dot(f);
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

/* ---- adding ------------------------------------------------------------------------------- */

/* Passes every carry up; the last chunk, beyond the largest product by 64 bits, keeps its own. */
void nf_accumulator_settle(nf_accumulator *q)
{
    for (int i = q->low; i < q->size - 1; i++) {
        q->chunk[i + 1] += q->chunk[i] >> PIECE;
        q->chunk[i] &= PIECE_MASK;
    }
    q->high = q->size;
    q->pending = 0;
}

/* A product that is not finite and not zero times finite. */
void nf_accumulator_special(nf_accumulator *q, int a, int b, int sign)
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

void nf_accumulate(nf_accumulator *q, uint64_t a, uint64_t b)
{
    nf_accumulate_codes(q, &q->format, a, b);
}

/* ---- rounding ----------------------------------------------------------------------------- */

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
    if ((q->invalid || both) && !q->nan) /* a NaN operand is quiet */
        env->flags |= NF_INVALID;
    if (q->nan || q->invalid || both)
        return nf_result_128(&q->format, nf_special_128(NF_NOT_A_NUMBER, 0), env);
    if (q->infinite[0] || q->infinite[1])
        return nf_result_128(&q->format, nf_special_128(NF_INFINITE, q->infinite[1]), env);
    return nf_result_128(&q->format, finite_sum(q), env);
}
