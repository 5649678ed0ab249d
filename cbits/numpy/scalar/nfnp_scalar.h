/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the scalar, conversion and cast files share among themselves? */
#ifndef NFNP_SCALAR_H
#define NFNP_SCALAR_H

#include "base/nfnp.h"
#include <stdatomic.h>

/* ---- numpy_types.c: NumPy's own numeric types as rows of the core --------------------------- */

extern const nf_format nfnp_binary16, nfnp_binary32, nfnp_binary64;

typedef struct nfnp_host {
    int type_num;
    bool is_complex;     /* the row describes the real part */
    bool is_long_double; /* no row: the functions below convert it */
    nf_format row;
} nfnp_host;
extern const nfnp_host nfnp_hosts[]; /* every numeric type but bool */
extern const int nfnp_host_count;
const nfnp_host *nfnp_host_of(int type_num); /* NULL: not a numeric type */

/* ---- adopt.c: other packages' dtypes (ml_dtypes) as rows of the core ------------------------ */

const nfnp_host *nfnp_foreign(int i); /* NULL: no more */
/* Of a dtype, DType or scalar class of another package: its row; NULL: unknown or no float. */
const nf_format *nfnp_foreign_format(PyObject *obj);
/* As nfnp_common_dtype; NotImplemented for a dtype that this knows nothing of. */
PyArray_DTypeMeta *nfnp_common_with_foreign(nfnp_dtype *d, PyArray_DTypeMeta *other);

nf_unpacked nfnp_from_long_double(long double x);
long double nfnp_to_long_double(nf_unpacked x, uint32_t *flags);
bool nfnp_long_double_contains(const nf_format *f);
bool nfnp_contains_long_double(const nf_format *f);

/* ---- convert.c, convert_int.c --------------------------------------------------------------- */

/* No format reaches 2^70000: an exponent past this bound overflows or underflows all the same. */
#define NFNP_EXP_BOUND (1 << 29)

nf_unpacked nfnp_from_double(double x);
nf_unpacked nfnp_from_magnitude(uint64_t magnitude, bool negative);
/* 1, or -1 with an error; *out holds a zero before. */
int nfnp_unpack_integer(PyObject *integer, nf_unpacked *out);
/* As nfnp_unpack_object; `target` names what a bad string could not be converted to. */
int nfnp_unpack_named(PyObject *obj, const char *target, nf_unpacked *out);
/* Has a number lost bits that a wrapping format needs?  An unpacked number keeps the 128 leading
 * ones, and 64 of the steps and 64 below count: nfnp_from_object then reads the object again. */
bool nfnp_is_cut_short(const nfnp_dtype *d, const nf_unpacked *x);
/* A function of numformats._convert applied to one object: new reference. */
PyObject *nfnp_helper(const char *function, PyObject *argument);
uint64_t nfnp_encode(const nfnp_dtype *d, nf_unpacked x, uint32_t *flags);
/* The code that a number written in a program stands for: never rounded at random, no flags. */
uint64_t nfnp_encode_literal(const nfnp_dtype *d, nf_unpacked x);
/* Is the number, with its sign of zero, a value of the format?  Then *code is it. */
bool nfnp_is_value(const nfnp_dtype *d, const nf_unpacked *x, uint64_t *code);
/* Emits NumPy's ComplexWarning: 0, or -1 when the filter makes it an error. */
int nfnp_warn_complex(void);
/* Lets np.errstate judge the core's flags: 0, or -1 with FloatingPointError. */
int nfnp_judge_flags(const char *name, uint32_t flags);

/* ---- scalar.c, scalar_class.c --------------------------------------------------------------- */

/* A scalar class is an instance of this metaclass: the loops it has used, beside the type. */
typedef struct nfnp_scalar_class {
    PyHeapTypeObject heap;
    nfnp_dtype *dtype;
    _Atomic(nf_loop *) loops[NF_OP_COUNT];
} nfnp_scalar_class;

extern PyTypeObject nfnp_scalar_meta, nfnp_scalar_base, nfnp_fixed_base;

static inline nfnp_dtype *nfnp_scalar_dtype(PyObject *obj) /* NULL: not one of our scalars */
{
    PyTypeObject *type = Py_TYPE(obj);
    return Py_IS_TYPE((PyObject *)type, &nfnp_scalar_meta) ? ((nfnp_scalar_class *)type)->dtype
                                                           : NULL;
}

static inline bool nfnp_has_nar(const nf_format *f)
{
    return f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR;
}

PyObject *nfnp_scalar_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *nfnp_scalar_str(PyObject *self);
PyObject *nfnp_scalar_repr(PyObject *self);
extern PyGetSetDef nfnp_scalar_getset[];
PyObject *nfnp_scalar_from_bits(PyObject *cls, PyObject *obj);
PyObject *nfnp_scalar_reduce(PyObject *self, PyObject *args);
PyObject *nfnp_scalar_setstate(PyObject *self, PyObject *state);
PyObject *nfnp_package_function(const char *name); /* numformats.name: new reference */

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
