/* SPDX-License-Identifier: BSD-3-Clause */
/* How do dense rows of numbers become blocks that share a scale, and numbers again?  (Part of the
 * public face; numformats/blocks/ says what a block format is.)
 *
 * Every row begins a block, and its last block may be shorter.  All of these return false where they
 * were stopped (nf_stop.h); the same bits at every CPU level. */
#ifndef NF_BLOCKS_H
#define NF_BLOCKS_H

#include "nf.h"

/* rows x length x inner numbers, of binary64 or of binary32; blocks lie along `length`, and what there
 * is of each block is rows x blocks x inner. */
typedef struct nf_blocks {
    nf_format element;
    const void *x;
    bool doubles;
    intptr_t rows, length, inner, block;
} nf_blocks;
/* Longer blocks need inner == 1. */
enum { NF_BLOCK_ACROSS = 1024 };

/* Do the loops serve these elements?  Signed floats and fixed point of up to 16 bits that round to
 * nearest even, where binary32 holds them with room to spare. */
bool nf_blocks_possible(const nf_format *element);

/* The largest magnitude of each block; NaN where one is NaN or, in a format without infinities,
 * infinite. */
bool nf_blocks_measure(const nf_blocks *b, double *largest);

/* The codes of the quotients by each block's divisor: rounded once, and beyond the ends they.  A
 * divisor is positive, with so few bits that half an element's step times it is a double; or 0, then
 * elements are zeros; or NaN, then codes are 0. */
bool nf_blocks_encode(const nf_blocks *b, const double *divisors, char *codes);

/* Scales that are powers of two, 2^least to 2^most, coded from 0 up: the least one with which the
 * largest element is f * 2^top or more.  f from 1/2 to 1; 0: any (the rule "floor"). */
typedef struct nf_block_powers {
    int32_t top, least, most;
    double f;
    uint8_t nan;
} nf_block_powers;

/* Measures, chooses the scale, and encodes, block by block. */
bool nf_blocks_quantize(const nf_blocks *b, const nf_block_powers *p, char *codes, uint8_t *scales);

/* What each code of one byte is worth with its block's scale: entries of 1, 2, 4 or 8 bytes, a row
 * of `width` for each scale code. */
typedef struct nf_block_values {
    const uint8_t *codes, *scales;
    const char *table;
    int32_t entry, width;
    intptr_t rows, length, inner, block;
} nf_block_values;
bool nf_blocks_look_up(const nf_block_values *b, char *out);

/* x * factor, rounded to odd; x and the products that are not 0 are from 2^-900 to 2^900. */
bool nf_blocks_scale(const double *x, double factor, intptr_t n, double *out);

#endif
