/* SPDX-License-Identifier: BSD-3-Clause */
/* Does libnumformats refuse what cannot be, and survive any text and any row?  (`make sanitize`; the
 * Python tests compare with the oracle.) */
#include "numformats.h"
#include "numformats_dpi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long passed, failed;
#define CHECK(condition)                                                                           \
    ((condition) ? (void)passed++ : (void)(failed++, printf("line %d: %s\n", __LINE__, #condition)))

static uint64_t state = 1;

static uint64_t draw(void)
{
    return nf_random_word(11, 0, state++);
}

/* Texts of models and formats with bytes changed, in memory of exactly their length. */
static void test_texts(void)
{
    static const char *const texts[] = {"blocked(float<exp=5,man=10>,16,binary32)",
                                        "aligned(24,16)", "systolic(posit16,128)", "pairwise",
                                        "fixed<8,frac=4,signed=false>"};
    static const char bytes[] = "(),<>=0123456789 abcposit";
    for (int i = 0; i < 40000; i++) {
        const char *text = texts[draw() % 5];
        size_t n = strlen(text);
        char *copy = malloc(n + 1);
        memcpy(copy, text, n + 1);
        for (uint64_t k = draw() % 4; k > 0; k--)
            copy[draw() % n] = bytes[draw() % (sizeof bytes - 1)];
        copy[draw() % 2 ? n : draw() % (n + 1)] = 0;
        nf_text_error error;
        nf_model model;
        nf_format f;
        char sentence[64];
        if (nf_model_parse(copy, &model, &error) != NF_OK)
            CHECK(nf_format_explain(copy, &error, sentence, sizeof sentence) > 0);
        if (nf_format_parse(copy, &f, &error) != NF_OK)
            CHECK(nf_format_explain(copy, &error, sentence, draw() % sizeof sentence) > 0);
        free(copy);
    }
}

/* Rows that look like formats: a Boolean that is 128, a posit without a sign, a field of another family. */
static void test_almost_rows(void)
{
    nf_format f = {.family = NF_FIXED, .bits = 32, .is_signed = 1, .zero = 1};
    f.overflow = NF_OVERFLOW_SATURATE;
    CHECK(nf_format_status(&f) == NF_OK);
    f.is_signed = 128; /* shifted by -96 */
    CHECK(nf_format_status(&f) == NF_BAD_SIGN);
    f.is_signed = 1;
    f.zero = 0;
    CHECK(nf_format_status(&f) == NF_BAD_ZERO);
    f.zero = 1;
    f.rs = 3; /* the same numbers in other bytes */
    CHECK(nf_format_status(&f) == NF_BAD_UNUSED);
    nf_format posit = {
        .family = NF_POSIT, .bits = 32, .rs = 31, .es = 2, .is_signed = 1, .zero = 1};
    posit.overflow = NF_OVERFLOW_SATURATE;
    CHECK(nf_format_status(&posit) == NF_OK);
    posit.is_signed = 0; /* -1 was not below 0 */
    CHECK(nf_format_status(&posit) == NF_BAD_SIGN);
    posit.is_signed = 1;
    posit.frac = 1;
    CHECK(nf_format_status(&posit) == NF_BAD_UNUSED);
}

/* Rows of random bytes: each is a format, or every call refuses it. */
static void test_rows(void)
{
    for (int i = 0; i < 20000; i++) {
        nf_format f;
        unsigned char *raw = (unsigned char *)&f;
        for (size_t k = 0; k < sizeof f; k++)
            raw[k] = (unsigned char)(draw() % 3 ? draw() % 12 : draw());
        nf_env env = {0, 1, 2, 3};
        uint64_t words[64] = {0}, code = 0;
        bool is_format = nf_format_status(&f) == NF_OK;
        nf_add(&f, 1, 2, &env);
        nf_exp(&f, 1, &env);
        nf_from_double(&f, 0.5, &env);
        CHECK(is_format || env.flags == NF_REFUSED);
        CHECK((nf_quire_size(&f) == 0) == !is_format);
        if (!is_format)
            CHECK(nf_quire_mul_add(&f, words, 1, 1) != NF_OK &&
                  nf_quire_round(&f, words, &f, &code, &env) != NF_OK);
        char text[8];
        nf_format_print(&f, text, sizeof text);
    }
}

static void test_handles(void)
{
    void *posit = nf_dpi_open("posit8"), *wrong = nf_dpi_open("posit<8"), *none = nf_dpi_open(NULL);
    CHECK(nf_dpi_error(posit)[0] == 0 && nf_dpi_error(wrong)[0] != 0 && nf_dpi_error(none)[0] != 0);
    void *quire = nf_dpi_quire_open(wrong), *sum = nf_dpi_sum_open(posit, "exact");
    nf_dpi_quire_mul_add(quire, 1, 1);
    nf_dpi_quire_clear(quire);
    CHECK(nf_dpi_take_flags(wrong) == NF_REFUSED && nf_dpi_take_flags(wrong) == 0);
    CHECK(nf_dpi_sum_open(posit, "no model") == NULL);
    nf_dpi_sum_push(NULL, 1, 1);
    for (int i = 0; i < 300; i++) /* more than one room */
        nf_dpi_sum_push(sum, 0x40, 0x40);
    unsigned long long total = nf_dpi_sum_round(sum, posit);
    CHECK(total == nf_dpi_from_real(posit, 300));
    nf_dpi_sum_push(sum, 256, 0);
    CHECK(nf_dpi_take_flags(posit) == NF_REFUSED);
    nf_dpi_sum_clear(sum);
    CHECK(nf_dpi_sum_round(sum, posit) == 0);
    nf_dpi_sum_close(sum);
    nf_dpi_sum_close(NULL);
    nf_dpi_quire_close(quire);
    nf_dpi_close(posit);
    nf_dpi_close(wrong);
    nf_dpi_close(none);
}

/* Codes of 12 bits in arrays of 16, unaligned, of every kind of operation. */
static void test_arrays(void)
{
    enum { N = 100 };
    nf_format f;
    CHECK(nf_format_parse("posit<12,es=1>", &f, NULL) == NF_OK);
    static char memory[5][16 * N + 1];
    const intptr_t strides[] = {11, 9, 13, 16};
    for (int op = 0; nf_operation_name(op); op++) {
        for (int k = 0; k < 4; k++)
            for (int i = 0; i < N; i++) {
                uint64_t x = draw() % 4096;
                memcpy(memory[k] + 1 + i * strides[k], &x,
                       k == 1 && nf_operation_kind(op) == NF_KIND_TI_T ? 8 : 2);
            }
        void *data[] = {memory[0] + 1, memory[1] + 1, memory[2] + 1, memory[3] + 1};
        nf_env env = {0, 0, 0, 0};
        CHECK(nf_operate_array(&f, op, data, strides, N, &env) == NF_OK);
        memory[0][2] = (char)0xFF; /* a code of 16 bits */
        CHECK(nf_operate_array(&f, op, data, strides, N, &env) == NF_BAD_CODE);
    }
}

int main(void)
{
    test_texts();
    test_almost_rows();
    test_rows();
    test_handles();
    test_arrays();
    printf("%ld passed, %ld failed, level %s\n", passed, failed, nf_cpu_level());
    return failed != 0;
}
