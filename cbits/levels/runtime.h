/* SPDX-License-Identifier: BSD-3-Clause */
/* The loops whose row is known at run time only: every operation of nf_ops.def, every format. */
#ifndef NF_RUNTIME_H
#define NF_RUNTIME_H

#include "scalar_loops.h"
#include "functions/functions.h"

NF_QUIET_1(pos)
NF_QUIET_1(sign)
NF_QUIET_2(maximum)
NF_QUIET_2(minimum)
NF_QUIET_2(fmax)
NF_QUIET_2(fmin)
NF_QUIET_2(nextafter)
NF_QUIET_2(heaviside)

NF_LOOP_T_T(run_neg, f, nf_el_neg)
NF_LOOP_T_T(run_pos, f, nf_q_pos)
NF_LOOP_T_T(run_abs, f, nf_el_abs)
NF_LOOP_T_T(run_sign, f, nf_q_sign)
NF_LOOP_T_T(run_sqrt, f, nf_el_sqrt)
NF_LOOP_T_T(run_square, f, nf_el_square)
NF_LOOP_T_T(run_reciprocal, f, nf_el_reciprocal)
NF_LOOP_T_T(run_rint, f, nf_el_rint)
NF_LOOP_T_T(run_floor, f, nf_el_floor)
NF_LOOP_T_T(run_ceil, f, nf_el_ceil)
NF_LOOP_T_T(run_trunc, f, nf_el_trunc)
NF_LOOP_T_T(run_rint_ties_away, f, nf_el_rint_ties_away)
NF_LOOP_T_T(run_spacing, f, nf_el_spacing)

NF_LOOP_T_B(run_isnan, f, nf_el_isnan)
NF_LOOP_T_B(run_isinf, f, nf_el_isinf)
NF_LOOP_T_B(run_isfinite, f, nf_el_isfinite)
NF_LOOP_T_B(run_signbit, f, nf_el_signbit)
NF_LOOP_T_B(run_nonzero, f, nf_el_nonzero)

NF_LOOP_TT_T(run_add, f, nf_el_add)
NF_LOOP_TT_T(run_sub, f, nf_el_sub)
NF_LOOP_TT_T(run_mul, f, nf_el_mul)
NF_LOOP_TT_T(run_div, f, nf_el_div)
NF_LOOP_TT_T(run_floor_divide, f, nf_el_floor_divide)
NF_LOOP_TT_T(run_remainder, f, nf_el_remainder)
NF_LOOP_TT_T(run_fmod, f, nf_el_fmod)
NF_LOOP_TT_T(run_ieee_remainder, f, nf_el_ieee_remainder)
NF_LOOP_TT_T(run_copysign, f, nf_el_copysign)
NF_LOOP_TT_T(run_nextafter, f, nf_q_nextafter)
NF_LOOP_TT_T(run_maximum, f, nf_q_maximum)
NF_LOOP_TT_T(run_minimum, f, nf_q_minimum)
NF_LOOP_TT_T(run_fmax, f, nf_q_fmax)
NF_LOOP_TT_T(run_fmin, f, nf_q_fmin)
NF_LOOP_TT_T(run_heaviside, f, nf_q_heaviside)

NF_LOOP_TT_B(run_equal, f, nf_el_equal)
NF_LOOP_TT_B(run_not_equal, f, nf_el_not_equal)
NF_LOOP_TT_B(run_less, f, nf_el_less)
NF_LOOP_TT_B(run_less_equal, f, nf_el_less_equal)
NF_LOOP_TT_B(run_greater, f, nf_el_greater)
NF_LOOP_TT_B(run_greater_equal, f, nf_el_greater_equal)

NF_LOOP_TTT_T(run_fma, f, nf_el_fma)
NF_LOOP_TTT_T(run_fmm, f, nf_el_fmm)

NF_LOOP(run_clip, f, NF_OUT(3, nf_el_clip(r, NF_IN(0), NF_IN(1), NF_IN(2)));)

NF_LOOP(run_divmod, f, {
    uint64_t a = NF_IN(0), b = NF_IN(1);
    NF_OUT(2, nf_el_floor_divide(r, a, b, &e));
    NF_OUT(3, nf_el_remainder(r, a, b, &e));
})

NF_LOOP(run_modf, f, {
    uint64_t fraction, whole;
    nf_el_modf(r, NF_IN(0), &fraction, &whole, &e);
    NF_OUT(1, fraction);
    NF_OUT(2, whole);
})

NF_LOOP(run_frexp, f, {
    int32_t exponent;
    uint64_t m = nf_el_frexp(r, NF_IN(0), &exponent, &e);
    NF_OUT(1, m);
    memcpy(NF_AT(2), &exponent, sizeof exponent);
})

NF_LOOP(run_ldexp, f, {
    int64_t k;
    memcpy(&k, NF_AT(1), sizeof k);
    NF_OUT(2, nf_el_ldexp(r, NF_IN(0), k, &e));
})

NF_LOOP(run_powi, f, {
    int64_t k;
    memcpy(&k, NF_AT(1), sizeof k);
    NF_OUT(2, nf_function_int(r, NF_OP_powi, NF_IN(0), k, &e));
})

/* ---- elementary functions: no function is worth inlining ------------------------------------- */

#define NF_RUN_T_T(name)                                                                           \
    NF_LOOP(run_##name, f, NF_OUT(1, nf_function(r, NF_OP_##name, NF_IN(0), &e));)
#define NF_RUN_TT_T(name)                                                                          \
    NF_LOOP(run_##name, f, NF_OUT(2, nf_function_2(r, NF_OP_##name, NF_IN(0), NF_IN(1), &e));)
#define NF_RUN_TI_T(name)                                                                          \
    NF_LOOP(run_##name, f, {                                                                       \
        int64_t k;                                                                                 \
        memcpy(&k, NF_AT(1), sizeof k);                                                            \
        NF_OUT(2, nf_function_int(r, NF_OP_##name, NF_IN(0), k, &e));                              \
    })
#define NF_FUNCTION(name, kind) NF_RUN_##kind(name)
#include "nf_functions.def"
#undef NF_FUNCTION

#endif
