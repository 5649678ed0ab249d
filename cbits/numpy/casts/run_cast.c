/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one call cast elements of one row of the core to another? */
#include "casts/nfnp_casts.h"

typedef struct cast_call {
    const nf_format *from, *to;
    nf_cast *cast;
    char *const *data;
    const npy_intp *strides;
} cast_call;

static void cast_part(const void *argument, npy_intp start, npy_intp count, nf_env *env)
{
    const cast_call *c = argument;
    char *at[2] = {c->data[0] + start * c->strides[0], c->data[1] + start * c->strides[1]};
    c->cast(c->from, c->to, at, (const intptr_t *)c->strides, count, env);
}

bool nfnp_run_cast(const nf_format *from, const nf_format *to, char *const *data, npy_intp n,
                   const npy_intp *strides)
{
    nf_env env = nfnp_env(to);
    cast_call c = {from, to, nf_find_cast(from, to), data, strides};
    bool done = nfnp_in_parts(cast_part, &c, n, from->bits > 32 || to->bits > 32 ? 8 : 2, &env);
    nfnp_raise_flags(env.flags);
    return done;
}
