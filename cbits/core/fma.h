/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a*b + c, exact until one rounding, for operands of either width?
 *
 * The product of two operands fills the whole field, so the sum needs the next one: 128 bits for
 * formats up to 32 bits, two 128-bit halves for the others.  Only this file knows them. */
#ifndef NF_FMA_H
#define NF_FMA_H

/* A 256-bit field: hi's bit 127 leads, lo's bit 0 is sticky. */
typedef struct {
    nf_u128 hi, lo;
} nf_sig_256;

NF_INLINE nf_sig_256 nf_shr_jam_256(nf_sig_256 x, int n)
{
    if (n == 0)
        return x;
    nf_sig_256 r;
    if (n >= 256) {
        r.hi = 0;
        r.lo = (x.hi | x.lo) != 0;
    } else if (n >= 128) {
        r.hi = 0;
        r.lo = nf_shr_jam_128(x.hi, n - 128) | (x.lo != 0);
    } else {
        r.hi = x.hi >> n;
        r.lo = x.hi << (128 - n) | nf_shr_jam_128(x.lo, n);
    }
    return r;
}

/* The sum of two finite 256-bit numbers of which the larger has bit 0 clear, jammed to 128. */
NF_INLINE nf_number_128 nf_add_wide(nf_number_128 a, nf_number_128 b, bool down)
{
    if (a.exp < b.exp || (a.exp == b.exp && a.sig < b.sig)) {
        nf_number_128 t = a;
        a = b;
        b = t;
    }
    nf_sig_256 wide = {b.sig, 0};
    nf_sig_256 s = nf_shr_jam_256(wide, a.exp - b.exp);
    if (a.sign == b.sign) {
        nf_u128 hi = a.sig + s.hi;
        int carry = hi < s.hi;
        if (carry)
            hi = hi >> 1 | (hi & 1) | (nf_u128)1 << 127;
        return nf_finite_128(a.sign, a.exp + carry, hi | (s.lo != 0));
    }
    nf_u128 lo = 0 - s.lo;
    nf_u128 hi = a.sig - s.hi - (s.lo != 0);
    if (hi == 0 && lo == 0)
        return nf_special_128(NF_ZERO, down);
    if (hi == 0)
        return nf_normalise_128(a.sign, a.exp - 128, lo);
    int n = nf_clz_128(hi);
    if (n) {
        hi = hi << n | lo >> (128 - n);
        lo <<= n;
    }
    return nf_finite_128(a.sign, a.exp - n, hi | (lo != 0));
}

NF_INLINE nf_number_128 nf_widen(nf_number_64 x)
{
    nf_number_128 r = {(nf_u128)x.sig << 64, x.exp, x.cls, x.sign};
    return r;
}

NF_INLINE nf_number_64 nf_narrow(nf_number_128 x)
{
    nf_number_64 r = {(uint64_t)(x.sig >> 64) | ((uint64_t)x.sig != 0), x.exp, x.cls, x.sign};
    return r;
}

/* product + c where `product` is exact in its field and c has at most 64 significant bits. */
NF_INLINE nf_number_128 nf_add_product(nf_number_128 product, nf_number_128 c, bool down,
                                       nf_env *env)
{
    if (product.cls == NF_FINITE && c.cls == NF_FINITE)
        return nf_add_wide(product, c, down);
    return nf_add_128(product, c, down, env);
}

#endif
