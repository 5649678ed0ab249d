/* SPDX-License-Identifier: BSD-3-Clause */
/* How do scores of attention become weights, and derivatives by weights those by scores, row by row? */
#include "core/ieee_rows.h"
#include "plan_scores.h"

static void unary(const nf_format *f, nf_op op, char *x, intptr_t n, nf_env *env)
{
    intptr_t strides[2] = {nf_storage_bytes(f), nf_storage_bytes(f)};
    nf_find_loop(f, op)(f, (char *[]){x, x}, strides, n, env);
    env->index += (uint64_t)n;
}

/* x = x op y; `step` 0: y is one number, else 1. */
static void binary(const nf_format *f, nf_op op, char *x, const char *y, int step, intptr_t n,
                   nf_env *env)
{
    intptr_t size = nf_storage_bytes(f), strides[3] = {size, step * size, size};
    nf_find_loop(f, op)(f, (char *[]){x, (char *)(uintptr_t)y, x}, strides, n, env);
    env->index += (uint64_t)n;
}

static void fill(const nf_format *f, char *x, uint64_t code, intptr_t n)
{
    int size = nf_storage_bytes(f);
    for (intptr_t i = 0; i < n; i++)
        nf_store_code(x + i * size, size, code);
}

/* The floor of the largest, or least, of a row of numbers, which are lost. */
static uint64_t flat_extreme(const nf_format *f, nf_op op, char *x, intptr_t n, nf_env *env)
{
    int size = nf_storage_bytes(f);
    for (; n > 1; n -= n / 2)
        binary(f, op, x, x + (n - n / 2) * size, 1, n / 2, env);
    unary(f, NF_OP_floor, x, 1, env);
    return nf_load_code(x, size);
}

static void sum_of(const nf_scores *s, const char *x, char *to, nf_env *env)
{
    int size = nf_storage_bytes(&s->format);
    nf_accumulator_clear(s->q);
    nf_exact_sum(s->q, x, size, s->length);
    nf_store_code(to, size, nf_accumulator_round(s->q, &s->format, env));
    env->index++;
}

void nf_soften(const nf_scores *s, intptr_t i, char *e, const nf_softened *to, nf_env *env)
{
    const nf_format *f = &s->format;
    intptr_t size = nf_storage_bytes(f), n = s->length, seen = s->causal ? i + 1 : n;
    binary(f, NF_OP_div, e, s->divisor, 0, n, env);
    memcpy(s->row, e, (size_t)(n * size));
    if (seen < n) { /* what is not seen is put below what is, so that it does not shift that */
        uint64_t least = flat_extreme(f, NF_OP_minimum, s->row, n, env);
        memcpy(s->row, e, (size_t)(n * size));
        fill(f, s->row + seen * size, least, n - seen);
    }
    nf_store_code(to->shift, (int)size, flat_extreme(f, NF_OP_maximum, s->row, n, env));
    binary(f, NF_OP_sub, e, to->shift, 0, seen, env);
    unary(f, NF_OP_exp, e, seen, env);
    fill(f, e + seen * size, s->zero, n - seen);
    sum_of(s, e, to->sum, env);
}

void nf_weigh(const nf_scores *s, char *e, char *sum, int step, intptr_t n, nf_env *env)
{
    binary(&s->format, NF_OP_div, e, sum, step, n, env);
}

/* The derivative of e / sum by e, then that of e by its product. */
static void to_products(const nf_scores *s, const char *e, char *d, const nf_softened *of, int step,
                        intptr_t n, nf_env *env)
{
    const nf_format *f = &s->format;
    binary(f, NF_OP_div, d, of->sum, step, n, env);
    binary(f, NF_OP_add, d, of->arrives, step, n, env);
    binary(f, NF_OP_mul, d, e, 1, n, env);
    binary(f, NF_OP_div, d, s->divisor, 0, n, env);
}

void nf_unsoften(const nf_scores *s, intptr_t i, const char *e, char *d, const nf_softened *to,
                 nf_env *env)
{
    const nf_format *f = &s->format;
    intptr_t size = nf_storage_bytes(f), n = s->length, seen = s->causal ? i + 1 : n;
    memcpy(s->row, e, (size_t)(n * size));
    nf_weigh(s, s->row, to->sum, 0, n, env);
    binary(f, NF_OP_mul, s->row, d, 1, n, env);
    unary(f, NF_OP_neg, s->row, n, env);
    binary(f, NF_OP_div, s->row, to->sum, 0, n, env);
    sum_of(s, s->row, to->arrives, env);
    to_products(s, e, d, to, 0, n, env);
    fill(f, d + seen * size, s->zero, n - seen);
}

void nf_soften_column(const nf_scores *s, intptr_t first, char *e, char *d, const nf_softened *of,
                      nf_env *env)
{
    const nf_format *f = &s->format;
    intptr_t size = nf_storage_bytes(f), n = s->length - first, skip = first * size;
    nf_softened rows = {of->shift + skip, of->sum + skip, of->arrives + skip};
    fill(f, d, s->zero, first);
    e += skip;
    binary(f, NF_OP_div, e, s->divisor, 0, n, env);
    binary(f, NF_OP_sub, e, rows.shift, 1, n, env);
    unary(f, NF_OP_exp, e, n, env);
    memcpy(s->row + skip, e, (size_t)(n * size));
    nf_weigh(s, s->row + skip, rows.sum, 1, n, env);
    to_products(s, e, d + skip, &rows, 1, n, env);
}
