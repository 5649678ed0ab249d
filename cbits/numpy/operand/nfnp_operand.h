/* SPDX-License-Identifier: BSD-3-Clause */
/* What is an exact operand: a number that a ufunc takes as it is, not rounded to the format first?
 *
 * NumPy casts the operands of a ufunc to the DTypes of its loop.  Loops that take strangers name a
 * hidden DType, whose element is an unpacked number: integers, floats and other formats are cast
 * into it without a loss, and Python's numbers are stored by its setitem. */
#ifndef NFNP_OPERAND_H
#define NFNP_OPERAND_H

#include "ufuncs/nfnp_ufuncs.h"

/* ---- operand_dtype.c: the hidden DType ------------------------------------------------------ */

int nfnp_make_exact(PyObject *module);
/* The int that an element is too short for: new reference, NULL with an error.  With the GIL. */
PyObject *nfnp_kept(PyArray_Descr *descr, const nfnp_operand *x);

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
    *nfnp_choice_loop(nf_op op);
/* op on exact values; whole[i] is the int where in[i] is only its jammed 128 bits, else NULL.  0,
 * or -1 with an error.  With the GIL. */
int nfnp_exact_operation(nfnp_dtype *d, nf_op op, const nf_unpacked *in, PyObject *const *whole,
                         nf_env *env, uint64_t *code);

/* ---- operand_loops.c: registration ---------------------------------------------------------- */

/* The loop of this ufunc for the format, inputs being strangers where the bits of `strangers` are
 * set, is registered: 0, or -1 with an error. */
int nfnp_ensure_loop(nfnp_dtype *d, PyObject *ufunc, unsigned strangers);
/* The loops of comparisons between two strangers. */
int nfnp_add_stranger_comparisons(void);

#endif
