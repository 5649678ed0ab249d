/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop serves a call: words, doubles, functions in doubles, or the scalar core? */
#include "routes.h"

/* A level without stages is the scalar core, and what the others are compared with. */
static bool in_stages(void)
{
    return nf_find_stages()->computes;
}

nf_loop *nf_find_loop(const nf_format *f, nf_op op)
{
    nf_loop *loop = in_stages() ? nf_find_words_loop(f, op) : NULL;
    if (loop == NULL && in_stages())
        loop = nf_find_staged_loop(f, op);
    if (loop == NULL && in_stages())
        loop = nf_find_function_loop(f, op);
    return loop != NULL ? loop : nf_find_scalar_loop(f, op);
}

nf_cast *nf_find_cast(const nf_format *from, const nf_format *to)
{
    if (in_stages() && nf_casts_in_stages(from, to))
        return nf_staged_cast;
    return nf_find_scalar_cast(from, to);
}
