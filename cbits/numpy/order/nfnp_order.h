/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the order of codes answer: sorting, searching, extremes, zero or not? */
#ifndef NFNP_ORDER_H
#define NFNP_ORDER_H

#include "calls/nfnp_calls.h"

/* code_order.c: codes sort by value, -0 as +0, NaN and NaR last. */
nfnp_code_order nfnp_order_of(const nf_format *f);
bool nfnp_is_zero(const nf_format *f, uint64_t code);

/* search.c */
void nfnp_fill_search(nfnp_dtype *d); /* compare, nonzero, argmax, argmin */
void nfnp_to_bool(const nfnp_dtype *d, char *const *data, npy_intp n, const npy_intp *strides);

int nfnp_add_sort_loops(nfnp_dtype *d); /* sort.c */
/* extremes.c: the loop of maximum, minimum, fmax and fmin; NULL for other operations. */
PyArrayMethod_StridedLoop *nfnp_extreme_loop(nf_op op);

#endif
