/* SPDX-License-Identifier: BSD-3-Clause */
/* Are the codes of blocks the exact quotients rounded once, for any element that the loops serve, any
 * length, and beside ties? */
#include <math.h>

#include "core/double_bits.h"
#include "nf_blocks.h"

enum { BLOCK_NUMBERS = 600 };

/* A float or fixed point of up to 16 bits, as wide or as narrow as can be. */
static nf_format draw_element(void)
{
    for (;;) {
        nf_format f = {.is_signed = 1, .zero = 1, .rounding = NF_NEAREST_EVEN};
        if (draw_below(4) == 0) {
            f.family = NF_FIXED;
            f.bits = (uint8_t)(2 + draw_below(15));
            f.frac = (int16_t)(draw_below(30) - 10);
            f.overflow = draw_below(2) ? NF_OVERFLOW_SATURATE : NF_OVERFLOW_SATURATE_SYMMETRIC;
        } else {
            f.family = NF_FLOAT;
            f.exp = (uint8_t)(1 + draw_below(5));
            f.man = (uint8_t)draw_below(11);
            f.bits = (uint8_t)(1 + f.exp + f.man);
            f.bias = (1 << (f.exp - 1)) + draw_below(9) - 4;
            f.zero = f.signed_zero = f.subnormals = 1;
            f.inf = draw_below(2) ? NF_INF_IEEE : NF_INF_NONE;
            f.nan = f.inf == NF_INF_IEEE ? NF_NAN_IEEE
                    : draw_below(2)      ? NF_NAN_ALL_ONES
                                         : NF_NAN_NONE;
            f.overflow = f.inf == NF_INF_IEEE ? NF_OVERFLOW_INF : NF_OVERFLOW_SATURATE;
        }
        if (nf_format_check(&f) == NF_OK && nf_blocks_possible(&f))
            return f;
    }
}

/* x / divisor, exactly but for what a sticky bit tells. */
static nf_unpacked quotient(double x, double divisor)
{
    uint64_t u, v;
    memcpy(&u, &x, sizeof u);
    memcpy(&v, &divisor, sizeof v);
    nf_unpacked a = nf_decode(&nf_binary64, u), d = nf_decode(&nf_binary64, v);
    if (a.cls != NF_FINITE)
        return a;
    nf_u128 top = (nf_u128)(a.hi >> 1) << 64, q = top / d.hi;
    bool rest = q * d.hi != top;
    int up = 0;
    while (!(q >> 127)) {
        q <<= 1;
        up++;
    }
    a.hi = (uint64_t)(q >> 64);
    a.lo = (uint64_t)q | rest;
    a.exp += -d.exp - up + 64;
    return a;
}

static uint64_t element_of(const nf_format *f, double x, double divisor)
{
    nf_format g = *f;
    nf_env env = {0, 0, 0, 0};
    g.overflow = g.overflow == NF_OVERFLOW_SATURATE_SYMMETRIC ? g.overflow : NF_OVERFLOW_SATURATE;
    return nf_encode(&g, quotient(x, divisor), &env);
}

/* On a tie of two elements times the divisor, beside it, or anything. */
static double draw_near_tie(const nf_format *f, double divisor)
{
    nf_limits ends = nf_limits_of(f);
    uint64_t code = draw() % (ends.maxpos + 1);
    nf_env env = {0, 0, 0, 0};
    uint64_t low = nf_encode(&nf_binary64, nf_decode(f, code), &env);
    uint64_t high = nf_encode(&nf_binary64, nf_decode(f, code + (code < ends.maxpos)), &env);
    double a, b;
    memcpy(&a, &low, sizeof a);
    memcpy(&b, &high, sizeof b);
    double x = (a + b) / 2 * divisor;
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    u += (draw() % 5 - 2) * (x != 0);
    memcpy(&x, &u, sizeof x);
    switch (draw_below(12)) {
    case 0: return 0;
    case 1: return draw_below(2) ? x * 0x1p40 : x * 0x1p-40;
    default: return draw_below(2) ? x : -x;
    }
}

static void check_encoded(const nf_format *f, bool doubles)
{
    double x[BLOCK_NUMBERS], divisors[BLOCK_NUMBERS];
    float y[BLOCK_NUMBERS];
    intptr_t block = 1 + draw_below(70), length = draw_below(BLOCK_NUMBERS + 1);
    for (intptr_t i = 0; i * block < length; i++)
        divisors[i] = nf_power_of_two(draw_below(60) - 30) * (1 + draw_below(1 << 20));
    for (intptr_t i = 0; i < length; i++) {
        y[i] = (float)draw_near_tie(f, divisors[i / block]);
        x[i] = doubles ? draw_near_tie(f, divisors[i / block]) : (double)y[i];
    }
    char codes[2 * BLOCK_NUMBERS];
    nf_blocks b = {*f, doubles ? (void *)x : (void *)y, doubles, 1, length, 1, block};
    CHECK(nf_blocks_encode(&b, divisors, codes), "stopped");
    for (intptr_t i = 0; i < length; i++) {
        uint64_t got = nf_load_code(codes + i * nf_size(f), nf_size(f));
        CHECK(got == element_of(f, x[i], divisors[i / block]), "%a / %a", x[i],
              divisors[i / block]);
    }
}

/* By the rule "floor": the exponent of the largest, less the largest element's, within the ends. */
static void check_powers(const nf_format *f)
{
    float x[BLOCK_NUMBERS];
    intptr_t block = 1 + draw_below(70), length = draw_below(BLOCK_NUMBERS + 1);
    for (intptr_t i = 0; i < length; i++)
        x[i] = (float)(draw_near_tie(f, 1) * nf_power_of_two(draw_below(40) - 20));
    nf_limits ends = nf_limits_of(f);
    nf_block_powers p = {ends.max_exp + 1, -7, 7, 0, 15};
    char codes[2 * BLOCK_NUMBERS];
    uint8_t scales[BLOCK_NUMBERS];
    nf_blocks b = {*f, x, false, 1, length, 1, block};
    CHECK(nf_blocks_quantize(&b, &p, codes, scales), "stopped");
    for (intptr_t i = 0; i < length; i += block) {
        intptr_t end = i + block < length ? i + block : length;
        float most = 0;
        for (intptr_t j = i; j < end; j++)
            most = fabsf(x[j]) > most ? fabsf(x[j]) : most;
        int e = most > 0 ? ilogbf(most) - ends.max_exp : -7;
        e = e < -7 ? -7 : e > 7 ? 7 : e;
        CHECK(scales[i / block] == e + 7, "%a: %d", (double)most, scales[i / block]);
        for (intptr_t j = i; j < end; j++) {
            uint64_t got = nf_load_code(codes + j * nf_size(f), nf_size(f));
            CHECK(got == element_of(f, x[j], nf_power_of_two(e)), "%a / 2^%d", (double)x[j], e);
        }
    }
}

static void test_special_blocks(void)
{
    const nf_format *e5m2 = named("float8_e5m2"), *e2m1 = named("float4_e2m1fn");
    const float x[] = {1, -INFINITY, 3, 1, NAN, 2, -0.0F, 0, 0};
    double largest[3];
    nf_block_powers p = {16, -127, 127, 0, 255};
    uint8_t scales[3];
    char codes[9];
    nf_blocks b = {*e5m2, x, false, 3, 3, 1, 3};
    CHECK(nf_blocks_measure(&b, largest), "stopped");
    CHECK(largest[0] == 3 && largest[1] != largest[1] && largest[2] == 0, "%g", largest[0]);
    CHECK(nf_blocks_quantize(&b, &p, codes, scales), "stopped");
    CHECK(scales[0] == 127 + 1 - 15 && scales[1] == 255 && scales[2] == 0, "%d", scales[0]);
    CHECK((uint8_t)codes[1] == 0xFC && codes[3] == 0 && (uint8_t)codes[6] == 0x80, "%d", codes[1]);
    b.element = *e2m1;
    CHECK(nf_blocks_measure(&b, largest) && largest[0] != largest[0], "%g", largest[0]);
    const double divisors[] = {0, NAN, 1};
    CHECK(nf_blocks_encode(&b, divisors, codes), "stopped");
    CHECK(codes[0] == 0 && codes[1] == 8 && codes[5] == 0 && codes[6] == 8, "%d", codes[1]);
}

static void test_looking_up(void)
{
    const uint8_t codes[] = {1, 0, 1, 1, 0}, scales[] = {1, 0, 1};
    const uint16_t table[] = {10, 11, 20, 21};
    uint16_t out[5];
    nf_block_values v = {codes, scales, (const char *)table, 2, 2, 1, 5, 1, 2};
    CHECK(nf_blocks_look_up(&v, (char *)out), "stopped");
    CHECK(out[0] == 21 && out[1] == 20 && out[2] == 11 && out[3] == 11 && out[4] == 20, "%d",
          out[0]);
}

/* The same numbers turned: codes, scales and values are, too. */
static void test_across(void)
{
    const nf_format *f = named("float8_e4m3fn");
    nf_block_powers p = {9, -127, 127, 0, 255};
    for (int i = 0; i < 300; i++) {
        enum { MOST = 40 * 37 };
        float x[MOST], y[MOST];
        char codes[MOST], turned[MOST];
        uint8_t scales[MOST], of_turned[MOST], row[256], out[MOST], out_turned[MOST];
        intptr_t length = draw_below(41), inner = 2 + draw_below(36), block = 1 + draw_below(45);
        intptr_t blocks = (length + block - 1) / block;
        for (intptr_t j = 0; j < length * inner; j++)
            x[j] = y[j % inner * length + j / inner] = (float)draw_near_tie(f, 1);
        nf_blocks b = {*f, x, false, 1, length, inner, block},
                  c = {*f, y, false, inner, length, 1, block};
        CHECK(nf_blocks_quantize(&b, &p, codes, scales), "stopped");
        CHECK(nf_blocks_quantize(&c, &p, turned, of_turned), "stopped");
        for (intptr_t j = 0; j < length * inner; j++)
            CHECK(codes[j] == turned[j % inner * length + j / inner], "code %ld", (long)j);
        for (intptr_t j = 0; j < blocks * inner; j++) {
            CHECK(scales[j] == of_turned[j % inner * blocks + j / inner], "scale %ld", (long)j);
            scales[j] = of_turned[j % inner * blocks + j / inner] = 0;
        }
        for (int j = 0; j < 256; j++)
            row[j] = (uint8_t)(j * 7 + 1);
        nf_block_values v = {(uint8_t *)codes, scales, (char *)row, 1, 256, 1,
                             length,           inner,  block};
        nf_block_values w = {
            (uint8_t *)turned, of_turned, (char *)row, 1, 256, inner, length, 1, block};
        CHECK(nf_blocks_look_up(&v, (char *)out) && nf_blocks_look_up(&w, (char *)out_turned),
              "stopped");
        for (intptr_t j = 0; j < length * inner; j++)
            CHECK(out[j] == out_turned[j % inner * length + j / inner] &&
                      out[j] == (uint8_t)((uint8_t)codes[j] * 7 + 1),
                  "value %ld", (long)j);
    }
}

/* A product of two doubles rounded to odd is exact, or its last bit is set and it is cut. */
static void test_scaled_sums(void)
{
    for (int i = 0; i < 20000; i++) {
        int64_t a = (int64_t)(draw() >> 11), b = (int64_t)(draw() >> 16);
        double x = (double)a, out;
        CHECK(nf_blocks_scale(&x, (double)b, 1, &out), "stopped");
        nf_u128 exact = (nf_u128)(uint64_t)a * (uint64_t)b;
        int drop = 0;
        while (exact >> drop >> 53)
            drop++;
        uint64_t kept = (uint64_t)(exact >> drop);
        kept |= (nf_u128)kept << drop != exact;
        CHECK(out == (double)kept * nf_power_of_two(drop), "%a * %a", x, (double)b);
    }
}

static void test_blocks(void)
{
    test_across();
    test_scaled_sums();
    test_special_blocks();
    test_looking_up();
    for (int i = 0; i < 2000; i++) {
        nf_format f = draw_element();
        check_encoded(&f, draw_below(2));
        check_powers(&f);
    }
}
