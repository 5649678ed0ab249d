/* SPDX-License-Identifier: BSD-3-Clause */
/* Which results take more than one field of bits, and are therefore functions and not templates? */
#ifndef NF_LONG_RESULTS_H
#define NF_LONG_RESULTS_H

#include "core.h"

/* Operands are exact: at most 64 significant bits.  Results have 128 bits, the rest jammed; the
 * caller rounds them (nf_result_128). */

/* The integer next to x: NF_NEAREST_EVEN (rint), NF_NEAREST_AWAY (rint_ties_away),
 * NF_TOWARD_NEGATIVE (floor), NF_TOWARD_POSITIVE (ceil), NF_TOWARD_ZERO (trunc).  A zero keeps the
 * sign of x; NaN and infinities pass. */
nf_number_128 nf_to_integer(nf_number_128 x, nf_rounding mode);

/* floor(a / b), exactly.  a/0 is as in division; inf/b is invalid. */
nf_number_128 nf_floor_divide_128(nf_number_128 a, nf_number_128 b, nf_env *env);
/* a - b*floor(a/b) when `floored` (sign of b), else a - b*trunc(a/b) (sign of a). */
nf_number_128 nf_remainder_128(nf_number_128 a, nf_number_128 b, bool floored, nf_env *env);
/* a - b*n, n the integer nearest to a/b, ties to even: IEEE 754-2019, 5.3.1. */
nf_number_128 nf_ieee_remainder_128(nf_number_128 a, nf_number_128 b, nf_env *env);

/* x^k, exactly, for -NF_POWER_MAX <= k <= NF_POWER_MAX.  NaN^0 and 0^0 are 1, but NaR by
 * posit_rules. */
enum { NF_POWER_MAX = 64 };
nf_number_128 nf_powi_128(nf_number_128 x, int64_t k, bool posit_rules, nf_env *env);

/* Code of the result of add, sub, mul, div, floor_divide, remainder, fmod, fma or fmm of values of
 * at most 64 significant bits, none beyond 2^NF_EXACT_EXP, in a wrapping fixed-point format; of
 * x^k, |k| <= NF_POWER_MAX. */
uint64_t nf_wrap_values(const nf_format *f, nf_op op, const nf_number_128 *in, nf_env *env);
uint64_t nf_wrap_power(const nf_format *f, nf_number_128 x, int64_t k, nf_env *env);
/* The same of codes: div, reciprocal, sqrt, floor_divide, fma or fmm.  Unused operands are 0. */
uint64_t nf_wrap_op(const nf_format *f, nf_op op, uint64_t a, uint64_t b, uint64_t c, nf_env *env);

/* digit[0..n-1], each 0..9 and the first not 0, times 10^exponent.  With `more` the exact number is
 * larger, by less than one unit of the last digit. */
nf_number_128 nf_from_decimal(const uint8_t *digit, int n, int exponent, bool more);

#endif
