/* SPDX-License-Identifier: BSD-3-Clause */
/* Do codes decode and encode as the definitions and known vectors say? */
#include "check.h"

static void test_round_trip_of_every_code(void)
{
    for (int i = 0; i < nf_named_count; i++) {
        const nf_format *f = &nf_named_formats[i].format;
        uint64_t count = f->bits <= 16 ? (uint64_t)1 << f->bits : 20000;
        for (uint64_t j = 0; j < count; j++) {
            uint64_t code = f->bits <= 16 ? j : draw_code(f);
            nf_env env = {0, 0, 0, 0};
            nf_unpacked x = nf_decode(f, code);
            uint64_t again = nf_encode(f, x, &env);
            bool same = x.cls == NF_NOT_A_NUMBER ? nf_decode(f, again).cls == NF_NOT_A_NUMBER
                                                 : again == code && env.flags == 0 &&
                                                       (x.hi >> 63) == (x.cls == NF_FINITE);
            CHECK(same, "%s %llx", nf_named_formats[i].name, (unsigned long long)code);
        }
    }
}

static void test_vectors(void)
{
    static const struct {
        const char *format, *text;
        uint64_t code;
    } v[] = {
        {"posit8", "1", 0x40},
        {"posit8", "3", 0x4C},
        {"posit8", "-1", 0xC0},
        {"posit8", "3.14159265358979", 0x4D},
        {"posit8", "0.1", 0x25},
        {"posit8", "1000", 0x74},
        {"posit8", "8388608", 0x7F},
        {"posit8", "4194304", 0x7E},
        {"posit8", "4194305", 0x7F},
        {"posit8", "1e999999999999", 0x7F},
        {"posit8", "-1e-999999999999", 0xFF},
        {"posit16", "3.14159265358979", 0x4C91},
        {"posit16", "1e-5", 0x03A8},
        {"posit32", "3.14159265358979", 0x4C90FDAA},
        {"posit32", "0.1", 0x24CCCCCD},
        {"posit32", "1e5", 0x7C435000},
        {"posit32", "nar", 0x80000000},
        {"bposit16", "6.02214076e23", 0x73C0},
        {"bposit16", "1e-57", 0x0029},
        {"bposit16", "1e60", 0x7FFF},
        {"bposit16", "-1e-70", 0xFFFF},
        {"bposit16", "1.001953125", 0x4000},
        {"bposit16", "1.005859375", 0x4002},
        {"takum_linear8", "1", 0x40},
        {"takum_linear16", "-1", 0xC000},
        {"binary16", "65519.999", 0x7BFF},
        {"binary16", "65520", 0x7C00},
        {"binary32", "1e-45", 1},
        {"binary64", "0.1", 0x3FB999999999999A},
        {"binary64", "-nan", 0x7FF8000000000000},
        {"float8_e4m3fn", "448", 0x7E},
        {"float8_e4m3fn", "465", 0x7F},
        {"float8_e5m3fnu", "118784", 0xFE}, /* a tie; the even code is the last finite one */
        {"float8_e5m3fnu", "118785", 0xFF},
        {"float8_e5m3fnu", "-1", 0xFF},
        {"float8_e8m0fnu", "1.5", 0x80},
        {"float4_e2m1fn", "-100", 0xF},
        {"q15", "1", 0x7FFF},
        {"q15", "-1", 0x8000},
    };
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        uint64_t code = read_code(named(v[i].format), v[i].text);
        CHECK(code == v[i].code, "%s %s: %llx", v[i].format, v[i].text, (unsigned long long)code);
    }
    CHECK(nf_random(0, 0, 0) == 0x02f4ba6408e4d89b &&
              nf_random(1, 2, 3) == UINT64_C(0xf63f3bf4962c3942),
          "numpy's Philox");
    CHECK(nf_random(1, 2, 4) == 0x04dcc60473aa0f43 &&
              nf_random(~(uint64_t)0, 12345, 9) == UINT64_C(0xa05f0084e8a5aa67),
          "Philox");
}
