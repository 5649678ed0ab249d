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

/* A ufunc that does an operation of the core on operands of one format; the columns are explained
 * in nf_ops.def. */
typedef enum { NFNP_RAISES, NFNP_QUIET } nfnp_events;
typedef enum {
    NFNP_PLAIN,
    NFNP_SUM,
    NFNP_PRODUCT,
    NFNP_EXTREME,
    NFNP_CHOICE,
    NFNP_NEIGHBOUR
} nfnp_use;
typedef struct nfnp_operation {
    const char *ufunc; /* of NumPy's; or OWN, or NONE */
    nf_op op;
    nfnp_events events;
    nfnp_use use;
} nfnp_operation;

static inline bool nfnp_is_own(const nfnp_operation *row)
{
    return strcmp(row->ufunc, "OWN") == 0;
}

static inline bool nfnp_is_no_ufunc(const nfnp_operation *row)
{
    return strcmp(row->ufunc, "NONE") == 0;
}

int nfnp_add_operation(nfnp_dtype *d, const nfnp_operation *row);

/* ---- ufunc_table.c: all loops of a format --------------------------------------------------- */

extern const nfnp_operation nfnp_operations[]; /* up to one without a name */
int nfnp_add_loops(nfnp_dtype *d);
bool nfnp_has_loop(const char *ufunc);    /* NumPy's ufunc of this name, by the table */
bool nfnp_is_question(const char *ufunc); /* answered by a truth */

/* ---- own_ufuncs.c, own_docs.c --------------------------------------------------------------- */

int nfnp_make_ufuncs(PyObject *module); /* nf.fma, nf.rsqrt, ...; and the dict of all, `ufuncs` */
PyObject *nfnp_own_ufunc(nf_op op);     /* borrowed; NULL: there is none */
const char *nfnp_document(nf_op op);    /* the docstring, for ever; NULL with an error */

/* ---- integer_operand.c: power, ldexp, and ours with an integer ------------------------------ */

int nfnp_add_uint64_loop(nfnp_dtype *d, const char *ufunc, nf_op op, PyObject *own);

/* ---- matmul.c ------------------------------------------------------------------------------- */

nf_gemm nfnp_gemm; /* NumPy's BLAS */
int nfnp_add_matmul_loops(nfnp_dtype *d);
/* The loop of matmul, vecdot, matvec and vecmat; NULL for other names. */
PyArrayMethod_StridedLoop *nfnp_product_loop(const char *ufunc);

#endif
