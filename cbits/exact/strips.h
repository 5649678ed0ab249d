/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the parts of exact sums speak of operands and blocks? */
#ifndef NF_STRIPS_H
#define NF_STRIPS_H

#include "core/accumulator.h"
#include "nf_stop.h"
#include "levels/exact_kernels.h"
#include "room.h"

/* What doubles can do for products of two formats. */
typedef struct nf_double_plan {
    bool possible; /* both formats turn into doubles */
    nf_product_size size;
} nf_double_plan;

nf_double_plan nf_plan_doubles(const nf_format *a, const nf_format *b);

/* A part of a row or column: `count` codes of f at a stride. */
typedef struct nf_strip {
    const nf_format *format;
    const char *data;
    intptr_t stride;
} nf_strip;

NF_INLINE nf_strip nf_row_of(const nf_matrix *m, intptr_t i)
{
    return (nf_strip){&m->format, m->data + i * m->row, m->column};
}

NF_INLINE nf_strip nf_column_of(const nf_matrix *m, intptr_t j)
{
    return (nf_strip){&m->format, m->data + j * m->column, m->row};
}

NF_INLINE nf_strip nf_from(nf_strip s, intptr_t i)
{
    s.data += i * s.stride;
    return s;
}

NF_INLINE uint64_t nf_code_at(const nf_matrix *m, intptr_t i, intptr_t j)
{
    return nf_load_code(m->data + i * m->row + j * m->column, nf_size(&m->format));
}

NF_INLINE void nf_put_code(const nf_matrix *m, intptr_t i, intptr_t j, uint64_t code)
{
    nf_store_code(m->data + i * m->row + j * m->column, nf_size(&m->format), code);
}

/* q += the sum of n products: x and y as doubles, and as codes for where doubles cannot. */
void nf_add_block(nf_accumulator *q, const double *x, const double *y, nf_strip xs, nf_strip ys,
                  intptr_t n, nf_product_size size);

/* Below this many products the plain loop is faster (measured for posit32 and binary64). */
enum { NF_FEW_PRODUCTS = 16 };

/* What a product works with: an accumulator for its formats, and the scratch beside it. */
typedef struct nf_workspace {
    nf_accumulator *sum;
    nf_room room;
} nf_workspace;

/* The outputs of part[1] rows from part[0] on and part[3] columns from part[2] on, by dots.
 * env->index counts from the first output of the whole product, and stays.  Any room will do. */
nf_outcome nf_multiply_by_dots(const nf_product *p, const intptr_t part[4], bool loop,
                               nf_workspace w, nf_env *env);
/* The room that makes dots as fast as they can be. */
size_t nf_dots_room(const nf_product *p);
/* The whole product.  Any room will do. */
nf_outcome nf_multiply_by_slices(const nf_product *p, nf_workspace w, nf_env *env);
/* The room in which no tile need be smaller, whatever the data. */
size_t nf_slices_room(const nf_product *p);
/* Exact sums of rows, where b has no data. */
nf_outcome nf_sum_rows(const nf_product *p, nf_workspace w, nf_env *env);
/* Would slices serve? */
bool nf_slices_possible(const nf_product *p);

#endif
