/* SPDX-License-Identifier: BSD-3-Clause */
/* Do long formats, of up to 60 significant bits, get from the 64-bit field what the 128-bit one
 * gives? */

#include "core/elements.h"

static void compare_fields(const nf_format *f, const char *name, uint64_t narrow, uint64_t wide,
                           uint64_t a, uint64_t b)
{
    CHECK(narrow == wide, "%s of family %d, %d bits: %llx, %llx: %llx, not %llx", name, f->family,
          f->bits, (unsigned long long)a, (unsigned long long)b, (unsigned long long)narrow,
          (unsigned long long)wide);
}

#define NF_FIELDS(name, narrow, wide)                                                              \
    compare_fields(f, name, nf_result_64(f, narrow, &env), nf_result_128(f, wide, &env), a, b)

static void test_fields_of(const nf_format *f, uint64_t a, uint64_t b)
{
    nf_env env = {0, 0, 0, 0};
    nf_number_64 x = nf_load_64(f, a), y = nf_load_64(f, b);
    nf_number_128 v = nf_load_128(f, a), w = nf_load_128(f, b);
    NF_FIELDS("sum", nf_do_add_64(f, x, y, &env), nf_do_add_128(f, v, w, &env));
    NF_FIELDS("difference", nf_do_sub_64(f, x, y, &env), nf_do_sub_128(f, v, w, &env));
    NF_FIELDS("product", nf_do_mul_64(f, x, y, &env), nf_do_mul_128(f, v, w, &env));
    if (x.cls != NF_FINITE || y.cls != NF_FINITE)
        return;
    NF_FIELDS("quotient", nf_div_long(x, y), nf_do_div_128(f, v, w, &env));
#ifdef NF_HAS_LONG_ROOT
    x.sign = v.sign = 0;
    NF_FIELDS("root", nf_sqrt_long(x), nf_do_sqrt_128(f, v, &env));
#endif
}

/* Any codes, codes with few bits, neighbours of 1, and of squares, whose roots are exact. */
static void test_fields(void)
{
    static const char *const names[] = {"posit64", "bposit64", "bposit64q", "takum_linear64",
                                        "binary64"};
    for (int i = 0; i < 100000; i++) {
        const nf_format *f = named(names[i % 5]);
        uint64_t few = ~(uint64_t)0 << draw_below(60), mask = nf_mask(f->bits);
        uint64_t a = draw() & few & mask, b = draw() & few & mask, near = draw() % 3 - 1;
        nf_env env = {0, 0, 0, 0};
        if (draw_below(4) == 0)
            a = (nf_limits_of(f).one + near) & mask;
        if (draw_below(4) == 0)
            b = (nf_el_square(f, a, &env) + near) & mask;
        test_fields_of(f, draw_below(2) ? a : b, b);
    }
}
