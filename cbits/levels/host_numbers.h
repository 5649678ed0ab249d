/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the host's own numbers become doubles, and doubles the host's numbers? */
#ifndef NF_HOST_NUMBERS_H
#define NF_HOST_NUMBERS_H

#include "core/core.h"
#include "of_level.h"
#include "round_to_odd.h"
#include "stages.h"

NF_LANE uint64_t nf_not_finite(double z)
{
    return nf_magnitude_of(z) <= 0x1.fffffffffffffp1023 ? 0 : 1;
}

/* The CPU knows binary32, of which bfloat16, tf32 and their like are the upper bits.  NaNs become
 * the positive quiet one; `flush`: subnormals become zeros. */
NF_INLINE void hosts_to_doubles(const uint32_t *words, int up, bool flush, int n, double *out)
{
    n = nf_full(n);
    for (int i = 0; i < n; i++) {
        uint32_t bits = words[i] << up, m = bits & 0x7FFFFFFF;
        uint32_t nan = 0 - (uint32_t)(m > 0x7F800000), small = 0 - (uint32_t)(m < 0x00800000);
        bits = (bits & ~nan) | (nan & 0x7FC00000);
        if (flush)
            bits &= ~small | 0x80000000;
        float x;
        memcpy(&x, &bits, sizeof x);
        out[i] = x;
    }
}

static bool begins_binary32(const nf_format *f)
{
    bool loads_all =
        f->family == NF_FLOAT || (f->family == NF_TRUNCATED && f->cut != NF_CUT_OPERAND);
    return loads_all && f->exp == 8 && f->bias == 127 && f->man <= 23 && f->is_signed && f->zero &&
           f->signed_zero && f->subnormals && f->inf == NF_INF_IEEE && f->nan == NF_NAN_IEEE;
}

#ifdef NF_COMPUTES

/* One rounding by the CPU.  NaNs become the positive quiet one; an overflow is for the core. */
static uint32_t to_floats(const double *restrict z, int n, uint32_t *restrict words)
{
    uint64_t special = 0;
    n = nf_full(n);
    for (int i = 0; i < n; i++) {
        float x = (float)z[i];
        special |= nf_not_finite((double)x);
        memcpy(&words[i], &x, sizeof x);
    }
    if (!special)
        return 0;
    uint64_t overflow = 0;
    for (int i = 0; i < n; i++) {
        uint32_t m = words[i] & 0x7FFFFFFF;
        overflow |= m == 0x7F800000 ? 1 - nf_not_finite(z[i]) : 0;
        words[i] = m > 0x7F800000 ? 0x7FC00000 : words[i];
    }
    return overflow ? NF_AGAIN : NF_SPECIAL;
}

/* ---- doubles themselves ---------------------------------------------------------------------- */

static void fetch_doubles(const char *p, intptr_t stride, int n, double *restrict out)
{
    if (stride == sizeof *out)
        memcpy(out, p, (size_t)n * sizeof *out);
    else
        for (int i = 0; i < n; i++)
            memcpy(&out[i], p + i * stride, sizeof *out);
    for (int i = n; i < nf_full(n); i++)
        out[i] = out[n - 1];
    for (int i = 0; i < nf_full(n); i++) {
        uint64_t u = nf_bits_of(out[i]), quiet = NF_EXPONENT | (uint64_t)1 << 51;
        out[i] = nf_double_of((u & ~NF_SIGN) > NF_EXPONENT ? quiet : u);
    }
}

static void store_doubles(const double *restrict z, int n, char *p, intptr_t stride)
{
    if (stride == sizeof *z)
        memcpy(p, z, (size_t)n * sizeof *z);
    else
        for (int i = 0; i < n; i++)
            memcpy(p + i * stride, &z[i], sizeof *z);
}

static uint32_t special_doubles(const double *z, int n)
{
    uint64_t special = 0;
    n = nf_full(n);
    for (int i = 0; i < n; i++)
        special |= nf_not_finite(z[i]);
    return special ? NF_SPECIAL : 0;
}

/* Integers below 2^51 through the fraction of 1.5 * 2^52; others by load_integers in cast.c. */
static bool fetch_integers(const char *p, int n, double *restrict out)
{
    const double magic = 0x1.8p52;
    uint64_t large = 0;
    for (int i = 0; i < n; i++) {
        int64_t x;
        memcpy(&x, p + (size_t)i * sizeof x, sizeof x);
        large |= ((uint64_t)x + ((uint64_t)1 << 51)) >> 52;
        out[i] = nf_double_of((uint64_t)x + nf_bits_of(magic)) - magic;
    }
    return large == 0;
}

#endif
#endif
