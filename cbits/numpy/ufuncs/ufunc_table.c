/* SPDX-License-Identifier: BSD-3-Clause */
/* Which ufunc does which operation of the core?  As the columns of nf_ops.def say. */
#include "ufuncs/nfnp_ufuncs.h"
#include "order/nfnp_order.h"

/* logical_and, or, xor and not are absent: NumPy casts their operands to bool by itself. */
const nfnp_operation nfnp_operations[] = {
#define NF_OP(name, kind, ufunc, events, use) {#ufunc, NF_OP_##name, NFNP_##events, NFNP_##use},
#include "nf_ops.def"
#undef NF_OP
    /* Operations that NumPy has twice. */
    {"conjugate", NF_OP_pos, NFNP_QUIET, NFNP_PLAIN},
    {"fabs", NF_OP_abs, NFNP_RAISES, NFNP_PLAIN},
    {"radians", NF_OP_deg2rad, NFNP_RAISES, NFNP_PLAIN},
    {"degrees", NF_OP_rad2deg, NFNP_RAISES, NFNP_PLAIN},
    {NULL, NF_OP_COUNT, NFNP_QUIET, NFNP_PLAIN},
};

static const nfnp_operation *find(const char *ufunc)
{
    const nfnp_operation *row = nfnp_operations;
    while (row->ufunc != NULL && strcmp(row->ufunc, ufunc) != 0)
        row++;
    return row->ufunc ? row : NULL;
}

bool nfnp_has_loop(const char *ufunc)
{
    return find(ufunc) != NULL;
}

bool nfnp_is_question(const char *ufunc)
{
    const nfnp_operation *row = find(ufunc);
    nf_kind kind = row ? nf_op_kind(row->op) : NF_KIND_T_T;
    return kind == NF_KIND_T_B || kind == NF_KIND_TT_B;
}

int nfnp_add_loops(nfnp_dtype *d)
{
    for (const nfnp_operation *row = nfnp_operations; row->ufunc != NULL; row++)
        if (!nfnp_is_no_ufunc(row) && nfnp_add_operation(d, row) < 0)
            return -1;
    return nfnp_add_matmul_loops(d) < 0 ? -1 : nfnp_add_sort_loops(d);
}
