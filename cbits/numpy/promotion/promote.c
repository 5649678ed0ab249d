/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop does a ufunc take when its operands differ?  It is the loop of their common DType, but
 * some ufuncs take operands as they are (promote_strangers.c). */
#include "promotion/nfnp_promotion.h"

static PyArray_DTypeMeta *common(PyArray_DTypeMeta *a, PyArray_DTypeMeta *b)
{
    PyArray_DTypeMeta *result = nfnp_of_class(a)   ? nfnp_common_strict(a, b)
                                : nfnp_of_class(b) ? nfnp_common_strict(b, a)
                                                   : PyArray_CommonDType(a, b);
    if ((PyObject *)result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    return nfnp_refuse_common(a, b);
}

/* In a ufunc a DTypePromotionError would become NumPy's "no loop", which `==` turns into an array
 * of False, even for equal numbers: there it is a plain TypeError, with the first as its cause. */
void nfnp_make_plain_error(void)
{
    PyObject *type, *cause, *traceback;
    if (!PyErr_ExceptionMatches(nfnp_promotion_error))
        return;
    PyErr_Fetch(&type, &cause, &traceback);
    PyErr_NormalizeException(&type, &cause, &traceback);
    PyObject *error = PyObject_CallFunction(PyExc_TypeError, "N", PyObject_Str(cause));
    Py_DECREF(type);
    Py_XDECREF(traceback);
    if (error == NULL) {
        Py_DECREF(cause);
        return;
    }
    PyException_SetCause(error, cause); /* steals it */
    PyErr_SetObject(PyExc_TypeError, error);
    Py_DECREF(error);
}

/* Starts from a format, so that Python's numbers follow it. */
PyArray_DTypeMeta *nfnp_common_of(PyArray_DTypeMeta *const *dtypes, int nin)
{
    int first = 0;
    while (first < nin - 1 && (dtypes[first] == NULL || nfnp_of_class(dtypes[first]) == NULL))
        first++;
    PyArray_DTypeMeta *result = NPY_DT_NewRef(dtypes[first]);
    for (int i = 0; i < nin && result != NULL; i++) {
        if (i == first || dtypes[i] == NULL)
            continue;
        PyArray_DTypeMeta *next = common(result, dtypes[i]);
        Py_DECREF(result);
        result = next;
    }
    return result;
}

/* Outputs stay as given: the loop that is then found decides them.  Steals `all`. */
int nfnp_set_operands(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                      PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta *all,
                      PyArray_DTypeMeta **out)
{
    PyUFuncObject *u = (PyUFuncObject *)ufunc;
    if (all == NULL) {
        nfnp_make_plain_error();
        return -1;
    }
    for (int i = 0; i < u->nin; i++)
        out[i] = NPY_DT_NewRef(signature[i] ? signature[i] : all);
    for (int i = u->nin; i < u->nargs; i++)
        out[i] = (PyArray_DTypeMeta *)Py_XNewRef((PyObject *)given[i]);
    Py_DECREF(all);
    return 0;
}

/* Comparisons: only the inputs count. */
int nfnp_promote_inputs(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                        PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *all = nfnp_common_of(given, ((PyUFuncObject *)ufunc)->nin);
    return nfnp_set_operands(ufunc, given, signature, all, out);
}

/* Arithmetic: dtype= decides, else the inputs. */
int nfnp_promote(PyObject *ufunc, PyArray_DTypeMeta *const *given,
                 PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **out)
{
    PyArray_DTypeMeta *demanded = signature[((PyUFuncObject *)ufunc)->nin];
    if (demanded == NULL)
        return nfnp_promote_inputs(ufunc, given, signature, out);
    return nfnp_set_operands(ufunc, given, signature, NPY_DT_NewRef(demanded), out);
}
