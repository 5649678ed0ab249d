/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the cast files build the list of casts of one format? */
#ifndef NFNP_CASTS_H
#define NFNP_CASTS_H

#include "scalar/nfnp_scalar.h"

typedef struct nfnp_cast_list {
    PyArrayMethod_Spec **specs; /* NULL-terminated once finished */
    int count, room;
    bool failed; /* no memory: everything after is ignored */
} nfnp_cast_list;

/* A cast between two DTypes, NULL standing for the new one. */
void nfnp_add_cast(nfnp_cast_list *list, PyArray_DTypeMeta *from, PyArray_DTypeMeta *to,
                   NPY_CASTING casting, int flags, PyType_Slot *slots);
/* The array, or NULL with MemoryError. */
PyArrayMethod_Spec **nfnp_finish_casts(nfnp_cast_list *list);
PyArray_DTypeMeta *nfnp_builtin_dtype(int type_num); /* borrowed */

/* casts_same.c: 0, or -1 with ValueError when the caller asked for the same values and got others.
 */
int nfnp_check_same_value(PyArrayMethod_Context *context, char *const *data, npy_intp n,
                          const npy_intp *strides);

/* casts_numeric.c: between every format made so far and a dtype of another package, after one cast
 * of a carrier to itself (carrier.c). */
PyArrayMethod_Spec **nfnp_make_foreign_casts(const nfnp_host *host);

/* casts_numeric.c: n elements of one format (or a row that NumPy has) to another; the flags raised.
 * False: stopped (nfnp_raise_stop). */
bool nfnp_run_cast(const nf_format *from, const nf_format *to, char *const *data, npy_intp n,
                   const npy_intp *strides);

/* casts_far.c: does NumPy make the casts between them when they are asked for? */
bool nfnp_is_far_pair(const nfnp_dtype *d, const nfnp_dtype *e);

/* casts_exact.c: to the hidden DType. */
void nfnp_add_exact_cast(nfnp_cast_list *list);
void nfnp_add_foreign_exact_cast(nfnp_cast_list *list, const nfnp_host *host);

/* casts_text.c: str, bytes and StringDType, both ways. */
void nfnp_add_text_casts(nfnp_cast_list *list);
void nfnp_add_refused_casts(nfnp_cast_list *list); /* casts_refused.c */

#endif
