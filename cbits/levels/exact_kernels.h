/* SPDX-License-Identifier: BSD-3-Clause */
/* What does one CPU level offer for exact sums?  Functions on doubles; levels.c picks a level. */
#ifndef NF_EXACT_KERNELS_H
#define NF_EXACT_KERNELS_H

#include "nf_exact.h"

enum { NF_BLOCK = 512 }; /* terms that are looked at together: all arrays stay in the L1 cache */

/* May a product have more than 53 bits, and may it leave the range of exact doubles? */
typedef enum { NF_PRODUCT_SHORT, NF_PRODUCT_LONG, NF_PRODUCT_ANY } nf_product_size;

typedef struct nf_exact_kernels {
    /* q += sum of x[i] * y[i], n <= NF_BLOCK.
     * False, and nothing added: something is not finite or out of the safe range. */
    bool (*add_products)(nf_accumulator *q, const double *x, const double *y, int n,
                         nf_product_size size);
    bool (*add_values)(nf_accumulator *q, const double *x, int n);
    /* Slices (cut.h), for n lines side by side. */
    void (*measure)(const double *x, int n, double *largest, double *smallest);
    bool (*cut)(double *const *slice, int slices, int n, const double *const *sigma,
                const double *const *scale, double *rest);
    /* c = the transpose of a, times b, as nf_gemm has them; k > 0. */
    void (*gemm)(intptr_t m, intptr_t k, intptr_t n, const double *a, const double *b, double *c);
} nf_exact_kernels;

extern const nf_exact_kernels nf_exact_kernels_portable, nf_exact_kernels_avx2,
    nf_exact_kernels_avx512, nf_exact_kernels_neon;
const nf_exact_kernels *nf_find_exact_kernels(void);

#endif
