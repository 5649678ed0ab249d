/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a CPU level multiply matrices of doubles and floats?  Compiled once per level.
 *
 * A panel of b, two vectors wide, is copied side by side; then six rows of a at a time meet it, and
 * their twelve vectors of sums stay in registers. */
#include "ordered_products.h"
#include "of_level.h"

#if defined(__AVX512F__)
enum { BYTES = 64 };
#elif defined(__AVX__)
enum { BYTES = 32 };
#else
enum { BYTES = 16 };
#endif
enum { HEIGHT = 6 };

#define NF_PRODUCTS_OF(T, name)                                                                    \
    typedef T name##_vector __attribute__((vector_size(BYTES), aligned(sizeof(T)), may_alias));    \
    enum { name##_width = BYTES / sizeof(T) };                                                     \
                                                                                                   \
    static void name##_pack(const nf_ordered_product *g, intptr_t j, intptr_t width, T *panel)     \
    {                                                                                              \
        for (intptr_t l = 0; l < g->k; l++, panel += 2 * name##_width) {                           \
            const T *b = (const T *)g->b + l * g->b_row + j * g->b_column;                         \
            for (intptr_t i = 0; i < 2 * name##_width; i++)                                        \
                panel[i] = i < width ? b[i * g->b_column] : 0;                                     \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    static void name##_put(const nf_ordered_product *g, intptr_t i, intptr_t j, const T *sums,     \
                           intptr_t width)                                                         \
    {                                                                                              \
        T *c = (T *)g->c + i * g->c_row + j * g->c_column;                                         \
        const T *d = (const T *)g->addend + i * g->addend_row + j * g->addend_column;              \
        for (intptr_t e = 0; e < width; e++)                                                       \
            c[e * g->c_column] = !g->addend    ? sums[e]                                           \
                                 : g->subtract ? d[e * g->addend_column] - sums[e]                 \
                                               : d[e * g->addend_column] + sums[e];                \
    }                                                                                              \
                                                                                                   \
    static void name(const nf_ordered_product *g, void *room)                                      \
    {                                                                                              \
        T *panel = room;                                                                           \
        for (intptr_t j = 0; j < g->n; j += 2 * name##_width) {                                    \
            intptr_t width = g->n - j < 2 * name##_width ? g->n - j : 2 * name##_width;            \
            name##_pack(g, j, width, panel);                                                       \
            for (intptr_t i = 0; i < g->m; i += HEIGHT) {                                          \
                intptr_t height = g->m - i < HEIGHT ? g->m - i : HEIGHT;                           \
                const T *a[HEIGHT];                                                                \
                name##_vector s[HEIGHT][2] = {{{0}}};                                              \
                for (intptr_t e = 0; e < HEIGHT; e++)                                              \
                    a[e] = (const T *)g->a + (i + (e < height ? e : 0)) * g->a_row;                \
                for (intptr_t l = 0; l < g->k; l++) {                                              \
                    const name##_vector *b = (const void *)(panel + l * 2 * name##_width);         \
                    name##_vector x = b[0], y = b[1];                                              \
                    _Pragma("GCC unroll 6") for (int e = 0; e < HEIGHT; e++)                       \
                    {                                                                              \
                        T scalar = a[e][l * g->a_column];                                          \
                        s[e][0] += scalar * x;                                                     \
                        s[e][1] += scalar * y;                                                     \
                    }                                                                              \
                }                                                                                  \
                for (intptr_t e = 0; e < height; e++) {                                            \
                    T sums[2 * name##_width];                                                      \
                    *(name##_vector *)(void *)sums = s[e][0];                                      \
                    *(name##_vector *)(void *)(sums + name##_width) = s[e][1];                     \
                    name##_put(g, i + e, j, sums, width);                                          \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }

NF_PRODUCTS_OF(double, doubles)
NF_PRODUCTS_OF(float, floats)

const nf_ordered_products NF_OF_LEVEL(nf_ordered_products_) = {.doubles = doubles,
                                                               .floats = floats};
