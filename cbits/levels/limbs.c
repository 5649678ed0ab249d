/* SPDX-License-Identifier: BSD-3-Clause */
/* How are many exact sums in limbs added to and rounded?  Compiled once per CPU level; plain loops
 * that the compiler vectorises.
 *
 * Rounding: carries from the last limb up leave |limb d| at most half the weight of limb d - 1.
 * Let T be the sum of the limbs below d.  Then |T| < (1/2 + 2^-width) weight[d], and limb d is 0 or
 * at least weight[d] in magnitude.  Sums go up from the last limb, each rounded to odd; t stands
 * for T:
 *
 *     either t = T, or T lies between two neighbouring multiples of some g, of which t is the odd
 *     one; and |T| has at least 53 - s bits in units of g after s steps.
 *
 * It holds after the next step.  If limb d is 0, nothing happens.  Else limb d + T lies between
 * neighbours, too, of which limb d + t is the odd one, for limb d is an even multiple of g; to round
 * that to odd in a unit G > g gives the odd multiple of G beside limb d + T, and if it is a double
 * it stays.  Then g counts bits of limb d + T, which is at least (1/2 - 2^-width) weight[d], not
 * less than half of |T|: one bit fewer than T had, at worst. */
#include "limbs.h"
#include "of_level.h"
#include "round_to_odd.h"

static bool extremes(const double *x, int n, int *least, int *most)
{
    int64_t small = INT64_MAX, large = 0;
    for (int i = 0; i < n; i++) {
        int64_t m = (int64_t)nf_bits_of(nf_magnitude_of(x[i])), other = m ? m : INT64_MAX;
        large = m > large ? m : large;
        small = other < small ? other : small;
    }
    *least = (int)(small >> 52) - 1022;
    *most = (int)(large >> 52) - 1022;
    return (uint64_t)large < NF_EXPONENT;
}

static void add_integers(nf_limbs *sums, int d, const double *x, double factor, int n)
{
    double *restrict low = sums->limb[d], *restrict high = sums->limb[d - 1];
    const double sigma = sums->sigma[d - 1];
    for (int i = 0; i < n; i++) {
        double y = x[i] * factor, carry = (y + sigma) - sigma;
        low[i] += y - carry;
        high[i] += carry;
    }
}

/* rest: what is added; it becomes what is below the last weight, 0. */
static void add_rest(nf_limbs *sums, double *restrict rest, int n)
{
    for (int d = 0; d < sums->count; d++) {
        double *restrict limb = sums->limb[d];
        const double sigma = sums->sigma[d];
        for (int i = 0; i < n; i++) {
            double part = (rest[i] + sigma) - sigma;
            rest[i] -= part;
            limb[i] += part;
        }
    }
}

static void add_doubles(nf_limbs *sums, const double *x, const double *scale, int n)
{
    double rest[NF_LIMB_BLOCK];
    for (int i = 0; i < n; i++)
        rest[i] = x[i] * scale[i];
    add_rest(sums, rest, n);
}

static void add_products(nf_limbs *sums, const double *x, double factor, const double *scale,
                         bool whole, int n)
{
    double rest[NF_LIMB_BLOCK];
    for (int i = 0; i < n; i++)
        rest[i] = x[i] * factor * scale[i];
    add_rest(sums, rest, n);
    if (whole)
        return;
    for (int i = 0; i < n; i++)
        rest[i] = nf_residual_of_product(x[i], factor, x[i] * factor) * scale[i];
    add_rest(sums, rest, n);
}

static void carry(nf_limbs *sums, int n)
{
    for (int d = sums->count - 1; d > 0; d--) {
        double *restrict low = sums->limb[d], *restrict high = sums->limb[d - 1];
        const double sigma = sums->sigma[d - 1];
        for (int i = 0; i < n; i++) {
            double part = (low[i] + sigma) - sigma;
            low[i] -= part;
            high[i] += part;
        }
    }
}

static void round_sums(nf_limbs *sums, const double *scale, int n, double *restrict out)
{
    carry(sums, n);
    const double *restrict last = sums->limb[sums->count - 1];
    for (int i = 0; i < n; i++)
        out[i] = last[i] + 0.0; /* no negative zeros */
    for (int d = sums->count - 2; d >= 0; d--) {
        const double *restrict limb = sums->limb[d];
        for (int i = 0; i < n; i++)
            out[i] = nf_odd_sum(limb[i], out[i]);
    }
    for (int i = 0; i < n; i++)
        out[i] *= scale[i];
}

const nf_limb_loops NF_OF_LEVEL(nf_limb_loops_) = {
    .extremes = extremes,
    .add_integers = add_integers,
    .add_doubles = add_doubles,
    .add_products = add_products,
    .round = round_sums,
};
