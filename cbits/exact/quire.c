/* SPDX-License-Identifier: BSD-3-Clause */
/* How does the exact sum become a quire's words, and words the exact sum? */
#include "nf_quire.h"

#include "core/accumulator.h"
#include "nf_exact.h"
#include "nf_heap.h"

enum { CARRY = 31 };

/* ---- layouts --------------------------------------------------------------------------------- */

/* The largest magnitude is at most 2^result; 2^31 - 1 terms are below 2^(result + 31).  Signed fixed
 * point's is that of its lowest value. */
static int value_bound(const nf_format *f)
{
    if (f->family == NF_FIXED && f->is_signed)
        return f->bits - 1 - f->frac;
    nf_number_128 largest = nf_decode_128_any(f, nf_limits_of(f).maxpos);
    return largest.exp + (largest.sig << 1 != 0); /* a power of two is its own bound */
}

/* Values and products: where all of them are large (or small), a product is not the wider one.
 * Signed fixed point has a bit more, 2 * bits + 31: its lowest value is longer than its highest. */
nf_quire_layout nf_quire_layout_of(const nf_format *f)
{
    int least, most, top = value_bound(f);
    nf_exponent_range(f, &least, &most);
    if (f->family == NF_POSIT && f->rs == 6 && f->es == 5 && f->rs != f->bits - 1)
        return (nf_quire_layout){1024, -488};
    int lsb = least > 0 ? least : 2 * least;
    top = top < 0 ? top : 2 * top;
    top += f->family == NF_FIXED && f->is_signed;
    return (nf_quire_layout){top - lsb + CARRY + 1, lsb};
}

int nf_quire_words(nf_quire_layout layout)
{
    return (layout.bits + 63) / 64;
}

bool nf_quire_holds(nf_quire_layout layout, const nf_format *a, const nf_format *b)
{
    int least, most, other = 0;
    nf_exponent_range(a, &least, &most);
    if (b)
        nf_exponent_range(b, &other, &most);
    return least + other >= layout.lsb;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void set_nar(nf_quire_layout layout, uint64_t *words)
{
    int n = nf_quire_words(layout), top = (layout.bits - 1) % 64;
    memset(words, 0, (size_t)n * sizeof *words);
    words[n - 1] = ~UINT64_C(0) << top;
}

static bool is_nar(nf_quire_layout layout, const uint64_t *words)
{
    int n = nf_quire_words(layout), top = (layout.bits - 1) % 64;
    uint64_t other = words[n - 1] ^ ~UINT64_C(0) << top;
    for (int i = 0; i < n - 1; i++)
        other |= words[i];
    return other == 0;
}

/* q = the quire.  Piece i of 32 bits is worth 2^(lsb + 32*i); the last one is signed. */
static void load(nf_accumulator *q, nf_quire_layout layout, const uint64_t *words)
{
    int n = 2 * nf_quire_words(layout), at = layout.lsb - q->lsb, shift = at % PIECE;
    for (int i = 0; i < n; i++) {
        int64_t piece = (int64_t)(words[i / 2] >> (i % 2 * PIECE) & PIECE_MASK);
        if (i == n - 1)
            piece = (int32_t)piece;
        int64_t low = (int64_t)((uint64_t)piece << shift) & PIECE_MASK;
        q->chunk[at / PIECE + i] += low;
        q->chunk[at / PIECE + i + 1] +=
            shift ? piece >> (PIECE - shift) : piece >> (PIECE - 1) >> 1;
    }
    q->low = 0;
    q->high = q->size;
}

/* 32 bits of the carried chunks from bit `at` on; beyond the last one are copies of the sign. */
static uint32_t piece_at(const int64_t *chunk, int size, int at)
{
    int i = at / PIECE, shift = at % PIECE;
    int64_t sign = chunk[size - 1] < 0 ? -1 : 0;
    uint64_t low = (uint32_t)(i < size - 1 ? chunk[i] : i == size - 1 ? chunk[i] : sign);
    uint64_t high = (uint32_t)(i + 1 < size    ? chunk[i + 1]
                               : i + 1 == size ? chunk[i] >> PIECE
                                               : sign);
    return (uint32_t)((high << PIECE | low) >> shift);
}

/* The words of the sum; NaR where it is not a number of the layout. */
static void store(const nf_accumulator *q, nf_quire_layout layout, uint64_t *words, int64_t *chunk)
{
    int n = nf_quire_words(layout), at = layout.lsb - q->lsb;
    nf_accumulator_carry(q, chunk);
    int64_t sign = chunk[q->size - 1] < 0 ? -1 : 0;
    for (int i = 0; i < n; i++)
        words[i] = piece_at(chunk, q->size, at + 64 * i) |
                   (uint64_t)piece_at(chunk, q->size, at + 64 * i + PIECE) << PIECE;
    /* every bit from bits - 1 on must be the sign: in the last word, and in all chunks beyond */
    bool fits = (int64_t)words[n - 1] >> (layout.bits - 1) % 64 == sign;
    for (int b = at + 64 * n; b < PIECE * q->size; b += PIECE)
        fits &= piece_at(chunk, q->size, b) == (uint32_t)sign;
    fits &= chunk[q->size - 1] >> 32 == sign;
    if (!fits)
        set_nar(layout, words);
}

/* ---- arrays of quires ------------------------------------------------------------------------ */

/* An accumulator that also holds all that the layout can. */
static nf_accumulator *accumulator_for(nf_quire_layout layout, const nf_format *a,
                                       const nf_format *b, int64_t **chunk)
{
    nf_accumulator *q = nf_accumulator_over(a, b, layout.lsb, layout.lsb + layout.bits + 64);
    *chunk = q ? nf_heap_take((size_t)q->size * sizeof **chunk) : NULL;
    return q;
}

bool nf_quires_add(nf_quire_layout layout, uint64_t *words, intptr_t count, const nf_terms_of *x,
                   const nf_terms_of *y, intptr_t n, bool subtract)
{
    int64_t *chunk;
    nf_accumulator *q = accumulator_for(layout, &x->format, y ? &y->format : &x->format, &chunk);
    for (intptr_t c = 0; chunk && c < count; c++, words += nf_quire_words(layout)) {
        if (is_nar(layout, words))
            continue;
        nf_accumulator_clear(q);
        load(q, layout, words);
        nf_accumulator_subtract(q, subtract);
        if (y)
            nf_exact_dot(q, x->data + c * x->outer, x->inner, y->data + c * y->outer, y->inner, n);
        else
            nf_exact_sum(q, x->data + c * x->outer, x->inner, n);
        if (q->nan || q->invalid || q->infinite[0] || q->infinite[1])
            set_nar(layout, words);
        else
            store(q, layout, words, chunk);
    }
    bool done = chunk != NULL;
    nf_heap_give(chunk);
    nf_accumulator_free(q);
    return done;
}

bool nf_quires_round(nf_quire_layout layout, const uint64_t *words, intptr_t count,
                     const nf_format *f, char *out, intptr_t stride, nf_env *env)
{
    int64_t *chunk;
    nf_accumulator *q = accumulator_for(layout, f, f, &chunk);
    for (intptr_t c = 0; chunk && c < count; c++, words += nf_quire_words(layout), env->index++) {
        nf_accumulator_clear(q);
        if (is_nar(layout, words))
            q->nan = true;
        else
            load(q, layout, words);
        nf_store_code(out + c * stride, nf_size(f), nf_accumulator_round(q, f, env));
    }
    bool done = chunk != NULL;
    nf_heap_give(chunk);
    nf_accumulator_free(q);
    return done;
}
