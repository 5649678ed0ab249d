/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a kernel that computes in host floats escape the caller's rounding mode and flushing? */
#ifndef NF_HOST_ROUNDING_H
#define NF_HOST_ROUNDING_H

/* Bracket a call that uses doubles; nothing inside may be inlined into the function that brackets,
 * or the compiler could move arithmetic across. */
#if defined(__x86_64__) || defined(__SSE2__)
#include <xmmintrin.h>
typedef unsigned nf_host_float;
static inline nf_host_float nf_host_float_begin(void)
{
    nf_host_float before = _mm_getcsr();
    _mm_setcsr(0x1F80); /* nearest even, subnormals, no traps */
    return before;
}
static inline void nf_host_float_end(nf_host_float before)
{
    _mm_setcsr(before);
}
/* Within a bracket: to toward zero, and back. */
#define NF_CUTS
static inline void nf_host_float_cut(void)
{
    _mm_setcsr(0x7F80);
}
static inline void nf_host_float_nearest(void)
{
    _mm_setcsr(0x1F80);
}
#else
#include <fenv.h>
typedef fenv_t nf_host_float;
static inline nf_host_float nf_host_float_begin(void)
{
    fenv_t before;
    fegetenv(&before);
    fesetenv(FE_DFL_ENV);
    return before;
}
static inline void nf_host_float_end(nf_host_float before)
{
    fesetenv(&before);
}
static inline void nf_host_float_cut(void)
{
}
static inline void nf_host_float_nearest(void)
{
}
#endif

#endif
