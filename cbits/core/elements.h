/* SPDX-License-Identifier: BSD-3-Clause */
/* What does each arithmetic operation of nf_ops.def do to one element?  Codes in, codes out.
 * (Operations on the order and the sign of codes: order.h.) */
#ifndef NF_ELEMENTS_H
#define NF_ELEMENTS_H

#include "core.h"
#include "long_results.h"

/* Wrapping needs every bit above the units, which for these results may be more than a field. */
NF_INLINE bool nf_wraps(const nf_format *f)
{
    return f->family == NF_FIXED && f->overflow == NF_OVERFLOW_WRAP;
}

/* Rounded results of the operations whose exact result exists at both widths. */
#define NF_UNARY(name)                                                                             \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, nf_env *env)                   \
    {                                                                                              \
        if (nf_computes_narrow(f))                                                                 \
            return nf_result_64(f, nf_do_##name##_64(f, nf_load_64(f, a), env), env);              \
        return nf_result_128(f, nf_do_##name##_128(f, nf_load_128(f, a), env), env);               \
    }
#define NF_BINARY(name)                                                                            \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)       \
    {                                                                                              \
        if (nf_computes_narrow(f))                                                                 \
            return nf_result_64(f, nf_do_##name##_64(f, nf_load_64(f, a), nf_load_64(f, b), env),  \
                                env);                                                              \
        return nf_result_128(f, nf_do_##name##_128(f, nf_load_128(f, a), nf_load_128(f, b), env),  \
                             env);                                                                 \
    }
NF_UNARY(square)
NF_BINARY(add)
NF_BINARY(sub)
NF_BINARY(mul)
#undef NF_UNARY
#undef NF_BINARY

NF_INLINE uint64_t nf_el_div(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    if (nf_is_narrow(f))
        return nf_result_64(f, nf_do_div_64(f, nf_load_64(f, a), nf_load_64(f, b), env), env);
    if (nf_computes_narrow(f)) { /* 64 bits, and nothing special */
        nf_number_64 x = nf_load_64(f, a), y = nf_load_64(f, b);
        if (x.cls == NF_FINITE && y.cls == NF_FINITE)
            return nf_result_64(f, nf_div_long(x, y), env);
    }
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_div, a, b, 0, env);
    return nf_result_128(f, nf_do_div_128(f, nf_load_128(f, a), nf_load_128(f, b), env), env);
}

NF_INLINE uint64_t nf_el_sqrt(const nf_format *f, uint64_t a, nf_env *env)
{
    if (nf_is_narrow(f))
        return nf_result_64(f, nf_do_sqrt_64(f, nf_load_64(f, a), env), env);
#ifdef NF_HAS_LONG_ROOT
    if (nf_computes_narrow(f)) {
        nf_number_64 x = nf_load_64(f, a);
        if (x.cls == NF_FINITE && !x.sign)
            return nf_result_64(f, nf_sqrt_long(x), env);
    }
#endif
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_sqrt, a, 0, 0, env);
    return nf_result_128(f, nf_do_sqrt_128(f, nf_load_128(f, a), env), env);
}

NF_INLINE uint64_t nf_el_reciprocal(const nf_format *f, uint64_t a, nf_env *env)
{
    if (nf_is_narrow(f))
        return nf_result_64(f, nf_do_reciprocal_64(f, nf_load_64(f, a), env), env);
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_reciprocal, a, 0, 0, env);
    return nf_result_128(f, nf_do_reciprocal_128(f, nf_load_128(f, a), env), env);
}

/* `half`: the product fills half of the field. */
NF_INLINE nf_number_128 nf_fma_of_numbers(const nf_format *f, bool half, nf_number_128 a,
                                          nf_number_128 b, nf_number_128 addend, nf_env *env)
{
    nf_number_128 product = nf_do_mul_128(f, a, b, env);
    bool down = f->rounding == NF_TOWARD_NEGATIVE;
    nf_align_128(f, &product, &addend);
    return half ? nf_add_128(product, addend, down, env)
                : nf_add_product(product, addend, down, env);
}

NF_INLINE uint64_t nf_el_fma(const nf_format *f, uint64_t a, uint64_t b, uint64_t c, nf_env *env)
{
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_fma, a, b, c, env);
    nf_number_128 x = nf_load_any(f, a), y = nf_load_any(f, b), z = nf_load_any(f, c);
    return nf_result_any(f, nf_fma_of_numbers(f, f->bits <= 32, x, y, z, env), env);
}

NF_INLINE nf_number_128 nf_fmm_of_numbers(const nf_format *f, nf_number_128 a, nf_number_128 b,
                                          nf_number_128 c, nf_env *env)
{
    if (c.cls == NF_NOT_A_NUMBER) /* quiet, whatever a*b is */
        return c;
    return nf_do_mul_128(f, nf_mul_128(a, b, env), c, env); /* a*b is exact */
}

NF_INLINE uint64_t nf_el_fmm(const nf_format *f, uint64_t a, uint64_t b, uint64_t c, nf_env *env)
{
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_fmm, a, b, c, env);
    nf_number_128 x = nf_load_any(f, a), y = nf_load_any(f, b), z = nf_load_any(f, c);
    return nf_result_any(f, nf_fmm_of_numbers(f, x, y, z, env), env);
}

/* ---- conversion ------------------------------------------------------------------------------ */

/* Decoding is exact in either field.  The 64-bit one rounds exactly wherever the dropped bits fit
 * beside the code, or are looked at apart: all but long floats. */
NF_INLINE uint64_t nf_el_cast(const nf_format *from, const nf_format *to, uint64_t a, nf_env *env)
{
    bool short_float = to->family == NF_FLOAT && to->man <= 52;
    bool tapered = nf_is_tapered(to);
    if ((to->bits <= 32 || short_float || tapered || to->family == NF_FIXED) &&
        to->rounding != NF_STOCHASTIC)
        return nf_encode_64(to, nf_decode_64(from, a), env);
    return nf_encode_128(to, nf_decode_128(from, a), env);
}

/* ---- quotients and powers -------------------------------------------------------------------- */

NF_INLINE uint64_t nf_el_floor_divide(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_floor_divide, a, b, 0, env);
    return nf_result_any(f, nf_floor_divide(nf_load_any(f, a), nf_load_any(f, b), env), env);
}

NF_INLINE uint64_t nf_el_remainder(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_result_any(f, nf_remainder(nf_load_any(f, a), nf_load_any(f, b), true, env), env);
}

NF_INLINE uint64_t nf_el_fmod(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_result_any(f, nf_remainder(nf_load_any(f, a), nf_load_any(f, b), false, env), env);
}

NF_INLINE uint64_t nf_el_ieee_remainder(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_result_any(f, nf_ieee_remainder(nf_load_any(f, a), nf_load_any(f, b), env), env);
}

NF_INLINE void nf_el_divmod(const nf_format *f, uint64_t a, uint64_t b, uint64_t *quotient,
                            uint64_t *rest, nf_env *env)
{
    *quotient = nf_el_floor_divide(f, a, b, env);
    *rest = nf_el_remainder(f, a, b, env);
}

/* ---- integers -------------------------------------------------------------------------------- */

#define NF_INTEGER(name, mode)                                                                     \
    NF_INLINE uint64_t nf_el_##name(const nf_format *f, uint64_t a, nf_env *env)                   \
    {                                                                                              \
        return nf_result_any(f, nf_to_integer(nf_load_any(f, a), mode), env);                      \
    }
NF_INTEGER(rint, NF_NEAREST_EVEN)
NF_INTEGER(floor, NF_TOWARD_NEGATIVE)
NF_INTEGER(ceil, NF_TOWARD_POSITIVE)
NF_INTEGER(trunc, NF_TOWARD_ZERO)
NF_INTEGER(rint_ties_away, NF_NEAREST_AWAY)
#undef NF_INTEGER

/* The fraction, with the sign of x, is *a; the integer *b. */
NF_INLINE void nf_el_modf(const nf_format *f, uint64_t x, uint64_t *a, uint64_t *b, nf_env *env)
{
    nf_number_128 v = nf_load_any(f, x);
    nf_number_128 whole = nf_to_integer(v, NF_TOWARD_ZERO);
    nf_number_128 minus = whole;
    minus.sign ^= 1;
    nf_number_128 part =
        v.cls == NF_INFINITE ? nf_special_128(NF_ZERO, v.sign) : nf_add_128(v, minus, v.sign, env);
    if (part.cls == NF_ZERO)
        part.sign = v.sign;
    *a = nf_result_any(f, part, env);
    *b = nf_result_any(f, whole, env);
}

NF_INLINE uint64_t nf_el_ldexp(const nf_format *f, uint64_t a, int64_t k, nf_env *env)
{
    const int64_t far = 1 << 20; /* beyond every range */
    nf_number_128 x = nf_load_any(f, a);
    if (x.cls == NF_FINITE)
        x.exp += (int32_t)(k > far ? far : k < -far ? -far : k);
    return nf_result_any(f, x, env);
}

/* x = m * 2^e, m in [1/2, 1). */
NF_INLINE uint64_t nf_el_frexp(const nf_format *f, uint64_t a, int32_t *e, nf_env *env)
{
    nf_number_128 x = nf_decode_any(f, a);
    *e = 0;
    if (x.cls == NF_FINITE) {
        *e = x.exp + 1;
        x.exp = -1;
    }
    return nf_encode_any(f, x, env);
}

#endif
