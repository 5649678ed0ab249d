/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a rounded double keep what it lost?  Rounding to odd, on independent elements, so that
 * the compiler makes vectors of it.
 *
 * An operation of the CPU gives z = RN53(exact) and the sign of e = exact - z.  Rounded to odd is,
 * where e is not 0, of the two doubles around the exact value the one whose last bit is 1.  To
 * nearest of a value rounded to odd, with two bits more than the target has, is to nearest of the
 * exact value, ties included; directed roundings see that something was there. */
#ifndef NF_ROUND_TO_ODD_H
#define NF_ROUND_TO_ODD_H

#include "core/double_bits.h"

/* z is finite and not 0 where e is a number other than 0. */
NF_LANE double nf_to_odd(double z, double e)
{
    /* |e| > 0 is false where z is infinite and e NaN */
    uint64_t inexact = nf_magnitude_of(e) > 0 ? 1 : 0, u = nf_bits_of(z);
    uint64_t past = (nf_bits_of(e) ^ u) >> 63; /* z lies farther from 0 than the exact value */
    return nf_double_of((u - (past & inexact)) | inexact);
}

/* Knuth's TwoSum: z = RN53(a + b), and z + the result = a + b. */
NF_LANE double nf_residual_of_sum(double a, double b, double z)
{
    double from_b = z - a;
    return (a - (z - from_b)) + (b - from_b);
}

/* p = RN53(x * y), and p + the result = x * y: where factors are below 2^900 and p is 0 or at least
 * 2^-900 in magnitude. */
NF_LANE double nf_residual_of_product(double x, double y, double p)
{
#ifdef __FMA__
    return __builtin_fma(x, y, -p);
#else
    /* Veltkamp's split into halves of 26 bits, Dekker's product */
    const double factor = 134217729.0; /* 2^27 + 1 */
    double cx = factor * x, cy = factor * y;
    double xh = cx - (cx - x), xl = x - xh, yh = cy - (cy - y), yl = y - yh;
    return ((xh * yh - p) + xh * yl + xl * yh) + xl * yl;
#endif
}

NF_LANE double nf_odd_sum(double a, double b)
{
    double z = a + b;
    return nf_to_odd(z, nf_residual_of_sum(a, b, z));
}

#endif
