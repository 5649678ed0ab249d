/* SPDX-License-Identifier: BSD-3-Clause */
/* Which formats have a DType so far, and how is one found, or made by one thread at a time?
 *
 * Making one needs every room; here is only the place of the maker, which is given at import. */
#include "base/nfnp.h"

PyArray_DTypeMeta nfnp_abstract, nfnp_exact;
PyTypeObject nfnp_scalar_meta = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "numformats.FormatClass"};

nfnp_dtype *nfnp_dtypes[NFNP_MAX_DTYPES];
_Atomic int nfnp_dtype_count;

static nfnp_maker *make_dtype;
static PyThread_type_lock lock;
static _Atomic unsigned long owner; /* of the lock; 0: nobody */

int nfnp_init_registry(nfnp_maker *maker)
{
    make_dtype = maker;
    lock = PyThread_allocate_lock();
    if (lock == NULL)
        PyErr_NoMemory();
    return lock ? 0 : -1;
}

/* ---- finding -------------------------------------------------------------------------------- */

nfnp_dtype *nfnp_of_class(PyArray_DTypeMeta *cls)
{
    return ((PyTypeObject *)cls)->tp_base == (PyTypeObject *)&nfnp_abstract ? (nfnp_dtype *)cls
                                                                            : NULL;
}

nfnp_dtype *nfnp_of_type(PyTypeObject *type)
{
    for (int i = 0; i < nfnp_dtype_count; i++)
        if (nfnp_dtypes[i]->scalar == type)
            return nfnp_dtypes[i];
    return NULL;
}

static nfnp_dtype *find(const nf_format *format)
{
    for (int i = 0; i < nfnp_dtype_count; i++)
        if (memcmp(&nfnp_dtypes[i]->format, format, sizeof *format) == 0)
            return nfnp_dtypes[i];
    return NULL;
}

/* ---- making --------------------------------------------------------------------------------- */

/* The text that numformats.number_format gives to a row without a name: new reference. */
static PyObject *canonical_text(const nf_format *format)
{
    PyObject *text_of = nfnp_attribute("numformats.number_format", "_text_of_bytes");
    PyObject *text = text_of ? PyObject_CallFunction(text_of, "y#", (const char *)format,
                                                     (Py_ssize_t)sizeof *format)
                             : NULL;
    Py_XDECREF(text_of);
    return text;
}

static nfnp_dtype *make(const nf_format *format, const char *name)
{
    nfnp_dtype *d = make_dtype(format, name);
    if (d != NULL)
        nfnp_dtypes[nfnp_dtype_count++] = d;
    return d;
}

static nfnp_dtype *find_or_make(const nf_format *format, const char *name)
{
    nfnp_dtype *d = find(format); /* another thread may have been first */
    if (d != NULL)
        return d;
    int named = nf_find_named(format);
    if (named >= 0)
        name = nf_named_formats[named].name;
    if (name != NULL)
        return make(format, name);
    PyObject *text = canonical_text(format);
    const char *utf8 = text ? PyUnicode_AsUTF8(text) : NULL;
    d = utf8 ? find_or_make(format, utf8) : NULL; /* Python makes it while it tells the text */
    Py_XDECREF(text);
    return d;
}

/* A thread may come back here while it holds the lock, from Python code that NumPy calls. */
bool nfnp_enter_registry(void)
{
    unsigned long self = PyThread_get_thread_ident();
    if (owner == self)
        return false;
    Py_BEGIN_ALLOW_THREADS;
    PyThread_acquire_lock(lock, WAIT_LOCK);
    Py_END_ALLOW_THREADS;
    owner = self;
    return true;
}

void nfnp_leave_registry(bool entered)
{
    if (!entered)
        return;
    owner = 0;
    PyThread_release_lock(lock);
}

nfnp_dtype *nfnp_get(const nf_format *format, const char *name)
{
    nfnp_dtype *d = find(format);
    if (d != NULL)
        return d;
    nf_status status = nf_format_check(format);
    if (status != NF_OK)
        return (nfnp_dtype *)PyErr_Format(nfnp_format_error, "%s", nf_status_text(status));
    bool entered = nfnp_enter_registry();
    d = find_or_make(format, name);
    nfnp_leave_registry(entered);
    return d;
}
