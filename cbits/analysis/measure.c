/* SPDX-License-Identifier: BSD-3-Clause */
/* How large are the errors of an array of results?  One pass over value, exact result and truth. */
#include <float.h>

#include "core/double_bits.h"
#include "nf_measure.h"

static int exponent_field(double x)
{
    return (int)(nf_bits_of(x) >> 52 & (NF_ULP_EXPONENTS - 1));
}

static bool is_finite(double x)
{
    return exponent_field(x) != NF_ULP_EXPONENTS - 1;
}

static bool is_infinite(double x)
{
    return (nf_bits_of(x) & ~NF_SIGN) == NF_EXPONENT;
}

/* Bin 0 is for no error, 1 for less than 1/8 ulp, and each further one for a power of two from there.
 * This one counts exact results in bin 1.  Its two limits are masks of signs, not branches: errors are
 * random, and a processor would guess wrong half of the time. */
static int bin_of(double ulps)
{
    enum { LAST = NF_ULP_BINS - 2 }; /* less 1 */
    int bin = exponent_field(ulps) - 1023 + 4;
    bin &= ~(bin >> 31);
    int above = bin - LAST;
    return 1 + LAST + (above & above >> 31);
}

/* high - high is exact for numbers that are close, and then the low parts decide. */
static void differences(intptr_t n, const nf_doubles *x, const nf_doubles *y, intptr_t at,
                        double *out)
{
    const double *a = x->high + at, *b = y->high + at;
    for (intptr_t i = 0; i < n; i++)
        out[i] = a[i] - b[i];
    if (x->low)
        for (intptr_t i = 0; i < n; i++)
            out[i] += x->low[at + i];
    if (y->low)
        for (intptr_t i = 0; i < n; i++)
            out[i] -= y->low[at + i];
}

/* The largest |top / bottom| of a block, or `largest`; divides only where that grows.
 * The sign of a difference tells, not a comparison: so the loop has no branch, and is vectorised. */
static double larger_quotient(intptr_t n, const double *top, const double *bottom, double largest)
{
    uint64_t exceeds = 0;
    for (intptr_t i = 0; i < n; i++)
        exceeds |= nf_bits_of(largest * nf_magnitude_of(bottom[i]) - nf_magnitude_of(top[i]));
    if (exceeds >> 63)
        for (intptr_t i = 0; i < n; i++)
            if (nf_magnitude_of(top[i]) > largest * nf_magnitude_of(bottom[i]))
                largest = nf_magnitude_of(top[i]) / nf_magnitude_of(bottom[i]);
    return largest;
}

/* The largest of numbers that are not negative, or `largest`. */
static double largest_of(intptr_t n, const double *x, double largest)
{
    uint64_t exceeds = 0;
    for (intptr_t i = 0; i < n; i++)
        exceeds |= nf_bits_of(largest - x[i]);
    if (exceeds >> 63)
        for (intptr_t i = 0; i < n; i++)
            largest = x[i] > largest ? x[i] : largest;
    return largest;
}

/* Are all numbers of sizes from `least` to `most`?  Sizes are ordered as their bits are, NaN above
 * all, and differences of bits below 2^63 have a sign. */
static bool all_within(intptr_t n, const double *x, double least, double most)
{
    const uint64_t size = ~NF_SIGN, low = nf_bits_of(least), high = nf_bits_of(most);
    uint64_t outside = 0;
    for (intptr_t i = 0; i < n; i++)
        outside |= ((nf_bits_of(x[i]) & size) - low) | (high - (nf_bits_of(x[i]) & size));
    return !(outside >> 63);
}

/* The sum of numbers, in four lanes so that no addition waits for the last. */
static double sum_of(intptr_t n, const double *x)
{
    double a = 0, b = 0, c = 0, d = 0;
    intptr_t i = 0;
    for (; i + 4 <= n; i += 4)
        a += x[i], b += x[i + 1], c += x[i + 2], d += x[i + 3];
    for (; i < n; i++)
        a += x[i];
    return (a + b) + (c + d);
}

/* One result that is not finite, 0, or beyond the ends; true: it has a relative error. */
static bool measure_special(double value, double local, double truth, double made, double given,
                            const nf_ruler *ruler, nf_errors *sum)
{
    double size = nf_magnitude_of(local);
    /* A pole, infinite in truth too, is no saturation. */
    if (!is_infinite(local) || !is_infinite(value))
        sum->saturated += (local > ruler->largest && value >= ruler->largest) ||
                          (local < ruler->lowest && value <= ruler->lowest);
    sum->nans += value != value;
    sum->underflowed += size < ruler->smallest && size > 0;
    if (!is_finite(value) && is_finite(truth)) {
        sum->lost++;
        sum->ulps = nf_double_of(NF_EXPONENT);
    }
    if (!is_finite(value) || !is_finite(local) || !is_finite(truth))
        return false;
    if (local == 0 || truth == 0) {
        sum->nonzero_for_zero += made != 0 || given != 0;
        return false;
    }
    return true;
}

enum { BLOCK = 512, LANES = 4 }; /* lanes: the same bin is not ready for its next count at once */

static void count_bins(intptr_t n, const double *ulps, int64_t *sum)
{
    int32_t lanes[LANES][NF_ULP_BINS] = {{0}};
    int64_t exact = 0;
    intptr_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        lanes[0][bin_of(ulps[i])]++;
        lanes[1][bin_of(ulps[i + 1])]++;
        lanes[2][bin_of(ulps[i + 2])]++;
        lanes[3][bin_of(ulps[i + 3])]++;
    }
    for (; i < n; i++)
        lanes[0][bin_of(ulps[i])]++;
    for (i = 0; i < n; i++)
        exact += ulps[i] == 0;
    for (int bin = 0; bin < NF_ULP_BINS; bin++)
        sum[bin] += lanes[0][bin] + lanes[1][bin] + lanes[2][bin] + lanes[3][bin];
    sum[0] += exact;
    sum[1] -= exact;
}

/* Ulps of results with a relative error, of at most a block. */
static int measure_ulps(intptr_t n, const double *whole, const double *truth, const nf_ruler *ruler,
                        nf_errors *sum)
{
    double ulps[BLOCK];
    for (intptr_t i = 0; i < n; i++) {
        double per_ulp = ruler->per_ulp[exponent_field(truth[i])];
        if (per_ulp == 0)
            return exponent_field(truth[i]);
        ulps[i] = nf_magnitude_of(whole[i]) * per_ulp;
    }
    count_bins(n, ulps, sum->histogram);
    sum->ulps = largest_of(n, ulps, sum->ulps);
    sum->sum_of_ulps += sum_of(n, ulps);
    sum->elements += n;
    return -1;
}

/* One block of results: value - local, local - truth, value - truth, and what they are of. */
typedef struct block {
    const double *value, *local, *truth, *made, *given, *whole;
} block;

/* Arrays of a block's numbers, for those that have a relative error. */
typedef struct room {
    double local[BLOCK], truth[BLOCK], made[BLOCK], given[BLOCK], whole[BLOCK];
} room;

/* Note what has no relative error, and copy the rest to `to`; how many? */
static intptr_t sift(intptr_t n, const block *b, const nf_ruler *ruler, room *to, nf_errors *sum)
{
    intptr_t kept = 0;
    for (intptr_t i = 0; i < n; i++)
        if (measure_special(b->value[i], b->local[i], b->truth[i], b->made[i], b->given[i], ruler,
                            sum)) {
            to->local[kept] = b->local[i], to->truth[kept] = b->truth[i];
            to->made[kept] = b->made[i], to->given[kept] = b->given[i];
            to->whole[kept++] = b->whole[i];
        }
    return kept;
}

/* Add the results of a block; -1 or the exponent field whose spacing is missing. */
static int measure_block(intptr_t n, block b, const nf_ruler *ruler, nf_errors *sum)
{
    room rest;
    double most = ruler->largest < -ruler->lowest ? ruler->largest : -ruler->lowest;
    double least = ruler->smallest < most ? ruler->smallest : most;
    if (!all_within(n, b.value, 0, DBL_MAX) || !all_within(n, b.truth, DBL_MIN, DBL_MAX) ||
        !all_within(n, b.local, least, most)) {
        n = sift(n, &b, ruler, &rest, sum);
        b = (block){b.value, rest.local, rest.truth, rest.made, rest.given, rest.whole};
    }
    sum->introduced = larger_quotient(n, b.made, b.local, sum->introduced);
    sum->inherited = larger_quotient(n, b.given, b.truth, sum->inherited);
    return measure_ulps(n, b.whole, b.truth, ruler, sum);
}

int nf_measure(intptr_t n, nf_doubles value, nf_doubles local, nf_doubles truth,
               const nf_ruler *ruler, double *error, double *half, nf_errors *total)
{
    nf_errors sum = *total;
    double given[BLOCK], whole[BLOCK];
    for (intptr_t at = 0, count; at < n; at += count) {
        block b = {value.high + at, local.high + at, truth.high + at, error + at, given, whole};
        count = n - at < BLOCK ? n - at : BLOCK;
        differences(count, &value, &local, at, error + at);
        differences(count, &local, &truth, at, given);
        differences(count, &value, &truth, at, whole);
        if (half)
            for (intptr_t i = 0; i < count; i++)
                half[at + i] = 0.5 * b.value[i] + 0.5 * b.truth[i];
        int missing = measure_block(count, b, ruler, &sum);
        if (missing >= 0)
            return missing;
    }
    *total = sum;
    return -1;
}

intptr_t nf_find_cancelled(intptr_t n, const double *x, intptr_t x_step, const double *y,
                           intptr_t y_step, const double *exact, const double *truth, double factor,
                           int64_t *places)
{
    intptr_t count = 0;
    for (intptr_t i = 0; i < n; i++) {
        double a = nf_magnitude_of(x[i * x_step]), b = nf_magnitude_of(y[i * y_step]);
        double c = nf_magnitude_of(exact[i]), d = nf_magnitude_of(truth[i]);
        places[count] = i;
        count += (c < d ? c : d) * factor <= (a > b ? a : b);
    }
    return count;
}

nf_shares nf_share(intptr_t n, const double *slope, const double *error)
{
    nf_shares sum = {0, 0};
    for (intptr_t at = 0, count; at < n; at += count) {
        double share[BLOCK];
        count = n - at < BLOCK ? n - at : BLOCK;
        for (intptr_t i = 0; i < count; i++)
            share[i] = slope[at + i] * error[at + i];
        if (!all_within(count, share, 0, DBL_MAX))
            for (intptr_t i = 0; i < count; i++)
                share[i] = is_finite(share[i]) ? share[i] : 0;
        sum.net += sum_of(count, share);
        for (intptr_t i = 0; i < count; i++)
            share[i] = nf_magnitude_of(share[i]);
        sum.gross += sum_of(count, share);
    }
    return sum;
}
