/* SPDX-License-Identifier: BSD-3-Clause */
/* How do rows of the matrix of all windows of images get into a tile? */
#include "plan_gather.h"

static void fill(char *to, int size, uint64_t code, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        nf_store_code(to + i * size, size, code);
}

/* Row v of a window, of which the columns before `left` and from `right` on are padding. */
static char *take_run(char *to, const char *from, const nf_plan_windows *w, int left, int right,
                      int size, uint64_t zero)
{
    int64_t pixel = w->channels, n = w->size[1];
    fill(to, size, zero, left * pixel);
    if (right > left)
        memcpy(to + left * pixel * size, from, (size_t)((right - left) * pixel * size));
    fill(to + right * pixel * size, size, zero, (n - right) * pixel);
    return to + n * pixel * size;
}

static int32_t between(int32_t x, int32_t least, int32_t most)
{
    return x < least ? least : x > most ? most : x;
}

void nf_gather_windows(nf_plan *plan, const nf_plan_op *op, const nf_plan_windows *w, int64_t first,
                       int64_t rows, int64_t columns, char *to)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A);
    uint64_t zero = nf_code_of_double(a.format, 0, &plan->env);
    int64_t all = nf_windows_of(w), products = (int64_t)w->size[0] * w->size[1] * w->channels;
    uint64_t one = columns > products ? nf_code_of_double(a.format, 1, &plan->env) : zero;
    for (int64_t i = 0; i < rows; i++) {
        int64_t sample = (first + i) / all, at = (first + i) % all;
        int32_t top = (int32_t)(at / w->count[1]) * w->stride[0] - w->padding[0];
        int32_t start = (int32_t)(at % w->count[1]) * w->stride[1] - w->padding[1];
        int32_t left = between(-start, 0, w->size[1]);
        int32_t right = between(w->width - start, left, w->size[1]);
        for (int32_t y = top; y < top + w->size[0]; y++) {
            bool inside = y >= 0 && y < w->height && right > left;
            int64_t pixel = (int64_t)y * w->width + start + left;
            const char *from = inside ? nf_row_at(&a, sample) + pixel * w->channels * a.size : NULL;
            to = take_run(to, from, w, left, inside ? right : left, a.size, zero);
        }
        if (columns > products) {
            nf_store_code(to, a.size, sample < op->last ? one : zero);
            to += a.size;
        }
    }
}

void nf_gather_weight(nf_plan *plan, const nf_plan_op *op, const nf_plan_windows *w, int64_t row,
                      char *to)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A);
    uint64_t zero = nf_code_of_double(a.format, 0, &plan->env);
    if (row == (int64_t)w->size[0] * w->size[1] * w->channels) {
        fill(to, a.size, nf_code_of_double(a.format, 1, &plan->env), a.rows * nf_windows_of(w));
        return;
    }
    int32_t channel = (int32_t)(row % w->channels), place = (int32_t)(row / w->channels);
    int32_t down = place / w->size[1] - w->padding[0], along = place % w->size[1] - w->padding[1];
    for (int32_t sample = 0; sample < a.rows; sample++)
        for (int32_t i = 0; i < w->count[0]; i++) {
            int32_t y = i * w->stride[0] + down;
            const char *line =
                nf_row_at(&a, sample) +
                ((int64_t)between(y, 0, w->height - 1) * w->width * w->channels + channel) * a.size;
            for (int32_t j = 0; j < w->count[1]; j++, to += a.size) {
                int32_t x = j * w->stride[1] + along;
                bool inside = y >= 0 && y < w->height && x >= 0 && x < w->width;
                nf_store_code(
                    to, a.size,
                    inside ? nf_load_code(line + (int64_t)x * w->channels * a.size, a.size) : zero);
            }
        }
}

/* The window in which pixel (y, x) is at place (u, v); -1: none. */
static int64_t window_at(const nf_plan_windows *w, int32_t y, int32_t x, int32_t u, int32_t v)
{
    int32_t down = y + w->padding[0] - u, along = x + w->padding[1] - v;
    if (down < 0 || along < 0 || down % w->stride[0] || along % w->stride[1])
        return -1;
    int32_t i = down / w->stride[0], j = along / w->stride[1];
    return i < w->count[0] && j < w->count[1] ? (int64_t)i * w->count[1] + j : -1;
}

void nf_gather_arrivals(const nf_operand *g, const nf_plan_windows *w, int64_t first, int64_t rows,
                        int32_t place, int64_t n, uint64_t zero, char *to)
{
    int64_t image = (int64_t)w->height * w->width;
    for (int64_t i = 0; i < rows; i++, to += n * g->size) {
        int64_t sample = (first + i) / image, pixel = (first + i) % image;
        int64_t window = window_at(w, (int32_t)(pixel / w->width), (int32_t)(pixel % w->width),
                                   place / w->size[1], place % w->size[1]);
        if (window < 0)
            fill(to, g->size, zero, n);
        else
            memcpy(to, nf_row_at(g, sample) + window * n * g->size, (size_t)(n * g->size));
    }
}
