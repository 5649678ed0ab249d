/* SPDX-License-Identifier: BSD-3-Clause */
/* What makes up the scalar class of a format? */
#ifndef NFNP_SCALAR_H
#define NFNP_SCALAR_H

#include "values/nfnp_values.h"

int nfnp_scalar_init(PyObject *module);        /* makes the base classes */
PyTypeObject *nfnp_scalar_type(nfnp_dtype *d); /* new heap type for a format; NULL on error */
PyObject *nfnp_scalar_new(nfnp_dtype *d, uint64_t code);

/* ---- scalar.c, scalar_class.c --------------------------------------------------------------- */

extern PyTypeObject nfnp_scalar_base, nfnp_fixed_base;

PyObject *nfnp_scalar_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *nfnp_scalar_str(PyObject *self);
PyObject *nfnp_scalar_repr(PyObject *self);
extern PyGetSetDef nfnp_scalar_getset[];
PyObject *nfnp_scalar_from_bits(PyObject *cls, PyObject *obj);
PyObject *nfnp_scalar_reduce(PyObject *self, PyObject *args);
PyObject *nfnp_scalar_setstate(PyObject *self, PyObject *state);

/* ---- scalar_ops.c, scalar_compare.c, scalar_value.c ----------------------------------------- */

extern PyNumberMethods nfnp_scalar_number;
/* One operation on codes, flags judged by np.errstate: 0 or -1. */
int nfnp_apply(nfnp_dtype *d, nf_op op, const char *name, const uint64_t *in, uint64_t *out);
PyObject *nfnp_scalar_compare(PyObject *self, PyObject *other, int op);
Py_hash_t nfnp_scalar_hash(PyObject *self);

PyObject *nfnp_scalar_int(PyObject *self);
PyObject *nfnp_scalar_float(PyObject *self);
int nfnp_scalar_bool(PyObject *self);
extern PyMethodDef nfnp_scalar_methods[];
PyObject *nfnp_array_function(PyObject *self, PyObject *args); /* override.c */

#endif
