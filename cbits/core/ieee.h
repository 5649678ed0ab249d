/* SPDX-License-Identifier: BSD-3-Clause */
/* How do IEEE-like floats turn into exact values and back?  (Per width.)
 *
 *     [s] | exponent, exp bits | fraction, man bits      value = 1.f * 2^(exponent - bias)
 *
 * The code below the sign counts up with the magnitude, through subnormals, normals and, past the
 * largest finite code, infinities and NaNs: so rounding is one addition to that count.
 *
 * 11.25 is 1.01101 * 2^3 in binary: in binary16 the exponent field is 3 + 15 = 18.  Below 2^-14 the
 * field is 0, there is no leading one, and the fraction counts steps of 2^-24.  65519 is less than
 * half a unit above the largest number; from 65520 on a carry out of the fraction has made 31 of
 * the exponent field, which is an infinity:
 *
 *     binary16          0 10010 0110100000          = 11.25
 *     binary16          0 10010 0110100000|01       = 11.251953125
 *     binary16          0 00000 0000000011          = 3 * 2^-24
 *     binary16          0 11110 1111111111|0111     = 65519
 *     binary16          0 11111 0000000000          = inf
 *     float8_e4m3fn     0 1111 110                  = 448
 *     float8_e8m0fnu    10000010                    = 8 */
#ifndef NF_IEEE_H
#define NF_IEEE_H

NF_INLINE int nf_magnitude_bits(const nf_format *f)
{
    return f->bits - f->is_signed;
}

/* The largest magnitude code that is a finite number. */
NF_INLINE uint64_t nf_max_finite(const nf_format *f)
{
    uint64_t all = nf_mask(nf_magnitude_bits(f));
    if (f->inf == NF_INF_IEEE)
        return all - nf_mask(f->man) - 1;
    return all - (f->nan == NF_NAN_ALL_ONES) - (f->inf == NF_INF_TOP);
}

/* Exponent of the smallest normal number. */
NF_INLINE int nf_min_normal_exp(const nf_format *f)
{
    return f->zero - f->bias;
}

NF_INLINE uint64_t nf_nan_code(const nf_format *f)
{
    uint64_t all = nf_mask(nf_magnitude_bits(f));
    switch (f->nan) {
    case NF_NAN_IEEE: return all - nf_mask(f->man) + ((uint64_t)1 << (f->man - 1));
    case NF_NAN_ALL_ONES: return all;
    case NF_NAN_NEGATIVE_ZERO: return (uint64_t)1 << (f->bits - 1);
    default: return f->signed_zero ? (uint64_t)1 << (f->bits - 1) : 0;
    }
}

NF_INLINE bool nf_saturates(const nf_format *f)
{
    return f->overflow == NF_OVERFLOW_SATURATE || f->overflow == NF_OVERFLOW_SATURATE_FINITE;
}

/* Does the mode, beyond the last finite value, stay there?  To odd it takes, of that and the
 * infinity behind it, the odd code (P3109 4.7.5); a NaN is no neighbour. */
NF_INLINE bool nf_stays_finite(const nf_format *f, bool sign)
{
    switch (f->rounding) {
    case NF_TOWARD_ZERO: return true;
    case NF_TOWARD_POSITIVE: return sign;
    case NF_TOWARD_NEGATIVE: return !sign;
    case NF_TO_ODD:
        return !(sign && !f->is_signed) &&
               (f->overflow != NF_OVERFLOW_INF || (nf_max_finite(f) & 1));
    default: return false;
    }
}

NF_INLINE bool nf_is_nan_code(const nf_format *f, bool sign, uint64_t m)
{
    switch (f->nan) {
    case NF_NAN_IEEE: return m > nf_max_finite(f) + 1;
    case NF_NAN_ALL_ONES: return m == nf_mask(nf_magnitude_bits(f));
    case NF_NAN_NEGATIVE_ZERO: return sign && m == 0;
    default: return false;
    }
}

#endif

NF_INLINE NF_NUMBER NF_N(nf_decode_ieee)(const nf_format *f, uint64_t code)
{
    code &= nf_mask(f->bits);
    int sign = f->is_signed ? (int)(code >> (f->bits - 1)) : 0;
    uint64_t m = code & nf_mask(nf_magnitude_bits(f));
    if (nf_is_nan_code(f, sign, m))
        return NF_N(nf_special)(NF_NOT_A_NUMBER, sign);
    if (m > nf_max_finite(f))
        return NF_N(nf_special)(NF_INFINITE, sign);
    uint64_t exponent = m >> f->man;
    uint64_t fraction = m & nf_mask(f->man);
    if (exponent == 0 && f->zero) {
        if (fraction == 0 || !f->subnormals)
            return NF_N(nf_special)(NF_ZERO, sign && f->signed_zero);
        return NF_N(nf_normalise)(sign, nf_min_normal_exp(f) + NF_W - 1 - f->man, fraction);
    }
    NF_SIG sig = (NF_SIG)(fraction | (uint64_t)1 << f->man) << (NF_W - 1 - f->man);
    return NF_N(nf_finite)(sign, (int)exponent - f->bias, sig);
}

/* NaN, or what stands for it, where an unsigned float meets a negative value or E8M0 a zero. */
NF_INLINE uint64_t NF_N(nf_unrepresentable)(const nf_format *f, nf_env *env)
{
    env->flags |= NF_INVALID;
    return nf_nan_code(f);
}

/* The code of an infinite or overflowing value; `exact`: infinite, and then `pole` may be set.  A
 * pole has raised its flag already. */
NF_INLINE uint64_t NF_N(nf_overflow_ieee)(const nf_format *f, bool sign, bool exact, int pole,
                                          nf_env *env)
{
    if (pole == NF_POLE_BY_ZERO && !f->signed_zero && f->nan != NF_NAN_NONE) {
        env->flags |= NF_DIVIDE; /* P3109 4.10.5: not known which infinity */
        return nf_nan_code(f);
    }
    bool below = sign && !f->is_signed; /* 0 is the last one there */
    uint64_t sign_bit = sign && !below ? (uint64_t)1 << (f->bits - 1) : 0;
    uint64_t last = below ? 0 : nf_max_finite(f);
    if (exact && !below && f->inf != NF_INF_NONE && f->overflow != NF_OVERFLOW_SATURATE_FINITE)
        return sign_bit | (last + 1);
    if (nf_saturates(f) || (!exact && nf_stays_finite(f, sign))) {
        env->flags |= pole ? 0 : NF_OVERFLOW;
        return sign_bit | last;
    }
    if (below)
        return NF_N(nf_unrepresentable)(f, env);
    env->flags |= pole ? 0 : NF_OVERFLOW;
    return f->overflow == NF_OVERFLOW_INF ? sign_bit | (last + 1) : nf_nan_code(f);
}

NF_INLINE uint64_t NF_N(nf_encode_finite_ieee)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    /*  sig  1 fffff | dddd...      q = the man+1 bits on the left, d is dropped
     *  below the smallest normal, first shift right to the fixed quantum of the subnormals */
    int least = nf_min_normal_exp(f);
    uint64_t sign_bit = (uint64_t)(x.sign && f->is_signed) << (f->bits - 1);
    if (x.exp - least >= 1 << f->exp)
        return NF_N(nf_overflow_ieee)(f, x.sign, false, 0, env);
    int below = x.exp < least ? least - x.exp : 0;
    if (below && !f->zero) /* E8M0: no zero to round to */
        return sign_bit;
    int keep = f->subnormals || !below ? f->man + 1 : 1;
    NF_SIG sig = NF_N(nf_shr_jam)(x.sig, below);
    uint64_t q = (uint64_t)(sig >> (NF_W - keep));
    NF_SIG rest = sig << (keep - 1) << 1;
    uint64_t dropped = (uint64_t)(rest >> (NF_W - 64));
    if (NF_W > 64)
        dropped |= (uint64_t)rest != 0;
    uint64_t m = q;
    if (!below) /* the leading one of q adds 1 to the exponent field, or counts where 0 is normal */
        m += ((uint64_t)(x.exp - least) << f->man) - (f->zero ? 0 : (uint64_t)1 << f->man);
    m += nf_round_up(f->rounding, x.sign, m & 1, dropped, env);
    if (keep == 1 && below)
        m <<= f->man; /* without subnormals: 0 or the smallest normal */
    if (m > (x.sign && !f->is_signed ? 0 : nf_max_finite(f)))
        return NF_N(nf_overflow_ieee)(f, x.sign, false, 0, env);
    return m == 0 && !f->signed_zero ? 0 : sign_bit | m;
}

NF_INLINE uint64_t NF_N(nf_encode_ieee)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    if (x.cls == NF_NOT_A_NUMBER)
        return f->nan != NF_NAN_NONE ? nf_nan_code(f) : NF_N(nf_unrepresentable)(f, env);
    if (!f->zero && (x.cls == NF_ZERO || x.sign))
        return NF_N(nf_unrepresentable)(f, env);
    if (x.cls == NF_FINITE)
        return NF_N(nf_encode_finite_ieee)(f, x, env);
    if (x.cls == NF_INFINITE)
        return NF_N(nf_overflow_ieee)(f, x.sign, true, x.exp, env);
    return (uint64_t)(x.sign && f->signed_zero) << (f->bits - 1);
}
