/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a plan multiply matrices, with no memory but its scratch? */
#include "core/host_rounding.h"
#include "core/ieee_rows.h"
#include "levels/ordered_products.h"
#include "plan_kernels.h"

static void multiply_native(nf_plan *plan, const nf_plan_op *op, bool doubles)
{
    const nf_place *a = &op->a, *b = &op->b, *d = &op->addend, *c = &op->out;
    char *base = plan->arena->base;
    nf_ordered_product g = {
        .m = a->rows,
        .k = a->columns,
        .n = b->columns,
        .a = base + a->at,
        .a_row = a->row,
        .a_column = a->column,
        .b = base + b->at,
        .b_row = b->row,
        .b_column = b->column,
        .c = base + c->at,
        .c_row = c->row,
        .c_column = c->column,
        .subtract = (op->flag & NF_PLAN_SUBTRACT) != 0,
    };
    if (d->at >= 0) {
        g.addend = base + d->at;
        g.addend_row = d->row;
        g.addend_column = d->column;
    }
    const nf_ordered_products *products = nf_find_ordered_products();
    nf_host_float saved = nf_host_float_begin();
    (doubles ? products->doubles : products->floats)(&g, plan->scratch);
    nf_host_float_end(saved);
}

/* The core's description of the same product; `addend` is room for that operand's. */
static nf_product product_of(const nf_operand *x, const nf_plan_op *op, nf_matrix *addend)
{
    nf_product p = {
        .a = nf_matrix_of(&x[NF_PLAN_A]),
        .b = nf_matrix_of(&x[NF_PLAN_B]),
        .out = nf_matrix_of(&x[NF_PLAN_OUT]),
        .m = op->a.rows,
        .k = op->a.columns,
        .n = op->b.columns,
        .subtract = (op->flag & NF_PLAN_SUBTRACT) != 0,
    };
    if (op->addend.at >= 0) {
        *addend = nf_matrix_of(&x[NF_PLAN_ADDEND]);
        p.addend = addend;
    }
    return p;
}

nf_outcome nf_plan_product(nf_plan *plan, const nf_plan_op *op)
{
    if (op->flag & NF_PLAN_NATIVE) {
        multiply_native(plan, op, plan->formats[op->formats[NF_PLAN_A]].bits == 64);
        return NF_DONE;
    }
    nf_operand x[4];
    nf_matrix addend;
    for (int i = 0; i < 4; i++)
        x[i] = nf_operand_of(plan, op, i);
    nf_product p = product_of(x, op, &addend);
    return nf_multiply_in(&p, plan->scratch, (size_t)plan->scratch_bytes, &plan->env);
}

/* More room than this makes products hardly faster. */
enum { ENOUGH = 1 << 20 };

int64_t nf_plan_product_scratch(const nf_plan_op *op, const nf_format *formats)
{
    if (op->flag & NF_PLAN_NATIVE)
        return nf_panel_bytes(op->a.columns);
    nf_operand x[4];
    nf_matrix addend;
    for (int i = 0; i < 4; i++)
        x[i] = nf_operand_in(NULL, formats, op, i);
    nf_product p = product_of(x, op, &addend);
    int64_t most = (int64_t)nf_product_room(&p), least = (int64_t)nf_product_least_room(&p);
    return most < ENOUGH ? most : least > ENOUGH ? least : ENOUGH;
}
