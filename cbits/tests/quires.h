/* SPDX-License-Identifier: BSD-3-Clause */
/* Do quires of any width survive any row and any code, and do their words mean their sums? */
#include "nf_quire.h"

/* Terms one by one, and all at once: the same words, unless a partial sum was too long. */
static void check_quire(const nf_format *f, nf_quire_layout layout)
{
    enum { TERMS = 5, WORDS = 1544 };
    static uint64_t one_by_one[WORDS], at_once[WORDS];
    int words = nf_quire_words(layout), size = nf_storage_bytes(f);
    char x[8 * TERMS], y[8 * TERMS];
    CHECK(words <= WORDS, "%d words", words);
    memset(one_by_one, 0, sizeof one_by_one);
    memset(at_once, 0, sizeof at_once);
    for (int i = 0; i < TERMS; i++) {
        nf_store_code(x + i * size, size, draw_near(f, draw_below(3)));
        nf_store_code(y + i * size, size, draw_near(f, draw_below(3)));
    }
    nf_terms_of a = {*f, x, 0, size}, b = {*f, y, 0, size};
    CHECK(nf_quires_add(layout, at_once, 1, &a, &b, TERMS, false), "memory");
    for (int i = 0; i < TERMS; i++, a.data += size, b.data += size)
        CHECK(nf_quires_add(layout, one_by_one, 1, &a, &b, 1, false), "memory");
    uint64_t nar[2] = {0, 0}, codes[2] = {0, 0};
    nf_env env = {0, 0, 0, 0};
    nf_quires_round(layout, one_by_one, 1, f, (char *)&codes[0], size, &env);
    env.index = 0; /* the same random word */
    nf_quires_round(layout, at_once, 1, f, (char *)&codes[1], size, &env);
    bool same = memcmp(one_by_one, at_once, (size_t)words * sizeof *at_once) == 0;
    uint64_t top = one_by_one[words - 1] << (63 - (layout.bits - 1) % 64);
    nar[0] = top == (uint64_t)1 << 63;
    CHECK(same || nar[0], "family %d, %d bits", f->family, f->bits);
    CHECK(!same || codes[0] == codes[1], "codes");
    /* and back to nothing */
    a.data = x, b.data = y;
    nf_quires_add(layout, at_once, 1, &a, &b, TERMS, true);
    bool zero = true;
    for (int i = 0; i < words; i++)
        zero &= at_once[i] == 0;
    nar[1] = at_once[words - 1] << (63 - (layout.bits - 1) % 64) == (uint64_t)1 << 63;
    CHECK(zero || nar[1], "the difference is not 0: family %d, %d bits", f->family, f->bits);
}

static void test_quires(void)
{
    for (int i = 0; i < 4000; i++) {
        nf_format f = i % 2 ? nf_named_formats[draw_below(nf_named_count)].format : draw_row();
        nf_quire_layout layout = nf_quire_layout_of(&f);
        CHECK(nf_quire_holds(layout, &f, &f) && layout.bits >= 32, "%d bits", layout.bits);
        check_quire(&f, layout);
        layout.bits = 2 + draw_below(layout.bits);
        check_quire(&f, layout);
    }
}
