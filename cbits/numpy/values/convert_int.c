/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a Python int of any size as an unpacked number? */
#include "values/nfnp_values.h"

nf_unpacked nfnp_from_magnitude(uint64_t magnitude, bool negative)
{
    if (magnitude == 0)
        return (nf_unpacked){.cls = NF_ZERO};
    int n = __builtin_clzll(magnitude);
    return (nf_unpacked){.cls = NF_FINITE, .sign = negative, .exp = 63 - n, .hi = magnitude << n};
}

static Py_ssize_t bit_length(PyObject *integer)
{
    PyObject *length = PyObject_CallMethod(integer, "bit_length", NULL);
    if (length == NULL)
        return -1;
    Py_ssize_t bits = PyLong_AsSsize_t(length);
    Py_DECREF(length);
    return bits;
}

/* The 64 bits of `integer` (>= 0) from bit `shift` up; *exact tells whether none are below. */
static int bits_above(PyObject *integer, Py_ssize_t shift, uint64_t *bits, bool *exact)
{
    int status = -1;
    PyObject *count = PyLong_FromSsize_t(shift);
    PyObject *top = count ? PyNumber_Rshift(integer, count) : NULL;
    PyObject *back = top ? PyNumber_Lshift(top, count) : NULL;
    if (back != NULL) {
        int same = PyObject_RichCompareBool(back, integer, Py_EQ);
        *bits = PyLong_AsUnsignedLongLongMask(top);
        *exact = same == 1;
        status = same < 0 || PyErr_Occurred() ? -1 : 0;
    }
    Py_XDECREF(count);
    Py_XDECREF(top);
    Py_XDECREF(back);
    return status;
}

/* An integer of more than 64 bits: its top 128 bits, what is below them jammed into bit 0. */
static int unpack_long_magnitude(PyObject *magnitude, nf_unpacked *out)
{
    Py_ssize_t length = bit_length(magnitude);
    if (length < 0)
        return -1;
    out->cls = NF_FINITE;
    out->exp = length > NFNP_EXP_BOUND ? NFNP_EXP_BOUND : (int32_t)(length - 1);
    bool exact;
    if (bits_above(magnitude, length - 64, &out->hi, &exact) < 0)
        return -1;
    if (length >= 128) {
        if (bits_above(magnitude, length - 128, &out->lo, &exact) < 0)
            return -1;
        out->lo |= !exact;
    } else if (length > 64) { /* the bits below hi are the integer's lowest */
        uint64_t low = PyLong_AsUnsignedLongLongMask(magnitude);
        if (PyErr_Occurred())
            return -1;
        out->lo = low << (128 - length);
    }
    return 1;
}

PyObject *nfnp_integer_text(PyObject *integer)
{
    enum { LONGEST = 24 };
    PyObject *text = PyNumber_ToBase(integer, 10);
    if (text == NULL && PyErr_ExceptionMatches(PyExc_ValueError)) { /* Python refuses so many */
        PyErr_Clear();
        text = PyNumber_ToBase(integer, 16);
    }
    if (text == NULL || PyUnicode_GET_LENGTH(text) <= LONGEST)
        return text;
    PyObject *start = PyUnicode_Substring(text, 0, LONGEST);
    PyObject *cut = start ? PyUnicode_FromFormat("%U...", start) : NULL;
    Py_XDECREF(start);
    Py_DECREF(text);
    return cut;
}

int nfnp_unpack_integer(PyObject *integer, nf_unpacked *out)
{
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(integer, &overflow);
    if (value == -1 && PyErr_Occurred())
        return -1;
    if (!overflow) {
        uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
        *out = nfnp_from_magnitude(magnitude, value < 0);
        return 1;
    }
    PyObject *magnitude = PyNumber_Absolute(integer);
    if (magnitude == NULL)
        return -1;
    int status = unpack_long_magnitude(magnitude, out);
    out->sign = overflow < 0;
    Py_DECREF(magnitude);
    return status;
}
