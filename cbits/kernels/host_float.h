/* SPDX-License-Identifier: BSD-3-Clause */
/* How do kernels that compute through host doubles get the arithmetic that they count on?
 *
 * Rounding to nearest, no flush to zero, no exception that traps: whatever the calling thread has
 * set is saved, and put back, flags included, when the kernel is done. */
#ifndef NF_HOST_FLOAT_H
#define NF_HOST_FLOAT_H

#include "../core/bits.h"

#if defined(__x86_64__)
#include <immintrin.h>

typedef unsigned nf_host_float;

NF_INLINE nf_host_float nf_host_float_begin(void)
{
    nf_host_float saved = _mm_getcsr();
    _mm_setcsr(0x1F80); /* the state after reset: all traps masked, nearest, no DAZ, no FTZ */
    return saved;
}

NF_INLINE void nf_host_float_end(nf_host_float saved)
{
    _mm_setcsr(saved);
}

#else
#include <fenv.h>

typedef fenv_t nf_host_float;

NF_INLINE nf_host_float nf_host_float_begin(void)
{
    nf_host_float saved;
    fegetenv(&saved);
    fesetenv(FE_DFL_ENV);
    return saved;
}

NF_INLINE void nf_host_float_end(nf_host_float saved)
{
    fesetenv(&saved);
}

#endif
#endif
