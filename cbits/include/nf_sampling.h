/* SPDX-License-Identifier: BSD-3-Clause */
/* How are integers drawn with probabilities that are exact fractions?  (Part of the public face.)
 *
 * Draw number i takes the words of the Philox4x64-10 stream with key (seed, stream) and counter
 * (0, i, step, purpose), as numpy.random.Philox(key=, counter=).random_raw() gives them: what is
 * drawn depends on these numbers only, never on other draws.  Nothing here computes with floats:
 * the build compiles these files without floating-point registers. */
#ifndef NF_SAMPLING_H
#define NF_SAMPLING_H

#include "nf.h"

typedef struct nf_draws {
    uint64_t seed, stream, step, purpose;
} nf_draws;

enum { NF_LIMBS = 1024 }; /* words of the longest sums and of the longest n */

/* out[i] = a uniform integer below n (0: below 2^64), draw first + i.  False: stopped. */
bool nf_uniform_below(const nf_draws *draws, uint64_t n, uint64_t first, intptr_t count,
                      uint64_t *out);
/* The same below an n of several words, the lowest first and the highest not 0: one draw. */
void nf_uniform_below_long(const nf_draws *draws, const uint64_t *n, int limbs, uint64_t draw,
                           uint64_t *out);

/* Numbers by their exact magnitudes: |x| = significand * 2^exponent, odd or 0 (exponent 0). */
typedef struct nf_magnitudes {
    uint64_t *significand;
    int32_t *exponent;
    int8_t *sign;
    intptr_t count;
} nf_magnitudes;
/* Of codes of a format.  Returns -1; the place of the first infinity or NaN; or -2: stopped. */
intptr_t nf_magnitudes_of(const nf_format *f, const char *codes, const nf_magnitudes *out);

/* sums[i] = sum over j <= i of (|x_j| * factor + plus) * 2^-base, an integer of `limbs` words, the
 * lowest first; the caller says by base and limbs that it is one and fits.  plus: so many words.
 * False: stopped. */
bool nf_prefix_sums(const nf_magnitudes *x, int32_t base, uint64_t factor, const uint64_t *plus,
                    int limbs, uint64_t *sums);

/* Sums by which places 0..count - 1 are drawn; guide: room for 2^guide_bits + 1 numbers. */
typedef struct nf_places {
    const uint64_t *sums;
    intptr_t count;
    int limbs, guide_bits;
    int64_t *guide;
} nf_places;
/* Adds to counts[i] what n draws of a place with probability proportional to weight i carry: each
 * carries `each`, the first `more` of them one more.  The last sum is not 0.  False: stopped. */
bool nf_multinomial(const nf_draws *draws, const nf_places *places, uint64_t n, int64_t each,
                    uint64_t more, int64_t *counts);

/* A number that magnitudes are multiplied by: above / below * 2^shift, below odd. */
typedef struct nf_ratio {
    uint64_t above, below;
    int64_t shift;
} nf_ratio;
/* out[i] = v = |x_i| * ratio rounded down, or up with the probability of its fraction; draw i.
 * Returns -1; the place of the first result of 2^62 or more; or -2: stopped. */
intptr_t nf_round_randomly(const nf_draws *draws, const nf_magnitudes *x, nf_ratio ratio,
                           int64_t *out);
/* out[i] = a Poisson variate of mean v, draw i; the time grows with v.  Returns -1; the place of
 * the first mean of 2^31 or more; or -2: stopped. */
intptr_t nf_poisson(const nf_draws *draws, const nf_magnitudes *x, nf_ratio ratio, int64_t *out);

#endif
