/* SPDX-License-Identifier: BSD-3-Clause */
/* By which formula is each function of two arguments composed of the primitives? */
#include "constants.h"
#include "formulas.h"
#include "numbers.h"

#define CONSTANT(r, name, n) nf_real_constant(r, name, NF_CONSTANT_LIMBS, name##_EXP, n)

static void real_of(nf_real *r, nf_number_128 x, int n)
{
    if (x.cls == NF_FINITE)
        nf_real_number(r, x, n);
    else
        nf_real_integer(r, 0, n);
}

static void hypot_of(nf_real *r, const nf_real *x, const nf_real *y, int n)
{
    nf_real a, b;
    nf_real_mul(&a, x, x, n);
    nf_real_mul(&b, y, y, n);
    nf_real_add(&a, &a, &b, n);
    nf_real_sqrt(r, &a, n);
}

/* |x|^y, (1 + x)^y, |x|^(1/y) = e^(y ln ...); the sign is that of x if y is odd. */
static void power_of(nf_op op, nf_real *r, nf_number_128 x, nf_number_128 y, int n)
{
    nf_real z;
    bool sign = x.sign && y.exp >= 0 && y.exp <= 126 && (nf_whole_part(y) & 1);
    if (op == NF_OP_compound) {
        nf_real_number(r, x, n);
        nf_real_log1p(r, r, n);
        sign = false;
    } else {
        x.sign = 0;
        nf_real_number(r, x, n);
        nf_real_log(r, r, n);
    }
    nf_real_number(&z, y, n);
    if (op == NF_OP_rootn)
        nf_real_div(r, r, &z, n);
    else
        nf_real_mul(r, r, &z, n);
    nf_real_exp(r, r, n);
    r->sign = sign;
}

/* atan(|y/x|), or pi less that; the quarters where x or y is 0 or infinite. */
static void angle(nf_real *r, nf_number_128 y, nf_number_128 x, bool over_pi, int n)
{
    nf_real a, b, pi;
    bool x_ends = x.cls != NF_FINITE, y_ends = y.cls != NF_FINITE;
    nf_real_pi(&pi, n);
    if (!x_ends && !y_ends) {
        nf_real_number(&a, y, n);
        nf_real_number(&b, x, n);
        a.sign = b.sign = false;
        nf_real_div(&a, &a, &b, n);
        nf_real_atan(&a, &a, n);
    } else { /* 0, pi/2, or between two infinities pi/4 */
        bool both = x.cls == NF_INFINITE && y.cls == NF_INFINITE;
        bool up = x.cls == NF_ZERO || y.cls == NF_INFINITE;
        nf_real_integer(&a, 0, n);
        if (y.cls != NF_ZERO && (up || both)) {
            a = pi;
            a.exp -= both ? 2 : 1;
        }
    }
    if (x.sign && !(x.cls == NF_ZERO && y.cls != NF_ZERO) &&
        !(y.cls == NF_INFINITE && x.cls != NF_INFINITE))
        nf_real_sub(&a, &pi, &a, n);
    if (over_pi) {
        CONSTANT(&b, nf_1_pi, n);
        nf_real_mul(&a, &a, &b, n);
    }
    *r = a;
    r->sign = y.sign;
}

/* high + log(1 + b^(low - high)) */
static void log_of_sum(nf_real *r, bool two, const nf_real *x, const nf_real *y, int n)
{
    nf_real d;
    const nf_real *high = x;
    nf_real_sub(&d, y, x, n);
    if (!d.zero && !d.sign) {
        high = y;
        d.sign = true;
    }
    if (two)
        nf_real_exp2(&d, &d, n);
    else
        nf_real_exp(&d, &d, n);
    nf_real_log1p(&d, &d, n);
    if (two) {
        nf_real c;
        CONSTANT(&c, nf_log2e, n);
        nf_real_mul(&d, &d, &c, n);
    }
    nf_real_add(r, high, &d, n);
}

void nf_formula_of_two(nf_op op, nf_real *r, nf_number_128 x, nf_number_128 y, int n)
{
    nf_real a, b;
    real_of(&a, x, n);
    real_of(&b, y, n);
    switch (op) {
    case NF_OP_hypot: hypot_of(r, &a, &b, n); break;
    case NF_OP_pow:
    case NF_OP_rootn:
    case NF_OP_compound: power_of(op, r, x, y, n); break;
    case NF_OP_arctan2: angle(r, x, y, false, n); break;
    case NF_OP_arctan2pi: angle(r, x, y, true, n); break;
    default: log_of_sum(r, op == NF_OP_logaddexp2, &a, &b, n);
    }
}
