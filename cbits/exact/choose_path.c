/* SPDX-License-Identifier: BSD-3-Clause */
/* Which path does a matrix product take, and in which memory? */
#include "nf_heap.h"
#include "strips.h"

/* Slices cost a fixed amount for each element of a and b, dots for each output: measured with
 * posit16, posit32, bfloat16 and binary64, k from 1 to 784. */
static bool is_large(const nf_product *p)
{
    return p->m >= 4 && p->n >= 4 && p->m * p->n >= 256;
}

static bool takes_slices(const nf_product *p)
{
    return p->b.data != NULL && nf_slices_possible(p) &&
           (p->path == NF_PATH_SLICES || (p->path == NF_PATH_AUTO && is_large(p)));
}

static nf_outcome choose(const nf_product *p, nf_workspace w, nf_env *env)
{
    if (p->path == NF_PATH_DOUBLES)
        return NF_NO_PATH;
    if (p->b.data == NULL)
        return p->path == NF_PATH_SLICES || p->addend ? NF_NO_PATH : nf_sum_rows(p, w, env);
    if (takes_slices(p))
        return nf_multiply_by_slices(p, w, env);
    bool doubles = nf_plan_doubles(&p->a.format, &p->b.format).possible;
    if (p->path == NF_PATH_SLICES || (p->path == NF_PATH_EXTRACT && !doubles))
        return NF_NO_PATH;
    return nf_multiply_by_dots(p, (intptr_t[]){0, p->m, 0, p->n}, p->path == NF_PATH_LOOP, w, env);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* The formats of the accumulator: of the factors (1 where there is none) and of the addend. */
static void formats_of(const nf_product *p, const nf_format *f[3])
{
    f[0] = &p->a.format;
    f[1] = p->b.data ? &p->b.format : &p->a.format;
    f[2] = p->addend ? &p->addend->format : &p->a.format;
}

static size_t sum_bytes(const nf_product *p)
{
    const nf_format *f[3];
    formats_of(p, f);
    return nf_piece(nf_accumulator_bytes(f[0], f[1], f[2]));
}

size_t nf_product_least_room(const nf_product *p)
{
    return p->model ? 0 : NF_ALIGNMENT + sum_bytes(p);
}

size_t nf_product_room(const nf_product *p)
{
    if (p->model || p->b.data == NULL)
        return nf_product_least_room(p);
    size_t dots = nf_dots_room(p), slices = takes_slices(p) ? nf_slices_room(p) : 0;
    return nf_product_least_room(p) + (dots > slices ? dots : slices);
}

nf_outcome nf_multiply_in(const nf_product *p, char *room, size_t bytes, nf_env *env)
{
    if (p->model)
        return NF_NO_PATH;
    nf_workspace w = {NULL, nf_room_in(room, bytes)};
    void *sum = nf_take(&w.room, sum_bytes(p));
    if (sum == NULL)
        return NF_NO_MEMORY;
    const nf_format *f[3];
    formats_of(p, f);
    w.sum = nf_accumulator_in(sum, f[0], f[1], f[2]);
    nf_outcome outcome = choose(p, w, env);
    env->index += (uint64_t)(p->m * p->n);
    return outcome;
}

/* More is not asked of the heap: sums of half a million terms then have smaller tiles. */
enum { HEAP_MOST = 1 << 30 };

nf_outcome nf_multiply_exactly(const nf_product *p, nf_env *env)
{
    size_t bytes = nf_product_room(p), least = nf_product_least_room(p);
    bytes = bytes < HEAP_MOST ? bytes : HEAP_MOST;
    char *room = nf_heap_take(bytes);
    while (room == NULL && bytes > least) {
        bytes = bytes / 2 > least ? bytes / 2 : least;
        room = nf_heap_take(bytes);
    }
    if (room == NULL)
        return NF_NO_MEMORY;
    nf_outcome outcome = nf_multiply_in(p, room, bytes, env);
    nf_heap_give(room);
    return outcome;
}
