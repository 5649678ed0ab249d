/* SPDX-License-Identifier: BSD-3-Clause */
/* Which random words does a call take, and what becomes of the flags that it raises? */
#include "calls/nfnp_calls.h"
#include <fenv.h>

static _Atomic uint64_t seed, next_stream;

void nfnp_seed(uint64_t value)
{
    seed = value;
    next_stream = 0;
}

void nfnp_resume(uint64_t value, uint64_t stream)
{
    seed = value;
    next_stream = stream;
}

void nfnp_take_stream(uint64_t *seed_of_stream, uint64_t *stream)
{
    *seed_of_stream = seed;
    *stream = atomic_fetch_add(&next_stream, 1);
}

nf_env nfnp_env(const nf_format *format)
{
    nf_env env = {0};
    if (format->rounding == NF_STOCHASTIC)
        nfnp_take_stream(&env.seed, &env.stream);
    return env;
}

void nfnp_raise_flags(uint32_t flags)
{
    if (flags == 0)
        return;
    feraiseexcept((flags & NF_INVALID ? FE_INVALID : 0) | (flags & NF_DIVIDE ? FE_DIVBYZERO : 0) |
                  (flags & NF_OVERFLOW ? FE_OVERFLOW : 0));
}

int nfnp_judge_flags(const char *name, uint32_t flags)
{
    if (flags == 0)
        return 0;
    int fpe = (flags & NF_INVALID ? NPY_FPE_INVALID : 0) |
              (flags & NF_DIVIDE ? NPY_FPE_DIVIDEBYZERO : 0) |
              (flags & NF_OVERFLOW ? NPY_FPE_OVERFLOW : 0);
    return PyUFunc_GiveFloatingpointErrors(name, fpe);
}
