/* SPDX-License-Identifier: BSD-3-Clause */
/* Which CPU level runs, and what is its scalar loop?  The only file that asks the CPU. */
#include <string.h>

#include "core/ieee_rows.h"
#include "core/patterns.h"
#include "block_loops.h"
#include "double_double_loops.h"
#include "exact_kernels.h"
#include "stages.h"
#include "folds.h"
#include "limbs.h"
#include "ordered_products.h"
#include "kernels.h"

typedef struct level {
    const char *name;
    bool (*runs)(void);
    const nf_kernels *kernels; /* or those of a lower level, where more gains them nothing */
    const nf_exact_kernels *exact;
    const nf_lane_folds *folds;
    const nf_stages *stages;
    const nf_dd_loops *dd_loops;
    const nf_limb_loops *limb_loops;
    const nf_ordered_products *ordered_products;
    const nf_block_loops *block_loops;
} level;

#define NF_LEVEL_ROW(name, scalar)                                                                 \
    {#name,                                                                                        \
     has_##name,                                                                                   \
     &nf_kernels_##scalar,                                                                         \
     &nf_exact_kernels_##name,                                                                     \
     &nf_lane_folds_##name,                                                                        \
     &nf_stages_##name,                                                                            \
     &nf_dd_loops_##name,                                                                          \
     &nf_limb_loops_##name,                                                                        \
     &nf_ordered_products_##name,                                                                  \
     &nf_block_loops_##name}

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
    NF_LEVEL_ROW(avx512, avx2),
#endif
#ifdef NF_HAVE_AVX2
    NF_LEVEL_ROW(avx2, avx2),
#endif
#ifdef NF_HAVE_NEON
    NF_LEVEL_ROW(neon, portable),
#endif
    NF_LEVEL_ROW(portable, portable),
};
enum { NF_LEVELS = sizeof levels / sizeof *levels };

static const level *chosen = &levels[NF_LEVELS - 1];

const char *nf_built_level(int i)
{
    return i >= 0 && i < NF_LEVELS ? levels[i].name : NULL;
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
            const char *name = levels[i].name, *before = strchr(text, ':') ? ", " : "; allowed: ";
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
        if (!any && strcmp(demanded, levels[i].name) != 0)
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
    return chosen->name;
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

const nf_dd_loops *nf_find_dd_loops(void)
{
    return chosen->dd_loops;
}

const nf_limb_loops *nf_find_limb_loops(void)
{
    return chosen->limb_loops;
}

const nf_ordered_products *nf_find_ordered_products(void)
{
    return chosen->ordered_products;
}

const nf_block_loops *nf_find_block_loops(void)
{
    return chosen->block_loops;
}

/* ---- loops that go element by element -------------------------------------------------------- */

nf_loop *nf_find_scalar_loop(const nf_format *f, nf_op op)
{
    const nf_kernels *kernels = chosen->kernels;
    for (int i = nf_find_instance(f, 0); i >= 0; i = nf_find_instance(f, i + 1)) {
        nf_loop *loop = NULL;
        switch (op) {
#define NF_CASE(name, ...)                                                                         \
    case NF_OP_##name: loop = kernels->instances[i].name; break;
            NF_ARITHMETIC(NF_CASE, )
#undef NF_CASE
        default: break;
        }
        if (loop != NULL)
            return loop;
    }
    return kernels->runtime[op];
}

nf_cast *nf_find_scalar_cast(const nf_format *from, const nf_format *to)
{
    const nf_instance_kernels *instances = chosen->kernels->instances;
    bool from_32 = nf_is_binary32(from), from_64 = nf_is_binary64(from);
    int target = from_32 || from_64 ? nf_find_instance(to, 0) : -1;
    if (target >= 0)
        return from_64 ? instances[target].from_binary64 : instances[target].from_binary32;
    bool to_32 = nf_is_binary32(to), to_64 = nf_is_binary64(to);
    int source = to_32 || to_64 ? nf_find_instance(from, 0) : -1;
    if (source >= 0)
        return to_64 ? instances[source].to_binary64 : instances[source].to_binary32;
    return chosen->kernels->cast;
}
