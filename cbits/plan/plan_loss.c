/* SPDX-License-Identifier: BSD-3-Clause */
/* How are a loss and its derivative by the outputs computed, with the same bits on every machine?
 *
 * In binary64, with the core's correctly rounded exp and log and exact sums; the derivative is then
 * rounded into its format.  Nothing depends on the order of the rows, the loss neither: it is the
 * exact sum of the rows' losses, rounded once, over their number. */
#include "core/host_rounding.h"
#include "core/ieee_rows.h"
#include "plan_kernels.h"

static void apply(nf_op op, const double *x, double *y, intptr_t n)
{
    char *data[2] = {(char *)(uintptr_t)x, (char *)y};
    intptr_t strides[2] = {sizeof *x, sizeof *y};
    nf_env env = {0};
    nf_find_loop(&nf_binary64, op)(&nf_binary64, data, strides, n, &env);
}

static double exact_sum(nf_accumulator *q, const double *x, intptr_t n)
{
    nf_env env = {0};
    nf_accumulator_clear(q);
    nf_exact_sum(q, (const char *)x, sizeof *x, n);
    uint64_t code = nf_accumulator_round(q, &nf_binary64, &env);
    double sum;
    memcpy(&sum, &code, sizeof sum);
    return sum;
}

/* e = softmax(z) - the unit vector of the label; the loss is log sum exp(z) - z[label].
 *
 * At the label it is minus the sum of the other probabilities, and where the label's z is the largest
 * the loss is log(1 + the others): nothing cancels when the label is nearly certain. */
static double cross_entropy(nf_accumulator *q, const double *z, double *e, intptr_t n,
                            int64_t label)
{
    double top = z[0];
    for (intptr_t j = 1; j < n; j++)
        top = z[j] > top || z[j] != z[j] ? z[j] : top;
    for (intptr_t j = 0; j < n; j++)
        e[j] = z[j] - top;
    double ahead = -e[label], loss;
    apply(NF_OP_exp, e, e, n);
    double sum = exact_sum(q, e, n);
    e[label] = 0;
    double others = exact_sum(q, e, n);
    e[label] = -others;
    for (intptr_t j = 0; j < n; j++)
        e[j] = e[j] / sum;
    apply(ahead == 0 ? NF_OP_log1p : NF_OP_log, ahead == 0 ? &others : &sum, &loss, 1);
    return loss + ahead;
}

/* e = 2 (z - target) / n: the mean of the squares. */
static double squared_error(nf_accumulator *q, const double *z, double *e, intptr_t n)
{
    nf_env env = {0};
    nf_accumulator_clear(q);
    for (intptr_t j = 0; j < n; j++)
        e[j] = z[j] - e[j];
    nf_exact_dot(q, (const char *)e, sizeof *e, (const char *)e, sizeof *e, n);
    uint64_t code = nf_accumulator_round(q, &nf_binary64, &env);
    double sum;
    memcpy(&sum, &code, sizeof sum);
    for (intptr_t j = 0; j < n; j++)
        e[j] = 2 * e[j] / (double)n;
    return sum / (double)n;
}

/* Scratch: a row, its derivative, and the losses of all rows. */
static bool run(nf_plan *plan, const nf_plan_op *op)
{
    nf_operand a = nf_operand_of(plan, op, NF_PLAN_A), out = nf_operand_of(plan, op, NF_PLAN_OUT);
    nf_accumulator *q = nf_plan_accumulator(plan, &nf_binary64, NULL);
    double *z = (double *)(void *)plan->scratch, *e = z + a.columns, *losses = e + a.columns;
    const nf_matrix *t = &plan->batch->targets;
    for (intptr_t i = 0; i < a.rows; i++) {
        nf_convert_row(a.format, nf_row_at(&a, i), a.column, &nf_binary64, (char *)z, sizeof *z,
                       a.columns, &plan->env);
        if (op->flag == NF_MEAN_SQUARED_ERROR) {
            nf_convert_row(&t->format, t->data + i * t->row, t->column, &nf_binary64, (char *)e,
                           sizeof *e, a.columns, &plan->env);
            losses[i] = squared_error(q, z, e, a.columns);
        } else {
            losses[i] = cross_entropy(q, z, e, a.columns, plan->batch->labels[i]);
        }
        for (intptr_t j = 0; op->first > 1 && j < a.columns; j++)
            e[j] /= op->first;
        nf_convert_row(&nf_binary64, (const char *)e, sizeof *e, out.format, nf_row_at(&out, i),
                       out.column, out.columns, &plan->env);
    }
    plan->loss = exact_sum(q, losses, a.rows) / (double)a.rows;
    return plan->loss == plan->loss;
}

bool nf_plan_run_loss(nf_plan *plan, const nf_plan_op *op)
{
    nf_host_float saved = nf_host_float_begin();
    bool good = run(plan, op);
    nf_host_float_end(saved);
    return good;
}
