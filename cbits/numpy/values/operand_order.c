/* SPDX-License-Identifier: BSD-3-Clause */
/* How do two exact operands compare? */
#include "values/nfnp_values.h"

static int signum(const nfnp_operand *x)
{
    return x->cls == NF_ZERO ? 0 : x->sign ? -1 : 1;
}

/* A jammed lowest bit keeps the order: values of formats have at most 64 bits. */
static int order_magnitudes(const nfnp_operand *a, const nfnp_operand *b)
{
    if (a->cls == NF_INFINITE || b->cls == NF_INFINITE)
        return (a->cls == NF_INFINITE) - (b->cls == NF_INFINITE);
    if (a->exp != b->exp)
        return a->exp < b->exp ? -1 : 1;
    if (a->hi != b->hi)
        return a->hi < b->hi ? -1 : 1;
    return a->lo < b->lo ? -1 : a->lo > b->lo;
}

int nfnp_compare_operands(const nfnp_operand *a, const nfnp_operand *b)
{
    bool nan_a = a->cls == NF_NOT_A_NUMBER, nan_b = b->cls == NF_NOT_A_NUMBER;
    if (nan_a || nan_b) { /* a NaR is below everything else, and Python's NaN is one beside it */
        bool is_nar = ((a->note | b->note) & (NFNP_NAR | NFNP_IEEE)) == NFNP_NAR;
        return is_nar ? nan_b - nan_a : NFNP_UNORDERED;
    }
    int sa = signum(a), sb = signum(b);
    if (sa != sb || sa == 0)
        return (sa > sb) - (sa < sb);
    return sa * order_magnitudes(a, b);
}

bool nfnp_holds(nf_op op, int order)
{
    switch (op) {
    case NF_OP_equal: return order == 0;
    case NF_OP_not_equal: return order != 0;
    case NF_OP_less: return order == -1;
    case NF_OP_less_equal: return order == -1 || order == 0;
    case NF_OP_greater: return order == 1;
    default: return order == 1 || order == 0;
    }
}
