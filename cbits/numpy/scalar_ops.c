/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a scalar add, multiply and so on without a walk through np.add? */
#include "nfnp_scalar.h"
#include <numpy/arrayscalars.h>

static nf_loop *loop_of(nfnp_dtype *d, nf_op op)
{
    _Atomic(nf_loop *) *slot = &((nfnp_scalar_class *)d->scalar)->loops[op];
    nf_loop *loop = atomic_load_explicit(slot, memory_order_relaxed);
    if (loop == NULL) { /* every thread finds the same one */
        loop = nf_find_scalar_loop(&d->format, op);
        atomic_store_explicit(slot, loop, memory_order_relaxed);
    }
    return loop;
}

int nfnp_apply(nfnp_dtype *d, nf_op op, const char *name, const uint64_t *in, uint64_t *out)
{
    static const struct {
        uint8_t nin, nout, out_bytes; /* out_bytes 0: a code */
    } shapes[] = {
        [NF_KIND_T_T] = {1, 1, 0},   [NF_KIND_TT_T] = {2, 1, 0}, [NF_KIND_TTT_T] = {3, 1, 0},
        [NF_KIND_T_B] = {1, 1, 1},   [NF_KIND_TT_B] = {2, 1, 1}, [NF_KIND_T_TT] = {1, 2, 0},
        [NF_KIND_TT_TT] = {2, 2, 0}, [NF_KIND_TI_T] = {2, 1, 0},
    };
    nf_kind kind = nf_op_kind(op);
    int nin = shapes[kind].nin, nout = shapes[kind].nout;
    char buffers[4][8], *data[4];
    intptr_t strides[4];
    for (int i = 0; i < nin + nout; i++) {
        data[i] = buffers[i];
        strides[i] = d->size;
        if (i < nin)
            nfnp_store(d, buffers[i], in[i]);
    }
    if (kind == NF_KIND_TI_T) { /* the integer operand is an int64 whatever the format */
        memcpy(buffers[1], &in[1], 8);
        strides[1] = 8;
    }
    nf_env env = {0};
    if (d->format.rounding == NF_STOCHASTIC)
        env = nfnp_env(&d->format);
    loop_of(d, op)(&d->format, data, strides, 1, &env);
    for (int i = 0; i < nout; i++)
        out[i] = shapes[kind].out_bytes ? (uint8_t)buffers[nin][0] : nfnp_load(d, buffers[nin + i]);
    return nfnp_judge_flags(name, env.flags);
}

/* ---- operands ------------------------------------------------------------------------------- */

enum { ERROR = -1, FOREIGN = 0, WEAK = 1, ARRAY = 2 };

/* NumPy knows what to do with these: arrays, its scalars, sequences, complex numbers. */
static bool is_numpy_operand(PyObject *obj)
{
    return PyArray_Check(obj) || PyArray_IsScalar(obj, Generic) || PyComplex_Check(obj) ||
           PyList_Check(obj) || PyTuple_Check(obj) ||
           PyObject_HasAttrString(obj, "__array_ufunc__") ||
           PyObject_HasAttrString(obj, "__array__");
}

/* Python numbers are weak: rounded once into the format d of the other operand. */
static int operand_code(nfnp_dtype *d, PyObject *obj, uint64_t *code, uint32_t *flags)
{
    if (Py_TYPE(obj) == d->scalar) {
        *code = ((nfnp_scalar *)obj)->code;
        return WEAK;
    }
    if (!PyLong_Check(obj) && !PyFloat_CheckExact(obj)) {
        if (is_numpy_operand(obj))
            return ARRAY;
        if (!PyFloat_Check(obj)) { /* Fraction and Decimal are weak, too; others may know us */
            PyObject *weak = nfnp_helper("is_weak", obj);
            Py_XDECREF(weak);
            if (weak != Py_True)
                return weak ? FOREIGN : ERROR;
        }
    }
    return nfnp_from_object(d, obj, code, flags) < 0 ? ERROR : WEAK;
}

/* Both operands in one format.  At least one of them is ours: Python calls us for no other. */
static int operand_codes(PyObject *a, PyObject *b, nfnp_dtype **d, uint64_t *codes)
{
    uint32_t flags = 0;
    *d = nfnp_scalar_dtype(a);
    if (*d == NULL)
        *d = nfnp_scalar_dtype(b);
    if (*d == NULL)
        return FOREIGN;
    int left = operand_code(*d, a, &codes[0], &flags);
    int right = left == WEAK ? operand_code(*d, b, &codes[1], &flags) : left;
    if (right == WEAK && nfnp_judge_flags("cast", flags) < 0)
        return ERROR;
    return right;
}

/* ---- binary operators ----------------------------------------------------------------------- */

static PyObject *binary(PyObject *a, PyObject *b, nf_op op, const char *name, binaryfunc generic)
{
    nfnp_dtype *d;
    uint64_t in[2], out;
    switch (operand_codes(a, b, &d, in)) {
    case WEAK: return nfnp_apply(d, op, name, in, &out) < 0 ? NULL : nfnp_scalar_new(d, out);
    case ARRAY: return generic(a, b);
    case FOREIGN: Py_RETURN_NOTIMPLEMENTED;
    default: return NULL;
    }
}

/* The operators of np.generic go through the ufuncs. */
#define BINARY(FUNCTION, OP, SLOT, NAME)                                                           \
    static PyObject *FUNCTION(PyObject *a, PyObject *b)                                            \
    {                                                                                              \
        return binary(a, b, OP, "scalar " NAME, PyGenericArrType_Type.tp_as_number->SLOT);         \
    }
BINARY(scalar_add, NF_OP_add, nb_add, "add")
BINARY(scalar_subtract, NF_OP_sub, nb_subtract, "subtract")
BINARY(scalar_multiply, NF_OP_mul, nb_multiply, "multiply")
BINARY(scalar_divide, NF_OP_div, nb_true_divide, "divide")
BINARY(scalar_floor_divide, NF_OP_floor_divide, nb_floor_divide, "floor_divide")
BINARY(scalar_remainder, NF_OP_remainder, nb_remainder, "remainder")

static PyObject *scalar_divmod(PyObject *a, PyObject *b)
{
    nfnp_dtype *d;
    uint64_t in[2], out[2];
    switch (operand_codes(a, b, &d, in)) {
    case WEAK: break;
    case ARRAY: return PyGenericArrType_Type.tp_as_number->nb_divmod(a, b);
    case FOREIGN: Py_RETURN_NOTIMPLEMENTED;
    default: return NULL;
    }
    if (nfnp_apply(d, NF_OP_divmod, "scalar divmod", in, out) < 0)
        return NULL;
    return Py_BuildValue("NN", nfnp_scalar_new(d, out[0]), nfnp_scalar_new(d, out[1]));
}

/* x ** k with an integer |k| <= 64 is exact and rounded once; np.power judges everything else. */
static PyObject *scalar_power(PyObject *a, PyObject *b, PyObject *modulus)
{
    if (modulus != Py_None)
        Py_RETURN_NOTIMPLEMENTED;
    nfnp_dtype *d = nfnp_scalar_dtype(a);
    if (d != NULL && PyLong_Check(b)) {
        int overflow;
        long long k = PyLong_AsLongLongAndOverflow(b, &overflow);
        if (k == -1 && PyErr_Occurred())
            return NULL;
        if (!overflow && k >= -64 && k <= 64) {
            uint64_t in[2] = {((nfnp_scalar *)a)->code, (uint64_t)k}, out;
            return nfnp_apply(d, NF_OP_powi, "scalar power", in, &out) < 0
                       ? NULL
                       : nfnp_scalar_new(d, out);
        }
    }
    PyObject *other = d != NULL ? b : a;
    if (!PyLong_Check(other) && !PyFloat_Check(other) && !is_numpy_operand(other))
        Py_RETURN_NOTIMPLEMENTED;
    return PyGenericArrType_Type.tp_as_number->nb_power(a, b, modulus);
}

/* ---- unary operators ------------------------------------------------------------------------ */

static PyObject *unary(PyObject *self, nf_op op, const char *name)
{
    nfnp_scalar *s = (nfnp_scalar *)self;
    uint64_t out;
    return nfnp_apply(s->dtype, op, name, &s->code, &out) < 0 ? NULL
                                                              : nfnp_scalar_new(s->dtype, out);
}

static PyObject *scalar_negative(PyObject *self)
{
    return unary(self, NF_OP_neg, "scalar negative");
}

static PyObject *scalar_positive(PyObject *self)
{
    return unary(self, NF_OP_pos, "scalar positive");
}

static PyObject *scalar_absolute(PyObject *self)
{
    return unary(self, NF_OP_abs, "scalar absolute");
}

PyNumberMethods nfnp_scalar_number = {
    .nb_add = scalar_add,
    .nb_subtract = scalar_subtract,
    .nb_multiply = scalar_multiply,
    .nb_true_divide = scalar_divide,
    .nb_floor_divide = scalar_floor_divide,
    .nb_remainder = scalar_remainder,
    .nb_divmod = scalar_divmod,
    .nb_power = scalar_power,
    .nb_negative = scalar_negative,
    .nb_positive = scalar_positive,
    .nb_absolute = scalar_absolute,
    .nb_bool = nfnp_scalar_bool,
    .nb_int = nfnp_scalar_int,
    .nb_float = nfnp_scalar_float,
};
