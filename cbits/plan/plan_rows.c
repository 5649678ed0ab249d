/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the operations of a plan run that go row by row: copies, elementwise operations, sums? */
#include "core/ieee_rows.h"
#include "plan_kernels.h"

/* ---- values between formats ------------------------------------------------------------------ */

void nf_convert_row(const nf_format *from, const char *x, intptr_t x_stride, const nf_format *to,
                    char *y, intptr_t y_stride, intptr_t n, nf_env *env)
{
    int size = nf_storage_bytes(to);
    if (!nf_same_row(from, to)) {
        char *data[2] = {(char *)(uintptr_t)x, y};
        intptr_t strides[2] = {x_stride, y_stride};
        nf_find_cast(from, to)(from, to, data, strides, n, env);
        env->index += (uint64_t)n;
    } else if (x_stride == size && y_stride == size) {
        memmove(y, x, (size_t)(n * size));
    } else {
        for (intptr_t i = 0; i < n; i++)
            nf_store_code(y + i * y_stride, size, nf_load_code(x + i * x_stride, size));
    }
}

uint64_t nf_code_of_double(const nf_format *f, double x, nf_env *env)
{
    char code[8];
    nf_convert_row(&nf_binary64, (const char *)&x, sizeof x, f, code, 0, 1, env);
    return nf_load_code(code, nf_storage_bytes(f));
}

void nf_plan_load(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    const nf_matrix *x = &plan->batch->inputs;
    for (intptr_t i = 0; i < out.rows; i++)
        nf_convert_row(&x->format, x->data + i * x->row, x->column, out.format, nf_row_at(&out, i),
                       out.column, out.columns, &plan->env);
}

void nf_plan_knob(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    double x = plan->knobs->knob[op->flag] / (op->first ? op->first : 1);
    nf_store_code(out.data, out.size, nf_code_of_double(out.format, x, &plan->env));
}

void nf_plan_copy(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    for (intptr_t i = 0; i < out.rows; i++)
        nf_convert_row(a.format, nf_row_at(&a, i % a.rows), a.column, out.format,
                       nf_row_at(&out, i), out.column, out.columns, &plan->env);
}

/* ---- elementwise operations ------------------------------------------------------------------ */

/* Do all rows lie one after the other, so that one call takes them?  A single element that is
 * repeated (strides 0) counts as such. */
static bool is_flat(const nf_operand *x, int32_t rows)
{
    return x->rows == rows ? x->row == x->columns * x->column : x->row == 0 && x->column == 0;
}

static int operands_of(nf_kind kind)
{
    return kind == NF_KIND_T_T || kind == NF_KIND_T_B ? 1 : kind == NF_KIND_TTT_T ? 3 : 2;
}

void nf_plan_element(nf_plan *plan, const nf_plan_op *op)
{
    nf_op operation = (nf_op)op->flag;
    int inputs = operands_of(nf_op_kind(operation));
    nf_operand x[4];
    char *data[4];
    intptr_t strides[4];
    bool flat = true;
    for (int i = 0; i <= inputs; i++) {
        x[i] = nf_operand_of(plan, op, i < inputs ? i : NF_PLAN_OUT);
        strides[i] = x[i].column;
    }
    for (int i = 0; i <= inputs; i++)
        flat = flat && is_flat(&x[i], x[inputs].rows);
    nf_loop *loop = nf_find_loop(x[0].format, operation);
    intptr_t rows = flat ? 1 : x[inputs].rows,
             n = flat ? (intptr_t)x[inputs].rows * x[inputs].columns : x[inputs].columns;
    for (intptr_t r = 0; r < rows; r++) {
        for (int i = 0; i <= inputs; i++)
            data[i] = nf_row_at(&x[i], r % x[i].rows);
        loop(x[0].format, data, strides, n, &plan->env);
        plan->env.index += (uint64_t)n;
    }
}

/* Strides in elements; of 0 where one element is repeated. */
#define NF_SELECT_ROW(T)                                                                           \
    static void select_row_##T(const char *truth, intptr_t t, const char *yes, intptr_t y,         \
                               const char *no, intptr_t e, char *to, intptr_t o, intptr_t n)       \
    {                                                                                              \
        const T *a = (const T *)(const void *)yes, *b = (const T *)(const void *)no;               \
        T *out = (T *)(void *)to;                                                                  \
        if (t == 1 && y == 0 && e == 1 && o == 1) /* a clipped derivative: 0, or as it is */       \
            for (intptr_t j = 0; j < n; j++) {                                                     \
                T mask = (T)(0 - (T)(truth[j] != 0));                                              \
                out[j] = (T)((*a & mask) | (b[j] & (T)~mask));                                     \
            }                                                                                      \
        else                                                                                       \
            for (intptr_t j = 0; j < n; j++)                                                       \
                out[j * o] = truth[j * t] ? a[j * y] : b[j * e];                                   \
    }
NF_SELECT_ROW(uint8_t)
NF_SELECT_ROW(uint16_t)
NF_SELECT_ROW(uint32_t)
NF_SELECT_ROW(uint64_t)

void nf_plan_select(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), b = nf_operand_of(plan, op, NF_PLAN_B),
               c = nf_operand_of(plan, op, NF_PLAN_ADDEND),
               out = nf_operand_of(plan, op, NF_PLAN_OUT);
    void (*row)(const char *, intptr_t, const char *, intptr_t, const char *, intptr_t, char *,
                intptr_t, intptr_t) = out.size == 1   ? select_row_uint8_t
                                      : out.size == 2 ? select_row_uint16_t
                                      : out.size == 4 ? select_row_uint32_t
                                                      : select_row_uint64_t;
    for (intptr_t i = 0; i < out.rows; i++)
        row(nf_row_at(&a, i % a.rows), a.column, nf_row_at(&b, i % b.rows), op->b.column,
            nf_row_at(&c, i % c.rows), op->addend.column, nf_row_at(&out, i), op->out.column,
            out.columns);
}

/* ---- sums ------------------------------------------------------------------------------------ */

void nf_plan_sum_rows(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, a.format, NULL);
    for (intptr_t i = 0; i < a.rows; i++, plan->env.index++) {
        nf_accumulator_clear(q);
        nf_exact_sum(q, nf_row_at(&a, i), a.column, a.columns);
        nf_store_code(nf_row_at(&out, i), out.size,
                      nf_accumulator_round(q, out.format, &plan->env));
    }
}

void nf_plan_direction(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), b = nf_operand_of(plan, op, NF_PLAN_B),
               out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, a.format, b.format);
    intptr_t first = op->flag == NF_PLAN_AT_COUNTER ? (intptr_t)plan->counter : 0;
    intptr_t end = first + b.rows / a.rows;
    end = end < out.rows ? end : out.rows;
    for (intptr_t k = first; k < end; k++)
        for (intptr_t i = 0; i < a.rows; i++, plan->env.index++) {
            nf_accumulator_clear(q);
            nf_exact_dot(q, nf_row_at(&a, i), a.column, nf_row_at(&b, (k - first) * a.rows + i),
                         b.column, a.columns);
            nf_store_code(nf_row_at(&out, k) + i * out.column, out.size,
                          nf_accumulator_round(q, out.format, &plan->env));
        }
}

void nf_plan_unit(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand out = nf_operand_of(plan, op, NF_PLAN_OUT);
    uint64_t zero = nf_code_of_double(out.format, 0, &plan->env),
             one = nf_code_of_double(out.format, 1, &plan->env);
    for (intptr_t i = 0; i < out.rows; i++) {
        intptr_t unit = (intptr_t)plan->counter + i / op->first;
        for (intptr_t j = 0; j < out.columns; j++)
            nf_store_code(nf_row_at(&out, i) + j * out.column, out.size, j == unit ? one : zero);
    }
}
