/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the product of two significands?  (Per width; the only place that sees double width.) */

#if NF_W == 64
NF_INLINE nf_number_64 nf_mul_finite_64(nf_number_64 a, nf_number_64 b)
{
    nf_u128 product = (nf_u128)a.sig * b.sig;
    int carry = (int)(product >> 127); /* 1.x * 1.y is in [1, 4) */
    product <<= 1 - carry;
    return nf_finite_64(a.sign ^ b.sign, a.exp + b.exp + carry,
                        (uint64_t)(product >> 64) | ((uint64_t)product != 0));
}
#else
NF_INLINE nf_number_128 nf_mul_finite_128(nf_number_128 a, nf_number_128 b)
{
    /*      ah al * bh bl:   high = ah*bh + carries,  low = the rest, of which any bit is sticky */
    uint64_t ah = (uint64_t)(a.sig >> 64), al = (uint64_t)a.sig;
    uint64_t bh = (uint64_t)(b.sig >> 64), bl = (uint64_t)b.sig;
    nf_u128 ll = (nf_u128)al * bl, lh = (nf_u128)al * bh, hl = (nf_u128)ah * bl;
    nf_u128 middle = (ll >> 64) + (uint64_t)lh + (uint64_t)hl; /* < 3 * 2^64 */
    nf_u128 high = (nf_u128)ah * bh + (lh >> 64) + (hl >> 64) + (middle >> 64);
    nf_u128 low = middle << 64 | (uint64_t)ll;
    int carry = (int)(high >> 127);
    if (!carry) {
        high = high << 1 | low >> 127;
        low <<= 1;
    }
    return nf_finite_128(a.sign ^ b.sign, a.exp + b.exp + carry, high | (low != 0));
}
#endif
