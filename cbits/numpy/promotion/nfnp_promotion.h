/* SPDX-License-Identifier: BSD-3-Clause */
/* In which DType do different operands meet, and which loop does a ufunc take for them? */
#ifndef NFNP_PROMOTION_H
#define NFNP_PROMOTION_H

#include "operand/nfnp_operand.h"

/* ---- common_dtype.c ------------------------------------------------------------------------- */

/* Is cls a subclass of NumPy's abstract one?  -1 with an error. */
int nfnp_is_kind(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *abstract);
/* Sets DTypePromotionError for two DTypes without a common one; NULL. */
PyArray_DTypeMeta *nfnp_refuse_common(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b);
/* The smallest DType that holds both without losing a value: new reference; NotImplemented for
 * what is no number; NULL with DTypePromotionError if there is none. */
PyArray_DTypeMeta *nfnp_common_dtype(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other);
/* The same, without the concession to Python numbers that nfnp_common_dtype must make. */
PyArray_DTypeMeta *nfnp_common_strict(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other);
/* The same with a dtype of another package; NotImplemented for one that nobody knows. */
PyArray_DTypeMeta *nfnp_common_with_foreign(nfnp_dtype *d, PyArray_DTypeMeta *other);
/* A DType that holds every value of both; NULL, mostly without an error, if there is none, or if
 * `other` is weak, an integer that decides by its value, or no real number. */
PyArray_DTypeMeta *nfnp_common_exact(nfnp_dtype *d, PyArray_DTypeMeta *other);

/* ---- promote.c ------------------------------------------------------------------------------ */

int nfnp_add_promoters(PyObject *umath); /* to NumPy's ufuncs and to ours */
/* One promoter for one tuple of DTypes, which it takes over: NULL is an error met before. */
int nfnp_add_promoter_for(PyObject *ufunc, PyObject *tuple,
                          PyArrayMethod_PromoterFunction *promoter);
extern PyArrayMethod_PromoterFunction nfnp_promote, nfnp_promote_inputs;
PyArray_DTypeMeta *nfnp_common_of(PyArray_DTypeMeta *const *dtypes, int count);
/* Inputs become `all`, which is stolen; NULL: the error becomes a TypeError. */
int nfnp_set_operands(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                      PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta *all,
                      PyArray_DTypeMeta **out);
void nfnp_make_plain_error(void);

/* promote_foreign.c: operands of another package's dtypes become what they count as; -1 without an
 * error where there are none. */
extern PyArrayMethod_PromoterFunction nfnp_promote_foreign;

/* ---- promote_strangers.c: operands as they are ---------------------------------------------- */

extern PyArrayMethod_PromoterFunction nfnp_promote_integers, nfnp_promote_choice,
    nfnp_promote_direction, nfnp_promote_comparison, nfnp_promote_exponent;

/* ---- demanded_dtype.c: dtype= of a format where no operand has one -------------------------- */

int nfnp_add_demand(PyObject *ufunc, PyArrayMethod_PromoterFunction *promoter);
int nfnp_add_demands(PyObject *umath);

/* ---- reject.c ------------------------------------------------------------------------------- */

int nfnp_add_rejections(PyObject *umath);   /* ufuncs without a loop say so */
bool nfnp_takes_formats(const char *ufunc); /* of NumPy's */

#endif
