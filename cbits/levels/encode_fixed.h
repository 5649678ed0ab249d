/* SPDX-License-Identifier: BSD-3-Clause */
/* How do doubles become fixed point that does not wrap, eight at a time?
 *
 * In steps |z| is below 2^40 (what is more is clamped) and has bits below the step left in a double
 * rounded to odd; adding 2^52 rounds to whole steps to nearest even, and leaves them in the low
 * word. */
#ifndef NF_ENCODE_FIXED_H
#define NF_ENCODE_FIXED_H

#include "decode.h"
#include "stages.h"

#define NF_ONE_IF(mask) ((nf_doubles)((mask) & (nf_signed_longs)nf_all_doubles(1.0)))

/* Whole steps by the rounding mode; `negative` is all ones where z is. */
NF_VECTOR nf_doubles nf_whole_steps(nf_doubles steps, nf_signed_longs negative, nf_rounding mode)
{
    const double magic = 0x1p52;
    nf_doubles t = (steps + magic) - magic;
    if (mode == NF_NEAREST_EVEN)
        return t;
    nf_doubles below = t - NF_ONE_IF(t > steps), part = steps - below, half = below * 0.5;
    nf_signed_longs up = part > 0;
    switch (mode) {
    case NF_NEAREST_AWAY: up = part >= 0.5; break;
    case NF_NEAREST_ZERO: up = part > 0.5; break;
    case NF_NEAREST_POSITIVE: up = (part > 0.5) | ((part == 0.5) & ~negative); break;
    case NF_NEAREST_NEGATIVE: up = (part > 0.5) | ((part == 0.5) & negative); break;
    case NF_TOWARD_POSITIVE: up &= ~negative; break;
    case NF_TOWARD_NEGATIVE: up &= negative; break;
    case NF_TO_ODD: up &= ((half + magic) - magic) == half; break;
    default: up &= 0;
    }
    return below + NF_ONE_IF(up);
}

NF_VECTOR uint32_t nf_encode_fixeds(const nf_target *target, const double *z, int n,
                                    uint32_t *codes, nf_rounding mode)
{
    const nf_target t = *target;
    const uint32_t mask = (uint32_t)nf_mask(t.f.bits);
    const double magic = 0x1p52, tiny = 0x1p-900, largest = 0x1.fffffffffffffp1023;
    const nf_doubles most = nf_all_doubles(0x1p40);
    nf_signed_longs finite = ~(nf_signed_longs){0}, over = {0};
    const nf_signed_longs kept = finite & -(int64_t)(t.f.overflow != NF_OVERFLOW_ZERO);
    for (int i = 0; i < n; i += NF_LANES) {
        nf_pair x = nf_get_pair(z + i), y;
        for (int h = 0; h < 2; h++) {
            nf_signed_longs negative = 0 - (nf_signed_longs)((nf_longs)x.at[h] >> 63);
            nf_doubles m = nf_magnitudes(x.at[h]);
            /* scaling leaves what is tiny above 0 */
            nf_doubles lifted = (nf_doubles)((m > 0) & (nf_signed_longs)nf_all_doubles(tiny));
            m = nf_select_doubles(m < tiny, lifted, m) * t.scale;
            finite &= m <= largest;
            m = nf_whole_steps(nf_least_doubles(m, most), negative, mode);
            nf_doubles end =
                nf_select_doubles(negative, nf_all_doubles(t.end[1]), nf_all_doubles(t.end[0]));
            over |= m > end;
            nf_doubles beyond = (nf_doubles)((nf_signed_longs)end & kept);
            m = nf_select_doubles(m > end, beyond, m) + magic;
            y.at[h] = (nf_doubles)(((nf_signed_longs)m ^ negative) - negative);
        }
        nf_put(codes + i, nf_low_words((nf_longs)y.at[0], (nf_longs)y.at[1]) & mask);
    }
    bool is_over = nf_any((nf_words)over);
    /* NaN and infinity have no codes */
    if (nf_any((nf_words)~finite) || (is_over && t.f.overflow == NF_OVERFLOW_INDEFINITE))
        return NF_AGAIN;
    return is_over ? NF_OVERFLOW : 0;
}

static uint32_t encode_fixeds(const nf_target *t, const double *restrict z, int n,
                              uint32_t *restrict codes)
{
    switch (t->f.rounding) {
#define NF_MODE(mode)                                                                              \
    case mode: return nf_encode_fixeds(t, z, n, codes, mode);
        NF_MODE(NF_NEAREST_AWAY)
        NF_MODE(NF_NEAREST_ZERO)
        NF_MODE(NF_NEAREST_POSITIVE)
        NF_MODE(NF_NEAREST_NEGATIVE)
        NF_MODE(NF_TOWARD_ZERO)
        NF_MODE(NF_TOWARD_POSITIVE)
        NF_MODE(NF_TOWARD_NEGATIVE)
        NF_MODE(NF_TO_ODD)
#undef NF_MODE
    default: return nf_encode_fixeds(t, z, n, codes, NF_NEAREST_EVEN);
    }
}

#endif
