/* SPDX-License-Identifier: BSD-3-Clause */
/* How do casts reach NumPy when both of their DTypes have long been registered?
 *
 * NumPy adds casts only together with a new DType, and does not ask that they belong to it.  So a
 * DType is made for nothing else: no array ever has it. */
#include "foreign/nfnp_foreign.h"

static void refuse(void)
{
    PyErr_SetString(PyExc_TypeError, "this dtype only carries casts: no array has it");
}

static PyArray_Descr *refuse_default(PyArray_DTypeMeta *Py_UNUSED(cls))
{
    refuse();
    return NULL;
}

static PyArray_Descr *refuse_discovery(PyArray_DTypeMeta *Py_UNUSED(cls), PyObject *Py_UNUSED(obj))
{
    refuse();
    return NULL;
}

static int refuse_setitem(PyArray_Descr *Py_UNUSED(descr), PyObject *Py_UNUSED(obj),
                          char *Py_UNUSED(data))
{
    refuse();
    return -1;
}

static PyObject *refuse_getitem(PyArray_Descr *Py_UNUSED(descr), char *Py_UNUSED(data))
{
    refuse();
    return NULL;
}

static PyObject *refuse_new(PyTypeObject *Py_UNUSED(cls), PyObject *Py_UNUSED(args),
                            PyObject *Py_UNUSED(kwargs))
{
    refuse();
    return NULL;
}

static PyArray_Descr *ensure_canonical(PyArray_Descr *descr)
{
    return (PyArray_Descr *)Py_NewRef((PyObject *)descr);
}

static PyObject *carrier_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("numformats.CastCarrier");
}

/* A static type in memory that is never freed, as the DTypes of formats are (dtype.c). */
static PyArray_DTypeMeta *make_type(void)
{
    PyArray_DTypeMeta *carrier = PyMem_RawCalloc(1, sizeof *carrier);
    if (carrier == NULL)
        return (PyArray_DTypeMeta *)PyErr_NoMemory();
    PyTypeObject *type = (PyTypeObject *)carrier;
    Py_SET_REFCNT((PyObject *)type, 1);
    Py_SET_TYPE((PyObject *)type, &PyArrayDTypeMeta_Type);
    type->tp_name = "numformats.CastCarrier";
    type->tp_base = &PyArrayDescr_Type;
    type->tp_basicsize = sizeof(PyArray_Descr);
    type->tp_flags = Py_TPFLAGS_DEFAULT;
    type->tp_new = refuse_new;
    type->tp_repr = type->tp_str = carrier_repr;
    return PyType_Ready(type) < 0 ? NULL : carrier;
}

int nfnp_carry(PyArrayMethod_Spec **casts)
{
    PyType_Slot slots[] = {
        {NPY_DT_discover_descr_from_pyobject, refuse_discovery},
        {NPY_DT_default_descr, refuse_default},
        {NPY_DT_ensure_canonical, ensure_canonical},
        {NPY_DT_setitem, refuse_setitem},
        {NPY_DT_getitem, refuse_getitem},
        {0, NULL},
    };
    PyArray_DTypeMeta *carrier = make_type();
    /* NumPy wants a scalar class for every DType, and no class for two. */
    PyObject *scalar =
        carrier ? PyObject_CallFunction((PyObject *)&PyType_Type, "s(){}", "CastCarrierScalar")
                : NULL;
    if (scalar == NULL)
        return -1;
    PyArrayDTypeMeta_Spec spec = {
        .typeobj = (PyTypeObject *)scalar, .flags = 0, .casts = casts, .slots = slots};
    int result = PyArrayInitDTypeMeta_FromSpec(carrier, &spec);
    Py_DECREF(scalar); /* NumPy has its own reference */
    return result;
}
