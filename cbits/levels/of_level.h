/* SPDX-License-Identifier: BSD-3-Clause */
/* Which CPU level is being compiled (-DNF_LEVEL=...), what are its things called, and does it
 * compute in stages? */
#ifndef NF_OF_LEVEL_H
#define NF_OF_LEVEL_H

/* NF_OF_LEVEL(nf_stages_) is nf_stages_avx2; NF_LEVEL_TEXT is "avx2". */
#define NF_JOIN_WORDS(a, b) a##b
#define NF_JOIN(a, b) NF_JOIN_WORDS(a, b)
#define NF_OF_LEVEL(name) NF_JOIN(name, NF_LEVEL)
#define NF_QUOTE_WORD(a) #a
#define NF_QUOTE(a) NF_QUOTE_WORD(a)
#define NF_LEVEL_TEXT NF_QUOTE(NF_LEVEL)

/* Without a fused multiply-add the level is the scalar core, and only decodes for exact sums. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define NF_COMPUTES
#endif

#endif
