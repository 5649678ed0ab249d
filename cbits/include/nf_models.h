/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a machine that is not exact add products?  The accumulator models of matrix products.
 *
 * library/generate.py copies this file into numformats.h: it is plain C99 and C++. */
#ifndef NF_MODELS_H
#define NF_MODELS_H

#include "nf_types.h"

/* Flags are those that the formats' operations raise; a sum of no terms is 0.  Results depend neither
 * on the path nor on the caller's floating-point environment.
 *
 * p_j: the exact products, or the terms of a plain sum, in order; rnd_F: one rounding into F. */
typedef enum {
    NF_MODEL_EXACT = -1, /* of the library: exact, rounded once (nf_exact.h: no model) */
    NF_MODEL_SEQUENTIAL, /* s = rnd_T(s + rnd_T(p_j)): multiplier and adder of the result format */
    NF_MODEL_FORMAT,     /* s = rnd_F(s + p_j), at the end rnd_T(s): fused multiply-adds in f */
    NF_MODEL_BLOCKED,    /* blocks of `block` products as NF_MODEL_FORMAT, added in g */
    NF_MODEL_ALIGNED,    /* groups of `block` products and the sum, cut toward zero to `width` bits
                            below the leading bit of the largest, added exactly */
    NF_MODEL_PAIRWISE /* rnd_T(left + right), split at the largest power of two below the count */
} nf_model_kind;

/* Fields that a kind does not use are not read. */
typedef struct nf_model {
    int kind;       /* nf_model_kind */
    int width;      /* 1..NF_MODEL_WIDTH_MAX */
    intptr_t block; /* 1 and more; NF_MODEL_ALIGNED: up to NF_MODEL_GROUP_MAX */
    nf_format f, g; /* not stochastic */
} nf_model;

/* A sum of NF_MODEL_GROUP_MAX + 1 numbers of NF_MODEL_WIDTH_MAX bits fits 127 bits. */
enum { NF_MODEL_WIDTH_MAX = 100, NF_MODEL_GROUP_MAX = 1 << 20 };
#endif
