/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the scalar class of a format, and its base classes? */
#include "scalar/nfnp_scalar.h"
#include <numpy/arrayscalars.h>

/* ---- the metaclass -------------------------------------------------------------------------- */

static PyObject *class_reduce(PyObject *Py_UNUSED(module), PyObject *cls)
{
    if (!Py_IS_TYPE(cls, &nfnp_scalar_meta))
        return PyErr_Format(PyExc_TypeError, "not the class of a format");
    PyObject *parse = nfnp_attribute("numformats", "parse_format");
    return parse ? Py_BuildValue("N(s)", parse, ((nfnp_scalar_class *)cls)->dtype->name) : NULL;
}

static PyObject *class_descr(PyObject *cls, void *Py_UNUSED(closure))
{
    nfnp_dtype *d = ((nfnp_scalar_class *)cls)->dtype;
    if (d->descr == NULL)
        return PyErr_Format(PyExc_AttributeError, "dtype");
    return Py_NewRef((PyObject *)d->descr);
}

/* A data descriptor, so that help() finds the text, too, which asks past the class. */
static PyObject *class_doc(PyObject *cls, void *Py_UNUSED(closure))
{
    PyObject *class_text = nfnp_attribute("numformats._class_doc", "class_text");
    PyObject *text = class_text ? PyObject_CallOneArg(class_text, cls) : NULL;
    Py_XDECREF(class_text);
    return text;
}

/* Reached by `class Mine(nf.posit32)` as well: only nfnp_scalar_type makes these classes. */
static PyObject *class_new(PyTypeObject *Py_UNUSED(type), PyObject *Py_UNUSED(args),
                           PyObject *Py_UNUSED(kwargs))
{
    return PyErr_Format(PyExc_TypeError, "the class of a format cannot be subclassed; formats are "
                                         "made by the factories of numformats");
}

/* ---- the types ------------------------------------------------------------------------------ */

static PyGetSetDef class_getset[] = {
    {"dtype", class_descr, NULL, "The NumPy dtype of this format.", NULL},
    {"__doc__", class_doc, NULL, NULL, NULL},
    {0},
};

static PyMethodDef reduce_class_def = {"_reduce_class", class_reduce, METH_O, NULL};

#define SCALAR_SLOTS                                                                               \
    .tp_basicsize = sizeof(nfnp_scalar), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,     \
    .tp_new = nfnp_scalar_tp_new, .tp_repr = nfnp_scalar_repr, .tp_str = nfnp_scalar_str,          \
    .tp_hash = nfnp_scalar_hash, .tp_richcompare = nfnp_scalar_compare,                            \
    .tp_as_number = &nfnp_scalar_number, .tp_getset = nfnp_scalar_getset,                          \
    .tp_methods = nfnp_scalar_methods

PyTypeObject nfnp_scalar_base = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats.FormatScalar",
    .tp_doc = "FormatScalar(value=0, /)\n--\n\nBase of the scalars of all formats but the "
              "fixed-point ones.",
    SCALAR_SLOTS,
};

PyTypeObject nfnp_fixed_base = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats.FixedScalar",
    .tp_doc = "FixedScalar(value=0, /)\n--\n\nBase of the scalars of all fixed-point formats.",
    SCALAR_SLOTS,
};

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

static int ready_meta(void)
{
    nfnp_scalar_meta.tp_base = &PyType_Type;
    nfnp_scalar_meta.tp_basicsize = sizeof(nfnp_scalar_class);
    nfnp_scalar_meta.tp_flags = Py_TPFLAGS_DEFAULT;
    nfnp_scalar_meta.tp_new = class_new;
    nfnp_scalar_meta.tp_getset = class_getset;
    return PyType_Ready(&nfnp_scalar_meta);
}

int nfnp_scalar_init(PyObject *module)
{
    nfnp_scalar_base.tp_base = &PyFloatingArrType_Type;
    nfnp_fixed_base.tp_base = &PyNumberArrType_Type;
    if (ready_meta() < 0 || PyType_Ready(&nfnp_scalar_base) < 0 ||
        PyType_Ready(&nfnp_fixed_base) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "FormatScalar", (PyObject *)&nfnp_scalar_base) < 0 ||
        PyModule_AddObjectRef(module, "FixedScalar", (PyObject *)&nfnp_fixed_base) < 0 ||
        PyModule_AddObjectRef(module, "FormatClass", (PyObject *)&nfnp_scalar_meta) < 0)
        return -1;
    return register_class_pickling();
}

static void scalar_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

PyTypeObject *nfnp_scalar_type(nfnp_dtype *d)
{
    PyTypeObject *base = d->format.family == NF_FIXED ? &nfnp_fixed_base : &nfnp_scalar_base;
    PyObject *args = Py_BuildValue("s(O){s:s,s:()}", d->name, (PyObject *)base, "__module__",
                                   "numformats", "__slots__");
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
