/* SPDX-License-Identifier: BSD-3-Clause */
/* Where are the heads of attention in the rows of a plan, and how many rows of scores make a tile? */
#ifndef NF_PLAN_HEADS_H
#define NF_PLAN_HEADS_H

#include "plan_kernels.h"

/* Queries, keys and values stand side by side in each place; a head has some columns of each. */
enum { NF_QUERY, NF_KEY, NF_VALUE, NF_PARTS };
enum { NF_KEPT = 3 }; /* numbers of a row of scores, nf_softened, that the second pass needs */

typedef struct nf_attention {
    nf_operand in, arriving, out, divisor;
    nf_format wide;                   /* of scores */
    intptr_t length, features, width; /* places; columns of a place, of a head */
    int32_t heads;
    bool causal, back;
} nf_attention;

/* Offsets in the scratch of what a tile of some rows needs. */
typedef struct nf_attention_tile {
    intptr_t rows;
    int64_t scores, arrives, weights, row, kept, room; /* room: of products, the rest */
} nf_attention_tile;

/* A head of a sample: matrices (length, width). */
typedef struct nf_head {
    nf_matrix in[NF_PARTS], arriving, out[NF_PARTS]; /* forward only out[0] */
    uint64_t number;
} nf_head;

NF_INLINE nf_matrix nf_transposed(nf_matrix x)
{
    return (nf_matrix){x.format, x.data, x.column, x.row};
}

NF_INLINE nf_matrix nf_rows_from(nf_matrix x, intptr_t first)
{
    x.data += first * x.row;
    return x;
}

NF_INLINE nf_matrix nf_in_tile(const nf_attention *t, const nf_format *f, char *data)
{
    int size = nf_storage_bytes(f);
    return (nf_matrix){*f, data, t->length * size, size};
}

nf_attention nf_attention_of(char *base, const nf_format *formats, const nf_plan_op *op);
nf_head nf_head_of(const nf_attention *t, intptr_t sample, intptr_t number);
nf_attention_tile nf_attention_tile_of(const nf_attention *t, intptr_t rows);
/* The rows of a tile for so many bytes of scratch; 0: they are too few. */
intptr_t nf_attention_rows(const nf_attention *t, int64_t bytes);

#endif
