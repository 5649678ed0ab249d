/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the loops whose row is known at run time only?  One for each row of nf_ops.def, around its
 * element function; what such a loop looks like depends on the kind. */
#ifndef NF_RUNTIME_H
#define NF_RUNTIME_H

#include "scalar_loops.h"
#include "functions/functions.h"

/* The element functions of functions and of powers: none is worth inlining. */
#define NF_ELEMENT_T_T(name)                                                                       \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, nf_env *env)                   \
    {                                                                                              \
        return nf_function(f, NF_OP_##name, a, env);                                               \
    }
#define NF_ELEMENT_TT_T(name)                                                                      \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)       \
    {                                                                                              \
        return nf_function_2(f, NF_OP_##name, a, b, env);                                          \
    }
#define NF_ELEMENT_TI_T(name)                                                                      \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, int64_t k, nf_env *env)        \
    {                                                                                              \
        return nf_function_int(f, NF_OP_##name, a, k, env);                                        \
    }
#define NF_FUNCTION(name, kind, ...) NF_ELEMENT_##kind(name)
#include "nf_functions.def"
#undef NF_FUNCTION
NF_ELEMENT_TI_T(powi)

/* `env` is the element function's last argument with its comma, or nothing.  All operands are read
 * before a result is stored, for an output may be the memory of an input. */
#define NF_RUN_T_T(name, env) NF_LOOP(run_##name, f, NF_OUT(1, nf_el_##name(r, NF_IN(0) env));)
#define NF_RUN_TT_T(name, env)                                                                     \
    NF_LOOP(run_##name, f, NF_OUT(2, nf_el_##name(r, NF_IN(0), NF_IN(1) env));)
#define NF_RUN_TTT_T(name, env)                                                                    \
    NF_LOOP(run_##name, f, NF_OUT(3, nf_el_##name(r, NF_IN(0), NF_IN(1), NF_IN(2) env));)
#define NF_RUN_T_B(name, env)                                                                      \
    NF_LOOP(run_##name, f, *(uint8_t *)NF_AT(1) = nf_el_##name(r, NF_IN(0) env);)
#define NF_RUN_TT_B(name, env)                                                                     \
    NF_LOOP(run_##name, f, *(uint8_t *)NF_AT(2) = nf_el_##name(r, NF_IN(0), NF_IN(1) env);)
#define NF_RUN_T_TT(name, env)                                                                     \
    NF_LOOP(run_##name, f, {                                                                       \
        uint64_t first, second;                                                                    \
        nf_el_##name(r, NF_IN(0), &first, &second env);                                            \
        NF_OUT(1, first);                                                                          \
        NF_OUT(2, second);                                                                         \
    })
#define NF_RUN_TT_TT(name, env)                                                                    \
    NF_LOOP(run_##name, f, {                                                                       \
        uint64_t first, second;                                                                    \
        nf_el_##name(r, NF_IN(0), NF_IN(1), &first, &second env);                                  \
        NF_OUT(2, first);                                                                          \
        NF_OUT(3, second);                                                                         \
    })
#define NF_RUN_T_TI(name, env)                                                                     \
    NF_LOOP(run_##name, f, {                                                                       \
        int32_t k;                                                                                 \
        uint64_t code = nf_el_##name(r, NF_IN(0), &k env);                                         \
        NF_OUT(1, code);                                                                           \
        memcpy(NF_AT(2), &k, sizeof k);                                                            \
    })
#define NF_RUN_TI_T(name, env)                                                                     \
    NF_LOOP(run_##name, f, {                                                                       \
        int64_t k;                                                                                 \
        memcpy(&k, NF_AT(1), sizeof k);                                                            \
        NF_OUT(2, nf_el_##name(r, NF_IN(0), k env));                                               \
    })

#define NF_RAISES , &e
#define NF_QUIET
#define NF_OP(name, kind, ufunc, events, ...) NF_RUN_##kind(name, NF_##events)
#include "nf_ops.def"
#undef NF_OP

#endif
