/* SPDX-License-Identifier: BSD-3-Clause */
/* How does the DType class of a format behave: items, promotion, repr, pickling? */
#include "dtype/nfnp_dtype.h"
#include "order/nfnp_order.h"
#include "promotion/nfnp_promotion.h"
#include "scalar/nfnp_scalar.h"

/* ---- slots ---------------------------------------------------------------------------------- */

static PyArray_Descr *singleton(PyArray_DTypeMeta *cls)
{
    return (PyArray_Descr *)Py_NewRef((PyObject *)((nfnp_dtype *)cls)->descr);
}

static PyArray_Descr *discover(PyArray_DTypeMeta *cls, PyObject *Py_UNUSED(obj))
{
    return singleton(cls);
}

static PyArray_Descr *ensure_canonical(PyArray_Descr *descr)
{
    return (PyArray_Descr *)Py_NewRef((PyObject *)descr);
}

static int set_item(PyArray_Descr *descr, PyObject *obj, char *data)
{
    nfnp_dtype *d = NFNP_DTYPE(descr);
    uint64_t code;
    uint32_t flags = 0;
    if (nfnp_from_object(d, obj, &code, &flags) < 0 || nfnp_judge_flags("cast", flags) < 0)
        return -1;
    nfnp_store(d, data, code);
    return nf_should_stop(32) ? nfnp_raise_stop() : 0; /* a list of millions */
}

static PyObject *get_item(PyArray_Descr *descr, char *data)
{
    nfnp_dtype *d = NFNP_DTYPE(descr);
    return nfnp_scalar_new(d, nfnp_load(d, data));
}

/* np.zeros of a format without a zero: what 0 rounds to, not the code 0. */
static int fill_with_rounded_zero(void *Py_UNUSED(traverse), const PyArray_Descr *descr, char *data,
                                  npy_intp n, npy_intp stride, NpyAuxData *Py_UNUSED(aux))
{
    nfnp_dtype *d = NFNP_DTYPE(descr);
    nf_env env = {0};
    uint64_t code = nf_encode(&d->format, (nf_unpacked){.cls = NF_ZERO}, &env);
    for (npy_intp i = 0; i < n; i++)
        nfnp_store(d, data + i * stride, code);
    return 0;
}

static int fill_zero_loop(void *Py_UNUSED(traverse), const PyArray_Descr *descr,
                          int Py_UNUSED(aligned), npy_intp Py_UNUSED(stride),
                          PyArrayMethod_TraverseLoop **loop, NpyAuxData **aux,
                          NPY_ARRAYMETHOD_FLAGS *flags)
{
    *aux = NULL;
    *flags = NPY_METH_NO_FLOATINGPOINT_ERRORS;
    *loop = nfnp_is_zero(&NFNP_DTYPE(descr)->format, 0) ? NULL : fill_with_rounded_zero;
    return 0;
}

PyType_Slot *nfnp_slots(void)
{
    static const PyType_Slot slots[] = {
        {0, NULL}, /* the place of the legacy prototype */
        {NPY_DT_discover_descr_from_pyobject, discover},
        {NPY_DT_default_descr, singleton},
        {NPY_DT_common_dtype, nfnp_common_dtype},
        {NPY_DT_ensure_canonical, ensure_canonical},
        {NPY_DT_setitem, set_item},
        {NPY_DT_getitem, get_item},
        {NPY_DT_get_fill_zero_loop, fill_zero_loop},
        {NPY_DT_get_constant, nfnp_get_constant},
        {0, NULL},
    };
    PyType_Slot *copy = PyMem_Malloc(sizeof slots);
    if (copy != NULL)
        memcpy(copy, slots, sizeof slots);
    else
        PyErr_NoMemory();
    return copy;
}

/* ---- the class ------------------------------------------------------------------------------ */

static PyObject *dtype_new(PyTypeObject *cls, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) != 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0))
        return PyErr_Format(PyExc_TypeError, "%s takes no arguments", cls->tp_name);
    return (PyObject *)singleton((PyArray_DTypeMeta *)cls);
}

static PyObject *dtype_repr(PyObject *self)
{
    return PyUnicode_FromString(NFNP_DTYPE(self)->name);
}

/* NumPy's own is made of little more than the size.  In a dict, as np.finfo has one, all formats of
 * a size would then be compared with one another, for which NumPy makes casts between them. */
static Py_hash_t dtype_hash(PyObject *self)
{
    return NFNP_DTYPE(self)->index;
}

/* By the text of the format, so that loading makes a format that is not there yet. */
static PyObject *dtype_reduce(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyObject *restore = nfnp_attribute("numformats", "_restore_dtype");
    return restore ? Py_BuildValue("N(s)", restore, NFNP_DTYPE(self)->name) : NULL;
}

/* NumPy's own __setstate__ would look for the fields of a structured dtype. */
static PyObject *dtype_setstate(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(state))
{
    Py_RETURN_NONE;
}

static PyMethodDef dtype_methods[] = {
    {"__reduce__", dtype_reduce, METH_NOARGS, NULL},
    {"__setstate__", dtype_setstate, METH_O, NULL},
    {0},
};

static PyObject *abstract_new(PyTypeObject *Py_UNUSED(cls), PyObject *Py_UNUSED(args),
                              PyObject *Py_UNUSED(kwargs))
{
    return PyErr_Format(PyExc_TypeError, "the class of all number formats has no dtype");
}

int nfnp_make_abstract(PyObject *module)
{
    PyTypeObject *type = (PyTypeObject *)&nfnp_abstract;
    Py_SET_REFCNT((PyObject *)type, 1);
    Py_SET_TYPE((PyObject *)type, &PyArrayDTypeMeta_Type);
    type->tp_name = "numformats.NumberFormatDType";
    type->tp_doc = "The DTypes of all number formats.";
    type->tp_base = &PyArrayDescr_Type;
    type->tp_basicsize = sizeof(PyArray_Descr);
    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
    type->tp_new = abstract_new;
    nfnp_abstract.type_num = -1;
    nfnp_abstract.flags = NPY_DT_ABSTRACT;
    if (PyType_Ready(type) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "NumberFormatDType", (PyObject *)type);
}

/* A static type in memory that is never freed: NumPy 2.4 and 2.5 know no other user DTypes. */
void nfnp_fill_type(nfnp_dtype *d)
{
    PyTypeObject *type = (PyTypeObject *)&d->meta;
    Py_SET_REFCNT((PyObject *)type, 1);
    Py_SET_TYPE((PyObject *)type, &PyArrayDTypeMeta_Type);
    type->tp_base = (PyTypeObject *)&nfnp_abstract;
    type->tp_basicsize = sizeof(_PyArray_LegacyDescr);
    type->tp_flags = Py_TPFLAGS_DEFAULT;
    type->tp_new = dtype_new;
    type->tp_repr = dtype_repr;
    type->tp_str = dtype_repr;
    type->tp_hash = dtype_hash;
    type->tp_richcompare = PyArrayDescr_Type.tp_richcompare; /* inherited with the hash only */
    type->tp_methods = dtype_methods;
}
