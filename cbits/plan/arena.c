/* SPDX-License-Identifier: BSD-3-Clause */
/* How is memory taken from an arena, and given back? */
#include "nf_plan.h"

int64_t nf_arena_take(nf_arena *arena, int64_t bytes)
{
    int64_t at = arena->top;
    int64_t free = arena->bytes - at;
    if (bytes < 0 || bytes > free)
        return -1;
    int64_t whole = (bytes + NF_ARENA_ALIGN - 1) / NF_ARENA_ALIGN * NF_ARENA_ALIGN;
    arena->top = whole < free ? at + whole : arena->bytes;
    arena->high = arena->top > arena->high ? arena->top : arena->high;
    arena->taken++;
    return at;
}

bool nf_arena_release(nf_arena *arena, int64_t top)
{
    if (top < 0 || top > arena->top)
        return false;
    arena->top = top;
    return true;
}
