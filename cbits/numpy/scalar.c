/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the scalar class of a format; how is a scalar made, shown and pickled? */
#include "nfnp_scalar.h"
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

int nfnp_scalar_check(PyObject *obj)
{
    return nfnp_scalar_dtype(obj) != NULL;
}

int nfnp_judge_flags(const char *name, uint32_t flags)
{
    if (flags == 0)
        return 0;
    int fpe = (flags & NF_INVALID ? NPY_FPE_INVALID : 0) |
              (flags & NF_DIVIDE ? NPY_FPE_DIVIDEBYZERO : 0) |
              (flags & NF_OVERFLOW ? NPY_FPE_OVERFLOW : 0);
    return PyUFunc_GiveFloatingpointErrors(name, fpe);
}

static void scalar_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
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

static PyObject *scalar_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
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

static PyObject *scalar_from_bits(PyObject *cls, PyObject *obj)
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
    if (outside || code > largest)
        PyErr_Format(PyExc_ValueError, "%S is not a code of %s: allowed are 0 to %llu", integer,
                     d->name, (unsigned long long)largest);
    Py_DECREF(integer);
    return PyErr_Occurred() ? NULL : nfnp_scalar_new(d, code);
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

static PyObject *scalar_str(PyObject *self)
{
    char text[NF_TEXT_MAX];
    nfnp_scalar *s = (nfnp_scalar *)self;
    size_t length = nf_format_code(&s->dtype->format, s->code, text);
    return PyUnicode_FromStringAndSize(text, (Py_ssize_t)length);
}

static PyObject *scalar_repr(PyObject *self)
{
    char text[NF_TEXT_MAX];
    nfnp_scalar *s = (nfnp_scalar *)self;
    nf_format_code(&s->dtype->format, s->code, text);
    return PyUnicode_FromFormat("%s(%s)", s->dtype->name, text);
}

/* ---- pickling: by the text of the format ------------------ */

static PyObject *package_function(const char *name)
{
    PyObject *package = PyImport_ImportModule("numformats");
    PyObject *function = package ? PyObject_GetAttrString(package, name) : NULL;
    Py_XDECREF(package);
    return function;
}

static PyObject *scalar_reduce(PyObject *self, PyObject *Py_UNUSED(args))
{
    nfnp_scalar *s = (nfnp_scalar *)self;
    PyObject *restore = package_function("_restore_scalar");
    return restore ? Py_BuildValue("N(sK)", restore, s->dtype->name, (unsigned long long)s->code)
                   : NULL;
}

static PyObject *class_reduce(PyObject *Py_UNUSED(module), PyObject *cls)
{
    if (!Py_IS_TYPE(cls, &nfnp_scalar_meta))
        return PyErr_Format(PyExc_TypeError, "not the class of a format");
    PyObject *parse = package_function("parse_format");
    return parse ? Py_BuildValue("N(s)", parse, ((nfnp_scalar_class *)cls)->dtype->name) : NULL;
}

static PyObject *class_descr(PyObject *cls, void *Py_UNUSED(closure))
{
    nfnp_dtype *d = ((nfnp_scalar_class *)cls)->dtype;
    if (d->descr == NULL)
        return PyErr_Format(PyExc_AttributeError, "dtype");
    return Py_NewRef((PyObject *)d->descr);
}

/* Reached by `class Mine(nf.posit32)` as well: only nfnp_scalar_type makes these classes. */
static PyObject *class_new(PyTypeObject *Py_UNUSED(type), PyObject *Py_UNUSED(args),
                           PyObject *Py_UNUSED(kwargs))
{
    return PyErr_Format(PyExc_TypeError, "the class of a format cannot be subclassed; formats are "
                                         "made by the factories of numformats");
}

/* ---- the types ------------------------------------------------------------------------------ */

static PyGetSetDef scalar_getset[] = {
    {"bits", scalar_bits, NULL, "The code word, an int.", NULL},
    {"dtype", scalar_descr, NULL, "The NumPy dtype.", NULL},
    {"real", scalar_real, NULL, "The number itself.", NULL},
    {"imag", scalar_imag, NULL, "Zero.", NULL},
    {0},
};

static PyGetSetDef class_getset[] = {
    {"dtype", class_descr, NULL, "The NumPy dtype of this format.", NULL},
    {0},
};

static PyMethodDef creation_methods[] = {
    {"from_bits", scalar_from_bits, METH_O | METH_CLASS,
     "from_bits($type, code, /)\n--\n\nThe scalar whose code word is this int; ValueError if the "
     "format has no such code."},
    {"__reduce__", scalar_reduce, METH_NOARGS, NULL},
    {0},
};

static PyMethodDef reduce_class_def = {"_reduce_class", class_reduce, METH_O, NULL};

PyTypeObject nfnp_scalar_meta = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats.FormatClass",
    .tp_basicsize = sizeof(nfnp_scalar_class),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = class_new,
    .tp_doc = "The class of the scalar classes, one for each number format.",
    .tp_getset = class_getset,
};

#define SCALAR_SLOTS                                                                               \
    .tp_basicsize = sizeof(nfnp_scalar), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,     \
    .tp_new = scalar_tp_new, .tp_repr = scalar_repr, .tp_str = scalar_str,                         \
    .tp_hash = nfnp_scalar_hash, .tp_richcompare = nfnp_scalar_compare,                            \
    .tp_as_number = &nfnp_scalar_number, .tp_getset = scalar_getset

PyTypeObject nfnp_scalar_base = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats.FormatScalar",
    .tp_doc = "Base of the scalars of all formats but the fixed-point ones.",
    SCALAR_SLOTS,
};

PyTypeObject nfnp_fixed_base = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats.FixedScalar",
    .tp_doc = "Base of the scalars of all fixed-point formats.",
    SCALAR_SLOTS,
};

/* Each base gets its own concatenated copy: a type may keep its method table for ever. */
static PyMethodDef *all_methods(void)
{
    size_t own = sizeof creation_methods / sizeof *creation_methods - 1, more = 0;
    while (nfnp_value_methods[more].ml_name != NULL)
        more++;
    PyMethodDef *methods = PyMem_Calloc(own + more + 1, sizeof *methods);
    if (methods != NULL) {
        memcpy(methods, creation_methods, own * sizeof *methods);
        memcpy(methods + own, nfnp_value_methods, more * sizeof *methods);
    }
    return methods;
}

static int ready_base(PyTypeObject *type, PyTypeObject *base)
{
    type->tp_base = base;
    type->tp_methods = all_methods();
    if (type->tp_methods == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return PyType_Ready(type);
}

static int register_class_pickling(void)
{
    PyObject *copyreg = PyImport_ImportModule("copyreg");
    PyObject *reduce = copyreg ? PyCFunction_New(&reduce_class_def, NULL) : NULL;
    PyObject *done =
        reduce ? PyObject_CallMethod(copyreg, "pickle", "OO", (PyObject *)&nfnp_scalar_meta, reduce)
               : NULL;
    Py_XDECREF(copyreg);
    Py_XDECREF(reduce);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

int nfnp_scalar_init(PyObject *module)
{
    nfnp_scalar_meta.tp_base = &PyType_Type;
    if (PyType_Ready(&nfnp_scalar_meta) < 0 ||
        ready_base(&nfnp_scalar_base, &PyFloatingArrType_Type) < 0 ||
        ready_base(&nfnp_fixed_base, &PyNumberArrType_Type) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "FormatScalar", (PyObject *)&nfnp_scalar_base) < 0 ||
        PyModule_AddObjectRef(module, "FixedScalar", (PyObject *)&nfnp_fixed_base) < 0 ||
        PyModule_AddObjectRef(module, "FormatClass", (PyObject *)&nfnp_scalar_meta) < 0)
        return -1;
    return register_class_pickling();
}

PyTypeObject *nfnp_scalar_type(nfnp_dtype *d)
{
    PyTypeObject *base = d->format.family == NF_FIXED ? &nfnp_fixed_base : &nfnp_scalar_base;
    PyObject *args = Py_BuildValue("s(O){s:s,s:(),s:s}", d->name, (PyObject *)base, "__module__",
                                   "numformats", "__slots__", "__doc__",
                                   "A number of this format, the argument rounded once.");
    if (args == NULL)
        return NULL;
    /* type.__new__ itself: the metaclass's own refuses, so no class can lack its dtype. */
    PyTypeObject *type = (PyTypeObject *)PyType_Type.tp_new(&nfnp_scalar_meta, args, NULL);
    Py_DECREF(args);
    if (type == NULL)
        return NULL;
    ((nfnp_scalar_class *)type)->dtype = d;
    /* A scalar holds no objects: it needs neither the collector nor subtype_dealloc's searches. */
    type->tp_flags &= ~(Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC);
    type->tp_traverse = NULL;
    type->tp_clear = NULL;
    type->tp_free = PyObject_Free;
    type->tp_dealloc = scalar_dealloc;
    return type;
}
