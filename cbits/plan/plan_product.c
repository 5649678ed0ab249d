/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a plan multiply matrices, with no memory but its scratch? */
#include "core/host_rounding.h"
#include "core/ieee_rows.h"
#include "levels/ordered_products.h"
#include "plan_kernels.h"

static void multiply_native(const nf_product *p, char *room)
{
    bool doubles = p->a.format.bits == 64;
    intptr_t size = doubles ? (intptr_t)sizeof(double) : (intptr_t)sizeof(float);
    nf_ordered_product g = {
        .m = p->m,
        .k = p->k,
        .n = p->n,
        .a = p->a.data,
        .a_row = p->a.row / size,
        .a_column = p->a.column / size,
        .b = p->b.data,
        .b_row = p->b.row / size,
        .b_column = p->b.column / size,
        .c = p->out.data,
        .c_row = p->out.row / size,
        .c_column = p->out.column / size,
        .subtract = p->subtract,
    };
    if (p->addend) {
        g.addend = p->addend->data;
        g.addend_row = p->addend->row / size;
        g.addend_column = p->addend->column / size;
    }
    const nf_ordered_products *products = nf_find_ordered_products();
    nf_host_float saved = nf_host_float_begin();
    (doubles ? products->doubles : products->floats)(&g, room);
    nf_host_float_end(saved);
}

nf_outcome nf_plan_multiply(nf_plan *plan, int flags, const nf_product *p, char *room)
{
    if (flags & NF_PLAN_NATIVE) {
        multiply_native(p, room);
        return NF_DONE;
    }
    size_t bytes = (size_t)(plan->scratch + plan->scratch_bytes - room);
    return nf_multiply_in(p, room, bytes, &plan->env);
}

/* More room than this makes products hardly faster. */
enum { ENOUGH = 1 << 20 };

int64_t nf_plan_multiply_least(int flags, const nf_product *p)
{
    return flags & NF_PLAN_NATIVE ? nf_panel_bytes(p->k) : (int64_t)nf_product_least_room(p);
}

int64_t nf_plan_multiply_room(int flags, const nf_product *p)
{
    int64_t least = nf_plan_multiply_least(flags, p);
    if (flags & NF_PLAN_NATIVE)
        return least;
    int64_t most = (int64_t)nf_product_room(p);
    return most < ENOUGH ? most : least > ENOUGH ? least : ENOUGH;
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
    nf_operand x[4];
    nf_matrix addend;
    nf_operands_of(plan, op, x);
    nf_product p = product_of(x, op, &addend);
    return nf_plan_multiply(plan, op->flag, &p, plan->scratch);
}

int64_t nf_plan_product_scratch(const nf_plan_op *op, const nf_format *formats)
{
    nf_operand x[4];
    nf_matrix addend;
    for (int i = 0; i < 4; i++)
        x[i] = nf_operand_in(NULL, formats, op, i);
    nf_product p = product_of(x, op, &addend);
    return nf_plan_multiply_room(op->flag, &p);
}
