/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a dtype of another package (ml_dtypes) come to meet number formats? */
#include "foreign/nfnp_foreign.h"
#include "casts/nfnp_casts.h"

/* ---- casts ---------------------------------------------------------------------------------- */

/* Was this cast registered?  The answer no is kept by NumPy for good: asked only when adding it has
 * failed. */
static bool is_there(const PyArrayMethod_Spec *cast)
{
    if (cast->dtypes[1]->singleton == NULL) /* the exact operand, which nobody else can ask for */
        return true;
    return PyArray_CanCastTypeTo(cast->dtypes[0]->singleton, cast->dtypes[1]->singleton,
                                 NPY_UNSAFE_CASTING);
}

static int report(PyObject *missing, const PyArrayMethod_Spec *cast)
{
    PyObject *pair = PyTuple_Pack(2, (PyObject *)cast->dtypes[0]->singleton,
                                  (PyObject *)cast->dtypes[1]->singleton);
    int result = pair ? PyList_Append(missing, pair) : -1;
    Py_XDECREF(pair);
    return result;
}

/* Registers the casts after the first one, which is the carrier's own.  NumPy stops at one that
 * somebody has tried in vain before: that one is reported, and the rest goes with a new carrier. */
static int add_casts(PyArrayMethod_Spec **casts, PyObject *missing)
{
    PyArrayMethod_Spec *own = casts[0];
    while (nfnp_carry(casts) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_RuntimeError))
            return -1;
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        PyArrayMethod_Spec **next = casts + 1;
        while (*next != NULL && is_there(*next))
            next++;
        if (*next == NULL) { /* it failed for another reason */
            PyErr_Restore(type, error, traceback);
            return -1;
        }
        Py_XDECREF(type);
        Py_XDECREF(error);
        Py_XDECREF(traceback);
        if (report(missing, *next) < 0)
            return -1;
        casts[0] = *next; /* every entry stays in the list, which is freed as a whole */
        *next = own;
        casts = next;
    }
    return 0;
}

/* ---- adoption ------------------------------------------------------------------------------- */

/* An integer takes what casts to NumPy's integers do. */
static int describe(nfnp_foreign_type *f, PyArray_Descr *descr, const nf_format *format)
{
    *f = (nfnp_foreign_type){.numeric = {.type_num = descr->type_num, .row = *format},
                             .scalar = descr->typeobj};
    if (format->family == NF_FIXED) {
        f->numeric.row.rounding = NF_TOWARD_ZERO;
        f->numeric.row.overflow = NF_OVERFLOW_INDEFINITE;
        f->twin = format->is_signed ? &PyArray_Int8DType : &PyArray_UInt8DType;
        return 0;
    }
    nfnp_dtype *d = nfnp_get(format, NULL);
    f->twin = d ? &d->meta : NULL;
    return d ? 0 : -1;
}

static int adopt_one(PyObject *module, PyArray_Descr *descr, const nf_format *format,
                     PyObject *missing)
{
    if (nfnp_find_foreign(descr->type_num) != NULL)
        return 0;
    if (nfnp_foreign(0) == NULL && nfnp_add_foreign_promoters(module, NULL) < 0)
        return -1;
    nfnp_foreign_type described;
    const nfnp_foreign_type *added =
        describe(&described, descr, format) < 0 ? NULL : nfnp_add_foreign(&described);
    PyArrayMethod_Spec **casts = added ? nfnp_make_foreign_casts(&added->numeric) : NULL;
    int result = casts ? add_casts(casts, missing) : -1;
    nfnp_free_casts(casts);
    return result < 0 ? -1 : nfnp_add_foreign_promoters(nfnp_umath, NPY_DTYPE(descr));
}

static int adopt_item(PyObject *module, PyObject *item, PyObject *missing)
{
    PyArray_Descr *descr;
    Py_buffer bytes;
    if (!PyTuple_Check(item)) {
        PyErr_Format(PyExc_TypeError, "adopt needs pairs, not %R", item);
        return -1;
    }
    if (!PyArg_ParseTuple(item, "O!y*", &PyArrayDescr_Type, &descr, &bytes))
        return -1;
    nf_format format;
    bool fits = bytes.len == sizeof format;
    if (fits)
        memcpy(&format, bytes.buf, sizeof format);
    PyBuffer_Release(&bytes);
    if (!fits || !PyTypeNum_ISUSERDEF(descr->type_num) || nfnp_of_class(NPY_DTYPE(descr)) != NULL ||
        PyDataType_ELSIZE(descr) != nf_storage_bytes(&format)) {
        PyErr_Format(PyExc_ValueError, "%R is no dtype whose elements are codes of that format",
                     descr);
        return -1;
    }
    return adopt_one(module, descr, &format, missing);
}

PyObject *nfnp_adopt(PyObject *module, PyObject *pairs)
{
    PyObject *missing = PyList_New(0), *items = PySequence_Fast(pairs, "adopt needs a list");
    int result = missing && items ? 0 : -1;
    bool entered = nfnp_enter_registry();
    for (Py_ssize_t i = 0; result == 0 && i < PySequence_Fast_GET_SIZE(items); i++)
        result = adopt_item(module, PySequence_Fast_GET_ITEM(items, i), missing);
    nfnp_leave_registry(entered);
    Py_XDECREF(items);
    if (result < 0)
        Py_CLEAR(missing);
    return missing;
}
