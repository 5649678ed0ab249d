/* SPDX-License-Identifier: BSD-3-Clause */
/* Which values of functions of one argument are limits, exact, or next to an exact number?
 *
 * IEEE 754-2019, 9.2.1; C23, annex F.10; the Posit Standard (2022), 5.1 and 5.5.  Where f(x) = x (1
 * + c x^k + ...) and |x| < 2^-200, no format tells f(x) from x, nudged by the sign of c.
 *
 * More than 300 lines: the proofs that the loop of balls ends (functions.h) need all cases of a
 * family side by side. */
#include "known_values.h"

/* ---- limits: what becomes of 0 and of the infinities ----------------------------------------- */

/* The words of nf_functions.def, which explains them. */
typedef enum {
    SAME,
    ZERO,
    MINUS_ZERO,
    HALF,
    ONE,
    PLUS_HALF,
    PLUS_ONE,
    PLUS_TWO,
    PLUS_INF,
    POLE,
    PLUS_POLE,
    MINUS_POLE,
    INVALID,
    IRRATIONAL
} limit;

typedef struct {
    uint8_t zero, plus, minus; /* limit: at 0, +inf, -inf */
} limits;

/* Of two operands: known_values_of_two.c. */
#define NF_LIMITS_T_T(name, ...) [NF_OP_##name] = {__VA_ARGS__},
#define NF_LIMITS_TT_T(name, ...)
#define NF_LIMITS_TI_T(name, ...)
#define NF_FUNCTION(name, kind, kernel, zero, plus, minus, ufunc)                                  \
    NF_LIMITS_##kind(name, zero, plus, minus)
static const limits table[NF_OP_COUNT] = {
#include "nf_functions.def"
};
#undef NF_FUNCTION

static bool known_limit(limit what, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    switch (what) {
    case SAME: *r = x; break;
    case ZERO: *r = nf_special_128(NF_ZERO, 0); break;
    case MINUS_ZERO: *r = nf_special_128(NF_ZERO, 1); break;
    case HALF: *r = nf_two_to(-1, x.sign); break;
    case ONE: *r = nf_two_to(0, x.sign); break;
    case PLUS_HALF: *r = nf_two_to(-1, 0); break;
    case PLUS_ONE: *r = nf_two_to(0, 0); break;
    case PLUS_TWO: *r = nf_two_to(1, 0); break;
    case PLUS_INF: *r = nf_special_128(NF_INFINITE, 0); break;
    case POLE: *r = nf_pole_by_zero_128(x.sign, env); break;
    case PLUS_POLE: *r = nf_pole_128(0, env); break;
    case MINUS_POLE: *r = nf_pole_128(1, env); break;
    case INVALID: *r = nf_invalid_128(env); break;
    case IRRATIONAL: return false;
    }
    return true;
}

/* ---- finite arguments, family by family ------------------------------------------------------ */

/* Each returns true with *r set, or false: evaluate. */

static bool is_tiny(nf_number_128 x)
{
    return x.exp < -200;
}

/* 10^k = 5^k 2^k */
static bool power_of_ten(uint64_t k, nf_number_128 *r)
{
    return nf_exact_power(5, k, (int64_t)k, false, r);
}

static bool known_exp(nf_op op, nf_number_128 x, nf_number_128 *r)
{
    if (x.exp >= 24)
        return known(r, x.sign ? nf_tiny(0) : nf_huge(0));
    if (is_tiny(x))
        return known(r, nf_nudge(nf_two_to(0, 0), !x.sign));
    if (op == NF_OP_exp || !nf_is_whole(x))
        return false;
    uint64_t k = nf_whole_part(x);
    if (op == NF_OP_exp2)
        return known(r, nf_two_to(x.sign ? -(int)k : (int)k, 0));
    return !x.sign && power_of_ten(k, r);
}

/* 2^k - 1 = 11...1, k ones; 2^-k - 1 = -0.11...1 */
static nf_number_128 ones(uint64_t k, bool sign)
{
    int exp = (int)k;
    nf_number_128 r = exp <= 126 ? nf_whole_number(((nf_u128)1 << exp) - 1, sign)
                                 : nf_nudge(nf_two_to(exp, sign), false);
    if (sign)
        r.exp -= exp;
    return r;
}

static bool known_expm1(nf_op op, nf_number_128 x, nf_number_128 *r)
{
    if (x.exp >= 24 && !x.sign)
        return known(r, nf_huge(0));
    if (x.exp >= 8 && x.sign)
        return known(r, nf_nudge(nf_two_to(0, 1), false));
    if (op == NF_OP_expm1)
        return is_tiny(x) && known(r, nf_nudge(x, !x.sign));
    if (!nf_is_whole(x))
        return false;
    uint64_t k = nf_whole_part(x);
    if (op == NF_OP_exp2m1)
        return known(r, ones(k, x.sign));
    if (x.sign || k > 38) /* 10^38 < 2^127 */
        return false;
    nf_u128 p = 1;
    for (uint64_t i = 0; i < k; i++)
        p *= 10;
    return known(r, nf_whole_number(p - 1, 0));
}

/* Is it 10^k?  64 bits hold k <= 27 zeros' worth of factors 5. */
static bool is_power_of_ten(nf_number_128 x, int *k)
{
    int64_t e;
    uint64_t m = nf_odd_part(x, &e), p = 1;
    for (*k = 0; p < m && p <= ~(uint64_t)0 / 5; ++*k)
        p *= 5;
    return p == m && e == *k;
}

static bool known_log(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    int k;
    if (x.sign)
        return known(r, nf_invalid_128(env));
    if (nf_is_one(x))
        return zero_of(r, false);
    if (op == NF_OP_log2 && nf_is_power_of_two(x))
        return known(r, nf_whole_number((nf_u128)(x.exp < 0 ? -x.exp : x.exp), x.exp < 0));
    if (op == NF_OP_log10 && is_power_of_ten(x, &k))
        return known(r, nf_whole_number((nf_u128)k, false));
    return false;
}

/* 1 + x of at most 128 bits, jammed if it has more. */
static nf_number_128 one_plus(nf_number_128 x)
{
    return nf_add_finite_128(x, nf_two_to(0, 0), false);
}

static bool known_log1p(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    int k;
    if (x.sign && x.exp >= 0)
        return known(r, nf_is_one(x) ? nf_pole_128(1, env) : nf_invalid_128(env));
    if (op == NF_OP_log1p)
        return is_tiny(x) && known(r, nf_nudge(x, x.sign));
    if (op == NF_OP_log2p1 && nf_is_power_of_two(x) && x.exp >= 128)
        return known(r, nf_nudge(nf_whole_number((nf_u128)x.exp, 0), true));
    nf_number_128 sum = one_plus(x);
    if (op == NF_OP_log2p1 && nf_is_power_of_two(sum))
        return known(r, nf_whole_number((nf_u128)(x.sign ? -sum.exp : sum.exp), x.sign));
    if (op == NF_OP_log10p1 && sum.exp < 64 && nf_is_whole(sum) && is_power_of_ten(sum, &k))
        return known(r, nf_whole_number((nf_u128)k, false));
    return false;
}

/* x = whole + quarters/4: true if it is a multiple of 1/4. */
static bool split_quarters(nf_number_128 x, uint64_t *whole, int *quarters)
{
    nf_number_128 four = x;
    four.exp += 2;
    *whole = x.exp > 126 ? 0 : nf_whole_part(x);
    *quarters = four.exp > 126 ? 0 : (int)(nf_whole_part(four) & 3);
    return nf_is_whole(four);
}

static bool known_sinpi(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    uint64_t whole;
    int quarters;
    if (is_tiny(x) && (op == NF_OP_cospi || op == NF_OP_sinc))
        return known(r, nf_nudge(nf_two_to(0, 0), false));
    if (!split_quarters(x, &whole, &quarters))
        return false;
    bool odd = whole & 1;
    if (quarters == 0)
        return op == NF_OP_sinpi   ? zero_of(r, x.sign)
               : op == NF_OP_cospi ? known(r, nf_two_to(0, odd))
                                   : zero_of(r, op == NF_OP_tanpi && odd != x.sign);
    if (quarters == 2 && op == NF_OP_sinpi)
        return known(r, nf_two_to(0, odd != x.sign));
    if (quarters == 2 && op == NF_OP_cospi)
        return zero_of(r, false);
    if (quarters == 2 && op == NF_OP_tanpi) /* -x = n + 1/2 with the other parity */
        return known(r, nf_pole_by_zero_128(odd != x.sign, env));
    if (quarters != 2 && op == NF_OP_tanpi)
        return known(r, nf_two_to(0, (quarters == 3) != x.sign));
    return false;
}

static bool known_arcsine(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    bool cosine = op == NF_OP_arccos || op == NF_OP_arccospi;
    if (x.exp >= 0 && !nf_is_one(x))
        return known(r, nf_invalid_128(env));
    if (x.exp == 0 && cosine && !x.sign)
        return zero_of(r, false);
    if (x.exp == 0 && op == NF_OP_arccospi)
        return known(r, nf_two_to(0, 0));
    if (x.exp == 0 && op == NF_OP_arcsinpi)
        return known(r, nf_two_to(-1, x.sign));
    if (is_tiny(x) && op == NF_OP_arcsin)
        return known(r, nf_nudge(x, true));
    return is_tiny(x) && op == NF_OP_arccospi && known(r, nf_nudge(nf_two_to(-1, 0), x.sign));
}

static bool known_arctanpi(nf_number_128 x, nf_number_128 *r)
{
    if (nf_is_one(x))
        return known(r, nf_two_to(-2, x.sign));
    return x.exp > 200 && known(r, nf_nudge(nf_two_to(-1, x.sign), false));
}

static bool known_hyperbolic(nf_op op, nf_number_128 x, nf_number_128 *r)
{
    if (op == NF_OP_tanh && x.exp >= 6)
        return known(r, nf_nudge(nf_two_to(0, x.sign), false));
    if (x.exp >= 24)
        return known(r, nf_huge(op == NF_OP_sinh && x.sign));
    if (!is_tiny(x))
        return false;
    return known(r, op == NF_OP_cosh ? nf_nudge(nf_two_to(0, 0), true)
                                     : nf_nudge(x, op == NF_OP_sinh));
}

static bool known_inverse_hyperbolic(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    if (op == NF_OP_arcsinh)
        return is_tiny(x) && known(r, nf_nudge(x, false));
    if (op == NF_OP_arccosh) {
        if (x.sign || x.exp < 0)
            return known(r, nf_invalid_128(env));
        return nf_is_one(x) && zero_of(r, false);
    }
    if (x.exp >= 0)
        return known(r, nf_is_one(x) ? nf_pole_128(x.sign, env) : nf_invalid_128(env));
    return is_tiny(x) && known(r, nf_nudge(x, true));
}

/* sigmoid, softplus, silu, gelu: how far out are they 0, 1 or x but for less than 2^-180? */
static bool known_activation(nf_op op, nf_number_128 x, nf_number_128 *r)
{
    bool gelu = op == NF_OP_gelu, times_x = op == NF_OP_silu || gelu;
    nf_number_128 half = x;
    half.exp--;
    if (x.sign && x.exp >= (gelu ? 13 : 24))
        return known(r, nf_tiny(times_x));
    if (!x.sign && x.exp >= (gelu ? 4 : 7))
        return known(r, op == NF_OP_sigmoid ? nf_nudge(nf_two_to(0, 0), false)
                                            : nf_nudge(x, op == NF_OP_softplus));
    if (!is_tiny(x) || op == NF_OP_softplus)
        return false;
    return known(r, nf_nudge(times_x ? half : nf_two_to(-1, 0), !x.sign));
}

static bool known_erf(nf_op op, nf_number_128 x, nf_number_128 *r)
{
    bool far = x.exp > 3 || (x.exp == 3 && x.sig >> 124 >= 10); /* erfc 10 < 2^-140 */
    if (op == NF_OP_erf)
        return far && known(r, nf_nudge(nf_two_to(0, x.sign), false));
    if (is_tiny(x))
        return known(r, nf_nudge(nf_two_to(0, 0), x.sign));
    if (x.sign)
        return far && known(r, nf_nudge(nf_two_to(1, 0), false));
    return x.exp >= 13 && known(r, nf_tiny(0));
}

/* (k - 1)! = m 2^e, m odd and of at most 128 bits. */
static bool factorial(uint64_t k, nf_number_128 *r)
{
    nf_u128 m = 1;
    int e = 0;
    for (uint64_t i = 2; i < k; i++) {
        int zeros = __builtin_ctzll(i);
        if (m > ~(nf_u128)0 / (uint64_t)(i >> zeros))
            return false;
        m *= i >> zeros;
        e += zeros;
    }
    *r = nf_whole_number(m, false);
    r->exp += e;
    return true;
}

static bool known_gamma(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    bool whole = nf_is_whole(x), log = op == NF_OP_lgamma;
    if (whole && x.sign)
        return known(r, log ? nf_pole_128(0, env) : nf_invalid_128(env));
    if (log)
        return whole && x.exp <= 1 && nf_is_power_of_two(x) && zero_of(r, false);
    if (x.exp >= 16) /* negative: between poles, of alternating sign */
        return known(r, x.sign ? nf_tiny(!(nf_whole_part(x) & 1)) : nf_huge(0));
    if (whole)
        return factorial(nf_whole_part(x), r);
    return is_tiny(x) && nf_is_power_of_two(x) && /* 1/x - 0.577... */
           known(r, nf_nudge(nf_two_to(-x.exp, x.sign), x.sign));
}

static bool known_root(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    if (op == NF_OP_cbrt)
        return nf_known_value_of_two(NF_OP_rootn, x, nf_whole_number(3, 0), false, r, env);
    if (x.sign)
        return known(r, nf_invalid_128(env));
    return nf_is_power_of_two(x) && x.exp % 2 == 0 && known(r, nf_two_to(-x.exp / 2, 0));
}

static bool known_finite(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    switch (op) {
    case NF_OP_rsqrt:
    case NF_OP_cbrt: return known_root(op, x, r, env);
    case NF_OP_exp:
    case NF_OP_exp2:
    case NF_OP_exp10: return known_exp(op, x, r);
    case NF_OP_expm1:
    case NF_OP_exp2m1:
    case NF_OP_exp10m1: return known_expm1(op, x, r);
    case NF_OP_log:
    case NF_OP_log2:
    case NF_OP_log10: return known_log(op, x, r, env);
    case NF_OP_log1p:
    case NF_OP_log2p1:
    case NF_OP_log10p1: return known_log1p(op, x, r, env);
    case NF_OP_sin:
    case NF_OP_tan: return is_tiny(x) && known(r, nf_nudge(x, op == NF_OP_tan));
    case NF_OP_cos: return is_tiny(x) && known(r, nf_nudge(nf_two_to(0, 0), false));
    case NF_OP_sinpi:
    case NF_OP_cospi:
    case NF_OP_tanpi:
    case NF_OP_sinc: return known_sinpi(op, x, r, env);
    case NF_OP_arcsin:
    case NF_OP_arccos:
    case NF_OP_arcsinpi:
    case NF_OP_arccospi: return known_arcsine(op, x, r, env);
    case NF_OP_arctan: return is_tiny(x) && known(r, nf_nudge(x, false));
    case NF_OP_arctanpi: return known_arctanpi(x, r);
    case NF_OP_sinh:
    case NF_OP_cosh:
    case NF_OP_tanh: return known_hyperbolic(op, x, r);
    case NF_OP_arcsinh:
    case NF_OP_arccosh:
    case NF_OP_arctanh: return known_inverse_hyperbolic(op, x, r, env);
    case NF_OP_erf:
    case NF_OP_erfc: return known_erf(op, x, r);
    case NF_OP_gamma:
    case NF_OP_lgamma: return known_gamma(op, x, r, env);
    case NF_OP_deg2rad:
    case NF_OP_rad2deg: return false;
    case NF_OP_sigmoid:
    case NF_OP_softplus:
    case NF_OP_silu:
    case NF_OP_gelu: return known_activation(op, x, r);
    default: return false;
    }
}

bool nf_known_value(nf_op op, nf_number_128 x, nf_number_128 *r, nf_env *env)
{
    const limits *l = &table[op];
    if (x.cls == NF_FINITE)
        return known_finite(op, x, r, env);
    limit what = x.cls == NF_ZERO ? l->zero : x.sign ? l->minus : l->plus;
    return known_limit(what, x, r, env);
}
