/* SPDX-License-Identifier: BSD-3-Clause */
/* When is a scalar equal to, or less than, another number, and what is its hash? */
#include "nfnp_scalar.h"
#include <numpy/arrayscalars.h>

static PyObject *truth(bool value)
{
    if (value)
        PyArrayScalar_RETURN_TRUE;
    PyArrayScalar_RETURN_FALSE;
}

/* The magnitudes of two finite numbers: -1, 0, 1. */
static int compare_magnitudes(const nf_unpacked *a, const nf_unpacked *b)
{
    if (a->exp != b->exp)
        return a->exp < b->exp ? -1 : 1;
    if (a->hi != b->hi)
        return a->hi < b->hi ? -1 : 1;
    return a->lo < b->lo ? -1 : a->lo > b->lo;
}

static int signum(const nf_unpacked *x)
{
    return x->cls == NF_ZERO ? 0 : x->sign ? -1 : 1;
}

/* By exact value, neither being a NaN.  A jammed lowest bit keeps the order: the formats' own
 * values have at most 64 bits, so the other operand cannot be taken for equal. */
static int compare_values(const nf_unpacked *a, const nf_unpacked *b)
{
    int sa = signum(a), sb = signum(b);
    if (sa != sb || sa == 0)
        return sa < sb ? -1 : sa > sb;
    if (a->cls == NF_INFINITE || b->cls == NF_INFINITE)
        return sa * ((a->cls == NF_INFINITE) - (b->cls == NF_INFINITE));
    return sa * compare_magnitudes(a, b);
}

static bool holds(int order, int op)
{
    switch (op) {
    case Py_LT: return order < 0;
    case Py_LE: return order <= 0;
    case Py_EQ: return order == 0;
    case Py_NE: return order != 0;
    case Py_GT: return order > 0;
    default: return order >= 0;
    }
}

/* ---- what the other operand stands for ------------------------------------------------------ */

/* A number of Python's own; a NumPy float64 is a float, too, and no literal. */
static bool is_python_number(PyObject *obj)
{
    return nfnp_scalar_dtype(obj) == NULL && !PyArray_IsScalar(obj, Generic);
}

/* A Python float is a literal: in the range of the format it stands for the nearest value, as NEP
 * 50 has it for NumPy's floats.  Beyond the range it is itself. */
static void read_literal(const nfnp_dtype *d, nf_unpacked *x)
{
    if (x->cls != NF_FINITE)
        return;
    uint64_t code;
    if (nfnp_is_value(d, x, &code))
        return;
    nf_limits ends = nf_limits_of(&d->format);
    nf_unpacked lowest = nf_decode(&d->format, ends.lowest),
                largest = nf_decode(&d->format, ends.maxpos);
    if (compare_values(&lowest, x) < 0 && compare_values(x, &largest) < 0)
        *x = nf_decode(&d->format, code);
}

/* Does an array of this scalar and `other` compare NaR as a NaR?  Where both have a common type it
 * compares in that one; else by exact values.  -1 with an error. */
static int keeps_nar(nfnp_dtype *d, PyObject *other)
{
    nfnp_dtype *e = nfnp_scalar_dtype(other);
    if (e == NULL && !PyArray_IsScalar(other, Floating))
        return 1;
    PyArray_Descr *descr = e ? NULL : PyArray_DescrFromScalar(other);
    if (e == NULL && descr == NULL)
        return -1;
    PyArray_DTypeMeta *common = nfnp_common_strict(&d->meta, e ? &e->meta : NPY_DTYPE(descr));
    Py_XDECREF(descr);
    if (common == NULL) {
        if (!PyErr_ExceptionMatches(nfnp_promotion_error))
            return -1;
        PyErr_Clear();
        return 1;
    }
    nfnp_dtype *meeting = nfnp_of_class(common);
    Py_DECREF(common);
    return meeting != NULL && nfnp_has_nar(&meeting->format);
}

/* NaR is a number like others to the posit standard: equal to itself and below the rest.  A Python
 * NaN beside a posit counts as NaR; any other NaN is unordered.  1, 0, or -1 with an error. */
static int is_ordered(nfnp_dtype *d, PyObject *other, bool nan_a, bool nan_b)
{
    nfnp_dtype *e = nfnp_scalar_dtype(other);
    bool nar_a = nfnp_has_nar(&d->format),
         nar_b = e ? nfnp_has_nar(&e->format) : nar_a && is_python_number(other);
    if ((nan_a && !nar_a) || (nan_b && !nar_b))
        return 0;
    return keeps_nar(d, other);
}

static PyObject *compare_numbers(nfnp_scalar *self, PyObject *other, nf_unpacked b, int op)
{
    nf_unpacked a = nf_decode(&self->dtype->format, self->code);
    bool nan_a = a.cls == NF_NOT_A_NUMBER, nan_b = b.cls == NF_NOT_A_NUMBER;
    if (nan_a || nan_b) {
        int ordered = is_ordered(self->dtype, other, nan_a, nan_b);
        return ordered < 0 ? NULL : truth(ordered ? holds(nan_b - nan_a, op) : op == Py_NE);
    }
    if (PyFloat_Check(other) && is_python_number(other))
        read_literal(self->dtype, &b);
    return truth(holds(compare_values(&a, &b), op));
}

static PyObject *compare_same_format(nfnp_scalar *a, nfnp_scalar *b, int op)
{
    static const nf_op ops[] = {
        [Py_LT] = NF_OP_less,      [Py_LE] = NF_OP_less_equal, [Py_EQ] = NF_OP_equal,
        [Py_NE] = NF_OP_not_equal, [Py_GT] = NF_OP_greater,    [Py_GE] = NF_OP_greater_equal,
    };
    uint64_t in[2] = {a->code, b->code}, out;
    return nfnp_apply(a->dtype, ops[op], "scalar comparison", in, &out) < 0 ? NULL
                                                                            : truth(out != 0);
}

static bool is_array_operand(PyObject *obj)
{
    if (PyLong_Check(obj) || PyFloat_Check(obj) || nfnp_scalar_dtype(obj))
        return false;
    if (PyArray_IsScalar(obj, Generic))
        return PyArray_IsScalar(obj, ComplexFloating);
    return PyArray_Check(obj) || PyComplex_Check(obj) || PyList_Check(obj) || PyTuple_Check(obj) ||
           PyObject_HasAttrString(obj, "__array_ufunc__") ||
           PyObject_HasAttrString(obj, "__array__");
}

PyObject *nfnp_scalar_compare(PyObject *self, PyObject *other, int op)
{
    nfnp_scalar *s = (nfnp_scalar *)self;
    if (Py_TYPE(self) == Py_TYPE(other))
        return compare_same_format(s, (nfnp_scalar *)other, op);
    if (other == Py_None || PyUnicode_Check(other) || PyBytes_Check(other))
        Py_RETURN_NOTIMPLEMENTED;
    if (is_array_operand(other))
        return PyGenericArrType_Type.tp_richcompare(self, other, op);
    nf_unpacked value;
    int known = nfnp_unpack_object(other, &value);
    if (known < 0)
        return NULL;
    if (known == 0)
        Py_RETURN_NOTIMPLEMENTED;
    return compare_numbers(s, other, value, op);
}

/* Python's rule for numbers: equal numbers of whatever type hash alike.  The residue of the exact
 * value modulo the prime 2^HASH_BITS - 1, where multiplying by 2^k is a rotation by k. */
#if UINTPTR_MAX > 0xffffffff
#define HASH_BITS 61
#else
#define HASH_BITS 31
#endif
#define HASH_PRIME (((uint64_t)1 << HASH_BITS) - 1)
enum { HASH_INF = 314159 };

Py_hash_t nfnp_scalar_hash(PyObject *self)
{
    nfnp_scalar *s = (nfnp_scalar *)self;
    nf_unpacked x = nf_decode(&s->dtype->format, s->code);
    if (x.cls == NF_NOT_A_NUMBER) /* NaR equals NaR; an IEEE NaN equals nothing, as in Python */
        return nfnp_has_nar(&s->dtype->format) ? 0 : (Py_hash_t)((uintptr_t)self >> 4);
    if (x.cls == NF_INFINITE)
        return x.sign ? -HASH_INF : HASH_INF;
    if (x.cls == NF_ZERO)
        return 0;
    int rotation = ((x.exp - 63) % HASH_BITS + HASH_BITS) % HASH_BITS; /* value = hi * 2^(exp-63) */
    uint64_t residue = x.hi % HASH_PRIME;
    residue = (residue << rotation & HASH_PRIME) | residue >> (HASH_BITS - rotation);
    Py_hash_t hash = (Py_hash_t)(x.sign ? -residue : residue);
    return hash == -1 ? -2 : hash;
}
