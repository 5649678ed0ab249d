/* SPDX-License-Identifier: BSD-3-Clause */
/* Which casts does a format refuse, and why?  Void and dates hold no numbers.
 *
 * Without these NumPy says "No cast function available" or only that there is none.  They are
 * casts of the old kind, by type number, because NumPy's own cast to void, which structured dtypes
 * need, ends in this table. */
#include "nfnp.h"

static void refuse(void *from, void *to, const char *kind, const char *instead)
{
    PyArrayObject *in = from, *out = to;
    PyErr_Format(PyExc_TypeError, "cannot cast %S to %S: %s (%s)", (PyObject *)PyArray_DESCR(in),
                 (PyObject *)PyArray_DESCR(out), kind, instead);
}

static void refuse_void(void *Py_UNUSED(in), void *Py_UNUSED(out), npy_intp Py_UNUSED(n),
                        void *from, void *to)
{
    refuse(from, to, "void holds bytes, not numbers",
           "nf.to_bits and nf.from_bits give and take codes; np.vectorize takes otypes=[T]");
}

static void refuse_date(void *Py_UNUSED(in), void *Py_UNUSED(out), npy_intp Py_UNUSED(n),
                        void *from, void *to)
{
    refuse(from, to, "dates and times count units, numbers of a format do not",
           "go by way of int64: astype(np.int64)");
}

static int refuse_both_ways(PyArray_Descr *descr, int type_num, PyArray_VectorUnaryFunc *function)
{
    PyArray_Descr *other = PyArray_DescrFromType(type_num);
    if (other == NULL)
        return -1;
    int result = PyArray_RegisterCastFunc(descr, type_num, function);
    if (result == 0)
        result = PyArray_RegisterCastFunc(other, descr->type_num, function);
    Py_DECREF(other);
    return result;
}

int nfnp_refuse_casts(nfnp_dtype *d)
{
    if (refuse_both_ways(d->descr, NPY_VOID, refuse_void) < 0 ||
        refuse_both_ways(d->descr, NPY_DATETIME, refuse_date) < 0)
        return -1;
    return refuse_both_ways(d->descr, NPY_TIMEDELTA, refuse_date);
}
