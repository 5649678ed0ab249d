/* SPDX-License-Identifier: BSD-3-Clause */
/* When does a narrow format get a table of all results of an operation? */
#include "calls/nfnp_calls.h"
#include <stdlib.h>

/* A table of 65,536 results of an elementary function takes up to 0.5 s: so many elements must have
 * asked for results before it is made. */
enum { NFNP_ENOUGH = 16384 };

static bool is_costly(const nf_format *f, nf_op op)
{
    return nf_is_function(op) || (op == NF_OP_sqrt && f->bits > 8);
}

static bool has_table(const nf_format *f, nf_op op, nf_kind kind)
{
    if (f->rounding == NF_STOCHASTIC)
        return false;
    return f->bits <= 8 ? kind == NF_KIND_TT_T || kind == NF_KIND_T_T
                        : f->bits <= 16 && kind == NF_KIND_T_T && is_costly(f, op);
}

/* Is it too early to make a table?  Those of one operand of 8 bits are small and never are. */
static bool is_early(nfnp_dtype *d, nf_op op, nf_kind kind, npy_intp n)
{
    bool is_small_table = d->format.bits <= 8 && kind == NF_KIND_T_T;
    if (!is_costly(&d->format, op) || is_small_table || n >= NFNP_ENOUGH)
        return false;
    uint32_t before = atomic_fetch_add(&d->looked[op], (uint32_t)n);
    return before + (uint32_t)n < NFNP_ENOUGH;
}

/* Codes of up to 8 bits: uint16_t; of more: uint32_t. */
static void *make_table(const nf_format *f, nf_op op, nf_kind kind)
{
    size_t entries = f->bits <= 8 && kind == NF_KIND_T_T ? 256 : 65536;
    void *table = malloc(entries * (f->bits <= 8 ? sizeof(uint16_t) : sizeof(uint32_t)));
    if (table != NULL && f->bits <= 8)
        nf_fill_table(f, op, table);
    else if (table != NULL)
        nf_fill_table_16(f, op, table);
    return table;
}

/* Made by whichever thread comes first. */
const void *nfnp_table(nfnp_dtype *d, nf_op op, npy_intp n)
{
    nf_kind kind = nf_op_kind(op);
    if (!has_table(&d->format, op, kind))
        return NULL;
    void *table = atomic_load_explicit(&d->tables[op], memory_order_acquire);
    if (table != NULL)
        return table;
    void *made = is_early(d, op, kind, n) ? NULL : make_table(&d->format, op, kind);
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong(&d->tables[op], &table, made))
        return made;
    free(made);
    return table;
}
