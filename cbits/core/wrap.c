/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the code of a result in a wrapping fixed-point format, where every bit above the units
 * counts?
 *
 * value = code * 2^-frac.  The field of 128 bits holds add, sub, mul, square and ldexp exactly: a
 * sum of two codes has 65 bits on the common grid, a product 128.  The operations here may have
 * more bits; each is a fraction numerator / denominator of whole numbers, counted in steps of
 * 2^-frac, and is rounded once. */
#include "bignum.h"
#include "later.h"

typedef struct {
    uint64_t m;
    bool sign;
} nf_integer;

static nf_integer load_integer(const nf_format *f, uint64_t code)
{
    uint64_t word = code << (64 - f->bits);
    bool sign = f->is_signed && word >> 63;
    nf_integer r = {(sign ? 0 - word : word) >> (64 - f->bits), sign};
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
    uint64_t end = nf_mask(f->bits - f->is_signed) + (sign && f->is_signed);
    if (sign && !f->is_signed)
        end = 0;
    if (steps.n > 2 || low > end || (up && low == end))
        env->flags |= NF_OVERFLOW;
    low += up;
    return (sign ? 0 - low : low) & nf_mask(f->bits);
}

/* x/0: the end of the sign of x; 0/0: 0. */
static uint64_t by_zero(const nf_format *f, nf_integer x, nf_env *env)
{
    env->flags |= x.m ? NF_DIVIDE : NF_INVALID;
    uint64_t top = nf_mask(f->bits - f->is_signed);
    return x.m == 0 ? 0 : x.sign ? top + 1 : top;
}

static uint64_t wrap_div(const nf_format *f, nf_integer a, nf_integer b, nf_env *env)
{
    if (b.m == 0)
        return by_zero(f, a, env);
    nf_big numerator, denominator;
    nf_big_set(&numerator, a.m);
    nf_big_set(&denominator, b.m);
    return round_steps(f, a.sign ^ b.sign, &numerator, f->frac, &denominator, env);
}

static uint64_t wrap_reciprocal(const nf_format *f, nf_integer a, nf_env *env)
{
    nf_big one, denominator;
    nf_integer positive = {1, false};
    if (a.m == 0)
        return by_zero(f, positive, env);
    nf_big_set(&one, 1);
    nf_big_set(&denominator, a.m);
    return round_steps(f, a.sign, &one, 2 * f->frac, &denominator, env);
}

static uint64_t wrap_floor_divide(const nf_format *f, nf_integer a, nf_integer b, nf_env *env)
{
    if (b.m == 0)
        return by_zero(f, a, env);
    bool sign = a.sign ^ b.sign;
    nf_big whole, one;
    nf_big_set(&whole, (nf_u128)(a.m / b.m) + (sign && a.m % b.m));
    nf_big_set(&one, 1);
    return round_steps(f, sign, &whole, f->frac, &one, env);
}

/* (a * b * 2^-frac) + c */
static uint64_t wrap_fma(const nf_format *f, nf_integer a, nf_integer b, nf_integer c, nf_env *env)
{
    nf_big sum, addend, one;
    bool sign = a.sign ^ b.sign;
    nf_big_set(&sum, (nf_u128)a.m * b.m);
    nf_big_set(&addend, c.m);
    nf_big_set(&one, 1);
    nf_big_shl(f->frac > 0 ? &addend : &sum, f->frac > 0 ? f->frac : -f->frac);
    if (sign == c.sign) {
        nf_big_add(&sum, &addend);
    } else if (nf_big_compare(&sum, &addend) >= 0) {
        nf_big_sub(&sum, &addend);
    } else {
        nf_big_sub(&addend, &sum);
        nf_big_copy(&sum, &addend);
        sign = c.sign;
    }
    return round_steps(f, sign, &sum, f->frac > 0 ? -f->frac : 0, &one, env);
}

static uint64_t wrap_fmm(const nf_format *f, nf_integer a, nf_integer b, nf_integer c, nf_env *env)
{
    nf_big product, one;
    nf_big_set(&product, (nf_u128)a.m * b.m);
    nf_big_mul_small(&product, c.m, 0);
    nf_big_set(&one, 1);
    return round_steps(f, a.sign ^ b.sign ^ c.sign, &product, -2 * f->frac, &one, env);
}

static uint64_t wrap_powi(const nf_format *f, nf_integer a, int64_t k, nf_env *env)
{
    if (k < -NF_POWER_MAX || k > NF_POWER_MAX) {
        env->flags |= NF_INVALID;
        return 0;
    }
    if (k < 0 && a.m == 0) {
        nf_integer positive = {1, false};
        return by_zero(f, positive, env);
    }
    nf_big power, one;
    nf_big_set(&power, 1);
    nf_big_set(&one, 1);
    for (int64_t i = k < 0 ? -k : k; i > 0; i--)
        nf_big_mul_small(&power, a.m, 0);
    bool sign = a.sign && (k & 1);
    int shift = (1 - (int)k) * f->frac; /* (a * 2^-frac)^k = a^k * 2^((1-k)*frac) steps */
    return k < 0 ? round_steps(f, sign, &one, shift, &power, env)
                 : round_steps(f, sign, &power, shift, &one, env);
}

/* The root digit by digit: root = floor(sqrt(radicand)), both 2^64 times finer than steps. */
static uint64_t wrap_sqrt(const nf_format *f, nf_integer a, nf_env *env)
{
    if (a.sign) {
        env->flags |= NF_INVALID;
        return 0;
    }
    /* sqrt(a * 2^-frac) = sqrt(a * 2^frac) steps; 64 more bits of root are 128 of radicand */
    nf_big radicand, root, trial, one;
    nf_big_set(&radicand, a.m);
    nf_big_shl(&radicand, f->frac + 128);
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
    nf_integer x = load_integer(f, a), y = load_integer(f, b), z = load_integer(f, c);
    switch (op) {
    case NF_OP_div: return wrap_div(f, x, y, env);
    case NF_OP_reciprocal: return wrap_reciprocal(f, x, env);
    case NF_OP_sqrt: return wrap_sqrt(f, x, env);
    case NF_OP_floor_divide: return wrap_floor_divide(f, x, y, env);
    case NF_OP_fma: return wrap_fma(f, x, y, z, env);
    case NF_OP_fmm: return wrap_fmm(f, x, y, z, env);
    default: return wrap_powi(f, x, (int64_t)b, env);
    }
}
