/* SPDX-License-Identifier: BSD-3-Clause */
/* Which code of a format is nearest to an exact value, and is it that value? */
#include "values/nfnp_values.h"

uint64_t nfnp_encode(const nfnp_dtype *d, nf_unpacked x, uint32_t *flags)
{
    nf_env env = nfnp_env(&d->format);
    uint64_t code = nf_encode(&d->format, x, &env);
    *flags |= env.flags;
    return code;
}

bool nfnp_is_cut_short(const nfnp_dtype *d, const nf_unpacked *x)
{
    const nf_format *f = &d->format;
    bool wraps = f->family == NF_FIXED && f->overflow == NF_OVERFLOW_WRAP;
    return wraps && x->cls == NF_FINITE && (x->lo & 1) && x->exp + f->frac >= 64;
}

uint64_t nfnp_encode_literal(const nfnp_dtype *d, nf_unpacked x, nf_env *env)
{
    nf_format f = d->format;
    if (f.rounding == NF_STOCHASTIC)
        f.rounding = NF_NEAREST_EVEN;
    return nf_encode(&f, x, env);
}

bool nfnp_is_value(const nfnp_dtype *d, const nf_unpacked *x, uint64_t *code)
{
    nf_env ignored = {0};
    *code = nfnp_encode_literal(d, *x, &ignored);
    nf_unpacked y = nf_decode(&d->format, *code);
    return x->cls == y.cls && x->sign == y.sign &&
           (x->cls != NF_FINITE || (x->exp == y.exp && x->hi == y.hi && x->lo == y.lo));
}
