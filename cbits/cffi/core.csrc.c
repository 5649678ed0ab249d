/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the cffi module add to nf.h?  Calls through the core's function pointers. */
#include "nf.h"
#include "nf_blocks.h"
#include "nf_dd_arrays.h"
#include "nf_exact.h"
#include "nf_measure.h"
#include "nf_plan.h"
#include "nf_quire.h"
#include "nf_sampling.h"
#include "nf_stop.h"

/* False: stopped. */
static bool nf_run_cast(const nf_format *from, const nf_format *to, char *const *data,
                        const intptr_t *strides, intptr_t n, nf_env *env)
{
    enum { PIECE = 1 << 15 };
    nf_cast *cast = nf_find_cast(from, to);
    for (intptr_t i = 0, count; i < n; i += count, env->index += (uint64_t)count) {
        count = n - i < PIECE ? n - i : PIECE;
        char *at[] = {data[0] + i * strides[0], data[1] + i * strides[1]};
        cast(from, to, at, strides, count, env);
        if (nf_should_stop(2 * (uint64_t)count))
            return false;
    }
    return true;
}
