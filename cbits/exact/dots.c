/* SPDX-License-Identifier: BSD-3-Clause */
/* How do codes reach the blocks of doubles, and what happens where doubles cannot serve? */
#include "strips.h"
#include "core/host_rounding.h"
#include "core/ieee_rows.h"
#include "levels/stages.h"

/* ---- which formats --------------------------------------------------------------------------- */

/* Are its codes those of binary64, however it rounds? */
static bool is_double(const nf_format *f)
{
    nf_format g = *f;
    g.rounding = NF_NEAREST_EVEN;
    g.overflow = NF_OVERFLOW_INF;
    return nf_is_binary64(&g);
}

bool nf_fits_double(const nf_format *f)
{
    int least, most;
    nf_exponent_range(f, &least, &most);
    return nf_fits_words(f) && least >= -500 && most <= 500;
}

nf_double_plan nf_plan_doubles(const nf_format *a, const nf_format *b)
{
    bool short_a = nf_fits_double(a), short_b = nf_fits_double(b);
    nf_double_plan plan = {(short_a || is_double(a)) && (short_b || is_double(b)), NF_PRODUCT_ANY};
    if (short_a && short_b)
        plan.size = nf_significand_bits(a) + nf_significand_bits(b) <= 53 ? NF_PRODUCT_SHORT
                                                                          : NF_PRODUCT_LONG;
    return plan;
}

/* ---- codes to doubles ------------------------------------------------------------------------ */

static void copy_doubles(const char *codes, intptr_t stride, intptr_t n, double *out)
{
    if (stride == (intptr_t)sizeof *out)
        memcpy(out, codes, (size_t)n * sizeof *out);
    else
        for (intptr_t i = 0; i < n; i++)
            memcpy(out + i, codes + i * stride, sizeof *out);
}

void nf_to_doubles(const nf_format *f, const char *codes, intptr_t stride, intptr_t n, double *out)
{
    if (f->bits > 32) { /* binary64 */
        copy_doubles(codes, stride, n, out);
        return;
    }
    const nf_stages *stages = nf_find_stages();
    uint32_t words[NF_BLOCK];
    double last[NF_BLOCK];
    for (intptr_t i = 0; i < n; i += NF_BLOCK) {
        int count = n - i < NF_BLOCK ? (int)(n - i) : NF_BLOCK, full = nf_full(count);
        stages->fetch(codes + i * stride, stride, nf_size(f), count, words);
        stages->to_doubles(f, words, full, count == full ? out + i : last);
        if (count != full)
            memcpy(out + i, last, (size_t)count * sizeof *out);
    }
}

/* The doubles of a strip: the codes themselves where they are doubles side by side. */
static const double *doubles_of(nf_strip s, intptr_t n, double *buffer)
{
    bool direct = s.format->bits > 32 && s.stride == (intptr_t)sizeof *buffer &&
                  (uintptr_t)s.data % sizeof *buffer == 0;
    if (direct)
        return (const double *)(const void *)s.data;
    nf_to_doubles(s.format, s.data, s.stride, n, buffer);
    return buffer;
}

/* ---- sums ------------------------------------------------------------------------------------ */

void nf_add_block(nf_accumulator *q, const double *x, const double *y, nf_strip xs, nf_strip ys,
                  intptr_t n, nf_product_size size)
{
    const nf_exact_kernels *kernels = nf_find_exact_kernels();
    for (intptr_t i = 0; i < n; i += NF_BLOCK) {
        int count = n - i < NF_BLOCK ? (int)(n - i) : NF_BLOCK;
        if (!kernels->add_products(q, x + i, y + i, count, size))
            nf_accumulate_dot(q, xs.data + i * xs.stride, xs.stride, ys.data + i * ys.stride,
                              ys.stride, count);
    }
}

void nf_exact_dot(nf_accumulator *q, const char *x, intptr_t x_stride, const char *y,
                  intptr_t y_stride, intptr_t n)
{
    nf_double_plan plan = nf_plan_doubles(&q->a, &q->b);
    if (!plan.possible || n < NF_FEW_PRODUCTS) {
        nf_accumulate_dot(q, x, x_stride, y, y_stride, n);
        return;
    }
    nf_host_float saved = nf_host_float_begin();
    double u[NF_BLOCK], v[NF_BLOCK];
    for (intptr_t i = 0; i < n; i += NF_BLOCK) {
        intptr_t count = n - i < NF_BLOCK ? n - i : NF_BLOCK;
        nf_strip xs = {&q->a, x + i * x_stride, x_stride}, ys = {&q->b, y + i * y_stride, y_stride};
        nf_add_block(q, doubles_of(xs, count, u), doubles_of(ys, count, v), xs, ys, count,
                     plan.size);
    }
    nf_host_float_end(saved);
}

static void add_codes(nf_accumulator *q, const char *x, intptr_t stride, intptr_t n)
{
    int size = nf_size(&q->a);
    for (intptr_t i = 0; i < n; i++)
        nf_accumulate_value(q, &q->a, nf_load_code(x + i * stride, size));
}

void nf_exact_sum(nf_accumulator *q, const char *x, intptr_t stride, intptr_t n)
{
    if (!(nf_fits_double(&q->a) || is_double(&q->a)) || n < NF_FEW_PRODUCTS) {
        add_codes(q, x, stride, n);
        return;
    }
    const nf_exact_kernels *kernels = nf_find_exact_kernels();
    nf_host_float saved = nf_host_float_begin();
    double u[NF_BLOCK];
    for (intptr_t i = 0; i < n; i += NF_BLOCK) {
        int count = n - i < NF_BLOCK ? (int)(n - i) : NF_BLOCK;
        nf_strip xs = {&q->a, x + i * stride, stride};
        if (!kernels->add_values(q, doubles_of(xs, count, u), count))
            add_codes(q, xs.data, stride, count);
    }
    nf_host_float_end(saved);
}

/* A row as long as that is interrupted between pieces of it. */
enum { LONG = 1 << 20 };

nf_outcome nf_sum_rows(const nf_product *p, nf_workspace w, nf_env *env)
{
    const nf_matrix *a = &p->a;
    nf_env e = *env; /* whose index counts rows */
    nf_accumulator *q = w.sum;
    bool stopped = false;
    for (intptr_t i = 0; i < p->m && !stopped; i++, e.index++) {
        nf_accumulator_clear(q);
        for (intptr_t l = 0, n; l < p->k && !stopped; l += n) {
            const char *row = a->data + i * a->row + l * a->column;
            n = p->k - l < LONG ? p->k - l : LONG;
            if (p->path == NF_PATH_LOOP)
                add_codes(q, row, a->column, n);
            else
                nf_exact_sum(q, row, a->column, n);
            stopped = nf_should_stop((uint64_t)n);
        }
        nf_put_code(&p->out, i, 0, nf_accumulator_round(q, &p->out.format, &e));
    }
    env->flags |= e.flags;
    return stopped ? NF_STOPPED : NF_DONE;
}
