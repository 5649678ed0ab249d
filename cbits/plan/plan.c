/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a plan run: which operation is next, and when is a step at its end? */
#include "core/ieee_rows.h"
#include "nf_heap.h"
#include "nf_stop.h"
#include "plan_kernels.h"

enum { CALLS_MAX = 8 };

/* ---- making and freeing ---------------------------------------------------------------------- */

nf_accumulator *nf_plan_accumulator(nf_plan *plan, const nf_format *a, const nf_format *b)
{
    for (int i = 0; i < plan->sums; i++)
        if (nf_same_row(&plan->sum[i].a, a) && nf_same_row(&plan->sum[i].b, b ? b : a))
            return plan->sum[i].q;
    return NULL;
}

bool nf_plan_make_accumulator(nf_plan *plan, const nf_format *a, const nf_format *b)
{
    b = b ? b : a;
    if (nf_plan_accumulator(plan, a, b))
        return true;
    if (plan->sums == NF_PLAN_SUMS)
        return false;
    nf_plan_sum *sum = &plan->sum[plan->sums];
    *sum = (nf_plan_sum){*a, *b, nf_accumulator_new(a, b, a)};
    plan->sums += sum->q != NULL;
    return sum->q != NULL;
}

/* The format of the addend, or that of a. */
static const nf_format *addend_of(const nf_plan *plan, const nf_plan_op *op)
{
    return &plan->formats[op->formats[op->addend.at >= 0 ? NF_PLAN_ADDEND : NF_PLAN_A]];
}

static bool make_accumulators(nf_plan *plan)
{
    for (int32_t i = 0; i < plan->count; i++) {
        const nf_plan_op *op = &plan->ops[i];
        const nf_format *a = &plan->formats[op->formats[NF_PLAN_A]],
                        *b = &plan->formats[op->formats[NF_PLAN_B]];
        bool made = true;
        switch (op->kind) {
        case NF_PLAN_DIRECTION: made = nf_plan_make_accumulator(plan, a, b); break;
        case NF_PLAN_SUM_ROWS:
        case NF_PLAN_WINDOW_SUM:
        case NF_PLAN_WINDOW_SUM_BACK: made = nf_plan_make_accumulator(plan, a, NULL); break;
        case NF_PLAN_CONVOLVE_BACK:
        case NF_PLAN_MAXIMUM_BACK:
            made = nf_plan_make_accumulator(plan, &plan->formats[op->formats[NF_PLAN_OUT]], NULL);
            break;
        case NF_PLAN_ATTEND:
        case NF_PLAN_ATTEND_BACK:
            made = nf_plan_make_accumulator(plan, addend_of(plan, op), NULL);
            break;
        case NF_PLAN_COMBINE: made = nf_plan_make_accumulator(plan, a, addend_of(plan, op)); break;
        case NF_PLAN_LOSS: made = nf_plan_make_accumulator(plan, &nf_binary64, NULL); break;
        default: break;
        }
        if (!made)
            return false;
    }
    return true;
}

/* Its own copy of `bytes` bytes, also of none. */
static void *copy_of(const void *from, size_t bytes)
{
    void *to = nf_heap_take(bytes + 1);
    if (to && bytes)
        memcpy(to, from, bytes);
    return to;
}

void nf_plan_free(nf_plan *plan)
{
    if (plan == NULL)
        return;
    for (int i = 0; i < plan->sums; i++)
        nf_accumulator_free(plan->sum[i].q);
    nf_heap_give(plan->ops);
    nf_heap_give(plan->formats);
    nf_heap_give(plan->windows);
    nf_heap_give(plan->foreign);
    nf_heap_give(plan->contexts);
    nf_heap_give(plan);
}

nf_plan *nf_plan_new(const nf_plan_parts *parts, nf_arena *arena, int32_t *wrong)
{
    nf_plan *plan = nf_heap_take(sizeof *plan);
    *wrong = -1;
    if (plan == NULL)
        return NULL;
    *plan = (nf_plan){0};
    plan->arena = arena;
    plan->count = parts->count;
    plan->format_count = parts->format_count;
    plan->window_count = parts->window_count;
    plan->foreign_count = parts->foreign_count;
    plan->ops = copy_of(parts->ops, (size_t)parts->count * sizeof *plan->ops);
    plan->formats = copy_of(parts->formats, (size_t)parts->format_count * sizeof *plan->formats);
    plan->windows = copy_of(parts->windows, (size_t)parts->window_count * sizeof *plan->windows);
    plan->foreign =
        copy_of((const void *)parts->foreign, (size_t)parts->foreign_count * sizeof *plan->foreign);
    plan->contexts =
        copy_of((const void *)parts->contexts, (size_t)parts->foreign_count * sizeof(void *));
    plan->scratch = arena->base + parts->scratch;
    plan->scratch_bytes = parts->scratch_bytes;
    plan->most_operations = parts->most_operations;
    bool good = plan->ops && plan->formats && plan->windows && plan->foreign && plan->contexts;
    for (int32_t i = 0; good && i < plan->count; i++)
        if (!nf_plan_check_op(plan, &plan->ops[i])) {
            *wrong = i;
            good = false;
        }
    if (good && make_accumulators(plan))
        return plan;
    nf_plan_free(plan);
    return NULL;
}

/* Of windows that are not in the list nothing is known; nf_plan_new refuses them. */
static int64_t scratch_of(const nf_plan_parts *parts, const nf_plan_op *op)
{
    bool known = op->first >= 0 && op->first < parts->window_count;
    switch (op->kind) {
    case NF_PLAN_PRODUCT: return nf_plan_product_scratch(op, parts->formats);
    case NF_PLAN_CONVOLVE:
    case NF_PLAN_CONVOLVE_BACK:
    case NF_PLAN_CONVOLVE_WEIGHT:
        return known ? nf_plan_convolution_scratch(op, parts->formats, parts->windows) : 0;
    case NF_PLAN_MAXIMUM:
    case NF_PLAN_MAXIMUM_BACK:
        return known ? nf_plan_pooling_scratch(op, parts->formats, parts->windows) : 0;
    case NF_PLAN_ATTEND:
    case NF_PLAN_ATTEND_BACK: return nf_plan_attention_scratch(op, parts->formats);
    default: return nf_plan_row_scratch(op);
    }
}

int64_t nf_plan_scratch(const nf_plan_parts *parts)
{
    int64_t most = 0;
    for (int32_t i = 0; i < parts->count; i++) {
        int64_t bytes = scratch_of(parts, &parts->ops[i]);
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* ---- running --------------------------------------------------------------------------------- */

/* What ends a step beside its last operation. */
static nf_outcome run_kernel(nf_plan *plan, const nf_plan_op *op)
{
    switch (op->kind) {
    case NF_PLAN_LOAD: nf_plan_load(plan, op); break;
    case NF_PLAN_KNOB: nf_plan_knob(plan, op); break;
    case NF_PLAN_COPY: nf_plan_copy(plan, op); break;
    case NF_PLAN_ELEMENT: nf_plan_element(plan, op); break;
    case NF_PLAN_SELECT: nf_plan_select(plan, op); break;
    case NF_PLAN_PRODUCT: return nf_plan_product(plan, op);
    case NF_PLAN_SUM_ROWS: nf_plan_sum_rows(plan, op); break;
    case NF_PLAN_PERTURB: nf_plan_perturb(plan, op); break;
    case NF_PLAN_UNIT: nf_plan_unit(plan, op); break;
    case NF_PLAN_LOSS: return nf_plan_run_loss(plan, op) ? NF_DONE : NF_NO_PATH;
    case NF_PLAN_DIRECTION: nf_plan_direction(plan, op); break;
    case NF_PLAN_COMBINE: nf_plan_combine(plan, op); break;
    case NF_PLAN_GRAM: nf_plan_gram(plan, op); break;
    case NF_PLAN_SOLVE: return nf_plan_solve(plan, op) ? NF_DONE : NF_NO_PATH;
    case NF_PLAN_CONVOLVE: return nf_plan_convolve(plan, op);
    case NF_PLAN_CONVOLVE_BACK: return nf_plan_convolve_back(plan, op);
    case NF_PLAN_CONVOLVE_WEIGHT: return nf_plan_convolve_weight(plan, op);
    case NF_PLAN_MAXIMUM: nf_plan_maximum(plan, op); break;
    case NF_PLAN_MAXIMUM_BACK: nf_plan_maximum_back(plan, op); break;
    case NF_PLAN_WINDOW_SUM: nf_plan_window_sum(plan, op); break;
    case NF_PLAN_WINDOW_SUM_BACK: nf_plan_window_sum_back(plan, op); break;
    case NF_PLAN_ATTEND:
    case NF_PLAN_ATTEND_BACK: return nf_plan_attend(plan, op);
    case NF_PLAN_FOREIGN:
        if (!plan->foreign[op->flag](op, plan->arena->base, plan->formats,
                                     plan->contexts[op->flag]))
            return NF_NO_PATH;
        break;
    default: break;
    }
    return nf_should_stop(64) ? NF_STOPPED : NF_DONE;
}

/* The next operation; -1 at the end. */
static int32_t next_of(nf_plan *plan, int32_t at, int32_t *calls, int32_t *depth)
{
    const nf_plan_op *op = &plan->ops[at];
    switch (op->kind) {
    case NF_PLAN_CALL:
        if (*depth == CALLS_MAX)
            return -2;
        calls[(*depth)++] = at + 1;
        return op->first;
    case NF_PLAN_LOOP:
        plan->counter += op->flag;
        if (plan->counter < op->last)
            return op->first;
        plan->counter = 0;
        return at + 1;
    case NF_PLAN_RETURN: return *depth ? calls[--*depth] : -1;
    default: return at + 1;
    }
}

nf_outcome nf_plan_step(nf_plan *plan, const nf_plan_batch *batch, const nf_plan_knobs *knobs,
                        nf_plan_result *result)
{
    int32_t calls[CALLS_MAX], depth = 0, at = 0;
    nf_outcome outcome = NF_DONE;
    uint64_t heap_before = nf_heap_calls();
    *result = (nf_plan_result){.stopped = -1};
    plan->batch = batch;
    plan->knobs = knobs;
    plan->counter = 0;
    plan->loss = 0;
    plan->env = (nf_env){0};
    while (at >= 0 && at < plan->count && outcome == NF_DONE) {
        /* stochastic rounding: each operation that runs has a stream of its own */
        plan->env.seed = knobs->seed;
        plan->env.stream = ((uint64_t)1 << 40) + (uint64_t)result->operations;
        plan->env.index = 0;
        outcome = run_kernel(plan, &plan->ops[at]);
        result->stopped = at;
        if (++result->operations > plan->most_operations)
            outcome = NF_NO_PATH;
        else if (outcome == NF_DONE)
            at = next_of(plan, at, calls, &depth);
    }
    if (outcome == NF_DONE && at == -1)
        result->stopped = -1;
    else if (outcome == NF_DONE)
        outcome = NF_NO_PATH;
    result->loss = plan->loss;
    result->flags = plan->env.flags;
    result->heap_calls = (int64_t)(nf_heap_calls() - heap_before);
    plan->arena->heap_calls += result->heap_calls;
    return outcome;
}
