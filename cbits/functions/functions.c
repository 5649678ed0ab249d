/* SPDX-License-Identifier: BSD-3-Clause */
/* What is an elementary function of a code, rounded once?  Ziv's loop and the ways in. */
#include "functions.h"
#include "formulas.h"
#include "known_values.h"

#include "core/elements.h"

/* Limbs to try: values of 64-bit arguments behave like random bits, of which three limbs leave 65
 * to decide; more are for cancellation.  An argument that 33 limbs leave undecided would have a
 * value that is not known, exact or within 2^-2100 of that: its midpoint is taken. */
static const int limbs[] = {3, 5, 9, 17, 33};
enum { TRIES = sizeof limbs / sizeof *limbs };

static nf_number_128 midpoint(const nf_real *r, int n)
{
    nf_u128 sig = (nf_u128)r->limb[n - 1] << 64 | r->limb[n - 2];
    return nf_finite_128(r->sign, (int32_t)r->exp - 1, sig);
}

static nf_number_128 function_of_one(nf_op op, nf_number_128 x, nf_env *env)
{
    nf_number_128 result;
    nf_real r;
    if (x.cls == NF_NOT_A_NUMBER || nf_known_value(op, x, &result, env))
        return x.cls == NF_NOT_A_NUMBER ? x : result;
    for (int i = 0; i < TRIES; i++) {
        nf_formula(op, &r, x, limbs[i]);
        if (nf_real_decided(&r, limbs[i], &result))
            return result;
    }
    return midpoint(&r, limbs[TRIES - 1]);
}

/* NaN, but what IEEE 754 says any number gives is what NaN gives. */
static nf_number_128 nan_of_two(nf_op op, nf_number_128 x, nf_number_128 y, bool tapered)
{
    bool one = (op == NF_OP_pow &&
                (y.cls == NF_ZERO || (x.cls == NF_FINITE && !x.sign && nf_is_one(x)))) ||
               (op == NF_OP_compound && y.cls == NF_ZERO);
    bool infinite = op == NF_OP_hypot && (x.cls == NF_INFINITE || y.cls == NF_INFINITE);
    if (tapered || !(one || infinite))
        return nf_special_128(NF_NOT_A_NUMBER, 0);
    return one ? nf_two_to(0, 0) : nf_special_128(NF_INFINITE, 0);
}

static nf_number_128 function_of_two(nf_op op, nf_number_128 x, nf_number_128 y, bool tapered,
                                     nf_env *env)
{
    nf_number_128 result;
    nf_real r;
    if (x.cls == NF_NOT_A_NUMBER || y.cls == NF_NOT_A_NUMBER)
        return nan_of_two(op, x, y, tapered);
    if (nf_known_value_of_two(op, x, y, tapered, &result, env))
        return result;
    for (int i = 0; i < TRIES; i++) {
        nf_formula_of_two(op, &r, x, y, limbs[i]);
        if (nf_real_decided(&r, limbs[i], &result))
            return result;
    }
    return midpoint(&r, limbs[TRIES - 1]);
}

/* ---- codes ----------------------------------------------------------------------------------- */

/* Results beyond a wrapping format saturate: e^100 modulo 2^8 is of no use to anyone.  A pole's
 * flag, raised since `before`, is the only one, even where the format has no infinity. */
static uint64_t result_of(const nf_format *f, nf_number_128 x, uint32_t before, nf_env *env)
{
    nf_format saturating = *f;
    if (f->family == NF_FIXED && f->overflow == NF_OVERFLOW_WRAP)
        saturating.overflow = NF_OVERFLOW_SATURATE;
    uint64_t code = nf_result_128_any(&saturating, x, env);
    env->flags = before | (env->flags & NF_DIVIDE ? NF_DIVIDE : env->flags);
    return code;
}

/* The flags so far; from here on those of this operation. */
static uint32_t begin_flags(nf_env *env)
{
    uint32_t before = env->flags;
    env->flags = 0;
    return before;
}

uint64_t nf_function(const nf_format *f, nf_op op, uint64_t a, nf_env *env)
{
    uint32_t before = begin_flags(env);
    return result_of(f, function_of_one(op, nf_load_128_any(f, a), env), before, env);
}

uint64_t nf_round_value(const nf_format *f, nf_number_128 value, nf_env *env)
{
    uint32_t before = begin_flags(env);
    return result_of(f, value, before, env);
}

/* x^k, |k| <= NF_POWER_MAX, from the exact power. */
static uint64_t small_power(const nf_format *f, nf_number_128 x, int64_t k, nf_env *env)
{
    if (nf_wraps(f))
        return nf_wrap_power(f, x, k, env);
    return nf_result_128_any(f, nf_powi_128(x, k, nf_is_tapered(f), env), env);
}

/* Is y the exponent of a small power? */
static bool is_small_whole(nf_number_128 y)
{
    return y.cls == NF_ZERO ||
           (y.cls == NF_FINITE && nf_is_whole(y) && y.exp <= 6 && nf_whole_part(y) <= NF_POWER_MAX);
}

static int64_t small_whole(nf_number_128 y)
{
    int64_t k = y.cls == NF_ZERO ? 0 : (int64_t)nf_whole_part(y);
    return y.sign ? -k : k;
}

uint64_t nf_function_of_numbers(const nf_format *f, nf_op op, nf_number_128 x, nf_number_128 y,
                                nf_env *env)
{
    if (op == NF_OP_pow && is_small_whole(y)) /* exactly; a wrapping format wraps */
        return small_power(f, x, small_whole(y), env);
    uint32_t before = begin_flags(env);
    return result_of(f, function_of_two(op, x, y, nf_is_tapered(f), env), before, env);
}

uint64_t nf_function_2(const nf_format *f, nf_op op, uint64_t a, uint64_t b, nf_env *env)
{
    return nf_function_of_numbers(f, op, nf_load_128_any(f, a), nf_load_128_any(f, b), env);
}

uint64_t nf_function_int(const nf_format *f, nf_op op, uint64_t a, int64_t k, nf_env *env)
{
    if (op == NF_OP_powi && k >= -NF_POWER_MAX && k <= NF_POWER_MAX)
        return small_power(f, nf_load_128_any(f, a), k, env);
    uint64_t size = k < 0 ? 0 - (uint64_t)k : (uint64_t)k;
    nf_number_128 n = nf_whole_number(size, k < 0);
    if (op == NF_OP_powi)
        op = NF_OP_pow;
    uint32_t before = begin_flags(env);
    return result_of(f, function_of_two(op, nf_load_128_any(f, a), n, nf_is_tapered(f), env),
                     before, env);
}
