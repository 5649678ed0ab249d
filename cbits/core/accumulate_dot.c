/* SPDX-License-Identifier: BSD-3-Clause */
/* Which loop adds the products of two arrays exactly? */
#include "accumulator.h"
#include "patterns.h"

NF_INLINE void dot(nf_accumulator *q, const nf_format *f, const nf_format *g, const char *x,
                   intptr_t x_stride, const char *y, intptr_t y_stride, intptr_t n)
{
    int f_size = nf_size(f), g_size = nf_size(g);
    for (; n > 0; n--, x += x_stride, y += y_stride)
        nf_accumulate_codes(q, f, g, nf_load_code(x, f_size), nf_load_code(y, g_size));
}

/* One copy of the loop per instance, which folds what it knows of a row that both factors have, and
 * one for any two rows. */
#define NF_INSTANCE(name, loops, serves, row, element)                                             \
    static void dot_##name(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,     \
                           intptr_t y_stride, intptr_t n)                                          \
    {                                                                                              \
        const nf_format *const f = &q->a, *const r = (row);                                        \
        (void)f;                                                                                   \
        dot(q, r, r, x, x_stride, y, y_stride, n);                                                 \
    }
#include "each_instance.h"

static void dot_any(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                    intptr_t y_stride, intptr_t n)
{
    const nf_format a = q->a, b = q->b;
    dot(q, &a, &b, x, x_stride, y, y_stride, n);
}

nf_dot *nf_find_dot(const nf_format *a, const nf_format *b)
{
    static nf_dot *const dots[] = {
#define NF_INSTANCE(name, loops, serves, row, element) dot_##name,
#include "each_instance.h"
    };
    int i = nf_same_row(a, b) ? nf_find_instance(a, 0) : -1;
    return i < 0 ? dot_any : dots[i];
}

void nf_accumulate_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                       intptr_t y_stride, intptr_t n)
{
    q->dot(q, x, x_stride, y, y_stride, n);
}
