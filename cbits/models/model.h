/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one step of an accumulator model do?  The core's own operations on unpacked terms. */
#ifndef NF_MODEL_H
#define NF_MODEL_H

#include "core/elements.h"
#include "nf_exact.h"

/* A product with its roles fixed: out(i, j) = the fold over l of a(i, l) * b(l, j).  a.data NULL:
 * sums of the columns of b.  `index`: of the random word of out(0, 0). */
typedef struct nf_folding {
    const nf_model *model;
    nf_matrix a, b, out;
    intptr_t m, k, n;
    uint64_t index, index_row, index_column;
} nf_folding;

/* How much of a field do products fill?  Operands have half of the bits. */
typedef enum {
    NF_TERMS_32, /* operands of up to 16 bits: a sum with a format of 32 bits fits 64 bits */
    NF_TERMS_64, /* operands of up to 32 bits */
    NF_TERMS_128
} nf_terms;

/* Decoded operands a[0], a[1], ... and b; a NULL: the terms are b. */
typedef struct {
    const nf_number_128 *a, *b;
    nf_terms terms;
} nf_operands;

/* The result of n >= 1 steps as a code of f. */
typedef uint64_t nf_fold(const nf_format *f, nf_operands x, intptr_t n, nf_env *env);
typedef struct {
    nf_fold *fused, *sequential, *pairwise;
} nf_model_folds;
/* The folds of a row: constants folded in if it has a name. */
nf_model_folds nf_find_folds(const nf_format *f);

/* One row of the result of NF_MODEL_ALIGNED. */
uint64_t nf_model_aligned(const nf_folding *p, nf_operands x, nf_env *env);
/* Columns from..to-1, in rows where `chosen` is set (NULL: all), by the core's own operations.
 * False: no memory. */
bool nf_model_generic(const nf_folding *p, intptr_t from, intptr_t to, const uint8_t *chosen,
                      nf_env *env);

/* Term j, exact. */
NF_INLINE nf_number_128 nf_model_term(nf_operands x, intptr_t j, nf_env *env)
{
    if (!x.a)
        return x.b[j];
    if (x.terms == NF_TERMS_128)
        return nf_mul_128(x.a[j], x.b[j], env);
    return nf_widen(nf_mul_64(nf_narrow(x.a[j]), nf_narrow(x.b[j]), env));
}

/* As f's multiplier leaves it: truncated floats may cut products. */
NF_INLINE nf_number_128 nf_model_product(const nf_format *f, nf_operands x, intptr_t j, nf_env *env)
{
    nf_number_128 p = nf_model_term(x, j, env);
    return x.a ? nf_cut_product_128(f, p) : p;
}

/* A wrapping format needs every bit of a sum down from its leading one, so a large term keeps one
 * bit above those that count: the sum has the same sign, overflows as before and is the same
 * modulo 2^bits steps.
 *
 *     term   1xxxxx.xxxx y yyy.yyyy     y: below 2^(bits - frac)
 *     here          0..0 1 xy yyy.yyyy */
NF_INLINE nf_number_128 nf_wrapping_term(const nf_format *f, nf_number_128 p)
{
    int above = p.exp - (f->bits - f->frac);
    if (!nf_wraps(f) || p.cls != NF_FINITE || above < 2)
        return p;
    nf_u128 low = above < 128 ? p.sig << above : 0; /* its bit 127 is worth 2^(bits - frac) */
    return nf_finite_128(p.sign, f->bits - f->frac + 1, (nf_u128)1 << 127 | low >> 1);
}

/* In three makes, as elements.h has them. */
#define NF_ELEMENT(name) nf_el_##name
#define NF_NARROW(f) nf_is_narrow(f)
#define NF_CODEC(name) name##_any
#include "fold.h"

#define NF_ELEMENT(name) nf_folded_##name
#define NF_NARROW(f) nf_is_narrow(f)
#define NF_CODEC(name) name
#include "fold.h"

#define NF_ELEMENT(name) nf_short_##name
#define NF_NARROW(f) true
#define NF_CODEC(name) name
#include "fold.h"

#endif
