/* SPDX-License-Identifier: BSD-3-Clause */
/* Which machine-word helpers does the whole core share? */
#ifndef NF_BITS_H
#define NF_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "nf.h"

/* A "template": inlined where the format is a constant, so that the compiler folds the row. */
#define NF_INLINE static inline __attribute__((always_inline, unused))

typedef unsigned __int128 nf_u128;

/* Leading zeros; x != 0. */
NF_INLINE int nf_clz_64(uint64_t x)
{
    return __builtin_clzll(x);
}

NF_INLINE int nf_clz_128(nf_u128 x)
{
    uint64_t hi = (uint64_t)(x >> 64);
    return hi ? nf_clz_64(hi) : 64 + nf_clz_64((uint64_t)x);
}

/* Trailing zeros; x != 0. */
NF_INLINE int nf_trailing_zeros(nf_u128 x)
{
    uint64_t lo = (uint64_t)x;
    return lo ? __builtin_ctzll(lo) : 64 + __builtin_ctzll((uint64_t)(x >> 64));
}

/* The n lowest bits set, n = 0..64. */
NF_INLINE uint64_t nf_mask(int n)
{
    return n >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1;
}

NF_INLINE uint64_t nf_load_code(const char *p, int size)
{
    uint64_t code = 0;
    switch (size) { /* constant sizes: memcpy becomes one load */
    case 1: memcpy(&code, p, 1); break;
    case 2: memcpy(&code, p, 2); break;
    case 4: memcpy(&code, p, 4); break;
    default: memcpy(&code, p, 8); break;
    }
    return code;
}

NF_INLINE void nf_store_code(char *p, int size, uint64_t code)
{
    switch (size) {
    case 1: memcpy(p, &code, 1); break;
    case 2: memcpy(p, &code, 2); break;
    case 4: memcpy(p, &code, 4); break;
    default: memcpy(p, &code, 8); break;
    }
}

/* Bytes of one element (inlined form of nf_storage_bytes). */
NF_INLINE int nf_size(const nf_format *f)
{
    return f->bits <= 8 ? 1 : f->bits <= 16 ? 2 : f->bits <= 32 ? 4 : 8;
}

/* Posits and takums: the nearer to 1, the more fraction bits; NaR, and no infinities. */
NF_INLINE bool nf_is_tapered(const nf_format *f)
{
    return f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR;
}

#endif
