typedef double __m128d;
__m128d _mm_set_sd(double); __m128d _mm_mul_sd(__m128d, __m128d); __m128d _mm_sqrt_sd(__m128d, __m128d);
__m128d _mm_min_sd(__m128d, __m128d); long _mm_cvttsd_si64(__m128d);
