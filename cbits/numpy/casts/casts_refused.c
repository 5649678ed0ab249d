/* SPDX-License-Identifier: BSD-3-Clause */
/* Which casts does a format refuse, and why?  Dates, and void without fields.
 *
 * NumPy itself says only that there is no cast, or no function.  These have every right of a cast
 * but a loop: asking for that is the error. */
#include "casts/nfnp_casts.h"

static PyArray_Descr *or_default(PyArray_Descr *given, PyArray_DTypeMeta *dtype)
{
    if (given != NULL)
        return (PyArray_Descr *)Py_NewRef(given);
    if (nfnp_of_class(dtype) != NULL)
        return (PyArray_Descr *)Py_NewRef(nfnp_of_class(dtype)->descr);
    return PyArray_DescrNewFromType(dtype->type_num);
}

static int resolve_both(PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given,
                        PyArray_Descr **loop)
{
    loop[0] = or_default(given[0], dtypes[0]);
    loop[1] = loop[0] ? or_default(given[1], dtypes[1]) : NULL;
    if (loop[1] != NULL)
        return 0;
    Py_CLEAR(loop[0]);
    return -1;
}

static int refuse(PyArrayMethod_Context *context, const char *why)
{
    PyErr_Format(PyExc_TypeError, "cannot cast %S to %S: %s", (PyObject *)context->descriptors[0],
                 (PyObject *)context->descriptors[1], why);
    return -1;
}

/* ---- dates ---------------------------------------------------------------------------------- */

static NPY_CASTING resolve_date(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given,
                                PyArray_Descr **loop, npy_intp *Py_UNUSED(view_offset))
{
    return resolve_both(dtypes, given, loop) < 0 ? -1 : NPY_UNSAFE_CASTING;
}

static int refuse_date(PyArrayMethod_Context *context, int Py_UNUSED(aligned),
                       int Py_UNUSED(move_references), const npy_intp *Py_UNUSED(strides),
                       PyArrayMethod_StridedLoop **Py_UNUSED(loop), NpyAuxData **Py_UNUSED(aux),
                       NPY_ARRAYMETHOD_FLAGS *Py_UNUSED(flags))
{
    return refuse(context, "dates and times count units, numbers of a format do not (go by way of "
                           "int64: astype(np.int64))");
}

static PyType_Slot date_slots[] = {
    {NPY_METH_resolve_descriptors, resolve_date}, {NPY_METH_get_loop, refuse_date}, {0, NULL}};

/* ---- void: with fields each gets the number, as of NumPy's own types ------------------------ */

static NPY_CASTING level(PyArray_Descr *from, PyArray_Descr *to)
{
    NPY_CASTING worst = NPY_SAFE_CASTING;
    Py_ssize_t i = 0;
    PyObject *name, *field;
    if (!PyDataType_HASFIELDS(to))
        return NPY_UNSAFE_CASTING;
    while (PyDict_Next(PyDataType_FIELDS(to), &i, &name, &field)) {
        PyArray_Descr *descr = (PyArray_Descr *)PyTuple_GET_ITEM(field, 0);
        PyArray_ArrayDescr *sub = PyDataType_SUBARRAY(descr);
        descr = sub != NULL ? sub->base : descr;
        if (!PyArray_CanCastTypeTo(from, descr, NPY_SAME_KIND_CASTING))
            return NPY_UNSAFE_CASTING;
        if (!PyArray_CanCastTypeTo(from, descr, NPY_SAFE_CASTING))
            worst = NPY_SAME_KIND_CASTING;
    }
    return worst;
}

static NPY_CASTING resolve_void(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given,
                                PyArray_Descr **loop, npy_intp *Py_UNUSED(view_offset))
{
    if (resolve_both(dtypes, given, loop) < 0)
        return -1;
    if (given[1] == NULL) /* np.dtype("V"): as wide as what it is to hold */
        PyDataType_SET_ELSIZE(loop[1], PyDataType_ELSIZE(loop[0]));
    return level(loop[0], loop[1]);
}

/* An array over n elements of a loop's operand. */
static PyArrayObject *over(PyArray_Descr *descr, char *data, npy_intp n, npy_intp stride, int flags)
{
    Py_INCREF(descr);
    return (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, descr, 1, &n, &stride, data, flags,
                                                 NULL);
}

/* to[field] = from, for subarrays with the number at every place. */
static int fill_field(PyArrayObject *to, PyObject *name, PyArrayObject *from)
{
    PyArrayObject *field = (PyArrayObject *)PyObject_GetItem((PyObject *)to, name);
    if (field == NULL)
        return -1;
    npy_intp shape[NPY_MAXDIMS];
    for (int i = 0; i < PyArray_NDIM(field); i++)
        shape[i] = i == 0 ? PyArray_DIM(from, 0) : 1;
    PyArray_Dims dims = {shape, PyArray_NDIM(field)};
    PyArrayObject *column = (PyArrayObject *)PyArray_Newshape(from, &dims, NPY_CORDER);
    int result = column ? PyArray_CopyInto(field, column) : -1;
    Py_XDECREF(column);
    Py_DECREF(field);
    return result;
}

NFNP_STRIDED_LOOP(to_fields)
{
    PyArrayObject *from = over(context->descriptors[0], data[0], *dimensions, strides[0], 0);
    PyArrayObject *to =
        from ? over(context->descriptors[1], data[1], *dimensions, strides[1], NPY_ARRAY_WRITEABLE)
             : NULL;
    PyObject *names = PyDataType_NAMES(context->descriptors[1]);
    int result = to ? 0 : -1;
    for (Py_ssize_t i = 0; result == 0 && i < PyTuple_GET_SIZE(names); i++)
        result = fill_field(to, PyTuple_GET_ITEM(names, i), from);
    Py_XDECREF(from);
    Py_XDECREF(to);
    return result;
}

static int void_get_loop(PyArrayMethod_Context *context, int Py_UNUSED(aligned),
                         int Py_UNUSED(move_references), const npy_intp *Py_UNUSED(strides),
                         PyArrayMethod_StridedLoop **loop, NpyAuxData **aux,
                         NPY_ARRAYMETHOD_FLAGS *flags)
{
    if (!PyDataType_HASFIELDS(context->descriptors[1]))
        return refuse(context, "void holds bytes, not numbers (nf.to_bits(a) gives codes; "
                               "np.vectorize takes otypes=[T])");
    *loop = to_fields;
    *aux = NULL;
    *flags = NPY_METH_REQUIRES_PYAPI;
    return 0;
}

static PyType_Slot void_slots[] = {
    {NPY_METH_resolve_descriptors, resolve_void}, {NPY_METH_get_loop, void_get_loop}, {0, NULL}};

void nfnp_add_refused_casts(nfnp_cast_list *list)
{
    PyArray_DTypeMeta *dates[] = {&PyArray_DatetimeDType, &PyArray_TimedeltaDType};
    for (int i = 0; i < 2; i++) {
        nfnp_add_cast(list, dates[i], NULL, NPY_UNSAFE_CASTING, 0, date_slots);
        nfnp_add_cast(list, NULL, dates[i], NPY_UNSAFE_CASTING, 0, date_slots);
    }
    nfnp_add_cast(list, NULL, &PyArray_VoidDType, NPY_UNSAFE_CASTING, NPY_METH_REQUIRES_PYAPI,
                  void_slots);
}
