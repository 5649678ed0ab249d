/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loops fold terms in an accumulator of a given row? */
#include "model.h"
#include "core/rows.h"

/* One copy of each loop per named row, which folds into it, and one for any row. */
#define NF_FOLD(kind, name, row)                                                                   \
    static uint64_t kind##_##name(const nf_format *f, nf_operands x, intptr_t n, nf_env *env)      \
    {                                                                                              \
        (void)f;                                                                                   \
        return nf_fold_##kind(row, x, n, env);                                                     \
    }
#define NF_FOLDS(name, row)                                                                        \
    NF_FOLD(fused, name, row) NF_FOLD(sequential, name, row) NF_FOLD(pairwise, name, row)
#define NF_FOLDS_ROW(name, ...)                                                                    \
    static const nf_format row_##name = __VA_ARGS__;                                               \
    NF_FOLDS(name, &row_##name)
#define POSIT(name, ...) NF_FOLDS_ROW(name, NF_ROW_POSIT(__VA_ARGS__))
#define TAKUM(name, ...) NF_FOLDS_ROW(name, NF_ROW_TAKUM(__VA_ARGS__))
#define FLOAT(name, ...) NF_FOLDS_ROW(name, NF_ROW_FLOAT(__VA_ARGS__))
#define TRUNCATED(name, ...) NF_FOLDS_ROW(name, NF_ROW_TRUNCATED(__VA_ARGS__))
#define FIXED(name, ...) NF_FOLDS_ROW(name, NF_ROW_FIXED(__VA_ARGS__))
#include "nf_formats.def"
#undef POSIT
#undef TAKUM
#undef FLOAT
#undef TRUNCATED
#undef FIXED
NF_FOLDS(any, f)

nf_model_folds nf_find_folds(const nf_format *f)
{
    static const nf_model_folds any = {fused_any, sequential_any, pairwise_any};
#define POSIT(name, ...) {fused_##name, sequential_##name, pairwise_##name},
#define TAKUM POSIT
#define FLOAT POSIT
#define TRUNCATED POSIT
#define FIXED POSIT
    static const nf_model_folds folds[] = {
#include "nf_formats.def"
    };
    int i = nf_find_named(f);
    return i < 0 ? any : folds[i];
}
