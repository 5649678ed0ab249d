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
 * A line that has more of them than an eighth of its places is not cut, so that the memory that an
 * operand takes has a bound that its shape and the slices give. */
#ifndef NF_CUT_H
#define NF_CUT_H

#include "room.h"
#include "strips.h"

/* SLICES_MAX: more do not pay.  LINE_BITS: two lines' bits and the count fit 256. */
enum { SLICES_MAX = 4, LINE_BITS = 116, EXPONENT_MAX = 900 };

typedef struct nf_leftover {
    double rest;    /* what the slices did not take of the number ... */
    intptr_t place; /* ... at this place of the line */
} nf_leftover;

/* An operand of k places and `lines` lines: place l of line i is at slice[s][l * lines + i]. */
typedef struct nf_slices {
    intptr_t k;
    int lines, slices, width; /* width: w */
    double *slice[SLICES_MAX];
    int *top, *bottom; /* of each line: below 2^top, a multiple of 2^bottom */
    bool *bad;         /* not finite, or of too wide a range: all its digits are 0 */
    int bad_lines;
    nf_leftover
        *left; /* those of line i by place: left[i * most] and following, lefts[i] of them */
    intptr_t *lefts, most;
    double *work;
} nf_slices;

/* w for sums of k products. */
int nf_digit_bits(intptr_t k);
/* Room for that many lines of k places in so many slices. */
size_t nf_cut_room(intptr_t k, int lines, int slices);
/* Cuts lines [first, first + lines) of an operand: rows of a, or columns of b.  NF_NO_MEMORY: the
 * room is too small for them; NF_NO_PATH: the numbers are too far apart for slices to pay. */
nf_outcome nf_cut_operand(nf_slices *c, const nf_matrix *m, bool columns, intptr_t first, int lines,
                          intptr_t k, nf_room *room);

#endif
