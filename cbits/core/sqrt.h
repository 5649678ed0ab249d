/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the square root of an unpacked number, with everything below the field jammed?
 * (Per width.) */

/* Digit by digit: NF_W/2 + 2 bits of root, two more than any significand, then the remainder is
 * the sticky bit.
 *
 *     invariant: remainder = (radicand bits taken so far) - root^2,  0 <= remainder <= 2*root   */
NF_INLINE NF_N(nf_number) NF_N(nf_sqrt_finite)(NF_N(nf_number) a)
{
    int odd = a.exp & 1;
    NF_N(nf_sig) root = 0, remainder = 0;
    NF_N(nf_sig) taken = a.sig >> (odd ? 0 : 1); /* radicand in [1, 4): two bits before the point */
    const int digits = NF_W / 2 + 2;
    for (int i = 0; i < digits; i++) {
        remainder = remainder << 2 | taken >> (NF_W - 2);
        taken <<= 2;
        NF_N(nf_sig) trial = root << 2 | 1;
        root <<= 1;
        if (remainder >= trial) {
            remainder -= trial;
            root |= 1;
        }
    }
    return NF_N(nf_finite)(0, (a.exp - odd) / 2, root << (NF_W - digits) | (remainder != 0));
}

NF_INLINE NF_N(nf_number) NF_N(nf_sqrt)(NF_N(nf_number) a, nf_env *env)
{
    if (a.cls == NF_FINITE && !a.sign)
        return NF_N(nf_sqrt_finite)(a);
    if (a.cls == NF_FINITE || (a.cls == NF_INFINITE && a.sign))
        return NF_N(nf_invalid)(env);
    return a; /* NaN, +inf, +0 and -0 */
}
