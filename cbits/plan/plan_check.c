/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the operands of an operation fit its kind and each other, and do they lie in the arena? */
#include "core/ieee_rows.h"
#include "plan_kernels.h"

/* A field of the table: bounded, so that no product of two overflows. */
enum { EXTENT_MAX = 1 << 30 };

static bool is_inside(const nf_plan *plan, const nf_place *p, int size)
{
    if (p->rows < 0 || p->columns < 0 || p->row < 0 || p->column < 0 || p->rows > EXTENT_MAX ||
        p->columns > EXTENT_MAX)
        return false;
    if (p->rows == 0 || p->columns == 0)
        return true;
    int64_t last = (p->rows - (int64_t)1) * p->row + (p->columns - (int64_t)1) * p->column;
    return p->at >= 0 && p->at % size == 0 && last <= INT64_MAX / 16 &&
           p->at <= plan->arena->bytes - (last + 1) * size;
}

static bool all_inside(const nf_plan *plan, const nf_plan_op *op)
{
    for (int i = 0; i < 4; i++) {
        const nf_place *p = nf_place_of(op, i);
        if (op->formats[i] >= plan->format_count)
            return false;
        if (p->at != -1 && !is_inside(plan, p, nf_storage_bytes(&plan->formats[op->formats[i]])))
            return false;
    }
    return true;
}

static bool is_shape(const nf_place *p, int32_t rows, int32_t columns)
{
    return p->at >= 0 && p->rows == rows && p->columns == columns;
}

/* An operand of fewer rows is repeated. */
static bool repeats(const nf_place *p, const nf_place *out)
{
    return p->at >= 0 && p->columns == out->columns && p->rows > 0 && out->rows % p->rows == 0;
}

static bool same_format(const nf_plan *plan, const nf_plan_op *op, int i, int j)
{
    return memcmp(&plan->formats[op->formats[i]], &plan->formats[op->formats[j]],
                  sizeof(nf_format)) == 0;
}

static bool is_byte(const nf_plan *plan, const nf_plan_op *op, int i)
{
    return nf_storage_bytes(&plan->formats[op->formats[i]]) == 1;
}

static bool is_double(const nf_plan *plan, const nf_plan_op *op, int i)
{
    return nf_is_binary64(&plan->formats[op->formats[i]]);
}

static bool check_element(const nf_plan *plan, const nf_plan_op *op)
{
    if (op->flag < 0 || op->flag >= NF_OP_COUNT)
        return false;
    nf_kind kind = nf_op_kind((nf_op)op->flag);
    int inputs = kind == NF_KIND_T_T || kind == NF_KIND_T_B     ? 1
                 : kind == NF_KIND_TT_T || kind == NF_KIND_TT_B ? 2
                 : kind == NF_KIND_TTT_T                        ? 3
                                                                : 0;
    for (int i = 0; i < 3; i++)
        if ((i < inputs) != (nf_place_of(op, i)->at >= 0) ||
            (i < inputs &&
             (!repeats(nf_place_of(op, i), &op->out) || !same_format(plan, op, i, NF_PLAN_A))))
            return false;
    bool truth = kind == NF_KIND_T_B || kind == NF_KIND_TT_B;
    return inputs > 0 && op->out.at >= 0 &&
           (truth ? is_byte(plan, op, NF_PLAN_OUT) : same_format(plan, op, NF_PLAN_A, NF_PLAN_OUT));
}

static bool check_product(const nf_plan_op *op)
{
    const nf_place *a = &op->a, *b = &op->b, *out = &op->out;
    return a->at >= 0 && b->at >= 0 && a->columns == b->rows &&
           is_shape(out, a->rows, b->columns) &&
           (op->addend.at < 0 || is_shape(&op->addend, out->rows, out->columns));
}

static bool check_signs(const nf_plan *plan, const nf_plan_op *op)
{
    const nf_place *a = &op->a, *out = &op->out;
    if (op->kind == NF_PLAN_COMBINE)
        return out->at >= 0 && a->at >= 0 && a->columns == out->rows &&
               (op->addend.at < 0 || (is_shape(&op->addend, out->rows, out->columns) &&
                                      same_format(plan, op, NF_PLAN_ADDEND, NF_PLAN_OUT)));
    return out->at >= 0 && out->column == 1 && op->first > 0 && out->rows % op->first == 0 &&
           (a->at < 0 || (is_shape(a, out->rows, out->columns) &&
                          same_format(plan, op, NF_PLAN_A, NF_PLAN_OUT)));
}

static bool check_direction(const nf_plan_op *op)
{
    const nf_place *a = &op->a, *b = &op->b, *out = &op->out;
    return a->at >= 0 && b->at >= 0 && out->at >= 0 && a->columns == b->columns &&
           out->columns == a->rows && a->rows > 0 && b->rows % a->rows == 0 &&
           (op->flag == NF_PLAN_AT_COUNTER || out->rows == b->rows / a->rows);
}

/* Of one size, so that no product of three overflows. */
enum { SIDE_MAX = 1 << 20 };

static bool are_windows(const nf_plan_windows *w)
{
    int32_t image[2] = {w->height, w->width};
    bool good = w->channels > 0 && w->channels <= SIDE_MAX;
    for (int i = 0; good && i < 2; i++) {
        int32_t size = w->size[i], step = w->stride[i], around = w->padding[i];
        good = image[i] > 0 && image[i] <= SIDE_MAX && size > 0 && size <= SIDE_MAX && step > 0 &&
               step <= SIDE_MAX && around >= 0 && around <= SIDE_MAX &&
               image[i] + 2 * around >= size &&
               w->count[i] == (image[i] + 2 * around - size) / step + 1;
    }
    return good;
}

/* Images, or what windows give, one in a row of adjoining elements. */
static bool is_rows_of(const nf_place *p, int64_t columns)
{
    return p->at >= 0 && p->column == 1 && p->columns == columns && p->rows > 0;
}

static bool check_windows(const nf_plan *plan, const nf_plan_op *op)
{
    const nf_place *a = &op->a, *b = &op->b, *c = &op->addend, *out = &op->out;
    if (op->first < 0 || op->first >= plan->window_count || !are_windows(&plan->windows[op->first]))
        return false;
    const nf_plan_windows *w = &plan->windows[op->first];
    int64_t image = (int64_t)w->height * w->width * w->channels;
    int64_t windows = (int64_t)w->count[0] * w->count[1];
    int64_t products = (int64_t)w->size[0] * w->size[1] * w->channels;
    bool bare = w->padding[0] == 0 && w->padding[1] == 0;
    switch (op->kind) {
    case NF_PLAN_CONVOLVE:
        return is_rows_of(a, image) && b->at >= 0 &&
               (b->rows == products || b->rows == products + 1) &&
               is_rows_of(out, windows * b->columns) && out->rows == a->rows && op->last >= 0 &&
               (c->at < 0 || (is_shape(c, out->rows, out->columns) && c->column == 1 &&
                              same_format(plan, op, NF_PLAN_ADDEND, NF_PLAN_OUT)));
    case NF_PLAN_CONVOLVE_BACK:
        return b->at >= 0 && b->rows == products && is_rows_of(a, windows * b->columns) &&
               is_rows_of(out, image) && out->rows == a->rows;
    case NF_PLAN_CONVOLVE_WEIGHT:
        return is_rows_of(a, image) && out->at >= 0 &&
               (out->rows == products || out->rows == products + 1) &&
               is_rows_of(b, windows * out->columns) && b->rows == a->rows &&
               (b->row == b->columns || b->rows == 1) &&
               (c->at < 0 || is_shape(c, out->rows, out->columns));
    case NF_PLAN_MAXIMUM:
        return bare && is_rows_of(a, image) && is_rows_of(out, windows * w->channels) &&
               same_format(plan, op, b->at < 0 ? NF_PLAN_A : NF_PLAN_B, NF_PLAN_OUT) &&
               (b->at < 0 ? out->rows == a->rows
                          : is_rows_of(b, image) && b->rows % a->rows == 0 && out->rows == b->rows);
    case NF_PLAN_MAXIMUM_BACK:
        return bare && is_rows_of(a, image) && is_rows_of(b, windows * w->channels) &&
               b->rows == a->rows && is_shape(out, a->rows, a->columns) && out->column == 1 &&
               same_format(plan, op, NF_PLAN_B, NF_PLAN_OUT);
    case NF_PLAN_WINDOW_SUM:
        return bare && is_rows_of(a, image) && is_rows_of(out, windows * w->channels) &&
               out->rows == a->rows;
    default:
        return bare && is_rows_of(out, image) && is_rows_of(a, windows * w->channels) &&
               out->rows == a->rows;
    }
}

/* Sequences, one in a row: `last` places of some columns, of which each head has its share. */
static bool check_attention(const nf_plan *plan, const nf_plan_op *op)
{
    bool back = op->kind == NF_PLAN_ATTEND_BACK;
    const nf_place *one = back ? &op->b : &op->out, *three = &op->a;
    return op->first > 0 && op->last > 0 && (op->flag == 0 || op->flag == NF_PLAN_CAUSAL) &&
           is_rows_of(one, one->columns) && one->columns > 0 &&
           one->columns % ((int64_t)op->first * op->last) == 0 &&
           is_rows_of(three, 3 * (int64_t)one->columns) && three->rows == one->rows &&
           is_shape(&op->addend, 1, 1) &&
           (back ? is_shape(&op->out, three->rows, three->columns) && op->out.column == 1 &&
                       same_format(plan, op, NF_PLAN_B, NF_PLAN_OUT)
                 : op->b.at < 0 && same_format(plan, op, NF_PLAN_A, NF_PLAN_OUT));
}

bool nf_plan_check_op(const nf_plan *plan, const nf_plan_op *op)
{
    const nf_place *a = &op->a, *b = &op->b, *out = &op->out;
    if (!all_inside(plan, op))
        return false;
    switch (op->kind) {
    case NF_PLAN_LOAD: return out->at >= 0;
    case NF_PLAN_KNOB: return is_shape(out, 1, 1) && op->flag >= 0 && op->flag < 4;
    case NF_PLAN_COPY: return out->at >= 0 && repeats(a, out);
    case NF_PLAN_ELEMENT: return check_element(plan, op);
    case NF_PLAN_SELECT:
        return out->at >= 0 && repeats(a, out) && repeats(b, out) && repeats(&op->addend, out) &&
               is_byte(plan, op, NF_PLAN_A) && same_format(plan, op, NF_PLAN_B, NF_PLAN_OUT) &&
               same_format(plan, op, NF_PLAN_ADDEND, NF_PLAN_OUT);
    case NF_PLAN_PRODUCT: return check_product(op);
    case NF_PLAN_SUM_ROWS: return a->at >= 0 && is_shape(out, a->rows, 1);
    case NF_PLAN_PERTURB:
    case NF_PLAN_COMBINE: return check_signs(plan, op);
    case NF_PLAN_GRAM:
        return out->at >= 0 && out->rows == out->columns && op->first >= 0 && op->last >= 0 &&
               is_double(plan, op, NF_PLAN_OUT) &&
               (a->at < 0 ||
                (is_shape(a, out->rows, out->columns) && is_double(plan, op, NF_PLAN_A)));
    case NF_PLAN_SOLVE:
        return is_shape(a, out->rows, out->rows) && is_shape(b, out->rows, 1) &&
               out->columns == 1 && out->at >= 0 && is_double(plan, op, NF_PLAN_A);
    case NF_PLAN_UNIT: return out->at >= 0 && op->first > 0;
    case NF_PLAN_LOSS: return a->at >= 0 && is_shape(out, a->rows, a->columns) && op->first >= 0;
    case NF_PLAN_DIRECTION: return check_direction(op);
    case NF_PLAN_CONVOLVE:
    case NF_PLAN_CONVOLVE_BACK:
    case NF_PLAN_CONVOLVE_WEIGHT:
    case NF_PLAN_MAXIMUM:
    case NF_PLAN_MAXIMUM_BACK:
    case NF_PLAN_WINDOW_SUM:
    case NF_PLAN_WINDOW_SUM_BACK: return check_windows(plan, op);
    case NF_PLAN_ATTEND:
    case NF_PLAN_ATTEND_BACK: return check_attention(plan, op);
    case NF_PLAN_CALL:
    case NF_PLAN_LOOP: return op->first >= 0 && op->first < plan->count;
    case NF_PLAN_RETURN: return true;
    case NF_PLAN_FOREIGN: return op->flag >= 0 && op->flag < plan->foreign_count;
    default: return false;
    }
}
