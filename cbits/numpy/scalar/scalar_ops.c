/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a scalar add, multiply and so on without a walk through np.add? */
#include "scalar/nfnp_scalar.h"
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
    nf_kind kind = nf_op_kind(op);
    bool is_question = kind == NF_KIND_T_B || kind == NF_KIND_TT_B;
    int nin, nout;
    nfnp_count_operands(kind, &nin, &nout);
    char buffers[5][8], *data[5];
    intptr_t strides[5];
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
    nf_env env = nfnp_env(&d->format);
    loop_of(d, op)(&d->format, data, strides, 1, &env);
    for (int i = 0; i < nout; i++)
        out[i] = is_question ? (uint8_t)buffers[nin][0] : nfnp_load(d, buffers[nin + i]);
    return nfnp_judge_flags(name, env.flags);
}

/* ---- operands ------------------------------------------------------------------------------- */

enum { ERROR = -1, FOREIGN = 0, CODE = 1, STRANGER = 2, ARRAY = 3 };

/* One operand, by what `kind` says: a code of the format, or an integer that is no value of it. */
typedef struct {
    int kind;
    uint64_t code;
    nf_unpacked value;
} operand;

/* NumPy knows what to do with these: arrays, its scalars, sequences, complex numbers; and with
 * subclasses of float, which it takes for float64. */
static bool is_numpy_operand(PyObject *obj)
{
    return PyArray_Check(obj) || PyArray_IsScalar(obj, Generic) || PyComplex_Check(obj) ||
           PyList_Check(obj) || PyTuple_Check(obj) ||
           PyObject_HasAttrString(obj, "__array_ufunc__") ||
           PyObject_HasAttrString(obj, "__array__");
}

static bool is_numpy_integer(PyObject *obj)
{
    return PyArray_IsScalar(obj, Bool) ||
           (PyArray_IsScalar(obj, Integer) && !PyArray_IsScalar(obj, Timedelta));
}

/* Integers are exact operands: a code where the format has the number, else the number itself.
 * Those of more than 64 significant bits are the ufuncs' work (operand_long.c). */
static operand integer_operand(nfnp_dtype *d, PyObject *obj)
{
    operand x = {.kind = ERROR};
    if (nfnp_unpack_object(obj, &x.value) < 0)
        return x;
    x.kind = CODE;
    if (nfnp_is_value(d, &x.value, &x.code))
        return x;
    x.kind = nf_is_exact_operand(&x.value) ? STRANGER : ARRAY;
    return x;
}

/* Other Python numbers are weak: rounded once into the format d of the other operand. */
static operand operand_of(nfnp_dtype *d, PyObject *obj, uint32_t *flags)
{
    operand x = {.kind = CODE};
    if (Py_TYPE(obj) == d->scalar) {
        x.code = ((nfnp_scalar *)obj)->code;
        return x;
    }
    if (PyLong_Check(obj) || is_numpy_integer(obj))
        return integer_operand(d, obj);
    if (!PyFloat_CheckExact(obj)) {
        if (PyFloat_Check(obj) || is_numpy_operand(obj)) {
            x.kind = ARRAY;
            return x;
        }
        /* Fraction and Decimal are weak, too; others may know us */
        PyObject *weak = nfnp_helper("is_weak", obj);
        Py_XDECREF(weak);
        if (weak != Py_True) {
            x.kind = weak ? FOREIGN : ERROR;
            return x;
        }
    }
    if (nfnp_from_object(d, obj, &x.code, flags) < 0)
        x.kind = ERROR;
    return x;
}

/* Both operands, and what they are together.  At least one is ours: Python calls us for no other.
 */
static int operands_of(PyObject *a, PyObject *b, nfnp_dtype **d, operand *x)
{
    uint32_t flags = 0;
    *d = nfnp_scalar_dtype(a);
    if (*d == NULL)
        *d = nfnp_scalar_dtype(b);
    if (*d == NULL)
        return FOREIGN;
    x[0] = operand_of(*d, a, &flags);
    if (x[0].kind != CODE && x[0].kind != STRANGER)
        return x[0].kind;
    x[1] = operand_of(*d, b, &flags);
    if (x[1].kind != CODE && x[1].kind != STRANGER)
        return x[1].kind;
    if (nfnp_judge_flags("cast", flags) < 0)
        return ERROR;
    return x[0].kind == STRANGER || x[1].kind == STRANGER ? STRANGER : CODE;
}

/* ---- binary operators ----------------------------------------------------------------------- */

/* The operations of one operator, of which each gives a code, on exact operands. */
static int apply_exactly(nfnp_dtype *d, const nf_op *ops, int count, const char *name,
                         const operand *x, uint64_t *out)
{
    nf_unpacked in[2];
    for (int i = 0; i < 2; i++)
        in[i] = x[i].kind == CODE ? nf_decode(&d->format, x[i].code) : x[i].value;
    nf_env env = nfnp_env(&d->format);
    for (int i = 0; i < count; i++)
        out[i] = nf_exact_operation(&d->format, ops[i], in, &env);
    return nfnp_judge_flags(name, env.flags);
}

static PyObject *binary(PyObject *a, PyObject *b, nf_op op, const char *name, binaryfunc generic)
{
    nfnp_dtype *d;
    operand x[2];
    uint64_t out;
    int status;
    switch (operands_of(a, b, &d, x)) {
    case CODE: status = nfnp_apply(d, op, name, (uint64_t[]){x[0].code, x[1].code}, &out); break;
    case STRANGER: status = apply_exactly(d, &op, 1, name, x, &out); break;
    case ARRAY: return generic(a, b);
    case FOREIGN: Py_RETURN_NOTIMPLEMENTED;
    default: return NULL;
    }
    return status < 0 ? NULL : nfnp_scalar_new(d, out);
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
    static const nf_op both[] = {NF_OP_floor_divide, NF_OP_remainder};
    static const char name[] = "scalar divmod";
    nfnp_dtype *d;
    operand x[2];
    uint64_t out[2];
    int status;
    switch (operands_of(a, b, &d, x)) {
    case CODE:
        status = nfnp_apply(d, NF_OP_divmod, name, (uint64_t[]){x[0].code, x[1].code}, out);
        break;
    case STRANGER: status = apply_exactly(d, both, 2, name, x, out); break;
    case ARRAY: return PyGenericArrType_Type.tp_as_number->nb_divmod(a, b);
    case FOREIGN: Py_RETURN_NOTIMPLEMENTED;
    default: return NULL;
    }
    if (status < 0)
        return NULL;
    return Py_BuildValue("NN", nfnp_scalar_new(d, out[0]), nfnp_scalar_new(d, out[1]));
}

/* x ** k, an integer of 64 bits; 1 done, 0 it is longer, -1 error. */
static int integer_power(nfnp_dtype *d, PyObject *x, PyObject *k, uint64_t *out)
{
    PyObject *integer = PyNumber_Index(k);
    if (integer == NULL)
        return -1;
    int overflow;
    long long exponent = PyLong_AsLongLongAndOverflow(integer, &overflow);
    Py_DECREF(integer);
    if (exponent == -1 && PyErr_Occurred())
        return -1;
    if (overflow)
        return 0;
    uint64_t in[2] = {((nfnp_scalar *)x)->code, (uint64_t)exponent};
    return nfnp_apply(d, NF_OP_powi, "scalar power", in, out) < 0 ? -1 : 1;
}

/* An integer exponent is a count of factors; other operands are those of a binary operator. */
static PyObject *scalar_power(PyObject *a, PyObject *b, PyObject *modulus)
{
    if (modulus != Py_None)
        Py_RETURN_NOTIMPLEMENTED;
    nfnp_dtype *d = nfnp_scalar_dtype(a);
    if (d != NULL && (PyLong_Check(b) || (is_numpy_integer(b) && !PyArray_IsScalar(b, Bool)))) {
        uint64_t out;
        int done = integer_power(d, a, b, &out);
        if (done != 0)
            return done < 0 ? NULL : nfnp_scalar_new(d, out);
        if (!PyLong_Check(b)) /* a uint64: the ufunc says what is wrong */
            return PyGenericArrType_Type.tp_as_number->nb_power(a, b, modulus);
    }
    operand x[2];
    uint64_t out;
    static const nf_op pow = NF_OP_pow;
    int status;
    switch (operands_of(a, b, &d, x)) {
    case CODE:
        status = nfnp_apply(d, pow, "scalar power", (uint64_t[]){x[0].code, x[1].code}, &out);
        break;
    case STRANGER: status = apply_exactly(d, &pow, 1, "scalar power", x, &out); break;
    case ARRAY: return PyGenericArrType_Type.tp_as_number->nb_power(a, b, modulus);
    case FOREIGN: Py_RETURN_NOTIMPLEMENTED;
    default: return NULL;
    }
    return status < 0 ? NULL : nfnp_scalar_new(d, out);
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
