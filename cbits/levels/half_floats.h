/* SPDX-License-Identifier: BSD-3-Clause */
/* How do bfloat16 and binary16 use the CPU's binary32?  With at most 11 significant bits, sums,
 * products, quotients and roots of 24 bits round once more to the right code (24 >= 2 * 11 + 2).
 * Groups with infinities, NaNs, or bfloat16 results among the subnormals of binary32, which are
 * rounded already, go through doubles. */
#ifndef NF_HALF_FLOATS_H
#define NF_HALF_FLOATS_H

#include "stages.h"
#include "vectors.h"

#if defined(__AVX2__) && defined(__F16C__)
#define NF_HAS_HALVES

NF_VECTOR __m256 nf_half_floats(const char *p, bool brain)
{
    __m128i codes = _mm_loadu_si128((const __m128i *)(const void *)p);
    if (brain)
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(codes), 16));
    return _mm256_cvtph_ps(codes);
}

/* Eight codes; *odd gathers what must go another way. */
NF_VECTOR __m128i nf_half_codes(__m256 z, bool brain, nf_words *odd)
{
    if (!brain) {
        __m128i codes = _mm256_cvtps_ph(z, _MM_FROUND_TO_NEAREST_INT);
        __m128i field = _mm_and_si128(codes, _mm_set1_epi16(0x7C00));
        __m128i full = _mm_cmpeq_epi16(field, _mm_set1_epi16(0x7C00));
        *odd |= (nf_words)_mm256_zextsi128_si256(full);
        return codes;
    }
    nf_words u = (nf_words)z, m = u & 0x7FFFFFFF;
    nf_words tiny = (nf_words)(nf_least(m - 1, nf_all(0x007FFFFE)) == m - 1);
    *odd |= tiny | (nf_words)((nf_ints)m > 0x7F7F7FFF);
    u = (u + 0x7FFF + (u >> 16 & 1)) >> 16;
    __m256i packed = _mm256_packus_epi32((__m256i)u, (__m256i)u);
    return _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0xD8));
}

NF_VECTOR __m256 nf_half_result(nf_op op, __m256 a, __m256 b)
{
    switch (op) {
    case NF_OP_add: return a + b;
    case NF_OP_sub: return a - b;
    case NF_OP_mul: return a * b;
    case NF_OP_div: return a / b;
    default: return _mm256_sqrt_ps(a);
    }
}

/* n codes, a multiple of NF_LANES, side by side; false: nothing is stored that counts. */
NF_VECTOR bool nf_half_loop(nf_op op, bool brain, const char *a, const char *b, int n, char *out)
{
    nf_words odd = nf_all(0);
    for (int i = 0; i < n; i += NF_LANES) {
        __m256 x = nf_half_floats(a + 2 * i, brain), y = nf_half_floats(b + 2 * i, brain);
        __m128i codes = nf_half_codes(nf_half_result(op, x, y), brain, &odd);
        _mm_storeu_si128((__m128i *)(void *)(out + 2 * i), codes);
    }
    return !nf_any(odd);
}

static bool halves(nf_op op, bool brain, const char *a, const char *b, int n, char *out)
{
    switch (op) {
#define NF_HALF(name)                                                                              \
    case NF_OP_##name:                                                                             \
        return brain ? nf_half_loop(NF_OP_##name, true, a, b, n, out)                              \
                     : nf_half_loop(NF_OP_##name, false, a, b, n, out);
        NF_HALF(add)
        NF_HALF(sub)
        NF_HALF(mul)
        NF_HALF(div)
        NF_HALF(sqrt)
#undef NF_HALF
    default: return false;
    }
}

#endif
#endif
