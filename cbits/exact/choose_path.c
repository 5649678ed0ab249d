/* SPDX-License-Identifier: BSD-3-Clause */
/* Which path does a matrix product take? */
#include "strips.h"

/* Slices cost a fixed amount for each element of a and b: they pay from these sizes on. */
static bool is_large(const nf_product *p)
{
    return p->m >= 24 && p->n >= 24 && p->k >= 24;
}

static nf_outcome choose(const nf_product *p, nf_env *env)
{
    if (p->path == NF_PATH_DOUBLES)
        return NF_NO_PATH;
    if (p->b.data == NULL)
        return p->path == NF_PATH_SLICES || p->addend ? NF_NO_PATH : nf_sum_rows(p, env);
    bool slices = nf_slices_possible(p);
    bool doubles = nf_plan_doubles(&p->a.format, &p->b.format).possible;
    if (p->path == NF_PATH_SLICES || (p->path == NF_PATH_AUTO && slices && is_large(p)))
        return slices ? nf_multiply_by_slices(p, env) : NF_NO_PATH;
    if (p->path == NF_PATH_EXTRACT && !doubles)
        return NF_NO_PATH;
    return nf_multiply_by_dots(p, (intptr_t[]){0, p->m, 0, p->n}, p->path == NF_PATH_LOOP, env);
}

nf_outcome nf_multiply_exactly(const nf_product *p, nf_env *env)
{
    nf_outcome outcome = choose(p, env);
    env->index += (uint64_t)(p->m * p->n);
    return outcome;
}
