/* SPDX-License-Identifier: BSD-3-Clause */
/* All kernels of one CPU level: compiled once per level with -DNF_LEVEL=portable, avx2, ... */
#include "core/ieee_rows.h"
#include "kernels.h"
#include "of_level.h"
#include "runtime.h"

/* ---- casts ----------------------------------------------------------------------------------- */

NF_INLINE void cast_rows(const nf_format *a, const nf_format *b, char *const *data,
                         const intptr_t *strides, intptr_t n, nf_env *env)
{
    const int in = nf_size(a), out = nf_size(b);
    nf_env e = *env;
    for (intptr_t i = 0; i < n; i++, e.index++)
        nf_store_code(NF_AT(1), out, nf_el_cast(a, b, nf_load_code(NF_AT(0), in), &e));
    env->flags |= e.flags;
}

/* Copies, so that the compiler knows that no store of a code changes them. */
static void cast_any(const nf_format *from, const nf_format *to, char *const *data,
                     const intptr_t *strides, intptr_t n, nf_env *env)
{
    const nf_format a = *from, b = *to;
    cast_rows(&a, &b, data, strides, n, env);
}

#define NF_CAST(name, from_row, to_row)                                                            \
    static void name(const nf_format *from, const nf_format *to, char *const *data,                \
                     const intptr_t *strides, intptr_t n, nf_env *env)                             \
    {                                                                                              \
        (void)from, (void)to;                                                                      \
        cast_rows(from_row, to_row, data, strides, n, env);                                        \
    }

/* ---- constant rows: the named formats -------------------------------------------------------- */

#define NF_DEFINE(name, row)                                                                       \
    static const nf_format row_##name = row;                                                       \
    NF_LOOP_TT_T(name##_add, &row_##name, nf_el_add)                                               \
    NF_LOOP_TT_T(name##_sub, &row_##name, nf_el_sub)                                               \
    NF_LOOP_TT_T(name##_mul, &row_##name, nf_el_mul)                                               \
    NF_LOOP_TT_T(name##_div, &row_##name, nf_el_div)                                               \
    NF_CAST(name##_from_f32, &nf_binary32, &row_##name)                                            \
    NF_CAST(name##_from_f64, &nf_binary64, &row_##name)                                            \
    NF_CAST(name##_to_f32, &row_##name, &nf_binary32)                                              \
    NF_CAST(name##_to_f64, &row_##name, &nf_binary64)

#define POSIT(name, ...) NF_DEFINE(name, NF_ROW_POSIT(__VA_ARGS__))
#define TAKUM(name, ...) NF_DEFINE(name, NF_ROW_TAKUM(__VA_ARGS__))
#define FLOAT(name, ...) NF_DEFINE(name, NF_ROW_FLOAT(__VA_ARGS__))
#define TRUNCATED(name, ...) NF_DEFINE(name, NF_ROW_TRUNCATED(__VA_ARGS__))
#define FIXED(name, ...) NF_DEFINE(name, NF_ROW_FIXED(__VA_ARGS__))
#include "nf_formats.def"
#undef POSIT
#undef TAKUM
#undef FLOAT
#undef TRUNCATED
#undef FIXED

/* Formats of 8 bits and fewer have result tables (table.c): their arithmetic loops are left out. */
#define NF_LIST(name, bits)                                                                        \
    {(bits) > 8 ? name##_add : NULL,                                                               \
     (bits) > 8 ? name##_sub : NULL,                                                               \
     (bits) > 8 ? name##_mul : NULL,                                                               \
     (bits) > 8 ? name##_div : NULL,                                                               \
     name##_from_f32,                                                                              \
     name##_from_f64,                                                                              \
     name##_to_f32,                                                                                \
     name##_to_f64},
#define POSIT(name, bits, ...) NF_LIST(name, bits)
#define TAKUM(name, bits) NF_LIST(name, bits)
#define FLOAT(name, is_signed, exp, man, ...) NF_LIST(name, is_signed + exp + man)
#define TRUNCATED(name, exp, man, ...) NF_LIST(name, 1 + exp + man)
#define FIXED(name, bits, ...) NF_LIST(name, bits)
static const nf_row_kernels named_kernels[] = {
#include "nf_formats.def"
};

const nf_kernels NF_OF_LEVEL(nf_kernels_) = {
    .level = NF_LEVEL_TEXT,
    .runtime =
        {
#define NF_OP(name, ...) run_##name,
#include "nf_ops.def"
#undef NF_OP
        },
    .cast = cast_any,
    .named = named_kernels,
};
