/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the codes of a format become integers that sort by value?
 *
 * A code in storage of W bits moves up, so that its sign is the top bit; bits above the format,
 * which mean nothing, come round to the bottom.  Two straight lines then make the key:
 *
 *     -NaN   -inf ... -0 | 0 ... inf   NaN          codes of a float, from the right of the sign
 *            0 ........................last  NaNs   keys: NaNs of either sign are last
 *
 * Every key is the key of one code, so keys can be sorted alone and turned back into codes.  Codes
 * that compare as equal (zeros, NaNs) are neighbours; `rank` makes them one. */
#ifndef NFNP_CODE_ORDER_H
#define NFNP_CODE_ORDER_H

#include <stdint.h>

/* With c the code moved up: the key is above - c if c > limit, else c + add, modulo 2^W. */
typedef struct nfnp_code_order {
    int shift; /* W - bits */
    uint64_t limit, above, add;
    uint64_t last;                 /* the greatest key of a number: beyond are NaNs */
    uint64_t zero_low, zero_count; /* keys of zeros */
} nfnp_code_order;

#endif
