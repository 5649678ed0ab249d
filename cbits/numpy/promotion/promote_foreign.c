/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop does a ufunc take when a dtype of another package is among the operands? */
#include "promotion/nfnp_promotion.h"

/* What an operand of another package counts as: its twin, a format or a NumPy integer; or the float
 * that it and a format among the operands meet in, for the twin might lead to a smaller one to
 * which the other package has no cast.  Comparisons choose none that is. */
static PyArray_DTypeMeta *stand_in(const nfnp_foreign_type *f, PyArray_DTypeMeta *self,
                                   PyArray_DTypeMeta *const *given, const PyUFuncObject *u)
{
    bool is_decided = f->numeric.row.family == NF_FIXED || nfnp_is_question(u->name);
    for (int i = 0; i < u->nin && !is_decided; i++) {
        nfnp_dtype *d = given[i] ? nfnp_of_class(given[i]) : NULL;
        PyArray_DTypeMeta *common = d ? nfnp_common_with_foreign(d, self) : NULL;
        if (common == NULL) {
            PyErr_Clear(); /* the promoter of the twins says what is wrong */
            continue;
        }
        bool is_float = common->type_num == NPY_FLOAT || common->type_num == NPY_DOUBLE;
        Py_DECREF(common); /* NumPy keeps its own */
        if (is_float)
            return common;
    }
    return f->twin;
}

/* NumPy then asks again with those.  Without a change it would ask for ever: no answer, and no
 * error. */
int nfnp_promote_foreign(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                         PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    PyArray_DTypeMeta *twins[NPY_MAXARGS] = {NULL};
    bool changed = false;
    for (int i = 0; i < u->nin; i++) {
        const nfnp_foreign_type *f =
            given[i] && !signature[i] ? nfnp_find_foreign(given[i]->type_num) : NULL;
        twins[i] = f ? stand_in(f, given[i], given, u) : NULL;
        changed |= f != NULL;
    }
    if (!changed)
        return -1;
    for (int i = 0; i < u->nargs; i++) {
        PyArray_DTypeMeta *kept = signature[i] ? signature[i] : given[i];
        out[i] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)(twins[i] ? twins[i] : kept));
    }
    return 0;
}
