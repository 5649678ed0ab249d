/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufuncs get a promoter for operands of another package's dtypes, and for which calls? */
#include "foreign/nfnp_foreign.h"
#include "promotion/nfnp_promotion.h"

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
        if (nfnp_add_promoter_for(ufunc, tuple, nfnp_promote_foreign) < 0)
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
    return nfnp_add_promoter_for(ufunc, tuple, nfnp_promote_foreign);
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
