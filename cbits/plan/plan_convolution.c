/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a plan convolve images, and find derivatives of that?  By products of matrices of which
 * some rows at a time are gathered in the scratch: sums are exact, so that no size of tile shows. */
#include "core/ieee_rows.h"
#include "plan_gather.h"

/* ---- tiles ----------------------------------------------------------------------------------- */

/* A product of `rows` rows, of which some are made at a time; each takes so many bytes of scratch
 * beside the product, in two blocks. */
typedef struct tiling {
    nf_product p; /* m: 1 */
    int64_t rows, first, second;
    int flags;
} tiling;

/* Scratch for tiles is no more than this, where rows are not longer. */
enum { TILES = 1 << 21 };

static int64_t bytes_of(const tiling *t, int64_t rows, bool least)
{
    nf_product p = t->p;
    p.m = (intptr_t)rows;
    return nf_whole(rows * t->first) + nf_whole(rows * t->second) +
           (least ? nf_plan_multiply_least(t->flags, &p) : nf_plan_multiply_room(t->flags, &p));
}

/* The rows of a tile for so many bytes; 0: they are too few. */
static int64_t tile_of(const tiling *t, int64_t bytes)
{
    int64_t rows = t->rows;
    while (rows > 1 && bytes_of(t, rows, false) > bytes)
        rows = (rows + 1) / 2;
    return bytes_of(t, rows, true) <= bytes ? rows : 0;
}

/* ---- the three products ---------------------------------------------------------------------- */

static nf_matrix in_rows(const nf_format *f, char *data, int64_t columns)
{
    int size = nf_storage_bytes(f);
    return (nf_matrix){*f, data, (intptr_t)columns * size, size};
}

/* Rows are windows, as the weights see them; the second block has their results. */
static tiling forward(const nf_operand *x, const nf_plan_op *op, const nf_plan_windows *w)
{
    const nf_operand *a = &x[NF_PLAN_A], *b = &x[NF_PLAN_B], *out = &x[NF_PLAN_OUT];
    return (tiling){
        .p = {.a = in_rows(a->format, NULL, b->rows),
              .b = nf_matrix_of(b),
              .out = in_rows(out->format, NULL, b->columns),
              .m = 1,
              .k = b->rows,
              .n = b->columns,
              .subtract = (op->flag & NF_PLAN_SUBTRACT) != 0},
        .rows = a->rows * nf_windows_of(w),
        .first = (int64_t)b->rows * a->size,
        .second = (int64_t)b->columns * out->size,
        .flags = op->flag,
    };
}

/* Rows are pixels; the second block has what each gets, place by place of the window. */
static tiling backward(const nf_operand *x, const nf_plan_op *op, const nf_plan_windows *w)
{
    const nf_operand *g = &x[NF_PLAN_A], *b = &x[NF_PLAN_B], *out = &x[NF_PLAN_OUT];
    return (tiling){
        .p = {.a = in_rows(g->format, NULL, b->columns),
              .b = {*b->format, b->data, b->column, b->row},
              .out = in_rows(out->format, NULL, w->channels),
              .m = 1,
              .k = b->columns,
              .n = w->channels},
        .rows = (int64_t)out->rows * w->height * w->width,
        .first = (int64_t)b->columns * g->size,
        .second = (int64_t)w->size[0] * w->size[1] * w->channels * out->size,
        .flags = op->flag,
    };
}

/* Rows are weights, with what each meets in all windows of all images: one sum each. */
static tiling weights(const nf_operand *x, const nf_plan_op *op, const nf_plan_windows *w)
{
    const nf_operand *a = &x[NF_PLAN_A], *b = &x[NF_PLAN_B], *out = &x[NF_PLAN_OUT];
    int64_t all = a->rows * nf_windows_of(w);
    return (tiling){
        .p = {.a = in_rows(a->format, NULL, all),
              .b = in_rows(b->format, b->data, out->columns),
              .out = nf_matrix_of(out),
              .m = 1,
              .k = (intptr_t)all,
              .n = out->columns,
              .subtract = (op->flag & NF_PLAN_SUBTRACT) != 0},
        .rows = out->rows,
        .first = all * a->size,
        .flags = op->flag,
    };
}

int64_t nf_plan_convolution_scratch(const nf_plan_op *op, const nf_format *formats,
                                    const nf_plan_windows *windows)
{
    const nf_plan_windows *w = &windows[op->first];
    nf_operand x[4];
    for (int i = 0; i < 4; i++)
        x[i] = nf_operand_in(NULL, formats, op, i);
    tiling t = op->kind == NF_PLAN_CONVOLVE        ? forward(x, op, w)
               : op->kind == NF_PLAN_CONVOLVE_BACK ? backward(x, op, w)
                                                   : weights(x, op, w);
    int64_t rows = tile_of(&t, TILES);
    return bytes_of(&t, rows ? rows : 1, false);
}

/* ---- kernels --------------------------------------------------------------------------------- */

/* Elements first, first + 1, ... of all rows, which have `columns` each, and the same of a block. */
static void copy_block(const nf_operand *x, int64_t first, int64_t n, char *block, bool into)
{
    for (int64_t done = 0; done < n;) {
        int64_t row = (first + done) / x->columns, at = (first + done) % x->columns;
        int64_t run = x->columns - at < n - done ? x->columns - at : n - done;
        char *here = nf_row_at(x, row) + at * x->size, *there = block + done * x->size;
        memcpy(into ? there : here, into ? here : there, (size_t)(run * x->size));
        done += run;
    }
}

nf_outcome nf_plan_convolve(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand x[4];
    nf_operands_of(plan, op, x);
    tiling t = forward(x, op, w);
    int64_t tile = tile_of(&t, plan->scratch_bytes);
    if (tile == 0)
        return NF_NO_MEMORY;
    char *results = plan->scratch + nf_whole(tile * t.first);
    t.p.a.data = plan->scratch;
    t.p.out.data = results;
    t.p.addend = op->addend.at >= 0 ? &t.p.out : NULL;
    for (int64_t i = 0; i < t.rows; i += tile) {
        t.p.m = (intptr_t)(t.rows - i < tile ? t.rows - i : tile);
        nf_gather_windows(plan, op, w, i, t.p.m, t.p.k, plan->scratch);
        if (t.p.addend)
            copy_block(&x[NF_PLAN_ADDEND], i * t.p.n, t.p.m * t.p.n, results, true);
        plan->env.index = (uint64_t)(i * t.p.n); /* random words, too, do not depend on tiles */
        nf_outcome done =
            nf_plan_multiply(plan, op->flag, &t.p, results + nf_whole(tile * t.second));
        if (done != NF_DONE)
            return done;
        copy_block(&x[NF_PLAN_OUT], i * t.p.n, t.p.m * t.p.n, results, false);
    }
    return NF_DONE;
}

nf_outcome nf_plan_convolve_weight(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand x[4];
    nf_operands_of(plan, op, x);
    tiling t = weights(x, op, w);
    int64_t tile = tile_of(&t, plan->scratch_bytes);
    if (tile == 0)
        return NF_NO_MEMORY;
    nf_matrix addend = nf_matrix_of(&x[NF_PLAN_ADDEND]);
    t.p.a.data = plan->scratch;
    t.p.addend = op->addend.at >= 0 ? &addend : NULL;
    for (int64_t i = 0; i < t.rows; i += tile) {
        t.p.m = (intptr_t)(t.rows - i < tile ? t.rows - i : tile);
        for (int64_t j = 0; j < t.p.m; j++)
            nf_gather_weight(plan, op, w, i + j, plan->scratch + j * t.first);
        t.p.out.data = nf_row_at(&x[NF_PLAN_OUT], i);
        addend.data = nf_row_at(&x[NF_PLAN_ADDEND], i);
        plan->env.index = (uint64_t)(i * t.p.n);
        nf_outcome done =
            nf_plan_multiply(plan, op->flag, &t.p, plan->scratch + nf_whole(tile * t.first));
        if (done != NF_DONE)
            return done;
    }
    return NF_DONE;
}

/* What each place of a window gives to the pixels from number `first` on, each product rounded; the
 * random words are those of the product of all pixels. */
static nf_outcome give(nf_plan *plan, const nf_plan_op *op, const nf_plan_windows *w, tiling *t,
                       int64_t first, char *given, char *room)
{
    nf_operand g = nf_operand_of(plan, op, NF_PLAN_A), b = nf_operand_of(plan, op, NF_PLAN_B);
    uint64_t zero = nf_code_of_double(g.format, 0, &plan->env);
    int size = nf_storage_bytes(&t->p.out.format);
    for (int32_t place = 0; place < w->size[0] * w->size[1]; place++) {
        nf_gather_arrivals(&g, w, first, t->p.m, place, t->p.k, zero, plan->scratch);
        t->p.b.data = nf_row_at(&b, (intptr_t)place * w->channels);
        t->p.out.data = given + (int64_t)place * t->p.m * t->p.n * size;
        plan->env.index = (uint64_t)((place * t->rows + first) * t->p.n);
        nf_outcome done = nf_plan_multiply(plan, op->flag, &t->p, room);
        if (done != NF_DONE)
            return done;
    }
    return NF_DONE;
}

/* The sums of what the places gave. */
static void add_up(nf_plan *plan, const nf_plan_op *op, const nf_plan_windows *w, const tiling *t,
                   int64_t first, const char *given)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, out.format, NULL);
    int64_t places = (int64_t)w->size[0] * w->size[1], n = t->p.m * t->p.n;
    plan->env.index = (uint64_t)((places * t->rows + first) * t->p.n);
    for (int64_t i = 0; i < n; i++, plan->env.index++) {
        int64_t at = first * t->p.n + i;
        nf_accumulator_clear(q);
        nf_exact_sum(q, given + i * out.size, (intptr_t)(n * out.size), (intptr_t)places);
        nf_store_code(nf_row_at(&out, at / out.columns) + at % out.columns * out.size, out.size,
                      nf_accumulator_round(q, out.format, &plan->env));
    }
}

nf_outcome nf_plan_convolve_back(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand x[4];
    nf_operands_of(plan, op, x);
    tiling t = backward(x, op, w);
    int64_t tile = tile_of(&t, plan->scratch_bytes);
    if (tile == 0)
        return NF_NO_MEMORY;
    char *given = plan->scratch + nf_whole(tile * t.first);
    t.p.a.data = plan->scratch;
    for (int64_t i = 0; i < t.rows; i += tile) {
        t.p.m = (intptr_t)(t.rows - i < tile ? t.rows - i : tile);
        nf_outcome done = give(plan, op, w, &t, i, given, given + nf_whole(tile * t.second));
        if (done != NF_DONE)
            return done;
        add_up(plan, op, w, &t, i, given);
    }
    return NF_DONE;
}
