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

static bool check_product(const nf_plan *plan, const nf_plan_op *op)
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
    case NF_PLAN_PRODUCT: return check_product(plan, op);
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
    case NF_PLAN_LOSS: return a->at >= 0 && is_shape(out, a->rows, a->columns);
    case NF_PLAN_DIRECTION: return check_direction(op);
    case NF_PLAN_CALL:
    case NF_PLAN_LOOP: return op->first >= 0 && op->first < plan->count;
    case NF_PLAN_RETURN: return true;
    case NF_PLAN_FOREIGN: return op->flag >= 0 && op->flag < plan->foreign_count;
    default: return false;
    }
}
