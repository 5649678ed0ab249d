/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the exact fractions of numbers rounded to integers at random, and to Poisson variates? */
#include "draws.h"
#include "nf_sampling.h"
#include "nf_stop.h"

intptr_t nf_magnitudes_of(const nf_format *f, const char *codes, const nf_magnitudes *out)
{
    int size = nf_size(f);
    for (intptr_t i = 0; i < out->count; i++) {
        nf_unpacked x = nf_decode(f, nf_load_code(codes + i * size, size));
        if (x.cls != NF_ZERO && x.cls != NF_FINITE)
            return i;
        /* The value is hi 2^(exp - 63): no format has more than 64 significant bits. */
        int zeros = x.cls == NF_ZERO ? 0 : nf_trailing_zeros(x.hi);
        out->significand[i] = x.cls == NF_ZERO ? 0 : x.hi >> zeros;
        out->exponent[i] = x.cls == NF_ZERO ? 0 : x.exp - 63 + zeros;
        out->sign[i] = x.cls == NF_ZERO ? 0 : x.sign ? -1 : 1;
        if (nf_should_stop(2))
            return -2;
    }
    return -1;
}

/* whole + (high + low / 2^low_bits) / below, where high < below and low < 2^low_bits. */
typedef struct split {
    uint64_t whole, high, below;
    nf_u128 low;
    int64_t low_bits;
} split;

/* significand 2^exponent ratio; false: 2^62 or more. */
static bool split_of(uint64_t significand, int64_t exponent, nf_ratio ratio, split *out)
{
    nf_u128 product = (nf_u128)significand * ratio.above;
    *out = (split){.below = ratio.below};
    if (product == 0)
        return true;
    int64_t e = exponent + ratio.shift;
    nf_u128 above;
    if (e >= 0) {
        if (e > 127 - (128 - nf_clz_128(product))) /* below is less than 2^64 */
            return false;
        above = product << e;
    } else {
        out->low_bits = -e;
        above = e > -128 ? product >> -e : 0;
        out->low = e > -128 ? product & (((nf_u128)1 << -e) - 1) : product;
    }
    nf_u128 whole = above / ratio.below;
    out->whole = (uint64_t)whole;
    out->high = (uint64_t)(above % ratio.below);
    return whole >> 62 == 0;
}

/* True with the probability of the fraction: a uniform number of the same denominator is below its
 * numerator.  Its high part and, 64 bits at a time, its low part are drawn only as far as they
 * decide. */
static bool with_probability(nf_words *w, const split *x)
{
    if (x->below > 1) {
        uint64_t r = nf_below(w, x->below);
        if (r != x->high)
            return r < x->high;
    }
    if (x->low == 0)
        return false;
    for (int64_t left = x->low_bits; left > 0;) {
        int size = left % 64 ? (int)(left % 64) : 64;
        left -= size;
        uint64_t drawn = nf_next_word(w) >> (64 - size);
        uint64_t here = left < 128 ? (uint64_t)(x->low >> left) & nf_mask(size) : 0;
        if (drawn != here)
            return drawn < here;
    }
    return false;
}

intptr_t nf_round_randomly(const nf_draws *draws, const nf_magnitudes *x, nf_ratio ratio,
                           int64_t *out)
{
    for (intptr_t i = 0; i < x->count; i++) {
        split v;
        if (!split_of(x->significand[i], x->exponent[i], ratio, &v))
            return i;
        nf_words w = nf_words_of(draws, (uint64_t)i);
        out[i] = (int64_t)v.whole + with_probability(&w, &v);
        if (nf_should_stop(8))
            return -2;
    }
    return -1;
}

/* A Poisson variate of mean f / 2, f at most 1 (NULL: 1): k = 0, 1, ... is proposed with
 * probability 2^-(k+1), from the trailing zeros of random words, and taken with probability
 * f^k / k!; so k has a probability in proportion to (f / 2)^k / k!.  At least a half is taken. */
static int64_t half_poisson(nf_words *w, const split *f)
{
    for (;;) {
        int64_t k = 0;
        uint64_t word;
        while ((word = nf_next_word(w)) == 0)
            k += 64;
        k += nf_trailing_zeros(word);
        int64_t i = 1;
        while (i <= k && (f == NULL || with_probability(w, f)) && nf_below(w, (uint64_t)i) == 0)
            i++;
        if (i > k)
            return k;
    }
}

intptr_t nf_poisson(const nf_draws *draws, const nf_magnitudes *x, nf_ratio ratio, int64_t *out)
{
    ratio.shift++; /* halves */
    for (intptr_t i = 0; i < x->count; i++) {
        split v;
        if (!split_of(x->significand[i], x->exponent[i], ratio, &v) || v.whole >> 32)
            return i;
        nf_words w = nf_words_of(draws, (uint64_t)i);
        out[i] = x->significand[i] ? half_poisson(&w, &v) : 0;
        for (uint64_t half = 0; half < v.whole; half++) {
            out[i] += half_poisson(&w, NULL);
            if (nf_should_stop(8))
                return -2;
        }
        if (nf_should_stop(8))
            return -2;
    }
    return -1;
}
