/* SPDX-License-Identifier: BSD-3-Clause */
/* Which headers make the inlined core, in reading order?  Everything that depends on the width of
 * the field is included twice: 64 bits for formats up to 32 bits, 128 for the others. */
#ifndef NF_CORE_H
#define NF_CORE_H

#include "bits.h"
#include "round.h"

#define NF_W 64
#include "per_width.h"
#undef NF_W
#define NF_W 128
#include "per_width.h"
#undef NF_W

#include "fma.h"

/* May this row compute in the 64-bit field?  Wrapping needs every bit of the integer part, and
 * stochastic rounding 64 dropped bits. */
NF_INLINE bool nf_is_narrow(const nf_format *f)
{
    return f->bits <= 32 && f->rounding != NF_STOCHASTIC && f->overflow != NF_OVERFLOW_WRAP;
}

/* Significant bits of the longest values. */
NF_INLINE int nf_significand_bits(const nf_format *f)
{
    int bits = f->family == NF_POSIT          ? f->bits - 2 - f->es
               : f->family == NF_TAKUM_LINEAR ? f->bits - 4
               : f->family == NF_FIXED        ? f->bits
                                              : f->man + 1;
    return bits > 1 ? bits : 1;
}

/* May sums, products, quotients and roots?  Up to 60 significant bits and to nearest they may: a
 * sum in which bits were jammed is in one cell of 8 units of the field with the exact one (ops.h),
 * below the rounding bit. */
NF_INLINE bool nf_computes_narrow(const nf_format *f)
{
    if (nf_is_narrow(f))
        return true;
    bool plain = f->family != NF_FIXED && f->family != NF_TRUNCATED;
    return plain && f->rounding == NF_NEAREST_EVEN && nf_significand_bits(f) <= 60;
}

/* Every finite value but zero is a multiple of 2^least and below 2^most in magnitude (limits.c). */
void nf_exponent_range(const nf_format *f, int *least, int *most);

/* ---- plain functions, for operations that have one loop for all rows ----------------------- */

#define NF_PLAIN static __attribute__((noinline, unused))

/* The decoder and the rounding of any row, at width w. */
#define NF_OF_ANY_ROW(w)                                                                           \
    NF_PLAIN nf_number_##w nf_decode_##w##_any(const nf_format *f, uint64_t code)                  \
    {                                                                                              \
        return nf_decode_##w(f, code);                                                             \
    }                                                                                              \
    NF_PLAIN uint64_t nf_encode_##w##_any(const nf_format *f, nf_number_##w x, nf_env *env)        \
    {                                                                                              \
        return nf_encode_##w(f, x, env);                                                           \
    }                                                                                              \
    NF_PLAIN nf_number_##w nf_load_##w##_any(const nf_format *f, uint64_t code)                    \
    {                                                                                              \
        return nf_load_##w(f, code);                                                               \
    }                                                                                              \
    NF_PLAIN uint64_t nf_result_##w##_any(const nf_format *f, nf_number_##w x, nf_env *env)        \
    {                                                                                              \
        return nf_result_##w(f, x, env);                                                           \
    }
NF_OF_ANY_ROW(64)
NF_OF_ANY_ROW(128)
#undef NF_OF_ANY_ROW

NF_INLINE nf_unpacked nf_export(nf_number_128 x)
{
    nf_unpacked r = {x.cls, x.sign, x.exp, (uint64_t)(x.sig >> 64), (uint64_t)x.sig};
    return r;
}

NF_INLINE nf_number_128 nf_import(nf_unpacked x)
{
    nf_number_128 r = {(nf_u128)x.hi << 64 | x.lo, x.exp, x.cls, x.sign};
    return r;
}

#endif
