/* SPDX-License-Identifier: BSD-3-Clause */
/* Of which parts are the kernels of functions made?  Selection, scaling, polynomials. */
#ifndef NF_FUNCTION_PARTS_H
#define NF_FUNCTION_PARTS_H

#include "round_to_odd.h"
#include "polynomials.h"

/* The text, for those rows of nf_functions.def which have a kernel of one argument, of two. */
#define NF_OF_ONE_DOUBLES(...) __VA_ARGS__
#define NF_OF_ONE_CIRCLE(...) __VA_ARGS__
#define NF_OF_ONE_DD(...)
#define NF_OF_ONE_BALLS(...)
#define NF_OF_TWO_DOUBLES(...)
#define NF_OF_TWO_CIRCLE(...)
#define NF_OF_TWO_DD(...) __VA_ARGS__
#define NF_OF_TWO_BALLS(...)

#define NF_NAN __builtin_nan("")
#define NF_FMA(a, b, c) __builtin_fma(a, b, c)

NF_LANE double nf_choose(bool yes, double a, double b)
{
    return yes ? a : b;
}

NF_LANE double nf_signed_like(double magnitude, double sign)
{
    return nf_double_of(nf_bits_of(magnitude) | (nf_bits_of(sign) & NF_SIGN));
}

/* To nearest whole, |x| < 2^51, by the sum with 1.5 * 2^52; its last bits are those of the whole.
 */
#define NF_WHOLE 6755399441055744.0
NF_LANE double nf_split_whole(double x, uint64_t *bits)
{
    double sum = x + NF_WHOLE;
    *bits = nf_bits_of(sum);
    return sum - NF_WHOLE;
}

/* y 2^k, k of nf_whole, both normal */
NF_LANE double nf_scale(double y, uint64_t k)
{
    return nf_double_of(nf_bits_of(y) + (k << 52));
}

/* nf_poly_NAME(y), by Horner's rule */
#define NF_STEP(c) p = NF_FMA(p, y, c);
#define NF_POLYNOMIAL(name)                                                                        \
    NF_LANE double nf_poly_##name(double y)                                                        \
    {                                                                                              \
        double p = NF_LEADING_##name;                                                              \
        NF_OTHERS_##name(NF_STEP) return p;                                                        \
    }
NF_POLYNOMIAL(exp)   /* (e^y - 1) / y, |y| <= ln 2 / 2 */
NF_POLYNOMIAL(atanh) /* atanh(s) / s, y = s^2; (1 + s) / (1 - s) from sqrt 1/2 to sqrt 2 */
NF_POLYNOMIAL(sin)   /* sin(r) / r, y = r^2, |r| <= pi/4 */
NF_POLYNOMIAL(cos)   /* cos r */
NF_POLYNOMIAL(atan)  /* atan(t) / t, y = t^2, |t| <= tan(pi/8) */
NF_POLYNOMIAL(cbrt)  /* (1 + y)^(-1/3) but for 2^-13, 1 + y from sqrt 1/2 to sqrt 2 */
#undef NF_POLYNOMIAL
#undef NF_STEP

#endif
