/* SPDX-License-Identifier: BSD-3-Clause */
/* What exact number is this Python object, and which code of a format is nearest to it? */
#include "values/nfnp_values.h"
#include <numpy/arrayscalars.h>

enum { NOT_A_NUMBER_TYPE, DONE, NOT_DECIDED };

PyObject *nfnp_helper(const char *function, PyObject *argument)
{
    PyObject *helper = nfnp_attribute("numformats._convert", function);
    PyObject *result = helper ? PyObject_CallOneArg(helper, argument) : NULL;
    Py_XDECREF(helper);
    return result;
}

int nfnp_warn_complex(void)
{
    PyObject *category = nfnp_attribute("numpy.exceptions", "ComplexWarning");
    if (category == NULL)
        return -1;
    int status =
        PyErr_WarnEx(category, "Casting complex values to real discards the imaginary part", 1);
    Py_DECREF(category);
    return status;
}

nf_unpacked nfnp_from_double(double x)
{
    uint64_t code;
    memcpy(&code, &x, sizeof code);
    return nf_decode(&nf_binary64, code);
}

/* ---- text ----------------------------------------------------------------------------------- */

static int not_a_number(PyObject *text, const char *target)
{
    PyErr_Format(PyExc_ValueError, "could not convert string to %s: %R", target, text);
    return -1;
}

static int unpack_unicode(PyObject *text, const char *target, nf_unpacked *out)
{
    if (PyUnicode_IS_ASCII(text)) {
        bool known = nf_parse(PyUnicode_DATA(text), (size_t)PyUnicode_GET_LENGTH(text), out);
        return known ? DONE : not_a_number(text, target);
    }
    PyObject *ascii = nfnp_helper("ascii_text", text); /* float() reads any script's digits */
    Py_ssize_t length;
    const char *data = ascii ? PyUnicode_AsUTF8AndSize(ascii, &length) : NULL;
    bool known = data && nf_parse(data, (size_t)length, out);
    Py_XDECREF(ascii);
    if (data == NULL)
        return -1;
    return known ? DONE : not_a_number(text, target);
}

/* np.ma's filler of masked elements is this for every dtype of kind 'V'; its table has no place for
 * a format's own.  For a number it says that there is none. */
static bool is_masked_filler(PyObject *bytes)
{
    return PyBytes_GET_SIZE(bytes) == 3 && memcmp(PyBytes_AS_STRING(bytes), "?\?\?", 3) == 0;
}

static int unpack_bytes(PyObject *bytes, const char *target, nf_unpacked *out)
{
    bool known = nf_parse(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), out);
    if (!known && is_masked_filler(bytes)) {
        *out = (nf_unpacked){.cls = NF_NOT_A_NUMBER};
        return DONE;
    }
    return known ? DONE : not_a_number(bytes, target);
}

/* ---- NumPy's scalars, and everything else --------------------------------------------------- */

static int unpack_index(PyObject *obj, nf_unpacked *out)
{
    PyObject *integer = PyNumber_Index(obj);
    if (integer == NULL)
        return -1;
    int status = nfnp_unpack_integer(integer, out);
    Py_DECREF(integer);
    return status;
}

static int unpack_complex(PyObject *obj, nf_unpacked *out)
{
    if (nfnp_warn_complex() < 0)
        return -1;
    PyObject *real = PyObject_GetAttrString(obj, "real");
    if (real == NULL)
        return -1;
    int status = nfnp_unpack_object(real, out);
    Py_DECREF(real);
    return status;
}

static int unpack_numpy_scalar(PyObject *obj, nf_unpacked *out)
{
    if (PyArray_IsScalar(obj, Bool)) {
        *out = nfnp_from_magnitude(obj == PyArrayScalar_True, false);
        return DONE;
    }
    if (PyArray_IsScalar(obj, Flexible) || PyArray_IsScalar(obj, Timedelta) ||
        PyArray_IsScalar(obj, Datetime))
        return NOT_A_NUMBER_TYPE;
    if (PyArray_IsScalar(obj, Integer))
        return unpack_index(obj, out);
    if (PyArray_IsScalar(obj, ComplexFloating))
        return unpack_complex(obj, out);
    if (PyArray_IsScalar(obj, Half)) {
        *out = nf_decode(&nf_binary16, PyArrayScalar_VAL(obj, Half));
        return DONE;
    }
    if (PyArray_IsScalar(obj, Float)) { /* a binary32 is exact in a double */
        *out = nfnp_from_double(PyArrayScalar_VAL(obj, Float));
        return DONE;
    }
    if (PyArray_IsScalar(obj, LongDouble)) {
        *out = nfnp_from_long_double(PyArrayScalar_VAL(obj, LongDouble));
        return DONE;
    }
    return NOT_DECIDED; /* another package's scalar */
}

/* The element as a scalar; of a masked one NumPy makes a NaN and a warning. */
static PyObject *element_of(PyArrayObject *array)
{
    if (!PyArray_CheckExact(array)) {
        PyObject *masked = nfnp_helper("is_masked", (PyObject *)array);
        if (masked == NULL)
            return NULL;
        Py_DECREF(masked);
        if (masked == Py_True)
            return PyNumber_Float((PyObject *)array);
    }
    return PyArray_GETITEM(array, PyArray_DATA(array));
}

static int unpack_0d_array(PyArrayObject *array, const char *target, nf_unpacked *out)
{
    if (PyArray_NDIM(array) != 0)
        return NOT_A_NUMBER_TYPE;
    PyObject *item = element_of(array);
    if (item == NULL)
        return -1;
    int status = -1;
    if (Py_EnterRecursiveCall(" while converting a 0-d array") == 0) {
        status = nfnp_unpack_named(item, target, out);
        Py_LeaveRecursiveCall();
    }
    Py_DECREF(item);
    return status;
}

/* (significand, exponent of two), Python's integers. */
static int unpack_pair(PyObject *pair, nf_unpacked *out)
{
    PyObject *significand;
    long long exponent;
    if (!PyArg_ParseTuple(pair, "O!L", &PyLong_Type, &significand, &exponent))
        return -1;
    *out = (nf_unpacked){.cls = NF_ZERO};
    int status = nfnp_unpack_integer(significand, out);
    if (status == DONE && out->cls == NF_FINITE) {
        exponent += out->exp; /* |exponent| < 2^62: see exact() */
        out->exp = exponent > NFNP_EXP_BOUND    ? NFNP_EXP_BOUND
                   : exponent < -NFNP_EXP_BOUND ? -NFNP_EXP_BOUND
                                                : (int32_t)exponent;
    }
    return status;
}

/* A pair (significand, exponent), a float, decimal text or None: what _convert.exact returns. */
static int unpack_rare(PyObject *obj, const char *target, nf_unpacked *out)
{
    PyObject *exact = nfnp_helper("exact", obj);
    if (exact == NULL)
        return -1;
    int status = NOT_A_NUMBER_TYPE;
    if (PyFloat_Check(exact)) {
        *out = nfnp_from_double(PyFloat_AS_DOUBLE(exact));
        status = DONE;
    } else if (PyUnicode_Check(exact)) {
        status = unpack_unicode(exact, target, out);
    } else if (exact != Py_None) {
        status = unpack_pair(exact, out);
    }
    Py_DECREF(exact);
    return status;
}

int nfnp_unpack_named(PyObject *obj, const char *target, nf_unpacked *out)
{
    *out = (nf_unpacked){.cls = NF_ZERO};
    if (PyFloat_Check(obj)) {
        *out = nfnp_from_double(PyFloat_AS_DOUBLE(obj));
        return DONE;
    }
    if (PyLong_Check(obj))
        return nfnp_unpack_integer(obj, out);
    nfnp_dtype *d = nfnp_scalar_dtype(obj);
    if (d != NULL) {
        *out = nf_decode(&d->format, ((nfnp_scalar *)obj)->code);
        return DONE;
    }
    if (PyUnicode_Check(obj))
        return unpack_unicode(obj, target, out);
    if (PyBytes_Check(obj))
        return unpack_bytes(obj, target, out);
    if (PyArray_Check(obj))
        return unpack_0d_array((PyArrayObject *)obj, target, out);
    if (PyArray_IsScalar(obj, Generic)) {
        int status = unpack_numpy_scalar(obj, out);
        if (status != NOT_DECIDED)
            return status;
    } else if (PyComplex_Check(obj)) {
        return NOT_A_NUMBER_TYPE;
    }
    return unpack_rare(obj, target, out);
}

int nfnp_unpack_object(PyObject *obj, nf_unpacked *out)
{
    return nfnp_unpack_named(obj, "a number", out);
}

/* ---- to a code ------------------------------------------------------------------------------ */

/* *out: what is left of obj, a finite number, modulo 2^64 steps of the format. */
static int unpack_residue(const nfnp_dtype *d, PyObject *obj, nf_unpacked *out)
{
    PyObject *residue = nfnp_attribute("numformats._convert", "residue");
    PyObject *pair =
        residue ? PyObject_CallFunction(residue, "Oi", obj, (int)d->format.frac) : NULL;
    Py_XDECREF(residue);
    int status = pair ? unpack_pair(pair, out) : -1;
    Py_XDECREF(pair);
    return status;
}

int nfnp_from_object(nfnp_dtype *d, PyObject *obj, uint64_t *code, uint32_t *flags)
{
    if (Py_TYPE(obj) == d->scalar) {
        *code = ((nfnp_scalar *)obj)->code;
        return 0;
    }
    nf_unpacked x;
    int status = nfnp_unpack_named(obj, d->name, &x);
    if (status == NOT_A_NUMBER_TYPE)
        PyErr_Format(PyExc_TypeError, "cannot convert %.200s object to %s", Py_TYPE(obj)->tp_name,
                     d->name);
    if (status == DONE && nfnp_is_cut_short(d, &x)) {
        status = unpack_residue(d, obj, &x);
        *flags |= NF_OVERFLOW;
    }
    if (status != DONE)
        return -1;
    *code = nfnp_encode(d, x, flags);
    return 0;
}
