/* SPDX-License-Identifier: BSD-3-Clause */
/* Does each operation of vectors.h give, in every lane, what its comment says, for all words?
 *
 * Compiled with and without AVX2, which takes intrinsics for the portable text: both are held against
 * definitions on one word. */
#include "vectors.h"

enum { COUNTS = 40 }; /* shifts by 32 and more, too */

static uint32_t position_of(uint32_t x)
{
    return x == 0 ? 0 : 127 + 31 - (uint32_t)__builtin_clz(x);
}
static uint32_t absolute_of(uint32_t x)
{
    return x >> 31 ? 0 - x : x;
}
static uint32_t up(uint32_t x, uint32_t count)
{
    return count < 32 ? (uint32_t)((uint64_t)x << count) : 0;
}
static uint32_t down(uint32_t x, uint32_t count)
{
    int64_t wide = (int64_t)x - (x >> 31 ? INT64_C(1) << 32 : 0);
    return (uint32_t)(wide >> count);
}
static uint32_t with_sign(uint32_t x, uint32_t sign)
{
    return sign >> 31 ? 0 - x : x;
}

/* Eight words from `first` on. */
static nf_words words_from(uint64_t first)
{
    return nf_all((uint32_t)first) + (nf_words){0, 1, 2, 3, 4, 5, 6, 7};
}

#define FOR_ALL_LANES(expected)                                                                    \
    for (int k = 0; k < NF_LANES; k++)                                                             \
        if (r[k] != (expected))                                                                    \
            return (int64_t)x[k];

#define CHECK_UNARY(name, of, end_of_words)                                                        \
    int64_t check_##name(uint64_t first, uint64_t end)                                             \
    {                                                                                              \
        for (uint64_t i = first; i < end && i < (end_of_words); i += NF_LANES) {                   \
            nf_words x = words_from(i), r = nf_##name(x);                                          \
            FOR_ALL_LANES(of(x[k]))                                                                \
        }                                                                                          \
        return -1;                                                                                 \
    }
CHECK_UNARY(position, position_of, UINT64_C(1) << 31)
CHECK_UNARY(absolute, absolute_of, UINT64_C(1) << 32)

#define CHECK_SHIFT(name, of)                                                                      \
    int64_t check_##name(uint64_t first, uint64_t end)                                             \
    {                                                                                              \
        for (uint32_t count = 0; count < COUNTS; count++)                                          \
            for (uint64_t i = first; i < end; i += NF_LANES) {                                     \
                nf_words x = words_from(i), r = nf_##name(x, nf_all(count));                       \
                FOR_ALL_LANES(of(x[k], count))                                                     \
            }                                                                                      \
        return -1;                                                                                 \
    }
CHECK_SHIFT(shift_left, up)
CHECK_SHIFT(shift_down, down)

/* x is 0 where the sign is. */
int64_t check_signed_as(uint64_t first, uint64_t end)
{
    static const uint32_t signs[] = {1, 0x7fffffff, 0x80000000, 0xffffffff};
    for (int n = 0; n < 4; n++)
        for (uint64_t i = first; i < end; i += NF_LANES) {
            nf_words x = words_from(i), r = nf_signed_as(x, nf_all(signs[n]));
            FOR_ALL_LANES(with_sign(x[k], signs[n]))
        }
    return -1;
}

/* In the order of nf_reorder, which is its own inverse. */
int64_t check_exact_pair(uint64_t first, uint64_t end)
{
    for (uint64_t i = first; i < end; i += NF_LANES) {
        nf_words x = words_from(i);
        nf_pair r = nf_exact_pair(nf_reorder(x));
        for (int k = 0; k < NF_LANES; k++) {
            uint64_t bits;
            memcpy(&bits, (const char *)&r + 8 * k, sizeof bits);
            double right = (double)((int64_t)x[k] - (x[k] >> 31 ? INT64_C(1) << 32 : 0));
            uint64_t wanted;
            memcpy(&wanted, &right, sizeof wanted);
            if (bits != wanted)
                return (int64_t)x[k];
        }
    }
    return -1;
}
