/* SPDX-License-Identifier: BSD-3-Clause */
/* Which code of a format does an exact operand equal, stand for, or round to? */
#include "nfnp_operand.h"

static bool has_place(const nfnp_dtype *d, const nfnp_operand *x)
{
    nf_limits ends = nf_limits_of(&d->format);
    nfnp_operand top = nfnp_operand_of_code(d, ends.maxpos),
                 bottom = nfnp_operand_of_code(d, ends.lowest);
    return nfnp_order_operands(x, &top) <= 0 && nfnp_order_operands(&bottom, x) <= 0;
}

/* Literals are fixed values: where the format rounds at random they go to the nearest. */
static uint64_t round_literal(const nfnp_dtype *d, const nfnp_operand *x, nf_env *env)
{
    nf_format f = d->format;
    if (f.rounding == NF_STOCHASTIC)
        f.rounding = NF_NEAREST_EVEN;
    return nf_encode(&f, nfnp_value(x), env);
}

/* The same value, and -0 is not 0. */
static bool is_value(const nfnp_dtype *d, uint64_t code, const nfnp_operand *x)
{
    nfnp_operand y = nfnp_operand_of_code(d, code);
    if (x->cls == NF_NOT_A_NUMBER || y.cls == NF_NOT_A_NUMBER) /* but a float's NaN is no NaR */
        return x->cls == y.cls && (x->note & NFNP_IEEE) <= (y.note & NFNP_IEEE);
    return nfnp_order_operands(x, &y) == 0 && (x->cls != NF_ZERO || x->sign == y.sign);
}

bool nfnp_stands_for(const nfnp_dtype *d, const nfnp_operand *x, uint64_t *code)
{
    nf_env ignored = {0};
    bool literal = x->note & NFNP_LITERAL;
    if (literal && x->cls != NF_NOT_A_NUMBER && x->cls != NF_INFINITE && has_place(d, x)) {
        *code = round_literal(d, x, &ignored);
        return true;
    }
    *code = round_literal(d, x, &ignored);
    return is_value(d, *code, x);
}

uint64_t nfnp_round_operand(const nfnp_dtype *d, const nfnp_operand *x, nf_env *env)
{
    if (x->note & NFNP_LITERAL)
        return round_literal(d, x, env);
    return nf_encode(&d->format, nfnp_value(x), env);
}
