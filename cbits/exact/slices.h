/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a tile of a product by slices? */
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
    bool *skipped;   /* of each column: its output in this row remains to be done */
    nf_env env;
    uint64_t first_word;
} nf_tile;

/* Puts together, adds the addend and rounds the outputs of row i of the tile, but those of columns
 * that were not cut.  False: some sums are too wide; `skipped` says of each column whether its
 * output remains to be done. */
bool nf_finish_row(nf_tile *t, int i, bool *skipped);

#endif
