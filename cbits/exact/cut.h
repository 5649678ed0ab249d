/* SPDX-License-Identifier: BSD-3-Clause */
/* How is an operand of a matrix product cut into slices that a BLAS multiplies exactly?
 *
 * A line is a row of a or a column of b; all |x| of it are below 2^top.  Digit s of x counts units
 * of 2^(top - (w-1) - s*w), and is at most 2^(w-1) in magnitude, as it is rounded to nearest:
 *
 *     x       |<---------------- significand of x ---------------->|
 *     digits  | d0: w-1 bits | d1: w bits, signed | d2 ...           | rest
 *
 * A sum of k products of two digits is at most k * 2^(2w-2) <= 2^53: exact in any order.  Numbers
 * far below the line's largest have bits beyond the last slice: they are few, and kept as `rest`.
 */
#ifndef NF_CUT_H
#define NF_CUT_H

#include "strips.h"

/* SLICES_MAX: more do not pay.  LINE_BITS: two lines' bits and the count fit 256. */
enum { SLICES_MAX = 4, LINE_BITS = 116, EXPONENT_MAX = 900 };

typedef struct nf_leftover {
    int32_t line, place; /* the number at this place of this line ... */
    double whole, rest;  /* ... and what the slices did not take of it */
} nf_leftover;

/* An operand of k places and `lines` lines: place l of line i is at slice[s][l * lines + i]. */
typedef struct nf_slices {
    intptr_t k;
    int lines, slices, width; /* width: w */
    double *slice[SLICES_MAX];
    int *top, *bottom; /* of each line: below 2^top, a multiple of 2^bottom */
    bool *bad;         /* not finite, or of too wide a range: all its digits are 0 */
    int bad_lines;
    nf_leftover *left; /* by place, then by line */
    intptr_t lefts, capacity;
    double *work;
} nf_slices;

/* w for sums of k products. */
int nf_digit_bits(intptr_t k);
/* Cuts lines [first, first + lines) of an operand: rows of a, or columns of b.  NF_NO_MEMORY, or
 * NF_NO_PATH when the numbers are too far apart for slices to pay. */
nf_outcome nf_cut_operand(nf_slices *c, const nf_matrix *m, bool columns, intptr_t first, int lines,
                          intptr_t k);
void nf_cut_free(nf_slices *c);

#endif
