/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rows share loops?
 *
 * A pattern is a row in which some fields are constants and the others are not: "a posit of up to
 * 32 bits".  A loop made for a pattern folds the family, the rounding and the special values, and
 * keeps widths in registers; it serves formats without a name, too. */
#ifndef NF_PATTERNS_H
#define NF_PATTERNS_H

#include "core.h"
#include "ieee_rows.h"

/* The rows of nf_formats.def that have loops of their own are constants in every file which
 * instantiates those: folded only if they are no copies. */
#define NF_CONSTANT_ALL(name, ...)                                                                 \
    static const nf_format nf_own_##name __attribute__((unused)) = __VA_ARGS__;
#define NF_CONSTANT_CASTS NF_CONSTANT_ALL
#define NF_CONSTANT_SHARED(name, ...)
#define POSIT(name, loops, ...) NF_CONSTANT_##loops(name, NF_ROW_POSIT(__VA_ARGS__))
#define TAKUM(name, loops, ...) NF_CONSTANT_##loops(name, NF_ROW_TAKUM(__VA_ARGS__))
#define FLOAT(name, loops, ...) NF_CONSTANT_##loops(name, NF_ROW_FLOAT(__VA_ARGS__))
#define TRUNCATED(name, loops, ...) NF_CONSTANT_##loops(name, NF_ROW_TRUNCATED(__VA_ARGS__))
#define FIXED(name, loops, ...) NF_CONSTANT_##loops(name, NF_ROW_FIXED(__VA_ARGS__))
#include "nf_formats.def"
#undef POSIT
#undef TAKUM
#undef FLOAT
#undef TRUNCATED
#undef FIXED
#undef NF_CONSTANT_ALL
#undef NF_CONSTANT_CASTS
#undef NF_CONSTANT_SHARED

#define NF_FIELDS_SIGNED(X) X(is_signed, 1) X(zero, 1)
#define NF_FIELDS_NEAREST(X) X(rounding, NF_NEAREST_EVEN) NF_FIELDS_SIGNED(X)
#define NF_FIELDS_FLOAT(X) X(family, NF_FLOAT) X(subnormals, 1) NF_FIELDS_NEAREST(X)
#define NF_FIELDS_FIXED(X)                                                                         \
    X(family, NF_FIXED) X(overflow, NF_OVERFLOW_SATURATE) NF_FIELDS_NEAREST(X)
#define NF_FIELDS_TAKUM(X)                                                                         \
    X(family, NF_TAKUM_LINEAR) X(overflow, NF_OVERFLOW_SATURATE) NF_FIELDS_NEAREST(X)
/* In any rounding but stochastic, which is not narrow. */
#define NF_FIELDS_DIRECTED_POSIT(X)                                                                \
    X(family, NF_POSIT) X(overflow, NF_OVERFLOW_SATURATE) NF_FIELDS_SIGNED(X)
#define NF_FIELDS_POSIT(X) X(rounding, NF_NEAREST_EVEN) NF_FIELDS_DIRECTED_POSIT(X)
/* The special values of IEEE 754. */
#define NF_FIELDS_DIRECTED_IEEE(X)                                                                 \
    X(family, NF_FLOAT)                                                                            \
    X(subnormals, 1)                                                                               \
    X(signed_zero, 1)                                                                              \
    X(inf, NF_INF_IEEE) X(nan, NF_NAN_IEEE) X(overflow, NF_OVERFLOW_INF) NF_FIELDS_SIGNED(X)
#define NF_FIELDS_IEEE(X) X(rounding, NF_NEAREST_EVEN) NF_FIELDS_DIRECTED_IEEE(X)

/* nf_is_like_<name>: has f the constants?  nf_like_<name>: f, where the compiler knows them.
 * All are nf_is_narrow: their loops need no 128-bit field. */
#define NF_IS_FIELD(field, value) &&f->field == (value)
#define NF_SET_FIELD(field, value) g.field = (value);
#define NF_PATTERN(name, FIELDS)                                                                   \
    NF_INLINE bool nf_is_like_##name(const nf_format *f)                                           \
    {                                                                                              \
        return nf_is_narrow(f) FIELDS(NF_IS_FIELD);                                                \
    }                                                                                              \
    NF_INLINE nf_format nf_like_##name(const nf_format *f)                                         \
    {                                                                                              \
        nf_format g = *f;                                                                          \
        FIELDS(NF_SET_FIELD)                                                                       \
        if (g.bits > 32)                                                                           \
            __builtin_unreachable();                                                               \
        return g;                                                                                  \
    }
NF_PATTERN(posit, NF_FIELDS_POSIT)
NF_PATTERN(takum, NF_FIELDS_TAKUM)
NF_PATTERN(ieee, NF_FIELDS_IEEE)
NF_PATTERN(float, NF_FIELDS_FLOAT)
NF_PATTERN(fixed, NF_FIELDS_FIXED)
NF_PATTERN(directed_posit, NF_FIELDS_DIRECTED_POSIT)
NF_PATTERN(directed_ieee, NF_FIELDS_DIRECTED_IEEE)
#undef NF_PATTERN
#undef NF_SET_FIELD
#undef NF_IS_FIELD

/* Which of the instances of each_instance.h, from the given one on, serves f first?  -1: only loops
 * for any row do. */
int nf_find_instance(const nf_format *f, int from);

#endif
