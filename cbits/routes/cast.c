/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a conversion run through the stages?  Source to doubles, doubles to target: one
 * rounding, for every source is exact as a double, or, for 64-bit integers, rounded to odd. */
#include "core/bits.h"
#include "core/ieee_rows.h"
#include "core/host_rounding.h"
#include "levels/round_to_odd.h"
#include "routes.h"

typedef enum { NF_NO_SIDE, NF_CODES, NF_FLOATS, NF_DOUBLES, NF_INTEGERS } nf_side;

/* 64-bit integers truncate, and mark what they cannot hold. */
static bool is_integer_64(const nf_format *f)
{
    return f->family == NF_FIXED && f->bits == 64 && f->frac == 0 &&
           f->rounding == NF_TOWARD_ZERO && f->overflow == NF_OVERFLOW_INDEFINITE;
}

static nf_side side_of(const nf_format *f, bool is_source)
{
    if (nf_is_binary64(f))
        return NF_DOUBLES;
    if (nf_is_binary32(f))
        return NF_FLOATS;
    if (is_integer_64(f))
        return NF_INTEGERS;
    if (is_source)
        return nf_decodes_to_doubles(f) ? NF_CODES : NF_NO_SIDE;
    return nf_encodes_doubles(f) || nf_encodes_stochastically(f) ? NF_CODES : NF_NO_SIDE;
}

static bool is_narrow(nf_side side)
{
    return side == NF_CODES || side == NF_FLOATS;
}

bool nf_casts_in_stages(const nf_format *from, const nf_format *to)
{
    nf_side source = side_of(from, true), target = side_of(to, false);
    if (to->rounding == NF_STOCHASTIC && source == NF_INTEGERS)
        return false; /* it must see all that it drops */
    return source != NF_NO_SIDE && target != NF_NO_SIDE && (is_narrow(source) || is_narrow(target));
}

/* ---- sources --------------------------------------------------------------------------------- */

/* More than 53 bits lose 11, of which the last kept one remembers whether they were zero. */
static void load_integers(const char *p, intptr_t stride, bool is_signed, int n, double *out)
{
    for (int i = 0; i < n; i++) {
        uint64_t u;
        memcpy(&u, p + i * stride, sizeof u);
        bool negative = is_signed && u >> 63, is_long;
        u = negative ? 0 - u : u;
        is_long = u >> 53 != 0;
        u = is_long ? u >> 11 | ((u & 2047) != 0) : u;
        double m = (double)(int64_t)u * (is_long ? 2048.0 : 1.0);
        out[i] = negative ? -m : m;
    }
}

/* ---- targets --------------------------------------------------------------------------------- */

static bool store_integers(const double *z, int n, char *p, intptr_t stride, bool is_signed)
{
    const double least = is_signed ? -0x1p63 : -0x1.fffffffffffffp-1;
    bool fits = true;
    for (int i = 0; i < n; i++)
        fits &= z[i] >= least && z[i] < 0x1p63;
    if (!fits)
        return false;
    for (int i = 0; i < n; i++) {
        int64_t whole = (int64_t)z[i];
        memcpy(p + i * stride, &whole, sizeof whole);
    }
    return true;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

typedef struct nf_conversion {
    nf_format from; /* stored values: truncated floats neither flush nor cut */
    const nf_format *to;
    nf_side source, side;
    nf_target target;
    const nf_stages *stages;
} nf_conversion;

/* The doubles of a block, in `room` or where they are. */
static const double *load_block(const nf_conversion *c, const char *p, intptr_t stride, int n,
                                double *room)
{
    uint32_t words[NF_STAGE];
    if (c->source == NF_DOUBLES) { /* encoders make their own NaN */
        if (stride == sizeof *room && n % NF_GROUP == 0 && (uintptr_t)p % sizeof *room == 0)
            return (const double *)(const void *)p;
        c->stages->fetch_doubles(p, stride, n, room);
    } else if (c->source == NF_INTEGERS) {
        bool adjoining = stride == sizeof *room && c->from.is_signed;
        if (!adjoining || !c->stages->fetch_integers(p, n, room))
            load_integers(p, stride, c->from.is_signed, n, room);
        for (int i = n; i < nf_full(n); i++)
            room[i] = room[n - 1];
    } else {
        const uint32_t *at = nf_words_at(c->stages, p, stride, nf_size(&c->from), n, words);
        c->stages->to_doubles(&c->from, at, nf_full(n), room);
    }
    return room;
}

static uint32_t encode(const nf_conversion *c, const double *z, int n, const nf_env *env,
                       uint32_t *words)
{
    uint64_t random[NF_STAGE];
    if (c->side == NF_FLOATS)
        return c->stages->to_floats(z, nf_full(n), words);
    if (c->to->rounding != NF_STOCHASTIC)
        return c->stages->encode[c->target.f.family](&c->target, z, nf_full(n), words);
    nf_random_words(env->seed, env->stream, env->index, nf_full(n), random);
    return c->stages->encode_stochastic(&c->target, z, nf_full(n), random, words);
}

/* env: its index is that of the first element. */
static uint32_t store_block(const nf_conversion *c, const double *z, int n, char *p,
                            intptr_t stride, const nf_env *env)
{
    uint32_t words[NF_STAGE];
    if (c->side == NF_DOUBLES)
        return c->stages->store_doubles(z, n, p, stride), 0;
    if (c->side == NF_INTEGERS)
        return store_integers(z, n, p, stride, c->to->is_signed) ? 0 : NF_AGAIN;
    uint32_t flags = encode(c, z, n, env, words);
    if (!(flags & NF_AGAIN))
        c->stages->store(words, n, p, stride, nf_size(c->to));
    return flags;
}

/* Doubles in whole groups are decoded where they belong. */
static bool is_direct(const nf_conversion *c, const char *p, intptr_t stride, int n)
{
    return c->side == NF_DOUBLES && stride == (intptr_t)sizeof(double) && n % NF_GROUP == 0 &&
           (uintptr_t)p % sizeof(double) == 0;
}

static __attribute__((noinline)) void blocks(const nf_conversion *c, const nf_format *from,
                                             char *const *data, const intptr_t *strides, intptr_t n,
                                             nf_env *env)
{
    double z[NF_STAGE];
    for (intptr_t start = 0; start < n; start += NF_STAGE) {
        int count = n - start < NF_STAGE ? (int)(n - start) : NF_STAGE;
        char *at[2] = {data[0] + start * strides[0], data[1] + start * strides[1]};
        if (is_direct(c, at[1], strides[1], count)) {
            load_block(c, at[0], strides[0], count, (double *)(void *)at[1]);
            continue;
        }
        const double *x = load_block(c, at[0], strides[0], count, z);
        nf_env e = *env;
        e.index += (uint64_t)start;
        uint32_t flags = store_block(c, x, count, at[1], strides[1], &e);
        if (flags & NF_AGAIN) {
            nf_find_scalar_cast(from, c->to)(from, c->to, at, strides, count, &e);
            flags = e.flags;
        }
        env->flags |= flags & ~NF_SPECIAL;
    }
}

void nf_staged_cast(const nf_format *from, const nf_format *to, char *const *data,
                    const intptr_t *strides, intptr_t n, nf_env *env)
{
    nf_conversion c = {.from = *from, .to = to, .stages = nf_find_stages()};
    c.source = side_of(from, true);
    c.side = side_of(to, false);
    if (from->family == NF_TRUNCATED)
        c.from.family = NF_FLOAT, c.from.daz = 0;
    if (c.side == NF_CODES)
        c.target = nf_target_of(to, true);
    nf_host_float before = nf_host_float_begin();
    blocks(&c, from, data, strides, n, env);
    nf_host_float_end(before);
}
