/* SPDX-License-Identifier: BSD-3-Clause */
/* How do accumulator models fold many columns at once, in doubles?  Compiled once per CPU level;
 * plain loops that the compiler vectorises.
 *
 * Every step is the single correct rounding of its exact result:
 *
 * 1. Products are exact doubles (the caller checked), so s + p is a sum of two doubles.  TwoSum
 * gives z = RN53(s + p) and e = s + p - z exactly; doubles add without error down among the
 * subnormals, and nothing overflows.  z becomes the sum rounded to odd: where e is not 0, of the
 * two doubles around s + p the one with an odd last bit.  To nearest of a value rounded to odd with
 * two bits more than the target has is to nearest of the exact value, ties included. A sum of two
 * values of one format of p <= 25 bits needs no e: 53 >= 2p + 2 (Figueroa), and where the format is
 * subnormal the sum is exact.
 * 2. To the format's man bits: c = 1.5 * 2^(52 - man) * 2^E, E the exponent of z or, below the
 * normal numbers, of the smallest of them.  One unit in the last place of z + c is the format's
 * step at E, c is an even number of them, so the hardware rounds z to nearest even; the difference
 * is exact.
 *
 *        c    11000000..........0        z + c   11000000.......qqqqq
 *        z             1xxxxxxx.xxxx               man + 1 bits  --- |
 *
 *    The sign of z is put back for zeros.  Where man is 0, a tie between 2^E and 2^(E+1) goes to
 * the one with the even code, and codes count exponents from the smallest normal, which has code 1:
 * with one step more in c, wherever E is not the smallest or two, four, ... above, the even sum
 * belongs to it.
 * 3. Beyond the largest finite value the format's overflow decides.  E stops at the largest
 * exponent: larger z, infinities and NaN then stay beyond, in sign and kind.  Infinities and NaNs
 * stay in the sum from there on: the caller reads the flags from them. */
#include "folds.h"
#include "of_level.h"

#include "round_to_odd.h"

/* What is constant in a fold, so that its loop has no branch. */
typedef enum { SATURATES = 1, BARE = 2 } kind_of_format;

/* Steps 2 and 3.  `hit` gathers: something was saturated. */
NF_LANE double nf_round_lane(double z, const nf_rounder *r, kind_of_format f, uint64_t *hit)
{
    double power = nf_double_of(nf_bits_of(z) & NF_EXPONENT);
    power = power > r->least ? power : r->least;
    power = power < r->most ? power : r->most;
    double c = power * r->scale;
    if (f & BARE)
        c = nf_double_of(nf_bits_of(c) | ((nf_bits_of(power) ^ nf_bits_of(r->least)) >> 52 & 1));
    double t = nf_double_of(nf_bits_of((z + c) - c) | (nf_bits_of(z) & NF_SIGN));
    if (!(f & SATURATES))
        return t * (nf_magnitude_of(t) > r->max ? r->beyond : 1.0);
    double u = t < r->max ? t : r->max;
    u = u > -r->max ? u : -r->max;
    *hit |= nf_bits_of(u) ^ nf_bits_of(t);
    return u;
}

typedef enum { FUSED, SEQUENTIAL, ROUND, ADD, ADD_EXACT } step;

NF_LANE double take(step kind, double s, double a, double b, const nf_rounder *r, kind_of_format f,
                    uint64_t *hit)
{
    switch (kind) {
    case FUSED: return nf_round_lane(nf_odd_sum(s, a * b), r, f, hit);
    case SEQUENTIAL: s += nf_round_lane(a * b, r, f, hit); break;
    case ROUND: s = a * b; break;
    case ADD: s += b; break;
    default: s = nf_odd_sum(s, b);
    }
    return nf_round_lane(s, r, f, hit);
}

NF_LANE uint64_t fold(step kind, double *restrict s, const double *restrict a,
                      const double *restrict b, intptr_t stride, intptr_t width, intptr_t k,
                      const nf_rounder *rounder, kind_of_format f)
{
    const nf_rounder r = *rounder;
    uint64_t hit = 0;
    for (intptr_t l = 0; l < k; l++, b += stride) {
        double x = a ? a[l] : 1.0;
        for (intptr_t j = 0; j < (width & ~(intptr_t)7); j++)
            s[j] = take(kind, s[j], x, b[j], &r, f, &hit);
    }
    return hit;
}

#define NF_LANE_FOLD(name, kind)                                                                   \
    static uint64_t name(double *s, const double *a, const double *b, intptr_t stride,             \
                         intptr_t width, intptr_t k, const nf_rounder *r)                          \
    {                                                                                              \
        switch (r->saturate * SATURATES | r->bare * BARE) {                                        \
        case SATURATES: return fold(kind, s, a, b, stride, width, k, r, SATURATES);                \
        case BARE: return fold(kind, s, a, b, stride, width, k, r, BARE);                          \
        case SATURATES | BARE: return fold(kind, s, a, b, stride, width, k, r, SATURATES | BARE);  \
        default: return fold(kind, s, a, b, stride, width, k, r, 0);                               \
        }                                                                                          \
    }
NF_LANE_FOLD(fold_fused, FUSED)
NF_LANE_FOLD(fold_sequential, SEQUENTIAL)
NF_LANE_FOLD(fold_round, ROUND)
NF_LANE_FOLD(fold_add, ADD)
NF_LANE_FOLD(fold_add_exact, ADD_EXACT)

/* ---- aligned --------------------------------------------------------------------------------- */

/* x toward zero in units of 1/inverse: fewer than 2^51 of them. */
NF_LANE double whole_units(double x, double inverse)
{
    const double magic = 0x1p52;
    double y = nf_magnitude_of(x) * inverse; /* exact: a power of two, far from both ends */
    double t = (y + magic) - magic;          /* to the nearest integer */
    t -= t > y ? 1.0 : 0.0;
    return nf_double_of(nf_bits_of(t) | (nf_bits_of(x) & NF_SIGN));
}

/* All units are integers whose sum is below 2^53 (the caller checked): additions are exact. */
static void fold_aligned(double *restrict acc, const double *restrict a, const double *restrict b,
                         intptr_t stride, intptr_t width, intptr_t k, int bits)
{
    double top[NF_PANEL], inverse[NF_PANEL];
    width &= ~(intptr_t)7;
    for (intptr_t j = 0; j < width; j++)
        top[j] = nf_magnitude_of(acc[j]) > 0x1p-960 ? nf_magnitude_of(acc[j])
                                                    : 0x1p-960; /* below every term */
    for (intptr_t l = 0; l < k; l++) {
        double x = a ? a[l] : 1.0;
        for (intptr_t j = 0; j < width; j++) {
            double p = nf_magnitude_of(x * b[l * stride + j]);
            top[j] = p > top[j] ? p : top[j];
        }
    }
    uint64_t below = (uint64_t)(bits - 1) << 52;
    for (intptr_t j = 0; j < width; j++) {
        /* 2^E by its exponent field, 2^(bits - 1 - E) by mirroring it about 2^0 */
        uint64_t power = nf_bits_of(top[j]) & NF_EXPONENT;
        inverse[j] = nf_double_of(((uint64_t)2046 << 52) - power + below);
        top[j] = nf_double_of(power - below);
        acc[j] = whole_units(acc[j], inverse[j]) + 0.0;
    }
    for (intptr_t l = 0; l < k; l++) {
        double x = a ? a[l] : 1.0;
        for (intptr_t j = 0; j < width; j++)
            acc[j] += whole_units(x * b[l * stride + j], inverse[j]);
    }
    for (intptr_t j = 0; j < width; j++)
        acc[j] *= top[j];
}

const nf_lane_folds NF_OF_LEVEL(nf_lane_folds_) = {
    .fused = fold_fused,
    .sequential = fold_sequential,
    .round = fold_round,
    .add = fold_add,
    .add_exact = fold_add_exact,
    .aligned = fold_aligned,
};
