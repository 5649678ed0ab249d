/* SPDX-License-Identifier: BSD-3-Clause */
/* Do all paths of a matrix product agree, for any two rows, any codes and any layout? */
#include "nf_exact.h"

/* c = transpose(a) * b, in the order in which it is written. */
static bool plain_gemm(void *context, intptr_t m, intptr_t k, intptr_t n, const double *a,
                       const double *b, double *c)
{
    ++*(int *)context;
    for (intptr_t i = 0; i < m; i++)
        for (intptr_t j = 0; j < n; j++) {
            double sum = 0;
            for (intptr_t l = 0; l < k; l++)
                sum += a[l * m + i] * b[l * n + j];
            c[i * n + j] = sum;
        }
    return true;
}

/* Codes at random, or near one another, so that not every product is an extreme. */
static uint64_t draw_near(const nf_format *f, int kind)
{
    nf_limits limits = nf_limits_of(f);
    switch (kind) {
    case 0: return draw_code(f);
    case 1: return (limits.one + draw() % 64 - 32) & nf_mask(f->bits);
    case 2: return draw_below(8) ? limits.one ^ (draw() & nf_mask(f->bits) >> 3) : limits.minpos;
    default: return draw() % 2 ? limits.maxpos : limits.lowest;
    }
}

/* rows x columns codes, one byte off any alignment; by rows or by columns. */
static nf_matrix draw_matrix(const nf_format *f, intptr_t rows, intptr_t columns)
{
    intptr_t size = nf_storage_bytes(f);
    int kind = (int)(draw() % 4);
    nf_matrix x = {*f, (char *)malloc((size_t)(rows * columns * size + 1)) + 1, columns * size,
                   size};
    if (draw() % 2) {
        x.row = size;
        x.column = rows * size;
    }
    for (intptr_t i = 0; i < rows; i++)
        for (intptr_t j = 0; j < columns; j++)
            nf_store_code(x.data + i * x.row + j * x.column, (int)size,
                          draw_near(f, draw() % 50 ? kind : 0));
    return x;
}

static void free_matrix(nf_matrix x)
{
    free(x.data - 1);
}

/* The product on one path against the plain loop: codes, flags and random words. */
static int check_path(nf_product p, nf_path path, const char *want, nf_env before, uint32_t flags)
{
    size_t bytes = (size_t)(p.m * p.n * nf_storage_bytes(&p.out.format));
    nf_env env = before;
    p.path = path;
    memset(p.out.data, 0, bytes);
    nf_outcome outcome = nf_multiply(&p, &env);
    if (outcome == NF_NO_PATH)
        return 0;
    CHECK(outcome == NF_DONE, "outcome %d", outcome);
    CHECK(memcmp(p.out.data, want, bytes) == 0 && env.flags == flags,
          "path %d: families %d and %d, %d and %d bits, %d x %d x %d", path, p.a.format.family,
          p.b.format.family, p.a.format.bits, p.b.format.bits, (int)p.m, (int)p.k, (int)p.n);
    return 1;
}

static int check_product(const nf_format *a, const nf_format *b, const nf_format *out)
{
    static const int inner[] = {0, 1, 15, 16, 40, 511, 513, 700};
    int calls = 0;
    nf_product p = {.k = inner[draw() % 8], .gemm = plain_gemm, .context = &calls};
    bool large = draw() % 3 == 0 && p.k < 100;
    p.m = large ? 24 + draw_below(120) : 1 + draw_below(4);
    p.n = large ? 24 + draw_below(9) : 1 + draw_below(4);
    p.a = draw_matrix(a, p.m, p.k);
    p.b = draw_matrix(b, p.k, p.n);
    p.out = draw_matrix(out, p.m, p.n);
    nf_matrix addend = draw_matrix(out, p.m, p.n);
    if (draw() % 3 == 0) {
        p.addend = &addend;
        p.subtract = draw() % 2;
    }
    nf_env before = {0, 1, 2, 3}, env = before;
    p.path = NF_PATH_LOOP;
    CHECK(nf_multiply(&p, &env) == NF_DONE, "loop");
    size_t bytes = (size_t)(p.m * p.n * nf_storage_bytes(out));
    char *want = malloc(bytes + 1);
    memcpy(want, p.out.data, bytes);
    int done = check_path(p, NF_PATH_EXTRACT, want, before, env.flags) +
               check_path(p, NF_PATH_SLICES, want, before, env.flags) +
               check_path(p, NF_PATH_AUTO, want, before, env.flags);
    free(want);
    free_matrix(p.a);
    free_matrix(p.b);
    free_matrix(p.out);
    free_matrix(addend);
    return done;
}

static void test_paths(void)
{
    int done = 0;
    for (int i = 0; i < 3000; i++) {
        nf_format a = i % 2 ? nf_named_formats[draw() % (unsigned)nf_named_count].format
                            : draw_row(),
                  b = draw() % 3 ? a : draw_row(), out = draw() % 2 ? a : draw_row();
        done += check_product(&a, &b, &out);
    }
    CHECK(done > 5000, "only %d paths ran", done);
    /* NaN beside NaN in a format without a zero: what stands in for it must raise nothing */
    const nf_format *powers = named("float8_e8m0fnu");
    for (int i = 0; i < 400; i++)
        check_product(powers, powers, powers);
}
