/* SPDX-License-Identifier: BSD-3-Clause */
/* How do codes of up to 32 bits become doubles, many at a time?
 *
 * A double is made of two words, so that every step is 32-bit arithmetic on independent elements,
 * which the compiler turns into vectors:
 *
 *     hi   s eeeeeeeeeee ffffffffffffffffffff     lo   ffffffffffff 00000000000000000000
 *            exp + 1023    the 20 leading bits           the other 12 of a 32-bit fraction
 */
#ifndef NF_DOUBLES_H
#define NF_DOUBLES_H

#include "../core/core.h"

#define NF_QUIET_NAN_HI 0x7FF80000u

NF_INLINE double nf_from_words(uint32_t hi, uint32_t lo)
{
    uint64_t bits = (uint64_t)hi << 32 | lo;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Two words of out[i]: stored one beside the other, which vectors do by interleaving. */
typedef uint32_t nf_word __attribute__((may_alias));

NF_INLINE void nf_put_words(double *out, int i, uint32_t hi, uint32_t lo)
{
    const int first_is_high = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    nf_word *words = (nf_word *)out;
    words[2 * i] = first_is_high ? hi : lo;
    words[2 * i + 1] = first_is_high ? lo : hi;
}

/* Leading zeros of 0 < x < 2^31 (158 for 0), through the exponent of a float: vectors have no
 * count.  Only the leading one and the bit after the next survive x & ~(x >> 1): rounding cannot
 * carry. */
NF_INLINE uint32_t nf_leading_zeros(uint32_t x)
{
    float f = (float)(int32_t)(x & ~(x >> 1));
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return 158 - (bits >> 23);
}

/* 2^exp; -1022 <= exp <= 1023. */
NF_INLINE double nf_power_of_two(int exp)
{
    return nf_from_words((uint32_t)(exp + 1023) << 20, 0);
}

/* All ones or all zeros: vectors select with masks. */
NF_INLINE uint32_t nf_if(bool condition)
{
    return 0 - (uint32_t)condition;
}

/* hi without the sign, which is that of word; zero and NaR have no fraction. */
NF_INLINE void nf_put_tapered(double *out, int i, uint32_t word, uint32_t hi, uint32_t lo)
{
    hi |= word & 0x80000000u;
    hi |= nf_if(word == 0x80000000u) & NF_QUIET_NAN_HI;
    nf_put_words(out, i, hi & nf_if(word != 0), lo);
}

/* As nf_decode_posit in core/tapered.h, in 32 bits.
 *
 *     body   1110 ee ffff0...    length of the regime = min(run + 1, rs), run = min(zeros, rs)
 *     rest   ee ffff0...         e and the fraction are side by side there, as they are in a
 *                                double: one shift and one addition put both in their place */
NF_INLINE void nf_posits_to_doubles(const nf_format *f, const uint32_t *words, int n, double *out)
{
    const uint32_t rs = f->rs, es = f->es, place = 32 - f->bits;
    for (int i = 0; i < n; i++) {
        uint32_t word = words[i] << place;
        int32_t value = (int32_t)word;
        uint32_t body = (value < 0 ? 0 - word : word) << 1;
        uint32_t ones = nf_if(body >> 31); /* a regime of ones */
        uint32_t zeros = nf_leading_zeros(body ^ ones);
        uint32_t before = zeros - 1, after = zeros + 1; /* before = -1 cannot be */
        before = before < rs - 1 ? before : rs - 1;
        uint32_t rest = body << (after < rs ? after : rs);
        uint32_t k = before ^ ~ones; /* run - 1 for ones, -run for zeros */
        uint32_t hi = (rest >> (12 - es)) + (k << (20 + es)) + (1023u << 20);
        nf_put_tapered(out, i, word, hi, rest << (20 + es));
    }
}

/* As nf_decode_takum in core/tapered.h, in 32 bits. */
NF_INLINE void nf_takums_to_doubles(const nf_format *f, const uint32_t *words, int n, double *out)
{
    const uint32_t place = 32 - f->bits;
    for (int i = 0; i < n; i++) {
        uint32_t word = words[i] << place;
        int32_t value = (int32_t)word;
        uint32_t body = (value < 0 ? 0 - word : word) << 1;
        uint32_t down = ~nf_if(body >> 31);
        uint32_t r = (body >> 28 & 7) ^ (down & 7); /* 7 - the regime, for D = 0 */
        uint32_t rest = body << 4;
        uint32_t c = rest >> 1 >> (31 - r);
        c += (((1u << r) - 1) & ~down) | ((1 - (2u << r)) & down);
        uint32_t fraction = rest << r;
        nf_put_tapered(out, i, word, (c << 20) + (1023u << 20) + (fraction >> 12), fraction << 20);
    }
}

NF_INLINE void nf_fixeds_to_doubles(const nf_format *f, const uint32_t *words, int n, double *out)
{
    const uint32_t place = 32 - f->bits;
    const double step = nf_power_of_two(-f->frac);
    if (f->is_signed)
        for (int i = 0; i < n; i++)
            out[i] = (double)((int32_t)(words[i] << place) >> place) * step;
    else
        for (int i = 0; i < n; i++)
            out[i] = (double)(words[i] & (uint32_t)nf_mask(f->bits)) * step;
}

/* Normal numbers get their exponent moved; subnormals are integers times their quantum. */
NF_INLINE void nf_floats_to_doubles(const nf_format *f, const uint32_t *words, int n, double *out)
{
    const uint32_t man = f->man, magnitude = (uint32_t)nf_mask(nf_magnitude_bits(f));
    const uint32_t top = (uint32_t)nf_max_finite(f), hidden = f->zero ? 1u << man : 0;
    const uint32_t shift = (uint32_t)(1023 - f->bias);
    const uint32_t nan_above = f->inf == NF_INF_NONE ? top : top + 1;
    const double quantum = nf_power_of_two(nf_min_normal_exp(f) - f->man);
    const double low = f->subnormals ? quantum : 0;
    const uint32_t zero_is_nan = nf_if(f->nan == NF_NAN_NEGATIVE_ZERO);
    const uint32_t sign_at = f->bits - 1, has_sign = f->is_signed, fraction = (1u << man) - 1;
    /* the fraction's 20 leading bits go to hi, the others to lo */
    const uint32_t left = man < 20 ? 20 - man : 0, right = man > 20 ? man - 20 : 0;
    const uint32_t below = man > 20 ? 52 - man : 0, has_low = nf_if(man > 20);
    for (int i = 0; i < n; i++) {
        uint32_t m = words[i] & magnitude, sign = words[i] >> sign_at & has_sign;
        uint32_t part = m & fraction, up = part << left >> right;
        uint32_t hi = ((m >> man) + shift) << 20 | up, lo = (part << below) & has_low;
        uint32_t special = nf_if(m > top), nan = nf_if(m > nan_above);
        nan |= nf_if(m == 0) & nf_if(sign != 0) & zero_is_nan;
        special |= nan;
        hi = (hi & ~special) | (special & 0x7FF00000u) | (nan & 0x00080000u);
        lo &= ~special;
        double small = (double)(int32_t)m * low;
        uint64_t bits, is_small = 0 - (uint64_t)((m < hidden) & (special == 0));
        memcpy(&bits, &small, sizeof bits);
        bits = (bits & is_small) | (((uint64_t)hi << 32 | lo) & ~is_small);
        bits |= (uint64_t)sign << 63;
        memcpy(&out[i], &bits, sizeof bits);
    }
}

/* Truncated floats load in their own way: flushed, cut. */
NF_INLINE void nf_loads_to_doubles(const nf_format *f, const uint32_t *words, int n, double *out)
{
    for (int i = 0; i < n; i++) {
        nf_number_64 x = nf_load_64(f, words[i]);
        double v = (double)(x.sig >> 11) * nf_power_of_two(x.cls == NF_FINITE ? x.exp - 52 : 0);
        v = x.cls == NF_NOT_A_NUMBER ? nf_from_words(NF_QUIET_NAN_HI, 0)
            : x.cls == NF_INFINITE   ? nf_from_words(0x7FF00000u, 0)
                                     : v;
        out[i] = x.sign ? -v : v;
    }
}

#endif
