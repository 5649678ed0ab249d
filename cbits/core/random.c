/* SPDX-License-Identifier: BSD-3-Clause */
/* Which random word does an element draw? */
#include "draws.h"

/* Philox4x64-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC 2011).
 * Word `index` is numpy.random.Philox(key=[seed, stream]).random_raw() number `index`.  NumPy
 * increments its counter before each block, so the block with words 4n..4n+3 has counter n + 1. */
void nf_random_block(const uint64_t *key, const uint64_t *counter, uint64_t *x)
{
    uint64_t k[2] = {key[0], key[1]};
    for (int i = 0; i < 4; i++)
        x[i] = counter[i];
    for (int round = 0; round < 10; round++) {
        nf_u128 even = (nf_u128)x[0] * 0xD2E7470EE14C6C93u;
        nf_u128 odd = (nf_u128)x[2] * 0xCA5A826395121157u;
        x[0] = (uint64_t)(odd >> 64) ^ x[1] ^ k[0];
        x[1] = (uint64_t)odd;
        x[2] = (uint64_t)(even >> 64) ^ x[3] ^ k[1];
        x[3] = (uint64_t)even;
        k[0] += 0x9E3779B97F4A7C15u; /* golden ratio */
        k[1] += 0xBB67AE8584CAA73Bu; /* sqrt(3) - 1 */
    }
}

static void random_block(uint64_t seed, uint64_t stream, uint64_t block, uint64_t *x)
{
    nf_random_block((uint64_t[]){seed, stream}, (uint64_t[]){block + 1, 0, 0, 0}, x);
}

uint64_t nf_random(uint64_t seed, uint64_t stream, uint64_t index)
{
    uint64_t x[4];
    random_block(seed, stream, index / 4, x);
    return x[index % 4];
}

void nf_random_words(uint64_t seed, uint64_t stream, uint64_t first, int n, uint64_t *out)
{
    int i = 0;
    for (; i < n && (first + (uint64_t)i) % 4 != 0; i++)
        out[i] = nf_random(seed, stream, first + (uint64_t)i);
    for (; i + 4 <= n; i += 4)
        random_block(seed, stream, (first + (uint64_t)i) / 4, out + i);
    for (; i < n; i++)
        out[i] = nf_random(seed, stream, first + (uint64_t)i);
}
