/* SPDX-License-Identifier: BSD-3-Clause */
/* What does a strided loop look like, for each shape of operation?  Written once; instantiated for
 * rows known at run time and for the rows and patterns of core/each_instance.h.
 *
 * `row` is either the argument f or the address of a local row whose constants the compiler folds.  The
 * environment is copied into a local, so that flags stay in a register. */
#ifndef NF_SCALAR_LOOPS_H
#define NF_SCALAR_LOOPS_H

#include "core/elements.h"
#include "core/order.h"

#define NF_LOOP(name, row, ...)                                                                    \
    static void name(const nf_format *f, char *const *data, const intptr_t *strides, intptr_t n,   \
                     nf_env *env)                                                                  \
    {                                                                                              \
        (void)f;                                                                                   \
        const nf_format *const r = (row);                                                          \
        const int size = nf_size(r);                                                               \
        nf_env e = *env;                                                                           \
        for (intptr_t i = 0; i < n; i++, e.index++) {                                              \
            __VA_ARGS__                                                                            \
        }                                                                                          \
        env->flags |= e.flags;                                                                     \
    }

/* Operand k of element i, as an address and as a code. */
#define NF_AT(k) (data[k] + i * strides[k])
#define NF_IN(k) nf_load_code(NF_AT(k), size)
#define NF_OUT(k, code) nf_store_code(NF_AT(k), size, code)

#define NF_LOOP_T_T(name, row, element) NF_LOOP(name, row, NF_OUT(1, element(r, NF_IN(0), &e));)
#define NF_LOOP_TT_T(name, row, element)                                                           \
    NF_LOOP(name, row, NF_OUT(2, element(r, NF_IN(0), NF_IN(1), &e));)

#endif
