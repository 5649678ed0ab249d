/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a product of doubles make an exact matrix product in any format?
 *
 * Tile by tile: cut rows of a and columns of b into slices (cut.h), multiply every slice of one by
 * every slice of the other, and put the exact results together with the products of what the
 * slices left over, and with the addend (finish_row.c, finish_wide.c); round once.
 *
 * Rows and columns that cannot be cut (NaN, infinities, too wide a range) go by dots.  So do tiles
 * of which the room does not hold even a few lines; before that, tiles become smaller. */
#include <limits.h>

#include "core/host_rounding.h"
#include "levels/limbs.h"
#include "slices.h"

/* ROWS, COLUMNS: of a tile.  K_MAX: so that two lines and the count fit 256 bits.  LEAST: lines of
 * a tile for which cutting the other operand pays. */
enum { ROWS = 128, COLUMNS = 1024, PLACES = 1 << 21, K_MAX = 1 << 20, LEAST = 8 };

bool nf_slices_possible(const nf_product *p)
{
    return p->k > 0 && p->k <= K_MAX && nf_plan_doubles(&p->a.format, &p->b.format).possible;
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static int most_rows(const nf_product *p)
{
    return p->m < ROWS ? (int)p->m : ROWS;
}

static int most_columns(const nf_product *p)
{
    intptr_t width = PLACES / p->k;
    width = width > COLUMNS ? COLUMNS : width < 64 ? 64 : width;
    return p->n < width ? (int)p->n : (int)width;
}

/* What a tile has for its columns beside the cut operand. */
static size_t columns_room(int columns)
{
    size_t n = (size_t)columns;
    return nf_piece(n * sizeof(nf_wide)) + nf_piece(n * sizeof(double)) +
           nf_piece(n * sizeof(bool)) + nf_piece(n * sizeof(int));
}

static size_t results_bytes(int pairs, int rows, int columns)
{
    return (size_t)pairs * (size_t)rows * (size_t)columns * sizeof(double);
}

/* Columns have at most half of the room, and the rows of a tile the rest. */
size_t nf_slices_room(const nf_product *p)
{
    int rows = most_rows(p), columns = most_columns(p);
    size_t of_columns = nf_cut_room(p->k, columns, SLICES_MAX) + columns_room(columns);
    size_t of_rows = nf_cut_room(p->k, rows, SLICES_MAX) +
                     nf_piece(results_bytes(SLICES_MAX * SLICES_MAX, rows, columns));
    return 2 * of_columns > of_columns + of_rows ? 2 * of_columns : of_columns + of_rows;
}

/* ---- tiles ----------------------------------------------------------------------------------- */

static bool multiply_pair(const nf_tile *t, int s, int u, double *result)
{
    const nf_product *p = t->p;
    if (p->gemm)
        return p->gemm(p->context, t->a.lines, p->k, t->b.lines, t->a.slice[s], t->b.slice[u],
                       result);
    nf_find_exact_kernels()->gemm(t->a.lines, p->k, t->b.lines, t->a.slice[s], t->b.slice[u],
                                  result);
    return true;
}

static nf_outcome multiply_slices(nf_tile *t, nf_room *room)
{
    intptr_t size = (intptr_t)t->a.lines * t->b.lines;
    int pairs = t->a.slices * t->b.slices;
    t->results = nf_take(room, results_bytes(pairs, t->a.lines, t->b.lines));
    if (t->results == NULL)
        return NF_NO_MEMORY;
    for (int s = 0; s < t->a.slices; s++)
        for (int u = 0; u < t->b.slices; u++)
            if (!multiply_pair(t, s, u, t->results + (s * t->b.slices + u) * size))
                return NF_GEMM_FAILED;
    return NF_DONE;
}

static nf_outcome by_dots(nf_tile *t, nf_workspace w, intptr_t i, intptr_t rows, intptr_t j,
                          intptr_t columns)
{
    t->env.index = t->first_word;
    return nf_multiply_by_dots(t->p, (intptr_t[]){i, rows, j, columns}, false, w, &t->env);
}

/* The outputs of row i: of the columns that were cut, and then the others. */
static nf_outcome finish_row(nf_tile *t, nf_workspace w, int i)
{
    bool rows = nf_finishes_rows(t->p);
    memset(t->open, true, (size_t)t->b.lines * sizeof *t->open);
    for (int j = 0, n; j < t->b.lines; j += n) {
        n = t->b.lines - j < NF_LIMB_BLOCK ? t->b.lines - j : NF_LIMB_BLOCK;
        if (rows)
            nf_finish_columns(t, i, j, n);
        nf_finish_wide(t, i, j, n);
    }
    nf_outcome outcome = NF_DONE;
    for (int j = 0; j < t->b.lines && outcome == NF_DONE; j++)
        if (t->open[j])
            outcome = by_dots(t, w, t->i0 + i, 1, t->j0 + j, 1);
    return outcome;
}

static nf_outcome finish_tile(nf_tile *t, nf_workspace w)
{
    nf_outcome outcome = NF_DONE;
    for (int i = 0; i < t->a.lines && outcome == NF_DONE; i++) {
        outcome =
            t->a.bad[i] ? by_dots(t, w, t->i0 + i, 1, t->j0, t->b.lines) : finish_row(t, w, i);
        /* a row's share of the products of slices, too, which ask nothing */
        if (nf_should_stop((uint64_t)(t->b.lines * (16 + t->p->k / 8))))
            return NF_STOPPED;
    }
    return outcome;
}

/* Rows [i0, i0 + rows) against the columns that are cut already.  NF_NO_MEMORY: nothing is done. */
static nf_outcome do_tile(nf_tile *t, nf_workspace w, intptr_t i0, int rows)
{
    t->i0 = i0;
    nf_workspace inner = w;
    nf_outcome outcome = nf_cut_operand(&t->a, &t->p->a, false, i0, rows, t->p->k, &inner.room);
    if (outcome == NF_NO_PATH)
        return by_dots(t, w, i0, rows, t->j0, t->b.lines);
    if (outcome == NF_DONE)
        outcome = multiply_slices(t, &inner.room);
    return outcome == NF_DONE ? finish_tile(t, inner) : outcome;
}

/* All rows against the columns that are cut, in tiles that the room holds. */
static nf_outcome do_rows(nf_tile *t, nf_workspace w)
{
    const nf_product *p = t->p;
    int rows = most_rows(p);
    nf_outcome outcome = NF_DONE;
    for (intptr_t i = 0; i < p->m && outcome == NF_DONE;) {
        int here = p->m - i < rows ? (int)(p->m - i) : rows;
        outcome = do_tile(t, w, i, here);
        if (outcome != NF_NO_MEMORY) {
            i += here;
        } else if (here > LEAST) {
            rows = here / 2;
            outcome = NF_DONE;
        } else {
            return by_dots(t, w, i, p->m - i, t->j0, t->b.lines);
        }
    }
    return outcome;
}

static bool take_columns(nf_tile *t, nf_room *room, int columns)
{
    size_t n = (size_t)columns;
    t->wide = nf_take(room, n * sizeof *t->wide);
    t->row = nf_take(room, n * sizeof *t->row);
    t->open = nf_take(room, n * sizeof *t->open);
    t->unit = nf_take(room, n * sizeof *t->unit);
    return t->wide && t->row && t->open && t->unit;
}

/* What all rows must know of the columns that are cut. */
static void describe_columns(nf_tile *t)
{
    const nf_slices *b = &t->b;
    t->least_unit = INT_MAX;
    t->most_unit = INT_MIN;
    t->deepest = INT_MIN;
    t->b_leaves = false;
    for (int j = 0; j < b->lines; j++) {
        bool numbers = !b->bad[j] && b->bottom[j] < b->top[j];
        int unit = t->unit[j] = nf_unit_exponent(b, j), deep = unit - b->bottom[j];
        t->b_leaves |= b->lefts[j] > 0;
        if (!numbers)
            continue;
        t->least_unit = unit < t->least_unit ? unit : t->least_unit;
        t->most_unit = unit > t->most_unit ? unit : t->most_unit;
        t->deepest = deep > t->deepest ? deep : t->deepest;
    }
    if (t->least_unit > t->most_unit)
        t->least_unit = t->most_unit = t->deepest = 0;
    for (int j = 0; j < b->lines; j++)
        if (b->bad[j] || b->bottom[j] == b->top[j])
            t->unit[j] = t->most_unit;
}

/* All outputs of these columns.  NF_NO_MEMORY: nothing is done. */
static nf_outcome do_columns(nf_tile *t, nf_workspace w, intptr_t j0, int columns)
{
    const nf_product *p = t->p;
    t->j0 = j0;
    nf_room half = {w.room.next, w.room.left / 2};
    if (!take_columns(t, &half, columns))
        return NF_NO_MEMORY;
    nf_outcome outcome = nf_cut_operand(&t->b, &p->b, true, j0, columns, p->k, &half);
    if (outcome == NF_NO_PATH)
        return by_dots(t, w, 0, p->m, j0, columns);
    if (outcome == NF_NO_MEMORY)
        return outcome;
    size_t used = (size_t)(half.next - w.room.next);
    w.room = (nf_room){half.next, w.room.left - used};
    describe_columns(t);
    return do_rows(t, w);
}

static nf_outcome do_all(nf_tile *t, nf_workspace w)
{
    const nf_product *p = t->p;
    int columns = most_columns(p);
    nf_outcome outcome = NF_DONE;
    for (intptr_t j = 0; j < p->n && outcome == NF_DONE;) {
        int here = p->n - j < columns ? (int)(p->n - j) : columns;
        outcome = do_columns(t, w, j, here);
        if (outcome != NF_NO_MEMORY) {
            j += here;
        } else if (here > LEAST) {
            columns = here / 2;
            outcome = NF_DONE;
        } else {
            return by_dots(t, w, 0, p->m, j, p->n - j);
        }
    }
    return outcome;
}

nf_outcome nf_multiply_by_slices(const nf_product *p, nf_workspace w, nf_env *env)
{
    nf_tile t = {.p = p, .env = *env, .first_word = env->index};
    nf_host_float saved = nf_host_float_begin();
    nf_outcome outcome = do_all(&t, w);
    nf_host_float_end(saved);
    env->flags |= t.env.flags;
    return outcome;
}
