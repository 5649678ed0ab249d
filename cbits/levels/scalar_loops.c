/* SPDX-License-Identifier: BSD-3-Clause */
/* All kernels of one CPU level: compiled once per level with -DNF_LEVEL=portable, avx2, ... */
#include "core/ieee_rows.h"
#include "kernels.h"
#include "of_level.h"
#include "runtime.h"

/* ---- casts ----------------------------------------------------------------------------------- */

/* `served`: from or to, the one that the rows are expressions over, as f. */
#define NF_CAST(name, served, from_row, to_row, element)                                           \
    static void name(const nf_format *from, const nf_format *to, char *const *data,                \
                     const intptr_t *strides, intptr_t n, nf_env *env)                             \
    {                                                                                              \
        (void)from, (void)to;                                                                      \
        const nf_format *const f = served, *const a = (from_row), *const b = (to_row);             \
        const int in = nf_size(a), out = nf_size(b);                                               \
        nf_env e = *env;                                                                           \
        (void)f;                                                                                   \
        for (intptr_t i = 0; i < n; i++, e.index++)                                                \
            nf_store_code(NF_AT(1), out, element(a, b, nf_load_code(NF_AT(0), in), &e));           \
        env->flags |= e.flags;                                                                     \
    }

/* Copies: of a local row the compiler knows that no store of a code changes it. */
NF_CAST(cast_any, from, (const nf_format[]){*from}, (const nf_format[]){*to}, nf_folded_cast)

/* ---- rows and patterns with loops of their own ----------------------------------------------- */

#define NF_ARITHMETIC_LOOP(op, kind, name, row, element)                                           \
    NF_LOOP_##kind(name##_##op, (row), element##_##op)
#define NF_LOOPS_ALL(name, row, element) NF_ARITHMETIC(NF_ARITHMETIC_LOOP, name, row, element)
#define NF_LOOPS_CASTS(name, row, element)
#define NF_INSTANCE(name, loops, serves, row, element)                                             \
    NF_LOOPS_##loops(name, row, element)                                                           \
        NF_CAST(name##_from_32, to, &nf_binary32, row, element##_cast)                             \
            NF_CAST(name##_from_64, to, &nf_binary64, row, element##_cast)                         \
                NF_CAST(name##_to_32, from, row, &nf_binary32, element##_cast)                     \
                    NF_CAST(name##_to_64, from, row, &nf_binary64, element##_cast)
#include "core/each_instance.h"

#define NF_FIELD(op, kind, name) .op = name##_##op,
#define NF_FIELDS_ALL(name) NF_ARITHMETIC(NF_FIELD, name)
#define NF_FIELDS_CASTS(name)
static const nf_instance_kernels instances[] = {
#define NF_INSTANCE(name, loops, serves, row, element)                                             \
    {NF_FIELDS_##loops(name).from_binary32 = name##_from_32, .from_binary64 = name##_from_64,      \
     .to_binary32 = name##_to_32, .to_binary64 = name##_to_64},
#include "core/each_instance.h"
};

const nf_kernels NF_OF_LEVEL(nf_kernels_) = {
    .runtime =
        {
#define NF_OP(name, ...) run_##name,
#include "nf_ops.def"
#undef NF_OP
        },
    .cast = cast_any,
    .instances = instances,
};
