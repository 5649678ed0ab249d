/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one block need of a CPU level? */
#ifndef NF_BLOCK_LOOPS_H
#define NF_BLOCK_LOOPS_H

#include "nf.h"

enum { NF_BLOCK_STAGE = 256 };

/* Elements in binary32: of a float, its code is a shifted binary32; below the smallest normal the
 * last bits of a sum with `magic` count steps. */
typedef struct nf_block_target {
    bool fixed;
    int size, shift;               /* bytes of a code; fraction bits that a float drops */
    uint32_t half, offset, normal; /* a float: rounding, bias, binary32 of the smallest normal */
    uint32_t
        odd; /* a float without fraction: is a code odd where the exponent of binary32 is even? */
    uint32_t most, beyond, sign; /* a float: largest code, code of infinity, sign bit */
    float magic;                 /* smallest step times 2^23, fixed point 1.5 times as much */
    float unit, low, high;       /* fixed point: codes per 1, ends */
    uint32_t mask;               /* fixed point */
} nf_block_target;

typedef struct nf_block_loops {
    /* The largest magnitude, NaN if there is a NaN; `skip`: infinities do not count, else NaN. */
    double (*largest_float)(const float *x, intptr_t n, bool skip);
    double (*largest_double)(const double *x, intptr_t n, bool skip);
    /* x * factor, a power of two, as codes.  No NaN. */
    void (*encode_floats)(const nf_block_target *t, const float *x, float factor, intptr_t n,
                          char *codes);
    /* x / divisor as codes, NF_BLOCK_STAGE at most.  No NaN. */
    void (*encode_quotients)(const nf_block_target *t, const double *x, const double *divisor,
                             intptr_t n, char *codes);
    /* x * factor, rounded to odd. */
    void (*scale)(const double *x, double factor, intptr_t n, double *out);
} nf_block_loops;

extern const nf_block_loops nf_block_loops_portable, nf_block_loops_avx2, nf_block_loops_avx512,
    nf_block_loops_neon;
/* Of the level that runs (levels.c). */
const nf_block_loops *nf_find_block_loops(void);

#endif
