/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an elementwise operation run through the stages? */
#include "core/bits.h"
#include "core/ieee_rows.h"
#include "core/host_rounding.h"
#include "levels/kernels.h"
#include "routes.h"

enum { NF_OPERANDS = 3 };

typedef enum { NF_NO_HALF, NF_BRAIN, NF_HALF } nf_half;

typedef struct nf_call {
    const nf_format *f;
    nf_op op;
    nf_way way;
    int operands, size;
    nf_target target;
    const nf_stages *stages;
    nf_half half; /* is the row one that the CPU's binary32 can serve? */
} nf_call;

static nf_half half_of(const nf_format *f)
{
    return nf_same_row(f, &nf_bfloat16)   ? NF_BRAIN
           : nf_same_row(f, &nf_binary16) ? NF_HALF
                                          : NF_NO_HALF;
}

/* Exact products are summands. */
static void multiply_add(const nf_call *c, double (*x)[NF_STAGE], int n, double *z)
{
    double product[NF_STAGE];
    if (c->size == sizeof(double)) {
        c->stages->near_fma(x[0], x[1], x[2], n, z);
    } else if (c->way == NF_ODD) {
        c->stages->fma(x[0], x[1], x[2], n, z);
    } else {
        c->stages->mul[NF_NEAR](x[0], x[1], n, product);
        c->stages->add[NF_ODD](product, x[2], n, z);
    }
}

static void operate(const nf_call *c, double (*x)[NF_STAGE], int n, double *z)
{
    const nf_stages *s = c->stages;
    switch (c->op) {
    case NF_OP_add: s->add[c->way](x[0], x[1], n, z); break;
    case NF_OP_sub: s->sub[c->way](x[0], x[1], n, z); break;
    case NF_OP_mul: s->mul[c->way](x[0], x[1], n, z); break;
    case NF_OP_square: s->mul[c->way](x[0], x[0], n, z); break;
    case NF_OP_div: s->div[c->way](x[0], x[1], n, z); break;
    case NF_OP_reciprocal: s->div[c->way](x[1], x[0], n, z); break; /* x[1] is 1 */
    case NF_OP_sqrt: s->sqrt[c->way](x[0], n, z); break;
    case NF_OP_rint: s->rint(x[0], n, z); break;
    case NF_OP_floor: s->floor(x[0], n, z); break;
    case NF_OP_ceil: s->ceil(x[0], n, z); break;
    case NF_OP_trunc: s->trunc(x[0], n, z); break;
    default: multiply_add(c, x, n, z);
    }
}

static void load(const nf_call *c, const char *codes, intptr_t stride, int n, double *x)
{
    uint32_t words[NF_STAGE];
    if (c->size == sizeof(double)) {
        c->stages->fetch_doubles(codes, stride, n, x);
        return;
    }
    const uint32_t *at = nf_words_at(c->stages, codes, stride, c->size, n, words);
    c->stages->to_doubles(c->f, at, nf_full(n), x);
}

static bool is_adjoining(const nf_call *c, const intptr_t *strides)
{
    for (int k = 0; k <= c->operands; k++)
        if (strides[k] != c->size)
            return false;
    return true;
}

/* A block of bfloat16 or binary16, if it can be done in binary32. */
static bool half_block(const nf_call *c, char *const *data, const intptr_t *strides, int n)
{
    char out[2 * NF_STAGE];
    if (n % NF_GROUP != 0 || !is_adjoining(c, strides) ||
        !c->stages->halves(c->op, c->half == NF_BRAIN, data[0], data[c->operands - 1], n, out))
        return false;
    memcpy(data[c->operands], out, 2 * (size_t)n);
    return true;
}

/* The block at `data`; false: it is for the core. */
static bool block(const nf_call *c, char *const *data, const intptr_t *strides, int n,
                  double (*x)[NF_STAGE], nf_env *env)
{
    double z[NF_STAGE];
    uint32_t words[NF_STAGE];
    if (c->half != NF_NO_HALF && half_block(c, data, strides, n))
        return true;
    for (int k = 0; k < c->operands; k++)
        if (strides[k] != 0)
            load(c, data[k], strides[k], n, x[k]);
    const int full = nf_full(n);
    operate(c, x, full, z);
    const bool doubles = c->size == sizeof(double);
    uint32_t flags = doubles ? c->stages->special_doubles(z, full)
                             : c->stages->encode[c->f->family](&c->target, z, full, words);
    if (flags & NF_SPECIAL) {
        if (c->op == NF_OP_div && c->f->family == NF_FLOAT && !c->f->signed_zero)
            return false; /* inf/0 is NaN there */
        const double *const operands[NF_OPERANDS] = {x[0], x[1], x[2]};
        /* an invalid product raises whatever is added to it */
        int asked = c->op == NF_OP_fma ? 2 : c->operands;
        if (c->stages->raises(operands, asked, z, full))
            return false;
    }
    if (flags & NF_AGAIN)
        return false;
    env->flags |= flags & ~NF_SPECIAL;
    if (doubles)
        c->stages->store_doubles(z, n, data[c->operands], strides[c->operands]);
    else
        c->stages->store(words, n, data[c->operands], strides[c->operands], c->size);
    return true;
}

static __attribute__((noinline)) void blocks(const nf_call *c, char *const *data,
                                             const intptr_t *strides, intptr_t n, nf_env *env)
{
    double x[NF_OPERANDS][NF_STAGE];
    char *at[NF_OPERANDS + 1];
    const int most = n < NF_STAGE ? (int)n : NF_STAGE;
    for (int k = 0; k < c->operands; k++)
        if (strides[k] == 0)
            load(c, data[k], 0, most, x[k]);
    if (c->op == NF_OP_reciprocal)
        for (int i = 0; i < NF_STAGE; i++)
            x[1][i] = 1.0;
    for (intptr_t start = 0; start < n; start += NF_STAGE) {
        int count = n - start < NF_STAGE ? (int)(n - start) : NF_STAGE;
        for (int k = 0; k <= c->operands; k++)
            at[k] = data[k] + start * strides[k];
        if (block(c, at, strides, count, x, env))
            continue;
        nf_env e = *env;
        e.index += (uint64_t)start;
        nf_find_scalar_loop(c->f, c->op)(c->f, at, strides, count, &e);
        env->flags |= e.flags;
    }
}

static void run(const nf_format *f, nf_op op, int operands, char *const *data,
                const intptr_t *strides, intptr_t n, nf_env *env)
{
    nf_call c = {.f = f, .op = op, .operands = operands, .size = nf_size(f)};
    /* an output of stride 0 is a reduction: element by element */
    if (n < NF_FEW_ELEMENTS || (n > 1 && strides[operands] == 0) ||
        !nf_goes_through_doubles(f, op, &c.way)) {
        nf_find_scalar_loop(f, op)(f, data, strides, n, env);
        return;
    }
    if (c.size < (int)sizeof(double))
        c.target = nf_target_of(f, false);
    c.stages = nf_find_stages();
    if (c.stages->halves != NULL)
        c.half = half_of(f);
    if (f->family == NF_TRUNCATED && f->cut == NF_CUT_PRODUCT &&
        (op == NF_OP_mul || op == NF_OP_square))
        c.target.kept = ~(uint64_t)0 << (52 - f->compute_man);
    nf_host_float before = nf_host_float_begin();
    blocks(&c, data, strides, n, env);
    nf_host_float_end(before);
}

#define NF_STAGED(name, operands)                                                                  \
    static void staged_##name(const nf_format *f, char *const *data, const intptr_t *strides,      \
                              intptr_t n, nf_env *env)                                             \
    {                                                                                              \
        run(f, NF_OP_##name, operands, data, strides, n, env);                                     \
    }
NF_STAGED(add, 2)
NF_STAGED(sub, 2)
NF_STAGED(mul, 2)
NF_STAGED(div, 2)
NF_STAGED(square, 1)
NF_STAGED(reciprocal, 1)
NF_STAGED(sqrt, 1)
NF_STAGED(rint, 1)
NF_STAGED(floor, 1)
NF_STAGED(ceil, 1)
NF_STAGED(trunc, 1)
NF_STAGED(fma, 3)

nf_loop *nf_find_staged_loop(const nf_format *f, nf_op op)
{
    static nf_loop *const loops[NF_OP_COUNT] = {
        [NF_OP_add] = staged_add,       [NF_OP_sub] = staged_sub,
        [NF_OP_mul] = staged_mul,       [NF_OP_div] = staged_div,
        [NF_OP_square] = staged_square, [NF_OP_reciprocal] = staged_reciprocal,
        [NF_OP_sqrt] = staged_sqrt,     [NF_OP_rint] = staged_rint,
        [NF_OP_floor] = staged_floor,   [NF_OP_ceil] = staged_ceil,
        [NF_OP_trunc] = staged_trunc,   [NF_OP_fma] = staged_fma,
    };
    nf_way way;
    return loops[op] != NULL && nf_goes_through_doubles(f, op, &way) ? loops[op] : NULL;
}
