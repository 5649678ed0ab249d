/* SPDX-License-Identifier: BSD-3-Clause */
/* Which path does a product in an accumulator model take, and how does the fast one go through it?
 *
 * Panels of b's columns as doubles; each row of a folds into one panel at a time.  Rows in which
 * something is not finite where it must be go through the generic path afterwards. */
#include <float.h>
#include <stdlib.h>

#include "model.h"
#include "levels/folds.h"
#include "core/host_rounding.h"
#include "in_doubles.h"
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
} bench;

static bool all_finite(const double *x, intptr_t n)
{
    bool finite = true;
    for (intptr_t i = 0; i < n; i++)
        finite &= x[i] - x[i] == 0;
    return finite;
}

/* ---- one row, one panel: the folded sums are in tree[0] -------------------------------------- */

static void fold_pairwise(bench *w, intptr_t k)
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
static void fold_block(bench *w, double *s, intptr_t j, intptr_t n, bool fused)
{
    const double *a = w->a ? w->a + j : NULL, *b = w->b + j * w->stride;
    w->hit |= w->folds->round(s, a, b, 0, w->width, 1, &w->plan.f);
    nf_lane_fold *rest = fused ? w->folds->fused : w->folds->sequential;
    w->hit |= rest(s, a ? a + 1 : NULL, b + w->stride, w->stride, w->width, n - 1, &w->plan.f);
}

/* False: a block sum is not finite. */
static bool fold_blocked(bench *w, intptr_t k, intptr_t size)
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

static bool fold_row(bench *w, const nf_model *model, intptr_t k)
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
static void store_row(const nf_product *p, const bench *w, intptr_t i, intptr_t from, nf_env *env)
{
    const int size = nf_size(p->t);
    nf_env e = *env;
    for (intptr_t j = 0; j < w->columns; j++) {
        double s = w->tree[0][j];
        e.flags |= w->plan.beyond_flags && s - s != 0 ? NF_OVERFLOW : 0;
        e.flags |= w->plan.infinities && s != s ? NF_INVALID : 0; /* inf - inf */
        e.index = p->index + (uint64_t)i * p->index_row + (uint64_t)(from + j) * p->index_column;
        nf_number_128 x = nf_lane_number(w->plan.zero_signed ? s : s + 0.0);
        nf_store_code(p->out + i * p->out_row + (from + j) * p->out_column, size,
                      nf_result_any(p->t, x, &e));
    }
    env->flags |= e.flags;
}

/* All rows of one panel; true in `again[i]`: row i is not done. */
static bool fold_panel(const nf_product *p, bench *w, intptr_t from, uint8_t *again, nf_env *env,
                       bool *stopped)
{
    bool finite = true, redo = false;
    for (intptr_t l = 0; l < p->k; l++) {
        double *row = w->b + l * w->stride;
        nf_lane_doubles(p->fb, p->b + l * p->b_row + from * p->b_column, p->b_column, w->columns,
                        row);
        for (intptr_t j = w->columns; j < w->width; j++)
            row[j] = 0;
        finite &= all_finite(row, w->columns);
    }
    for (intptr_t i = 0; i < p->m; i++) {
        if (finite && p->a)
            nf_lane_doubles(p->fa, p->a + i * p->a_row, p->a_column, p->k, w->a);
        again[i] = !finite || (p->a && !all_finite(w->a, p->k));
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
static intptr_t panel_columns(const nf_product *p)
{
    intptr_t fits = ((intptr_t)1 << 20) / (p->k + 1) & ~(intptr_t)7;
    intptr_t columns = fits < 8 ? 8 : fits > NF_PANEL ? NF_PANEL : fits;
    intptr_t all = p->n < NF_PANEL ? (p->n + 7) & ~(intptr_t)7 : NF_PANEL;
    return all < columns ? all : columns;
}

static __attribute__((noinline)) int run_fast(const nf_product *p, const nf_lane_plan *plan,
                                              nf_env *env)
{
    intptr_t columns = panel_columns(p);
    if (p->k > PTRDIFF_MAX / 16 / columns)
        return -1;
    bench *w = malloc(sizeof *w);
    double *room = malloc((size_t)(p->k * (columns + 1)) * sizeof *room);
    uint8_t *again = malloc((size_t)p->m);
    int result = w && room && again ? 0 : -1;
    if (result == 0) {
        w->folds = nf_find_lane_folds();
        w->plan = *plan;
        w->stride = columns;
        w->a = p->a ? room : NULL;
        w->b = room + p->k;
        for (intptr_t from = 0; result == 0 && from < p->n; from += columns) {
            w->columns = p->n - from < columns ? p->n - from : columns;
            w->width = (w->columns + 7) & ~(intptr_t)7;
            bool stopped = false;
            if (fold_panel(p, w, from, again, env, &stopped) &&
                !nf_model_generic(p, from, from + w->columns, again, env))
                result = -1;
            if (stopped)
                result = -1;
        }
    }
    free(again);
    free(room);
    free(w);
    return result;
}

/* ---- the entry ------------------------------------------------------------------------------- */

/* The product of the transposes: factors commute. */
static nf_product transposed(nf_product p)
{
    nf_product r = {.model = p.model,
                    .fa = p.fb,
                    .fb = p.fa,
                    .t = p.t,
                    .a = p.b,
                    .b = p.a,
                    .a_row = p.b_column,
                    .a_column = p.b_row,
                    .b_row = p.a_column,
                    .b_column = p.a_row,
                    .out = p.out,
                    .out_row = p.out_column,
                    .out_column = p.out_row,
                    .m = p.n,
                    .k = p.k,
                    .n = p.m,
                    .index = p.index,
                    .index_row = p.index_column,
                    .index_column = p.index_row};
    return r;
}

/* -1 is "not done": for want of memory, unless the thread was told to stop. */
static int outcome_of(int result)
{
    return nf_take_stop() && result ? -3 : result;
}

int nf_model_matmul(const nf_model *model, const nf_format *fa, const nf_format *fb,
                    const nf_format *t, const char *a, intptr_t a_row, intptr_t a_column,
                    const char *b, intptr_t b_row, intptr_t b_column, char *out, intptr_t out_row,
                    intptr_t out_column, intptr_t m, intptr_t k, intptr_t n, nf_env *env, int path)
{
    nf_product p = {.model = model,
                    .fa = fa,
                    .fb = fb,
                    .t = t,
                    .a = a,
                    .b = b,
                    .a_row = a_row,
                    .a_column = a_column,
                    .b_row = b_row,
                    .b_column = b_column,
                    .out = out,
                    .out_row = out_row,
                    .out_column = out_column,
                    .m = m,
                    .k = k,
                    .n = n,
                    .index = env->index,
                    .index_row = (uint64_t)n,
                    .index_column = 1};
    nf_lane_plan plan;
    /* lanes are columns; a plain sum has its terms there */
    if (!b || (n < m && n < NF_PANEL / 2))
        p = transposed(p);
    bool fast = FLT_EVAL_METHOD == 0 && k > 0 && nf_lane_plan_of(&p, &plan);
    if (path == NF_MODEL_FAST && !fast)
        return -2;
    if (m == 0 || n == 0)
        return 0;
    nf_take_stop();
    if (!fast || path == NF_MODEL_GENERIC)
        return outcome_of(nf_model_generic(&p, 0, p.n, NULL, env) ? 0 : -1);
    nf_host_float before = nf_host_float_begin();
    int result = run_fast(&p, &plan, env);
    nf_host_float_end(before);
    return outcome_of(result);
}
