/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the exact sum of products, rounded once? */
#include "accumulator.h"
#include "nf_heap.h"

/* Widens [low, high) by the terms that are products of values in two ranges. */
static void cover(int *low, int *high, const int *x, const int *y)
{
    *low = x[0] + y[0] < *low ? x[0] + y[0] : *low;
    *high = x[1] + y[1] > *high ? x[1] + y[1] : *high;
}

typedef struct extent {
    int lsb, size; /* as in nf_accumulator */
} extent;

static extent extent_of(const nf_format *a, const nf_format *b, int low, int high)
{
    const int one[2] = {0, 1};
    int x[2], y[2];
    nf_exponent_range(a, x, x + 1);
    nf_exponent_range(b, y, y + 1);
    cover(&low, &high, x, y);
    cover(&low, &high, x, one);
    cover(&low, &high, y, one);
    int lsb = low - 126;
    return (extent){lsb, (high - lsb) / PIECE + ROOM};
}

static extent extent_with(const nf_format *a, const nf_format *b, const nf_format *c)
{
    int low, high;
    nf_exponent_range(c, &low, &high);
    return extent_of(a, b, low, high);
}

static size_t bytes_of(extent e)
{
    return sizeof(nf_accumulator) + (size_t)e.size * sizeof(int64_t);
}

/* An empty sum in memory of bytes_of(e). */
static nf_accumulator *begin_in(void *room, const nf_format *a, const nf_format *b, extent e)
{
    nf_accumulator *q = room;
    memset(q, 0, bytes_of(e));
    q->a = *a;
    q->b = *b;
    q->dot = nf_find_dot(a, b);
    q->lsb = e.lsb;
    q->size = q->low = e.size;
    return q;
}

size_t nf_accumulator_bytes(const nf_format *a, const nf_format *b, const nf_format *c)
{
    return bytes_of(extent_with(a, b, c));
}

nf_accumulator *nf_accumulator_in(void *room, const nf_format *a, const nf_format *b,
                                  const nf_format *c)
{
    return begin_in(room, a, b, extent_with(a, b, c));
}

nf_accumulator *nf_accumulator_over(const nf_format *a, const nf_format *b, int low, int high)
{
    extent e = extent_of(a, b, low, high);
    if (e.size > CHUNKS_MAX) /* only a quire of a width that no format asks for */
        return NULL;
    void *room = nf_heap_take(bytes_of(e));
    return room ? begin_in(room, a, b, e) : NULL;
}

nf_accumulator *nf_accumulator_new(const nf_format *a, const nf_format *b, const nf_format *c)
{
    void *room = nf_heap_take(nf_accumulator_bytes(a, b, c));
    return room ? nf_accumulator_in(room, a, b, c) : NULL;
}

void nf_accumulator_free(nf_accumulator *q)
{
    nf_heap_give(q);
}

void nf_accumulator_clear(nf_accumulator *q)
{
    if (q->low < q->high)
        memset(q->chunk + q->low, 0, (size_t)(q->high - q->low) * sizeof q->chunk[0]);
    q->low = q->size;
    q->high = 0;
    q->pending = 0;
    q->negate = 0;
    q->nan = q->invalid = q->infinite[0] = q->infinite[1] = false;
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* Passes every carry up; the last chunk, beyond the largest product by 64 bits, keeps its own. */
void nf_accumulator_pass_carries(nf_accumulator *q)
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
        q->infinite[sign ^ q->negate] = true;
}

void nf_accumulate(nf_accumulator *q, uint64_t a, uint64_t b)
{
    nf_accumulate_codes(q, &q->a, &q->b, a, b);
}

void nf_accumulate_value(nf_accumulator *q, const nf_format *f, uint64_t code)
{
    nf_accumulate_numbers_128(q, nf_load_128_any(f, code), nf_finite_128(0, 0, (nf_u128)1 << 127));
}

void nf_accumulate_double(nf_accumulator *q, double x)
{
    uint64_t code;
    memcpy(&code, &x, sizeof code);
    uint64_t field = code >> 52 & 0x7FF, fraction = code & nf_mask(52);
    if ((code << 1) == 0)
        return;
    /* an integer times 2^(field - 1075); field 0, the subnormals, counts as 1 */
    int position = (int)(field ? field : 1) - 1075 - q->lsb, i = position / PIECE;
    nf_u128 sig = (nf_u128)(field ? fraction | UINT64_C(1) << 52 : fraction) << position % PIECE;
    int64_t sign = (int64_t)(code >> 63) ^ q->negate;
    nf_touch(q, i, 3);
    for (int j = 0; j < 3; j++, sig >>= PIECE)
        nf_add_piece(q, i + j, (uint32_t)sig, sign);
}

void nf_accumulator_subtract(nf_accumulator *q, bool subtract)
{
    q->negate = subtract;
}

/* ---- rounding -------------------------------------------------------------------------------- */

/* to[0..n] = from[0..n-1] * factor (1 or -1), all but the last in 0..2^32-1. */
static void carry_through(int64_t *to, const int64_t *from, int n, int factor)
{
    int64_t carry = 0;
    for (int i = 0; i < n; i++) {
        int64_t t = factor * from[i] + carry; /* |from| <= 2^62 + 2^35 */
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

/* Wrapping fixed point wants the low bits, and leading_bits gives the high ones: everything from
 * 2^(bits - frac) on is dropped, which changes neither the code modulo 2^bits nor the rounding, and
 * is an overflow.  Returns the new top chunk. */
static int drop_wrapped(const nf_format *f, int64_t *chunk, int top, int exp, nf_env *env)
{
    int at = f->bits - f->frac - exp; /* bit number in the chunks */
    int i = at < 0 ? 0 : at / PIECE, bit = at < 0 ? 0 : at % PIECE;
    if (f->family != NF_FIXED || f->overflow != NF_OVERFLOW_WRAP || i > top)
        return top;
    bool beyond = chunk[i] >> bit != 0;
    for (int j = i + 1; j <= top; j++)
        beyond |= chunk[j] != 0;
    chunk[i] &= (INT64_C(1) << bit) - 1;
    env->flags |= beyond ? NF_OVERFLOW : 0;
    return i;
}

static nf_number_128 finite_sum(const nf_accumulator *q, const nf_format *f, nf_env *env)
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
    n = drop_wrapped(f, chunk, n, q->lsb + PIECE * q->low, env);
    while (n >= 0 && chunk[n] == 0)
        n--;
    if (n < 0)
        return nf_special_128(NF_ZERO, 0);
    nf_number_128 r = leading_bits(chunk, n, q->lsb + PIECE * q->low);
    r.sign = (uint8_t)sign;
    return r;
}

void nf_accumulator_carry(const nf_accumulator *q, int64_t *chunk)
{
    carry_through(chunk, q->chunk, q->size - 1, 1);
    chunk[q->size - 1] += q->chunk[q->size - 1];
}

uint64_t nf_accumulator_round(const nf_accumulator *q, const nf_format *f, nf_env *env)
{
    bool both = q->infinite[0] && q->infinite[1];
    if ((q->invalid || both) && !q->nan) /* a NaN operand is quiet */
        env->flags |= NF_INVALID;
    if (q->nan || q->invalid || both)
        return nf_result_128(f, nf_special_128(NF_NOT_A_NUMBER, 0), env);
    if (q->infinite[0] || q->infinite[1])
        return nf_result_128(f, nf_special_128(NF_INFINITE, q->infinite[1]), env);
    return nf_result_128(f, finite_sum(q, f, env), env);
}
