/* SPDX-License-Identifier: BSD-3-Clause */
/* How is the caller's scratch handed out?  From one end to the other; a copy of the struct is a
 * mark, and putting the copy back releases all that was taken since. */
#ifndef NF_ROOM_H
#define NF_ROOM_H

#include "core/core.h"

typedef struct nf_room {
    char *next;
    size_t left; /* bytes from next on */
} nf_room;

enum { NF_ALIGNMENT = 64 }; /* a cache line, and the widest vector */

/* What a piece of that size takes. */
NF_INLINE size_t nf_piece(size_t bytes)
{
    return (bytes + NF_ALIGNMENT - 1) / NF_ALIGNMENT * NF_ALIGNMENT;
}

/* The part of a caller's memory that is aligned: up to NF_ALIGNMENT - 1 bytes are lost. */
NF_INLINE nf_room nf_room_in(char *memory, size_t bytes)
{
    size_t skip = (0 - (uintptr_t)memory) % NF_ALIGNMENT;
    if (skip >= bytes)
        return (nf_room){memory, 0};
    return (nf_room){memory + skip, (bytes - skip) / NF_ALIGNMENT * NF_ALIGNMENT};
}

/* NULL: there is not so much. */
NF_INLINE void *nf_take(nf_room *room, size_t bytes)
{
    size_t piece = nf_piece(bytes);
    if (piece > room->left)
        return NULL;
    void *taken = room->next;
    room->next += piece;
    room->left -= piece;
    return taken;
}

#endif
