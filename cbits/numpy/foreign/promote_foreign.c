/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop does a ufunc take when a dtype of another package is among the operands? */
#include "foreign/nfnp_foreign.h"
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
static int promote_foreign(PyObject *ufunc, PyArray_DTypeMeta *const *given,
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

/* For the calls whose operands are of these two kinds, and of both. */
static int add_promoters_to(PyObject *ufunc, PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    for (unsigned set = 1; set + 1 < 1u << u->nin; set++) {
        PyObject *tuple = PyTuple_New(u->nargs);
        for (int i = 0; tuple != NULL && i < u->nargs; i++) {
            PyArray_DTypeMeta *kind = set >> i & 1 ? a : b;
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(i < u->nin ? (PyObject *)kind : Py_None));
        }
        if (nfnp_add_promoter_for(ufunc, tuple, promote_foreign) < 0)
            return -1;
    }
    return 0;
}

/* A ufunc of ours: for every call that nothing else serves, whatever its operands are. */
static int add_last_promoter(PyObject *ufunc)
{
    int nargs = ((PyUFuncObject *)ufunc)->nargs;
    PyObject *tuple = PyTuple_New(nargs);
    for (int i = 0; tuple != NULL && i < nargs; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(Py_None));
    return nfnp_add_promoter_for(ufunc, tuple, promote_foreign);
}

/* NumPy's ufunc with formats among the operands; calls without one are the other package's.  Two
 * truth values need no common DType. */
static int add_promoters_of_numpy(PyObject *ufunc, PyArray_DTypeMeta *dtype)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    if (!nfnp_takes_formats(u->name) || strncmp(u->name, "logical_", 8) == 0)
        return 0;
    return add_promoters_to(ufunc, dtype, &nfnp_abstract);
}

int nfnp_add_foreign_promoters(PyObject *module, PyArray_DTypeMeta *dtype)
{
    PyObject *names = PyModule_GetDict(module), *seen = PySet_New(NULL), *key, *value;
    int result = seen ? 0 : -1;
    for (Py_ssize_t at = 0; result == 0 && PyDict_Next(names, &at, &key, &value);) {
        if (!PyObject_TypeCheck(value, &PyUFunc_Type) || PySet_Contains(seen, value) != 0)
            continue; /* some have two names */
        result = PySet_Add(seen, value);
        if (result == 0)
            result = dtype ? add_promoters_of_numpy(value, dtype) : add_last_promoter(value);
    }
    Py_XDECREF(seen);
    return result;
}
