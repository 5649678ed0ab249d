/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the quotient of two unpacked numbers, with everything below the field jammed?
 * (Per width.) */

#define NF_HALF (NF_W / 2)

/* Schoolbook division in two digits of NF_W/2 bits: operands have at most NF_W/2 significant bits
 * (the width rule), the quotient gets NF_W bits, and the last remainder is the sticky bit. */
NF_INLINE NF_NUMBER NF_N(nf_div_finite)(NF_NUMBER a, NF_NUMBER b)
{
    NF_SIG x = a.sig >> NF_HALF, y = b.sig >> NF_HALF;
    bool less = x < y;
    NF_SIG numerator = x << (less ? NF_HALF : NF_HALF - 1);
    NF_SIG q1 = numerator / y, r1 = numerator % y; /* q1 has NF_HALF bits, leading bit set */
    NF_SIG q0 = (r1 << NF_HALF) / y, r0 = (r1 << NF_HALF) % y;
    return NF_N(nf_finite)(a.sign ^ b.sign, a.exp - b.exp - less, q1 << NF_HALF | q0 | (r0 != 0));
}

#if NF_W == 64
/* The same for operands that fill more than half of the field: one division of double width, whose
 * quotient has 64 bits. */
NF_INLINE nf_number_64 nf_div_long(nf_number_64 a, nf_number_64 b)
{
    bool less = a.sig < b.sig;
    nf_u128 numerator = (nf_u128)a.sig << (63 + less);
    uint64_t q = (uint64_t)(numerator / b.sig), r = (uint64_t)numerator - q * b.sig;
    return nf_finite_64(a.sign ^ b.sign, a.exp - b.exp - less, q | (r != 0));
}
#endif

NF_INLINE NF_NUMBER NF_N(nf_div)(NF_NUMBER a, NF_NUMBER b, nf_env *env)
{
    int sign = a.sign ^ b.sign;
    if (a.cls == NF_FINITE && b.cls == NF_FINITE)
        return NF_N(nf_div_finite)(a, b);
    if (a.cls == NF_NOT_A_NUMBER || b.cls == NF_NOT_A_NUMBER)
        return NF_N(nf_special)(NF_NOT_A_NUMBER, 0);
    if (a.cls == b.cls) /* 0/0, inf/inf */
        return NF_N(nf_invalid)(env);
    if (b.cls == NF_ZERO && a.cls == NF_FINITE)
        return NF_N(nf_pole_by_zero)(sign, env);
    if (b.cls == NF_ZERO || a.cls == NF_INFINITE) {
        NF_NUMBER r = {0, b.cls == NF_ZERO ? NF_POLE_BY_ZERO : 0, NF_INFINITE, (uint8_t)sign};
        return r; /* inf/0 raises nothing, unless its sign is not known */
    }
    return NF_N(nf_special)(NF_ZERO, sign);
}

#undef NF_HALF
