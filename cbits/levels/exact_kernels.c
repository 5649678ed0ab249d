/* SPDX-License-Identifier: BSD-3-Clause */
/* The loops of exact sums, written once and compiled once per CPU level (NF_LEVEL). */
#include "core/accumulator.h"
#include "extract.h"
#include "gemm.h"
#include "of_level.h"

/* ---- blocks ---------------------------------------------------------------------------------- */

enum {
    EXPONENT = 52,     /* position of the exponent field */
    TOP_MAX = 1000,    /* beyond it sigma or a sum might overflow */
    FACTOR_MAX = 900,  /* beyond them the residual of a product might overflow */
    PRODUCT_MIN = -900 /* below it it might underflow */
};

static int round_up(int n)
{
    return (n + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
}

static void fill_up(double *p, int n)
{
    for (int i = n; i < round_up(n); i++)
        p[i] = 0;
}

/* Is a product, or a factor, where its residual may not be exact?  With a fused multiply-add only
 * tiny products are; `smallest` says whether there are any. */
static bool any_unsafe(const double *x, const double *y, const double *p, int n, double smallest)
{
    const double least = nf_power_of_two(PRODUCT_MIN), most = nf_power_of_two(FACTOR_MAX);
    int unsafe = 0;
#ifdef __FMA__
    if (smallest >= least)
        return false;
#else
    (void)smallest;
#endif
    for (int i = 0; i < n; i++) {
        int tiny = (p[i] < least) & (p[i] > -least) & (x[i] != 0) & (y[i] != 0);
        unsafe |= tiny | (x[i] > most) | (x[i] < -most) | (y[i] > most) | (y[i] < -most);
    }
    return unsafe;
}

static bool all_zero(nf_terms t)
{
    int other = 0;
    for (int i = 0; i < t.count; i++)
        other |= !(t.term[i] == 0);
    return !other;
}

/* The terms' bound, and then the terms. */
static bool extract_all(nf_accumulator *q, nf_terms t, double largest)
{
    uint64_t bits;
    memcpy(&bits, &largest, sizeof bits);
    t.top = (int)(bits >> EXPONENT) - 1022;
    if (largest == 0)
        return all_zero(t);
    return t.top <= TOP_MAX && t.top > LEAST_TOP && nf_extract(q, t);
}

static bool add_products(nf_accumulator *q, const double *x, const double *y, int n,
                         nf_product_size size)
{
    double term[2 * NF_BLOCK + 4 * LANES];
    for (int i = 0; i < n; i++)
        term[i] = x[i] * y[i];
    fill_up(term, n);
    nf_terms t = {.term = term, .count = round_up(n)};
    double largest, smallest;
    nf_extremes(term, t.count, &largest, &smallest);
    if (size == NF_PRODUCT_ANY && any_unsafe(x, y, term, n, smallest))
        return false;
    if (size != NF_PRODUCT_SHORT) {
        double *rest = term + t.count;
        for (int i = 0; i < n; i++)
            rest[i] = nf_residual_of_product(x[i], y[i], term[i]);
        fill_up(rest, n);
        t.count *= 2;
        t.short_half = true;
    }
    return extract_all(q, t, largest);
}

static bool add_values(nf_accumulator *q, const double *x, int n)
{
    double term[NF_BLOCK + 2 * LANES];
    memcpy(term, x, (size_t)n * sizeof *x);
    fill_up(term, n);
    nf_terms t = {.term = term, .count = round_up(n)};
    double largest, smallest;
    nf_extremes(term, t.count, &largest, &smallest);
    return extract_all(q, t, largest);
}

/* ---- slices ---------------------------------------------------------------------------------- */

/* Largest magnitude so far of each line (infinity for a NaN), and smallest but zero. */
static void measure(const double *x, int n, double *largest, double *smallest)
{
    const double infinity = nf_double_of(NF_EXPONENT);
    for (int i = 0; i < n; i++) {
        double m = x[i] < 0 ? -x[i] : x[i];
        double big = m <= infinity ? m : infinity, small = m > 0 ? m : infinity;
        largest[i] = big > largest[i] ? big : largest[i];
        smallest[i] = small < smallest[i] ? small : smallest[i];
    }
}

/* slice[0] holds one number of each line and becomes its first digit, slice[1] the second, ...;
 * what is left goes to `rest`.  True when anything is left. */
static bool cut(double *const *slice, int slices, int n, const double *const *sigma,
                const double *const *scale, double *rest)
{
    memcpy(rest, slice[0], (size_t)n * sizeof *rest);
    for (int s = 0; s < slices; s++) {
        double *const digit = slice[s];
        const double *const big = sigma[s], *const factor = scale[s];
        for (int i = 0; i < n; i++) {
            double q = (rest[i] + big[i]) - big[i];
            rest[i] -= q;
            digit[i] = q * factor[i];
        }
    }
    int left = 0;
    for (int i = 0; i < n; i++)
        left |= rest[i] != 0;
    return left;
}

const nf_exact_kernels NF_OF_LEVEL(nf_exact_kernels_) = {
    .add_products = add_products,
    .add_values = add_values,
    .measure = measure,
    .cut = cut,
    .gemm = gemm,
};
