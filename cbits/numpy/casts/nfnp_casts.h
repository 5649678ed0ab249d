/* SPDX-License-Identifier: BSD-3-Clause */
/* Which casts does a format have, and how is the list built that registration wants? */
#ifndef NFNP_CASTS_H
#define NFNP_CASTS_H

#include "values/nfnp_values.h"

/* ---- cast_list.c ---------------------------------------------------------------------------- */

typedef struct nfnp_cast_list {
    PyArrayMethod_Spec **specs; /* NULL-terminated once finished */
    int count, room;
    bool failed; /* no memory: everything after is ignored */
} nfnp_cast_list;

/* A cast between two DTypes, NULL standing for the new one. */
void nfnp_add_cast(nfnp_cast_list *list, PyArray_DTypeMeta *from, PyArray_DTypeMeta *to,
                   NPY_CASTING casting, int flags, PyType_Slot *slots);
/* The array for PyArrayDTypeMeta_Spec.casts, to be freed after the registration; or NULL with
 * MemoryError. */
PyArrayMethod_Spec **nfnp_finish_casts(nfnp_cast_list *list);
void nfnp_free_casts(PyArrayMethod_Spec **casts);
PyArray_DTypeMeta *nfnp_builtin_dtype(int type_num); /* borrowed */

/* The slots of a cast that is nothing but a loop. */
#define NFNP_CAST_SLOTS(name, loop)                                                                \
    static PyType_Slot name[] = {                                                                  \
        {NPY_METH_strided_loop, loop}, {NPY_METH_unaligned_strided_loop, loop}, {0, NULL}}

/* ---- casts_numeric.c ------------------------------------------------------------------------ */

/* All casts of a new format: self, NumPy's types, other packages', text, and both ways to the
 * formats made before. */
PyArrayMethod_Spec **nfnp_make_casts(nfnp_dtype *d);
/* Between every format made so far and a dtype of another package, after one cast of a carrier to
 * itself (carrier.c). */
PyArrayMethod_Spec **nfnp_make_foreign_casts(const nfnp_numeric *numeric);

/* ---- run_cast.c ----------------------------------------------------------------------------- */

/* n elements of one format (or a row that NumPy has) to another; the flags raised.  False: stopped
 * (nfnp_raise_stop). */
bool nfnp_run_cast(const nf_format *from, const nf_format *to, char *const *data, npy_intp n,
                   const npy_intp *strides);

/* ---- casts_same.c, casts_text.c, casts_refused.c -------------------------------------------- */

/* 0, or -1 with ValueError when the caller asked for the same values and got others. */
int nfnp_check_same_value(PyArrayMethod_Context *context, char *const *data, npy_intp n,
                          const npy_intp *strides);
void nfnp_add_text_casts(nfnp_cast_list *list); /* str, bytes and StringDType, both ways */
void nfnp_add_refused_casts(nfnp_cast_list *list);

/* ---- casts_far.c ---------------------------------------------------------------------------- */

/* Does NumPy make the casts between them when they are asked for? */
bool nfnp_is_far_pair(const nfnp_dtype *d, const nfnp_dtype *e);
/* After the registration, casts that NumPy looks up when they are asked for: 0 or -1 with an
 * error. */
int nfnp_add_far_casts(nfnp_dtype *d);

/* ---- casts_exact.c: to the hidden DType of exact operands ----------------------------------- */

PyArrayMethod_Spec **nfnp_make_exact_casts(void); /* from NumPy's types */
void nfnp_add_exact_cast(nfnp_cast_list *list);
void nfnp_add_foreign_exact_cast(nfnp_cast_list *list, const nfnp_numeric *numeric);

#endif
