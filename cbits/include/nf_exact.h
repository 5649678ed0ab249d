/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a caller ask for sums and products of whole arrays, exact or in an accumulator model?
 * (Part of the public face.) */
#ifndef NF_EXACT_H
#define NF_EXACT_H

#include "nf.h"
#include "nf_models.h"

/* A matrix in memory: element (i, j) is at data + i * row + j * column (bytes). */
typedef struct nf_matrix {
    nf_format format;
    char *data;
    intptr_t row, column;
} nf_matrix;

/* c = the transpose of a, times b, for contiguous doubles: (k, m) and (k, n) give (m, n); a BLAS.
 * The operands are integers, and so small that every order of summation is exact.  False: failed.
 */
typedef bool nf_gemm(void *context, intptr_t m, intptr_t k, intptr_t n, const double *a,
                     const double *b, double *c);

/* How to get there; the result has the same bits on every path. */
typedef enum {
    NF_PATH_AUTO,
    NF_PATH_LOOP,    /* one product at a time, by the core's operations: the reference */
    NF_PATH_EXTRACT, /* exact: blocks of products in doubles, high parts extracted */
    NF_PATH_SLICES,  /* exact: slices of a and b through gemm */
    NF_PATH_DOUBLES  /* models: rows of doubles, each sum rounded in place */
} nf_path;

typedef enum { NF_DONE, NF_NO_MEMORY, NF_NO_PATH, NF_GEMM_FAILED, NF_STOPPED } nf_outcome;

/* One call: out(i, j) = the sum of a(i, l) * b(l, j), exact and rounded once, or as a model adds it. */
typedef struct nf_product {
    nf_matrix a, b,
        out; /* (m, k), (k, n), (m, n); b.data NULL: n is 1, out(i, 0) sums row i of a */
    intptr_t m, k, n;
    const nf_model *model;   /* NULL: exact */
    const nf_matrix *addend; /* NULL, or (m, n): out = addend + a * b */
    bool subtract;           /* out = addend - a * b */
    nf_path path;
    nf_gemm *gemm; /* NULL: the core's own, which takes no memory */
    void *context;
} nf_product;

/* Element (i, j) takes random word env->index + i * n + j; env->index moves behind the last.
 * `addend` and `out` may be one matrix; `out` may not meet a or b.
 * NF_NO_PATH: these formats, or this call, have no such path; models have no addend. */
nf_outcome nf_multiply(const nf_product *p, nf_env *env);

/* The same exact product in the caller's memory: no heap, whatever the data; a model has no such
 * path.  NF_NO_MEMORY: less than nf_product_least_room, and nothing is done.  The bits do not
 * depend on the room; where it is smaller than nf_product_room, tiles are, and work is slower. */
nf_outcome nf_multiply_in(const nf_product *p, char *room, size_t bytes, nf_env *env);
/* Bytes that a product of these shapes and formats, by this path, can put to use, whatever its
 * data; the fewest that it can do with.  Both read no data, and are 0 for a model. */
size_t nf_product_room(const nf_product *p);
size_t nf_product_least_room(const nf_product *p);
/* The same without a model: who calls this alone is not linked with the models. */
nf_outcome nf_multiply_exactly(const nf_product *p, nf_env *env);

/* q += the sum of x[i] * y[i], as nf_accumulate_dot, in blocks where the formats allow it. */
void nf_exact_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                  intptr_t y_stride, intptr_t n);
/* q += the sum of x[i], values of the accumulator's format a. */
void nf_exact_sum(nf_accumulator *q, const char *x, intptr_t stride, intptr_t n);
/* codes[i] at a stride -> doubles, exactly; NaR and NaN become NaN.  Only for formats of which
 * nf_fits_double says so: every value, and every product of two, is exact in double arithmetic
 * with a residual. */
bool nf_fits_double(const nf_format *f);
void nf_to_doubles(const nf_format *f, const char *codes, intptr_t stride, intptr_t n, double *out);

/* errors[i] = a[i] + b[i] - s[i], or a[i] * b[i] - s[i], exactly; NaN where that is no double, or
 * not known to be one: operands of 2^900 and more, products below 2^-900. */
void nf_error_terms(bool products, intptr_t n, const double *a, const double *b, const double *s,
                    double *errors);

#endif
