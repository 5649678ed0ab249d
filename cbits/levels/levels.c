/* SPDX-License-Identifier: BSD-3-Clause */
/* Which CPU level runs, and what is its scalar loop?  The only file that asks the CPU. */
#include <string.h>

#include "core/ieee_rows.h"
#include "exact_kernels.h"
#include "stages.h"
#include "folds.h"
#include "kernels.h"

typedef struct level {
    bool (*runs)(void);
    const nf_kernels *kernels; /* its name, too */
    const nf_exact_kernels *exact;
    const nf_lane_folds *folds;
    const nf_stages *stages;
} level;

#define NF_LEVEL_ROW(name)                                                                         \
    {has_##name, &nf_kernels_##name, &nf_exact_kernels_##name, &nf_lane_folds_##name,              \
     &nf_stages_##name}

#if defined(NF_HAVE_AVX2) || defined(NF_HAVE_AVX512)
#include <cpuid.h>

/* F16C and LZCNT have no name in the __builtin_cpu_supports of clang 14. */
static bool has_f16c_and_lzcnt(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0 &&
           __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT) != 0;
}

static bool has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") && has_f16c_and_lzcnt();
}
#endif

#ifdef NF_HAVE_AVX512
static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
}
#endif

static bool has_portable(void)
{
    return true;
}

#ifdef NF_HAVE_NEON
static bool has_neon(void)
{
    return true; /* of every 64-bit Arm */
}
#endif

/* The best one first. */
static const level levels[] = {
#ifdef NF_HAVE_AVX512
    NF_LEVEL_ROW(avx512),
#endif
#ifdef NF_HAVE_AVX2
    NF_LEVEL_ROW(avx2),
#endif
#ifdef NF_HAVE_NEON
    NF_LEVEL_ROW(neon),
#endif
    NF_LEVEL_ROW(portable),
};
enum { NF_LEVELS = sizeof levels / sizeof *levels };

static const level *chosen = &levels[NF_LEVELS - 1];

const char *nf_built_level(int i)
{
    return i >= 0 && i < NF_LEVELS ? levels[i].kernels->level : NULL;
}

bool nf_level_runs(int i)
{
    return i >= 0 && i < NF_LEVELS && levels[i].runs();
}

/* "<what>; allowed: avx2, portable". */
static const char *refusal(const char *what)
{
    static char text[96];
    size_t length = strlen(what);
    memcpy(text, what, length);
    for (int i = 0; i < NF_LEVELS; i++)
        if (levels[i].runs()) {
            const char *name = levels[i].kernels->level,
                       *before = strchr(text, ':') ? ", " : "; allowed: ";
            memcpy(text + length, before, strlen(before));
            length += strlen(before);
            memcpy(text + length, name, strlen(name));
            length += strlen(name);
        }
    return text;
}

const char *nf_core_init(const char *demanded)
{
    bool any = demanded == NULL || *demanded == '\0';
    for (int i = 0; i < NF_LEVELS; i++) {
        if (!any && strcmp(demanded, levels[i].kernels->level) != 0)
            continue;
        if (levels[i].runs()) {
            chosen = &levels[i];
            return NULL;
        }
        if (!any)
            return refusal("this CPU lacks that level");
    }
    return refusal("unknown level");
}

const char *nf_level(void)
{
    return chosen->kernels->level;
}

const nf_exact_kernels *nf_find_exact_kernels(void)
{
    return chosen->exact;
}

const nf_lane_folds *nf_find_lane_folds(void)
{
    return chosen->folds;
}

const nf_stages *nf_find_stages(void)
{
    return chosen->stages;
}

/* ---- loops that go element by element -------------------------------------------------------- */

nf_loop *nf_find_scalar_loop(const nf_format *f, nf_op op)
{
    int named = nf_find_named(f);
    if (named >= 0 && f->bits > 8) {
        const nf_row_kernels *row = &chosen->kernels->named[named];
        switch (op) {
        case NF_OP_add: return row->add;
        case NF_OP_sub: return row->sub;
        case NF_OP_mul: return row->mul;
        case NF_OP_div: return row->div;
        default: break;
        }
    }
    return chosen->kernels->runtime[op];
}

nf_cast *nf_find_scalar_cast(const nf_format *from, const nf_format *to)
{
    int source = nf_find_named(from), target = nf_find_named(to);
    if (target >= 0 && nf_is_binary64(from))
        return chosen->kernels->named[target].from_binary64;
    if (target >= 0 && nf_is_binary32(from))
        return chosen->kernels->named[target].from_binary32;
    if (source >= 0 && nf_is_binary64(to))
        return chosen->kernels->named[source].to_binary64;
    if (source >= 0 && nf_is_binary32(to))
        return chosen->kernels->named[source].to_binary32;
    return chosen->kernels->cast;
}
