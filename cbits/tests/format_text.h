/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the text of a format read back as it, and does any text read as a format or as an error?
 * Rows come from fuzz.h. */
#include "check.h"

/* In memory of exactly that length: overreads are seen. */
static nf_status read_exactly(const char *text, size_t n, nf_format *f, nf_text_error *error)
{
    char *copy = malloc(n + !n);
    memcpy(copy, text, n);
    nf_status status = nf_read_format(copy, n, f, error);
    free(copy);
    CHECK(status == NF_OK || (int)status == error->status, "%.*s", (int)n, text);
    CHECK(error->at >= -1 && error->at <= (int64_t)n && error->length <= n, "%.*s", (int)n, text);
    CHECK(memchr(error->allowed, 0, sizeof error->allowed) != NULL, "%.*s", (int)n, text);
    CHECK(memchr(error->value, 0, sizeof error->value) != NULL, "%.*s", (int)n, text);
    CHECK(status != NF_OK || nf_format_check(f) == NF_OK, "%.*s", (int)n, text);
    return status;
}

/* Texts say no rounding of a posit or takum, and no bias of a truncated float. */
static bool is_canonical(const nf_format *f)
{
    bool tapered = f->family == NF_POSIT || f->family == NF_TAKUM_LINEAR;
    bool biased = f->family == NF_TRUNCATED && f->bias != (1 << (f->exp - 1)) - 1;
    return (!tapered || f->rounding == NF_NEAREST_EVEN) && !biased &&
           (f->family != NF_TRUNCATED || (f->exp > 1 && f->man > 0));
}

/* One to three bytes changed, taken out or put in. */
static size_t spoil(char *text, size_t n)
{
    static const char bytes[] = "<>,==  posit_ez0123456789-+truefalsn\xff\0";
    for (int i = draw_below(3); i >= 0; i--) {
        size_t at = (size_t)draw_below((int)n + 1);
        char c = bytes[draw_below((int)sizeof bytes)];
        int what = draw_below(3);
        if (what == 0 && at < n) {
            text[at] = c;
        } else if (what == 1 && at < n) {
            memmove(text + at, text + at + 1, --n - at);
        } else if (what == 2 && n < NF_FORMAT_TEXT_MAX) {
            memmove(text + at + 1, text + at, n++ - at);
            text[at] = c;
        }
    }
    return n;
}

static void test_format_text(void)
{
    char text[NF_FORMAT_TEXT_MAX + 1];
    nf_text_error error;
    for (int i = 0; i < nf_named_count; i++) {
        nf_format f, g;
        const nf_named *named = &nf_named_formats[i];
        CHECK(read_exactly(named->name, strlen(named->name), &f, &error) == NF_OK, "%s",
              named->name);
        size_t n = nf_print_format(&f, text);
        CHECK(read_exactly(text, n, &g, &error) == NF_OK &&
                  memcmp(&g, &named->format, sizeof g) == 0,
              "%s", text);
    }
    static const char *const ends[] = {"", " ", "<", ">", "<>", " < > ", "posit<", "posit<8", "\t"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        nf_format f;
        CHECK(read_exactly(ends[i], strlen(ends[i]), &f, &error) != NF_OK, "%s", ends[i]);
    }
    for (int i = 0; i < 40000; i++) {
        nf_format f = draw_row(), g;
        size_t n = nf_print_format(&f, text);
        CHECK(n == strlen(text) && n < NF_FORMAT_TEXT_MAX, "%s", text);
        if (is_canonical(&f))
            CHECK(read_exactly(text, n, &g, &error) == NF_OK && memcmp(&f, &g, sizeof g) == 0, "%s",
                  text);
        n = spoil(text, n);
        read_exactly(text, n, &g, &error);
    }
}
