/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of two neighbouring codes does a rounding mode take?  The only place that decides. */
#ifndef NF_ROUND_H
#define NF_ROUND_H

#include "bits.h"

uint64_t nf_random(uint64_t seed, uint64_t stream, uint64_t index);

/* True: the neighbour farther from zero.  `odd` is the parity of the truncated code, `dropped`
 * the fraction of the step that truncation lost, times 2^64, its bit 0 sticky. */
NF_INLINE bool nf_round_up(int mode, bool sign, bool odd, uint64_t dropped, const nf_env *env)
{
    const uint64_t half = (uint64_t)1 << 63;
    switch (mode) {
    case NF_NEAREST_EVEN: return (dropped > half) | ((dropped == half) & odd);
    case NF_NEAREST_AWAY: return dropped >= half;
    case NF_NEAREST_ZERO: return dropped > half;
    case NF_NEAREST_POSITIVE: return dropped >= half + sign;
    case NF_NEAREST_NEGATIVE: return dropped >= half + !sign;
    case NF_TOWARD_POSITIVE: return !sign && dropped;
    case NF_TOWARD_NEGATIVE: return sign && dropped;
    case NF_TO_ODD: return dropped && !odd;
    case NF_STOCHASTIC: return dropped && nf_random(env->seed, env->stream, env->index) < dropped;
    default: return false; /* NF_TOWARD_ZERO */
    }
}

#endif
