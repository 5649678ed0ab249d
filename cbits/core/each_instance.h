/* SPDX-License-Identifier: BSD-3-Clause */
/* For which rows are loops instantiated?  (Included where they are, with
 * NF_INSTANCE(name, loops, serves, row, element) defined; undefines it.)
 *
 * First the rows of nf_formats.def with loops of their own, then the patterns.  `loops` is ALL or
 * CASTS (arithmetic is the next instance's that serves the row).  `serves` and `row` are expressions over a
 * `const nf_format *f`: may this instance serve f, and where is the row with its constants?
 * `element` begins the names of the element functions: nf_folded or nf_short. */
#include "patterns.h"

#define NF_INSTANCE_ALL(name)                                                                      \
    NF_INSTANCE(name, ALL, nf_same_row(f, &nf_own_##name), &nf_own_##name, nf_folded)
#define NF_INSTANCE_CASTS(name)                                                                    \
    NF_INSTANCE(name, CASTS, nf_same_row(f, &nf_own_##name), &nf_own_##name, nf_folded)
#define NF_INSTANCE_SHARED(name)
#define NF_LIKE(name)                                                                              \
    NF_INSTANCE(like_##name, ALL, nf_is_like_##name(f), (const nf_format[]){nf_like_##name(f)},    \
                nf_short)

#define POSIT(name, loops, ...) NF_INSTANCE_##loops(name)
#define TAKUM POSIT
#define FLOAT POSIT
#define TRUNCATED POSIT
#define FIXED POSIT
#include "nf_formats.def"

NF_LIKE(posit)
NF_LIKE(takum)
NF_LIKE(ieee)
NF_LIKE(float)
NF_LIKE(fixed)
NF_LIKE(directed_posit)
NF_LIKE(directed_ieee)

#undef POSIT
#undef TAKUM
#undef FLOAT
#undef TRUNCATED
#undef FIXED
#undef NF_LIKE
#undef NF_INSTANCE_ALL
#undef NF_INSTANCE_CASTS
#undef NF_INSTANCE_SHARED
#undef NF_INSTANCE
