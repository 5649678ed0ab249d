/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a format compare with numbers that it may lack?  The exact values are compared. */
#include "operand/nfnp_operand.h"

/* ---- many values against one that the format lacks ------------------------------------------ */

/* Beside a neighbour v of y, with no value between them, the question is about v:
 *
 *     y < v:   x < y  and  x <= y   <=>   x < v          v < y:   <=>   x <= v */
static uint64_t neighbour_of(const nfnp_dtype *d, const nfnp_operand *y, bool *above)
{
    nf_limits ends = nf_limits_of(&d->format);
    nfnp_operand top = nfnp_operand_of_code(d, ends.maxpos),
                 bottom = nfnp_operand_of_code(d, ends.lowest);
    *above = false;
    if (nfnp_compare_operands(y, &top) > 0)
        return ends.maxpos;
    *above = true;
    if (nfnp_compare_operands(y, &bottom) < 0)
        return ends.lowest;
    if (y->cls == NF_ZERO) /* a format without a zero */
        return ends.minpos;
    nf_format f = d->format;
    f.rounding = NF_TOWARD_ZERO;
    nf_env ignored = {0};
    uint64_t code = nf_encode(&f, nfnp_value(y), &ignored);
    nfnp_operand v = nfnp_operand_of_code(d, code);
    *above = nfnp_compare_operands(y, &v) < 0;
    return code;
}

static void answer_all(const nfnp_call *c, bool truth)
{
    for (npy_intp i = 0; i < c->n; i++)
        *(npy_bool *)(c->data[2] + i * c->strides[2]) = truth;
}

static nf_op turned(nf_op op)
{
    switch (op) {
    case NF_OP_less: return NF_OP_greater;
    case NF_OP_less_equal: return NF_OP_greater_equal;
    case NF_OP_greater: return NF_OP_less;
    case NF_OP_greater_equal: return NF_OP_less_equal;
    default: return op;
    }
}

/* Operand `at` is the constant y. */
static int compare_to_neighbour(const nfnp_call *c, int at, const nfnp_operand *y)
{
    if (y->cls == NF_NOT_A_NUMBER || c->op == NF_OP_equal || c->op == NF_OP_not_equal) {
        answer_all(c, c->op == NF_OP_not_equal);
        return 0;
    }
    bool above;
    char stored[8];
    nfnp_store(c->d, stored, neighbour_of(c->d, y, &above));
    nf_op op = at == 1 ? c->op : turned(c->op); /* format op y */
    bool less = op == NF_OP_less || op == NF_OP_less_equal;
    if (less)
        op = above ? NF_OP_less : NF_OP_less_equal;
    else
        op = above ? NF_OP_greater_equal : NF_OP_greater;
    char *const data[] = {c->data[1 - at], stored, c->data[2]};
    const npy_intp steps[] = {c->strides[1 - at], 0, c->strides[2]};
    return nfnp_run(op, c->d, data, steps, c->n);
}

/* ---- loops ---------------------------------------------------------------------------------- */

static void compare_at(const nfnp_call *c, npy_intp i, nf_env *Py_UNUSED(env))
{
    nfnp_operand a = nfnp_operand_at(c, 0, i), b = nfnp_operand_at(c, 1, i);
    *(npy_bool *)(c->data[2] + i * c->strides[2]) =
        nfnp_holds(c->op, nfnp_compare_operands(&a, &b));
}

/* Of two zeros the sign does not count. */
static bool code_of_equal(const nfnp_call *c, int i, const nfnp_operand *x, uint64_t *code)
{
    nfnp_operand y = *x;
    if (y.cls == NF_ZERO)
        y.sign = 0;
    return nfnp_code_of_value(c, i, &y, code);
}

/* A stride of 0 is that of a constant, and of arrays of length 1 among longer ones. */
static int compare(nf_op op, PyArrayMethod_Context *context, char *const *data,
                   const npy_intp *dimensions, const npy_intp *strides)
{
    nfnp_call c = nfnp_begin_call(op, context, data, dimensions, strides);
    int at = nfnp_is_stranger(&c, 1);
    if (c.n == 0)
        return 0;
    nfnp_operand y = nfnp_fetch(data[at]);
    bool nar_is_nan = c.d != NULL && nfnp_has_nar(&c.d->format) && (y.note & NFNP_IEEE);
    if (c.d == NULL || strides[at] != 0 || nar_is_nan) {
        nf_env env = {0};
        return nfnp_run_elements(&c, compare_at, 4, &env) ? 0 : nfnp_raise_stop();
    }
    int ran = nfnp_run_constants(&c, code_of_equal);
    if (ran != 0)
        return ran < 0 ? -1 : 0;
    return compare_to_neighbour(&c, at, &y);
}

NFNP_OPERATION_LOOP(compare, equal)
NFNP_OPERATION_LOOP(compare, not_equal)
NFNP_OPERATION_LOOP(compare, less)
NFNP_OPERATION_LOOP(compare, less_equal)
NFNP_OPERATION_LOOP(compare, greater)
NFNP_OPERATION_LOOP(compare, greater_equal)

PyArrayMethod_StridedLoop *nfnp_compare_loop(nf_op op)
{
    switch (op) {
    case NF_OP_equal: return compare_equal;
    case NF_OP_not_equal: return compare_not_equal;
    case NF_OP_less: return compare_less;
    case NF_OP_less_equal: return compare_less_equal;
    case NF_OP_greater: return compare_greater;
    case NF_OP_greater_equal: return compare_greater_equal;
    default: return NULL;
    }
}
