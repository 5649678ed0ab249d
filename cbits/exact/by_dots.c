/* SPDX-License-Identifier: BSD-3-Clause */
/* How do dot products make a matrix product? */
#include "core/host_rounding.h"
#include "strips.h"
#include "nf_stop.h"

/* Doubles for packed columns of b: they stay in the cache while rows of a pass by. */
enum { PACK = 1 << 15 };

/* A block of outputs: rows [i0, i0 + rows) and columns [j0, j0 + columns). */
typedef struct block {
    const nf_product *p;
    intptr_t i0, rows, j0, columns;
    nf_accumulator *q;
    nf_env env;
    uint64_t first_word; /* of the whole product's random words */
} block;

static void begin(const block *b)
{
    nf_accumulator_clear(b->q);
    nf_accumulator_subtract(b->q, b->p->subtract);
}

/* One output: the sum is in q. */
static void finish(block *b, intptr_t i, intptr_t j)
{
    const nf_product *p = b->p;
    if (p->addend) {
        nf_accumulator_subtract(b->q, false);
        nf_accumulate_value(b->q, &p->addend->format, nf_code_at(p->addend, i, j));
    }
    b->env.index = b->first_word + (uint64_t)(i * p->n + j);
    nf_put_code(&p->out, i, j, nf_accumulator_round(b->q, &p->out.format, &b->env));
}

/* A sum as long as that is interrupted between pieces of it. */
enum { LONG = 1 << 20 };

static bool add_dot(nf_accumulator *q, bool loop, nf_strip x, nf_strip y, intptr_t k)
{
    for (intptr_t l = 0, n; l < k; l += n) {
        n = k - l < LONG ? k - l : LONG;
        (loop ? nf_accumulate_dot : nf_exact_dot)(q, x.data + l * x.stride, x.stride,
                                                  y.data + l * y.stride, y.stride, n);
        if (nf_should_stop((uint64_t)n))
            return false;
    }
    return true;
}

/* Each output from its row and column as they are.  False: stopped. */
static bool by_strips(block *b, bool loop)
{
    const nf_product *p = b->p;
    for (intptr_t i = b->i0; i < b->i0 + b->rows; i++)
        for (intptr_t j = b->j0; j < b->j0 + b->columns; j++) {
            nf_strip x = nf_row_of(&p->a, i), y = nf_column_of(&p->b, j);
            begin(b);
            if (!add_dot(b->q, loop, x, y, p->k))
                return false;
            finish(b, i, j);
        }
    return true;
}

/* The same, with `width` columns of b unpacked once for all rows; buffer: those and a row. */
static bool by_packs(block *b, nf_product_size size, intptr_t width, double *buffer)
{
    const nf_product *p = b->p;
    double *row = buffer, *columns = buffer + p->k;
    for (intptr_t j0 = b->j0; j0 < b->j0 + b->columns; j0 += width) {
        intptr_t end = b->j0 + b->columns - j0 < width ? b->j0 + b->columns : j0 + width;
        for (intptr_t j = j0; j < end; j++) {
            nf_strip y = nf_column_of(&p->b, j);
            nf_to_doubles(y.format, y.data, y.stride, p->k, columns + (j - j0) * p->k);
        }
        for (intptr_t i = b->i0; i < b->i0 + b->rows; i++) {
            nf_strip x = nf_row_of(&p->a, i);
            nf_to_doubles(x.format, x.data, x.stride, p->k, row);
            for (intptr_t j = j0; j < end; j++) {
                begin(b);
                nf_add_block(b->q, row, columns + (j - j0) * p->k, x, nf_column_of(&p->b, j), p->k,
                             size);
                finish(b, i, j);
            }
            if (nf_should_stop((uint64_t)(p->k * (end - j0))))
                return false;
        }
    }
    return true;
}

/* Columns to unpack at a time: as many as that much room holds beside a row; 0: it does not pay. */
static intptr_t pack_width(const nf_product *p, size_t bytes)
{
    intptr_t width = PACK / (p->k + 1), held = (intptr_t)(bytes / sizeof(double)) / (p->k + 1) - 1;
    width = width < held ? width : held;
    width = width < p->n ? width : p->n;
    bool pays = width > 1 && p->k >= NF_FEW_PRODUCTS;
    return pays && nf_plan_doubles(&p->a.format, &p->b.format).possible ? width : 0;
}

static size_t pack_bytes(const nf_product *p, intptr_t width)
{
    return width ? (size_t)(p->k * (width + 1)) * sizeof(double) : 0;
}

size_t nf_dots_room(const nf_product *p)
{
    return nf_piece(pack_bytes(p, pack_width(p, SIZE_MAX / 2)));
}

nf_outcome nf_multiply_by_dots(const nf_product *p, const intptr_t part[4], bool loop,
                               nf_workspace w, nf_env *env)
{
    nf_double_plan plan = nf_plan_doubles(&p->a.format, &p->b.format);
    block b = {p, part[0], part[1], part[2], part[3], w.sum, *env, env->index};
    intptr_t width = loop ? 0 : pack_width(p, w.room.left);
    bool done;
    if (width > 1 && b.columns > 1) {
        nf_host_float saved = nf_host_float_begin();
        done = by_packs(&b, plan.size, width, nf_take(&w.room, pack_bytes(p, width)));
        nf_host_float_end(saved);
    } else {
        done = by_strips(&b, loop);
    }
    env->flags |= b.env.flags;
    return done ? NF_DONE : NF_STOPPED;
}
