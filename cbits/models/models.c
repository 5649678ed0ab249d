/* SPDX-License-Identifier: BSD-3-Clause */
/* Is a product exact or in an accumulator model, and by which path does the model take it?
 *
 * Panels of b's columns as doubles; each row of a folds into one panel at a time.  Rows in which
 * something is not finite where it must be go through the generic path afterwards. */
#include <float.h>

#include "model.h"
#include "levels/folds.h"
#include "core/host_rounding.h"
#include "in_doubles.h"
#include "nf_heap.h"
#include "nf_stop.h"

/* Room for one panel. */
typedef struct {
    const nf_lane_folds *folds;
    nf_lane_plan plan;
    intptr_t columns, width; /* of this panel, and rounded up to 8 */
    intptr_t stride;         /* between rows of b */
    double *a, *b;           /* k and k * stride */
    uint64_t hit;            /* something was saturated */
    double tree[64][NF_PANEL];
} workspace;

static bool all_finite(const double *x, intptr_t n)
{
    bool finite = true;
    for (intptr_t i = 0; i < n; i++)
        finite &= x[i] - x[i] == 0;
    return finite;
}

/* ---- one row, one panel: the folded sums are in tree[0] -------------------------------------- */

static void fold_pairwise(workspace *w, intptr_t k)
{
    const nf_rounder *r = &w->plan.f;
    int depth = 0;
    for (intptr_t j = 0; j < k; j++) {
        w->hit |= w->folds->round(w->tree[depth++], w->a ? w->a + j : NULL, w->b + j * w->stride, 0,
                                  w->width, 1, r);
        for (intptr_t n = j + 1; depth > 1 && (n % 2 == 0 || j == k - 1); n /= 2, depth--)
            w->hit |=
                w->folds->add(w->tree[depth - 2], NULL, w->tree[depth - 1], 0, w->width, 1, r);
    }
}

/* A block of n terms from j on, each fused or product by product. */
static void fold_block(workspace *w, double *s, intptr_t j, intptr_t n, bool fused)
{
    const double *a = w->a ? w->a + j : NULL, *b = w->b + j * w->stride;
    w->hit |= w->folds->round(s, a, b, 0, w->width, 1, &w->plan.f);
    nf_lane_fold *rest = fused ? w->folds->fused : w->folds->sequential;
    w->hit |= rest(s, a ? a + 1 : NULL, b + w->stride, w->stride, w->width, n - 1, &w->plan.f);
}

/* False: a block sum is not finite. */
static bool fold_blocked(workspace *w, intptr_t k, intptr_t size)
{
    for (intptr_t i = 0; i < w->width; i++)
        w->tree[0][i] = -0.0; /* -0 + x is x, also of zeros */
    for (intptr_t j = 0; j < k; j += size) {
        intptr_t n = k - j < size ? k - j : size;
        fold_block(w, w->tree[1], j, n, true);
        if (!all_finite(w->tree[1], w->columns))
            return false;
        if (!w->plan.f_signed_zero)
            for (intptr_t i = 0; i < w->width; i++)
                w->tree[1][i] += 0.0;
        w->hit |= w->folds->add_exact(w->tree[0], NULL, w->tree[1], 0, w->width, 1, &w->plan.g);
        if (n < size || k - j == size) /* j + size may overflow */
            break;
    }
    return true;
}

static bool fold_row(workspace *w, const nf_model *model, intptr_t k)
{
    switch (model->kind) {
    case NF_MODEL_PAIRWISE: fold_pairwise(w, k); return true;
    case NF_MODEL_BLOCKED: return fold_blocked(w, k, model->block);
    case NF_MODEL_ALIGNED:
        memset(w->tree[0], 0, sizeof w->tree[0]);
        for (intptr_t j = 0; j < k; j += model->block)
            w->folds->aligned(w->tree[0], w->a ? w->a + j : NULL, w->b + j * w->stride, w->stride,
                              w->width, k - j < model->block ? k - j : model->block, model->width);
        return true;
    default: fold_block(w, w->tree[0], 0, k, model->kind == NF_MODEL_FORMAT); return true;
    }
}

/* ---- panels ---------------------------------------------------------------------------------- */

/* The sums of one row, rounded into the result. */
static void store_row(const nf_folding *p, const workspace *w, intptr_t i, intptr_t from,
                      nf_env *env)
{
    const int size = nf_size(&p->out.format);
    nf_env e = *env;
    for (intptr_t j = 0; j < w->columns; j++) {
        double s = w->tree[0][j];
        e.flags |= w->plan.beyond_flags && s - s != 0 ? NF_OVERFLOW : 0;
        e.flags |= w->plan.infinities && s != s ? NF_INVALID : 0; /* inf - inf */
        e.index = p->index + (uint64_t)i * p->index_row + (uint64_t)(from + j) * p->index_column;
        nf_number_128 x = nf_lane_number(w->plan.zero_signed ? s : s + 0.0);
        nf_store_code(p->out.data + i * p->out.row + (from + j) * p->out.column, size,
                      nf_result_128_any(&p->out.format, x, &e));
    }
    env->flags |= e.flags;
}

/* All rows of one panel; true in `again[i]`: row i is not done. */
static bool fold_panel(const nf_folding *p, workspace *w, intptr_t from, uint8_t *again,
                       nf_env *env, bool *stopped)
{
    bool finite = true, redo = false;
    for (intptr_t l = 0; l < p->k; l++) {
        double *row = w->b + l * w->stride;
        nf_lane_doubles(&p->b.format, p->b.data + l * p->b.row + from * p->b.column, p->b.column,
                        w->columns, row);
        for (intptr_t j = w->columns; j < w->width; j++)
            row[j] = 0;
        finite &= all_finite(row, w->columns);
    }
    for (intptr_t i = 0; i < p->m; i++) {
        if (finite && p->a.data)
            nf_lane_doubles(&p->a.format, p->a.data + i * p->a.row, p->a.column, p->k, w->a);
        again[i] = !finite || (p->a.data && !all_finite(w->a, p->k));
        if (!again[i]) {
            w->hit = 0;
            again[i] = !fold_row(w, p->model, p->k);
        }
        if (!again[i]) {
            env->flags |= w->hit ? NF_OVERFLOW : 0;
            store_row(p, w, i, from, env);
        }
        redo |= again[i];
        if (nf_should_stop((uint64_t)(p->k * w->width))) {
            *stopped = true;
            return false;
        }
    }
    return redo;
}

/* Columns of a panel: b's rows of them stay in the cache, or at least in memory. */
static intptr_t panel_columns(const nf_folding *p)
{
    intptr_t fits = ((intptr_t)1 << 20) / (p->k + 1) & ~(intptr_t)7;
    intptr_t columns = fits < 8 ? 8 : fits > NF_PANEL ? NF_PANEL : fits;
    intptr_t all = p->n < NF_PANEL ? (p->n + 7) & ~(intptr_t)7 : NF_PANEL;
    return all < columns ? all : columns;
}

/* False: no memory, or stopped. */
static __attribute__((noinline)) bool run_fast(const nf_folding *p, const nf_lane_plan *plan,
                                               nf_env *env)
{
    intptr_t columns = panel_columns(p);
    if (p->k > PTRDIFF_MAX / 16 / columns)
        return false;
    workspace *w = nf_heap_take(sizeof *w);
    double *room = nf_heap_take((size_t)(p->k * (columns + 1)) * sizeof *room);
    uint8_t *again = nf_heap_take((size_t)p->m);
    bool done = w && room && again;
    if (done) {
        w->folds = nf_find_lane_folds();
        w->plan = *plan;
        w->stride = columns;
        w->a = p->a.data ? room : NULL;
        w->b = room + p->k;
        for (intptr_t from = 0; done && from < p->n; from += columns) {
            w->columns = p->n - from < columns ? p->n - from : columns;
            w->width = (w->columns + 7) & ~(intptr_t)7;
            bool stopped = false;
            bool redo = fold_panel(p, w, from, again, env, &stopped);
            done = !stopped && (!redo || nf_model_generic(p, from, from + w->columns, again, env));
        }
    }
    nf_heap_give(again);
    nf_heap_give(room);
    nf_heap_give(w);
    return done;
}

/* ---- the entry ------------------------------------------------------------------------------- */

static nf_matrix transpose_of(nf_matrix m)
{
    return (nf_matrix){m.format, m.data, m.column, m.row};
}

/* Folds go along columns: the transposes are multiplied where there are few, for factors commute,
 * and a plain sum has its terms there. */
static nf_folding roles_of(const nf_product *p, uint64_t index)
{
    bool turned = p->b.data == NULL || (p->n < p->m && p->n < NF_PANEL / 2);
    if (!turned)
        return (nf_folding){p->model, p->a, p->b,  p->out,         p->m,
                            p->k,     p->n, index, (uint64_t)p->n, 1};
    return (nf_folding){p->model,
                        transpose_of(p->b),
                        transpose_of(p->a),
                        transpose_of(p->out),
                        p->n,
                        p->k,
                        p->m,
                        index,
                        1,
                        (uint64_t)p->n};
}

static nf_outcome fold(const nf_folding *p, const nf_lane_plan *plan, nf_env *env)
{
    bool done;
    if (plan == NULL) {
        done = nf_model_generic(p, 0, p->n, NULL, env);
    } else {
        nf_host_float before = nf_host_float_begin();
        done = run_fast(p, plan, env);
        nf_host_float_end(before);
    }
    return done ? NF_DONE : NF_NO_MEMORY;
}

static nf_outcome multiply_in_model(const nf_product *p, nf_env *env)
{
    nf_lane_plan plan;
    nf_folding roles = roles_of(p, env->index);
    bool fast = FLT_EVAL_METHOD == 0 && p->k > 0 && nf_lane_plan_of(&roles, &plan);
    bool exact_path = p->path == NF_PATH_EXTRACT || p->path == NF_PATH_SLICES;
    if (p->addend || exact_path || (p->path == NF_PATH_DOUBLES && !fast))
        return NF_NO_PATH;
    if (p->m == 0 || p->n == 0)
        return NF_DONE;
    nf_take_stop();
    nf_outcome outcome = fold(&roles, fast && p->path != NF_PATH_LOOP ? &plan : NULL, env);
    /* "not done" is for want of memory, unless the thread was told to stop */
    return nf_take_stop() && outcome != NF_DONE ? NF_STOPPED : outcome;
}

nf_outcome nf_multiply(const nf_product *p, nf_env *env)
{
    if (p->model == NULL)
        return nf_multiply_exactly(p, env);
    nf_outcome outcome = multiply_in_model(p, env);
    env->index += (uint64_t)(p->m * p->n);
    return outcome;
}
