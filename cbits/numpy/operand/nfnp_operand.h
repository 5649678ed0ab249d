/* SPDX-License-Identifier: BSD-3-Clause */
/* What is an exact operand: a number that a ufunc takes as it is, not rounded to the format first?
 *
 * NumPy casts the operands of a ufunc to the DTypes of its loop.  Loops that take strangers name a
 * hidden DType, whose element is an unpacked number: integers, floats and other formats are cast
 * into it without a loss, and Python's numbers are stored by its setitem. */
#ifndef NFNP_OPERAND_H
#define NFNP_OPERAND_H

#include "casts/nfnp_casts.h"

/* An element.  A number of more than 64 significant bits has its first 128 here, the rest jammed;
 * an int of Python's beyond them is kept whole by the descriptor. */
typedef struct nfnp_operand {
    uint8_t cls, sign;
    uint8_t note; /* a sum of those below */
    uint8_t kept; /* its number among the kept ints, from 1; 0: the value is all there is */
    int32_t exp;
    uint64_t hi, lo;
} nfnp_operand;

enum {
    NFNP_LITERAL = 1, /* a Python float: stands for the nearest value of the format in its range */
    NFNP_IEEE = 2,    /* of a type with NaNs that are unordered */
    NFNP_NAR = 4      /* of a type with NaR */
};

/* What a type says about its NaNs: integers, fixed point and floats without any say nothing. */
static inline uint8_t nfnp_nan_note(const nf_format *f)
{
    if (nfnp_has_nar(f))
        return NFNP_NAR;
    return f->family == NF_FIXED || f->nan == NF_NAN_NONE ? 0 : NFNP_IEEE;
}

static inline nf_unpacked nfnp_value(const nfnp_operand *x)
{
    return (nf_unpacked){x->cls, x->sign, x->exp, x->hi, x->lo};
}
static inline nfnp_operand nfnp_operand_of(nf_unpacked x, uint8_t note)
{
    return (nfnp_operand){x.cls, x.sign, note, 0, x.exp, x.hi, x.lo};
}
static inline nfnp_operand nfnp_fetch(const char *p)
{
    nfnp_operand x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* ---- operand_dtype.c, casts_exact.c: the hidden DType --------------------------------------- */

extern PyArray_DTypeMeta nfnp_exact;
/* The int that an element is too short for: new reference, NULL with an error.  With the GIL. */
PyObject *nfnp_kept(PyArray_Descr *descr, const nfnp_operand *x);
/* Its casts from NumPy's types. */
PyArrayMethod_Spec **nfnp_make_exact_casts(void);

/* ---- operand_code.c: strangers and the values of a format ----------------------------------- */

/* Does the operand equal, or stand for, a value of the format?  Then *code is it. */
bool nfnp_stands_for(const nfnp_dtype *d, const nfnp_operand *x, uint64_t *code);
/* The value as a code, rounded as the literal or the number that it is; flags in env. */
uint64_t nfnp_round_operand(const nfnp_dtype *d, const nfnp_operand *x, nf_env *env);
nfnp_operand nfnp_operand_of_code(const nfnp_dtype *d, uint64_t code);

/* ---- operand_compare.c ---------------------------------------------------------------------- */

/* The note of an operand that is this Python object. */
uint8_t nfnp_note_of(PyObject *obj);

enum { NFNP_UNORDERED = 2 };
int nfnp_order_operands(const nfnp_operand *a, const nfnp_operand *b); /* -1, 0, 1, unordered */
bool nfnp_order_is(nf_op op, int order);                               /* as `op` asks */

/* ---- operand_call.c: one inner-loop call ---------------------------------------------------- */

/* The operands of a loop that has strangers among its inputs. */
typedef struct nfnp_call {
    nfnp_dtype *d; /* the format of the result, or of what is compared; NULL: all are strangers */
    nf_op op;
    int nin, nout;
    PyArrayMethod_Context *context;
    char *const *data;
    const npy_intp *strides;
    npy_intp n;
} nfnp_call;

nfnp_call nfnp_begin_call(nf_op op, PyArrayMethod_Context *context, char *const *data,
                          const npy_intp *dimensions, const npy_intp *strides);
static inline bool nfnp_is_stranger(const nfnp_call *c, int i)
{
    return NPY_DTYPE(c->context->descriptors[i]) == &nfnp_exact;
}
/* Operand i of element `at`. */
nfnp_operand nfnp_operand_at(const nfnp_call *c, int i, npy_intp at);
/* The code that may stand for stranger i; false: there is none. */
typedef bool nfnp_code_of(const nfnp_call *c, int i, const nfnp_operand *x, uint64_t *code);
nfnp_code_of nfnp_code_of_value;
/* Runs the plain loop if all strangers are constants that have a code: 1 done, 0 not so, -1
 * with an exception. */
int nfnp_run_constants(const nfnp_call *c, nfnp_code_of *code_of);

/* ---- operand_blocks.c ----------------------------------------------------------------------- */

/* An integer below 2^63?  A float is none, whatever its value: its zero may be -0. */
bool nfnp_integer_of(const nfnp_operand *x, int64_t *n);
/* Element i of a call by the loop's own way; env->index is that of the element. */
typedef void nfnp_element(const nfnp_call *c, npy_intp i, nf_env *env);
/* All elements: blocks of integers that the format has by the plain loop, others by `element`.
 * `cost` as that of nfnp_in_parts; false: stopped. */
bool nfnp_run_elements(const nfnp_call *c, nfnp_element *element, unsigned cost, nf_env *env);

/* ---- operand_arithmetic.c, operand_compare.c, operand_choice.c: the loops ------------------- */

PyArrayMethod_StridedLoop *nfnp_arithmetic_loop(nf_op op), *nfnp_compare_loop(nf_op op),
    *nfnp_choice_loop(nf_op op), *nfnp_product_loop(const char *ufunc); /* matmul.c */
/* op on exact values; whole[i] is the int where in[i] is only its jammed 128 bits, else NULL.  0,
 * or -1 with an error.  With the GIL. */
int nfnp_exact_operation(nfnp_dtype *d, nf_op op, const nf_unpacked *in, PyObject *const *whole,
                         nf_env *env, uint64_t *code);

/* ---- operand_loops.c: registration ---------------------------------------------------------- */

/* The loop of this ufunc for the format, inputs being strangers where the bits of `strangers` are
 * set, is registered: 0, or -1 with an error. */
int nfnp_ensure_loop(nfnp_dtype *d, PyObject *ufunc, unsigned strangers);

#endif
