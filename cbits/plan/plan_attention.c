/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a plan let the places of a sequence look at each other, and find derivatives of that?
 *
 * The matrix of scores has a row for each place and a column for each that it looks at.  Some rows of
 * it are made at a time in the scratch, as numformats/training/attention.py rounds them, and made
 * again for derivatives: sums are exact, so that no size of tile shows.  Derivatives by keys and
 * values are sums over rows: their tiles are rows of the transpose, for which the first pass keeps of
 * each row what its softmax needs. */
#include "core/ieee_rows.h"
#include "plan_heads.h"
#include "plan_scores.h"

/* ---- tiles of rows --------------------------------------------------------------------------- */

/* What all tiles of an operation see. */
typedef struct work {
    nf_plan *plan;
    nf_attention t;
    nf_attention_tile tile;
    char *at; /* the scratch */
    nf_scores scores;
    nf_softened kept; /* of all rows */
    uint64_t zero;    /* of values */
} work;

static char *wide_row(const work *w, int64_t block, intptr_t row)
{
    return w->at + block + row * w->t.length * nf_storage_bytes(&w->t.wide);
}

/* What is kept of row i. */
static nf_softened kept_of(const work *w, intptr_t i)
{
    intptr_t at = i * nf_storage_bytes(&w->t.wide);
    return (nf_softened){w->kept.shift + at, w->kept.sum + at, w->kept.arrives + at};
}

/* Random words are numbered by what is rounded, not by tiles. */
static uint64_t index_of(const work *w, int which, const nf_head *h, intptr_t row, intptr_t columns)
{
    uint64_t rows = h->number * (uint64_t)w->t.length + (uint64_t)row;
    return ((uint64_t)which << 48) + rows * (uint64_t)columns;
}

/* Rows from `row` on of a product that `which` numbers. */
static nf_outcome multiply(work *w, int which, const nf_head *h, intptr_t row, nf_product p)
{
    w->plan->env.index = index_of(w, which, h, row, p.n);
    return nf_plan_multiply(w->plan, 0, &p, w->at + w->tile.room);
}

/* Scores, or what arrives at their softmax: (m, width) times (length, width). */
static nf_outcome score(work *w, int which, const nf_head *h, intptr_t row, intptr_t m, nf_matrix a,
                        nf_matrix b, int64_t block)
{
    return multiply(w, which, h, row,
                    (nf_product){.a = nf_rows_from(a, row),
                                 .b = nf_transposed(b),
                                 .out = nf_in_tile(&w->t, &w->t.wide, w->at + block),
                                 .m = m,
                                 .k = w->t.width,
                                 .n = w->t.length});
}

/* Sums over a whole row of the tile: (m, length) times (length, width). */
static nf_outcome mix(work *w, int which, const nf_head *h, intptr_t row, intptr_t m, nf_matrix a,
                      nf_matrix b, nf_matrix out)
{
    return multiply(w, which, h, row,
                    (nf_product){.a = a,
                                 .b = b,
                                 .out = nf_rows_from(out, row),
                                 .m = m,
                                 .k = w->t.length,
                                 .n = w->t.width});
}

/* Numbers of a row of the tile, rounded to weights. */
static void round_weights(const work *w, const nf_head *h, intptr_t row, const char *from, char *to,
                          intptr_t n)
{
    int size = nf_storage_bytes(&w->t.wide);
    w->plan->env.index = index_of(w, 1, h, row, w->t.length);
    nf_convert_row(&w->t.wide, from, size, w->t.in.format, to, w->t.in.size, n, &w->plan->env);
}

/* The environment of a row's own numbers: what they raise is not the step's. */
static nf_env env_of(const work *w, int which, const nf_head *h, intptr_t row)
{
    nf_env env = w->plan->env;
    env.index = index_of(w, which, h, row, 16 * w->t.length);
    return env;
}

/* ---- forward --------------------------------------------------------------------------------- */

static nf_outcome forward_tile(work *w, const nf_head *h, intptr_t first, intptr_t m)
{
    const nf_attention *t = &w->t;
    nf_outcome done = score(w, 2, h, first, m, h->in[NF_QUERY], h->in[NF_KEY], w->tile.scores);
    char shift[8], sum[8], *weights = w->at + w->tile.weights;
    nf_softened row = {shift, sum, NULL};
    if (done != NF_DONE)
        return done;
    for (intptr_t r = 0; r < m; r++) {
        char *e = wide_row(w, w->tile.scores, r);
        nf_env env = env_of(w, 3, h, first + r);
        nf_soften(&w->scores, first + r, e, &row, &env);
        nf_weigh(&w->scores, e, sum, 0, t->length, &env);
        round_weights(w, h, first + r, e, weights + r * t->length * t->in.size, t->length);
    }
    return mix(w, 0, h, first, m, nf_in_tile(t, t->in.format, weights), h->in[NF_VALUE], h->out[0]);
}

/* ---- backward -------------------------------------------------------------------------------- */

/* Derivatives by some queries; of their rows of scores is kept what the other pass needs. */
static nf_outcome query_tile(work *w, const nf_head *h, intptr_t first, intptr_t m)
{
    nf_outcome done = score(w, 2, h, first, m, h->in[NF_QUERY], h->in[NF_KEY], w->tile.scores);
    if (done == NF_DONE)
        done = score(w, 3, h, first, m, h->arriving, h->in[NF_VALUE], w->tile.arrives);
    for (intptr_t r = 0; done == NF_DONE && r < m; r++) {
        intptr_t i = first + r;
        char *e = wide_row(w, w->tile.scores, r), *d = wide_row(w, w->tile.arrives, r);
        nf_softened row = kept_of(w, i);
        nf_env env = env_of(w, 4, h, i);
        nf_soften(&w->scores, i, e, &row, &env);
        nf_unsoften(&w->scores, i, e, d, &row, &env);
    }
    if (done != NF_DONE)
        return done;
    nf_matrix d = nf_in_tile(&w->t, &w->t.wide, w->at + w->tile.arrives);
    return mix(w, 0, h, first, m, d, h->in[NF_KEY], h->out[NF_QUERY]);
}

/* Derivatives by some keys and their values. */
static nf_outcome key_tile(work *w, const nf_head *h, intptr_t first, intptr_t m)
{
    const nf_attention *t = &w->t;
    char *weights = w->at + w->tile.weights;
    nf_outcome done = score(w, 6, h, first, m, h->in[NF_KEY], h->in[NF_QUERY], w->tile.scores);
    if (done == NF_DONE)
        done = score(w, 7, h, first, m, h->in[NF_VALUE], h->arriving, w->tile.arrives);
    for (intptr_t r = 0; done == NF_DONE && r < m; r++) {
        intptr_t j = first + r, start = t->causal ? j : 0, size = t->in.size;
        char *e = wide_row(w, w->tile.scores, r), *d = wide_row(w, w->tile.arrives, r);
        char *to = weights + r * t->length * size;
        nf_env env = env_of(w, 5, h, j);
        nf_soften_column(&w->scores, start, e, d, &w->kept, &env);
        for (intptr_t i = 0; i < start; i++)
            nf_store_code(to + i * size, (int)size, w->zero);
        round_weights(w, h, j, w->scores.row + start * nf_storage_bytes(&t->wide),
                      to + start * size, t->length - start);
    }
    if (done == NF_DONE)
        done = mix(w, 8, h, first, m, nf_in_tile(t, &t->wide, w->at + w->tile.arrives),
                   h->in[NF_QUERY], h->out[NF_KEY]);
    if (done == NF_DONE)
        done = mix(w, 9, h, first, m, nf_in_tile(t, t->in.format, weights), h->arriving,
                   h->out[NF_VALUE]);
    return done;
}

/* ---- all heads ------------------------------------------------------------------------------- */

typedef nf_outcome tile_step(work *w, const nf_head *h, intptr_t first, intptr_t m);

static nf_outcome all_tiles(work *w, const nf_head *h, tile_step *step)
{
    nf_outcome done = NF_DONE;
    for (intptr_t i = 0; done == NF_DONE && i < w->t.length; i += w->tile.rows) {
        intptr_t rest = w->t.length - i;
        done = step(w, h, i, rest < w->tile.rows ? rest : w->tile.rows);
    }
    return done;
}

nf_outcome nf_plan_attend(nf_plan *plan, const nf_plan_op *op)
{
    work w = {.plan = plan,
              .t = nf_attention_of(plan->arena->base, plan->formats, op),
              .at = plan->scratch};
    w.tile = nf_attention_tile_of(&w.t, nf_attention_rows(&w.t, plan->scratch_bytes));
    w.scores = (nf_scores){.format = w.t.wide,
                           .length = w.t.length,
                           .causal = w.t.causal,
                           .divisor = w.t.divisor.data,
                           .row = w.at + w.tile.row,
                           .q = nf_plan_accumulator(plan, &w.t.wide, NULL),
                           .zero = nf_code_of_double(&w.t.wide, 0, &plan->env)};
    intptr_t row = (intptr_t)nf_whole(w.t.length * nf_storage_bytes(&w.t.wide));
    char *kept = w.at + w.tile.kept;
    w.kept = (nf_softened){kept, kept + row, kept + 2 * row};
    w.zero = nf_code_of_double(w.t.in.format, 0, &plan->env);
    nf_outcome done = w.tile.rows ? NF_DONE : NF_NO_MEMORY;
    for (intptr_t i = 0; done == NF_DONE && i < (intptr_t)w.t.in.rows * w.t.heads; i++) {
        nf_head h = nf_head_of(&w.t, i / w.t.heads, i % w.t.heads);
        done = all_tiles(&w, &h, w.t.back ? query_tile : forward_tile);
        if (done == NF_DONE && w.t.back)
            done = all_tiles(&w, &h, key_tile);
    }
    return done;
}
