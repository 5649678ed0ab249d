/* SPDX-License-Identifier: BSD-3-Clause */
/* How does one draw get its random words, and from these an integer below n without bias? */
#ifndef NF_DRAWS_H
#define NF_DRAWS_H

#include "bits.h"
#include "nf_sampling.h"

void nf_random_block(const uint64_t *key, const uint64_t *counter, uint64_t *out);

/* The words of one draw, one after the other. */
typedef struct nf_words {
    const nf_draws *draws;
    uint64_t draw, next;
    uint64_t block[4];
} nf_words;

NF_INLINE nf_words nf_words_of(const nf_draws *draws, uint64_t draw)
{
    return (nf_words){.draws = draws, .draw = draw};
}

static inline uint64_t nf_next_word(nf_words *w)
{
    if (w->next % 4 == 0) {
        const nf_draws *d = w->draws;
        uint64_t key[] = {d->seed, d->stream};
        /* NumPy increments the lowest word before it makes a block. */
        uint64_t counter[] = {w->next / 4 + 1, w->draw, d->step, d->purpose};
        nf_random_block(key, counter, w->block);
    }
    return w->block[w->next++ % 4];
}

/* Below n, 0 meaning 2^64.  The high word of word * n is uniform when those words are left out
 * whose low word is below 2^64 mod n (Lemire: Fast random integer generation in an interval, ACM
 * TOMACS 29, 2019); a word is left out with probability n / 2^64 at most. */
static inline uint64_t nf_below(nf_words *w, uint64_t n)
{
    if (n == 0)
        return nf_next_word(w);
    nf_u128 product = (nf_u128)nf_next_word(w) * n;
    if ((uint64_t)product < n) {
        uint64_t least = (0 - n) % n;
        while ((uint64_t)product < least)
            product = (nf_u128)nf_next_word(w) * n;
    }
    return (uint64_t)(product >> 64);
}

#endif
