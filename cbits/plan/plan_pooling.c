/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the windows of images reduced: to their maximum, to their sum, and back? */
#include "core/ieee_rows.h"
#include "plan_kernels.h"

/* ---- maxima ---------------------------------------------------------------------------------- */

/* Of one image: the pixel of the maximum of each window and channel, and room for one window. */
typedef struct maxima {
    int32_t *pixel;
    char *best;
    uint8_t *greater, *is_nan, *was_nan;
} maxima;

int64_t nf_plan_pooling_scratch(const nf_plan_op *op, const nf_format *formats,
                                const nf_plan_windows *windows)
{
    const nf_plan_windows *w = &windows[op->first];
    int64_t size = nf_storage_bytes(&formats[op->formats[NF_PLAN_A]]);
    int64_t places = (int64_t)w->count[0] * w->count[1] * (int64_t)sizeof(int32_t);
    return w->channels * (places + size + 3) + (int64_t)sizeof(uint64_t);
}

static maxima maxima_in(nf_plan *plan, const nf_plan_windows *w, int size)
{
    int64_t n = (int64_t)w->count[0] * w->count[1] * w->channels;
    maxima m = {.pixel = (int32_t *)(void *)plan->scratch};
    m.best = (char *)(m.pixel + n + n % 2); /* aligned for 8 bytes */
    m.greater = (uint8_t *)m.best + (int64_t)w->channels * size;
    m.is_nan = m.greater + w->channels;
    m.was_nan = m.is_nan + w->channels;
    return m;
}

static int32_t pixel_at(const nf_plan_windows *w, int32_t i, int32_t j, int32_t place)
{
    int32_t y = i * w->stride[0] + place / w->size[1], x = j * w->stride[1] + place % w->size[1];
    return y * w->width + x;
}

/* Which of the channels of a pixel come before the best so far: those that are greater, and the first
 * NaN. */
static void compare(const maxima *m, const nf_operand *a, char *here, int32_t n, nf_env *env)
{
    intptr_t size = a->size;
    char *greater[3] = {here, m->best, (char *)m->greater};
    char *is_nan[2] = {here, (char *)m->is_nan}, *was_nan[2] = {m->best, (char *)m->was_nan};
    nf_find_loop(a->format, NF_OP_greater)(a->format, greater, (intptr_t[]){size, size, 1}, n, env);
    nf_find_loop(a->format, NF_OP_isnan)(a->format, is_nan, (intptr_t[]){size, 1}, n, env);
    nf_find_loop(a->format, NF_OP_isnan)(a->format, was_nan, (intptr_t[]){size, 1}, n, env);
}

/* The maxima of an image: of equal numbers the first, of NaNs the first before all numbers. */
static void find_maxima(nf_plan *plan, const nf_plan_windows *w, const nf_operand *a,
                        int64_t sample, const maxima *m)
{
    int32_t n = w->channels, *pixel = m->pixel;
    for (int32_t i = 0; i < w->count[0]; i++)
        for (int32_t j = 0; j < w->count[1]; j++, pixel += n)
            for (int32_t place = 0; place < w->size[0] * w->size[1]; place++) {
                int32_t number = pixel_at(w, i, j, place);
                char *here = nf_row_at(a, sample) + (int64_t)number * n * a->size;
                if (place > 0)
                    compare(m, a, here, n, &plan->env);
                for (int32_t c = 0; c < n; c++)
                    if (place == 0 || m->greater[c] || (m->is_nan[c] && !m->was_nan[c])) {
                        pixel[c] = number;
                        memcpy(m->best + (int64_t)c * a->size, here + (int64_t)c * a->size,
                               (size_t)a->size);
                    }
            }
}

void nf_plan_maximum(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_operand from = op->b.at < 0 ? a : nf_operand_of(plan, op, NF_PLAN_B);
    maxima m = maxima_in(plan, w, a.size);
    for (int32_t sample = 0; sample < a.rows; sample++) {
        find_maxima(plan, w, &a, sample, &m);
        for (int32_t row = sample; row < out.rows; row += a.rows)
            for (int32_t i = 0; i < out.columns; i++) {
                int64_t at = (int64_t)m.pixel[i] * w->channels + i % w->channels;
                memcpy(nf_row_at(&out, row) + (int64_t)i * out.size,
                       nf_row_at(&from, row) + at * from.size, (size_t)out.size);
            }
    }
}

/* ---- what covers an element ------------------------------------------------------------------ */

/* The windows along one axis that cover a pixel: first to last. */
typedef struct cover {
    int32_t first, last;
} cover;

static cover covering(const nf_plan_windows *w, int axis, int32_t at)
{
    int32_t stride = w->stride[axis], before = at - w->size[axis];
    int32_t first = before < 0 ? 0 : before / stride + 1, last = at / stride;
    return (cover){first, last < w->count[axis] ? last : w->count[axis] - 1};
}

/* Each element of an image is the sum, rounded once, of what windows that cover it give to it: all,
 * or those whose maximum it is. */
static void add_windows(nf_plan *plan, const nf_plan_windows *w, const nf_operand *g,
                        const nf_operand *out, nf_accumulator *q, int64_t sample,
                        const int32_t *maximum)
{
    char *to = nf_row_at(out, sample);
    uint64_t zero = nf_code_of_double(out->format, 0, &plan->env);
    plan->env.index = (uint64_t)(sample * out->columns);
    for (int32_t pixel = 0; pixel < w->height * w->width; pixel++) {
        cover rows = covering(w, 0, pixel / w->width), columns = covering(w, 1, pixel % w->width);
        for (int32_t c = 0; c < w->channels; c++, to += out->size, plan->env.index++) {
            int terms = 0;
            for (int32_t i = rows.first; i <= rows.last; i++)
                for (int32_t j = columns.first; j <= columns.last; j++) {
                    int64_t at = ((int64_t)i * w->count[1] + j) * w->channels + c;
                    if (maximum && maximum[at] != pixel)
                        continue;
                    if (terms++ == 0)
                        nf_accumulator_clear(q);
                    nf_accumulate_value(q, g->format,
                                        nf_load_code(nf_row_at(g, sample) + at * g->size, g->size));
                }
            nf_store_code(to, out->size,
                          terms ? nf_accumulator_round(q, out->format, &plan->env) : zero);
        }
    }
}

void nf_plan_maximum_back(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), b = nf_operand_of(plan, op, NF_PLAN_B),
               out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, out.format, NULL);
    maxima m = maxima_in(plan, w, a.size);
    for (int32_t sample = 0; sample < a.rows; sample++) {
        find_maxima(plan, w, &a, sample, &m);
        add_windows(plan, w, &b, &out, q, sample, m.pixel);
    }
}

void nf_plan_window_sum_back(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, a.format, NULL);
    for (int32_t sample = 0; sample < a.rows; sample++)
        add_windows(plan, w, &a, &out, q, sample, NULL);
}

/* ---- sums ------------------------------------------------------------------------------------ */

void nf_plan_window_sum(nf_plan *plan, const nf_plan_op *op)
{
    const nf_plan_windows *w = &plan->windows[op->first];
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, a.format, NULL);
    for (int32_t sample = 0; sample < a.rows; sample++)
        for (int32_t i = 0; i < out.columns; i++, plan->env.index++) {
            int32_t window = i / w->channels, channel = i % w->channels;
            nf_accumulator_clear(q);
            for (int32_t u = 0; u < w->size[0]; u++) {
                int64_t pixel =
                    pixel_at(w, window / w->count[1], window % w->count[1], u * w->size[1]);
                nf_exact_sum(q, nf_row_at(&a, sample) + (pixel * w->channels + channel) * a.size,
                             (intptr_t)w->channels * a.size, w->size[1]);
            }
            nf_store_code(nf_row_at(&out, sample) + (int64_t)i * out.size, out.size,
                          nf_accumulator_round(q, out.format, &plan->env));
        }
}
