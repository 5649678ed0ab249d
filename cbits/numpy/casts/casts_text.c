/* SPDX-License-Identifier: BSD-3-Clause */
/* How do arrays of text become numbers and back: str (U), bytes (S) and StringDType? */
#include "casts/nfnp_casts.h"

/* Characters that hold any number of any format: a sign, 21 digits, the point, "e-19793"; NumPy
 * gives float64 as many. */
enum { TEXT_WIDTH = 32, SHORT_TEXT = 128 };

typedef struct {
    nfnp_dtype *d;
    uint32_t flags;
} reader;

/* Steals `text`: the slow way, for any text, and the errors. */
static int read_object(reader *r, PyObject *text, char *out)
{
    uint64_t code;
    int status = text ? nfnp_from_object(r->d, text, &code, &r->flags) : -1;
    Py_XDECREF(text);
    if (status == 0)
        nfnp_store(r->d, out, code);
    return status;
}

/* False: the text is not ASCII, not a number, or not in 128 bits all that the format needs. */
static bool reads_at_once(const reader *r, const char *text, size_t length, nf_unpacked *value)
{
    return nf_parse(text, length, value) && !nfnp_is_cut_short(r->d, value);
}

static void store_value(reader *r, nf_unpacked value, char *out)
{
    nfnp_store(r->d, out, nfnp_encode(r->d, value, &r->flags));
}

/* ---- from fixed-width text ------------------------------------------------------------------ */

static int read_bytes(reader *r, const char *in, npy_intp size, char *out)
{
    while (size > 0 && in[size - 1] == 0)
        size--;
    nf_unpacked value;
    if (reads_at_once(r, in, (size_t)size, &value))
        return store_value(r, value, out), 0;
    return read_object(r, PyBytes_FromStringAndSize(in, size), out);
}

static int read_unicode(reader *r, const char *in, npy_intp size, char *out)
{
    char text[SHORT_TEXT];
    Py_UCS4 all = 0, c;
    npy_intp length = size / 4, used = 0;
    for (npy_intp i = 0; i < length; i++) {
        memcpy(&c, in + 4 * i, 4);
        all |= c;
        if (c != 0)
            used = i + 1;
        if (i < SHORT_TEXT)
            text[i] = (char)c;
    }
    nf_unpacked value;
    if (all < 128 && used <= SHORT_TEXT && reads_at_once(r, text, (size_t)used, &value))
        return store_value(r, value, out), 0;
    Py_UCS4 *copy = PyMem_Malloc((size_t)used * 4); /* aligned */
    if (copy == NULL)
        return PyErr_NoMemory(), -1;
    memcpy(copy, in, (size_t)used * 4);
    PyObject *object = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, copy, used);
    PyMem_Free(copy);
    return read_object(r, object, out);
}

NFNP_STRIDED_LOOP(text_to_format)
{
    PyArray_Descr *from = context->descriptors[0];
    npy_intp size = PyDataType_ELSIZE(from);
    bool wide = from->type_num == NPY_UNICODE;
    reader r = {NFNP_DTYPE(context->descriptors[1]), 0};
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < *dimensions; i++, in += strides[0], out += strides[1])
        if ((wide ? read_unicode : read_bytes)(&r, in, size, out) < 0)
            return -1;
        else if (nf_should_stop(32))
            return nfnp_raise_stop();
    nfnp_raise_flags(r.flags);
    return 0;
}

/* ---- to fixed-width text -------------------------------------------------------------------- */

/* Pads with NULs; a number that does not fit is cut, as NumPy cuts float64. */
NFNP_STRIDED_LOOP(format_to_text)
{
    const nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    PyArray_Descr *to = context->descriptors[1];
    npy_intp unit = to->type_num == NPY_UNICODE ? 4 : 1;
    npy_intp width = PyDataType_ELSIZE(to) / unit;
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < *dimensions; i++, in += strides[0], out += strides[1]) {
        if (nf_should_stop(64))
            return nfnp_raise_stop();
        char text[NF_TEXT_MAX];
        npy_intp length = (npy_intp)nf_format_code(&d->format, nfnp_load(d, in), text);
        memset(out, 0, (size_t)(width * unit));
        for (npy_intp k = 0; k < length && k < width; k++) {
            Py_UCS4 c = (unsigned char)text[k];
            if (unit == 4)
                memcpy(out + 4 * k, &c, 4);
            else
                out[k] = text[k];
        }
    }
    return 0;
}

/* ---- StringDType ---------------------------------------------------------------------------- */

enum { STRING_BAD = -1, STRING_READ, STRING_MISSING, STRING_STRANGE };

/* Under the allocator's lock no Python code may run: strange text is copied out for later. */
static int load_string(const reader *r, PyArray_StringDTypeObject *from, const char *in,
                       nf_unpacked *value, char **copy, size_t *length)
{
    npy_string_allocator *allocator = NpyString_acquire_allocator(from);
    npy_static_string s = {0, NULL};
    int missing = NpyString_load(allocator, (const npy_packed_static_string *)in, &s);
    int status = missing ? STRING_MISSING : STRING_READ;
    if (missing == 1 && from->has_string_na) {
        s = from->default_string;
        status = STRING_READ;
    }
    if (missing < 0)
        status = STRING_BAD;
    if (status == STRING_READ && !reads_at_once(r, s.buf ? s.buf : "", s.size, value)) {
        *length = s.size;
        *copy = PyMem_RawMalloc(s.size + 1);
        status = *copy ? STRING_STRANGE : STRING_BAD;
        if (*copy && s.size)
            memcpy(*copy, s.buf, s.size);
    }
    NpyString_release_allocator(allocator);
    return status;
}

static int read_string(reader *r, PyArray_StringDTypeObject *from, const char *in, char *out)
{
    nf_unpacked value = {.cls = NF_NOT_A_NUMBER};
    char *copy = NULL;
    size_t length = 0;
    int status = load_string(r, from, in, &value, &copy, &length);
    if (status == STRING_STRANGE) {
        PyObject *text = PyUnicode_DecodeUTF8(copy, (Py_ssize_t)length, "replace");
        PyMem_RawFree(copy);
        return read_object(r, text, out);
    }
    if (status == STRING_BAD)
        return PyErr_NoMemory(), -1;
    if (status == STRING_MISSING && !from->has_nan_na) {
        PyErr_Format(PyExc_ValueError, "cannot convert a missing string to %s", r->d->name);
        return -1;
    }
    return store_value(r, value, out), 0;
}

NFNP_STRIDED_LOOP(string_to_format)
{
    PyArray_StringDTypeObject *from = (PyArray_StringDTypeObject *)context->descriptors[0];
    reader r = {NFNP_DTYPE(context->descriptors[1]), 0};
    char *in = data[0], *out = data[1];
    for (npy_intp i = 0; i < *dimensions; i++, in += strides[0], out += strides[1])
        if (read_string(&r, from, in, out) < 0)
            return -1;
    nfnp_raise_flags(r.flags);
    return 0;
}

NFNP_STRIDED_LOOP(format_to_string)
{
    const nfnp_dtype *d = NFNP_DTYPE(context->descriptors[0]);
    npy_string_allocator *allocator =
        NpyString_acquire_allocator((PyArray_StringDTypeObject *)context->descriptors[1]);
    char *in = data[0], *out = data[1];
    int status = 0;
    for (npy_intp i = 0; i < *dimensions && status >= 0; i++) {
        char text[NF_TEXT_MAX];
        size_t length = nf_format_code(&d->format, nfnp_load(d, in), text);
        status = NpyString_pack(allocator, (npy_packed_static_string *)out, text, length);
        in += strides[0];
        out += strides[1];
    }
    NpyString_release_allocator(allocator);
    return status < 0 ? (PyErr_NoMemory(), -1) : 0;
}

/* ---- descriptors ---------------------------------------------------------------------------- */

/* The descriptor itself, or its native twin: NumPy swaps the bytes on the way. */
static PyArray_Descr *native(PyArray_Descr *descr)
{
    return PyArray_ISNBO(descr->byteorder) ? (PyArray_Descr *)Py_NewRef(descr)
                                           : PyArray_DescrNewByteorder(descr, NPY_NATIVE);
}

static NPY_CASTING resolve_from_text(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                     PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given,
                                     PyArray_Descr **loop, npy_intp *Py_UNUSED(view_offset))
{
    loop[0] = native(given[0]);
    if (loop[0] == NULL)
        return -1;
    loop[1] = (PyArray_Descr *)Py_NewRef(((nfnp_dtype *)dtypes[1])->descr);
    return NPY_UNSAFE_CASTING;
}

static NPY_CASTING resolve_to_text(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                   PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given,
                                   PyArray_Descr **loop, npy_intp *Py_UNUSED(view_offset))
{
    npy_intp size = dtypes[1]->type_num == NPY_UNICODE ? 4 * TEXT_WIDTH : TEXT_WIDTH;
    if (given[1] != NULL) {
        loop[1] = native(given[1]);
    } else {
        loop[1] = PyArray_DescrNewFromType(dtypes[1]->type_num);
        if (loop[1] != NULL)
            PyDataType_SET_ELSIZE(loop[1], size);
    }
    if (loop[1] == NULL)
        return -1;
    loop[0] = (PyArray_Descr *)Py_NewRef(given[0]);
    return PyDataType_ELSIZE(loop[1]) >= size ? NPY_SAFE_CASTING : NPY_SAME_KIND_CASTING;
}

static NPY_CASTING resolve_to_string(struct PyArrayMethodObject_tag *Py_UNUSED(method),
                                     PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given,
                                     PyArray_Descr **loop, npy_intp *Py_UNUSED(view_offset))
{
    loop[1] = given[1] != NULL ? (PyArray_Descr *)Py_NewRef(given[1])
                               : PyArray_GetDefaultDescr(dtypes[1]);
    if (loop[1] == NULL)
        return -1;
    loop[0] = (PyArray_Descr *)Py_NewRef(given[0]);
    return NPY_SAFE_CASTING;
}

#define TEXT_SLOTS(NAME, RESOLVE, LOOP)                                                            \
    static PyType_Slot NAME[] = {{NPY_METH_resolve_descriptors, RESOLVE},                          \
                                 {NPY_METH_strided_loop, LOOP},                                    \
                                 {NPY_METH_unaligned_strided_loop, LOOP},                          \
                                 {0, NULL}}
TEXT_SLOTS(from_text_slots, resolve_from_text, text_to_format);
TEXT_SLOTS(to_text_slots, resolve_to_text, format_to_text);
TEXT_SLOTS(from_string_slots, resolve_from_text, string_to_format);
TEXT_SLOTS(to_string_slots, resolve_to_string, format_to_string);

void nfnp_add_text_casts(nfnp_cast_list *list)
{
    int python = NPY_METH_REQUIRES_PYAPI;
    PyArray_DTypeMeta *types[] = {nfnp_builtin_dtype(NPY_UNICODE), nfnp_builtin_dtype(NPY_STRING)};
    for (int i = 0; i < 2; i++) {
        nfnp_add_cast(list, types[i], NULL, NPY_UNSAFE_CASTING, python, from_text_slots);
        nfnp_add_cast(list, NULL, types[i], NPY_SAME_KIND_CASTING, python, to_text_slots);
    }
    nfnp_add_cast(list, &PyArray_StringDType, NULL, NPY_UNSAFE_CASTING, python, from_string_slots);
    nfnp_add_cast(list, NULL, &PyArray_StringDType, NPY_SAFE_CASTING, python, to_string_slots);
}
