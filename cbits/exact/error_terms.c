/* SPDX-License-Identifier: BSD-3-Clause */
/* What do rounded sums and products of doubles lack, where that is one double?
 *
 * z = RN53(a + b) and its residual r have z + r = a + b.  What the result s lacks is (z - s) + r: two
 * more operations, each of which has a residual, too.  Where both of these are 0 nothing was lost. */
#include <math.h>

#include "core/host_rounding.h"
#include "levels/round_to_odd.h"
#include "nf_exact.h"

/* Below it a residual of a product may be no double; from 2^900 on Dekker's halves may overflow. */
static const double least = 0x1p-900, most = 0x1p900;

/* (z + r) - s, or NaN: infinities and NaN leave residuals that are NaN, which are not 0. */
NF_LANE double what_is_left(double z, double r, double s)
{
    double d = z - s, left = d + r;
    double lost = nf_residual_of_sum(z, -s, d), lost_too = nf_residual_of_sum(d, r, left);
    return ((lost == 0) & (lost_too == 0)) ? left : (double)NAN;
}

NF_LANE int is_below(double x, double end)
{
    return nf_magnitude_of(x) < end;
}

static __attribute__((noinline)) void of_sums(intptr_t n, const double *a, const double *b,
                                              const double *s, double *errors)
{
    for (intptr_t i = 0; i < n; i++) {
        double z = a[i] + b[i];
        errors[i] = what_is_left(z, nf_residual_of_sum(a[i], b[i], z), s[i]);
    }
}

static __attribute__((noinline)) void of_products(intptr_t n, const double *a, const double *b,
                                                  const double *s, double *errors)
{
    for (intptr_t i = 0; i < n; i++) {
        double z = a[i] * b[i];
        double left = what_is_left(z, nf_residual_of_product(a[i], b[i], z), s[i]);
        int known = is_below(a[i], most) & is_below(b[i], most) & (1 - is_below(z, least));
        int zero = (a[i] == 0) | (b[i] == 0);
        errors[i] = (known | zero) ? left : (double)NAN;
    }
}

void nf_error_terms(bool products, intptr_t n, const double *a, const double *b, const double *s,
                    double *errors)
{
    nf_host_float before = nf_host_float_begin();
    (products ? of_products : of_sums)(n, a, b, s, errors);
    nf_host_float_end(before);
}
