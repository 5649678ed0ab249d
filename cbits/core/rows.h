/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a line of nf_formats.def become a row?  Initialisers, shared by the table itself and by
 * the loops of rows that have their own. */
#ifndef NF_ROWS_H
#define NF_ROWS_H

#define NF_ROW_POSIT(bits_, rs_, es_)                                                              \
    {.family = NF_POSIT,                                                                           \
     .bits = bits_,                                                                                \
     .rs = rs_,                                                                                    \
     .es = es_,                                                                                    \
     .is_signed = 1,                                                                               \
     .zero = 1,                                                                                    \
     .rounding = NF_NEAREST_EVEN,                                                                  \
     .overflow = NF_OVERFLOW_SATURATE}
#define NF_ROW_TAKUM(bits_)                                                                        \
    {.family = NF_TAKUM_LINEAR,                                                                    \
     .bits = bits_,                                                                                \
     .is_signed = 1,                                                                               \
     .zero = 1,                                                                                    \
     .rounding = NF_NEAREST_EVEN,                                                                  \
     .overflow = NF_OVERFLOW_SATURATE}
#define NF_ROW_FLOAT(signed_, exp_, man_, bias_, zero_, signed_zero_, subnormals_, inf_, nan_,     \
                     rounding_, overflow_)                                                         \
    {.family = NF_FLOAT,                                                                           \
     .bits = signed_ + exp_ + man_,                                                                \
     .exp = exp_,                                                                                  \
     .man = man_,                                                                                  \
     .is_signed = signed_,                                                                         \
     .zero = zero_,                                                                                \
     .signed_zero = signed_zero_,                                                                  \
     .subnormals = subnormals_,                                                                    \
     .inf = NF_INF_##inf_,                                                                         \
     .nan = NF_NAN_##nan_,                                                                         \
     .rounding = NF_##rounding_,                                                                   \
     .overflow = NF_OVERFLOW_##overflow_,                                                          \
     .bias = bias_}
#define NF_ROW_TRUNCATED(exp_, man_, bias_, compute_man_, ftz_, daz_, cut_)                        \
    {.family = NF_TRUNCATED,                                                                       \
     .bits = 1 + exp_ + man_,                                                                      \
     .exp = exp_,                                                                                  \
     .man = man_,                                                                                  \
     .is_signed = 1,                                                                               \
     .zero = 1,                                                                                    \
     .signed_zero = 1,                                                                             \
     .subnormals = 1,                                                                              \
     .inf = NF_INF_IEEE,                                                                           \
     .nan = NF_NAN_IEEE,                                                                           \
     .rounding = NF_NEAREST_EVEN,                                                                  \
     .overflow = NF_OVERFLOW_INF,                                                                  \
     .compute_man = compute_man_,                                                                  \
     .ftz = ftz_,                                                                                  \
     .daz = daz_,                                                                                  \
     .cut = NF_CUT_##cut_,                                                                         \
     .bias = bias_}
#define NF_ROW_FIXED(bits_, frac_)                                                                 \
    {.family = NF_FIXED,                                                                           \
     .bits = bits_,                                                                                \
     .is_signed = 1,                                                                               \
     .zero = 1,                                                                                    \
     .rounding = NF_NEAREST_EVEN,                                                                  \
     .overflow = NF_OVERFLOW_SATURATE,                                                             \
     .frac = frac_}

#endif
