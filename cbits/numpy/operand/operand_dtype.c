/* SPDX-License-Identifier: BSD-3-Clause */
/* How is the hidden DType of exact operands made, and how do Python's numbers get into it?
 *
 * NumPy asks for a descriptor in each call and stores Python's numbers by setitem with that
 * descriptor, which the loop sees, too.  So an int that is too long for an element lives exactly as
 * long as it can be asked for: it belongs to the descriptor, the element has its number. */
#include "operand/nfnp_operand.h"
#include "casts/nfnp_casts.h"

typedef struct exact_descr {
    PyArray_Descr base;
    PyObject *kept; /* a list of ints, or NULL */
} exact_descr;

static PyArray_Descr *make_descr(void)
{
    PyArray_Descr *descr =
        (PyArray_Descr *)PyArrayDescr_Type.tp_new((PyTypeObject *)&nfnp_exact, NULL, NULL);
    if (descr == NULL)
        return NULL;
    descr->elsize = sizeof(nfnp_operand);
    descr->alignment = _Alignof(nfnp_operand);
    descr->kind = descr->type = 'V';
    descr->byteorder = '|';
    descr->flags |= NPY_USE_GETITEM | NPY_USE_SETITEM;
    return descr;
}

/* One descriptor serves call after call, as long as nobody else holds it. */
static PyArray_Descr *fresh_descr(PyArray_DTypeMeta *Py_UNUSED(cls))
{
#ifndef Py_GIL_DISABLED
    static PyArray_Descr *spare;
    if (spare != NULL && Py_REFCNT((PyObject *)spare) == 1) {
        Py_CLEAR(((exact_descr *)spare)->kept);
        return (PyArray_Descr *)Py_NewRef((PyObject *)spare);
    }
    if (spare == NULL) {
        spare = make_descr();
        return (PyArray_Descr *)Py_XNewRef((PyObject *)spare);
    }
#endif
    return make_descr();
}

static PyArray_Descr *discover(PyArray_DTypeMeta *cls, PyObject *Py_UNUSED(obj))
{
    return fresh_descr(cls);
}

static PyArray_Descr *same_descr(PyArray_Descr *descr)
{
    return (PyArray_Descr *)Py_NewRef((PyObject *)descr);
}

/* With Python's numbers, whose classes have no type number: itself, else NumPy would make an int64
 * or a float64 of them first. */
static PyArray_DTypeMeta *common_dtype(PyArray_DTypeMeta *cls, PyArray_DTypeMeta *other)
{
    if (cls == other || other->type_num == -1)
        return NPY_DT_NewRef(cls);
    return (PyArray_DTypeMeta *)Py_NewRef(Py_NotImplemented);
}

static int keep(exact_descr *descr, PyObject *integer, nfnp_operand *x)
{
    if (descr->kept == NULL && (descr->kept = PyList_New(0)) == NULL)
        return -1;
    if (PyList_GET_SIZE(descr->kept) == UINT8_MAX) {
        PyErr_SetString(PyExc_OverflowError, "too many integers of more than 64 bits in one array");
        return -1;
    }
    if (PyList_Append(descr->kept, integer) < 0)
        return -1;
    x->kept = (uint8_t)PyList_GET_SIZE(descr->kept);
    return 0;
}

PyObject *nfnp_kept(PyArray_Descr *descr, const nfnp_operand *x)
{
    PyObject *kept = ((exact_descr *)descr)->kept;
    PyObject *integer = kept ? PyList_GetItem(kept, x->kept - 1) : NULL;
    nf_unpacked value = {.cls = NF_ZERO};
    if (integer != NULL && nfnp_unpack_integer(integer, &value) < 0)
        return NULL;
    if (value.exp == x->exp && value.hi == x->hi && value.lo == x->lo && value.sign == x->sign)
        return Py_NewRef(integer);
    PyErr_SetString(PyExc_RuntimeError, "an exact operand outlived its call");
    return NULL;
}

static int set_item(PyArray_Descr *descr, PyObject *obj, char *data)
{
    nf_unpacked value;
    int status = nfnp_unpack_object(obj, &value);
    if (status == 0)
        PyErr_Format(PyExc_TypeError, "%.200s is not a number", Py_TYPE(obj)->tp_name);
    if (status <= 0)
        return -1;
    nfnp_operand x = nfnp_operand_of(value, nfnp_note_of(obj));
    if (PyLong_Check(obj) && !nf_is_exact_operand(&value) &&
        keep((exact_descr *)descr, obj, &x) < 0)
        return -1;
    memcpy(data, &x, sizeof x);
    return 0;
}

static PyObject *get_item(PyArray_Descr *Py_UNUSED(descr), char *data)
{
    nfnp_operand x = nfnp_fetch(data);
    return Py_BuildValue("iiiKK", x.cls, x.sign, x.exp, (unsigned long long)x.hi,
                         (unsigned long long)x.lo);
}

/* ---- the class ------------------------------------------------------------------------------ */

static PyObject *exact_new(PyTypeObject *Py_UNUSED(cls), PyObject *Py_UNUSED(args),
                           PyObject *Py_UNUSED(kwargs))
{
    return PyErr_Format(PyExc_TypeError, "exact operands exist inside ufuncs only");
}

static void exact_dealloc(PyObject *self)
{
    Py_CLEAR(((exact_descr *)self)->kept);
    PyArrayDescr_Type.tp_dealloc(self);
}

static PyObject *exact_repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("exact operand");
}

static PyTypeObject exact_scalar = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats._Exact",
                                    .tp_basicsize = sizeof(PyObject),
                                    .tp_flags = Py_TPFLAGS_DEFAULT};

static int ready_types(void)
{
    PyTypeObject *type = (PyTypeObject *)&nfnp_exact;
    Py_SET_REFCNT((PyObject *)type, 1);
    Py_SET_TYPE((PyObject *)type, &PyArrayDTypeMeta_Type);
    type->tp_name = "numformats.ExactOperandDType";
    type->tp_doc = "Numbers that ufuncs take as they are, not rounded to a format.";
    type->tp_base = &PyArrayDescr_Type;
    type->tp_basicsize = sizeof(exact_descr);
    type->tp_flags = Py_TPFLAGS_DEFAULT;
    type->tp_new = exact_new;
    type->tp_dealloc = exact_dealloc;
    type->tp_repr = type->tp_str = exact_repr;
    return PyType_Ready(&exact_scalar) < 0 || PyType_Ready(type) < 0 ? -1 : 0;
}

int nfnp_make_exact(PyObject *module)
{
    PyType_Slot slots[] = {{NPY_DT_discover_descr_from_pyobject, discover},
                           {NPY_DT_default_descr, fresh_descr},
                           {NPY_DT_common_dtype, common_dtype},
                           {NPY_DT_ensure_canonical, same_descr},
                           {NPY_DT_setitem, set_item},
                           {NPY_DT_getitem, get_item},
                           {0, NULL}};
    if (ready_types() < 0)
        return -1;
    PyArrayMethod_Spec **casts = nfnp_make_exact_casts();
    PyArrayDTypeMeta_Spec spec = {
        .typeobj = &exact_scalar, .flags = NPY_DT_NUMERIC, .casts = casts, .slots = slots};
    int status = casts ? PyArrayInitDTypeMeta_FromSpec(&nfnp_exact, &spec) : -1;
    nfnp_free_casts(casts);
    if (status < 0)
        return -1;
    return PyModule_AddObjectRef(module, "ExactOperandDType", (PyObject *)&nfnp_exact);
}
