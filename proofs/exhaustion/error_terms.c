/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the steps of TwoSum, Fast2Sum and TwoProd give the exact error, at all pairs of a domain?
 *
 * The steps are the core's operations; that a result and its error add up is judged in doubles. */
#include "elements.h"
#include "judge.h"
#include "order.h"

enum { STEP = 40503, ALL = 1 << 16 };

typedef struct domain {
    double least, most; /* sums: of multiples of `least`, at most `most` in magnitude */
    double largest;     /* products: at most this; of a saturated one the error may be anything */
    const double *unit; /* by code: the unit in the last place */
    const double *last; /* the last bit set */
    const double *fine; /* the unit of numbers just below half a unit of this one */
} domain;

typedef struct count {
    uint64_t inside, outside, exact_outside;
} count;

static uint64_t add(const nf_format *f, uint64_t a, uint64_t b)
{
    nf_env env = {0, 0, 0, 0};
    return nf_el_add(f, a, b, &env);
}
static uint64_t sub(const nf_format *f, uint64_t a, uint64_t b)
{
    nf_env env = {0, 0, 0, 0};
    return nf_el_sub(f, a, b, &env);
}

static uint64_t knuth(const nf_format *f, uint64_t a, uint64_t b, uint64_t s)
{
    uint64_t from_b = sub(f, s, a);
    return add(f, sub(f, a, sub(f, s, from_b)), sub(f, b, from_b));
}
static uint64_t dekker(const nf_format *f, uint64_t a, uint64_t b, uint64_t s)
{
    return sub(f, b, sub(f, s, a));
}
static uint64_t by_fma(const nf_format *f, uint64_t a, uint64_t b, uint64_t p)
{
    nf_env env = {0, 0, 0, 0};
    return nf_el_fma(f, a, b, nf_el_neg(f, p, &env), &env);
}

/* a + b = s + e, of finite doubles: two sums are one number where nearest double and rest are. */
static bool is_sum(double a, double b, double s, double e)
{
    double x = a + b, y = s + e;
    return x == y && rest_of_sum(a, b, x) == rest_of_sum(s, e, y);
}

static bool in_sums(const judge *j, const domain *d, uint32_t a, uint32_t b)
{
    return (a == 0 || d->last[a] >= d->least) && (b == 0 || d->last[b] >= d->least) &&
           fabs(j->value[a] + j->value[b]) <= d->most;
}
/* Dekker's: the larger one first, and a sum of which the unit is at most twice that of a. */
static bool in_fast_sums(const judge *j, const domain *d, uint32_t a, uint32_t b, uint64_t s)
{
    return in_sums(j, d, a, b) && fabs(j->value[a]) >= fabs(j->value[b]) &&
           (s == 0 || a == 0 || d->unit[s] <= 2 * d->unit[a]);
}
static bool in_products(const judge *j, const domain *d, uint32_t a, uint32_t b, uint64_t p)
{
    double z = fabs(j->value[a] * j->value[b]), last = d->last[a] * d->last[b];
    return z == 0 || (last >= d->least && z <= d->largest && last >= d->fine[p]);
}

/* kind 0 TwoSum, 1 Fast2Sum, 2 TwoProd.  The first pair of the domain that is wrong, or -1. */
int64_t check_error_terms(const nf_format *f, const judge *j, const domain *d, int kind,
                          uint32_t first, uint32_t end, count *n)
{
    for (uint32_t place = first; place < end; place++) {
        uint32_t a = place * STEP % ALL;
        for (uint32_t b = 0; b < ALL; b++) {
            double x = j->value[a], y = j->value[b];
            if (!isfinite(x) || !isfinite(y))
                continue;
            nf_env env = {0, 0, 0, 0};
            uint64_t s = kind == 2 ? nf_el_mul(f, a, b, &env) : add(f, a, b);
            bool inside = kind == 0   ? in_sums(j, d, a, b)
                          : kind == 1 ? in_fast_sums(j, d, a, b, s)
                                      : in_products(j, d, a, b, s);
            uint64_t e = kind == 0   ? knuth(f, a, b, s)
                         : kind == 1 ? dekker(f, a, b, s)
                                     : by_fma(f, a, b, s);
            bool exact = kind == 2 ? is_sum(x * y, 0, j->value[s], j->value[e])
                                   : is_sum(x, y, j->value[s], j->value[e]);
            n->inside += inside;
            n->outside += !inside;
            n->exact_outside += !inside && exact;
            if (inside && !exact)
                return (int64_t)a << 16 | b;
        }
    }
    return -1;
}
