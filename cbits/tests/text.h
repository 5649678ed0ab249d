/* SPDX-License-Identifier: BSD-3-Clause */
/* Does printed text read back, in Python's layout and grammar, for any input? */
#include "check.h"

static void test_text_reads_back(void)
{
    char text[NF_TEXT_MAX];
    for (int i = 0; i < nf_named_count; i++) {
        const nf_format *f = &nf_named_formats[i].format;
        for (uint64_t j = 0; j < 4096; j++) {
            uint64_t code = f->bits <= 12 ? j & nf_mask(f->bits) : draw_code(f);
            size_t length = nf_format_code(f, code, text);
            bool nan = nf_decode(f, code).cls == NF_NOT_A_NUMBER;
            CHECK(length == strlen(text) && length < NF_TEXT_MAX, "%s", text);
            CHECK(nan ? strcmp(text, "nan") == 0 : read_code(f, text) == code, "%s %llx %s",
                  nf_named_formats[i].name, (unsigned long long)code, text);
        }
    }
}

static void test_layout(void)
{
    static const char *const same[] = {/* what binary64 prints for itself */
                                       "0.0",
                                       "-0.0",
                                       "1.0",
                                       "0.1",
                                       "0.0001",
                                       "1e-05",
                                       "1.5e+20",
                                       "1e+16",
                                       "1234567890123456.0",
                                       "5e-324",
                                       "1.7976931348623157e+308",
                                       "inf",
                                       "-inf",
                                       "nan",
                                       "123456.789",
                                       "-1e+22",
                                       "9.5"};
    static const struct {
        const char *format, *in, *out;
    } ends[] = {{"posit32", "1e99", "1e+36"},
                {"posit16", "1e-99", "1e-17"},
                {"float8_e8m0fnu", "0.25", "0.2"},
                {"bposit16", "1e-99", "1.7e-58"},
                {"q7", "1", "0.99"},
                {"q7", "-1", "-1.0"},
                {"float6_e2m3fn", "9", "7.5"},
                {"binary16", "65504", "65500.0"}};
    char text[NF_TEXT_MAX];
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        nf_format_code(named("binary64"), read_code(named("binary64"), same[i]), text);
        CHECK(strcmp(text, same[i]) == 0, "%s: %s", same[i], text);
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const nf_format *f = named(ends[i].format);
        nf_format_code(f, read_code(f, ends[i].in), text);
        CHECK(strcmp(text, ends[i].out) == 0, "%s %s: %s", ends[i].format, ends[i].in, text);
    }
}

static void test_grammar(void)
{
    static const char *const good[] = {"1_000.0_1e1_0", "1.",     ".5",
                                       "+1E+5",         "\t 1\n", "-InFinity",
                                       "NaR",           "00",     "1e-99999999999999999999"};
    static const char *const bad[] = {"",    " ",   ".",     "e5",   "1e",   "1_",   "_1",  "1__0",
                                      "0x1", "1 2", "infin", "1_e5", "1e_5", "1._5", "--1", "+ 1"};
    nf_unpacked x;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(nf_parse(good[i], strlen(good[i]), &x), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!nf_parse(bad[i], strlen(bad[i]), &x), "%s", bad[i]);
    CHECK(!nf_parse("1\0", 2, &x), "NUL");
    static const char alphabet[] = "0123456789..__eE+- infaNrty\xff\0";
    for (int i = 0; i < 50000; i++) { /* in memory of exactly that length: overreads are seen */
        size_t n = (size_t)draw_below(24);
        char *text = malloc(n + !n);
        for (size_t j = 0; j < n; j++)
            text[j] = alphabet[draw_below((int)sizeof alphabet)];
        if (nf_parse(text, n, &x))
            CHECK((x.hi >> 63) == (x.cls == NF_FINITE) && x.cls <= NF_NOT_A_NUMBER, "%.*s", (int)n,
                  text);
        free(text);
    }
}

/* A decimal of many digits just above, at and just below the middle between 1 and the next code. */
static void test_long_decimals(void)
{
    enum { ZEROS = 40000 };
    static char text[ZEROS + 128];
    const char *const middle = "1.00000000000000011102230246251565404236316680908203125";
    const nf_format *f = named("binary64");
    uint64_t one = read_code(f, "1");
    size_t n = strlen(middle);
    memcpy(text, middle, n);
    memset(text + n, '0', ZEROS);
    CHECK(read_code(f, text) == one, "tie");
    text[n + ZEROS] = '1';
    CHECK(read_code(f, text) == one + 1, "tie and 10^-40000");
    text[n - 1] = '4';
    memset(text + n, '9', ZEROS + 1);
    CHECK(read_code(f, text) == one, "tie less 10^-40000");
    memset(text, '0', ZEROS);
    memcpy(text, "1", 1);
    memcpy(text + ZEROS, "e-39999", 8);
    CHECK(read_code(f, text) == one, "10^39999 * 10^-39999");
}
