/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the core give for one operation at many operands?  Tables of codes, and of flags. */
#include "elements.h"
#include "judge.h"
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

void table_cast(const nf_format *from, const nf_format *to, intptr_t n, const uint64_t *a,
                uint64_t *codes, uint32_t *flags)
{
    for (intptr_t i = 0; i < n; i++) {
        nf_env env = {0, 0, 0, 0};
        codes[i] = nf_el_cast(from, to, a[i], &env);
        flags[i] = env.flags;
    }
}

/* a * b + c of 8 bits, all c: a * b is a double.  The first c that is wrong, or -1.  Of a result that
 * is NaN, infinite or 0 the oracle's code is in `special`, by the kinds of the product and of c. */
int64_t check_fma(const nf_format *f, const judge *j, uint32_t codes, uint64_t a, uint64_t b,
                  double product, uint8_t kind)
{
    for (uint32_t c = 0; c < codes; c++) {
        nf_env env = {0, 0, 0, 0};
        uint64_t code = nf_el_fma(f, a, b, c, &env);
        double z = product + j->value[c];
        bool right = isfinite(z) && z != 0
                         ? is_rounded(j, code, z, rest_of_sum(product, j->value[c], z))
                         : code == j->special[kind * KINDS + j->kind[c]];
        if (!right)
            return c;
    }
    return -1;
}
