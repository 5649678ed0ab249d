/* SPDX-License-Identifier: BSD-3-Clause */
/* Do quotients, powers, wrapped results and exact sums equal plain integer arithmetic? */
#include "core/bignum.h"
#include "check.h"

static nf_number_128 number(int64_t value, int exp)
{
    uint64_t m = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return nf_normalise_128(value < 0, 127 + exp, m);
}

static bool same_number(nf_number_128 a, nf_number_128 b)
{
    return a.cls == b.cls && a.sign == b.sign && a.exp == b.exp && a.sig == b.sig;
}

static int64_t floor_of(int64_t a, int64_t b) /* b > 0 */
{
    return a / b - (a % b < 0);
}

static void test_integers(void)
{
    for (int64_t q = -70; q <= 70; q++) { /* x = q / 8 */
        nf_number_128 x = number(q, -3);
        int64_t down = floor_of(q, 8), up = -floor_of(-q, 8), near = floor_of(q + 4, 8);
        near -= (q & 7) == 4 && (near & 1);
        int64_t away = q < 0 ? -floor_of(4 - q, 8) : floor_of(q + 4, 8);
        int64_t want[] = {near, away, down, up, q / 8};
        nf_rounding mode[] = {NF_NEAREST_EVEN, NF_NEAREST_AWAY, NF_TOWARD_NEGATIVE,
                              NF_TOWARD_POSITIVE, NF_TOWARD_ZERO};
        for (int i = 0; i < 5; i++) {
            nf_number_128 w = number(want[i], 0);
            w.sign = x.sign; /* of a zero */
            CHECK(same_number(nf_to_integer(x, mode[i]), w), "%d/8 mode %d", (int)q, mode[i]);
        }
    }
}

static void test_small_quotients(void)
{
    nf_env env = {0, 0, 0, 0};
    for (int64_t a = -40; a <= 40; a++) {
        for (int64_t b = -20; b <= 20; b++) {
            if (b == 0)
                continue;
            int64_t q = b < 0 ? floor_of(-a, -b) : floor_of(a, b);
            nf_number_128 x = number(a, -2), y = number(b, -2);
            nf_number_128 quotient = number(q, 0), floored = number(a - b * q, -2);
            nf_number_128 truncated = number(a % b, -2);
            if (q == 0)
                quotient.sign = x.sign ^ y.sign;
            if (a == b * q)
                floored.sign = y.sign;
            if (a % b == 0)
                truncated.sign = x.sign;
            CHECK(same_number(nf_floor_divide_128(x, y, &env), quotient), "%d//%d", (int)a, (int)b);
            CHECK(same_number(nf_remainder_128(x, y, true, &env), floored), "%d%%%d", (int)a,
                  (int)b);
            CHECK(same_number(nf_remainder_128(x, y, false, &env), truncated), "%d,%d", (int)a,
                  (int)b);
        }
    }
    CHECK(env.flags == 0, "flags %u", env.flags);
}

/* a - b * n, n the integer nearest to a/b and even of two. */
static void test_ieee_remainders(void)
{
    nf_env env = {0, 0, 0, 0};
    for (int64_t a = -60; a <= 60; a++) {
        for (int64_t b = -20; b <= 20; b++) {
            if (b == 0)
                continue;
            int64_t size = b < 0 ? -b : b, n = floor_of(a, size), twice = 2 * (a - n * size);
            n += twice > size || (twice == size && n % 2 != 0);
            for (int shift = -3; shift <= 0; shift++) { /* b may have bits below those of a */
                nf_number_128 want = number(8 * a - 8 * n * size, -3);
                if (8 * a == 8 * n * size)
                    want.sign = a < 0;
                nf_number_128 got =
                    nf_ieee_remainder_128(number(a * (1 << -shift), shift), number(b, 0), &env);
                CHECK(same_number(got, want), "%d rem %d", (int)a, (int)b);
            }
        }
    }
    CHECK(env.flags == 0, "flags %u", env.flags);
    CHECK(nf_ieee_remainder_128(number(1, 0), nf_special_128(NF_ZERO, 0), &env).cls ==
              NF_NOT_A_NUMBER,
          "x rem 0");
    CHECK(env.flags == NF_INVALID, "flags %u", env.flags);
}

/* a * 2^k = q * b + r bit by bit: the leading 128 bits of q, what is below them, and r. */
static void test_long_quotients(void)
{
    for (int i = 0; i < 5000; i++) {
        uint64_t a = draw() | (uint64_t)1 << 63 | 1,
                 b = (draw_below(3) ? draw() : 0 - draw() % 4) | (uint64_t)1 << 63;
        int k = 128 + draw_below(i & 1 ? 6 : 200), bits = 0, negative = draw_below(2);
        nf_u128 q = 0, r = 0;
        bool some = false, all = true; /* of the bits below: set */
        for (int j = 63 + k; j >= 0; j--) {
            r = r << 1 | (j >= k ? a >> (j - k) & 1 : 0);
            bool bit = r >= b;
            r -= bit ? b : 0;
            q = bits < 128 ? q << 1 | bit : q;
            some |= bits >= 128 && bit;
            all &= bits < 128 || bit;
            bits += bits || bit;
        }
        nf_env env = {0, 0, 0, 0};
        nf_number_128 x = nf_normalise_128(negative, 127 + k, a), y = nf_normalise_128(0, 127, b);
        nf_number_128 want = nf_finite_128(negative, bits - 1, q | some);
        if (negative && r != 0) /* floor is one more in magnitude */
            want.sig = all ? q + 1 : q | 1;
        CHECK(same_number(nf_floor_divide_128(x, y, &env), want), "k %d", k);
        CHECK(same_number(nf_remainder_128(x, y, false, &env), nf_normalise_128(negative, 127, r)),
              "k %d", k);
    }
}

/* Limbs at the ends of their range, where the guess of a quotient digit is wrong: u = q * v + r. */
static void test_big_division(void)
{
    const uint64_t top = (uint64_t)1 << 63,
                   ends[] = {0, 1, top - 1, top, ~(uint64_t)1, ~(uint64_t)0};
    static nf_big u, v, q, r, back;
    for (int i = 0; i < 20000; i++) {
        u.n = 1 + draw_below(6);
        v.n = 1 + draw_below(4);
        for (int j = 0; j < u.n; j++)
            u.limb[j] = ends[draw_below(6)];
        for (int j = 0; j < v.n; j++)
            v.limb[j] = ends[draw_below(6)];
        nf_big_trim(&u);
        nf_big_trim(&v);
        if (v.n == 0)
            continue;
        nf_big_copy(&r, &u);
        nf_big_divide(&q, &r, &v);
        CHECK(nf_big_compare(&r, &v) < 0, "remainder, draw %d", i);
        nf_big_mul(&back, &q, &v);
        nf_big_add(&back, &r);
        CHECK(nf_big_compare(&back, &u) == 0, "q * v + r, draw %d", i);
    }
}

static void test_powers(void)
{
    nf_env env = {0, 0, 0, 0};
    for (int64_t x = -9; x <= 9; x++) {
        nf_u128 power = 1;
        for (int k = 0; k <= 40; k++, power *= (nf_u128)(x < 0 ? -x : x)) {
            nf_number_128 want = nf_normalise_128(x < 0 && k & 1, 127 - 3 * k, power);
            CHECK(same_number(nf_powi_128(number(x, -3), k, false, &env), want), "%d^%d", (int)x,
                  k);
            if (x == 0 || k == 0)
                continue;
            nf_number_128 inverse = nf_powi_128(number(x, -3), -k, false, &env), one = number(1, 0);
            if (power >> 64 == 0) /* the quotient of 64-bit numbers is another way to it */
                CHECK(same_number(inverse, nf_div_finite_128(one, want)), "%d^-%d", (int)x, k);
        }
    }
    CHECK(env.flags == 0, "flags %u", env.flags);
    CHECK(nf_powi_128(number(0, 0), -3, false, &env).cls == NF_INFINITE && env.flags == NF_DIVIDE,
          "1/0");
    nf_number_128 nan = nf_special_128(NF_NOT_A_NUMBER, 0);
    CHECK(nf_powi_128(nan, 0, false, &env).cls == NF_FINITE, "NaN^0");
    CHECK(nf_powi_128(nan, 0, true, &env).cls == NF_NOT_A_NUMBER, "NaR^0");
    CHECK(nf_powi_128(number(0, 0), 0, true, &env).cls == NF_NOT_A_NUMBER, "0^0 of posits");
}

/* Eight bits with four below the point, wrapping, rounding toward negative: shifts of integers. */
static void test_wrapped_results(void)
{
    const nf_format f = {.family = NF_FIXED,
                         .bits = 8,
                         .is_signed = 1,
                         .zero = 1,
                         .frac = 4,
                         .rounding = NF_TOWARD_NEGATIVE,
                         .overflow = NF_OVERFLOW_WRAP};
    nf_env env = {0, 0, 0, 0};
    for (int a = -128; a < 128; a++) {
        for (int b = -128; b < 128; b++) {
            int c = draw_below(256) - 128;
            int64_t fma = floor_of(a * b + c * 16, 16), fmm = floor_of(a * b * c, 256);
            uint64_t x = a & 255, y = b & 255, z = c & 255;
            CHECK(nf_wrap_op(&f, NF_OP_fma, x, y, z, &env) == (fma & 255), "fma %d %d %d", a, b, c);
            CHECK(nf_wrap_op(&f, NF_OP_fmm, x, y, z, &env) == (fmm & 255), "fmm %d %d %d", a, b, c);
            if (b == 0)
                continue;
            int64_t q = b < 0 ? floor_of(-a * 16, -b) : floor_of(a * 16, b);
            int64_t whole = 16 * (b < 0 ? floor_of(-a, -b) : floor_of(a, b));
            CHECK(nf_wrap_op(&f, NF_OP_div, x, y, 0, &env) == (q & 255), "%d / %d", a, b);
            CHECK(nf_wrap_op(&f, NF_OP_floor_divide, x, y, 0, &env) == (whole & 255), "%d//%d", a,
                  b);
        }
        int64_t cube = floor_of(a * a * a, 256), root = 0;
        CHECK(nf_wrap_power(&f, nf_load_128_any(&f, a & 255), 3, &env) == (cube & 255), "%d^3", a);
        while ((root + 1) * (root + 1) <= a * 16)
            root++;
        CHECK(nf_wrap_op(&f, NF_OP_sqrt, a & 255, 0, 0, &env) == (a < 0 ? 0 : root & 255), "%d", a);
    }
}

/* 2^-128 of a step and the middle between two codes plus less than any field holds. */
static void test_far_sticky_bits(void)
{
    const nf_format f = {.family = NF_FIXED,
                         .bits = 64,
                         .zero = 1,
                         .frac = 64,
                         .rounding = NF_TOWARD_POSITIVE,
                         .overflow = NF_OVERFLOW_WRAP};
    const nf_format *b = named("binary64");
    nf_env env = {0, 0, 0, 0};
    CHECK(nf_wrap_op(&f, NF_OP_fmm, 1, 1, 1, &env) == 1, "fmm");
    uint64_t one = nf_limits_of(b).one, half = one - ((uint64_t)53 << 52); /* 2^-53 */
    nf_accumulator *q = nf_accumulator_new(b, b, b);
    nf_accumulate(q, one, one);
    nf_accumulate(q, one, half);
    CHECK(nf_accumulator_round(q, b, &env) == one, "tie");
    nf_accumulate(q, 1, 1);
    CHECK(nf_accumulator_round(q, b, &env) == one + 1, "tie + 2^-2148");
    nf_accumulator_free(q);
}

static void test_exact_sums(void)
{
    const nf_format *p = named("posit32");
    nf_accumulator *q = nf_accumulator_new(p, p, p);
    nf_env env = {0, 0, 0, 0};
    int64_t sum = 0;
    for (int i = 0; i < 20000; i++) {
        int64_t a = draw_below(2001) - 1000, b = draw_below(2001) - 1000;
        nf_accumulate(q, nf_encode(p, nf_export(number(a, 0)), &env),
                      nf_encode(p, nf_export(number(b, 0)), &env));
        sum += a * b;
    }
    uint64_t want = nf_encode(p, nf_export(number(sum, 0)), &env);
    CHECK(nf_accumulator_round(q, p, &env) == want, "sum of integers");
    nf_accumulator_clear(q);
    CHECK(nf_accumulator_round(q, p, &env) == 0, "empty");
    nf_accumulate(q, 0x7FFFFFFF, 0x7FFFFFFF);
    nf_accumulate(q, 1, 1);
    nf_accumulate(q, 0x80000001, 0x7FFFFFFF);
    CHECK(nf_accumulator_round(q, p, &env) == 1, "maxpos^2 + minpos^2 - maxpos^2");
    nf_accumulator_free(q);
    static const char *const name[] = {"bposit16", "bposit32", "bposit64"};
    for (int i = 0; i < 3; i++) { /* p1*p3 - p2*p2 < 0 in the last bit: rounds to -minpos */
        const nf_format *f = named(name[i]);
        q = nf_accumulator_new(f, f, f);
        nf_accumulate(q, 1, 3);
        nf_accumulate(q, nf_mask(f->bits) - 1, 2);
        CHECK(nf_accumulator_round(q, f, &env) == nf_mask(f->bits), "%s", name[i]);
        nf_accumulator_free(q);
    }
    CHECK(env.flags == 0, "flags %u", env.flags);
}

static void test_special_sums(void)
{
    enum { ONE = 0x3C00, INF = 0x7C00, NAN_CODE = 0x7E00, MINUS = 0x8000 };
    static const struct {
        uint16_t x[2], y[2], sum;
        uint32_t flags;
    } v[] = {{{INF, ONE}, {ONE, ONE}, INF, 0},
             {{INF, INF | MINUS}, {ONE, ONE}, NAN_CODE, NF_INVALID},
             {{INF, ONE}, {0, ONE}, NAN_CODE, NF_INVALID},
             {{NAN_CODE, ONE}, {ONE, ONE}, NAN_CODE, 0},
             {{ONE, ONE | MINUS}, {ONE, ONE}, 0, 0},
             {{MINUS, MINUS}, {ONE, ONE}, 0, 0}};
    nf_accumulator *q = nf_accumulator_new(named("binary16"), named("binary16"), named("binary16"));
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        nf_env env = {0, 0, 0, 0};
        nf_accumulator_clear(q);
        nf_accumulate_dot(q, (const char *)v[i].x, 2, (const char *)v[i].y, 2, 2);
        CHECK(nf_accumulator_round(q, named("binary16"), &env) == v[i].sum &&
                  env.flags == v[i].flags,
              "%d", (int)i);
    }
    nf_accumulator_free(q);
}
