/* SPDX-License-Identifier: BSD-3-Clause */
/* How do doubles become narrower floats, eight at a time, in any rounding mode?
 *
 * Where the target is normal its rounding position is a fixed one of the double, and below its
 * least normal 2^e adding 2^e makes it so:
 *
 *     |z|           eeeeeeeeeee ffffffffff|ffff...        offset: the exponent of 2^e is field 1
 *     - offset      eeee eeee   ffffffffff|ffff...        code, and `shift` dropped bits
 *     |z| < 2^e     00000000000 1|sssssss...              |z| + 2^e, without its leading one
 *
 * A rounding is one addition to that: add (half a step less one, a step less one, nothing), `even`
 * times the last bit kept, `negative` if z is; to odd is ORed.  z may be rounded to odd itself: the
 * sum keeps that.  Codes beyond the largest finite one are mended one by one: they are rare. */
#ifndef NF_ENCODE_FLOATS_H
#define NF_ENCODE_FLOATS_H

#include "decode.h"
#include "stages.h"

/* |z| + 2^e, rounded to odd, where it is below 2^e. */
NF_VECTOR nf_doubles nf_lifted(nf_doubles m, nf_signed_longs small, double least)
{
    nf_doubles c = (nf_doubles)(small & (nf_signed_longs)nf_all_doubles(least));
    nf_doubles s = m + c, e = m - (s - c);
    nf_longs inexact = (nf_longs)(e != 0) & 1, past = ((nf_longs)e ^ (nf_longs)s) >> 63;
    return (nf_doubles)(((nf_longs)s - (past & inexact)) | inexact);
}

/* Roundings that need few of the constants, and all the others. */
typedef enum { NF_TO_NEAREST, NF_CUT_OFF, NF_BY_CONSTANTS } nf_manner;

/* The codes of |z|, or what is beyond the largest finite one. */
NF_VECTOR nf_longs nf_float_magnitudes(const nf_target *t, nf_doubles z, nf_manner manner)
{
    nf_doubles m = nf_magnitudes(z), cap = nf_all_doubles(t->cap);
    m = nf_least_doubles(m, cap); /* NaN becomes cap, too */
    nf_signed_longs small = m < t->least;
    nf_longs u = (nf_longs)m - t->offset;
    if (nf_any((nf_words)small)) {
        nf_longs lifted = (nf_longs)nf_lifted(m, small, t->least) - t->offset;
        u = lifted - ((nf_longs)small & (uint64_t)1 << 52);
    }
    if (manner == NF_TO_NEAREST)
        return (u + t->add + (u >> t->shift & 1)) >> t->shift;
    if (manner == NF_CUT_OFF)
        return u >> t->shift;
    u |= ((u & t->odd) + t->odd) & (t->odd + 1);
    nf_longs negative = 0 - ((nf_longs)z >> 63);
    return (u + t->add + (u >> t->shift & t->even) + (negative & t->negative)) >> t->shift;
}

/* The code of an infinity, of a NaN or of what overflows; flags. */
static uint32_t mend_special(const nf_target *t, double z, uint32_t *code)
{
    const nf_format *f = &t->f;
    uint32_t sign = (uint32_t)(nf_bits_of(z) >> 63);
    bool is_nan = z != z, is_infinite = nf_magnitude_of(z) > 0x1.fffffffffffffp1023;
    bool finite = f->inf == NF_INF_NONE || f->overflow == NF_OVERFLOW_SATURATE_FINITE;
    bool again = (is_nan && f->nan == NF_NAN_NONE) || (is_infinite && finite);
    *code = is_nan ? t->nan : is_infinite ? t->infinity | sign << (f->bits - 1) : t->beyond[sign];
    return (again ? NF_AGAIN : 0) | (is_nan || is_infinite ? NF_SPECIAL : NF_OVERFLOW);
}

/* The lanes of `special`, one by one. */
static uint32_t mend_specials(const nf_target *t, const double *z, nf_words special,
                              uint32_t *codes)
{
    uint32_t flags = 0;
    for (int i = 0; i < NF_LANES; i++)
        if (special[i])
            flags |= mend_special(t, z[i], &codes[i]);
    return flags;
}

/* Truncated floats keep some bits of a result, and some of its code, and flush. */
NF_VECTOR nf_words nf_cut_codes(const nf_target *t, nf_words m)
{
    const uint32_t flushed = t->f.ftz ? (uint32_t)1 << t->f.man : 0;
    m &= (nf_words)((nf_ints)m > (nf_ints)nf_all((uint32_t)nf_max_finite(&t->f))) | t->kept_code;
    return m & ~(nf_words)((nf_ints)m < (nf_ints)nf_all(flushed));
}

NF_VECTOR uint32_t nf_encode_floats(const nf_target *target, const double *z, int n,
                                    uint32_t *codes, nf_manner manner, bool truncated)
{
    const nf_target t = *target;
    const nf_ints max = (nf_ints)nf_all((uint32_t)nf_max_finite(&t.f) - 1);
    const uint32_t only_sign = 1u << (t.f.bits - 1);
    uint32_t flags = 0;
    for (int i = 0; i < n; i += NF_LANES) {
        nf_pair x = nf_get_pair(z + i), y;
        nf_words sign, m, unused;
        for (int h = 0; h < 2; h++) {
            if (truncated)
                x.at[h] =
                    (nf_doubles)((nf_longs)x.at[h] & (t.kept | (nf_longs)(x.at[h] != x.at[h])));
            y.at[h] = (nf_doubles)nf_float_magnitudes(&t, x.at[h], manner);
        }
        nf_unzip(x, &sign, &unused);
        nf_unzip(y, &unused, &m);
        nf_words code =
            (truncated ? nf_cut_codes(&t, m) : m) | (sign & 0x80000000) >> (32 - t.f.bits);
        if (!t.f.signed_zero)
            code &= ~(nf_words)(code == only_sign);
        nf_put(codes + i, nf_reorder(code));
        nf_words special = (nf_words)((nf_ints)(m - 1) > max); /* m may be 2^31 */
        if (nf_any(special))
            flags |= mend_specials(&t, z + i, nf_reorder(special), codes + i);
    }
    return flags;
}

NF_VECTOR uint32_t nf_encode_in_manner(const nf_target *t, const double *z, int n, uint32_t *codes,
                                       bool truncated)
{
    if (t->even)
        return nf_encode_floats(t, z, n, codes, NF_TO_NEAREST, truncated);
    if ((t->add | t->negative | t->odd) == 0)
        return nf_encode_floats(t, z, n, codes, NF_CUT_OFF, truncated);
    return nf_encode_floats(t, z, n, codes, NF_BY_CONSTANTS, truncated);
}

static uint32_t encode_floats(const nf_target *t, const double *restrict z, int n,
                              uint32_t *restrict codes)
{
    return nf_encode_in_manner(t, z, n, codes, false);
}

static uint32_t encode_truncated(const nf_target *t, const double *restrict z, int n,
                                 uint32_t *restrict codes)
{
    return nf_encode_in_manner(t, z, n, codes, true);
}

/* ---- stochastic rounding --------------------------------------------------------------------- */

/* Up exactly when the element's random word is below what is dropped, a fraction of 2^64.  Results
 * among the subnormals drop more bits than u has: they are for the core. */
static uint32_t encode_stochastic(const nf_target *target, const double *restrict z, int n,
                                  const uint64_t *restrict random, uint32_t *restrict codes)
{
    const nf_target t = *target;
    const nf_ints max = (nf_ints)nf_all((uint32_t)nf_max_finite(&t.f) - 1);
    nf_signed_longs small = {0};
    uint32_t flags = 0;
    for (int i = 0; i < n; i += NF_LANES) {
        nf_pair x = nf_get_pair(z + i), y;
        nf_words sign, m, unused;
        for (int h = 0; h < 2; h++) {
            nf_doubles a = nf_magnitudes(x.at[h]);
            nf_longs word, nonzero = (nf_longs)(a != 0);
            memcpy(&word, random + i + 4 * h, sizeof word);
            small |= (a < t.least) & (nf_signed_longs)nonzero;
            nf_longs u = (nf_longs)nf_least_doubles(a, nf_all_doubles(t.cap)) - t.offset;
            nf_longs dropped = u << (64 - t.shift);
            nf_signed_longs up =
                (nf_signed_longs)(dropped ^ NF_SIGN) > (nf_signed_longs)(word ^ NF_SIGN);
            y.at[h] = (nf_doubles)(((u >> t.shift) - (nf_longs)up) & nonzero);
        }
        nf_unzip(x, &sign, &unused);
        nf_unzip(y, &unused, &m);
        nf_put(codes + i, nf_reorder(m | (sign & 0x80000000) >> (32 - t.f.bits)));
        nf_words special = (nf_words)((nf_ints)(m - 1) > max);
        if (nf_any(special))
            flags |= mend_specials(&t, z + i, nf_reorder(special), codes + i);
    }
    return nf_any((nf_words)small) ? NF_AGAIN : flags;
}

#endif
