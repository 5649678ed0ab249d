/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one CPU level offer?  A struct of function pointers, filled once per level. */
#ifndef NF_KERNELS_H
#define NF_KERNELS_H

#include "nf.h"

/* Operations with loops for the rows and patterns of core/each_instance.h: X(name, kind, ...). */
#define NF_ARITHMETIC(X, ...)                                                                      \
    X(add, TT_T, __VA_ARGS__)                                                                      \
    X(sub, TT_T, __VA_ARGS__)                                                                      \
    X(mul, TT_T, __VA_ARGS__)                                                                      \
    X(div, TT_T, __VA_ARGS__)                                                                      \
    X(sqrt, T_T, __VA_ARGS__)                                                                      \
    X(square, T_T, __VA_ARGS__)                                                                    \
    X(reciprocal, T_T, __VA_ARGS__)

typedef struct {
#define NF_FIELD(name, ...) nf_loop *name; /* or NULL */
    NF_ARITHMETIC(NF_FIELD, )
#undef NF_FIELD
    nf_cast *from_binary32, *from_binary64, *to_binary32, *to_binary64;
} nf_instance_kernels;

typedef struct {
    nf_loop *runtime[NF_OP_COUNT];
    nf_cast *cast;                        /* any row to any row */
    const nf_instance_kernels *instances; /* as nf_find_instance counts them */
} nf_kernels;

extern const nf_kernels nf_kernels_portable, nf_kernels_avx2;

#endif
