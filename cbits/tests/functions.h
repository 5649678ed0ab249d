/* SPDX-License-Identifier: BSD-3-Clause */
/* Do balls of functions hold their values, and do the kernels of functions keep their bound?  A
 * radius too small shows beside a ball of more limbs. */
#include "balls.h"
#include "levels/stages.h"

static const nf_op unary_functions[] = {
#define NF_T_T(name) NF_OP_##name,
#define NF_TT_T(name)
#define NF_TI_T(name)
#define NF_FUNCTION(name, kind, ...) NF_##kind(name)
#include "nf_functions.def"
#undef NF_FUNCTION
#undef NF_TI_T
#undef NF_TT_T
#undef NF_T_T
};
enum { UNARY_FUNCTIONS = sizeof unary_functions / sizeof *unary_functions };

static void check_balls(nf_op op, nf_number_128 x)
{
    static const int limbs[] = {3, 4, 6, 9};
    nf_number_128 first = {0}, decided;
    nf_env env = {0, 0, 0, 0};
    bool seen = false;
    nf_real r, wide;
    if (x.cls != NF_FINITE || nf_known_value(op, x, &decided, &env))
        return;
    nf_formula(op, &wide, x, 12);
    for (int i = 0; i < 4; i++) {
        nf_formula(op, &r, x, limbs[i]);
        CHECK(holds(&r, limbs[i], &wide, 12), "operation %d, %d limbs, exponent %d", op, limbs[i],
              x.exp);
        if (!nf_real_decided(&r, limbs[i], &decided))
            continue;
        if (!seen)
            first = decided, seen = true;
        CHECK(first.exp == decided.exp && first.sig == decided.sig && first.sign == decided.sign,
              "operation %d, %d limbs, exponent %d", op, limbs[i], x.exp);
    }
}

static void check_balls_2(nf_op op, nf_number_128 x, nf_number_128 y)
{
    nf_number_128 value;
    nf_env env = {0, 0, 0, 0};
    nf_real r, wide;
    if (nf_known_value_of_two(op, x, y, false, &value, &env))
        return;
    nf_formula_of_two(op, &wide, x, y, 12);
    for (int n = 3; n < 10; n += 2) {
        nf_formula_of_two(op, &r, x, y, n);
        CHECK(holds(&r, n, &wide, 12), "operation %d, %d limbs, exponents %d, %d", op, n, x.exp,
              y.exp);
    }
}

/* A double with 32 bits, as formats have them: of every size, near 1, near a multiple of pi/2, or
 * far. */
static double draw_double(int kind)
{
    double x = ldexp((double)(draw() >> 32), kind == 1 ? -32 : draw_below(60) - 50);
    if (kind == 3)
        x = ldexp((double)(draw() >> 32 | (uint64_t)1 << 31), draw_below(250) - 14);
    if (kind == 4) { /* of all, nearest to multiples of pi/2 (two_over_pi.py) */
        static const double nearest[] = {0x1p97 * 1969821211, 0x1p198 * 2060592181,
                                         0x1p84 * 768287179, 0x1p-24 * 395303839};
        x = nearest[draw_below(4)];
    }
    if (kind == 1)
        x = 1 + ldexp(x, -draw_below(24));
    if (kind == 2)
        x = (double)(float)((double)(1 + draw_below(1 << 18)) * 1.5707963267948966);
    return draw_below(2) ? -x : x;
}

/* Do the kernels of the level keep their bound, 2^-46 of the value? */
static void test_kernels(void)
{
    const nf_stages *s = nf_find_stages();
    double x[NF_GROUP], z[NF_GROUP];
    for (int i = 0; s->bounds != NULL && i < 400 * UNARY_FUNCTIONS; i++) {
        nf_op op = unary_functions[i % UNARY_FUNCTIONS];
        if (s->function[op] == NULL)
            continue;
        for (int k = 0; k < NF_GROUP; k++)
            x[k] = draw_double(draw_below(5));
        s->function[op](x, NF_GROUP, z);
        for (int k = 0; k < NF_GROUP; k++) {
            int exp;
            nf_number_128 value;
            nf_env env = {0, 0, 0, 0};
            if (x[k] == 0 || !isfinite(z[k]) || z[k] == 0)
                continue;
            uint64_t sig = (uint64_t)ldexp(frexp(fabs(x[k]), &exp), 64);
            nf_number_128 from = nf_finite_128(x[k] < 0, exp - 1, (nf_u128)sig << 64);
            nf_real r;
            if (!nf_known_value(op, from, &value, &env)) {
                nf_formula(op, &r, from, 5);
                if (!nf_real_decided(&r, 5, &value))
                    continue;
            }
            double want = ldexp((double)(uint64_t)(value.sig >> 64), value.exp - 63);
            if (value.cls != NF_FINITE || value.exp < -900 || value.exp > 900) {
                CHECK(!(fabs(z[k]) > 0x1p-899 && fabs(z[k]) < 0x1p899), "operation %d at %a: %a",
                      op, x[k], z[k]);
                continue;
            }
            want = value.sign ? -want : want;
            CHECK(fabs(z[k] - want) <= ldexp(fabs(want), -46), "operation %d at %a: %a, not %a", op,
                  x[k], z[k], want);
        }
    }
}

/* x, of 64 bits: of every size, near 1, or near a multiple of pi/2. */
static nf_number_128 draw_long(int kind)
{
    nf_u128 sig = (nf_u128)(draw() | (uint64_t)1 << 63) << 64;
    nf_number_128 x = nf_finite_128(draw_below(2), draw_below(70) - 50, sig);
    if (kind == 1) { /* 1 + 2^-k f, or 1 - 2^-k f */
        uint64_t near = (uint64_t)1 << 63, part = draw() >> (2 + draw_below(61));
        x = nf_finite_128(x.sign, 0, (nf_u128)(near + part) << 64);
        if (draw_below(2) && part != 0)
            x = nf_finite_128(x.sign, -1, (nf_u128)(0 - part) << 64);
    }
    if (kind == 2) {
        static const uint64_t half_pi = 0xC90FDAA22168C235; /* of 64 bits, below 2 */
        nf_u128 multiple = (nf_u128)half_pi * (1 + draw_below(1 << 19));
        if (draw_below(8) == 0) /* of all, the nearest one (two_over_pi.py) */
            return nf_finite_128(x.sign, 9, (nf_u128)10158605411912840236U << 64);
        int zeros = nf_clz_128(multiple);
        multiple = multiple << zeros >> 64 << 64;
        x = nf_finite_128(x.sign, 64 - zeros, multiple);
    }
    return x;
}

/* hi + lo as a ball without radius */
static void real_of_doubles(nf_real *r, double hi, double lo, int n)
{
    nf_real part[2];
    const double from[2] = {hi, lo};
    for (int k = 0; k < 2; k++) {
        int exp;
        uint64_t sig = (uint64_t)ldexp(frexp(fabs(from[k]), &exp), 64);
        if (sig == 0)
            nf_real_integer(&part[k], 0, n);
        else
            nf_real_number(&part[k], nf_finite_128(from[k] < 0, exp - 1, (nf_u128)sig << 64), n);
    }
    nf_real_add(r, &part[0], &part[1], n);
}

enum { LIMBS = 6 };

typedef struct draw_operands {
    nf_number_128 x[NF_GROUP];
    double hi[NF_GROUP], lo[NF_GROUP];
} draw_operands;

static void draw_group(draw_operands *a)
{
    for (int k = 0; k < NF_GROUP; k++) {
        nf_number_128 x = draw_long(draw_below(3));
        uint64_t sig = (uint64_t)(x.sig >> 64), last = sig & 0x7FF;
        double high = ldexp((double)(sig - last), x.exp - 63),
               low = ldexp((double)last, x.exp - 63);
        double sign = x.sign ? -1 : 1;
        a->x[k] = x;
        a->hi[k] = sign * (high + low);
        a->lo[k] = sign * (low - (high + low - high));
    }
}

/* Is hi + lo within 2^-bits of the value `want`?  True where that is looked at. */
static bool check_bound(nf_op op, double hi, double lo, const nf_real *want, int bits)
{
    nf_real off;
    if (want->lost || want->zero || want->exp < -900 || want->exp > 900)
        return false;
    real_of_doubles(&off, hi, lo, LIMBS);
    nf_real_sub(&off, &off, want, LIMBS);
    CHECK(off.zero || off.lost || off.exp <= want->exp - bits - 1, "operation %d: %a + %a: %d bits",
          op, hi, lo, (int)(want->exp - off.exp));
    return true;
}

/* Do the double-double kernels of the level keep their bounds, 2^-84 and 2^-85 of the value at
 * least? */
static void test_kernels_dd(void)
{
    const nf_stages *s = nf_find_stages();
    draw_operands a, b;
    long known = 0, known_2 = 0;
    for (int i = 0; s->all_clear != NULL && i < 200 * NF_OP_COUNT; i++) {
        nf_op op = (nf_op)(i % NF_OP_COUNT);
        draw_group(&a);
        draw_group(&b);
        if (s->function_dd[op] != NULL)
            s->function_dd[op](a.hi, a.lo, NF_GROUP);
        else if (s->function_dd_2[op] != NULL && nf_op_kind(op) == NF_KIND_TT_T)
            s->function_dd_2[op](a.hi, a.lo, b.hi, b.lo, NF_GROUP);
        else
            continue;
        for (int k = 0; k < NF_GROUP; k++) {
            bool two = s->function_dd[op] == NULL, is_known;
            nf_number_128 number;
            nf_env env = {0, 0, 0, 0};
            nf_real want;
            if (!isfinite(a.hi[k]) || a.hi[k] == 0)
                continue;
            is_known = two ? nf_known_value_of_two(op, a.x[k], b.x[k], false, &number, &env)
                           : nf_known_value(op, a.x[k], &number, &env);
            if (is_known)
                nf_real_number(&want, number, LIMBS);
            else if (two)
                nf_formula_of_two(op, &want, a.x[k], b.x[k], LIMBS);
            else
                nf_formula(op, &want, a.x[k], LIMBS);
            bool seen = check_bound(op, a.hi[k], a.lo[k], &want, two ? 85 : 84);
            known += seen && !two;
            known_2 += seen && two;
        }
    }
    CHECK(s->all_clear == NULL || (known > 20000 && known_2 > 3000), "%ld and %ld", known, known_2);
}

/* Numbers of p + 1 bits are near, to 2^-44 of them; what is 2^-41 away is not. */
static void test_all_clear(void)
{
    const nf_stages *s = nf_find_stages();
    for (int i = 0; s->all_clear != NULL && i < 20000; i++) {
        int p = 2 + draw_below(31);
        double b = ldexp((double)(draw() >> (63 - p) | (uint64_t)1 << p), draw_below(400) - 200);
        double away = ldexp(draw_below(1 << 20), -64), z[NF_GROUP];
        const uint64_t below = ((uint64_t)1 << (52 - p)) - 1;
        for (int k = 0; k < NF_GROUP; k++)
            z[k] = (k % 2 ? -b : b) * (1 + 0x1p-41);
        CHECK(s->all_clear(z, NF_GROUP, 0x1p1000, below), "%a, %d bits", b, p);
        CHECK(!s->all_clear(z, NF_GROUP, fabs(b), below), "%a is the most", b);
        z[draw_below(NF_GROUP)] = b * (draw_below(2) ? 1 + away : 1 - away);
        CHECK(!s->all_clear(z, NF_GROUP, 0x1p1000, below), "%a, %d bits, %a away", b, p, away);
    }
}

/* Any significand, of a small exponent, near a multiple of pi/2, next to 1, or far out. */
static nf_number_128 draw_number(void)
{
    nf_u128 sig = (nf_u128)(draw() | (uint64_t)1 << 63) << 64;
    int kind = draw_below(4), exp = draw_below(30) - 20;
    if (kind == 1)
        exp = draw_below(20) ? -draw_below(199) : draw_below(65000);
    if (kind == 2) { /* 64 bits of k pi/2 */
        nf_real x;
        nf_real_pi(&x, 3);
        nf_real_mul_small(&x, &x, 1 + draw() % 4096, 3);
        sig = (nf_u128)x.limb[2] << 64;
        exp = (int)x.exp - 2;
    }
    if (kind == 3)
        sig = (nf_u128)1 << 127 | (nf_u128)1 << (64 + draw_below(63)), exp = 0;
    return nf_finite_128(draw_below(2), exp, sig);
}

static void test_functions(void)
{
    static const nf_op binary_functions[] = {NF_OP_hypot,     NF_OP_pow,       NF_OP_arctan2,
                                             NF_OP_arctan2pi, NF_OP_logaddexp, NF_OP_logaddexp2};
    for (int i = 0; i < 6000; i++) {
        nf_format f = i % 2 ? nf_named_formats[draw_below(nf_named_count)].format : draw_row();
        uint64_t code = draw_near(&f, draw_below(3));
        check_balls(unary_functions[i % UNARY_FUNCTIONS], nf_load_128_any(&f, code));
        if (i % 2 == 0)
            check_balls(unary_functions[draw_below(UNARY_FUNCTIONS)], draw_number());
        check_balls_2(binary_functions[i % 6], draw_number(), draw_number());
    }
}
