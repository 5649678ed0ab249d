/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a matrix product in any accumulator model, any formats?  Slow next to models/models.c,
 * and its measure. */
#include <assert.h>

#include "model.h"
#include "nf_heap.h"
#include "nf_stop.h"

/* Columns that are decoded at a time, so that a row of a is decoded once for all of them. */
enum { COLUMNS = 16, NUMBERS = 1 << 17 };

/* The value of a code of f, rounded into g as a result of g. */
static uint64_t convert(const nf_format *f, uint64_t code, const nf_format *g, nf_env *env)
{
    return nf_result_128_any(g, nf_decode_128_any(f, code), env);
}

static uint64_t blocked(const nf_folding *p, nf_fold *fused, nf_operands x, nf_env *env)
{
    const nf_format *f = &p->model->f, *g = &p->model->g;
    intptr_t size = p->model->block;
    uint64_t total = 0;
    for (intptr_t j = 0; j < p->k; j += size) {
        nf_operands part = {x.a ? x.a + j : NULL, x.b + j, x.terms};
        uint64_t sum = fused(f, part, p->k - j < size ? p->k - j : size, env);
        total = j ? nf_el_model_add(g, total, nf_decode_128_any(f, sum), NF_TERMS_64, env)
                  : convert(f, sum, g, env);
        if (p->k - j <= size) /* j + size may overflow */
            break;
    }
    return convert(g, total, &p->out.format, env);
}

static uint64_t element(const nf_folding *p, const nf_model_folds *folds, nf_operands x,
                        nf_env *env)
{
    const nf_model *model = p->model;
    if (p->k == 0)
        return nf_result_128_any(&p->out.format, nf_special_128(NF_ZERO, 0), env);
    switch (model->kind) {
    case NF_MODEL_SEQUENTIAL: return folds->sequential(&p->out.format, x, p->k, env);
    case NF_MODEL_PAIRWISE: return folds->pairwise(&p->out.format, x, p->k, env);
    case NF_MODEL_ALIGNED: return nf_model_aligned(p, x, env);
    case NF_MODEL_BLOCKED: return blocked(p, folds->fused, x, env);
    default: return convert(&model->f, folds->fused(&model->f, x, p->k, env), &p->out.format, env);
    }
}

static void decode(const nf_format *f, const char *codes, intptr_t stride, intptr_t n,
                   nf_number_128 *out)
{
    const int size = nf_size(f);
    for (intptr_t i = 0; i < n; i++)
        out[i] = nf_load_128_any(f, nf_load_code(codes + i * stride, size));
}

static nf_terms width_of_terms(const nf_folding *p)
{
    int bits =
        p->a.data && p->a.format.bits > p->b.format.bits ? p->a.format.bits : p->b.format.bits;
    return bits <= 16 ? NF_TERMS_32 : bits <= 32 ? NF_TERMS_64 : NF_TERMS_128;
}

/* `row`: room for the decoded row of a; `columns`: the decoded columns, k numbers each.  False:
 * stopped. */
static bool panel(const nf_folding *p, intptr_t from, intptr_t to, const uint8_t *chosen,
                  nf_number_128 *row, const nf_number_128 *columns, nf_env *env)
{
    const nf_model *model = p->model;
    bool of_result = model->kind == NF_MODEL_SEQUENTIAL || model->kind == NF_MODEL_PAIRWISE;
    nf_model_folds folds = nf_find_folds(of_result ? &p->out.format : &model->f);
    const int size = nf_size(&p->out.format);
    nf_env e = *env;
    for (intptr_t i = 0; i < p->m; i++) {
        if (chosen && !chosen[i])
            continue;
        if (p->a.data)
            decode(&p->a.format, p->a.data + i * p->a.row, p->a.column, p->k, row);
        for (intptr_t j = from; j < to; j++) {
            nf_operands x = {p->a.data ? row : NULL, columns + (j - from) * p->k,
                             width_of_terms(p)};
            e.index = p->index + (uint64_t)i * p->index_row + (uint64_t)j * p->index_column;
            nf_store_code(p->out.data + i * p->out.row + j * p->out.column, size,
                          element(p, &folds, x, &e));
            if (nf_should_stop(8 * (uint64_t)p->k))
                return false;
        }
    }
    env->flags |= e.flags;
    return true;
}

bool nf_model_generic(const nf_folding *p, intptr_t from, intptr_t to, const uint8_t *chosen,
                      nf_env *env)
{
    intptr_t k = p->k, step = k > NUMBERS / COLUMNS ? NUMBERS / k : COLUMNS;
    step = step < 1 ? 1 : step;
    if ((size_t)k > SIZE_MAX / sizeof(nf_number_128) / (COLUMNS + 1) - 1)
        return false;
    nf_number_128 *room = nf_heap_take((size_t)(k * (step + 1) + 1) * sizeof *room);
    if (!room)
        return false;
    bool done = true;
    for (; done && from < to; from += step) {
        intptr_t end = to - from < step ? to : from + step;
        for (intptr_t j = from; j < end; j++)
            decode(&p->b.format, p->b.data + j * p->b.column, p->b.row, k,
                   room + (j - from + 1) * k);
        done = panel(p, from, end, chosen, room, room + k, env);
    }
    nf_heap_give(room);
    return done;
}
