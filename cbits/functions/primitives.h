/* SPDX-License-Identifier: BSD-3-Clause */
/* From which few functions on balls are all elementary functions composed?  (n limbs throughout.)
 */
#ifndef NF_PRIMITIVES_H
#define NF_PRIMITIVES_H

#include "real.h"

void nf_real_pi(nf_real *r, int n);
/* e^x, |x| < 2^26. */
void nf_real_exp(nf_real *r, const nf_real *x, int n);
/* e^x - 1 */
void nf_real_expm1(nf_real *r, const nf_real *x, int n);
/* 2^x, 10^x: the whole part of x is taken off exactly. */
void nf_real_exp2(nf_real *r, const nf_real *x, int n);
void nf_real_exp10(nf_real *r, const nf_real *x, int n);
/* ln x, x > 0; ln(1 + x), x > -1 */
void nf_real_log(nf_real *r, const nf_real *x, int n);
void nf_real_log1p(nf_real *r, const nf_real *x, int n);
/* |x| < 1: sine and cosine; hyperbolic sine (cosine by exp) */
void nf_real_sincos(nf_real *s, nf_real *c, const nf_real *x, int n);
void nf_real_sinh_small(nf_real *r, const nf_real *x, int n);
/* x = k pi/2 + r, |r| <= pi/4 and a little, of any exact x; k mod 4 is returned. */
int nf_reduce_circle(nf_real *r, nf_number_128 x, int n);
void nf_real_atan(nf_real *r, const nf_real *x, int n);
/* erf and, for x > 0, erfc of x (or of x / sqrt 2, `halved`) */
void nf_real_erf(nf_real *r, nf_number_128 x, bool halved, int n);
void nf_real_erfc(nf_real *r, nf_number_128 x, bool halved, int n);
/* ln Gamma(x + m) by Stirling and the product x (x+1) ... (x+m-1), x > 0. */
void nf_real_stirling(nf_real *log_gamma, nf_real *product, const nf_real *x, int n);

#endif
