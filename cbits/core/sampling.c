/* SPDX-License-Identifier: BSD-3-Clause */
/* How are places drawn in proportion to integer weights of any length? */
#include "nf_sampling.h"

#include "draws.h"
#include "nf_stop.h"

/* Work of one draw, in the units of nf_should_stop. */
enum { DRAW = 8 };

bool nf_uniform_below(const nf_draws *draws, uint64_t n, uint64_t first, intptr_t count,
                      uint64_t *out)
{
    for (intptr_t i = 0; i < count; i++) {
        nf_words w = nf_words_of(draws, first + (uint64_t)i);
        out[i] = nf_below(&w, n);
        if (nf_should_stop(DRAW))
            return false;
    }
    return true;
}

/* ---- numbers of several words, the lowest first ---------------------------------------------- */

static bool is_above(const uint64_t *a, const uint64_t *b, int limbs)
{
    for (int i = limbs - 1; i >= 0; i--)
        if (a[i] != b[i])
            return a[i] > b[i];
    return false;
}

static int length(const uint64_t *a, int limbs)
{
    while (limbs > 0 && a[limbs - 1] == 0)
        limbs--;
    return limbs;
}

/* The lowest 64 bits of a / 2^shift, shift from 0 on. */
static uint64_t shifted(const uint64_t *a, int limbs, int shift)
{
    int i = shift / 64, s = shift % 64;
    uint64_t low = i < limbs ? a[i] >> s : 0;
    uint64_t high = s > 0 && i + 1 < limbs ? a[i + 1] << (64 - s) : 0;
    return low | high;
}

/* a += x 2^shift; what leaves the words is lost. */
static void add_shifted(uint64_t *a, int limbs, nf_u128 x, int shift)
{
    int s = shift % 64;
    uint64_t middle = (uint64_t)(x >> 64);
    uint64_t part[] = {(uint64_t)x << s, middle << s | (s ? (uint64_t)x >> (64 - s) : 0),
                       s ? middle >> (64 - s) : 0};
    nf_u128 carry = 0;
    for (int i = shift / 64, k = 0; i < limbs && (k < 3 || carry); i++, k++) {
        carry += (nf_u128)a[i] + (k < 3 ? part[k] : 0);
        a[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

/* One word: Lemire's.  More: the words from the highest on, their bits above those of n cleared;
 * what is not below n is drawn again, which it is with a probability of less than a half. */
static void below_long(nf_words *w, const uint64_t *n, int limbs, uint64_t *out)
{
    if (limbs == 1) {
        out[0] = nf_below(w, n[0]);
        return;
    }
    uint64_t mask = nf_mask(64 - nf_clz_64(n[limbs - 1]));
    do
        for (int i = limbs - 1; i >= 0; i--)
            out[i] = nf_next_word(w) & (i == limbs - 1 ? mask : ~(uint64_t)0);
    while (!is_above(n, out, limbs));
}

void nf_uniform_below_long(const nf_draws *draws, const uint64_t *n, int limbs, uint64_t draw,
                           uint64_t *out)
{
    nf_words w = nf_words_of(draws, draw);
    below_long(&w, n, limbs, out);
}

/* ---- places by weights ----------------------------------------------------------------------- */

bool nf_prefix_sums(const nf_magnitudes *x, int32_t base, uint64_t factor, const uint64_t *plus,
                    int limbs, uint64_t *sums)
{
    static const uint64_t zero[NF_LIMBS];
    const uint64_t *before = zero;
    for (intptr_t i = 0; i < x->count; i++) {
        uint64_t *sum = sums + i * limbs;
        nf_u128 carry = 0;
        for (int k = 0; k < limbs; k++) {
            carry += (nf_u128)before[k] + plus[k];
            sum[k] = (uint64_t)carry;
            carry >>= 64;
        }
        if (x->significand[i])
            add_shifted(sum, limbs, (nf_u128)x->significand[i] * factor, x->exponent[i] - base);
        before = sum;
        if (nf_should_stop((uint64_t)limbs))
            return false;
    }
    return true;
}

/* Where the search for a number begins: at guide[b] for those whose first bits are b.  The first
 * place whose sum is above such a number is from guide[b] to guide[b + 1]. */
static void make_guide(const nf_places *p, int shift, int limbs)
{
    int64_t place = 0;
    for (uint64_t b = 0; b <= (uint64_t)1 << p->guide_bits; b++) {
        while (place < p->count - 1 && shifted(p->sums + place * p->limbs, limbs, shift) < b)
            place++;
        p->guide[b] = place;
    }
}

static intptr_t find(const nf_places *p, const uint64_t *r, int shift, int limbs)
{
    uint64_t b = shifted(r, limbs, shift);
    int64_t low = p->guide[b], high = p->guide[b + 1];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (is_above(p->sums + middle * p->limbs, r, limbs))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool nf_multinomial(const nf_draws *draws, const nf_places *p, uint64_t n, int64_t each,
                    uint64_t more, int64_t *counts)
{
    const uint64_t *total = p->sums + (p->count - 1) * p->limbs;
    int limbs = length(total, p->limbs);
    int shift = 64 * limbs - nf_clz_64(total[limbs - 1]) - p->guide_bits;
    make_guide(p, shift, limbs);
    uint64_t r[NF_LIMBS];
    for (uint64_t i = 0; i < n; i++) {
        nf_words w = nf_words_of(draws, i);
        below_long(&w, total, limbs, r);
        counts[find(p, r, shift, limbs)] += each + (i < more);
        if (nf_should_stop((uint64_t)(DRAW * limbs)))
            return false;
    }
    return true;
}
