/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the files about other packages' dtypes offer? */
#ifndef NFNP_FOREIGN_H
#define NFNP_FOREIGN_H

#include "values/nfnp_values.h"

/* adopt.c: adopt([(dtype, format_bytes), ...]): from now on these dtypes and every format, those
 * made later too, have casts both ways, and meet in ufuncs.  The casts that NumPy refused: [(from,
 * to), ...]. */
PyObject *nfnp_adopt(PyObject *module, PyObject *pairs);

/* foreign_promoters.c: for every ufunc of a module, once; dtype == NULL: the module is ours. */
int nfnp_add_foreign_promoters(PyObject *module, PyArray_DTypeMeta *dtype);

/* carrier.c: registers a NULL-terminated list of casts, the first of which has NULL for both
 * DTypes. */
int nfnp_carry(PyArrayMethod_Spec **casts);

#endif
