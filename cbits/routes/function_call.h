/* SPDX-License-Identifier: BSD-3-Clause */
/* What does a call of an elementary function hand on to the blocks of its elements? */
#ifndef NF_FUNCTION_CALL_H
#define NF_FUNCTION_CALL_H

#include "routes.h"

typedef struct nf_function_call {
    const nf_format *f;
    nf_op op;
    int size;
    nf_target target;
    double most;    /* approximations are good from 1 / this to this */
    uint64_t below; /* bits that doubles have below those of any switch between two codes */
    const nf_stages *stages;
    nf_loop *scalar;
} nf_function_call;

/* Elements start .. start + n - 1, n <= NF_STAGE; results replace their arguments, perhaps. */
typedef void nf_function_block(const nf_function_call *c, char *const *data,
                               const intptr_t *strides, intptr_t start, int n, nf_env *env);
nf_function_block nf_function_block_64;

#endif
