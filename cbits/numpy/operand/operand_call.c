/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the operands of a loop that has strangers among its inputs? */
#include "operand/nfnp_operand.h"

nfnp_call nfnp_begin_call(nf_op op, PyArrayMethod_Context *context, char *const *data,
                          const npy_intp *dimensions, const npy_intp *strides)
{
    nfnp_call c = {NULL, op, 0, 0, context, data, strides, dimensions[0]};
    nfnp_count_operands(nf_op_kind(op), &c.nin, &c.nout);
    for (int i = 0; i < c.nin + c.nout && c.d == NULL; i++)
        c.d = nfnp_of_class(NPY_DTYPE(context->descriptors[i]));
    return c;
}

nfnp_operand nfnp_operand_at(const nfnp_call *c, int i, npy_intp at)
{
    const char *p = c->data[i] + at * c->strides[i];
    return nfnp_is_stranger(c, i) ? nfnp_fetch(p) : nfnp_operand_of_code(c->d, nfnp_load(c->d, p));
}

bool nfnp_code_of_value(const nfnp_call *c, int Py_UNUSED(i), const nfnp_operand *x, uint64_t *code)
{
    return nfnp_stands_for(c->d, x, code);
}

int nfnp_run_constants(const nfnp_call *c, nfnp_code_of *code_of)
{
    char stored[5][8], *at[5];
    npy_intp steps[5];
    for (int i = 0; i < c->nin + c->nout; i++) {
        at[i] = c->data[i];
        steps[i] = c->strides[i];
        if (i >= c->nin || !nfnp_is_stranger(c, i))
            continue;
        nfnp_operand x = nfnp_operand_at(c, i, 0);
        uint64_t code;
        if (steps[i] != 0 || !code_of(c, i, &x, &code))
            return 0;
        at[i] = stored[i];
        nfnp_store(c->d, stored[i], code);
    }
    return nfnp_run(c->op, c->d, at, steps, c->n) < 0 ? -1 : 1;
}
