/* SPDX-License-Identifier: BSD-3-Clause */
/* How do loops take integers as they are, without paying for what seldom happens?
 *
 *     all strangers are constants that the format has     the plain loop (operand_call.c)
 *     a block of integers that the format has             the plain loop on their codes
 *     anything else                                       the loop's own way, element by element */
#include "operand/nfnp_operand.h"

enum { BLOCK = 256, FEW = 16 };

bool nfnp_integer_of(const nfnp_operand *x, int64_t *n)
{
    *n = 0;
    if (x->note != 0)
        return false;
    if (x->cls == NF_ZERO)
        return !x->sign;
    if (x->cls != NF_FINITE || x->exp < 0 || x->exp > 62 || x->lo || x->hi << x->exp << 1)
        return false;
    int64_t magnitude = (int64_t)(x->hi >> (63 - x->exp));
    *n = x->sign ? -magnitude : magnitude;
    return true;
}

static bool codes_of_block(const nfnp_dtype *d, const char *p, npy_intp stride, npy_intp count,
                           char *codes)
{
    const nf_format *integer = &nfnp_numeric_of(NPY_LONGLONG)->row;
    int64_t given[BLOCK], again[BLOCK];
    for (npy_intp i = 0; i < count; i++) {
        nfnp_operand x = nfnp_fetch(p + i * stride);
        if (!nfnp_integer_of(&x, &given[i]))
            return false;
    }
    nf_format nearest = d->format; /* draws nothing */
    if (nearest.rounding == NF_STOCHASTIC)
        nearest.rounding = NF_NEAREST_EVEN;
    nf_env flags = {0};
    char *const out[] = {(char *)given, codes}, *const in[] = {codes, (char *)again};
    nf_find_cast(integer, &nearest)(integer, &nearest, out, (intptr_t[]){8, d->size}, count,
                                    &flags);
    nf_find_cast(&nearest, integer)(&nearest, integer, in, (intptr_t[]){d->size, 8}, count, &flags);
    return flags.flags == 0 && memcmp(given, again, (size_t)count * sizeof *given) == 0;
}

/* Runs the plain loop on elements start..start + count - 1 if the format has all their strangers.
 */
static bool run_block(const nfnp_call *c, npy_intp start, npy_intp count, nf_env *env)
{
    char codes[3][BLOCK * 8], *at[5];
    intptr_t steps[5];
    for (int i = 0; i < c->nin + c->nout; i++) {
        at[i] = c->data[i] + start * c->strides[i];
        steps[i] = c->strides[i];
        if (i >= c->nin || !nfnp_is_stranger(c, i))
            continue;
        nfnp_operand x = nfnp_fetch(at[i]);
        uint64_t code;
        if (x.note & NFNP_IEEE) /* beside it a NaR has no order */
            return false;
        bool known = steps[i] == 0 ? nfnp_stands_for(c->d, &x, &code)
                                   : codes_of_block(c->d, at[i], steps[i], count, codes[i]);
        if (!known)
            return false;
        if (steps[i] == 0)
            nfnp_store(c->d, codes[i], code);
        else
            steps[i] = c->d->size;
        at[i] = codes[i];
    }
    nf_find_loop(&c->d->format, c->op)(&c->d->format, at, steps, count, env);
    return true;
}

typedef struct elements {
    const nfnp_call *call;
    nfnp_element *element;
} elements;

static void run_part(const void *argument, npy_intp start, npy_intp count, nf_env *env)
{
    const elements *e = argument;
    uint64_t first = env->index;
    for (npy_intp done = 0, size; done < count; done += size) {
        size = count - done < BLOCK ? count - done : BLOCK;
        env->index = first + (uint64_t)done;
        if (size >= FEW && e->call->d != NULL && run_block(e->call, start + done, size, env))
            continue;
        for (npy_intp i = 0; i < size; i++) {
            env->index = first + (uint64_t)(done + i);
            e->element(e->call, start + done + i, env);
        }
    }
}

bool nfnp_run_elements(const nfnp_call *c, nfnp_element *element, unsigned cost, nf_env *env)
{
    elements e = {c, element};
    return nfnp_in_parts(run_part, &e, c->n, cost, env);
}
