/* SPDX-License-Identifier: BSD-3-Clause */
/* How do rows of numbers become blocks, by the loops of the CPU level? */
#include "across.h"
#include "core/core.h"
#include "core/double_bits.h"
#include "core/host_rounding.h"
#include "levels/block_loops.h"
#include "nf_stop.h"

/* Elements of binary32 with this room stay normal when a scale is taken from them; divisors and
 * quotients of doubles then lose nothing that counts. */
enum { LARGE = 60, PIECE = 1 << 15 };

/* ---- elements -------------------------------------------------------------------------------- */

static bool is_possible_float(const nf_format *f)
{
    nf_limits ends = nf_limits_of(f);
    return f->family == NF_FLOAT && f->zero && f->signed_zero && (f->subnormals || f->man == 0) &&
           f->inf != NF_INF_TOP && ends.min_exp >= -LARGE && ends.max_exp <= LARGE;
}

bool nf_blocks_possible(const nf_format *f)
{
    bool fixed = f->family == NF_FIXED && f->frac >= -LARGE && f->frac <= LARGE;
    return f->is_signed && f->bits <= 16 && f->rounding == NF_NEAREST_EVEN &&
           (fixed || is_possible_float(f));
}

static float float_power(int e)
{
    return (float)nf_power_of_two(e);
}

static nf_block_target float_target(const nf_format *f)
{
    nf_limits ends = nf_limits_of(f);
    const int least = 1 - f->bias; /* exponent of the smallest normal */
    nf_block_target t = {.size = nf_storage_bytes(f), .shift = 23 - f->man};
    t.half = (UINT32_C(1) << (t.shift - 1)) - 1;
    t.offset = (uint32_t)(127 - f->bias) << f->man;
    t.odd = f->man == 0 ? t.offset & 1 : 0;
    t.normal = (uint32_t)(127 + least) << 23;
    t.most = (uint32_t)ends.maxpos;
    t.beyond = t.most + ends.has_inf;
    t.sign = UINT32_C(1) << (f->bits - 1);
    t.magic = float_power(least - f->man + 23);
    return t;
}

static nf_block_target fixed_target(const nf_format *f)
{
    const int top = f->bits - 1;
    const bool symmetric = f->overflow == NF_OVERFLOW_SATURATE_SYMMETRIC;
    nf_block_target t = {.fixed = true, .size = nf_storage_bytes(f)};
    t.high = float_power(top) - 1;
    t.low = symmetric ? -t.high : -float_power(top);
    t.unit = float_power(f->frac);
    t.magic = 1.5F * float_power(23);
    t.mask = (UINT32_C(1) << f->bits) - 1;
    return t;
}

static nf_block_target target_of(const nf_format *f)
{
    return f->family == NF_FIXED ? fixed_target(f) : float_target(f);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* One block, or a part of one: `n` numbers from number `at` on. */
static double measure(const nf_block_loops *loops, const nf_blocks *b, intptr_t at, intptr_t n)
{
    const bool skip = b->element.inf != NF_INF_NONE;
    return b->doubles ? loops->largest_double((const double *)b->x + at, n, skip)
                      : loops->largest_float((const float *)b->x + at, n, skip);
}

/* The numbers from `at` on as doubles. */
static void load(const nf_blocks *b, intptr_t at, intptr_t n, double *out)
{
    if (b->doubles) {
        memcpy(out, (const double *)b->x + at, (size_t)n * sizeof *out);
        return;
    }
    for (intptr_t i = 0; i < n; i++)
        out[i] = ((const float *)b->x)[at + i];
}

/* One block by a power of two. */
static void encode_by_power(const nf_block_loops *loops, const nf_blocks *b,
                            const nf_block_target *t, int e, intptr_t at, intptr_t n, char *codes)
{
    if (!b->doubles && e >= -127 && e <= 127) { /* 2^-e is a binary32 */
        loops->encode_floats(t, (const float *)b->x + at, float_power(-e), n, codes);
        return;
    }
    double x[NF_BLOCK_STAGE], divisor[NF_BLOCK_STAGE];
    for (intptr_t i = 0; i < NF_BLOCK_STAGE; i++)
        divisor[i] = nf_power_of_two(e);
    for (intptr_t i = 0, count; i < n; i += count) {
        count = n - i < NF_BLOCK_STAGE ? n - i : NF_BLOCK_STAGE;
        load(b, at + i, count, x);
        loops->encode_quotients(t, x, divisor, count, codes + i * t->size);
    }
}

/* Zeros of their signs, or nothing but zero codes. */
static void encode_none(const nf_blocks *b, const nf_block_target *t, bool zeros, intptr_t at,
                        intptr_t n, char *codes)
{
    memset(codes, 0, (size_t)(n * t->size));
    for (intptr_t i = 0; zeros && !t->fixed && i < n; i++) {
        double x = b->doubles ? ((const double *)b->x)[at + i] : ((const float *)b->x)[at + i];
        bool negative = nf_bits_of(x) >> 63;
        nf_store_code(codes + i * t->size, t->size, negative ? t->sign : 0);
    }
}

/* What is done to each block; a long one is one piece. */
typedef struct walk {
    const nf_blocks *b;
    const nf_block_loops *loops;
    nf_block_target target;
    double *largest;
    const nf_block_powers *powers;
    char *codes;
    uint8_t *scales;
} walk;

typedef void step(walk *w, intptr_t index, intptr_t at, intptr_t n);

static bool walk_blocks(walk *w, step *visit)
{
    const nf_blocks *b = w->b;
    nf_host_float saved = nf_host_float_begin();
    intptr_t index = 0, since = 0;
    bool stopped = false;
    for (intptr_t row = 0; row < b->rows && !stopped; row++)
        for (intptr_t i = 0; i < b->length && !stopped; i += b->block, index++) {
            intptr_t n = b->length - i < b->block ? b->length - i : b->block;
            visit(w, index, row * b->length + i, n);
            since += n;
            if (since >= PIECE) {
                stopped = nf_should_stop((uint64_t)since / 8);
                since = 0;
            }
        }
    nf_host_float_end(saved);
    return !stopped;
}

static void measure_step(walk *w, intptr_t index, intptr_t at, intptr_t n)
{
    w->largest[index] = measure(w->loops, w->b, at, n);
}

bool nf_blocks_measure(const nf_blocks *b, double *largest)
{
    if (b->inner > 1)
        return nf_measure_across(b, largest);
    walk w = {.b = b, .loops = nf_find_block_loops(), .largest = largest};
    return walk_blocks(&w, measure_step);
}

/* The divisor of each number from place `from` of a row on; 1 where there is none to divide by. */
static void spread(const nf_blocks *b, const double *divisors, intptr_t from, intptr_t n,
                   double *out)
{
    for (intptr_t i = 0, end; i < n; i = end) {
        const intptr_t index = (from + i) / b->block;
        const double divisor = divisors[index] > 0 ? divisors[index] : 1;
        end = (index + 1) * b->block - from < n ? (index + 1) * b->block - from : n;
        for (intptr_t j = i; j < end; j++)
            out[j] = divisor;
    }
}

/* Stages need not end where blocks do: so short blocks do not cost more. */
static bool encode_row(const nf_blocks *b, const nf_block_target *t, const double *divisors,
                       intptr_t at, char *codes)
{
    const nf_block_loops *loops = nf_find_block_loops();
    double x[NF_BLOCK_STAGE], divisor[NF_BLOCK_STAGE];
    for (intptr_t i = 0, n; i < b->length; i += n) {
        n = b->length - i < NF_BLOCK_STAGE ? b->length - i : NF_BLOCK_STAGE;
        load(b, at + i, n, x);
        spread(b, divisors, i, n, divisor);
        loops->encode_quotients(t, x, divisor, n, codes + (at + i) * t->size);
        if (nf_should_stop((uint64_t)n / 4))
            return false;
    }
    for (intptr_t i = 0; i < b->length; i += b->block, divisors++) {
        intptr_t n = b->length - i < b->block ? b->length - i : b->block;
        if (!(*divisors > 0))
            encode_none(b, t, *divisors == 0, at + i, n, codes + (at + i) * t->size);
    }
    return true;
}

bool nf_blocks_encode(const nf_blocks *b, const double *divisors, char *codes)
{
    if (b->inner > 1)
        return nf_encode_across(b, divisors, codes);
    const nf_block_target t = target_of(&b->element);
    const intptr_t blocks = (b->length + b->block - 1) / b->block;
    nf_host_float saved = nf_host_float_begin();
    bool done = true;
    for (intptr_t row = 0; row < b->rows && done; row++)
        done = encode_row(b, &t, divisors + row * blocks, row * b->length, codes);
    nf_host_float_end(saved);
    return done;
}

/* The scale's exponent for a largest magnitude that is a number. */
static int exponent_for(const nf_block_powers *p, double largest)
{
    if (largest == 0)
        return p->least;
    int extra = largest < 0x1p-1000 ? 1022 : 0; /* a subnormal double has no exponent of its own */
    uint64_t u = nf_bits_of(extra ? largest * 0x1p1022 : largest);
    double f = nf_double_of((u & ~NF_EXPONENT) | UINT64_C(1022) << 52);
    int e = (int)(u >> 52) - 1022 - extra - p->top + (p->f > 0 && f > p->f);
    return e < p->least ? p->least : e > p->most ? p->most : e;
}

static void quantize_step(walk *w, intptr_t index, intptr_t at, intptr_t n)
{
    double largest = measure(w->loops, w->b, at, n);
    char *codes = w->codes + at * w->target.size;
    if (largest != largest) {
        w->scales[index] = w->powers->nan;
        encode_none(w->b, &w->target, false, at, n, codes);
        return;
    }
    int e = exponent_for(w->powers, largest);
    w->scales[index] = (uint8_t)(e - w->powers->least);
    encode_by_power(w->loops, w->b, &w->target, e, at, n, codes);
}

bool nf_blocks_quantize(const nf_blocks *b, const nf_block_powers *p, char *codes, uint8_t *scales)
{
    if (b->inner > 1)
        return nf_quantize_across(b, p, codes, scales);
    walk w = {.b = b,
              .loops = nf_find_block_loops(),
              .target = target_of(&b->element),
              .powers = p,
              .codes = codes,
              .scales = scales};
    return walk_blocks(&w, quantize_step);
}
