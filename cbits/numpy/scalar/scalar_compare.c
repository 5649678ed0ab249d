/* SPDX-License-Identifier: BSD-3-Clause */
/* When is a scalar equal to, or less than, another number, and what is its hash? */
#include "scalar/nfnp_scalar.h"
#include <numpy/arrayscalars.h>

static PyObject *truth(bool value)
{
    if (value)
        PyArrayScalar_RETURN_TRUE;
    PyArrayScalar_RETURN_FALSE;
}

static const nf_op ops[] = {
    [Py_LT] = NF_OP_less,      [Py_LE] = NF_OP_less_equal, [Py_EQ] = NF_OP_equal,
    [Py_NE] = NF_OP_not_equal, [Py_GT] = NF_OP_greater,    [Py_GE] = NF_OP_greater_equal,
};

/* As the loops of arrays do (operand_compare.c), without the ufunc around them. */
static PyObject *compare_numbers(nfnp_scalar *self, PyObject *other, nf_unpacked value, int op)
{
    nfnp_operand a = nfnp_operand_of_code(self->dtype, self->code),
                 b = nfnp_operand_of(value, nfnp_note_of(other));
    uint64_t code;
    if ((b.note & NFNP_LITERAL) && nfnp_stands_for(self->dtype, &b, &code))
        b = nfnp_operand_of_code(self->dtype, code);
    return truth(nfnp_holds(ops[op], nfnp_compare_operands(&a, &b)));
}

static PyObject *compare_same_format(nfnp_scalar *a, nfnp_scalar *b, int op)
{
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
