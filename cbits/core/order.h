/* SPDX-License-Identifier: BSD-3-Clause */
/* What do the operations on order, sign and neighbours do to one element?  No arithmetic rounding:
 * stored values, no cut, no flush. */
#ifndef NF_ORDER_H
#define NF_ORDER_H

#include "core.h"

/* A float whose sign is one bit of the code. */
NF_INLINE bool nf_has_sign_bit(const nf_format *f)
{
    return (f->family == NF_FLOAT || f->family == NF_TRUNCATED) && f->is_signed;
}

NF_INLINE bool nf_is_float(const nf_format *f)
{
    return f->family == NF_FLOAT || f->family == NF_TRUNCATED;
}

NF_INLINE uint64_t nf_sign_mask(const nf_format *f)
{
    return (uint64_t)1 << (f->bits - 1);
}

NF_INLINE bool nf_el_isnan(const nf_format *f, uint64_t a)
{
    a &= nf_mask(f->bits);
    if (f->family == NF_FIXED)
        return false;
    if (!nf_is_float(f))
        return a == nf_sign_mask(f);
    return nf_is_nan_code(f, f->is_signed && a >> (f->bits - 1), a & nf_mask(nf_magnitude_bits(f)));
}

NF_INLINE bool nf_el_isinf(const nf_format *f, uint64_t a)
{
    return nf_is_float(f) && nf_decode_128_any(f, a).cls == NF_INFINITE;
}

NF_INLINE bool nf_el_isfinite(const nf_format *f, uint64_t a)
{
    return !nf_el_isnan(f, a) && !nf_el_isinf(f, a);
}

/* Codes as integers in the order of their values (-0 and 0 alike; NaR least; other NaNs: nothing).
 */
NF_INLINE int64_t nf_key(const nf_format *f, uint64_t a)
{
    if (!nf_is_float(f)) {
        uint64_t top = a << (64 - f->bits);
        return (int64_t)(f->is_signed ? top : top ^ (uint64_t)1 << 63);
    }
    uint64_t m = a & nf_mask(nf_magnitude_bits(f));
    if (f->zero && !f->subnormals && m >> f->man == 0)
        m = 0;
    return f->is_signed && (a >> (f->bits - 1) & 1) ? -(int64_t)m : (int64_t)m;
}

/* Is the sign bit set?  One-NaN formats have no sign on it. */
NF_INLINE bool nf_el_signbit(const nf_format *f, uint64_t a)
{
    if (!f->is_signed || !(a >> (f->bits - 1) & 1))
        return false;
    if (nf_is_float(f)) /* without -0: neither NaN nor a zero has a sign */
        return f->signed_zero || (!nf_el_isnan(f, a) && nf_key(f, a) != 0);
    return f->family == NF_FIXED || !nf_el_isnan(f, a);
}

/* The code of NaN; of NaR; fixed: 0. */
NF_INLINE uint64_t nf_el_nan(const nf_format *f)
{
    return f->family == NF_FIXED ? 0 : nf_is_float(f) ? nf_nan_code(f) : nf_sign_mask(f);
}

NF_INLINE bool nf_unordered(const nf_format *f, uint64_t a, uint64_t b)
{
    return nf_is_float(f) && (nf_el_isnan(f, a) || nf_el_isnan(f, b));
}

NF_INLINE bool nf_el_equal(const nf_format *f, uint64_t a, uint64_t b)
{
    return !nf_unordered(f, a, b) && nf_key(f, a) == nf_key(f, b);
}
NF_INLINE bool nf_el_not_equal(const nf_format *f, uint64_t a, uint64_t b)
{
    return !nf_el_equal(f, a, b);
}
NF_INLINE bool nf_el_less(const nf_format *f, uint64_t a, uint64_t b)
{
    return !nf_unordered(f, a, b) && nf_key(f, a) < nf_key(f, b);
}
NF_INLINE bool nf_el_less_equal(const nf_format *f, uint64_t a, uint64_t b)
{
    return !nf_unordered(f, a, b) && nf_key(f, a) <= nf_key(f, b);
}
NF_INLINE bool nf_el_greater(const nf_format *f, uint64_t a, uint64_t b)
{
    return nf_el_less(f, b, a);
}
NF_INLINE bool nf_el_greater_equal(const nf_format *f, uint64_t a, uint64_t b)
{
    return nf_el_less_equal(f, b, a);
}
NF_INLINE bool nf_el_nonzero(const nf_format *f, uint64_t a)
{
    return nf_el_isnan(f, a) || nf_decode_128_any(f, a).cls != NF_ZERO;
}

/* ---- largest and smallest: a NaN wins (maximum) or loses (fmax); -0 is below +0 -------------- */

/* Is a above b, or -0 against +0? */
NF_INLINE bool nf_above(const nf_format *f, uint64_t a, uint64_t b)
{
    int64_t x = nf_key(f, a), y = nf_key(f, b);
    return x != y ? x > y : !nf_el_signbit(f, a) && nf_el_signbit(f, b);
}

#define NF_EXTREME(name, take_a, other)                                                            \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, uint64_t b)                    \
    {                                                                                              \
        bool a_nan = nf_el_isnan(f, a), b_nan = nf_el_isnan(f, b);                                 \
        if (a_nan || b_nan)                                                                        \
            return (other) && !(a_nan && b_nan) ? (a_nan ? b : a) : nf_el_nan(f);                  \
        return (take_a) ? a : b;                                                                   \
    }
NF_EXTREME(maximum, !nf_above(f, b, a), false)
NF_EXTREME(minimum, !nf_above(f, a, b), false)
NF_EXTREME(fmax, !nf_above(f, b, a), true)
NF_EXTREME(fmin, !nf_above(f, a, b), true)
#undef NF_EXTREME

NF_INLINE uint64_t nf_el_clip(const nf_format *f, uint64_t x, uint64_t low, uint64_t high)
{
    return nf_el_minimum(f, nf_el_maximum(f, x, low), high);
}

/* ---- sign ------------------------------------------------------------------------------------ */

/* x with the given sign; encoding catches the formats that lack the result. */
NF_INLINE uint64_t nf_with_sign(const nf_format *f, uint64_t a, bool sign, nf_env *env)
{
    nf_number_128 x = nf_decode_128_any(f, a);
    x.sign = sign;
    return nf_encode_128_any(f, x, env);
}

NF_INLINE uint64_t nf_el_neg(const nf_format *f, uint64_t a, nf_env *env)
{
    if (nf_has_sign_bit(f) && f->nan != NF_NAN_NEGATIVE_ZERO)
        return (a ^ nf_sign_mask(f)) & nf_mask(f->bits);
    if (!nf_is_float(f) && f->family != NF_FIXED)
        return (0 - a) & nf_mask(f->bits);
    return nf_with_sign(f, a, !nf_decode_128_any(f, a).sign, env);
}

NF_INLINE uint64_t nf_el_abs(const nf_format *f, uint64_t a, nf_env *env)
{
    if (nf_has_sign_bit(f) && f->nan != NF_NAN_NEGATIVE_ZERO)
        return a & nf_mask(f->bits - 1);
    return nf_with_sign(f, a, false, env);
}

NF_INLINE uint64_t nf_el_pos(const nf_format *f, uint64_t a)
{
    return a & nf_mask(f->bits);
}

NF_INLINE uint64_t nf_el_copysign(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    bool sign = nf_el_signbit(f, b);
    if (nf_has_sign_bit(f) && f->nan != NF_NAN_NEGATIVE_ZERO)
        return (a & nf_mask(f->bits - 1)) | (sign ? nf_sign_mask(f) : 0);
    return nf_with_sign(f, a, sign, env);
}

/* -1, 0 or 1 rounded into the format; saturating is no event here. */
NF_INLINE uint64_t nf_unit(const nf_format *f, int value)
{
    nf_env quiet = {0, 0, 0, 0};
    nf_number_128 x = nf_special_128(NF_ZERO, 0);
    if (value)
        x = nf_finite_128(value < 0, 0, (nf_u128)1 << 127);
    return nf_encode_128_any(f, x, &quiet);
}

NF_INLINE uint64_t nf_el_sign(const nf_format *f, uint64_t a)
{
    nf_number_128 x = nf_decode_128_any(f, a);
    if (x.cls == NF_NOT_A_NUMBER)
        return nf_el_nan(f);
    return nf_unit(f, x.cls == NF_ZERO ? 0 : x.sign ? -1 : 1);
}

NF_INLINE uint64_t nf_el_heaviside(const nf_format *f, uint64_t a, uint64_t at_zero)
{
    nf_number_128 x = nf_decode_128_any(f, a);
    if (x.cls == NF_NOT_A_NUMBER)
        return nf_el_nan(f);
    if (x.cls != NF_ZERO)
        return nf_unit(f, !x.sign);
    return nf_el_isnan(f, at_zero) ? nf_el_nan(f) : at_zero & nf_mask(f->bits);
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* The float code next to magnitude m, away from or toward zero; stays at the ends. */
NF_INLINE uint64_t nf_step_magnitude(const nf_format *f, uint64_t m, bool away)
{
    uint64_t least = f->zero && !f->subnormals ? (uint64_t)1 << f->man : 1;
    uint64_t end = nf_max_finite(f) + (f->inf != NF_INF_NONE);
    if (away)
        return m >= end ? end : m < least && f->zero ? least : m + 1;
    return m <= least && f->zero ? 0 : m ? m - 1 : 0;
}

NF_INLINE uint64_t nf_el_nextafter(const nf_format *f, uint64_t a, uint64_t b)
{
    if (nf_el_isnan(f, a) || nf_el_isnan(f, b))
        return nf_el_nan(f);
    int64_t from = nf_key(f, a), to = nf_key(f, b);
    if (from == to)
        return b & nf_mask(f->bits);
    if (!nf_is_float(f))
        return (from < to ? a + 1 : a - 1) & nf_mask(f->bits);
    bool negative = from ? from < 0 : to < 0;
    uint64_t m = from < 0 ? (uint64_t)-from : (uint64_t)from;
    m = nf_step_magnitude(f, m, (from < to) != negative);
    return negative && (m || f->signed_zero) ? m | nf_sign_mask(f) : m;
}

/* Distance from |x| to the next value away from zero, with the sign of x.  At the largest finite
 * value of a format with infinities that is infinite, flag overflow, as NumPy has it; where nothing
 * is above, the distance to the value below. */
NF_INLINE uint64_t nf_el_spacing(const nf_format *f, uint64_t a, nf_env *env)
{
    nf_number_128 x = nf_decode_128_any(f, a);
    if (x.cls == NF_INFINITE)
        x = nf_invalid_128(env);
    if (x.cls == NF_NOT_A_NUMBER)
        return nf_el_nan(f);
    if (f->family == NF_FIXED)
        return nf_encode_128_any(f, nf_finite_128(0, -f->frac, (nf_u128)1 << 127), env);
    uint64_t m = a & nf_mask(f->bits);
    uint64_t end = nf_mask(f->bits - 1), other;
    if (nf_is_float(f)) {
        m &= nf_mask(nf_magnitude_bits(f));
        end = nf_max_finite(f);
        if (m == end && f->inf != NF_INF_NONE) {
            env->flags |= NF_OVERFLOW;
            return nf_encode_128_any(f, nf_special_128(NF_INFINITE, x.sign), env);
        }
        other = nf_step_magnitude(f, m, m < end);
    } else {
        m = x.sign ? (0 - m) & nf_mask(f->bits) : m;
        other = m < end ? m + 1 : m - 1;
    }
    nf_number_128 near = nf_decode_128_any(f, m), next = nf_decode_128_any(f, other);
    near.sign = 1;
    nf_number_128 gap = nf_add_128(next, near, false, env);
    gap.sign = x.cls == NF_FINITE && x.sign;
    return nf_encode_128_any(f, gap, env);
}

#endif
