/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the cffi module add to nf.h?  Calls through the core's function pointers. */
#include "nf.h"
#include "nf_exact.h"
#include "nf_quire.h"
#include "nf_models.h"

/* False, and nothing done, when there is no such operation. */
static bool nf_run_loop(const nf_format *f, int op, char *const *data, const intptr_t *strides,
                        intptr_t n, nf_env *env)
{
    if (op < 0 || op >= NF_OP_COUNT)
        return false;
    nf_find_loop(f, (nf_op)op)(f, data, strides, n, env);
    return true;
}

static void nf_run_cast(const nf_format *from, const nf_format *to, char *const *data,
                        const intptr_t *strides, intptr_t n, nf_env *env)
{
    nf_find_cast(from, to)(from, to, data, strides, n, env);
}
