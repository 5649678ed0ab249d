/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the code of a result in a wrapping fixed-point format, where every bit above the units
 * counts?
 *
 * value = code * 2^-frac.  The field of 128 bits holds add, sub, mul, square and ldexp of codes
 * exactly: a sum of two codes has 65 bits on the common grid, a product 128.  The operations here
 * may have more bits, and so has any operation with a number that is no code; each is a fraction
 * numerator / denominator of whole numbers, counted in steps of 2^-frac, and is rounded once.
 *
 * Operands are m * 2^exp with m < 2^64 and |exp| <= NF_EXACT_EXP + 64: aligned, a product of two
 * and an addend have less than 4 * NF_EXACT_EXP + 512 bits, powers 64 * 64 and their shift less
 * than that again, a sixth of what nf_big holds. */
#include "bignum.h"
#include "long_results.h"

/* m * 2^exp, m odd or 0 */
typedef struct {
    uint64_t m;
    int exp;
    bool sign;
} nf_whole;

static nf_whole whole_of(nf_number_128 x) /* fixed point has neither NaN nor infinities */
{
    nf_whole r = {0, 0, false};
    if (x.cls == NF_FINITE) {
        int zeros = __builtin_ctzll((uint64_t)(x.sig >> 64));
        r.m = (uint64_t)(x.sig >> 64) >> zeros;
        r.exp = x.exp - 63 + zeros;
        r.sign = x.sign;
    }
    return r;
}

/* numerator * 2^shift / denominator steps.  Clobbers both. */
static uint64_t round_steps(const nf_format *f, bool sign, nf_big *numerator, int shift,
                            nf_big *denominator, nf_env *env)
{
    nf_big steps;
    if (shift + 64 >= 0) /* with 64 bits below the steps */
        nf_big_shl(numerator, shift + 64);
    else
        nf_big_shl(denominator, -shift - 64);
    nf_big_divide(&steps, numerator, denominator);
    uint64_t low = nf_big_word(&steps, 64);
    bool up =
        nf_round_up(f->rounding, sign, low & 1, nf_big_word(&steps, 0) | (numerator->n != 0), env);
    uint64_t end = nf_fixed_end(f, sign);
    if (steps.n > 2 || low > end || (up && low == end))
        env->flags |= NF_OVERFLOW;
    low += up;
    return (sign ? 0 - low : low) & nf_mask(f->bits);
}

/* x/0: the end of the sign of x; 0/0: 0. */
static uint64_t by_zero(const nf_format *f, bool is_zero, bool sign, nf_env *env)
{
    env->flags |= is_zero ? NF_INVALID : NF_DIVIDE;
    uint64_t top = nf_mask(f->bits - f->is_signed);
    return is_zero ? 0 : sign ? top + 1 : top;
}

/* The same with the denominator 1. */
static uint64_t round_whole(const nf_format *f, bool sign, nf_big *steps, int shift, nf_env *env)
{
    nf_big one;
    nf_big_set(&one, 1);
    return round_steps(f, sign, steps, shift, &one, env);
}

static uint64_t wrap_div(const nf_format *f, nf_whole a, nf_whole b, nf_env *env)
{
    if (b.m == 0)
        return by_zero(f, a.m == 0, a.sign, env);
    nf_big numerator, denominator;
    nf_big_set(&numerator, a.m);
    nf_big_set(&denominator, b.m);
    return round_steps(f, a.sign ^ b.sign, &numerator, a.exp - b.exp + f->frac, &denominator, env);
}

/* Both as multiples of the finer of their two units, whose exponent is returned. */
static int align(nf_big *x, nf_whole a, nf_big *y, nf_whole b)
{
    nf_big_set(x, a.m);
    nf_big_set(y, b.m);
    nf_big_shl(a.exp > b.exp ? x : y, a.exp > b.exp ? a.exp - b.exp : b.exp - a.exp);
    return a.exp < b.exp ? a.exp : b.exp;
}

static uint64_t wrap_floor_divide(const nf_format *f, nf_whole a, nf_whole b, nf_env *env)
{
    if (b.m == 0)
        return by_zero(f, a.m == 0, a.sign, env);
    bool sign = a.sign ^ b.sign;
    nf_big x, y, whole, one;
    align(&x, a, &y, b);
    nf_big_divide(&whole, &x, &y);
    nf_big_set(&one, sign && x.n != 0);
    nf_big_add(&whole, &one);
    return round_whole(f, sign, &whole, f->frac, env);
}

static uint64_t wrap_remainder(const nf_format *f, nf_whole a, nf_whole b, bool floored,
                               nf_env *env)
{
    if (b.m == 0)
        return by_zero(f, true, false, env);
    nf_big x, y, whole;
    int unit = align(&x, a, &y, b);
    nf_big_divide(&whole, &x, &y);
    if (!floored || x.n == 0 || a.sign == b.sign)
        return round_whole(f, a.sign, &x, unit + f->frac, env);
    nf_big_sub(&y, &x);
    return round_whole(f, b.sign, &y, unit + f->frac, env);
}

/* a * b + c */
static uint64_t wrap_fma(const nf_format *f, nf_whole a, nf_whole b, nf_whole c, nf_env *env)
{
    nf_big sum, addend;
    bool sign = a.sign ^ b.sign;
    int product = a.exp + b.exp, up = product - c.exp;
    nf_big_set(&sum, (nf_u128)a.m * b.m);
    nf_big_set(&addend, c.m);
    nf_big_shl(up > 0 ? &sum : &addend, up > 0 ? up : -up);
    if (sign == c.sign) {
        nf_big_add(&sum, &addend);
    } else if (nf_big_compare(&sum, &addend) >= 0) {
        nf_big_sub(&sum, &addend);
    } else {
        nf_big_sub(&addend, &sum);
        nf_big_copy(&sum, &addend);
        sign = c.sign;
    }
    return round_whole(f, sign, &sum, f->frac + (up > 0 ? c.exp : product), env);
}

static uint64_t wrap_fmm(const nf_format *f, nf_whole a, nf_whole b, nf_whole c, nf_env *env)
{
    nf_big product;
    nf_big_set(&product, (nf_u128)a.m * b.m);
    nf_big_mul_small(&product, c.m, 0);
    return round_whole(f, a.sign ^ b.sign ^ c.sign, &product, a.exp + b.exp + c.exp + f->frac, env);
}

uint64_t nf_wrap_values(const nf_format *f, nf_op op, const nf_number_128 *in, nf_env *env)
{
    static const nf_whole one = {1, 0, false};
    nf_whole a = whole_of(in[0]), b = whole_of(in[1]);
    switch (op) {
    case NF_OP_sub: b.sign ^= 1; /* fallthrough */
    case NF_OP_add: return wrap_fma(f, a, one, b, env);
    case NF_OP_mul: return wrap_fmm(f, a, b, one, env);
    case NF_OP_div: return wrap_div(f, a, b, env);
    case NF_OP_floor_divide: return wrap_floor_divide(f, a, b, env);
    case NF_OP_remainder: return wrap_remainder(f, a, b, true, env);
    case NF_OP_fmod: return wrap_remainder(f, a, b, false, env);
    case NF_OP_fma: return wrap_fma(f, a, b, whole_of(in[2]), env);
    default: return wrap_fmm(f, a, b, whole_of(in[2]), env);
    }
}

uint64_t nf_wrap_power(const nf_format *f, nf_number_128 x, int64_t k, nf_env *env)
{
    nf_whole a = whole_of(x);
    if (k < 0 && a.m == 0)
        return by_zero(f, false, false, env);
    nf_big power, one;
    nf_big_set(&power, 1);
    nf_big_set(&one, 1);
    for (int64_t i = k < 0 ? -k : k; i > 0; i--)
        nf_big_mul_small(&power, a.m, 0);
    bool sign = a.sign && (k & 1);
    int shift = (int)k * a.exp + f->frac;
    return k < 0 ? round_steps(f, sign, &one, shift, &power, env)
                 : round_steps(f, sign, &power, shift, &one, env);
}

/* The root digit by digit: root = floor(sqrt(radicand)), both 2^64 times finer than steps. */
static uint64_t wrap_sqrt(const nf_format *f, nf_whole a, nf_env *env)
{
    if (a.sign) {
        env->flags |= NF_INVALID;
        return 0;
    }
    /* sqrt(m * 2^exp) = sqrt(m * 2^(exp + 2*frac)) steps; 64 more bits of root are 128 of radicand.
     * A value is a multiple of the step: exp >= -frac. */
    nf_big radicand, root, trial, one;
    nf_big_set(&radicand, a.m);
    nf_big_shl(&radicand, a.m ? a.exp + 2 * f->frac + 128 : 0);
    nf_big_set(&root, 0);
    for (int i = (nf_big_bits(&radicand) + 1) / 2; i-- > 0;) {
        /* radicand holds the remainder; try root + 2^i: subtract (2*root + 2^i) * 2^i */
        nf_big_copy(&trial, &root);
        nf_big_shl(&trial, 1);
        nf_big_set(&one, 1);
        nf_big_shl(&one, i);
        nf_big_add(&trial, &one);
        nf_big_shl(&trial, i);
        if (nf_big_compare(&radicand, &trial) >= 0) {
            nf_big_sub(&radicand, &trial);
            nf_big_add(&root, &one);
        }
    }
    nf_big_set(&one, 1);
    nf_big_shl(&root, 1); /* one more bit, so that the remainder is sticky below the 64 */
    nf_big_mul_small(&root, 1, radicand.n != 0);
    return round_steps(f, false, &root, -65, &one, env);
}

uint64_t nf_wrap_op(const nf_format *f, nf_op op, uint64_t a, uint64_t b, uint64_t c, nf_env *env)
{
    nf_number_128 in[3] = {nf_load_128_any(f, a), nf_load_128_any(f, b), nf_load_128_any(f, c)};
    if (op == NF_OP_sqrt)
        return wrap_sqrt(f, whole_of(in[0]), env);
    if (op == NF_OP_reciprocal) {
        in[1] = in[0];
        in[0] = nf_finite_128(0, 0, (nf_u128)1 << 127);
        op = NF_OP_div;
    }
    return nf_wrap_values(f, op, in, env);
}
