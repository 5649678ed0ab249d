/* SPDX-License-Identifier: BSD-3-Clause */
/* How are arrays of double-doubles added, multiplied, divided, compared?  Compiled once per CPU
 * level; the compiler makes vectors of the loops.
 *
 * Infinities, NaN, zeros and their signs are those of the same operation on the high parts.  Relative
 * errors, u = 2^-53, where nothing is below 2^-900: a sum 3 u^2, a product 7 u^2, a quotient 12 u^2,
 * a root 5 u^2 (double_double.h); an fma has the error of its product and that of its sum.  Quotients and
 * roots keep theirs for small operands; what a result has below 2^-1074 is lost. */
#include "double_double_loops.h"
#include "of_level.h"

#include "double_double.h"

/* ---- one element ----------------------------------------------------------------------------- */

/* z; or what doubles give, where that is infinite, NaN, or z has lost a zero's sign. */
NF_LANE nf_dd settled(nf_dd z, double plain)
{
    bool finite = nf_magnitude_of(z.hi) <= 0x1.fffffffffffffp1023, zero = z.hi == 0 && plain == 0;
    return nf_dd_choose(finite && !zero, z, nf_dd_of(plain, 0));
}

NF_LANE nf_dd add_of(nf_dd a, nf_dd b)
{
    return settled(nf_dd_add(a, b), a.hi + b.hi);
}

NF_LANE nf_dd sub_of(nf_dd a, nf_dd b)
{
    return settled(nf_dd_sub(a, b), a.hi - b.hi);
}

NF_LANE nf_dd mul_of(nf_dd a, nf_dd b)
{
    return settled(nf_dd_mul(a, b), a.hi * b.hi);
}

/* A remainder below 2^-1022 would lose bits: 2^200 is given to small dividends and taken back. */
NF_LANE nf_dd div_of(nf_dd a, nf_dd b)
{
    bool small = nf_magnitude_of(a.hi) < 0x1p-850;
    nf_dd more = nf_dd_times_power(a, nf_choose(small, 0x1p200, 1.0));
    nf_dd q = nf_dd_div(more, b);
    return settled(nf_dd_times_power(q, nf_choose(small, 0x1p-200, 1.0)), a.hi / b.hi);
}

NF_LANE nf_dd sqrt_of(nf_dd a)
{
    bool small = a.hi < 0x1p-850;
    nf_dd root = nf_dd_sqrt(nf_dd_times_power(a, nf_choose(small, 0x1p200, 1.0)));
    return settled(nf_dd_times_power(root, nf_choose(small, 0x1p-100, 1.0)), __builtin_sqrt(a.hi));
}

NF_LANE nf_dd fma_of(nf_dd a, nf_dd b, nf_dd c)
{
    return add_of(mul_of(a, b), c);
}

NF_LANE nf_dd reciprocal_of(nf_dd a)
{
    return div_of(nf_dd_of(1, 0), a);
}

/* Of -0 it is 0; NaN stays. */
NF_LANE nf_dd sign_of(nf_dd a)
{
    double one = nf_choose(a.hi > 0, 1.0, nf_choose(a.hi < 0, -1.0, a.hi + 0.0));
    return nf_dd_of(one, 0);
}

/* ---- whole numbers --------------------------------------------------------------------------- */

NF_LANE nf_dd floor_of(nf_dd a)
{
    double w = __builtin_floor(a.hi), rest = nf_choose(w == a.hi, __builtin_floor(a.lo), 0.0);
    return settled(nf_dd_fast_sum(w, rest), w);
}

NF_LANE nf_dd ceil_of(nf_dd a)
{
    return nf_dd_minus(floor_of(nf_dd_minus(a)));
}

NF_LANE nf_dd trunc_of(nf_dd a)
{
    return nf_dd_signed_like(floor_of(nf_dd_signed_like(a, 1)), a.hi);
}

/* Of |a|; where hi is whole and lo 1/2, hi is even.  Where hi is midway, lo decides. */
NF_LANE nf_dd rint_of(nf_dd a)
{
    nf_dd m = nf_dd_signed_like(a, 1);
    double below = __builtin_floor(m.hi), part = m.hi - below;
    double w = below + nf_choose(part > 0.5, 1.0, 0.0);
    w = nf_choose(part == 0.5,
                  nf_choose(m.lo != 0, below + nf_choose(m.lo > 0, 1.0, 0.0),
                            2 * __builtin_floor(m.hi / 2 + 0.5)),
                  w);
    double rest = __builtin_floor(nf_magnitude_of(m.lo)), over = nf_magnitude_of(m.lo) - rest;
    bool up = over > 0.5 || (over == 0.5 && rest != 2 * __builtin_floor(rest / 2));
    rest = nf_signed_like(rest + nf_choose(up, 1.0, 0.0), m.lo);
    nf_dd z = settled(nf_dd_fast_sum(w, nf_choose(part == 0, rest, 0.0)), w);
    return nf_dd_signed_like(z, a.hi);
}

/* ---- order ----------------------------------------------------------------------------------- */

NF_LANE bool is_nan(nf_dd a)
{
    return a.hi != a.hi;
}

NF_LANE bool is_below(nf_dd a, nf_dd b)
{
    return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

NF_LANE bool is_equal(nf_dd a, nf_dd b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

NF_LANE bool is_at_most(nf_dd a, nf_dd b)
{
    return is_below(a, b) || is_equal(a, b);
}

/* ---- the tables ------------------------------------------------------------------------------ */

/* Names of nf_ops.def. */
#define NF_DD_OF_ONE(X)                                                                            \
    X(pos, a)                                                                                      \
    X(neg, nf_dd_minus(a))                                                                         \
    X(abs, nf_dd_signed_like(a, 1))                                                                \
    X(sign, sign_of(a))                                                                            \
    X(sqrt, sqrt_of(a))                                                                            \
    X(square, mul_of(a, a))                                                                        \
    X(reciprocal, reciprocal_of(a))                                                                \
    X(rint, rint_of(a)) X(floor, floor_of(a)) X(ceil, ceil_of(a)) X(trunc, trunc_of(a))
#define NF_DD_OF_TWO(X)                                                                            \
    X(add, add_of(a, b))                                                                           \
    X(sub, sub_of(a, b))                                                                           \
    X(mul, mul_of(a, b))                                                                           \
    X(div, div_of(a, b))                                                                           \
    X(copysign, nf_dd_signed_like(a, b.hi))                                                        \
    X(maximum, nf_dd_choose(is_nan(a) || is_below(b, a), a, b))                                    \
    X(minimum, nf_dd_choose(is_nan(a) || is_below(a, b), a, b))                                    \
    X(fmax, nf_dd_choose(is_nan(b) || is_below(b, a), a, b))                                       \
    X(fmin, nf_dd_choose(is_nan(b) || is_below(a, b), a, b))
#define NF_DD_OF_THREE(X) X(fma, fma_of(a, b, c))
#define NF_DD_ORDER(X)                                                                             \
    X(equal, is_equal(a, b))                                                                       \
    X(not_equal, !is_equal(a, b))                                                                  \
    X(less, is_below(a, b))                                                                        \
    X(less_equal, is_at_most(a, b))                                                                \
    X(greater, is_below(b, a)) X(greater_equal, is_at_most(b, a))

#define NF_READ_1 nf_dd a = nf_dd_of(x[0][i], x[1][i]);
#define NF_READ_2 NF_READ_1 nf_dd b = nf_dd_of(x[2][i], x[3][i]);
#define NF_READ_3 NF_READ_2 nf_dd c = nf_dd_of(x[4][i], x[5][i]);
#define NF_DD_LOOP(name, read, element)                                                            \
    static void loop_##name(const double *const *x, int n, double *restrict hi,                    \
                            double *restrict lo)                                                   \
    {                                                                                              \
        for (int i = 0; i < n; i++) {                                                              \
            read nf_dd z = element;                                                                \
            hi[i] = z.hi;                                                                          \
            lo[i] = z.lo;                                                                          \
        }                                                                                          \
    }
#define NF_LOOP_1(name, element) NF_DD_LOOP(name, NF_READ_1, element)
#define NF_LOOP_2(name, element) NF_DD_LOOP(name, NF_READ_2, element)
#define NF_LOOP_3(name, element) NF_DD_LOOP(name, NF_READ_3, element)
#define NF_TRUTHS(name, truth)                                                                     \
    static void loop_##name(const double *const *x, int n, bool *restrict out)                     \
    {                                                                                              \
        for (int i = 0; i < n; i++) {                                                              \
            NF_READ_2 out[i] = truth;                                                              \
        }                                                                                          \
    }
NF_DD_OF_ONE(NF_LOOP_1)
NF_DD_OF_TWO(NF_LOOP_2)
NF_DD_OF_THREE(NF_LOOP_3)
NF_DD_ORDER(NF_TRUTHS)

/* ---- sums ------------------------------------------------------------------------------------ */

static void accumulate(const double *restrict x_hi, const double *restrict x_lo, int n,
                       double *restrict hi, double *restrict lo)
{
    for (int i = 0; i < n; i++) {
        nf_dd z = add_of(nf_dd_of(hi[i], lo[i]), nf_dd_of(x_hi[i], x_lo[i]));
        hi[i] = z.hi;
        lo[i] = z.lo;
    }
}

static void add_multiple(const double *factor, const double *restrict x_hi,
                         const double *restrict x_lo, int n, double *restrict hi,
                         double *restrict lo)
{
    const nf_dd c = nf_dd_of(factor[0], factor[1]);
    for (int i = 0; i < n; i++) {
        nf_dd z = fma_of(c, nf_dd_of(x_hi[i], x_lo[i]), nf_dd_of(hi[i], lo[i]));
        hi[i] = z.hi;
        lo[i] = z.lo;
    }
}

static void running(const double *before, const double *restrict x_hi, const double *restrict x_lo,
                    int n, double *restrict hi, double *restrict lo)
{
    nf_dd s = nf_dd_of(before[0], before[1]);
    for (int i = 0; i < n; i++) {
        s = add_of(s, nf_dd_of(x_hi[i], x_lo[i]));
        hi[i] = s.hi;
        lo[i] = s.lo;
    }
}

#define NF_ENTRY(name, ...) [NF_OP_##name] = loop_##name,
const nf_dd_loops NF_OF_LEVEL(nf_dd_loops_) = {
    .operation = {NF_DD_OF_ONE(NF_ENTRY) NF_DD_OF_TWO(NF_ENTRY) NF_DD_OF_THREE(NF_ENTRY)},
    .compare = {NF_DD_ORDER(NF_ENTRY)},
    .accumulate = accumulate,
    .add_multiple = add_multiple,
    .running = running,
};
