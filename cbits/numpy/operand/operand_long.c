/* SPDX-License-Identifier: BSD-3-Clause */
/* What is an operation on exact values of which some are integers longer than the core takes?
 *
 * Python's own integers do it: numformats._long_integers.operate returns the exact result.  NaNs,
 * infinities, zeros and their signs are left to the core, which only has to know the sign of a long
 * integer then. */
#include "operand/nfnp_operand.h"

/* (significand, exponent of two) */
static PyObject *exact_pair(nf_unpacked x)
{
    PyObject *significand = PyLong_FromUnsignedLongLong(x.cls == NF_FINITE ? x.hi : 0);
    PyObject *integer = significand && x.sign ? PyNumber_Negative(significand) : NULL;
    if (integer != NULL) {
        Py_DECREF(significand);
        significand = integer;
    }
    return significand && !PyErr_Occurred() ? Py_BuildValue("Ni", significand, x.exp - 63) : NULL;
}

/* The exact result as a Fraction, NULL with an error. */
static PyObject *operate(nf_op op, int count, const nf_unpacked *in, PyObject *const *whole)
{
    PyObject *operands = PyTuple_New(count);
    for (int i = 0; operands != NULL && i < count; i++) {
        PyObject *x = whole[i] ? Py_BuildValue("Oi", whole[i], 0) : exact_pair(in[i]);
        if (x == NULL)
            Py_CLEAR(operands);
        else
            PyTuple_SET_ITEM(operands, i, x);
    }
    PyObject *module = operands ? PyImport_ImportModule("numformats._long_integers") : NULL;
    PyObject *result =
        module ? PyObject_CallMethod(module, "operate", "sO", nf_op_name(op), operands) : NULL;
    Py_XDECREF(module);
    Py_XDECREF(operands);
    return result;
}

/* What is left of it modulo 2^bits steps, with its sign: 1 if that is not all, -1 with an error. */
static int reduce(const nf_format *f, PyObject **fraction)
{
    PyObject *module = PyImport_ImportModule("numformats._long_integers");
    PyObject *pair = module ? PyObject_CallMethod(module, "residue", "Oii", *fraction, (int)f->bits,
                                                  (int)f->frac)
                            : NULL;
    Py_XDECREF(module);
    if (pair == NULL)
        return -1;
    Py_SETREF(*fraction, Py_NewRef(PyTuple_GET_ITEM(pair, 0)));
    int beyond = PyTuple_GET_ITEM(pair, 1) == Py_True;
    Py_DECREF(pair);
    return beyond;
}

static int round_fraction(nfnp_dtype *d, PyObject *exact, nf_env *env, uint64_t *code)
{
    const nf_format *f = &d->format;
    nf_unpacked x;
    bool wraps = f->family == NF_FIXED && f->overflow == NF_OVERFLOW_WRAP;
    PyObject *left = Py_NewRef(exact);
    int beyond = wraps ? reduce(f, &left) : 0;
    int status = beyond < 0 ? -1 : nfnp_unpack_object(left, &x);
    Py_DECREF(left);
    if (status <= 0)
        return -1;
    env->flags |= beyond ? NF_OVERFLOW : 0;
    *code = nf_round_result(f, x, env);
    return 0;
}

static bool has_exact_result(nf_op op)
{
    return op == NF_OP_add || op == NF_OP_sub || op == NF_OP_mul || op == NF_OP_div ||
           op == NF_OP_floor_divide || op == NF_OP_remainder || op == NF_OP_fmod ||
           op == NF_OP_ieee_remainder || op == NF_OP_fma || op == NF_OP_fmm;
}

static int refuse(const nfnp_dtype *d, nf_op op)
{
    PyErr_Format(PyExc_TypeError,
                 "%s of %s takes integers of at most 64 significant bits: convert a longer one "
                 "first, as in nf.%s(n)",
                 nf_op_name(op), d->name, d->name);
    return -1;
}

static nf_unpacked unit(bool sign, int exp)
{
    return (nf_unpacked){NF_FINITE, sign, exp, (uint64_t)1 << 63, 0};
}

/* What the exact result is not needed for, or is 0 and its sign wanted: the same question about
 * short numbers. */
static uint64_t ask_core(const nf_format *f, nf_op op, int count, const nf_unpacked *in,
                         PyObject *const *whole, bool cancels, nf_env *env)
{
    nf_unpacked near[3] = {unit(false, 0), unit(false, 0)};
    if (cancels && (op == NF_OP_add || op == NF_OP_sub || op == NF_OP_fma))
        return nf_exact_operation(f, NF_OP_sub, near, env);
    for (int i = 0; i < count; i++) {
        near[i] = in[i];
        if (cancels) /* 1 mod 1, 1 // 2 */
            near[i] = unit(in[i].sign, op == NF_OP_floor_divide && i == 1);
        else if (whole[i] != NULL)
            near[i] = unit(in[i].sign, NF_EXACT_EXP - 1);
    }
    return nf_exact_operation(f, op, near, env);
}

static int operate_long(nfnp_dtype *d, nf_op op, int count, const nf_unpacked *in,
                        PyObject *const *whole, nf_env *env, uint64_t *code)
{
    bool finite = true, has_zero = false;
    for (int i = 0; i < count; i++) {
        finite &= in[i].cls == NF_FINITE || in[i].cls == NF_ZERO;
        has_zero |= in[i].cls == NF_ZERO;
    }
    PyObject *exact = finite ? operate(op, count, in, whole) : Py_NewRef(Py_None);
    int is_value = exact ? PyObject_IsTrue(exact) : -1; /* not None, and not 0 */
    int status = is_value < 0 ? -1 : 0;
    if (is_value == 1)
        status = round_fraction(d, exact, env, code);
    else if (is_value == 0)
        *code = ask_core(&d->format, op, count, in, whole, finite && !has_zero, env);
    Py_XDECREF(exact);
    return status;
}

int nfnp_exact_operation(nfnp_dtype *d, nf_op op, const nf_unpacked *in, PyObject *const *whole,
                         nf_env *env, uint64_t *code)
{
    int count = nf_op_kind(op) == NF_KIND_TTT_T ? 3 : 2;
    nf_unpacked stored[3];
    bool is_long = false;
    for (int i = 0; i < count; i++) {
        stored[i] = in[i];
        if (whole[i] == NULL)
            continue;
        is_long = true;
        /* A truncated machine has no register for more than its storage. */
        if (d->format.family == NF_TRUNCATED)
            stored[i] = nf_decode(&d->format, nf_encode(&d->format, in[i], env));
    }
    if (is_long && d->format.family != NF_TRUNCATED) {
        if (!has_exact_result(op))
            return refuse(d, op);
        return operate_long(d, op, count, in, whole, env, code);
    }
    *code = nf_exact_operation(&d->format, op, stored, env);
    return 0;
}
