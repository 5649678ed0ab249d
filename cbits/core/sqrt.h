/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the square root of an unpacked number, with everything below the field jammed?
 * (Per width.) */

/* Digit by digit: NF_W/2 + 2 bits of root are two more than any significand, and the remainder is
 * the sticky bit.  Stochastic rounding wants 64 bits below the significand: NF_W - 2 digits are
 * what the remainder, four times the last one at most, leaves room for.
 *
 *     invariant: remainder = (radicand bits taken so far) - root^2,  0 <= remainder <= 2*root   */
NF_INLINE NF_NUMBER NF_N(nf_sqrt_finite)(NF_NUMBER a, bool fine)
{
    int odd = a.exp & 1;
    NF_SIG root = 0, remainder = 0;
    NF_SIG taken = a.sig >> (odd ? 0 : 1); /* radicand in [1, 4): two bits before the point */
    const int digits = fine ? NF_W - 2 : NF_W / 2 + 2;
    for (int i = 0; i < digits; i++) {
        remainder = remainder << 2 | taken >> (NF_W - 2);
        taken <<= 2;
        NF_SIG trial = root << 2 | 1;
        root <<= 1;
        if (remainder >= trial) {
            remainder -= trial;
            root |= 1;
        }
    }
    return NF_N(nf_finite)(0, (a.exp - odd) / 2, root << (NF_W - digits) | (remainder != 0));
}

#if NF_W == 64 && defined(__SSE2__)
#define NF_HAS_LONG_ROOT

/* The root of a full field: 64 bits and a sticky one.  A double's root, whatever the host's
 * rounding, is off by less than 2^14 of 2^63; a step of Newton's leaves less than 2, which is
 * counted off.
 *
 *     radicand = sig * 2^63 or 2^64 >= 2^126, root^2 <= radicand < (root + 1)^2 */
NF_INLINE nf_number_64 nf_sqrt_long(nf_number_64 a)
{
    int odd = a.exp & 1;
    nf_u128 radicand = (nf_u128)a.sig << (odd ? 64 : 63);
    __m128d high = _mm_set_sd((double)(int64_t)(radicand >> 66)); /* below 2^62 */
    __m128d half = _mm_mul_sd(_mm_sqrt_sd(high, high), _mm_set_sd(4294967296.0));
    /* At 2^63 a conversion would raise the host's invalid, and a compiler may convert before it
     * asks: the double below is near enough. */
    uint64_t guess = (uint64_t)_mm_cvttsd_si64(_mm_min_sd(half, _mm_set_sd(0x1.fffffffffffffp62)))
                     << 1;
    nf_u128 quotient = radicand / guess;
    nf_u128 mean = (quotient + guess) / 2;
    uint64_t root = mean >> 64 ? ~(uint64_t)0 : (uint64_t)mean;
    while ((nf_u128)root * root > radicand)
        root--;
    while (root != ~(uint64_t)0 && (nf_u128)(root + 1) * (root + 1) <= radicand)
        root++;
    bool exact = (nf_u128)root * root == radicand;
    return nf_finite_64(0, (a.exp - odd) / 2, root | !exact);
}
#endif

NF_INLINE NF_NUMBER NF_N(nf_sqrt)(NF_NUMBER a, bool fine, nf_env *env)
{
    if (a.cls == NF_FINITE && !a.sign)
        return NF_N(nf_sqrt_finite)(a, fine);
    if (a.cls == NF_FINITE || (a.cls == NF_INFINITE && a.sign))
        return NF_N(nf_invalid)(env);
    return a; /* NaN, +inf, +0 and -0 */
}
