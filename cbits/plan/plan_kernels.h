/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the operations of a plan see the plan and their operands? */
#ifndef NF_PLAN_KERNELS_H
#define NF_PLAN_KERNELS_H

#include "core/bits.h"
#include "nf_plan.h"

/* Accumulators are made with the plan: one for each pair of formats whose products are summed. */
typedef struct nf_plan_sum {
    nf_format a, b;
    nf_accumulator *q;
} nf_plan_sum;
enum { NF_PLAN_SUMS = 16 };

struct nf_plan {
    nf_plan_op *ops;
    int32_t count, format_count, window_count, foreign_count, sums;
    nf_format *formats;
    nf_plan_windows *windows;
    nf_plan_foreign **foreign;
    void **contexts;
    nf_arena *arena;
    char *scratch;
    int64_t scratch_bytes, most_operations;
    nf_plan_sum sum[NF_PLAN_SUMS];
    /* of the step that runs */
    const nf_plan_batch *batch;
    const nf_plan_knobs *knobs;
    int64_t counter;
    double loss;
    nf_env env;
};

typedef struct nf_operand {
    const nf_format *format;
    char *data;
    intptr_t row, column; /* bytes */
    int size;
    int32_t rows, columns;
} nf_operand;

enum { NF_PLAN_A, NF_PLAN_B, NF_PLAN_ADDEND, NF_PLAN_OUT };

NF_INLINE const nf_place *nf_place_of(const nf_plan_op *op, int which)
{
    const nf_place *places[] = {&op->a, &op->b, &op->addend, &op->out};
    return places[which];
}

NF_INLINE nf_operand nf_operand_in(char *base, const nf_format *formats, const nf_plan_op *op,
                                   int which)
{
    const nf_place *p = nf_place_of(op, which);
    const nf_format *f = &formats[op->formats[which]];
    int size = nf_storage_bytes(f);
    return (nf_operand){f,
                        (char *)((uintptr_t)base + (uintptr_t)p->at),
                        (intptr_t)p->row * size,
                        (intptr_t)p->column * size,
                        size,
                        p->rows,
                        p->columns};
}

NF_INLINE nf_operand nf_operand_of(const nf_plan *plan, const nf_plan_op *op, int which)
{
    return nf_operand_in(plan->arena->base, plan->formats, op, which);
}

/* All four, in the order of their names (NF_PLAN_A, ...). */
NF_INLINE void nf_operands_of(const nf_plan *plan, const nf_plan_op *op, nf_operand x[4])
{
    for (int i = 0; i < 4; i++)
        x[i] = nf_operand_of(plan, op, i);
}

NF_INLINE char *nf_row_at(const nf_operand *x, intptr_t i)
{
    return x->data + i * x->row;
}

NF_INLINE nf_matrix nf_matrix_of(const nf_operand *x)
{
    return (nf_matrix){*x->format, x->data, x->row, x->column};
}

/* Bytes that a block of so many takes, so that the next one is aligned. */
NF_INLINE int64_t nf_whole(int64_t bytes)
{
    return (bytes + NF_ARENA_ALIGN - 1) / NF_ARENA_ALIGN * NF_ARENA_ALIGN;
}

/* n values of one format into another, each rounded once. */
void nf_convert_row(const nf_format *from, const char *x, intptr_t x_stride, const nf_format *to,
                    char *y, intptr_t y_stride, intptr_t n, nf_env *env);
uint64_t nf_code_of_double(const nf_format *f, double x, nf_env *env);
nf_accumulator *nf_plan_accumulator(nf_plan *plan, const nf_format *a, const nf_format *b);
/* The sum that DIRECTION and SUM_ROWS, COMBINE and LOSS need; b NULL: values of a. */
bool nf_plan_make_accumulator(nf_plan *plan, const nf_format *a, const nf_format *b);

/* False where operands do not fit the kind, or each other, or the arena. */
bool nf_plan_check_op(const nf_plan *plan, const nf_plan_op *op);

/* Kernels. */
void nf_plan_load(nf_plan *plan, const nf_plan_op *op);
void nf_plan_knob(nf_plan *plan, const nf_plan_op *op);
void nf_plan_copy(nf_plan *plan, const nf_plan_op *op);
void nf_plan_element(nf_plan *plan, const nf_plan_op *op);
void nf_plan_select(nf_plan *plan, const nf_plan_op *op);
void nf_plan_sum_rows(nf_plan *plan, const nf_plan_op *op);
void nf_plan_unit(nf_plan *plan, const nf_plan_op *op);
void nf_plan_direction(nf_plan *plan, const nf_plan_op *op);
void nf_plan_perturb(nf_plan *plan, const nf_plan_op *op);
void nf_plan_combine(nf_plan *plan, const nf_plan_op *op);
void nf_plan_gram(nf_plan *plan, const nf_plan_op *op);
/* False: the matrix is singular. */
bool nf_plan_solve(nf_plan *plan, const nf_plan_op *op);
nf_outcome nf_plan_product(nf_plan *plan, const nf_plan_op *op);
nf_outcome nf_plan_convolve(nf_plan *plan, const nf_plan_op *op);
nf_outcome nf_plan_convolve_back(nf_plan *plan, const nf_plan_op *op);
nf_outcome nf_plan_convolve_weight(nf_plan *plan, const nf_plan_op *op);
nf_outcome nf_plan_attend(nf_plan *plan, const nf_plan_op *op); /* and ATTEND_BACK */
void nf_plan_maximum(nf_plan *plan, const nf_plan_op *op);
void nf_plan_maximum_back(nf_plan *plan, const nf_plan_op *op);
void nf_plan_window_sum(nf_plan *plan, const nf_plan_op *op);
void nf_plan_window_sum_back(nf_plan *plan, const nf_plan_op *op);
/* False: the loss is not a number. */
bool nf_plan_run_loss(nf_plan *plan, const nf_plan_op *op);
/* Bytes of scratch that they need. */
int64_t nf_plan_product_scratch(const nf_plan_op *op, const nf_format *formats);
int64_t nf_plan_row_scratch(const nf_plan_op *op);
int64_t nf_plan_convolution_scratch(const nf_plan_op *op, const nf_format *formats,
                                    const nf_plan_windows *windows);
int64_t nf_plan_attention_scratch(const nf_plan_op *op, const nf_format *formats);
int64_t nf_plan_pooling_scratch(const nf_plan_op *op, const nf_format *formats,
                                const nf_plan_windows *windows);

/* A product of matrices by the plan's scratch from `room` on; flags as of PRODUCT. */
nf_outcome nf_plan_multiply(nf_plan *plan, int flags, const nf_product *p, char *room);
/* Bytes that it can put to use, and the fewest. */
int64_t nf_plan_multiply_room(int flags, const nf_product *p);
int64_t nf_plan_multiply_least(int flags, const nf_product *p);

#endif
