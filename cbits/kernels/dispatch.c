/* SPDX-License-Identifier: BSD-3-Clause */
/* Which CPU level runs?  The only file that asks the CPU. */
#include <string.h>

#include "../exact/exact_kernels.h"
#include "folds.h"
#include "kernels.h"

static const nf_kernels *chosen = &nf_kernels_portable;

static bool has_avx2(void)
{
#ifdef NF_HAVE_AVX2
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("lzcnt");
#else
    return false;
#endif
}

static const nf_kernels *avx2(void)
{
#ifdef NF_HAVE_AVX2
    return &nf_kernels_avx2;
#else
    return NULL;
#endif
}

const char *nf_core_init(const char *demanded)
{
    bool any = demanded == NULL || *demanded == '\0';
    if (any || strcmp(demanded, "avx2") == 0) {
        if (has_avx2())
            chosen = avx2();
        else if (!any)
            return "level avx2 is not built or this CPU lacks it; allowed: portable";
        else
            chosen = &nf_kernels_portable;
        return NULL;
    }
    if (strcmp(demanded, "portable") == 0) {
        chosen = &nf_kernels_portable;
        return NULL;
    }
    return "unknown level; allowed: portable, avx2";
}

const char *nf_level(void)
{
    return chosen->level;
}

const nf_exact_kernels *nf_find_exact_kernels(void)
{
#ifdef NF_HAVE_AVX2
    if (chosen == &nf_kernels_avx2)
        return &nf_exact_kernels_avx2;
#endif
    return &nf_exact_kernels_portable;
}

const nf_lane_folds *nf_find_lane_folds(void)
{
#ifdef NF_HAVE_AVX2
    if (chosen == &nf_kernels_avx2)
        return &nf_lane_folds_avx2;
#endif
    return &nf_lane_folds_portable;
}

/* ---- the loop of an operation -------------------------------------------------------------------
 */

#define NF_OP(name, kind) NF_KIND_##kind,
static const nf_kind kinds[NF_OP_COUNT] = {
#include "nf_ops.def"
};
#undef NF_OP
#define NF_OP(name, kind) #name,
static const char *const names[NF_OP_COUNT] = {
#include "nf_ops.def"
};
#undef NF_OP

nf_kind nf_op_kind(nf_op op)
{
    return kinds[op];
}
const char *nf_op_name(nf_op op)
{
    return names[op];
}

nf_loop *nf_find_loop(const nf_format *f, nf_op op)
{
    int named = nf_find_named(f);
    if (named >= 0 && f->bits > 8) {
        const nf_row_kernels *row = &chosen->named[named];
        switch (op) {
        case NF_OP_add: return row->add;
        case NF_OP_sub: return row->sub;
        case NF_OP_mul: return row->mul;
        case NF_OP_div: return row->div;
        default: break;
        }
    }
    return chosen->runtime[op];
}

static bool is_ieee(const nf_format *f, int bits)
{
    int named = nf_find_named(f);
    return named >= 0 &&
           strcmp(nf_named_formats[named].name, bits == 32 ? "binary32" : "binary64") == 0;
}

nf_cast *nf_find_cast(const nf_format *from, const nf_format *to)
{
    int source = nf_find_named(from), target = nf_find_named(to);
    if (target >= 0 && is_ieee(from, 64))
        return chosen->named[target].from_binary64;
    if (target >= 0 && is_ieee(from, 32))
        return chosen->named[target].from_binary32;
    if (source >= 0 && is_ieee(to, 64))
        return chosen->named[source].to_binary64;
    if (source >= 0 && is_ieee(to, 32))
        return chosen->named[source].to_binary32;
    return chosen->cast;
}
