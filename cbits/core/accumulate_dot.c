/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop adds the products of two arrays exactly? */
#include "accumulator.h"
#include "rows.h"

NF_INLINE void dot(nf_accumulator *q, const nf_format *f, const nf_format *g, const char *x,
                   intptr_t x_stride, const char *y, intptr_t y_stride, intptr_t n)
{
    int f_size = nf_size(f), g_size = nf_size(g);
    for (; n > 0; n--, x += x_stride, y += y_stride)
        nf_accumulate_codes(q, f, g, nf_load_code(x, f_size), nf_load_code(y, g_size));
}

/* One copy of the loop per named row, which folds into it, and one for any two rows. */
#define NF_DOT(name, f, g)                                                                         \
    static void dot_##name(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,     \
                           intptr_t y_stride, intptr_t n)                                          \
    {                                                                                              \
        dot(q, f, g, x, x_stride, y, y_stride, n);                                                 \
    }
#define NF_DOT_ROW(name, ...)                                                                      \
    static const nf_format row_##name = __VA_ARGS__;                                               \
    NF_DOT(name, &row_##name, &row_##name)
#define POSIT(name, ...) NF_DOT_ROW(name, NF_ROW_POSIT(__VA_ARGS__))
#define TAKUM(name, ...) NF_DOT_ROW(name, NF_ROW_TAKUM(__VA_ARGS__))
#define FLOAT(name, ...) NF_DOT_ROW(name, NF_ROW_FLOAT(__VA_ARGS__))
#define TRUNCATED(name, ...) NF_DOT_ROW(name, NF_ROW_TRUNCATED(__VA_ARGS__))
#define FIXED(name, ...) NF_DOT_ROW(name, NF_ROW_FIXED(__VA_ARGS__))
#include "nf_formats.def"
#undef POSIT
#undef TAKUM
#undef FLOAT
#undef TRUNCATED
#undef FIXED
NF_DOT(any, &q->a, &q->b)

nf_dot *nf_find_dot(const nf_format *a, const nf_format *b)
{
#define POSIT(name, ...) dot_##name,
#define TAKUM POSIT
#define FLOAT POSIT
#define TRUNCATED POSIT
#define FIXED POSIT
    static nf_dot *const dots[] = {
#include "nf_formats.def"
    };
    int i = memcmp(a, b, sizeof *a) == 0 ? nf_find_named(a) : -1;
    return i < 0 ? dot_any : dots[i];
}

void nf_accumulate_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                       intptr_t y_stride, intptr_t n)
{
    q->dot(q, x, x_stride, y, y_stride, n);
}
