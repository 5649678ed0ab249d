/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold before the library calls the core, which trusts its caller? */
#ifndef NF_LIBRARY_H
#define NF_LIBRARY_H

#include "nf.h"
#include "core/bits.h"
#include "numformats.h"

#include <string.h>

static inline bool nf_is_row(const nf_format *f)
{
    return f != NULL && nf_format_check(f) == NF_OK;
}

static inline bool nf_is_code_of(const nf_format *f, uint64_t code)
{
    return code <= nf_mask(f->bits);
}

/* Are n elements codes?  All are where the format fills its storage. */
bool nf_are_codes(const nf_format *f, const void *data, intptr_t stride, size_t n);

/* An nf_env of the call's own: the caller's, and what of it may change goes back by nf_leave. */
static inline nf_env nf_enter(const nf_env *env)
{
    return env ? (nf_env){0, env->seed, env->stream, env->index} : (nf_env){0, 0, 0, 0};
}

static inline void nf_leave(nf_env *env, uint32_t flags)
{
    if (env)
        env->flags |= flags;
}

/* Copies as much of a text as there is room for; its whole length. */
size_t nf_copy_text(const char *text, size_t length, char *buffer, size_t size);

#endif
