/* SPDX-License-Identifier: BSD-3-Clause */
/* By which formula is each function of one argument composed of the primitives?
 *
 * More than 300 lines: a formula for each of 43 functions, most of which share a step with their
 * neighbours. */
#include "constants.h"
#include "formulas.h"
#include "numbers.h"

#define TIMES(r, name, n) times(r, name, name##_EXP, n)

static void times(nf_real *r, const uint64_t *constant, int exp, int n)
{
    nf_real c;
    nf_real_constant(&c, constant, NF_CONSTANT_LIMBS, exp, n);
    nf_real_mul(r, r, &c, n);
}

static void one_of(nf_real *r, int n)
{
    nf_real_integer(r, 1, n);
}

static void over_one(nf_real *r, int n) /* 1 / r */
{
    nf_real one;
    one_of(&one, n);
    nf_real_div(r, &one, r, n);
}

/* ---- the circle ------------------------------------------------------------------------------ */

typedef enum { SINE, COSINE, TANGENT } circular;

/* Of k quarter turns and r. */
static void circle(nf_real *y, circular what, const nf_real *r, int k, int n)
{
    nf_real s, c;
    nf_real_sincos(&s, &c, r, n);
    nf_real *first = k & 1 ? &c : &s, *second = k & 1 ? &s : &c; /* |sin|, |cos| */
    first->sign ^= k >> 1 & 1;
    second->sign ^= (k == 1 || k == 2);
    if (what == TANGENT)
        nf_real_div(y, first, second, n);
    else
        *y = what == SINE ? *first : *second;
}

/* x = k/2 + f, |f| <= 1/4: an exact difference, f pi. */
static int reduce_half_turns(nf_real *r, nf_number_128 x, int n)
{
    nf_real whole;
    nf_number_128 twice = x;
    twice.exp++;
    /* x has at most 64 significant bits: were its exponent 64 or more, it would be whole */
    int64_t k = 0;
    nf_real_number(r, twice, n);
    if (twice.exp >= 0) {
        nf_number_128 rest = twice;
        k = (int64_t)(nf_whole_part(twice) & 3);
        rest.sig = twice.exp >= 127 ? 0 : twice.sig << (twice.exp + 1);
        uint64_t words[2] = {(uint64_t)rest.sig, (uint64_t)(rest.sig >> 64)};
        nf_real_words(r, words, 2, 0, 0, n);
        r->sign = x.sign;
    }
    if (!r->zero && r->exp == 0) { /* 1/2 and more: the next one */
        nf_real_integer(&whole, x.sign ? -1 : 1, n);
        nf_real_sub(r, r, &whole, n);
        k++;
    }
    r->exp--;
    TIMES(r, nf_pi, n);
    return (int)((x.sign ? 4 - k : k) & 3);
}

static void turned(nf_real *y, circular what, bool times_pi, nf_number_128 x, int n)
{
    nf_real r;
    int k = times_pi ? reduce_half_turns(&r, x, n) : nf_reduce_circle(&r, x, n);
    circle(y, what, &r, k, n);
}

static void arcsine(nf_real *r, const nf_real *x, nf_number_128 number, int n)
{
    nf_real one, a, b;
    if (nf_is_one(number)) {
        nf_real_pi(r, n);
        r->exp--;
        r->sign = number.sign;
        return;
    }
    one_of(&one, n); /* atan(x / sqrt((1 - x)(1 + x))) */
    nf_real_sub(&a, &one, x, n);
    nf_real_add(&b, &one, x, n);
    nf_real_mul(&a, &a, &b, n);
    nf_real_sqrt(&a, &a, n);
    nf_real_div(&a, x, &a, n);
    nf_real_atan(r, &a, n);
}

static void arccosine(nf_real *r, const nf_real *x, nf_number_128 number, int n)
{
    nf_real one, a, b;
    one_of(&one, n); /* 2 atan(sqrt((1 - x) / (1 + x))) */
    nf_real_sub(&a, &one, x, n);
    nf_real_add(&b, &one, x, n);
    if (number.cls == NF_ZERO || nf_is_one(number)) { /* pi/2; of -1, pi */
        nf_real_pi(r, n);
        r->exp -= number.cls == NF_ZERO;
        return;
    }
    nf_real_div(&a, &a, &b, n);
    nf_real_sqrt(&a, &a, n);
    nf_real_atan(r, &a, n);
    r->exp++;
}

static void arctangent(nf_real *r, const nf_real *x, nf_number_128 number, int n)
{
    if (number.cls != NF_INFINITE) {
        nf_real_atan(r, x, n);
        return;
    }
    nf_real_pi(r, n);
    r->exp--;
    r->sign = number.sign;
}

/* ---- hyperbolas ------------------------------------------------------------------------------ */

static void hyperbolic(nf_real *r, nf_op op, const nf_real *x, int n)
{
    nf_real up, down, s;
    nf_real_exp(&up, x, n);
    down = up;
    over_one(&down, n);
    if (op != NF_OP_cosh && x->exp < 0)
        nf_real_sinh_small(&s, x, n);
    else
        nf_real_sub(&s, &up, &down, n), s.exp--;
    nf_real_add(&up, &up, &down, n);
    up.exp--;
    if (op == NF_OP_tanh)
        nf_real_div(&s, &s, &up, n);
    *r = op == NF_OP_cosh ? up : s;
}

/* ln(x + sqrt(x^2 + 1)) = ln(1 + x + x^2 / (1 + sqrt(1 + x^2))) */
static void arcsinh(nf_real *r, const nf_real *x, int n)
{
    nf_real square, one, root, y = *x;
    bool sign = x->sign;
    y.sign = false;
    one_of(&one, n);
    nf_real_mul(&square, x, x, n);
    nf_real_add(&root, &square, &one, n);
    nf_real_sqrt(&root, &root, n);
    nf_real_add(&root, &root, &one, n);
    nf_real_div(&square, &square, &root, n);
    nf_real_add(&y, &y, &square, n);
    nf_real_log1p(r, &y, n);
    r->sign = sign;
}

/* ln(1 + z + sqrt(z (z + 2))), z = x - 1 */
static void arccosh(nf_real *r, const nf_real *x, int n)
{
    nf_real z, y, one;
    one_of(&one, n);
    nf_real_sub(&z, x, &one, n);
    one.exp++;
    nf_real_add(&y, &z, &one, n);
    nf_real_mul(&y, &y, &z, n);
    nf_real_sqrt(&y, &y, n);
    nf_real_add(&y, &y, &z, n);
    nf_real_log1p(r, &y, n);
}

/* ln(1 + 2x / (1 - x)) / 2 of |x| */
static void arctanh(nf_real *r, const nf_real *x, int n)
{
    nf_real y = *x, one;
    bool sign = x->sign;
    y.sign = false;
    one_of(&one, n);
    nf_real_sub(&one, &one, &y, n);
    nf_real_div(&y, &y, &one, n);
    y.exp++;
    nf_real_log1p(r, &y, n);
    r->exp--;
    r->sign = sign;
}

/* ---- activations ----------------------------------------------------------------------------- */

static void sigmoid(nf_real *r, const nf_real *x, int n)
{
    nf_real y = *x, one;
    one_of(&one, n);
    y.sign = !y.sign;
    nf_real_exp(&y, &y, n);
    nf_real_add(&y, &y, &one, n);
    nf_real_div(r, &one, &y, n);
}

static void softplus(nf_real *r, const nf_real *x, int n)
{
    nf_real y;
    nf_real_exp(&y, x, n);
    nf_real_log1p(r, &y, n);
}

/* x/2 (1 + erf(x / sqrt 2)) = x/2 erfc(-x / sqrt 2) */
static void gelu(nf_real *r, nf_number_128 number, int n)
{
    nf_real y, x, one;
    nf_real_number(&x, number, n);
    if (number.sign) {
        nf_real_erfc(&y, number, true, n);
    } else {
        one_of(&one, n);
        nf_real_erf(&y, number, true, n);
        nf_real_add(&y, &y, &one, n);
    }
    nf_real_mul(r, &x, &y, n);
    r->exp--;
}

static void error_function(nf_real *r, nf_op op, nf_number_128 x, int n)
{
    nf_real one;
    if (op == NF_OP_erfc && !x.sign) {
        nf_real_erfc(r, x, false, n);
        return;
    }
    nf_real_erf(r, x, false, n);
    if (op == NF_OP_erfc) { /* 1 + erf|x| */
        one_of(&one, n);
        nf_real_sub(r, &one, r, n);
    }
}

/* ---- gamma ----------------------------------------------------------------------------------- */

/* ln|Gamma(x)| = -ln|x| - gamma x + ...: x (37/64 +- 2^-9) has all that follows in its radius. */
static void log_gamma_near_0(nf_real *r, nf_number_128 number, int n)
{
    nf_real slope;
    nf_real_number(&slope, number, n);
    nf_real_mul_small(&slope, &slope, 37, n);
    slope.exp -= 6;
    slope.rad = (nf_radius){1, 64 * (int64_t)n - 8};
    number.sign = 0;
    nf_real_number(r, number, n);
    nf_real_log(r, r, n);
    nf_real_add(r, r, &slope, n);
    r->sign = !r->sign;
}

/* Gamma(x) Gamma(1 - x) = pi / sin(pi x) */
static void gamma_function(nf_real *r, bool log, nf_number_128 number, int n)
{
    nf_real x, y, product, one, s;
    if (log && number.exp < -200) {
        log_gamma_near_0(r, number, n);
        return;
    }
    nf_real_number(&x, number, n);
    if (number.sign) {
        one_of(&one, n);
        nf_real_sub(&x, &one, &x, n);
    }
    nf_real_stirling(&y, &product, &x, n);
    if (number.sign) {
        turned(&s, SINE, true, number, n);
        if (log)
            s.sign = false;
        nf_real_pi(&one, n);
        nf_real_div(&s, &one, &s, n);
    }
    if (log) { /* Stirling - ln product; of 1 - x taken from ln(pi / |sin|) */
        nf_real_log(&product, &product, n);
        nf_real_sub(&y, &y, &product, n);
        if (number.sign) {
            nf_real_log(&s, &s, n);
            nf_real_sub(&y, &s, &y, n);
        }
        *r = y;
        return;
    }
    nf_real_exp(&y, &y, n);
    nf_real_div(&y, &y, &product, n);
    if (number.sign)
        nf_real_div(&y, &s, &y, n);
    *r = y;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void sinc(nf_real *r, const nf_real *x, nf_number_128 number, int n)
{
    nf_real y;
    turned(&y, SINE, true, number, n);
    nf_real_div(r, &y, x, n);
    TIMES(r, nf_1_pi, n);
}

static void reciprocal_root(nf_real *r, const nf_real *x, int n)
{
    nf_real_sqrt(r, x, n);
    over_one(r, n);
}

static void cube_root(nf_real *r, const nf_real *x, int n)
{
    nf_real y = *x;
    y.sign = false;
    nf_real_log(&y, &y, n);
    nf_real_div_small(&y, &y, 3, n);
    nf_real_exp(r, &y, n);
    r->sign = x->sign;
}

/* 2^x - 1, 10^x - 1 */
static void expm1_of_base(nf_real *r, const nf_real *x, bool ten, int n)
{
    nf_real y = *x;
    if (ten)
        TIMES(&y, nf_ln10, n);
    else
        TIMES(&y, nf_ln2, n);
    nf_real_expm1(r, &y, n);
}

void nf_formula(nf_op op, nf_real *r, nf_number_128 number, int n)
{
    nf_real x;
    if (number.cls == NF_FINITE)
        nf_real_number(&x, number, n);
    else
        nf_real_integer(&x, 0, n);
    switch (op) {
    case NF_OP_rsqrt: reciprocal_root(r, &x, n); break;
    case NF_OP_cbrt: cube_root(r, &x, n); break;
    case NF_OP_exp: nf_real_exp(r, &x, n); break;
    case NF_OP_exp2: nf_real_exp2(r, &x, n); break;
    case NF_OP_exp10: nf_real_exp10(r, &x, n); break;
    case NF_OP_expm1: nf_real_expm1(r, &x, n); break;
    case NF_OP_exp2m1: expm1_of_base(r, &x, false, n); break;
    case NF_OP_exp10m1: expm1_of_base(r, &x, true, n); break;
    case NF_OP_log: nf_real_log(r, &x, n); break;
    case NF_OP_log2: nf_real_log(r, &x, n), TIMES(r, nf_log2e, n); break;
    case NF_OP_log10: nf_real_log(r, &x, n), TIMES(r, nf_log10e, n); break;
    case NF_OP_log1p: nf_real_log1p(r, &x, n); break;
    case NF_OP_log2p1: nf_real_log1p(r, &x, n), TIMES(r, nf_log2e, n); break;
    case NF_OP_log10p1: nf_real_log1p(r, &x, n), TIMES(r, nf_log10e, n); break;
    case NF_OP_sin: turned(r, SINE, false, number, n); break;
    case NF_OP_cos: turned(r, COSINE, false, number, n); break;
    case NF_OP_tan: turned(r, TANGENT, false, number, n); break;
    case NF_OP_sinpi: turned(r, SINE, true, number, n); break;
    case NF_OP_cospi: turned(r, COSINE, true, number, n); break;
    case NF_OP_tanpi: turned(r, TANGENT, true, number, n); break;
    case NF_OP_sinc: sinc(r, &x, number, n); break;
    case NF_OP_arcsin: arcsine(r, &x, number, n); break;
    case NF_OP_arccos: arccosine(r, &x, number, n); break;
    case NF_OP_arctan: arctangent(r, &x, number, n); break;
    case NF_OP_arcsinpi: arcsine(r, &x, number, n), TIMES(r, nf_1_pi, n); break;
    case NF_OP_arccospi: arccosine(r, &x, number, n), TIMES(r, nf_1_pi, n); break;
    case NF_OP_arctanpi: arctangent(r, &x, number, n), TIMES(r, nf_1_pi, n); break;
    case NF_OP_sinh:
    case NF_OP_cosh:
    case NF_OP_tanh: hyperbolic(r, op, &x, n); break;
    case NF_OP_arcsinh: arcsinh(r, &x, n); break;
    case NF_OP_arccosh: arccosh(r, &x, n); break;
    case NF_OP_arctanh: arctanh(r, &x, n); break;
    case NF_OP_sigmoid: sigmoid(r, &x, n); break;
    case NF_OP_softplus: softplus(r, &x, n); break;
    case NF_OP_silu: sigmoid(r, &x, n), nf_real_mul(r, r, &x, n); break;
    case NF_OP_gelu: gelu(r, number, n); break;
    case NF_OP_erf:
    case NF_OP_erfc: error_function(r, op, number, n); break;
    case NF_OP_gamma:
    case NF_OP_lgamma: gamma_function(r, op == NF_OP_lgamma, number, n); break;
    case NF_OP_deg2rad: TIMES(&x, nf_pi, n), nf_real_div_small(r, &x, 180, n); break;
    case NF_OP_rad2deg: TIMES(&x, nf_1_pi, n), nf_real_mul_small(r, &x, 180, n); break;
    default: nf_real_integer(r, 0, n); /* not called for any other */
    }
}
