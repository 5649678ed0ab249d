/* SPDX-License-Identifier: BSD-3-Clause */
/* What does a scalar say about its exact value: as int, float, ratio, rounded, formatted? */
#include "scalar/nfnp_scalar.h"

/* Values of the formats have at most 64 significant bits: value = hi * 2^(exp - 63), lo is 0. */
static nf_unpacked value_of(PyObject *self)
{
    nfnp_scalar *s = (nfnp_scalar *)self;
    return nf_decode(&s->dtype->format, s->code);
}

static const char *name_of(PyObject *self)
{
    return ((nfnp_scalar *)self)->dtype->name;
}

/* 0, or -1 with the errors that float has: infinity and NaN are no integers and no ratios. */
static int check_finite(PyObject *self, const nf_unpacked *x, const char *what)
{
    if (x->cls == NF_INFINITE)
        PyErr_Format(PyExc_OverflowError, "cannot convert %s infinity to %s", name_of(self), what);
    else if (x->cls == NF_NOT_A_NUMBER)
        PyErr_Format(PyExc_ValueError, "cannot convert %s NaN to %s", name_of(self), what);
    else
        return 0;
    return -1;
}

static PyObject *shifted(PyObject *integer, long count) /* integer << count; steals integer */
{
    PyObject *by = integer ? PyLong_FromLong(count) : NULL;
    PyObject *result = by ? PyNumber_Lshift(integer, by) : NULL;
    Py_XDECREF(by);
    Py_XDECREF(integer);
    return result;
}

static PyObject *with_sign(PyObject *integer, bool negative) /* steals integer */
{
    if (integer == NULL || !negative)
        return integer;
    PyObject *result = PyNumber_Negative(integer);
    Py_DECREF(integer);
    return result;
}

/* ---- to integers ---------------------------------------------------------------------------- */

typedef enum { TRUNC, FLOOR, CEIL, NEAREST } to_integer;

/* Does the magnitude `whole` + rest, rest > 0, go to whole + 1? */
static bool goes_up(to_integer mode, bool negative, uint64_t whole, int rest_against_half)
{
    switch (mode) {
    case TRUNC: return false;
    case FLOOR: return negative;
    case CEIL: return !negative;
    default: return rest_against_half > 0 || (rest_against_half == 0 && (whole & 1));
    }
}

static PyObject *integer_of(PyObject *self, to_integer mode)
{
    nf_unpacked x = value_of(self);
    if (check_finite(self, &x, "integer") < 0)
        return NULL;
    if (x.cls == NF_ZERO)
        return PyLong_FromLong(0);
    if (x.exp >= 63)
        return with_sign(shifted(PyLong_FromUnsignedLongLong(x.hi), x.exp - 63), x.sign);
    uint64_t whole = 0, half = (uint64_t)1 << 63,
             rest = x.hi; /* exp == -1: a half is the top bit */
    if (x.exp >= 0) {
        whole = x.hi >> (63 - x.exp);
        rest = x.hi << (x.exp + 1);
    } else if (x.exp < -1) {
        rest = 1; /* less than a half */
    }
    if (rest != 0 && goes_up(mode, x.sign, whole, rest < half ? -1 : rest > half))
        whole++;
    return with_sign(PyLong_FromUnsignedLongLong(whole), x.sign);
}

PyObject *nfnp_scalar_int(PyObject *self)
{
    return integer_of(self, TRUNC);
}

static PyObject *value_trunc(PyObject *self, PyObject *Py_UNUSED(args))
{
    return integer_of(self, TRUNC);
}

static PyObject *value_floor(PyObject *self, PyObject *Py_UNUSED(args))
{
    return integer_of(self, FLOOR);
}

static PyObject *value_ceil(PyObject *self, PyObject *Py_UNUSED(args))
{
    return integer_of(self, CEIL);
}

static PyObject *value_is_integer(PyObject *self, PyObject *Py_UNUSED(args))
{
    nf_unpacked x = value_of(self);
    bool whole = x.cls == NF_ZERO || (x.cls == NF_FINITE &&
                                      (x.exp >= 63 || (x.exp >= 0 && (x.hi << (x.exp + 1)) == 0)));
    return PyBool_FromLong(whole);
}

/* ---- to other numbers ----------------------------------------------------------------------- */

int nfnp_scalar_bool(PyObject *self)
{
    return value_of(self).cls != NF_ZERO;
}

static double to_double(PyObject *self)
{
    nf_env env = {0}; /* float() of a Python number raises no warnings either */
    uint64_t code = nf_encode(&nf_binary64, value_of(self), &env);
    double value;
    memcpy(&value, &code, sizeof value);
    return value;
}

PyObject *nfnp_scalar_float(PyObject *self)
{
    return PyFloat_FromDouble(to_double(self));
}

static PyObject *value_complex(PyObject *self, PyObject *Py_UNUSED(args))
{
    return PyComplex_FromDoubles(to_double(self), 0.0);
}

static PyObject *value_ratio(PyObject *self, PyObject *Py_UNUSED(args))
{
    nf_unpacked x = value_of(self);
    if (check_finite(self, &x, "integer ratio") < 0)
        return NULL;
    if (x.cls == NF_ZERO)
        return Py_BuildValue("ii", 0, 1);
    int zeros = __builtin_ctzll(x.hi);
    long exponent = x.exp - 63 + zeros;
    PyObject *numerator = with_sign(PyLong_FromUnsignedLongLong(x.hi >> zeros), x.sign);
    PyObject *denominator = PyLong_FromLong(1);
    if (exponent >= 0)
        numerator = shifted(numerator, exponent);
    else
        denominator = shifted(denominator, -exponent);
    if (numerator == NULL || denominator == NULL) {
        Py_XDECREF(numerator);
        Py_XDECREF(denominator);
        return NULL;
    }
    return Py_BuildValue("NN", numerator, denominator);
}

static PyObject *value_conjugate(PyObject *self, PyObject *Py_UNUSED(args))
{
    return Py_NewRef(self);
}

/* ---- with the help of Python: decimal digits ------------------------------------------------ */

static PyObject *decimal_helper(const char *function, PyObject *self, PyObject *argument)
{
    PyObject *helper = nfnp_attribute("numformats._digits", function);
    PyObject *result = helper ? PyObject_CallFunctionObjArgs(helper, self, argument, NULL) : NULL;
    Py_XDECREF(helper);
    return result;
}

static PyObject *value_round(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count > 1)
        return PyErr_Format(PyExc_TypeError, "__round__ takes at most one argument");
    if (count == 0 || args[0] == Py_None)
        return integer_of(self, NEAREST);
    return decimal_helper("round_to_digits", self, args[0]);
}

static PyObject *value_format(PyObject *self, PyObject *spec)
{
    if (!PyUnicode_Check(spec))
        return PyErr_Format(PyExc_TypeError, "a format specification is a str, not %.200s",
                            Py_TYPE(spec)->tp_name);
    if (PyUnicode_GET_LENGTH(spec) == 0)
        return PyObject_Str(self);
    return decimal_helper("format_number", self, spec);
}

static PyObject *value_html(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyObject *html = nfnp_attribute("numformats._html", "scalar"); /* only notebooks ask */
    PyObject *text = html ? PyObject_CallOneArg(html, self) : NULL;
    Py_XDECREF(html);
    return text;
}

PyMethodDef nfnp_scalar_methods[] = {
    {"from_bits", nfnp_scalar_from_bits, METH_O | METH_CLASS,
     "from_bits($type, code, /)\n--\n\nThe scalar whose code word is this int; ValueError if the "
     "format has no such code."},
    {"__reduce__", nfnp_scalar_reduce, METH_NOARGS, NULL},
    {"__setstate__", nfnp_scalar_setstate, METH_O, NULL},
    {"as_integer_ratio", value_ratio, METH_NOARGS,
     "as_integer_ratio($self, /)\n--\n\nTwo ints whose quotient is exactly this number; "
     "OverflowError for infinity, ValueError for NaN."},
    {"is_integer", value_is_integer, METH_NOARGS,
     "is_integer($self, /)\n--\n\nIs this a whole number?"},
    {"__array_function__", nfnp_array_function, METH_VARARGS, NULL},
    {"conjugate", value_conjugate, METH_NOARGS, "conjugate($self, /)\n--\n\nThe number itself."},
    {"__complex__", value_complex, METH_NOARGS, NULL},
    {"__trunc__", value_trunc, METH_NOARGS, NULL},
    {"__floor__", value_floor, METH_NOARGS, NULL},
    {"__ceil__", value_ceil, METH_NOARGS, NULL},
    {"__round__", (PyCFunction)(void (*)(void))value_round, METH_FASTCALL, NULL},
    {"__format__", value_format, METH_O, NULL},
    {"_repr_html_", value_html, METH_NOARGS, NULL},
    {0},
};
