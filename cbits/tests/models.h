/* SPDX-License-Identifier: BSD-3-Clause */
/* Do both paths of every accumulator model agree, on any codes, sizes and rounding modes? */
#include "check.h"
#include "nf_exact.h"
#include "core/rows.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { MOST_ROWS = 5, MOST_TERMS = 19, MOST_COLUMNS = 140 };

static void draw_codes(const nf_format *f, uint32_t *codes, int n)
{
    for (int i = 0; i < n; i++)
        codes[i] = 0, nf_store_code((char *)&codes[i], nf_size(f), draw_code(f));
}

static void compare_paths(const nf_model *model, const nf_format *fa, const nf_format *fb,
                          const nf_format *t)
{
    static uint32_t a[MOST_ROWS * MOST_TERMS], b[MOST_TERMS * MOST_COLUMNS];
    static uint32_t out[3][MOST_ROWS * MOST_COLUMNS];
    int m = draw_below(MOST_ROWS) + 1, k = draw_below(MOST_TERMS + 1);
    int n = draw_below(8) ? draw_below(20) + 1 : MOST_COLUMNS;
    bool sums = draw_below(4) == 0;
    draw_codes(fa, a, m * k);
    draw_codes(fb, b, k * n);
    static const nf_path paths[] = {NF_PATH_AUTO, NF_PATH_LOOP, NF_PATH_DOUBLES};
    nf_product p = {.a = {*fa, (char *)a, 4 * k, 4},
                    .b = {*fb, sums ? NULL : (char *)b, 4 * n, 4},
                    .m = m,
                    .k = k,
                    .n = sums ? 1 : n,
                    .model = model};
    uint32_t flags[3];
    nf_outcome outcome[3];
    for (int i = 0; i < 3; i++) {
        nf_env env = {0, 0, 0, 0};
        memset(out[i], 0, sizeof out[i]);
        p.out = (nf_matrix){*t, (char *)out[i], 4 * n, 4};
        p.path = paths[i];
        outcome[i] = nf_multiply(&p, &env);
        flags[i] = env.flags;
    }
    CHECK(outcome[0] == NF_DONE && outcome[1] == NF_DONE, "no memory");
    CHECK(memcmp(out[0], out[1], sizeof out[0]) == 0 && flags[0] == flags[1],
          "kind %d, k = %d, %d columns", model->kind, k, n);
    if (outcome[2] == NF_DONE)
        CHECK(memcmp(out[2], out[1], sizeof out[0]) == 0 && flags[2] == flags[1],
              "kind %d, k = %d, %d columns", model->kind, k, n);
}

static const nf_format *draw_short(void)
{
    static const nf_format bare =
        NF_ROW_FLOAT(1, 8, 0, 127, 1, 1, 1, NONE, NONE, NEAREST_EVEN, SATURATE);
    const nf_format *f = &nf_named_formats[draw_below(nf_named_count)].format;
    if (draw_below(8) == 0)
        return &bare; /* ties by the exponent */
    return f->bits <= 32 ? f : draw_short();
}

static void test_model_paths(void)
{
#if defined(__x86_64__)
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0xE040); /* toward zero, flushing results and operands */
#endif
    for (int i = 0; i < 3000; i++) {
        nf_model model = {.kind = i % (NF_MODEL_PAIRWISE + 1),
                          .width = draw_below(draw_below(2) ? 51 : NF_MODEL_WIDTH_MAX) + 1,
                          .block = draw_below(20) + 1,
                          .f = nf_named_formats[draw_below(nf_named_count)].format,
                          .g = nf_named_formats[draw_below(nf_named_count)].format};
        compare_paths(&model, draw_short(), draw_short(), draw_short());
    }
#if defined(__x86_64__)
    CHECK(_mm_getcsr() >> 13 == 7, "the caller's rounding mode comes back");
    _mm_setcsr(before);
#endif
}
