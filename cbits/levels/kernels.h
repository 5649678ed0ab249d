/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one CPU level offer?  A struct of function pointers, filled once per level. */
#ifndef NF_KERNELS_H
#define NF_KERNELS_H

#include "nf.h"

/* Operations with loops for constant rows. */
typedef struct {
    nf_loop *add, *sub, *mul, *div;
    nf_cast *from_binary32, *from_binary64, *to_binary32, *to_binary64;
} nf_row_kernels;

typedef struct {
    const char *level;
    nf_loop *runtime[NF_OP_COUNT];
    nf_cast *cast;               /* any row to any row */
    const nf_row_kernels *named; /* in the order of nf_named_formats */
} nf_kernels;

extern const nf_kernels nf_kernels_portable, nf_kernels_avx2, nf_kernels_avx512, nf_kernels_neon;

#endif
