/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the exact sum and product of two unpacked numbers?  (Per width.)  The results carry
 * everything a rounding needs: bits beyond the field are jammed into bit 0. */

/* Sum of two finite numbers.  `down`: an exact zero is -0 (rounding toward negative).
 *
 * Signs and sizes of data are random, so nothing branches on them: the larger operand moves down by
 * one bit (its bit 0 is clear), which leaves room for the carry, and a negative addend is added as
 * its two's complement. */
NF_INLINE NF_NUMBER NF_N(nf_add_finite)(NF_NUMBER a, NF_NUMBER b, bool down)
{
    bool swap = (a.exp < b.exp) | ((a.exp == b.exp) & (a.sig < b.sig));
    NF_SIG large = swap ? b.sig : a.sig, small = swap ? a.sig : b.sig;
    int exp = swap ? b.exp : a.exp, distance = swap ? b.exp - a.exp : a.exp - b.exp;
    int sign = swap ? b.sign : a.sign;
    NF_SIG negate = 0 - (NF_SIG)(a.sign ^ b.sign);
    /* Bits are jammed only if the exponents are NF_W - bits apart or more, for operands of `bits`
     * bits, at most NF_W - 4.  Then a difference loses one leading bit at the most, besides the one
     * by which the larger operand has moved down:
     *
     *     sum       001xxxxxx ... xxxx1     odd, within 1 of the exact sum, at least 2^(NF_W-3)
     *     field     1xxxxxx ... xxxx100     in one cell of 8 units with it
     *
     * so that roundings to NF_W - 4 significant bits and fewer do not see the jammed bits: proved
     * for 32 and 60 bits of 64 and 64 of 128 (proofs: add.sum; 63 bits of 64 are refuted). */
    NF_SIG sum = (large >> 1) + ((NF_N(nf_shr_jam)(small, distance + 1) ^ negate) - negate);
    if (sum == 0)
        return NF_N(nf_special)(NF_ZERO, down);
    return NF_N(nf_normalise)(sign, exp + 1, sum);
}

NF_INLINE NF_NUMBER NF_N(nf_add)(NF_NUMBER a, NF_NUMBER b, bool down, nf_env *env)
{
    if (a.cls == NF_FINITE && b.cls == NF_FINITE)
        return NF_N(nf_add_finite)(a, b, down);
    if (a.cls == NF_NOT_A_NUMBER || b.cls == NF_NOT_A_NUMBER)
        return NF_N(nf_special)(NF_NOT_A_NUMBER, 0);
    if (a.cls == NF_INFINITE && b.cls == NF_INFINITE && a.sign != b.sign)
        return NF_N(nf_invalid)(env);
    if (a.cls == NF_ZERO && b.cls == NF_ZERO)
        return NF_N(nf_special)(NF_ZERO, a.sign == b.sign ? a.sign : down);
    return a.cls == NF_INFINITE || b.cls == NF_ZERO ? a : b;
}

/* Class of a product or quotient side: NaN, then the invalid pair, then infinity, then zero. */
NF_INLINE NF_NUMBER NF_N(nf_mul)(NF_NUMBER a, NF_NUMBER b, nf_env *env)
{
    int sign = a.sign ^ b.sign;
    if (a.cls == NF_FINITE && b.cls == NF_FINITE)
        return NF_N(nf_mul_finite)(a, b);
    if (a.cls == NF_NOT_A_NUMBER || b.cls == NF_NOT_A_NUMBER)
        return NF_N(nf_special)(NF_NOT_A_NUMBER, 0);
    if (a.cls == NF_INFINITE || b.cls == NF_INFINITE)
        return a.cls == NF_ZERO || b.cls == NF_ZERO ? NF_N(nf_invalid)(env)
                                                    : NF_N(nf_special)(NF_INFINITE, sign);
    return NF_N(nf_special)(NF_ZERO, sign);
}
