/* SPDX-License-Identifier: BSD-3-Clause */
/* Which code of a format does an exact operand equal, stand for, or round to? */
#include "values/nfnp_values.h"
#include <numpy/arrayscalars.h>

uint8_t nfnp_note_of(PyObject *obj)
{
    const nfnp_dtype *d = nfnp_scalar_dtype(obj);
    if (d != NULL)
        return nfnp_nan_note(&d->format);
    if (!PyArray_IsScalar(obj, Generic)) /* NumPy takes other classes of floats for float64 */
        return PyFloat_CheckExact(obj) ? NFNP_LITERAL : PyFloat_Check(obj) ? NFNP_IEEE : 0;
    const nf_format *foreign = nfnp_foreign_format((PyObject *)Py_TYPE(obj));
    if (foreign != NULL)
        return nfnp_nan_note(foreign);
    return PyArray_IsScalar(obj, Floating) ? NFNP_IEEE : 0;
}

nfnp_operand nfnp_operand_of_code(const nfnp_dtype *d, uint64_t code)
{
    return nfnp_operand_of(nf_decode(&d->format, code), nfnp_nan_note(&d->format));
}

/* Is it in the range of the finite values?  No NaN is. */
static bool has_place(const nfnp_dtype *d, const nfnp_operand *x)
{
    if (x->cls == NF_NOT_A_NUMBER)
        return false;
    nf_limits ends = nf_limits_of(&d->format);
    nfnp_operand top = nfnp_operand_of_code(d, ends.maxpos),
                 bottom = nfnp_operand_of_code(d, ends.lowest);
    return nfnp_compare_operands(x, &top) <= 0 && nfnp_compare_operands(&bottom, x) <= 0;
}

/* The same value, and -0 is not 0. */
static bool is_value(const nfnp_dtype *d, uint64_t code, const nfnp_operand *x)
{
    nfnp_operand y = nfnp_operand_of_code(d, code);
    if (x->cls == NF_NOT_A_NUMBER || y.cls == NF_NOT_A_NUMBER) /* but a float's NaN is no NaR */
        return x->cls == y.cls && (x->note & NFNP_IEEE) <= (y.note & NFNP_IEEE);
    return nfnp_compare_operands(x, &y) == 0 && (x->cls != NF_ZERO || x->sign == y.sign);
}

bool nfnp_stands_for(const nfnp_dtype *d, const nfnp_operand *x, uint64_t *code)
{
    nf_env ignored = {0};
    *code = nfnp_encode_literal(d, nfnp_value(x), &ignored);
    if (is_value(d, *code, x))
        return true;
    if (!(x->note & NFNP_LITERAL) || !has_place(d, x))
        return false;
    /* A zero, whatever its sign, stands for no other value. */
    return x->cls == NF_FINITE ||
           (x->cls == NF_ZERO && nfnp_operand_of_code(d, *code).cls == NF_ZERO);
}

uint64_t nfnp_round_operand(const nfnp_dtype *d, const nfnp_operand *x, nf_env *env)
{
    if (x->note & NFNP_LITERAL)
        return nfnp_encode_literal(d, nfnp_value(x), env);
    return nf_encode(&d->format, nfnp_value(x), env);
}
