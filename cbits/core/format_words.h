/* SPDX-License-Identifier: BSD-3-Clause */
/* Which words does the text of a format have, and in which order?
 *
 *     family<option,option=value,...>     bposit<32,rs=6,es=5>     float<exp=4,man=3,inf=none>
 */
#ifndef NF_FORMAT_WORDS_H
#define NF_FORMAT_WORDS_H

#include "nf.h"

/* The lists of words end with NULL and stand in the order of their enumeration in nf_types.h. */
extern const char *const nf_words_rounding[],
    *const nf_words_overflow[], *const nf_words_inf[], *const nf_words_nan[], *const nf_words_cut[];

/* Every option of every family. */
typedef enum {
    NF_TEXT_N,
    NF_TEXT_BITS,
    NF_TEXT_RS,
    NF_TEXT_ES,
    NF_TEXT_EXP,
    NF_TEXT_MAN,
    NF_TEXT_COMPUTE_MAN,
    NF_TEXT_FRAC,
    NF_TEXT_BIAS,
    NF_TEXT_INF,
    NF_TEXT_NAN,
    NF_TEXT_SIGNED,
    NF_TEXT_ZERO,
    NF_TEXT_SIGNED_ZERO,
    NF_TEXT_SUBNORMALS,
    NF_TEXT_ROUNDING,
    NF_TEXT_OVERFLOW,
    NF_TEXT_FTZ,
    NF_TEXT_DAZ,
    NF_TEXT_TRUNCATE,
    NF_TEXT_OPTIONS
} nf_text_option;

extern const char *const nf_option_names[NF_TEXT_OPTIONS];

/* A family as texts have it; posit and b-posit are two there. */
typedef enum {
    NF_TEXT_POSIT,
    NF_TEXT_BPOSIT,
    NF_TEXT_TAKUM,
    NF_TEXT_FLOAT,
    NF_TEXT_TRUNCATED,
    NF_TEXT_FIXED,
    NF_TEXT_FAMILIES
} nf_text_family;

/* Options in the order of the factory; the first `needed` must be given, and the first of all may
 * stand without its name where `bare`. */
typedef struct nf_text_rule {
    const char *name;
    int needed, count;
    bool bare;
    uint8_t options[12];
} nf_text_rule;

extern const nf_text_rule nf_text_rules[NF_TEXT_FAMILIES];

/* IEEE 754's bias; 1 for a single exponent bit, so that the normal numbers start at 1. */
static inline int nf_usual_bias(int exp)
{
    return exp == 1 ? 1 : (1 << (exp - 1)) - 1;
}

#endif
