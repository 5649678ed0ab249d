/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the core give for one operation at many operands?  Tables of codes, and of flags. */
#include "elements.h"
#include "order.h"

#define UNARY(name)                                                                                \
    void table_##name(const nf_format *f, intptr_t n, const uint64_t *a, uint64_t *codes,          \
                      uint32_t *flags)                                                             \
    {                                                                                              \
        for (intptr_t i = 0; i < n; i++) {                                                         \
            nf_env env = {0, 0, 0, 0};                                                             \
            codes[i] = nf_el_##name(f, a[i], &env);                                                \
            flags[i] = env.flags;                                                                  \
        }                                                                                          \
    }
#define BINARY(name, ...)                                                                          \
    void table_##name(const nf_format *f, intptr_t n, const uint64_t *a, const uint64_t *b,        \
                      uint64_t *codes, uint32_t *flags)                                            \
    {                                                                                              \
        for (intptr_t i = 0; i < n; i++) {                                                         \
            nf_env env = {0, 0, 0, 0};                                                             \
            codes[i] = nf_el_##name(f, a[i], b[i] __VA_ARGS__);                                    \
            flags[i] = env.flags;                                                                  \
        }                                                                                          \
    }
#define TERNARY(name)                                                                              \
    void table_##name(const nf_format *f, intptr_t n, const uint64_t *a, const uint64_t *b,        \
                      const uint64_t *c, uint64_t *codes, uint32_t *flags)                         \
    {                                                                                              \
        for (intptr_t i = 0; i < n; i++) {                                                         \
            nf_env env = {0, 0, 0, 0};                                                             \
            codes[i] = nf_el_##name(f, a[i], b[i], c[i], &env);                                    \
            flags[i] = env.flags;                                                                  \
        }                                                                                          \
    }
#define WITH_FLAGS , &env

UNARY(square)
UNARY(sqrt)
UNARY(reciprocal)
UNARY(neg)
UNARY(abs)
UNARY(rint)
UNARY(rint_ties_away)
UNARY(floor)
UNARY(ceil)
UNARY(trunc)
UNARY(spacing)
BINARY(add, WITH_FLAGS)
BINARY(sub, WITH_FLAGS)
BINARY(mul, WITH_FLAGS)
BINARY(div, WITH_FLAGS)
BINARY(floor_divide, WITH_FLAGS)
BINARY(remainder, WITH_FLAGS)
BINARY(fmod, WITH_FLAGS)
BINARY(ieee_remainder, WITH_FLAGS)
BINARY(copysign, WITH_FLAGS)
BINARY(nextafter, )
BINARY(maximum, )
BINARY(minimum, )
BINARY(fmax, )
BINARY(fmin, )
BINARY(equal, )
BINARY(less, )
BINARY(less_equal, )
TERNARY(fma)
TERNARY(fmm)

void table_cast(const nf_format *from, const nf_format *to, intptr_t n, const uint64_t *a,
                uint64_t *codes, uint32_t *flags)
{
    for (intptr_t i = 0; i < n; i++) {
        nf_env env = {0, 0, 0, 0};
        codes[i] = nf_el_cast(from, to, a[i], &env);
        flags[i] = env.flags;
    }
}
