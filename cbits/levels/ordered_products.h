/* SPDX-License-Identifier: BSD-3-Clause */
/* What multiplies matrices of doubles and floats in a fixed order of additions, without memory of
 * its own? */
#ifndef NF_ORDERED_PRODUCTS_H
#define NF_ORDERED_PRODUCTS_H

#include "nf.h"

/* Strides in elements.  c = a b, or addend + a b, or addend - a b; c may be the addend itself. */
typedef struct nf_ordered_product {
    intptr_t m, k, n;
    const void *a, *b, *addend;
    intptr_t a_row, a_column, b_row, b_column, addend_row, addend_column;
    void *c;
    intptr_t c_row, c_column;
    bool subtract;
} nf_ordered_product;

/* Bytes of the panel that a call needs. */
enum { NF_PANEL_BYTES = 128 };
static inline int64_t nf_panel_bytes(intptr_t k)
{
    return NF_PANEL_BYTES * (int64_t)k;
}

/* Each element is 0 + a(i, 0) b(0, j) + a(i, 1) b(1, j) + ... in this order at every level: no
 * fused operations, no order that depends on the width of vectors. */
typedef struct nf_ordered_products {
    void (*doubles)(const nf_ordered_product *call, void *panel);
    void (*floats)(const nf_ordered_product *call, void *panel);
} nf_ordered_products;

extern const nf_ordered_products nf_ordered_products_portable, nf_ordered_products_avx2,
    nf_ordered_products_avx512, nf_ordered_products_neon;
const nf_ordered_products *nf_find_ordered_products(void);

#endif
