/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loops does a format give to ufuncs, and which ufuncs are ours? */
#ifndef NFNP_UFUNCS_H
#define NFNP_UFUNCS_H

#include "values/nfnp_values.h"

/* ---- add_loop.c: one loop ------------------------------------------------------------------- */

/* A loop of the named ufunc (or of `own`) for these DTypes; flags: NPY_METH_*. */
typedef struct nfnp_loop {
    const char *name;
    PyObject *own; /* a ufunc of ours; else NULL: the one of this name in NumPy */
    int nin, nout;
    PyArray_DTypeMeta **dtypes;
    PyArrayMethod_StridedLoop *loop;
    PyArrayMethod_GetReductionInitial *initial;
    int flags;
} nfnp_loop;
int nfnp_add_loop(const nfnp_loop *loop);

/* A ufunc that does an operation of the core on operands of one format. */
typedef struct nfnp_operation {
    const char *ufunc;
    nf_op op;
    int flags;
    PyArrayMethod_GetReductionInitial *initial;
} nfnp_operation;
int nfnp_add_operation(nfnp_dtype *d, const nfnp_operation *row, PyObject *own);

/* ---- ufunc_table.c: all loops of a format --------------------------------------------------- */

int nfnp_add_loops(nfnp_dtype *d);
bool nfnp_has_loop(const char *ufunc);    /* NumPy's ufunc of this name, by the tables */
bool nfnp_is_question(const char *ufunc); /* answered by a truth */

/* ---- own_ufuncs.c, function_ufuncs.c -------------------------------------------------------- */

int nfnp_make_ufuncs(PyObject *module); /* nf.fma, nf.fmm, ... */
/* A ufunc with the name of the operation in the module. */
int nfnp_make_own(PyObject *module, nf_op op, const char *doc);
PyObject *nfnp_own_ufunc(nf_op op); /* borrowed; NULL: there is none */
int nfnp_add_own_loops(nfnp_dtype *d);

int nfnp_make_functions(PyObject *module); /* nf.rsqrt, nf.exp10, ... */
int nfnp_add_function_loops(nfnp_dtype *d);
bool nfnp_is_function(const char *ufunc); /* of NumPy's */

/* ---- integer_operand.c: power, ldexp, and ours with an integer ------------------------------ */

int nfnp_add_power_loops(nfnp_dtype *d);
int nfnp_add_uint64_loop(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own);

/* ---- matmul.c ------------------------------------------------------------------------------- */

nf_gemm nfnp_gemm; /* NumPy's BLAS */
int nfnp_add_matmul_loops(nfnp_dtype *d);
/* The loop of matmul, vecdot, matvec and vecmat; NULL for other names. */
PyArrayMethod_StridedLoop *nfnp_product_loop(const char *ufunc);

#endif
