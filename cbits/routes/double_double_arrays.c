/* SPDX-License-Identifier: BSD-3-Clause */
/* How does an operation on arrays of double-doubles run?  In blocks that stay in the L1 cache,
 * through the loops of the CPU level; functions through their kernels, and what those leave open
 * (double_double_rare.c) element by element. */
#include "core/host_rounding.h"
#include "double_double_rare.h"
#include "levels/double_double_loops.h"
#include "nf_dd_arrays.h"
#include "nf_stop.h"
#include "routes.h"

#include <string.h>

enum { BLOCK = NF_STAGE, OPERANDS = 3 };

typedef struct block {
    const double *x[2 * OPERANDS];
    double room[2 * OPERANDS][BLOCK];
} block;

/* The parts of n elements from `start`: where they are, or gathered. */
static void fetch(block *b, const nf_dd_array *x, int operands, intptr_t start, int n)
{
    for (int k = 0; k < 2 * operands; k++) {
        const nf_dd_array *a = &x[k / 2];
        const double *from = (k % 2 ? a->lo : a->hi) + start * a->step;
        b->x[k] = a->step == 1 ? from : b->room[k];
        for (int i = 0; a->step != 1 && i < n; i++)
            b->room[k][i] = from[i * a->step];
    }
}

static int operands_of(nf_op op)
{
    switch (nf_op_kind(op)) {
    case NF_KIND_T_T: return 1;
    case NF_KIND_TTT_T: return 3;
    default: return 2;
    }
}

static int find(const char *name, bool (*serves)(nf_op op))
{
    static const char *const names[NF_OP_COUNT] = {
#define NF_OP(name, ...) [NF_OP_##name] = #name,
#include "nf_ops.def"
#undef NF_OP
    };
    for (int op = 0; op < NF_OP_COUNT; op++)
        if (strcmp(names[op], name) == 0)
            return serves((nf_op)op) ? op : -1;
    return -1;
}

static bool operates(nf_op op)
{
    return nf_find_dd_loops()->operation[op] != NULL || nf_dd_is_function(op);
}

static bool compares(nf_op op)
{
    return nf_find_dd_loops()->compare[op] != NULL;
}

int nf_dd_find(const char *name)
{
    return find(name, operates);
}

int nf_dd_find_comparison(const char *name)
{
    return find(name, compares);
}

/* ---- elementwise ----------------------------------------------------------------------------- */

bool nf_dd_call(int operation, const nf_dd_array *x, intptr_t n, double *hi, double *lo)
{
    const nf_op op = (nf_op)operation;
    nf_dd_loop *loop = nf_find_dd_loops()->operation[op];
    const int operands = operands_of(op);
    block b;
    bool stopped = false;
    nf_host_float before = nf_host_float_begin();
    for (intptr_t i = 0; i < n && !stopped; i += BLOCK) {
        int count = n - i < BLOCK ? (int)(n - i) : BLOCK;
        fetch(&b, x, operands, i, count);
        if (loop != NULL)
            loop(b.x, count, hi + i, lo + i);
        else
            nf_dd_function(op, b.x, count, hi + i, lo + i);
        stopped = nf_should_stop((uint64_t)count * (loop != NULL ? 1 : 8));
    }
    nf_host_float_end(before);
    return !stopped;
}

bool nf_dd_compare(int comparison, const nf_dd_array *x, intptr_t n, bool *out)
{
    nf_dd_truths *loop = nf_find_dd_loops()->compare[comparison];
    block b;
    bool stopped = false;
    nf_host_float before = nf_host_float_begin();
    for (intptr_t i = 0; i < n && !stopped; i += BLOCK) {
        int count = n - i < BLOCK ? (int)(n - i) : BLOCK;
        fetch(&b, x, 2, i, count);
        loop(b.x, count, out + i);
        stopped = nf_should_stop((uint64_t)count);
    }
    nf_host_float_end(before);
    return !stopped;
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Columns that are summed together; rows of a leaf; leaves are merged in pairs, as a binary counter
 * counts: `held` has a sum at level k where bit k of the count is 1. */
enum { COLUMNS = 64, LEAF_ROWS = 8, LEVELS = 64 };

typedef struct sums {
    double held[LEVELS][2][COLUMNS];
    double leaf[2][BLOCK];
    const nf_dd_loops *loops;
    int columns;
} sums;

/* Of one column: BLOCK terms, halved until there is one. */
static void long_leaf(sums *s, const double *hi, const double *lo, int n)
{
    memcpy(s->leaf[0], hi, (size_t)n * sizeof *hi);
    memcpy(s->leaf[1], lo, (size_t)n * sizeof *lo);
    for (int half; n > 1; n = half) {
        half = n - n / 2;
        s->loops->accumulate(s->leaf[0] + half, s->leaf[1] + half, n / 2, s->leaf[0], s->leaf[1]);
    }
}

/* Of several: their first rows, one by one. */
static void wide_leaf(sums *s, const double *hi, const double *lo, intptr_t stride, int rows)
{
    memcpy(s->leaf[0], hi, (size_t)s->columns * sizeof *hi);
    memcpy(s->leaf[1], lo, (size_t)s->columns * sizeof *lo);
    for (int i = 1; i < rows; i++)
        s->loops->accumulate(hi + i * stride, lo + i * stride, s->columns, s->leaf[0], s->leaf[1]);
}

static void keep(sums *s, int level)
{
    memcpy(s->held[level][0], s->leaf[0], (size_t)s->columns * sizeof(double));
    memcpy(s->held[level][1], s->leaf[1], (size_t)s->columns * sizeof(double));
}

/* The leaf is leaf + held, whose terms came before. */
static void merge(sums *s, int level)
{
    s->loops->accumulate(s->held[level][0], s->held[level][1], s->columns, s->leaf[0], s->leaf[1]);
}

/* The sums of n > 0 rows of some columns, in the leaf; false: stopped. */
static bool sum_columns(sums *s, const double *hi, const double *lo, intptr_t n, intptr_t stride)
{
    const int rows = stride == 1 ? BLOCK : LEAF_ROWS;
    uint64_t count = 0;
    for (intptr_t i = 0; i < n; i += rows, count++) {
        int now = n - i < rows ? (int)(n - i) : rows, level = 0;
        if (stride == 1)
            long_leaf(s, hi + i, lo + i, now);
        else
            wide_leaf(s, hi + i * stride, lo + i * stride, stride, now);
        for (; count >> level & 1; level++)
            merge(s, level);
        if (nf_should_stop((uint64_t)now * (uint64_t)s->columns))
            return false;
        if (i + rows >= n) { /* the last one: with all that is left, the shortest first */
            for (level++; level < LEVELS; level++)
                if (count >> level & 1)
                    merge(s, level);
        } else {
            keep(s, level);
        }
    }
    return true;
}

bool nf_dd_sum(const nf_dd_array *x, intptr_t outer, intptr_t n, intptr_t inner, double *hi,
               double *lo)
{
    sums s;
    bool going = true;
    s.loops = nf_find_dd_loops();
    nf_host_float before = nf_host_float_begin();
    for (intptr_t o = 0; o < outer && going; o++)
        for (intptr_t j = 0; j < inner && going; j += COLUMNS) {
            intptr_t from = o * n * inner + j, to = o * inner + j;
            s.columns = inner - j < COLUMNS ? (int)(inner - j) : COLUMNS;
            memset(s.leaf, 0, sizeof s.leaf);
            going = sum_columns(&s, x->hi + from, x->lo + from, n, inner);
            memcpy(hi + to, s.leaf[0], (size_t)s.columns * sizeof *hi);
            memcpy(lo + to, s.leaf[1], (size_t)s.columns * sizeof *lo);
        }
    nf_host_float_end(before);
    return going;
}

/* Row i and what is above it, in blocks; the first row stands there. */
static bool running_rows(const double *x_hi, const double *x_lo, intptr_t n, intptr_t inner,
                         double *hi, double *lo)
{
    nf_dd_loop *add = nf_find_dd_loops()->operation[NF_OP_add];
    for (intptr_t at = inner; at < n * inner; at += inner)
        for (intptr_t j = at; j < at + inner; j += BLOCK) {
            int count = at + inner - j < BLOCK ? (int)(at + inner - j) : BLOCK;
            const double *x[] = {hi + (j - inner), lo + (j - inner), x_hi + j, x_lo + j};
            add(x, count, hi + j, lo + j);
            if (nf_should_stop((uint64_t)count))
                return false;
        }
    return true;
}

static bool running_line(const double *x_hi, const double *x_lo, intptr_t n, double *hi, double *lo)
{
    for (intptr_t i = 1; i < n; i += BLOCK) {
        int count = n - i < BLOCK ? (int)(n - i) : BLOCK;
        const double before[] = {hi[i - 1], lo[i - 1]};
        nf_find_dd_loops()->running(before, x_hi + i, x_lo + i, count, hi + i, lo + i);
        if (nf_should_stop(4 * (uint64_t)count))
            return false;
    }
    return true;
}

bool nf_dd_running_sum(const nf_dd_array *x, intptr_t outer, intptr_t n, intptr_t inner, double *hi,
                       double *lo)
{
    bool going = true;
    nf_host_float before = nf_host_float_begin();
    for (intptr_t o = 0; o < outer && n > 0 && going; o++) {
        const intptr_t at = o * n * inner;
        const double *x_hi = x->hi + at, *x_lo = x->lo + at;
        memcpy(hi + at, x_hi, (size_t)inner * sizeof *hi);
        memcpy(lo + at, x_lo, (size_t)inner * sizeof *lo);
        going = inner == 1 ? running_line(x_hi, x_lo, n, hi + at, lo + at)
                           : running_rows(x_hi, x_lo, n, inner, hi + at, lo + at);
    }
    nf_host_float_end(before);
    return going;
}

bool nf_dd_multiply(intptr_t m, intptr_t k, intptr_t n, const nf_dd_array *a, const nf_dd_array *b,
                    double *hi, double *lo)
{
    const nf_dd_loops *loops = nf_find_dd_loops();
    bool stopped = false;
    nf_host_float before = nf_host_float_begin();
    memset(hi, 0, (size_t)(m * n) * sizeof *hi);
    memset(lo, 0, (size_t)(m * n) * sizeof *lo);
    for (intptr_t j = 0; j < n && !stopped; j += BLOCK) {
        int count = n - j < BLOCK ? (int)(n - j) : BLOCK;
        for (intptr_t i = 0; i < m && !stopped; i++) {
            for (intptr_t l = 0; l < k && !stopped; l++) {
                const double factor[] = {a->hi[i * k + l], a->lo[i * k + l]};
                loops->add_multiple(factor, b->hi + l * n + j, b->lo + l * n + j, count,
                                    hi + i * n + j, lo + i * n + j);
                stopped = nf_should_stop((uint64_t)count);
            }
        }
    }
    nf_host_float_end(before);
    return !stopped;
}
