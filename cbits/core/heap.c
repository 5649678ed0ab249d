/* SPDX-License-Identifier: BSD-3-Clause */
/* Where does the core get memory from?  The only file that calls malloc. */
#include "nf_heap.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_uint_least64_t calls;

void *nf_heap_take(size_t bytes)
{
    atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    return malloc(bytes);
}

void nf_heap_give(void *memory)
{
    free(memory);
}

uint64_t nf_heap_calls(void)
{
    return atomic_load_explicit(&calls, memory_order_relaxed);
}
