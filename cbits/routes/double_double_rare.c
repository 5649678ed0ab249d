/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a function of double-doubles where its kernel does not know it?  Limits and exact values
 * (known_values.h); else a ball of as many limbs as 2^-112 of the value takes (formulas.h).
 *
 * A ball's argument has 128 bits, of which the last is jammed.  That is enough but for the circle, whose
 * sine and cosine are those of hi and lo, added; and next to -1 and 1, which kernels know. */
#include "double_double_rare.h"

#include "core/core.h"
#include "functions/formulas.h"
#include "functions/known_values.h"

#include <math.h>

typedef nf_dd_value pair;

enum { LEAST_BITS = 112 };
static const int limbs[] = {3, 5, 9, 17};
enum { TRIES = sizeof limbs / sizeof *limbs };

/* ---- between doubles and numbers ------------------------------------------------------------- */

static nf_number_128 number_of(double x)
{
    int exp, sign = signbit(x) != 0;
    if (isnan(x))
        return nf_special_128(NF_NOT_A_NUMBER, 0);
    if (isinf(x) || x == 0)
        return nf_special_128(x == 0 ? NF_ZERO : NF_INFINITE, sign);
    double part = frexp(fabs(x), &exp);
    return nf_finite_128(sign, exp - 1, (nf_u128)(uint64_t)(part * 0x1p64) << 64);
}

static nf_number_128 number_of_pair(pair x)
{
    return x.lo == 0 ? number_of(x.hi) : nf_add_finite_128(number_of(x.hi), number_of(x.lo), false);
}

static pair plain(double x)
{
    return (pair){x, 0};
}

/* To nearest, of what is not below 2^-112 of it: nudges and jammed bits go. */
static pair pair_of(nf_number_128 z)
{
    if (z.cls != NF_FINITE) {
        double size = z.cls == NF_ZERO ? 0.0 : z.cls == NF_INFINITE ? INFINITY : NAN;
        return plain(z.sign ? -size : size);
    }
    const nf_u128 sig = nf_cut_128(z.sig + ((nf_u128)1 << (127 - LEAST_BITS)), LEAST_BITS);
    if (sig >> 127 == 0) /* all ones, rounded up */
        return plain(ldexp(z.sign ? -1 : 1, z.exp + 1));
    const nf_u128 top = sig >> 75;
    double high = (double)(uint64_t)top * 0x1p75, sign = z.sign ? -1 : 1;
    double low = (double)(uint64_t)((sig - (top << 75)) >> 11) * 0x1p11, sum = high + low;
    double hi = ldexp(sign * sum, z.exp - 127),
           lo = ldexp(sign * (low - (sum - high)), z.exp - 127);
    return isinf(hi) ? plain(hi) : (pair){hi, lo};
}

static bool is_finite(pair x)
{
    return isfinite(x.hi) && x.hi != 0;
}

/* ---- balls ----------------------------------------------------------------------------------- */

/* The ball's midpoint, if that is known to 2^-112; or *found stays. */
static bool is_known(const nf_real *r, int n, pair *found)
{
    if (r->zero)
        *found = plain(0);
    if (r->lost || r->zero)
        return r->zero;
    nf_u128 sig = (nf_u128)r->limb[n - 1] << 64 | r->limb[n - 2];
    int64_t exp = r->exp < -4000 ? -4000 : r->exp > 4000 ? 4000 : r->exp;
    *found = pair_of(nf_finite_128(r->sign, (int32_t)exp - 1, sig));
    return 64 - nf_clz_64(r->rad.m | 1) + r->rad.shift <= 64 * (int64_t)n - 1 - LEAST_BITS;
}

static void number_in_ball(nf_real *r, nf_number_128 x, int n)
{
    if (x.cls == NF_FINITE)
        nf_real_number(r, x, n);
    else
        nf_real_integer(r, 0, n);
}

/* A circular function of a double. */
static void of_double(nf_op op, nf_real *r, double x, int n)
{
    nf_env env = {0, 0, 0, 0};
    nf_number_128 number = number_of(x), value;
    if (nf_known_value(op, number, &value, &env))
        number_in_ball(r, value, n);
    else
        nf_formula(op, r, number, n);
}

/* sin (hi + lo), cos or tan */
static void circle(nf_op op, nf_real *r, pair x, int n)
{
    nf_real s, c, sine, cosine, t;
    of_double(NF_OP_sin, &s, x.hi, n);
    of_double(NF_OP_cos, &c, x.hi, n);
    of_double(NF_OP_sin, &sine, x.lo, n);
    of_double(NF_OP_cos, &cosine, x.lo, n);
    nf_real_mul(&t, &c, &sine, n);
    nf_real_mul(r, &s, &cosine, n);
    nf_real_add(r, r, &t, n); /* sin hi cos lo + cos hi sin lo */
    if (op == NF_OP_sin)
        return;
    nf_real_mul(&t, &s, &sine, n);
    nf_real_mul(&c, &c, &cosine, n);
    nf_real_sub(&c, &c, &t, n);
    if (op == NF_OP_cos)
        *r = c;
    else
        nf_real_div(r, r, &c, n);
}

static bool is_circular(nf_op op)
{
    return op == NF_OP_sin || op == NF_OP_cos || op == NF_OP_tan;
}

static pair in_balls(nf_op op, pair x, pair y)
{
    pair found = plain(NAN);
    nf_number_128 a = number_of_pair(x), b = number_of_pair(y);
    nf_real r;
    for (int i = 0; i < TRIES; i++) {
        if (is_circular(op))
            circle(op, &r, x, limbs[i]);
        else if (nf_op_kind(op) == NF_KIND_T_T)
            nf_formula(op, &r, a, limbs[i]);
        else
            nf_formula_of_two(op, &r, a, b, limbs[i]);
        if (is_known(&r, limbs[i], &found))
            break;
    }
    return found;
}

/* ---- one argument ---------------------------------------------------------------------------- */

/* Beyond these ends a function is no more than a limit, in doubles. */
static const struct {
    nf_op op;
    double least, most;
} ends[] = {{NF_OP_exp, -746, 710},           {NF_OP_exp2, -1076, 1025},
            {NF_OP_exp10, -325, 309},         {NF_OP_expm1, -746, 710},
            {NF_OP_exp2m1, -1076, 1025},      {NF_OP_exp10m1, -325, 309},
            {NF_OP_sinh, -711, 711},          {NF_OP_cosh, -711, 711},
            {NF_OP_sigmoid, -746, 128},       {NF_OP_silu, -753, 0x1p1023},
            {NF_OP_softplus, -746, 0x1p1023}, {NF_OP_tanh, -64, 64},
            {NF_OP_gelu, -40, 0x1p1023},      {NF_OP_erfc, -10, 28}};

static pair at_the_end(nf_op op, pair x)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i].op == op && x.hi < ends[i].least)
            return plain(-INFINITY);
        else if (ends[i].op == op && x.hi > ends[i].most)
            return plain(INFINITY);
    return x;
}

static pair rare_of_one(nf_op op, pair x)
{
    nf_env env = {0, 0, 0, 0};
    nf_number_128 value;
    if (isnan(x.hi))
        return x;
    x = at_the_end(op, x);
    /* roots are known of 64 bits */
    bool asks = x.lo == 0 || (op != NF_OP_cbrt && !is_circular(op));
    if (asks && nf_known_value(op, number_of_pair(x), &value, &env))
        return pair_of(value);
    return in_balls(op, x, plain(0));
}

/* ---- two arguments --------------------------------------------------------------------------- */

static bool is_whole(double x)
{
    return floor(x) == x;
}

/* x^y of finite numbers that have more than 64 bits: their exact powers are not asked for. */
static pair rare_power(pair x, pair y)
{
    nf_real t, z;
    nf_number_128 a = number_of_pair(x), b = number_of_pair(y), value;
    bool whole = is_whole(y.hi) && is_whole(y.lo);
    if (x.hi < 0 && !whole)
        return plain(NAN);
    bool odd = whole && b.exp <= 126 && (nf_whole_part(b) & 1);
    bool sign = x.hi < 0 && odd;
    a.sign = 0;
    nf_real_number(&t, a, 3);
    nf_real_log(&t, &t, 3);
    nf_real_number(&z, b, 3);
    nf_real_mul(&t, &t, &z, 3);
    return nf_known_exponential(&t, sign, &value) ? pair_of(value) : in_balls(NF_OP_pow, x, y);
}

static pair rare_of_two(nf_op op, pair x, pair y)
{
    nf_env env = {0, 0, 0, 0};
    nf_number_128 a = number_of_pair(x), b = number_of_pair(y), value;
    bool both = is_finite(x) && is_finite(y), is_long = both && (x.lo != 0 || y.lo != 0);
    if (isnan(x.hi) || isnan(y.hi)) { /* IEEE 754: what any number gives */
        bool one = op == NF_OP_pow && ((x.hi == 1 && x.lo == 0) || y.hi == 0);
        bool infinite = op == NF_OP_hypot && (isinf(x.hi) || isinf(y.hi));
        return plain(one ? 1 : infinite ? INFINITY : NAN);
    }
    if (op == NF_OP_pow && is_long)
        return rare_power(x, y);
    bool asks = op != NF_OP_arctan2 || !is_long; /* quotients are known of 64 bits */
    if (asks && nf_known_value_of_two(op, a, b, false, &value, &env))
        return pair_of(value);
    return in_balls(op, x, y);
}

nf_dd_value nf_dd_rare(nf_op op, nf_dd_value x, nf_dd_value y)
{
    return nf_op_kind(op) == NF_KIND_T_T ? rare_of_one(op, x) : rare_of_two(op, x, y);
}
