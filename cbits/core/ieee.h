/* SPDX-License-Identifier: BSD-3-Clause */
/* How do IEEE-like floats turn into exact values and back?  (Per width.)
 *
 *     [s] | exponent, exp bits | fraction, man bits      value = 1.f * 2^(exponent - bias)
 *
 * The code below the sign counts up with the magnitude, through subnormals, normals and, past the
 * largest finite code, infinities and NaNs: so rounding is one addition to that count. */
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

/* The code of an infinite or overflowing value.  A pole has raised its flag already; in a format
 * whose one zero has no sign it is NaN, as P3109 has it. */
NF_INLINE uint64_t NF_N(nf_overflow_ieee)(const nf_format *f, bool sign, bool exact, bool pole,
                                          nf_env *env)
{
    uint64_t sign_bit = (uint64_t)(sign && f->is_signed) << (f->bits - 1);
    if (pole && !f->signed_zero && f->nan != NF_NAN_NONE)
        return nf_nan_code(f);
    if (exact && f->inf != NF_INF_NONE)
        return sign_bit | (nf_max_finite(f) + 1);
    env->flags |= pole ? 0 : NF_OVERFLOW;
    if (f->overflow == NF_OVERFLOW_SATURATE || (!exact && nf_stays_finite(f->rounding, sign)))
        return sign_bit | nf_max_finite(f);
    if (f->overflow == NF_OVERFLOW_INF)
        return sign_bit | (nf_max_finite(f) + 1);
    return nf_nan_code(f);
}

/* NaN, or what stands for it, where an unsigned float meets a negative value or E8M0 a zero. */
NF_INLINE uint64_t NF_N(nf_unrepresentable)(const nf_format *f, nf_env *env)
{
    env->flags |= NF_INVALID;
    return nf_nan_code(f);
}

NF_INLINE uint64_t NF_N(nf_encode_finite_ieee)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    /*  sig  1 fffff | dddd...      q = the man+1 bits on the left, d is dropped
     *  below the smallest normal, first shift right to the fixed quantum of the subnormals */
    int least = nf_min_normal_exp(f);
    uint64_t sign_bit = (uint64_t)(x.sign && f->is_signed) << (f->bits - 1);
    if (x.exp - least >= 1 << f->exp)
        return NF_N(nf_overflow_ieee)(f, x.sign, false, false, env);
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
    if (!below) /* the leading one of q adds 1 to the exponent field, except where field 0 is normal
                 */
        m += ((uint64_t)(x.exp - least) << f->man) - (f->zero ? 0 : (uint64_t)1 << f->man);
    m += nf_round_up(f->rounding, x.sign, m & 1, dropped, env);
    if (keep == 1 && below)
        m <<= f->man; /* without subnormals: 0 or the smallest normal */
    if (m > nf_max_finite(f))
        return NF_N(nf_overflow_ieee)(f, x.sign, false, false, env);
    return m == 0 && !f->signed_zero ? 0 : sign_bit | m;
}

NF_INLINE uint64_t NF_N(nf_encode_ieee)(const nf_format *f, NF_NUMBER x, nf_env *env)
{
    if (x.cls == NF_FINITE && (f->is_signed || !x.sign))
        return NF_N(nf_encode_finite_ieee)(f, x, env);
    if (x.cls == NF_ZERO)
        return f->zero ? (uint64_t)(x.sign && f->signed_zero) << (f->bits - 1)
                       : NF_N(nf_unrepresentable)(f, env);
    if (x.cls == NF_INFINITE && (f->is_signed || !x.sign))
        return NF_N(nf_overflow_ieee)(f, x.sign, true, x.exp, env);
    if (x.cls == NF_NOT_A_NUMBER && f->nan != NF_NAN_NONE)
        return nf_nan_code(f);
    return NF_N(nf_unrepresentable)(f, env);
}
