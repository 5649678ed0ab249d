/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the vectors of the stages, and what can they do that C's operators cannot?
 *
 * Eight words, or four doubles or 64-bit words, with the compiler's vector extensions: operators
 * work on all lanes, comparisons give lanes of all ones or zeros.  A level with wider registers, or
 * narrower ones, runs the same source. */
#ifndef NF_VECTORS_H
#define NF_VECTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define NF_VECTOR static inline __attribute__((always_inline, unused))

enum { NF_LANES = 8 };

typedef uint32_t nf_words __attribute__((vector_size(32)));
typedef int32_t nf_ints __attribute__((vector_size(32)));
typedef float nf_singles __attribute__((vector_size(32)));
typedef uint64_t nf_longs __attribute__((vector_size(32)));
typedef int64_t nf_signed_longs __attribute__((vector_size(32)));
typedef double nf_doubles __attribute__((vector_size(32)));

/* Four doubles and the next four. */
typedef struct nf_pair {
    nf_doubles at[2];
} nf_pair;

/* Lanes of a (0 to 7) and of b (8 to 15), by their constant numbers: each compiler has a name for
 * it. */
#ifdef __clang__
#define NF_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define NF_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (nf_words){__VA_ARGS__})
#endif

NF_VECTOR nf_words nf_get(const uint32_t *p)
{
    nf_words v;
    memcpy(&v, p, sizeof v);
    return v;
}

NF_VECTOR void nf_put(uint32_t *p, nf_words v)
{
    memcpy(p, &v, sizeof v);
}

NF_VECTOR nf_pair nf_get_pair(const double *p)
{
    nf_pair x; /* each by itself: of a struct the compiler makes a copy on the stack */
    memcpy(&x.at[0], p, sizeof x.at[0]);
    memcpy(&x.at[1], p + 4, sizeof x.at[1]);
    return x;
}

NF_VECTOR void nf_put_pair(double *p, nf_pair x)
{
    memcpy(p, &x.at[0], sizeof x.at[0]);
    memcpy(p + 4, &x.at[1], sizeof x.at[1]);
}

NF_VECTOR nf_words nf_all(uint32_t x)
{
    return x - (nf_words){0};
}

NF_VECTOR nf_doubles nf_all_doubles(double x)
{
    return x - (nf_doubles){0};
}

NF_VECTOR nf_words nf_select(nf_words mask, nf_words yes, nf_words no)
{
#ifdef __AVX2__
    return (nf_words)_mm256_blendv_epi8((__m256i)no, (__m256i)yes, (__m256i)mask);
#else
    return (yes & mask) | (no & ~mask);
#endif
}

NF_VECTOR nf_doubles nf_select_doubles(nf_signed_longs mask, nf_doubles yes, nf_doubles no)
{
#ifdef __AVX2__
    return _mm256_blendv_pd(no, yes, (nf_doubles)mask);
#else
    return (nf_doubles)(((nf_signed_longs)yes & mask) | ((nf_signed_longs)no & ~mask));
#endif
}

NF_VECTOR nf_words nf_least(nf_words a, nf_words b)
{
#ifdef __AVX2__
    return (nf_words)_mm256_min_epu32((__m256i)a, (__m256i)b);
#else
    return nf_select((nf_words)(a < b), a, b);
#endif
}

NF_VECTOR nf_words nf_most(nf_words a, nf_words b)
{
#ifdef __AVX2__
    return (nf_words)_mm256_max_epu32((__m256i)a, (__m256i)b);
#else
    return nf_select((nf_words)(a > b), a, b);
#endif
}

/* min(a, b), and b where a is NaN. */
NF_VECTOR nf_doubles nf_least_doubles(nf_doubles a, nf_doubles b)
{
#ifdef __AVX2__
    return _mm256_min_pd(a, b);
#else
    return nf_select_doubles(a < b, a, b);
#endif
}

/* Shifts by 32 and more, too: nothing is left, or copies of the sign. */
NF_VECTOR nf_words nf_shift_left(nf_words x, nf_words count)
{
#ifdef __AVX2__
    return (nf_words)_mm256_sllv_epi32((__m256i)x, (__m256i)count);
#else
    return (x << (count & 31)) & (nf_words)(count < 32);
#endif
}

NF_VECTOR nf_words nf_shift_down(nf_words x, nf_words count)
{
#ifdef __AVX2__
    return (nf_words)_mm256_srav_epi32((__m256i)x, (__m256i)count);
#else
    return (nf_words)((nf_ints)x >> (nf_ints)nf_least(count, nf_all(31)));
#endif
}

/* -x where `sign` is negative as an integer; x is 0 where sign is. */
NF_VECTOR nf_words nf_signed_as(nf_words x, nf_words sign)
{
#ifdef __AVX2__
    return (nf_words)_mm256_sign_epi32((__m256i)x, (__m256i)sign);
#else
    nf_words negative = (nf_words)((nf_ints)sign >> 31);
    return (x ^ negative) - negative;
#endif
}

/* |x|, 2^31 where x is -2^31. */
NF_VECTOR nf_words nf_absolute(nf_words x)
{
#ifdef __AVX2__
    return (nf_words)_mm256_abs_epi32((__m256i)x);
#else
    return nf_signed_as(x, x);
#endif
}

NF_VECTOR bool nf_any(nf_words mask)
{
#ifdef __AVX2__
    return !_mm256_testz_si256((__m256i)mask, (__m256i)mask);
#else
    nf_longs m = (nf_longs)mask;
    return (m[0] | m[1] | m[2] | m[3]) != 0;
#endif
}

NF_VECTOR nf_doubles nf_magnitudes(nf_doubles x)
{
    return (nf_doubles)((nf_longs)x & ~((uint64_t)1 << 63));
}

/* 127 + the position of the leading one of 0 < x < 2^31 (0 for 0), through the exponent of a float:
 * AVX2 has no count.  Only the leading one and the bit after the next survive x & ~(x >> 1):
 * rounding cannot carry. */
NF_VECTOR nf_words nf_position(nf_words x)
{
    nf_singles f = __builtin_convertvector((nf_ints)(x & ~(x >> 1)), nf_singles);
    return (nf_words)f >> 23;
}

/* Between words and doubles: a double is a high and a low word.  Within halves of a register first,
 * for that is one instruction; `order` puts the halves right. */
NF_VECTOR nf_words nf_reorder(nf_words x)
{
    return NF_SHUFFLE(x, x, 0, 1, 4, 5, 2, 3, 6, 7);
}

/* hi and lo are in the order of nf_reorder. */
NF_VECTOR nf_pair nf_zip(nf_words hi, nf_words lo)
{
    return (nf_pair){{(nf_doubles)NF_SHUFFLE(lo, hi, 0, 8, 1, 9, 4, 12, 5, 13),
                      (nf_doubles)NF_SHUFFLE(lo, hi, 2, 10, 3, 11, 6, 14, 7, 15)}};
}

/* The result is in the order that nf_reorder ends. */
NF_VECTOR void nf_unzip(nf_pair x, nf_words *hi, nf_words *lo)
{
    nf_words a = (nf_words)x.at[0], b = (nf_words)x.at[1];
    *lo = NF_SHUFFLE(a, b, 0, 2, 8, 10, 4, 6, 12, 14);
    *hi = NF_SHUFFLE(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

/* The low words. */
NF_VECTOR nf_words nf_low_words(nf_longs a, nf_longs b)
{
    nf_words hi, lo;
    nf_unzip((nf_pair){{(nf_doubles)a, (nf_doubles)b}}, &hi, &lo);
    return nf_reorder(lo);
}

/* Signed words, in the order of nf_reorder, exactly. */
NF_VECTOR nf_pair nf_exact_pair(nf_words x)
{
#ifdef __AVX2__
    x = nf_reorder(x); /* back: the order is its own inverse */
    return (nf_pair){{_mm256_cvtepi32_pd(_mm256_castsi256_si128((__m256i)x)),
                      _mm256_cvtepi32_pd(_mm256_extracti128_si256((__m256i)x, 1))}};
#else
    nf_pair r;
    x = nf_reorder(x);
    for (int i = 0; i < 4; i++) {
        r.at[0][i] = (double)(int32_t)x[i];
        r.at[1][i] = (double)(int32_t)x[i + 4];
    }
    return r;
#endif
}

#endif
