/* SPDX-License-Identifier: BSD-3-Clause */
/* What does `numformats._dtypes` offer to Python, and in which order is it made? */
#include "dtype/nfnp_dtype.h"
#include "foreign/nfnp_foreign.h"
#include "promotion/nfnp_promotion.h"
#include "scalar/nfnp_scalar.h"

/* ---- functions ------------------------------------------------------------------------------ */

static PyObject *make(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer bytes;
    const char *name = NULL;
    nf_format format;
    if (!PyArg_ParseTuple(args, "y*|z:make", &bytes, &name))
        return NULL;
    Py_ssize_t length = bytes.len;
    if (length == sizeof format)
        memcpy(&format, bytes.buf, sizeof format);
    PyBuffer_Release(&bytes);
    if (length != sizeof format)
        return PyErr_Format(nfnp_format_error, "a format has %zu bytes, not %zd", sizeof format,
                            length);
    nfnp_dtype *d = nfnp_get(&format, name);
    return d ? Py_NewRef((PyObject *)d->scalar) : NULL;
}

/* Its format and docstring are the last that a class gets: an immutable class also keeps its
 * instances, whose code means nothing in another format. */
static PyObject *seal(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *cls, *format, *doc;
    if (!PyArg_ParseTuple(args, "O!OO:seal", &PyType_Type, &cls, &format, &doc))
        return NULL;
    PyTypeObject *type = (PyTypeObject *)cls;
    if (nfnp_of_type(type) == NULL)
        return PyErr_Format(PyExc_TypeError, "%R is not the class of a number format", cls);
    if (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) /* another thread was first */
        Py_RETURN_NONE;
    if (PyObject_SetAttrString(cls, "format", format) < 0 ||
        PyDict_SetItemString(type->tp_dict, "__doc__", doc) < 0)
        return NULL;
    type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    PyType_Modified(type);
    Py_RETURN_NONE;
}

static nfnp_dtype *dtype_of_object(PyObject *obj)
{
    if (PyArray_DescrCheck(obj))
        return nfnp_of_class(NPY_DTYPE(obj));
    if (PyObject_TypeCheck(obj, &PyArrayDTypeMeta_Type))
        return nfnp_of_class((PyArray_DTypeMeta *)obj);
    return PyType_Check(obj) ? nfnp_of_type((PyTypeObject *)obj) : NULL;
}

static PyObject *format_bytes(PyObject *Py_UNUSED(module), PyObject *obj)
{
    nfnp_dtype *d = dtype_of_object(obj);
    const nf_format *format = d ? &d->format : nfnp_foreign_format(obj);
    if (format == NULL)
        return PyErr_Format(PyExc_TypeError, "%R is not the class or dtype of a number format",
                            obj);
    return PyBytes_FromStringAndSize((const char *)format, sizeof *format);
}

static PyObject *set_seed(PyObject *Py_UNUSED(module), PyObject *obj)
{
    PyObject *integer = PyNumber_Index(obj);
    uint64_t value = integer ? PyLong_AsUnsignedLongLong(integer) : 0;
    if (PyErr_Occurred()) {
        if (integer != NULL && PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_Clear();
            PyObject *text = nfnp_integer_text(integer);
            if (text != NULL)
                PyErr_Format(PyExc_ValueError, "seed must be 0..2**64-1, not %U", text);
            Py_XDECREF(text);
        }
        Py_XDECREF(integer);
        return NULL;
    }
    Py_DECREF(integer);
    nfnp_seed(value);
    Py_RETURN_NONE;
}

static PyObject *named(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < nf_named_count; i++) {
        nfnp_dtype *d = nfnp_get(&nf_named_formats[i].format, nf_named_formats[i].name);
        PyObject *pair = d ? Py_BuildValue("sO", d->name, (PyObject *)d->scalar) : NULL;
        if (pair == NULL || PyList_Append(list, pair) < 0)
            Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    return list;
}

static PyObject *level(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyUnicode_FromString(nf_level());
}

static PyObject *stream(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    uint64_t seed, number;
    nfnp_take_stream(&seed, &number);
    return Py_BuildValue("KK", (unsigned long long)seed, (unsigned long long)number);
}

static PyObject *resume(PyObject *Py_UNUSED(module), PyObject *args)
{
    unsigned long long seed, number;
    if (!PyArg_ParseTuple(args, "KK", &seed, &number))
        return NULL;
    nfnp_resume(seed, number);
    Py_RETURN_NONE;
}

static PyObject *gemm(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    return PyLong_FromVoidPtr((void *)(uintptr_t)nfnp_gemm);
}

static PyObject *set_threads(PyObject *Py_UNUSED(module), PyObject *obj)
{
    int n = (int)PyLong_AsLong(obj);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    nfnp_set_threads(n);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"make", make, METH_VARARGS,
     "make(format_bytes, name=None, /)\n--\n\nThe scalar class of the format with these bytes (C's "
     "nf_format), made if need be; FormatError if it is no format."},
    {"seal", seal, METH_VARARGS,
     "seal(cls, format, doc, /)\n--\n\nSets the attributes format and __doc__ of a scalar class, "
     "which is immutable from then on."},
    {"format_bytes", format_bytes, METH_O,
     "format_bytes(cls_or_dtype, /)\n--\n\nThe bytes of the format (C's nf_format); TypeError if "
     "it "
     "has none."},
    {"seed", set_seed, METH_O,
     "seed(value, /)\n--\n\nStarts the random words of stochastic rounding in ufuncs anew."},
    {"named", named, METH_NOARGS,
     "named()\n--\n\nPairs (name, scalar class) of the named formats."},
    {"adopt", nfnp_adopt, METH_O,
     "adopt(pairs, /)\n--\n\nLets dtypes of another package, [(dtype, format_bytes), ...], meet "
     "every format, "
     "those made later too; the casts that NumPy refused, [(from, to), ...]."},
    {"set_threads", set_threads, METH_O,
     "set_threads(n, /)\n--\n\nLets a large elementwise call use n threads, n >= 1."},
    {"gemm", gemm, METH_NOARGS,
     "gemm()\n--\n\nThe address of the function (C's nf_gemm) that multiplies slices by NumPy's "
     "BLAS."},
    {"stream", stream, METH_NOARGS,
     "stream()\n--\n\nThe seed and the next stream of random words, as a ufunc's loop takes them."},
    {"resume", resume, METH_VARARGS,
     "resume(seed, stream, /)\n--\n\nLets the next loop take the stream of that number."},
    {"stop", nfnp_py_stop_address, METH_NOARGS,
     "stop()\n--\n\nThe address of the function (C's nf_stop) that tells long calls to stop."},
    {"raise_stop", nfnp_py_raise_stop, METH_NOARGS,
     "raise_stop()\n--\n\nRaises what the handler of a signal raised during a call that stopped."},
    {"set_main_thread", nfnp_py_set_main_thread, METH_O,
     "set_main_thread(ident, /)\n--\n\nNames the thread that looks for signals."},
    {"call_until", nfnp_py_call_until, METH_VARARGS,
     "call_until(flag, function, /)\n--\n\nCalls function(); long calls in it stop when the one "
     "byte of the bytearray is not 0."},
    {"level", level, METH_NOARGS, "level()\n--\n\nThe CPU level of the kernels."},
    {0},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "numformats._dtypes",
    .m_doc = "Number formats as NumPy dtypes.",
    .m_size = -1,
    .m_methods = methods,
};

/* ---- initialisation ------------------------------------------------------------------------- */

static int start_core(void)
{
    const char *demanded = getenv("NUMFORMATS_LEVEL");
    const char *reason = nf_core_init(demanded);
    nf_set_stop(nfnp_should_stop);
    if (reason == NULL)
        return 0;
    PyErr_Format(PyExc_ImportError, "NUMFORMATS_LEVEL=%s: %s", demanded ? demanded : "", reason);
    return -1;
}

static int make_named(void)
{
    for (int i = 0; i < nf_named_count; i++)
        if (nfnp_get(&nf_named_formats[i].format, nf_named_formats[i].name) == NULL)
            return -1;
    return 0;
}

static int fill_module(PyObject *module)
{
    if (start_core() < 0 || nfnp_init_registry(nfnp_make_dtype) < 0 ||
        nfnp_scalar_init(module) < 0 || nfnp_make_abstract(module) < 0 ||
        nfnp_make_exact(module) < 0 || nfnp_add_stranger_comparisons() < 0 ||
        nfnp_make_ufuncs(module) < 0 || nfnp_add_promoters(nfnp_umath) < 0 || make_named() < 0)
        return -1;
    return nfnp_add_rejections(nfnp_umath);
}

PyMODINIT_FUNC PyInit__dtypes(void)
{
    if (nfnp_import() < 0)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL || fill_module(module) < 0) {
        Py_XDECREF(module);
        return NULL;
    }
#ifdef Py_GIL_DISABLED
    PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#endif
    return module;
}
