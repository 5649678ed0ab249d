/* SPDX-License-Identifier: BSD-3-Clause */
/* Where are the heads of attention in the rows of a plan, and how many rows of scores make a tile? */
#include "core/ieee_rows.h"
#include "plan_heads.h"

nf_attention nf_attention_of(char *base, const nf_format *formats, const nf_plan_op *op)
{
    nf_attention t = {.back = op->kind == NF_PLAN_ATTEND_BACK,
                      .in = nf_operand_in(base, formats, op, NF_PLAN_A),
                      .arriving = nf_operand_in(base, formats, op, NF_PLAN_B),
                      .divisor = nf_operand_in(base, formats, op, NF_PLAN_ADDEND),
                      .out = nf_operand_in(base, formats, op, NF_PLAN_OUT),
                      .length = op->last,
                      .heads = op->first,
                      .causal = op->flag == NF_PLAN_CAUSAL};
    t.wide = *t.divisor.format;
    t.features = t.in.columns / (NF_PARTS * t.length);
    t.width = t.features / t.heads;
    return t;
}

static nf_matrix part_of(const nf_operand *x, intptr_t sample, intptr_t place, intptr_t first)
{
    return (nf_matrix){*x->format, nf_row_at(x, sample) + first * x->size, place * x->size,
                       x->size};
}

nf_head nf_head_of(const nf_attention *t, intptr_t sample, intptr_t number)
{
    nf_head h = {.number = (uint64_t)(sample * t->heads + number)};
    intptr_t first = number * t->width, all = NF_PARTS * t->features;
    for (int i = 0; i < NF_PARTS; i++)
        h.in[i] = part_of(&t->in, sample, all, i * t->features + first);
    if (!t->back) {
        h.out[0] = part_of(&t->out, sample, t->features, first);
        return h;
    }
    h.arriving = part_of(&t->arriving, sample, t->features, first);
    for (int i = 0; i < NF_PARTS; i++)
        h.out[i] = part_of(&t->out, sample, all, i * t->features + first);
    return h;
}

/* ---- room ------------------------------------------------------------------------------------ */

/* Scratch for tiles is no more than this, where rows are not longer. */
enum { TILES = 1 << 21 };

/* The most room that any product of a tile can put to use, or the least that does. */
static int64_t product_room(const nf_attention *t, intptr_t rows, bool least)
{
    intptr_t all = NF_PARTS * t->features;
    nf_matrix in = part_of(&t->in, 0, all, 0);
    nf_matrix out = part_of(&t->out, 0, t->back ? all : t->features, 0);
    nf_matrix g = t->back ? part_of(&t->arriving, 0, t->features, 0) : in;
    nf_matrix scores = nf_in_tile(t, &t->wide, NULL), weights = nf_in_tile(t, t->in.format, NULL);
    nf_product p[] = {
        {.a = in, .b = nf_transposed(in), .out = scores, .k = t->width, .n = t->length},
        {.a = g, .b = nf_transposed(in), .out = scores, .k = t->width, .n = t->length},
        {.a = in, .b = nf_transposed(g), .out = scores, .k = t->width, .n = t->length},
        {.a = weights, .b = g, .out = out, .k = t->length, .n = t->width},
        {.a = scores, .b = in, .out = out, .k = t->length, .n = t->width},
    };
    int64_t most = 0;
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        p[i].m = rows;
        int64_t bytes = least ? nf_plan_multiply_least(0, &p[i]) : nf_plan_multiply_room(0, &p[i]);
        most = bytes > most ? bytes : most;
    }
    return most;
}

nf_attention_tile nf_attention_tile_of(const nf_attention *t, intptr_t rows)
{
    int64_t size = nf_storage_bytes(&t->wide), row = nf_whole(t->length * size);
    int64_t scores = nf_whole(rows * t->length * size);
    nf_attention_tile made = {.rows = rows, .arrives = scores};
    made.weights = made.arrives + (t->back ? scores : 0);
    made.row = made.weights + nf_whole((int64_t)rows * t->length * t->in.size);
    made.kept = made.row + row;
    made.room = made.kept + (t->back ? NF_KEPT * row : 0);
    return made;
}

static int64_t bytes_of(const nf_attention *t, intptr_t rows, bool least)
{
    return nf_attention_tile_of(t, rows).room + product_room(t, rows, least);
}

intptr_t nf_attention_rows(const nf_attention *t, int64_t bytes)
{
    intptr_t rows = t->length;
    while (rows > 1 && bytes_of(t, rows, false) > bytes)
        rows = (rows + 1) / 2;
    return bytes_of(t, rows, true) <= bytes ? rows : 0;
}

int64_t nf_plan_attention_scratch(const nf_plan_op *op, const nf_format *formats)
{
    if (op->first <= 0 || op->last <= 0)
        return 0; /* nf_plan_new refuses it */
    nf_attention t = nf_attention_of(NULL, formats, op);
    intptr_t rows = nf_attention_rows(&t, TILES);
    return bytes_of(&t, rows ? rows : 1, false);
}
