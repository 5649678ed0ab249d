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

NF_INLINE NF_NUMBER NF_N(nf_sqrt)(NF_NUMBER a, bool fine, nf_env *env)
{
    if (a.cls == NF_FINITE && !a.sign)
        return NF_N(nf_sqrt_finite)(a, fine);
    if (a.cls == NF_FINITE || (a.cls == NF_INFINITE && a.sign))
        return NF_N(nf_invalid)(env);
    return a; /* NaN, +inf, +0 and -0 */
}
