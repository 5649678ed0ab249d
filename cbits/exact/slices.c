/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a BLAS for doubles make an exact matrix product in any format?
 *
 * Tile by tile: cut rows of a and columns of b into slices (cut.h), multiply every slice of one by
 * every slice of the other, and put the exact results together with the products of what the
 * slices left over; round once.
 *
 *     a*b = cut(a)*cut(b) + rest(a)*b + cut(a)*rest(b)
 *
 * Rows and columns that cannot be cut (NaN, infinities, too wide a range) go by dots. */
#include <stdlib.h>

#include "core/host_rounding.h"
#include "cut.h"
#include "int256.h"

/* ROWS, COLUMNS: of a tile.  K_MAX: so that two lines and the count fit 256 bits. */
enum { ROWS = 128, COLUMNS = 1024, PLACES = 1 << 21, K_MAX = 1 << 20 };

bool nf_slices_possible(const nf_product *p)
{
    return p->gemm && !p->addend && !p->subtract && p->k > 0 && p->k <= K_MAX &&
           nf_plan_doubles(&p->a.format, &p->b.format).possible;
}

typedef struct tile {
    const nf_product *p;
    intptr_t i0, j0;
    nf_slices a, b;
    double *results; /* slice pairs, each a.lines x b.lines */
    nf_wide *sum;    /* a row's exact sums */
    double *row;     /* a row of b */
    intptr_t *heads; /* leftovers of b sorted by line: those of j are heads[j]..heads[j + 1] - 1 */
    nf_leftover *sorted;
    nf_env env;
    uint64_t first_word;
} tile;

/* ---- one output ------------------------------------------------------------------------------ */

/* Exponent of the unit of the last slices' product. */
static int unit_exponent(const nf_slices *c, int line)
{
    return c->top[line] - c->slices * c->width + 1;
}

static const double *result_of(const tile *t, int s, int u)
{
    return t->results + (s * t->b.slices + u) * (intptr_t)t->a.lines * t->b.lines;
}

/* The sum over the slices as an integer: diagonals of equal weight first. */
static void add_slices(const tile *t, intptr_t at, nf_wide *sum, int shift)
{
    int last = t->a.slices + t->b.slices - 2;
    for (int d = 0; d <= last; d++) {
        nf_i128 x = 0;
        for (int s = d < t->b.slices ? 0 : d - t->b.slices + 1; s <= d && s < t->a.slices; s++)
            x += (int64_t)result_of(t, s, d - s)[at];
        nf_wide_add(sum, x, shift + (last - d) * t->a.width);
    }
}

static void put(tile *t, int i, int j, nf_number_128 x)
{
    const nf_product *p = t->p;
    intptr_t row = t->i0 + i, column = t->j0 + j;
    t->env.index = t->first_word + (uint64_t)(row * p->n + column);
    nf_put_code(&p->out, row, column, nf_round_number(&p->out.format, x, &t->env));
}

/* ---- rows without leftovers ------------------------------------------------------------------ */

/* Up to this many slices of a and b together, their sum fits 128 bits: 2 * 23 + 53 + 2 and less. */
enum { FEW_SLICES = 4 };

static void finish_plain(tile *t, int i, int j)
{
    intptr_t at = (intptr_t)i * t->b.lines + j;
    int exp = unit_exponent(&t->a, i) + unit_exponent(&t->b, j);
    nf_wide sum = {0, 0};
    if (t->a.slices + t->b.slices > FEW_SLICES) {
        add_slices(t, at, &sum, 0);
        put(t, i, j, nf_number_of_wide(&t->p->out.format, sum, exp));
        return;
    }
    nf_i128 x = 0;
    for (int d = 0; d <= t->a.slices + t->b.slices - 2; d++) {
        x = (nf_i128)((nf_u128)x << t->a.width);
        for (int s = d < t->b.slices ? 0 : d - t->b.slices + 1; s <= d && s < t->a.slices; s++)
            x += (int64_t)result_of(t, s, d - s)[at];
    }
    nf_u128 magnitude = x < 0 ? 0 - (nf_u128)x : (nf_u128)x;
    put(t, i, j, x ? nf_number_of_128(x < 0, magnitude, exp) : nf_special_128(NF_ZERO, 0));
}

/* ---- rows and columns with leftovers --------------------------------------------------------- */

static int lowest(const nf_slices *c, int line)
{
    int unit = unit_exponent(c, line);
    return unit < c->bottom[line] ? unit : c->bottom[line];
}

/* The leftovers of row i: from `next` on, as c->left is sorted by line for rows (see sort). */
static void add_row_leftovers(tile *t, int i, const nf_leftover *left, intptr_t count)
{
    for (intptr_t e = 0; e < count; e++) {
        nf_strip b = nf_from(nf_row_of(&t->p->b, left[e].place), t->j0);
        nf_to_doubles(b.format, b.data, b.stride, t->b.lines, t->row);
        for (int j = 0; j < t->b.lines; j++)
            if (!t->b.bad[j])
                nf_wide_add_product(&t->sum[j], left[e].rest, t->row[j],
                                    lowest(&t->a, i) + lowest(&t->b, j));
    }
}

/* cut(a) is a minus what a left over there. */
static void add_column_leftovers(tile *t, int i, int j, const nf_leftover *of_row, intptr_t count)
{
    int base = lowest(&t->a, i) + lowest(&t->b, j);
    for (intptr_t e = t->heads[j]; e < t->heads[j + 1]; e++) {
        const nf_leftover *b = &t->sorted[e];
        double x;
        nf_strip a = nf_from(nf_row_of(&t->p->a, t->i0 + i), b->place);
        nf_to_doubles(a.format, a.data, a.stride, 1, &x);
        nf_wide_add_product(&t->sum[j], x, b->rest, base);
        for (intptr_t g = 0; g < count; g++)
            if (of_row[g].place == b->place)
                nf_wide_add_product(&t->sum[j], -of_row[g].rest, b->rest, base);
    }
}

static void finish_row(tile *t, int i, const nf_leftover *left, intptr_t count)
{
    for (int j = 0; j < t->b.lines; j++) {
        bool wide = count || t->heads[j] < t->heads[j + 1];
        if (t->b.bad[j])
            continue;
        if (!wide) {
            finish_plain(t, i, j);
            continue;
        }
        t->sum[j] = (nf_wide){0, 0};
        add_slices(t, (intptr_t)i * t->b.lines + j, &t->sum[j],
                   unit_exponent(&t->a, i) + unit_exponent(&t->b, j) - lowest(&t->a, i) -
                       lowest(&t->b, j));
    }
    add_row_leftovers(t, i, left, count);
    for (int j = 0; j < t->b.lines; j++)
        if (!t->b.bad[j] && (count || t->heads[j] < t->heads[j + 1])) {
            add_column_leftovers(t, i, j, left, count);
            put(t, i, j,
                nf_number_of_wide(&t->p->out.format, t->sum[j],
                                  lowest(&t->a, i) + lowest(&t->b, j)));
        }
}

/* A counting sort of the leftovers by line: heads[i] is where those of line i begin. */
static bool sort_leftovers(const nf_slices *c, intptr_t **heads, nf_leftover **sorted)
{
    *heads = calloc((size_t)c->lines + 2, sizeof **heads);
    *sorted = malloc((size_t)(c->lefts + 1) * sizeof **sorted);
    if (*heads == NULL || *sorted == NULL)
        return false;
    for (intptr_t e = 0; e < c->lefts; e++)
        (*heads)[c->left[e].line + 2]++;
    for (int i = 0; i < c->lines; i++)
        (*heads)[i + 2] += (*heads)[i + 1];
    for (intptr_t e = 0; e < c->lefts; e++)
        (*sorted)[(*heads)[c->left[e].line + 1]++] = c->left[e];
    return true;
}

/* ---- tiles ----------------------------------------------------------------------------------- */

static nf_outcome multiply_slices(tile *t)
{
    const nf_product *p = t->p;
    size_t size = (size_t)t->a.lines * (size_t)t->b.lines;
    t->results = malloc((size_t)(t->a.slices * t->b.slices) * size * sizeof *t->results);
    if (t->results == NULL)
        return NF_NO_MEMORY;
    for (int s = 0; s < t->a.slices; s++)
        for (int u = 0; u < t->b.slices; u++)
            if (!p->gemm(p->context, t->a.lines, p->k, t->b.lines, t->a.slice[s], t->b.slice[u],
                         (double *)result_of(t, s, u)))
                return NF_GEMM_FAILED;
    return NF_DONE;
}

static nf_outcome finish_tile(tile *t)
{
    intptr_t *heads = NULL;
    nf_leftover *sorted = NULL;
    bool sorted_a = sort_leftovers(&t->a, &heads, &sorted);
    bool stopped = false;
    for (int i = 0; sorted_a && i < t->a.lines && !stopped; i++) {
        if (!t->a.bad[i])
            finish_row(t, i, sorted + heads[i], heads[i + 1] - heads[i]);
        /* a row's share of gemm, too, which asks nothing */
        stopped = nf_should_stop((uint64_t)(t->b.lines * (16 + t->p->k / 8)));
    }
    free(heads);
    free(sorted);
    return stopped ? NF_STOPPED : sorted_a ? NF_DONE : NF_NO_MEMORY;
}

static nf_outcome by_dots(tile *t, intptr_t i, intptr_t rows, intptr_t j, intptr_t columns)
{
    t->env.index = t->first_word;
    return nf_multiply_by_dots(t->p, (intptr_t[]){i, rows, j, columns}, false, &t->env);
}

/* The outputs of lines that could not be cut. */
static nf_outcome finish_bad(tile *t)
{
    nf_outcome outcome = NF_DONE;
    for (int i = 0; t->a.bad_lines && i < t->a.lines && outcome == NF_DONE; i++)
        if (t->a.bad[i])
            outcome = by_dots(t, t->i0 + i, 1, t->j0, t->b.lines);
    for (int j = 0; t->b.bad_lines && j < t->b.lines && outcome == NF_DONE; j++)
        if (t->b.bad[j])
            for (int i = 0; i < t->a.lines && outcome == NF_DONE; i++)
                if (!t->a.bad[i])
                    outcome = by_dots(t, t->i0 + i, 1, t->j0 + j, 1);
    return outcome;
}

/* Rows [i0, i0 + rows) against the columns that are cut already. */
static nf_outcome do_tile(tile *t, intptr_t i0, int rows)
{
    t->i0 = i0;
    nf_outcome outcome = nf_cut_operand(&t->a, &t->p->a, false, i0, rows, t->p->k);
    if (outcome == NF_NO_PATH)
        outcome = by_dots(t, i0, rows, t->j0, t->b.lines);
    else if (outcome == NF_DONE) {
        outcome = multiply_slices(t);
        outcome = outcome == NF_DONE ? finish_tile(t) : outcome;
        outcome = outcome == NF_DONE ? finish_bad(t) : outcome;
    }
    free(t->results);
    t->results = NULL;
    nf_cut_free(&t->a);
    return outcome;
}

static nf_outcome do_columns(tile *t, intptr_t j0, int columns)
{
    const nf_product *p = t->p;
    t->j0 = j0;
    nf_outcome outcome = nf_cut_operand(&t->b, &p->b, true, j0, columns, p->k);
    t->sum = malloc((size_t)columns * sizeof *t->sum);
    t->row = malloc((size_t)columns * sizeof *t->row);
    if (outcome == NF_NO_PATH)
        outcome = by_dots(t, 0, p->m, j0, columns);
    else if (outcome == NF_DONE) {
        if (!t->sum || !t->row || !sort_leftovers(&t->b, &t->heads, &t->sorted))
            outcome = NF_NO_MEMORY;
        for (intptr_t i = 0; i < p->m && outcome == NF_DONE; i += ROWS)
            outcome = do_tile(t, i, p->m - i < ROWS ? (int)(p->m - i) : ROWS);
    }
    nf_cut_free(&t->b);
    free(t->sum);
    free(t->row);
    free(t->heads);
    free(t->sorted);
    t->heads = NULL;
    t->sorted = NULL;
    return outcome;
}

nf_outcome nf_multiply_by_slices(const nf_product *p, nf_env *env)
{
    tile t = {.p = p, .env = *env, .first_word = env->index};
    intptr_t width = PLACES / p->k;
    width = width > COLUMNS ? COLUMNS : width < 64 ? 64 : width;
    nf_host_float saved = nf_host_float_begin();
    nf_outcome outcome = NF_DONE;
    for (intptr_t j = 0; j < p->n && outcome == NF_DONE; j += width)
        outcome = do_columns(&t, j, p->n - j < width ? (int)(p->n - j) : (int)width);
    nf_host_float_end(saved);
    env->flags |= t.env.flags;
    return outcome;
}
