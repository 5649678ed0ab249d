/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an elementary function run through the stages, and still round correctly?
 *
 *     codes -> doubles -> z, known to 2^-44 of itself -> codes, if no z is near a switch of codes;
 *                                                    else z (1 - 2^-44) -> codes \
 *                                                         z (1 + 2^-44) -> codes / the same?
 *
 * Rounding never decreases: where both ends give one code it is the code of the exact value, too,
 * in every rounding mode (Ziv's test).  Elements with two codes, and those which the kernel does
 * not know, are the core's, one by one.  A block that overflows or underflows goes through
 * double-doubles (function_loops_dd.c), for flags; as does whatever doubles do not hold. */
#include "core/accumulator.h"
#include "core/bits.h"
#include "core/core.h"
#include "core/host_rounding.h"
#include "levels/kernels.h"
#include "function_call.h"

/* Codes of values near z, words of arguments; a code that is not certain is the core's. */
static uint32_t encode_certain(const nf_function_call *c, const double *z, int n,
                               const uint32_t *words, uint64_t index, uint32_t *codes, nf_env *env)
{
    double low[NF_STAGE], high[NF_STAGE];
    uint32_t upper[NF_STAGE], open[NF_STAGE];
    const int full = nf_full(n);
    c->stages->bounds(z, full, c->most, low, high, open);
    uint32_t flags = c->stages->encode[c->f->family](&c->target, low, full, codes);
    flags |= c->stages->encode[c->f->family](&c->target, high, full, upper);
    for (int i = 0; flags == 0 && i < n; i++)
        if (open[i] || codes[i] != upper[i]) {
            uint32_t code = 0;
            char *one[2] = {(char *)&words[i], (char *)&code};
            nf_env e = *env;
            e.index += index + (uint64_t)i;
            c->scalar(c->f, one, (const intptr_t[2]){0, 0}, 1, &e);
            env->flags |= e.flags;
            codes[i] = code;
        }
    return flags;
}

/* data: the first element of n <= NF_STAGE.  The core may overwrite its argument (in place): its
 * elements are stored last, from what they were. */
static void block_32(const nf_function_call *c, char *const *data, const intptr_t *strides,
                     intptr_t start, int n, nf_env *env)
{
    double x[NF_STAGE], z[NF_STAGE];
    uint32_t words[NF_STAGE], codes[NF_STAGE], flags;
    const nf_stages *s = c->stages;
    char *at[2] = {data[0] + start * strides[0], data[1] + start * strides[1]};
    const int full = nf_full(n);
    s->fetch(at[0], strides[0], c->size, n, words);
    s->to_doubles(c->f, words, full, x);
    s->function[c->op](x, full, z);
    if (s->all_clear(z, full, c->most, c->below))
        flags = s->encode[c->f->family](&c->target, z, full, codes);
    else
        flags = encode_certain(c, z, n, words, (uint64_t)start, codes, env);
    if (flags != 0)
        nf_function_block_64(c, data, strides, start, n, env);
    else
        s->store(codes, n, at[1], strides[1], c->size);
}

/* Where all numbers of the format are nearer to 1 than 2^+-900, a result that is only known to be
 * beyond 2^+-1000 rounds as the result does. */
static double most_of(const nf_format *f)
{
    int lsb, top;
    nf_exponent_range(f, &lsb, &top);
    return lsb >= -900 && top <= 900 ? 0x1p1020 : 0x1p1000;
}

static void run(const nf_format *f, nf_op op, char *const *data, const intptr_t *strides,
                intptr_t n, nf_env *env)
{
    nf_function_call c = {.f = f, .op = op, .size = nf_size(f), .stages = nf_find_stages()};
    c.scalar = nf_find_scalar_loop(f, op);
    if (n < NF_FEW_ELEMENTS || strides[nf_op_kind(op) == NF_KIND_T_T ? 1 : 2] == 0) {
        c.scalar(f, data, strides, n, env);
        return;
    }
    const bool by_doubles = nf_encodes_doubles(f) && c.stages->function[op] != NULL;
    nf_function_block *block = by_doubles ? block_32 : nf_function_block_64;
    if (by_doubles) {
        c.target = nf_target_of(f, false);
        c.most = most_of(f);
        c.below = ((uint64_t)1 << (52 - nf_significand_bits(f))) - 1;
    }
    nf_host_float before = nf_host_float_begin();
    for (intptr_t start = 0; start < n; start += NF_STAGE)
        block(&c, data, strides, start, n - start < NF_STAGE ? (int)(n - start) : NF_STAGE, env);
    nf_host_float_end(before);
}

/* A loop knows its operation by its own name only. */
#define NF_FUNCTION(name, ...)                                                                     \
    static void run_##name(const nf_format *f, char *const *data, const intptr_t *strides,         \
                           intptr_t n, nf_env *env)                                                \
    {                                                                                              \
        run(f, NF_OP_##name, data, strides, n, env);                                               \
    }
#include "nf_functions.def"
#undef NF_FUNCTION

/* Small powers wrap where the format does (functions/functions.c). */
static bool goes_through_pairs(const nf_format *f, nf_op op)
{
    const nf_stages *s = nf_find_stages();
    bool wraps = f->family == NF_FIXED && f->overflow == NF_OVERFLOW_WRAP;
    bool known = s->function_dd[op] != NULL || (s->function_dd_2[op] != NULL && !wraps);
    return s->computes && known && f->rounding != NF_STOCHASTIC;
}

nf_loop *nf_find_function_loop(const nf_format *f, nf_op op)
{
    static nf_loop *const loops[NF_OP_COUNT] = {
#define NF_FUNCTION(name, ...) [NF_OP_##name] = run_##name,
#include "nf_functions.def"
#undef NF_FUNCTION
    };
    bool by_doubles = nf_find_stages()->function[op] != NULL && nf_encodes_doubles(f);
    return by_doubles || goes_through_pairs(f, op) ? loops[op] : NULL;
}
