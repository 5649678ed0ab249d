/* SPDX-License-Identifier: BSD-3-Clause */
/* What makes up the DType class of a format? */
#ifndef NFNP_DTYPE_H
#define NFNP_DTYPE_H

#include "base/nfnp.h"

nfnp_maker nfnp_make_dtype; /* register.c */

/* dtype.c: the slots and type fields of one DType class, filled in before registration. */
int nfnp_make_abstract(PyObject *module);
void nfnp_fill_type(nfnp_dtype *d);
PyType_Slot *nfnp_slots(void); /* legacy proto first: its pfunc is to be set */

void nfnp_fill_arrfuncs(nfnp_dtype *d);                   /* arrfuncs.c */
int nfnp_fill_range(void *data, npy_intp n, void *array); /* arange.c */
/* dotfunc.c: dot knows no array, hence no format: one function for each place in nfnp_dtypes. */
PyArray_DotFunc *nfnp_dotfunc(int index);

#endif
