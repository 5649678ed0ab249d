/* The intrinsics of half_floats.h, for one lane: a vector of words, of half words, of floats. */
#include <xmmintrin.h>
typedef unsigned int __m256i; typedef unsigned short __m128i; typedef float __m256; typedef double __m256d;
#define _MM_FROUND_TO_NEAREST_INT 0
__m256i _mm256_min_epu32(__m256i, __m256i); __m256i _mm256_cvtepu16_epi32(__m128i);
__m256i _mm256_slli_epi32(__m256i, int); __m256 _mm256_castsi256_ps(__m256i);
__m128i _mm256_castsi256_si128(__m256i); __m256i _mm256_zextsi128_si256(__m128i);
__m256i _mm256_packus_epi32(__m256i, __m256i); __m256i _mm256_permute4x64_epi64(__m256i, int);
__m256 _mm256_cvtph_ps(__m128i); __m128i _mm256_cvtps_ph(__m256, int); __m256 _mm256_sqrt_ps(__m256);
__m128i _mm_loadu_si128(const __m128i *); void _mm_storeu_si128(__m128i *, __m128i);
__m128i _mm_and_si128(__m128i, __m128i); __m128i _mm_set1_epi16(short); __m128i _mm_cmpeq_epi16(__m128i, __m128i);
