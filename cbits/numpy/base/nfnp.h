/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a number format to NumPy, and how are its DType and scalar found?
 *
 * `nfnp_` stands for "numformats in NumPy": every name that files of the extension _dtypes share
 * begins with it, as every name of the core begins with nf_.  A room uses only those above it:
 *
 *     base       a format's DType and scalar: the structs, the registry; what is imported
 *     calls      one call of NumPy's: random words, flags, threads, signals, the loop
 *     order      codes in the order of their values: sorting, searching, extremes
 *     values     exact values: of Python's objects, of NumPy's and other packages' types
 *     scalar     the scalar classes
 *     casts      arrays of one dtype to another
 *     ufuncs     which loop does each ufunc run, and which ufuncs are ours
 *     operand    ufuncs that take numbers as they are, without rounding them first
 *     promotion  the DType in which different operands meet
 *     foreign    dtypes of other packages among the operands
 *     dtype      the DType classes themselves, made and registered
 *     module.c   what Python sees */
#ifndef NFNP_H
#define NFNP_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL nfnp_array_api
#define PY_UFUNC_UNIQUE_SYMBOL nfnp_ufunc_api
#ifndef NFNP_IMPORTS
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/dtype_api.h>
#include <numpy/halffloat.h>
#include <numpy/ufuncobject.h>
#include <stdatomic.h>

#include "nf.h"
#include "core/bits.h"
#include "base/code_order.h"

/* More than the user dtypes that NumPy 2.4 and 2.5 hold (1800). */
#define NFNP_MAX_DTYPES 2048

/* Ufuncs that take exact operands, at most. */
#define NFNP_STRANGER_UFUNCS 40

/* One format: its DType class (NumPy's struct first), its scalar class and its tables.  Made once,
 * never freed: NumPy cannot unregister a dtype. */
typedef struct nfnp_dtype {
    PyArray_DTypeMeta meta;
    nf_format format;
    int size;              /* bytes of an element */
    nfnp_code_order order; /* how its codes sort */
    const char *name;      /* "posit32", or the canonical text for run-time formats; never freed */
    PyTypeObject *scalar; /* heap type, subclass of nfnp_scalar_base (np.floating) or, for fixed, of
                            nfnp_fixed_base (np.number) */
    PyArray_Descr *descr; /* the singleton descriptor */
    PyArray_ArrFuncs arrfuncs;
    PyArray_DescrProto proto;
    _Atomic(void *) tables[NF_OP_COUNT];   /* of results, made when they pay (result_tables.c) */
    _Atomic(uint32_t) looked[NF_OP_COUNT]; /* elements of functions so far, for want of a table */
    int index;                             /* in nfnp_dtypes */
    /* Loops that take numbers the format may lack, once used: a bit for each set of such inputs
     * (operand_loops.c). */
    uint8_t strangers[NFNP_STRANGER_UFUNCS];
} nfnp_dtype;

#define NFNP_DTYPE(descr) ((nfnp_dtype *)NPY_DTYPE(descr))

/* A scalar: the code in the low bits. */
typedef struct nfnp_scalar {
    PyObject ob_base; /* PyObject_HEAD */
    uint64_t code;
    nfnp_dtype *dtype;
} nfnp_scalar;

/* A scalar class is an instance of a metaclass: beside the type it has the loops it has used. */
typedef struct nfnp_scalar_class {
    PyHeapTypeObject heap;
    nfnp_dtype *dtype;
    _Atomic(nf_loop *) loops[NF_OP_COUNT];
} nfnp_scalar_class;

static inline uint64_t nfnp_load(const nfnp_dtype *d, const char *p)
{
    return nf_load_code(p, d->size);
}

static inline void nfnp_store(const nfnp_dtype *d, char *p, uint64_t code)
{
    nf_store_code(p, d->size, code);
}

/* ---- imports.c ------------------------------------------------------------------------------ */

int nfnp_import(void);       /* NumPy's tables of functions, and what follows */
extern PyObject *nfnp_umath; /* numpy._core.umath */
/* numformats.FormatError and numpy.exceptions.DTypePromotionError */
extern PyObject *nfnp_format_error, *nfnp_promotion_error;
/* The attribute of a Python module, imported if need be: new reference, NULL with an error. */
PyObject *nfnp_attribute(const char *module, const char *name);

/* ---- registry.c ----------------------------------------------------------------------------- */

extern PyArray_DTypeMeta nfnp_abstract; /* the family DType that promoters speak of (dtype.c) */
extern PyArray_DTypeMeta nfnp_exact;    /* of numbers taken as they are (operand_dtype.c) */
extern PyTypeObject nfnp_scalar_meta;   /* the class of scalar classes (scalar_class.c) */

extern nfnp_dtype *nfnp_dtypes[NFNP_MAX_DTYPES]; /* in order of creation */
extern _Atomic int nfnp_dtype_count;
/* Makes the DType of a format that is not there yet; NULL with an error. */
typedef nfnp_dtype *nfnp_maker(const nf_format *format, const char *name);
int nfnp_init_registry(nfnp_maker *maker);
/* The DType of this row, made if need be; name may be NULL (the canonical text is asked of
 * numformats.number_format).  Borrowed; NULL with FormatError set. */
nfnp_dtype *nfnp_get(const nf_format *format, const char *name);
/* Making a dtype changes global tables of NumPy: one thread at a time.  True unless this thread was
 * in the registry already; what it gives is for nfnp_leave_registry. */
bool nfnp_enter_registry(void);
void nfnp_leave_registry(bool entered);
/* The DType of a DType class or scalar type of ours, else NULL without an error. */
nfnp_dtype *nfnp_of_class(PyArray_DTypeMeta *cls);
nfnp_dtype *nfnp_of_type(PyTypeObject *type);
/* The DType of a scalar of ours; NULL for every other object. */
static inline nfnp_dtype *nfnp_scalar_dtype(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    return Py_IS_TYPE((PyObject *)type, &nfnp_scalar_meta) ? ((nfnp_scalar_class *)type)->dtype
                                                           : NULL;
}

#endif
