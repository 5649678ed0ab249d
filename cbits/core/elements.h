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

/* Arithmetic, in three makes.  nf_el_, of any row, calls the one decoder and the one rounding.
 * nf_folded_ has them inlined: of a row that the compiler knows, they fold to what the row needs.
 * nf_short_ is the same without the choice of a field: of rows that are nf_is_narrow. */
#define NF_ELEMENT(name) nf_el_##name
#define NF_NARROW(f) nf_is_narrow(f)
#define NF_CODEC(name) name##_any
#include "arithmetic.h"

#define NF_ELEMENT(name) nf_folded_##name
#define NF_NARROW(f) nf_is_narrow(f)
#define NF_CODEC(name) name
#include "arithmetic.h"

#define NF_ELEMENT(name) nf_short_##name
#define NF_NARROW(f) true
#define NF_CODEC(name) name
#include "arithmetic.h"

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
    nf_number_128 x = nf_load_128_any(f, a), y = nf_load_128_any(f, b), z = nf_load_128_any(f, c);
    return nf_result_128_any(f, nf_fma_of_numbers(f, f->bits <= 32, x, y, z, env), env);
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
    nf_number_128 x = nf_load_128_any(f, a), y = nf_load_128_any(f, b), z = nf_load_128_any(f, c);
    return nf_result_128_any(f, nf_fmm_of_numbers(f, x, y, z, env), env);
}

/* ---- quotients and powers -------------------------------------------------------------------- */

NF_INLINE uint64_t nf_el_floor_divide(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    if (nf_wraps(f))
        return nf_wrap_op(f, NF_OP_floor_divide, a, b, 0, env);
    return nf_result_128_any(
        f, nf_floor_divide_128(nf_load_128_any(f, a), nf_load_128_any(f, b), env), env);
}

NF_INLINE uint64_t nf_el_remainder(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_result_128_any(
        f, nf_remainder_128(nf_load_128_any(f, a), nf_load_128_any(f, b), true, env), env);
}

NF_INLINE uint64_t nf_el_fmod(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_result_128_any(
        f, nf_remainder_128(nf_load_128_any(f, a), nf_load_128_any(f, b), false, env), env);
}

NF_INLINE uint64_t nf_el_ieee_remainder(const nf_format *f, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_result_128_any(
        f, nf_ieee_remainder_128(nf_load_128_any(f, a), nf_load_128_any(f, b), env), env);
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
        return nf_result_128_any(f, nf_to_integer(nf_load_128_any(f, a), mode), env);              \
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
    nf_number_128 v = nf_load_128_any(f, x);
    nf_number_128 whole = nf_to_integer(v, NF_TOWARD_ZERO);
    nf_number_128 minus = whole;
    minus.sign ^= 1;
    nf_number_128 part =
        v.cls == NF_INFINITE ? nf_special_128(NF_ZERO, v.sign) : nf_add_128(v, minus, v.sign, env);
    if (part.cls == NF_ZERO)
        part.sign = v.sign;
    *a = nf_result_128_any(f, part, env);
    *b = nf_result_128_any(f, whole, env);
}

NF_INLINE uint64_t nf_el_ldexp(const nf_format *f, uint64_t a, int64_t k, nf_env *env)
{
    const int64_t far = 1 << 20; /* beyond every range */
    nf_number_128 x = nf_load_128_any(f, a);
    if (x.cls == NF_FINITE)
        x.exp += (int32_t)(k > far ? far : k < -far ? -far : k);
    return nf_result_128_any(f, x, env);
}

/* x = m * 2^e, m in [1/2, 1). */
NF_INLINE uint64_t nf_el_frexp(const nf_format *f, uint64_t a, int32_t *e, nf_env *env)
{
    nf_number_128 x = nf_decode_128_any(f, a);
    *e = 0;
    if (x.cls == NF_FINITE) {
        *e = x.exp + 1;
        x.exp = -1;
    }
    return nf_encode_128_any(f, x, env);
}

#endif
