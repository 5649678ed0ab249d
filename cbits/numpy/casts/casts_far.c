/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an array of one format become one of another when the two were made far apart?
 *
 * A cast of its own for every pair would be millions for as many formats as NumPy holds, and what
 * one more format costs would grow with their number.  The first formats (the named ones among
 * them) have such casts with all others, and so have two that were made one soon after the other.
 * Of other pairs NumPy makes the cast when it is first asked for, in the way of its old interface,
 * which reads two tables of a dtype: functions by the type number that they cast to, one table for
 * all of us, and the numbers of safe casts.  What is lost: such a cast cannot check that it kept
 * the values (casting="same_value"), takes strided elements one by one, and counts as safe between
 * two formats of one storage size, whatever they hold. */
#include "casts/nfnp_casts.h"

/* The named formats and as many run-time ones as most programs make; formats in between. */
enum { FIRST = 64, NEAR = 32 };

bool nfnp_is_far_pair(const nfnp_dtype *d, const nfnp_dtype *e)
{
    int low = d->index < e->index ? d->index : e->index, apart = d->index + e->index - 2 * low;
    return low >= FIRST && apart > NEAR;
}

/* The arrays lend their dtypes; data is contiguous and aligned. */
static void cast_far(void *from, void *to, npy_intp n, void *from_array, void *to_array)
{
    const nfnp_dtype *d = NFNP_DTYPE(PyArray_DESCR((PyArrayObject *)from_array)),
                     *e = NFNP_DTYPE(PyArray_DESCR((PyArrayObject *)to_array));
    char *const data[] = {from, to};
    const npy_intp strides[] = {d->size, e->size};
    if (!nfnp_run_cast(&d->format, &e->format, data, n, strides))
        nfnp_raise_stop();
}

static int enter(PyObject *functions, int type_num)
{
    PyObject *key = PyLong_FromLong(type_num);
    PyObject *function = key ? PyCapsule_New((void *)(uintptr_t)cast_far, NULL, NULL) : NULL;
    int status = function ? PyDict_SetItem(functions, key, function) : -1;
    Py_XDECREF(function);
    Py_XDECREF(key);
    return status;
}

int nfnp_add_far_casts(nfnp_dtype *d)
{
    static PyObject *functions; /* type number -> cast_far */
    if (d->index < FIRST)
        return 0;
    if (functions == NULL && (functions = PyDict_New()) == NULL)
        return -1;
    PyDataType_GetArrFuncs(d->descr)->castdict = Py_NewRef(functions);
    if (enter(functions, d->descr->type_num) < 0)
        return -1;
    for (int i = FIRST; i < d->index - NEAR; i++) {
        nfnp_dtype *e = nfnp_dtypes[i];
        if (nf_contains(&e->format, &d->format) &&
            PyArray_RegisterCanCast(d->descr, e->descr->type_num, NPY_NOSCALAR) < 0)
            return -1;
        if (nf_contains(&d->format, &e->format) &&
            PyArray_RegisterCanCast(e->descr, d->descr->type_num, NPY_NOSCALAR) < 0)
            return -1;
    }
    return 0;
}
