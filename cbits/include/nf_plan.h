/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a caller run a step of training that was planned before, in one arena and without any
 * allocation?  (Part of the public face.)
 *
 * A plan is a table of operations.  Their operands are matrices in the arena, which holds the
 * weights, too: an operand says where it is, so that the table alone says all that is read and
 * written (numformats/training/plans/judge.py). */
#ifndef NF_PLAN_H
#define NF_PLAN_H

#include "nf_exact.h"

/* ---- the arena ------------------------------------------------------------------------------- */

/* Memory that is taken from the bottom up and given back by marks; the memory is the caller's. */
typedef struct nf_arena {
    char *base;
    int64_t bytes, top, high; /* bytes from base: the end, what is in use, the most that was */
    int64_t taken;            /* calls of nf_arena_take */
    int64_t heap_calls;       /* of the core, in steps of the plans of this arena */
} nf_arena;

enum { NF_ARENA_ALIGN = 64 };

/* The offset of so many bytes, a multiple of NF_ARENA_ALIGN; -1: the arena has no more. */
int64_t nf_arena_take(nf_arena *arena, int64_t bytes);
/* Gives back all that was taken since `top` was the top.  False: it never was below the top. */
bool nf_arena_release(nf_arena *arena, int64_t top);

/* ---- the table ------------------------------------------------------------------------------- */

/* A matrix in the arena: element (i, j) is at `at` bytes and (i * row + j * column) elements. */
typedef struct nf_place {
    int64_t at; /* -1: no such operand */
    int32_t rows, columns, row, column;
} nf_place;

/* What an operation does.  Formats are those of its operands; each result is rounded once. */
typedef enum {
    NF_PLAN_LOAD,      /* out = the inputs of the batch */
    NF_PLAN_KNOB,      /* out = knob number flag, over first (0: 1); one element */
    NF_PLAN_COPY,      /* out = a, converted */
    NF_PLAN_ELEMENT,   /* out = operation number flag (nf_op) on a, b, addend, as it has operands */
    NF_PLAN_SELECT,    /* out = b where a is not 0, else addend; a has one byte an element */
    NF_PLAN_PRODUCT,   /* out = a b, exact; addend + a b; addend - a b (NF_PLAN_SUBTRACT) */
    NF_PLAN_SUM_ROWS,  /* out (rows, 1) = the sum of each row of a, exact */
    NF_PLAN_PERTURB,   /* out = random signs, plus a; first: rows that are one tangent */
    NF_PLAN_UNIT,      /* out = unit vectors: row r has its 1 in column counter + r / first */
    NF_PLAN_LOSS,      /* out = the loss's derivative by a, row by row, over first (0: 1); flag:
                          nf_plan_loss */
    NF_PLAN_DIRECTION, /* out (tangents, rows of a): sums of a's rows times those of b, exact */
    NF_PLAN_COMBINE,   /* out = sum over tangents of a (tangents, rows) times their signs, exact;
                          addend minus that sum, rounded once, where there is an addend */
    NF_PLAN_GRAM,      /* out (tangents, tangents) = a, plus products of the signs of two tangents,
                          summed over first rows of last columns; a: 0 */
    NF_PLAN_SOLVE,     /* out = the solution x of a x = b, a positive definite, in binary64 */
    /* Of images, one in a row; first: number of the windows in the plan's list.  Products take the
     * flags of PRODUCT. */
    NF_PLAN_CONVOLVE,      /* out = windows of a, as rows, times b; plus addend; b may have one row
                                more, which meets 1 in the first `last` images, else 0 */
    NF_PLAN_CONVOLVE_BACK, /* out: each window gets (its element of a) b^T, rounded; an element of an
                                image the exact sum of what its windows get */
    NF_PLAN_CONVOLVE_WEIGHT, /* out = addend + (windows of a)^T b, one exact sum each */
    NF_PLAN_MAXIMUM,      /* out = each window's maximum of a; of b, at the places of those of a */
    NF_PLAN_MAXIMUM_BACK, /* out = sum of b over the windows whose maximum of a is here, exact */
    NF_PLAN_WINDOW_SUM,   /* out = each window's sum of a, exact */
    NF_PLAN_WINDOW_SUM_BACK, /* out = the sum of a over the windows that cover the element, exact */
    /* Of sequences, one in a row: `last` places with a query, a key and a value each, a: of all heads
     * the queries, then the keys, then the values.  first: heads; addend: what scores are divided by,
     * in the format that they and their softmax are computed in. */
    NF_PLAN_ATTEND,      /* out = sums of values by the softmax of scores, of all heads */
    NF_PLAN_ATTEND_BACK, /* out = the derivative by a of what b is the derivative by */
    NF_PLAN_CALL,        /* goes to first; the RETURN there comes back to the next operation */
    NF_PLAN_LOOP,        /* counter += flag; while it is below last, goes to first; then it is 0 */
    NF_PLAN_RETURN,
    NF_PLAN_FOREIGN, /* a function of the caller's: number flag of the plan's */
    NF_PLAN_KINDS
} nf_plan_kind;

/* Flags: of products; native: of binary64 and binary32, by their own additions in a fixed order. */
enum { NF_PLAN_SUBTRACT = 1, NF_PLAN_NATIVE = 2 };
/* PERTURB and COMBINE: rows are keyed by the number of the sample in the data set, else by their own.
 * DIRECTION: out is written from row `counter` on, as far as it goes. */
enum { NF_PLAN_BY_SAMPLE = 1, NF_PLAN_AT_COUNTER = 1 };
/* ATTEND and ATTEND_BACK: a place sees itself and what is before it. */
enum { NF_PLAN_CAUSAL = 1 };
typedef enum { NF_SOFTMAX_CROSS_ENTROPY, NF_MEAN_SQUARED_ERROR } nf_plan_loss;

/* Windows of images whose elements are (row, column, channel), the last the nearest; rows and columns
 * of windows follow from the rest.  Around an image are `padding` zeros. */
typedef struct nf_plan_windows {
    int32_t height, width, channels;
    int32_t size[2], stride[2], padding[2], count[2]; /* along rows, along columns */
} nf_plan_windows;

typedef struct nf_plan_op {
    uint8_t kind;       /* nf_plan_kind */
    uint8_t formats[4]; /* of a, b, addend, out: numbers in the plan's list */
    uint8_t unused[3];
    int32_t flag, stream, first, last;
    nf_place a, b, addend, out;
} nf_plan_op;

/* ---- a plan ---------------------------------------------------------------------------------- */

typedef struct nf_plan_knobs {
    uint64_t seed; /* of all random signs of the step */
    double knob[4];
} nf_plan_knobs;

typedef struct nf_plan_batch {
    nf_matrix inputs;
    nf_matrix targets;      /* of a mean squared error */
    const int64_t *labels;  /* of a cross-entropy */
    const int64_t *samples; /* numbers in the data set; NULL: row numbers */
} nf_plan_batch;

typedef struct nf_plan_result {
    double loss; /* the mean over the batch */
    int64_t heap_calls, operations;
    uint32_t flags;  /* of nf_env */
    int32_t stopped; /* the operation that failed, or -1 */
} nf_plan_result;

/* What NF_PLAN_FOREIGN calls.  False: failed. */
typedef bool nf_plan_foreign(const nf_plan_op *op, char *arena, const nf_format *formats,
                             void *context);

typedef struct nf_plan nf_plan;
typedef struct nf_plan_parts {
    const nf_plan_op *ops;
    int32_t count;
    const nf_format *formats;
    int32_t format_count;
    const nf_plan_windows *windows;
    int32_t window_count;
    int64_t scratch, scratch_bytes; /* for the kernels: a place in the arena */
    int64_t most_operations;        /* a step that does more is wrong, and fails */
    nf_plan_foreign *const *foreign;
    void *const *contexts;
    int32_t foreign_count;
} nf_plan_parts;

/* NULL: no memory, or operation *wrong is none (its operands' shapes, or not all in the arena). The
 * table and the formats are copied; the arena must outlive the plan. */
nf_plan *nf_plan_new(const nf_plan_parts *parts, nf_arena *arena, int32_t *wrong);
void nf_plan_free(nf_plan *plan);
/* Bytes of scratch that these operations need, whatever the data. */
int64_t nf_plan_scratch(const nf_plan_parts *parts);
/* One step. */
nf_outcome nf_plan_step(nf_plan *plan, const nf_plan_batch *batch, const nf_plan_knobs *knobs,
                        nf_plan_result *result);

#endif
