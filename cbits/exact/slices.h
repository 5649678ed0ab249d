/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a tile of a product by slices, and who finishes its outputs?
 *
 *     a*b = cut(a)*cut(b) + rest(a)*b + cut(a)*rest(b) */
#ifndef NF_TILE_H
#define NF_TILE_H

#include "cut.h"
#include "int256.h"

/* Rows [i0, i0 + a.lines) and columns [j0, j0 + b.lines) of the outputs. */
typedef struct nf_tile {
    const nf_product *p;
    intptr_t i0, j0;
    nf_slices a, b;
    double *results; /* slice pairs, each a.lines x b.lines */
    nf_wide *wide;   /* a row's exact sums */
    double *row;     /* a row of b */
    bool *open;      /* of each column: its output in this row remains to be done */
    /* the exponent of each column's unit, made like others where it has no numbers */
    int *unit;
    int least_unit, most_unit;
    int deepest; /* how far numbers of b reach below their column's unit, at most; or less than 0 */
    bool b_leaves; /* b has leftovers */
    nf_env env;
    uint64_t first_word;
} nf_tile;

/* Exponent of the unit in which the last slice of a line counts. */
NF_INLINE int nf_unit_exponent(const nf_slices *c, int line)
{
    return c->top[line] - c->slices * c->width + 1;
}

NF_INLINE const double *nf_result_of(const nf_tile *t, int s, int u)
{
    return t->results + (s * t->b.slices + u) * (intptr_t)t->a.lines * t->b.lines;
}

NF_INLINE const nf_leftover *nf_leftovers_of(const nf_slices *c, int line)
{
    return c->left + line * c->most;
}

/* Puts together, adds the addend and rounds outputs of row i of the tile: columns j..j + n - 1, at
 * most NF_LIMB_BLOCK of them, and says in `open` which of them it left.  False: all. */
bool nf_finish_columns(nf_tile *t, int i, int j, int n);
/* Has this product such rows at all? */
bool nf_finishes_rows(const nf_product *p);
/* The same, one by one, of those columns that are open and were cut. */
void nf_finish_wide(nf_tile *t, int i, int j, int n);

#endif
