/* SPDX-License-Identifier: BSD-3-Clause */
/* How is a scalar made from an object or a code, shown, and pickled? */
#include "scalar/nfnp_scalar.h"
#include <numpy/arrayscalars.h>

/* ---- making scalars ------------------------------------------------------------------------- */

PyObject *nfnp_scalar_new(nfnp_dtype *d, uint64_t code)
{
    nfnp_scalar *self = PyObject_New(nfnp_scalar, d->scalar);
    if (self != NULL) {
        self->code = code & (UINT64_MAX >> (64 - d->format.bits)); /* storage may be wider */
        self->dtype = d;
    }
    return (PyObject *)self;
}

/* Does NumPy make an array of this?  Then T(obj) is a cast, as np.float32([1, 2]) is. */
static bool is_array_like(PyObject *obj)
{
    if (PyFloat_Check(obj) || PyLong_Check(obj) || PyUnicode_Check(obj) ||
        PyArray_IsScalar(obj, Generic))
        return false;
    if (PyArray_Check(obj))
        return PyArray_NDIM((PyArrayObject *)obj) > 0;
    return PyList_Check(obj) || PyTuple_Check(obj) ||
           (!PyType_Check(obj) && PyObject_HasAttrString(obj, "__array__"));
}

static PyObject *scalar_or_array(nfnp_dtype *d, PyObject *obj)
{
    uint64_t code;
    uint32_t flags = 0;
    if (is_array_like(obj)) {
        Py_INCREF(d->descr);
        return PyArray_Return((PyArrayObject *)PyArray_FromAny(
            obj, d->descr, 0, 0, NPY_ARRAY_FORCECAST | NPY_ARRAY_ENSURECOPY, NULL));
    }
    if (nfnp_from_object(d, obj, &code, &flags) < 0 || nfnp_judge_flags("cast", flags) < 0)
        return NULL;
    return nfnp_scalar_new(d, code);
}

PyObject *nfnp_scalar_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    nfnp_dtype *d =
        Py_IS_TYPE((PyObject *)type, &nfnp_scalar_meta) ? ((nfnp_scalar_class *)type)->dtype : NULL;
    if (d == NULL)
        return PyErr_Format(PyExc_TypeError,
                            "%.200s is abstract: call the class of a format, as in posit32(1.5)",
                            type->tp_name);
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0)
        return PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", d->name);
    PyObject *obj = NULL;
    if (!PyArg_UnpackTuple(args, d->name, 0, 1, &obj))
        return NULL;
    if (obj != NULL)
        return scalar_or_array(d, obj);
    obj = PyLong_FromLong(0);
    PyObject *zero = obj ? scalar_or_array(d, obj) : NULL;
    Py_XDECREF(obj);
    return zero;
}

PyObject *nfnp_scalar_from_bits(PyObject *cls, PyObject *obj)
{
    nfnp_dtype *d = Py_IS_TYPE(cls, &nfnp_scalar_meta) ? ((nfnp_scalar_class *)cls)->dtype : NULL;
    if (d == NULL)
        return PyErr_Format(PyExc_TypeError, "from_bits needs the class of a format");
    PyObject *integer = PyNumber_Index(obj);
    if (integer == NULL)
        return NULL;
    uint64_t largest = UINT64_MAX >> (64 - d->format.bits);
    uint64_t code = PyLong_AsUnsignedLongLong(integer);
    bool outside = code == UINT64_MAX && PyErr_Occurred();
    if (outside && !PyErr_ExceptionMatches(PyExc_OverflowError)) {
        Py_DECREF(integer);
        return NULL;
    }
    if (!outside && code <= largest) {
        Py_DECREF(integer);
        return nfnp_scalar_new(d, code);
    }
    PyErr_Clear();
    PyObject *text = nfnp_integer_text(integer);
    if (text != NULL)
        PyErr_Format(PyExc_ValueError, "%U is not a code of %s: allowed are 0 to %llu", text,
                     d->name, (unsigned long long)largest);
    Py_XDECREF(text);
    Py_DECREF(integer);
    return NULL;
}

/* ---- attributes and text -------------------------------------------------------------------- */

static PyObject *scalar_bits(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromUnsignedLongLong(((nfnp_scalar *)self)->code);
}

static PyObject *scalar_descr(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef((PyObject *)((nfnp_scalar *)self)->dtype->descr);
}

static PyObject *scalar_real(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self);
}

static PyObject *scalar_imag(PyObject *self, void *Py_UNUSED(closure))
{
    nfnp_dtype *d = ((nfnp_scalar *)self)->dtype;
    uint32_t flags = 0; /* a format without zero has none here either */
    return nfnp_scalar_new(d, nfnp_encode(d, (nf_unpacked){.cls = NF_ZERO}, &flags));
}

PyObject *nfnp_scalar_str(PyObject *self)
{
    char text[NF_TEXT_MAX];
    nfnp_scalar *s = (nfnp_scalar *)self;
    size_t length = nf_format_code(&s->dtype->format, s->code, text);
    return PyUnicode_FromStringAndSize(text, (Py_ssize_t)length);
}

PyObject *nfnp_scalar_repr(PyObject *self)
{
    char text[NF_TEXT_MAX];
    nfnp_scalar *s = (nfnp_scalar *)self;
    nf_format_code(&s->dtype->format, s->code, text);
    return PyUnicode_FromFormat("%s(%s)", s->dtype->name, text);
}

/* ---- pickling: by the text of the format ---------------------------------------------------- */

PyObject *nfnp_scalar_reduce(PyObject *self, PyObject *Py_UNUSED(args))
{
    nfnp_scalar *s = (nfnp_scalar *)self;
    PyObject *restore = nfnp_attribute("numformats", "_restore_scalar");
    return restore ? Py_BuildValue("N(sK)", restore, s->dtype->name, (unsigned long long)s->code)
                   : NULL;
}

PyObject *nfnp_scalar_setstate(PyObject *self, PyObject *Py_UNUSED(state))
{
    return PyErr_Format(PyExc_TypeError, "%s has no state to set: from_bits makes one of a code",
                        ((nfnp_scalar *)self)->dtype->name);
}

/* ---- the class of a scalar ------------------------------------------------------------------ */

static PyObject *scalar_class(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef((PyObject *)Py_TYPE(self));
}

static int refuse_class(PyObject *self, PyObject *Py_UNUSED(value), void *Py_UNUSED(closure))
{
    PyErr_Format(PyExc_TypeError,
                 "the __class__ of a %s cannot be assigned: call the other class to convert it",
                 ((nfnp_scalar *)self)->dtype->name);
    return -1;
}

PyGetSetDef nfnp_scalar_getset[] = {
    {"__class__", scalar_class, refuse_class, NULL, NULL},
    {"bits", scalar_bits, NULL, "The code word, an int.", NULL},
    {"dtype", scalar_descr, NULL, "The NumPy dtype.", NULL},
    {"real", scalar_real, NULL, "The number itself.", NULL},
    {"imag", scalar_imag, NULL, "Zero.", NULL},
    {0},
};
