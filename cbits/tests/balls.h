/* SPDX-License-Identifier: BSD-3-Clause */
/* Does each operation on balls keep its radius?  What it gives holds what exact operands give. */
#include "check.h"
#include <math.h>

#include "functions/formulas.h"
#include "functions/functions.h"
#include "functions/known_values.h"

/* Is the value within the ball's radius?  The value's own radius is far below. */
static bool holds(const nf_real *ball, int n, const nf_real *value, int wide)
{
    nf_real middle = *ball, exact = *value, d;
    if (ball->lost || value->lost) /* nothing is claimed, or known */
        return true;
    if (ball->zero || value->zero)
        return ball->zero && value->zero;
    middle.rad = exact.rad = (nf_radius){0, 0};
    nf_real_resize(&middle, n, wide);
    nf_real_sub(&d, &middle, &exact, wide);
    if (d.zero || d.lost) /* less than is known of the value */
        return true;
    double units = ldexp((double)d.limb[wide - 1], (int)(d.exp - ball->exp) + 64 * (n - 1));
    return units <= ldexp((double)ball->rad.m, (int)ball->rad.shift) * (1 + 1e-9) + 1e-6;
}

enum { NARROW_LIMBS = 4, WIDE_LIMBS = 10 };

/* A number of WIDE_LIMBS, and a ball around it: cut, or beside it by as much as its radius. */
static void draw_ball(nf_real *exact, nf_real *ball, int64_t exp)
{
    static const uint64_t away[] = {0, 0, 1, 6, 1 << 20, (uint64_t)1 << 45};
    uint64_t words[WIDE_LIMBS] = {0}, below = draw() % 3;
    for (int i = 0; i < WIDE_LIMBS; i++) { /* below: zeros, ones, anything */
        uint64_t any = draw_below(8) ? draw() : 0 - (uint64_t)draw_below(2);
        bool cut = i < WIDE_LIMBS - NARROW_LIMBS;
        words[i] = cut && below < 2 ? 0 - below : any;
    }
    words[WIDE_LIMBS - 1] |= (uint64_t)1 << 63;
    nf_real_words(exact, words, WIDE_LIMBS, exp, 0, WIDE_LIMBS);
    exact->sign = draw_below(2);
    *ball = *exact;
    nf_real_resize(ball, WIDE_LIMBS, NARROW_LIMBS);
    uint64_t w = away[draw_below(6)];
    if (ball->limb[0] >= w) {
        ball->limb[0] -= w;
        nf_real_widen(ball, w);
    }
}

typedef void binary_operation(nf_real *, const nf_real *, const nf_real *, int);
typedef void unary_operation(nf_real *, const nf_real *, int);
typedef void small_operation(nf_real *, const nf_real *, uint64_t, int);

static void test_balls(void)
{
    static binary_operation *const binary[] = {nf_real_add, nf_real_sub, nf_real_mul, nf_real_div};
    static small_operation *const small[] = {nf_real_mul_small, nf_real_div_small};
    static unary_operation *const unary[] = {nf_real_sqrt, nf_real_exp,        nf_real_expm1,
                                             nf_real_exp2, nf_real_exp10,      nf_real_log1p,
                                             nf_real_log,  nf_real_sinh_small, nf_real_atan};
    for (int i = 0; i < 40000; i++) {
        nf_real a, b, ball_a, ball_b, r, ball_r;
        int64_t near = draw_below(4) ? draw_below(6) - 3 : draw_below(700) - 350;
        draw_ball(&a, &ball_a, near);
        draw_ball(&b, &ball_b, draw_below(3) - 1);
        CHECK(holds(&ball_a, NARROW_LIMBS, &a, WIDE_LIMBS), "fewer limbs");
        for (int k = 0; k < 4; k++) {
            binary[k](&r, &a, &b, WIDE_LIMBS);
            binary[k](&ball_r, &ball_a, &ball_b, NARROW_LIMBS);
            CHECK(holds(&ball_r, NARROW_LIMBS, &r, WIDE_LIMBS), "operation %d, exponents %d, %d", k,
                  (int)a.exp, (int)b.exp);
        }
        for (int k = 0; k < 2; k++) {
            uint64_t factor = (draw() >> draw_below(64)) | 1;
            small[k](&r, &a, factor, WIDE_LIMBS);
            small[k](&ball_r, &ball_a, factor, NARROW_LIMBS);
            CHECK(holds(&ball_r, NARROW_LIMBS, &r, WIDE_LIMBS), "operation %d with a whole number",
                  k);
        }
        if (i % 8 != 0)
            continue;
        for (int k = 0; k < 9; k++) {
            nf_real x = b, ball_x = ball_b;
            if (k == 0 || k == 6)
                x.sign = ball_x.sign = false;
            if (k == 5 || k == 7) /* below 1 */
                x.exp -= 2, ball_x.exp -= 2;
            unary[k](&r, &x, WIDE_LIMBS);
            unary[k](&ball_r, &ball_x, NARROW_LIMBS);
            CHECK(holds(&ball_r, NARROW_LIMBS, &r, WIDE_LIMBS), "function %d, exponent %d", k,
                  (int)x.exp);
        }
        nf_real wide = a, ball = a;
        nf_real_resize(&ball, WIDE_LIMBS, NARROW_LIMBS);
        nf_real_widen(&wide, 3);
        CHECK(wide.rad.m == 3 && wide.rad.shift == 0, "an error of 3 units");
    }
    for (int n = 2; n < 12; n++) {
        nf_real pi, wide;
        nf_real_pi(&pi, n);
        nf_real_pi(&wide, 14);
        CHECK(holds(&pi, n, &wide, 14), "%d limbs of pi", n);
    }
    for (int k = -3; k < 4; k++) { /* 2^x, x a whole number but for its radius */
        nf_real x, ball;
        if (k == 0)
            continue;
        nf_real_integer(&x, k, WIDE_LIMBS);
        nf_real_integer(&ball, k, NARROW_LIMBS);
        x.limb[WIDE_LIMBS - NARROW_LIMBS] += 900;
        nf_real_widen(&ball, 900);
        nf_real_exp2(&x, &x, WIDE_LIMBS);
        nf_real_exp2(&ball, &ball, NARROW_LIMBS);
        CHECK(holds(&ball, NARROW_LIMBS, &x, WIDE_LIMBS), "2^%d", k);
    }
}
