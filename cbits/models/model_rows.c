/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loops fold terms in an accumulator of a given row? */
#include "model.h"
#include "core/patterns.h"

/* One copy of each loop per instance, which folds what it knows of the row, and one for any row.
 * Rows without arithmetic of their own take the next that serves them. */
#define NF_FOLD(kind, name, row, element)                                                          \
    static uint64_t kind##_##name(const nf_format *f, nf_operands x, intptr_t n, nf_env *env)      \
    {                                                                                              \
        (void)f;                                                                                   \
        return element##_fold_##kind((row), x, n, env);                                            \
    }
#define NF_FOLDS(name, row, element)                                                               \
    NF_FOLD(fused, name, row, element)                                                             \
    NF_FOLD(sequential, name, row, element)                                                        \
    NF_FOLD(pairwise, name, row, element)
NF_FOLDS(any, f, nf_el)
#define NF_FOLDS_ALL(name, row, element) NF_FOLDS(name, row, element)
#define NF_FOLDS_CASTS(name, row, element)
#define NF_INSTANCE(name, loops, serves, row, element) NF_FOLDS_##loops(name, row, element)
#include "core/each_instance.h"

nf_model_folds nf_find_folds(const nf_format *f)
{
    static const nf_model_folds any = {fused_any, sequential_any, pairwise_any};
#define NF_FOUND_ALL(name, serves)                                                                 \
    if (serves)                                                                                    \
        return (nf_model_folds){fused_##name, sequential_##name, pairwise_##name};
#define NF_FOUND_CASTS(name, serves)
#define NF_INSTANCE(name, loops, serves, row, element) NF_FOUND_##loops(name, serves)
#include "core/each_instance.h"
    return any;
}
