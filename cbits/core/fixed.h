/* SPDX-License-Identifier: BSD-3-Clause */
/* How do fixed-point codes turn into exact values and back?  (Per width.)
 *
 *     code, two's complement if it has a sign      value = code * 2^-frac
 *
 * 11.25 with 8 bits of 16 behind the point is 2880 steps of 2^-8; its negative is 2^16 - 2880:
 *
 *     fixed<16,frac=8>  00001011.01000000           = 11.25
 *     fixed<16,frac=8>  11110100.11000000           = -11.25
 *     fixed<16,frac=8>  00001011.01000000|1         = 11.251953125
 *     fixed<16,frac=8>  01111111.11111111           = 1000 */

NF_INLINE NF_NUMBER NF_N(nf_decode_fixed)(const nf_format *f, uint64_t code)
{
    uint64_t word = code << (64 - f->bits);
    int sign = f->is_signed ? (int)(word >> 63) : 0;
    uint64_t m = (sign ? 0 - word : word) >> (64 - f->bits);
    return NF_N(nf_normalise)(sign && m, NF_W - 1 - f->frac, m);
}

#ifndef NF_FIXED_H
#define NF_FIXED_H
/* The last magnitude of that sign, in steps. */
NF_INLINE uint64_t nf_fixed_end(const nf_format *f, bool sign)
{
    uint64_t top = nf_mask(f->bits - f->is_signed);
    return !sign ? top : f->is_signed ? top + (f->overflow != NF_OVERFLOW_SATURATE_SYMMETRIC) : 0;
}
#endif

/* The code where the value is beyond the end: `m` is its magnitude modulo 2^64. */
NF_INLINE uint64_t NF_N(nf_overflow_fixed)(const nf_format *f, bool sign, uint64_t m, bool wrap,
                                           bool pole, nf_env *env)
{
    if (f->overflow == NF_OVERFLOW_INDEFINITE) {
        env->flags |= NF_INVALID;
        return (uint64_t)1 << (f->bits - 1);
    }
    env->flags |= pole ? 0 : NF_OVERFLOW;
    if (!wrap)
        m = f->overflow == NF_OVERFLOW_ZERO ? 0 : nf_fixed_end(f, sign);
    return (sign ? 0 - m : m) & nf_mask(f->bits);
}

NF_INLINE uint64_t NF_N(nf_encode_fixed)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    if (x.cls == NF_ZERO)
        return 0;
    if (x.cls == NF_NOT_A_NUMBER) {
        env->flags |= NF_INVALID;
        return f->overflow == NF_OVERFLOW_INDEFINITE ? (uint64_t)1 << (f->bits - 1) : 0;
    }
    if (x.cls == NF_INFINITE)
        return NF_N(nf_overflow_fixed)(f, x.sign, 0, false, x.exp, env);
    /*  sig = 1fff...f | ddd...   q = sig >> shift counts steps of 2^-frac, d is dropped */
    int shift = NF_W - 1 - x.exp - f->frac;
    bool wrap = f->overflow == NF_OVERFLOW_WRAP;
    if (shift < 0) /* 2^NF_W steps and more, and a whole number of them */
        return NF_N(nf_overflow_fixed)(f, x.sign, shift <= -NF_W ? 0 : (uint64_t)(x.sig << -shift),
                                       wrap, false, env);
    NF_SIG steps = shift >= NF_W ? 0 : x.sig >> shift;
    NF_SIG rest = shift >= NF_W ? NF_N(nf_shr_jam)(x.sig, shift - NF_W)
                  : shift       ? x.sig << (NF_W - shift)
                                : 0;
    uint64_t dropped = (uint64_t)(rest >> (NF_W - 64));
    if (NF_W > 64)
        dropped |= (uint64_t)rest != 0;
    uint64_t q = (uint64_t)steps;
    bool up = nf_round_up(f->rounding, x.sign, q & 1, dropped, env);
    uint64_t end = nf_fixed_end(f, x.sign);
    if (steps > end || (up && q == end))
        return NF_N(nf_overflow_fixed)(f, x.sign, q + up, wrap, false, env);
    q += up;
    return (x.sign ? 0 - q : q) & nf_mask(f->bits);
}
