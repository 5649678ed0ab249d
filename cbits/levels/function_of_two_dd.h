/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the value of a function of two arguments, approximately, in double-double arithmetic?
 *
 * Within 2^-102 of hypot, 2^-96 of an angle, 2^-91 of a power, 2^-85 of log(e^x + e^y), or NaN
 * (proofs/bounds): powers multiply the error of a logarithm, 2^-100, by as much as the exponential's
 * argument, 700, and ten bits of a sum may cancel.  function_loops_dd.c allows 2^-76;
 * double_double_rare.c takes those that are within 2^-96. */
#ifndef NF_FUNCTION_OF_TWO_DD_H
#define NF_FUNCTION_OF_TWO_DD_H

#include "function_dd.h"

/* No zeros, and such that neither squares nor quotients leave the doubles. */
NF_LANE bool nf_dd_is_usual(nf_dd a)
{
    return nf_magnitude_of(a.hi) > 0x1p-200 && nf_magnitude_of(a.hi) < 0x1p200;
}

/* The kernel of f where both are, NaN elsewhere. */
#define NF_DD_NEAR_2(name, condition, value)                                                       \
    NF_LANE nf_dd nf_dd_##name(nf_dd x, nf_dd y)                                                   \
    {                                                                                              \
        bool near = nf_dd_is_usual(x) && nf_dd_is_usual(y) && (condition);                         \
        x = nf_dd_choose(near, x, NF_DD_ONE);                                                      \
        y = nf_dd_choose(near, y, NF_DD_ONE);                                                      \
        return nf_dd_choose(near, value, NF_DD_NAN);                                               \
    }

NF_LANE nf_dd nf_dd_of_hypot(nf_dd x, nf_dd y)
{
    return nf_dd_sqrt(nf_dd_add(nf_dd_mul(x, x), nf_dd_mul(y, y)));
}

/* e^t, |t| < 700; NaN elsewhere */
NF_LANE nf_dd nf_dd_power_of(nf_dd t)
{
    bool near = nf_magnitude_of(t.hi) < 700;
    nf_dd z = nf_dd_of_exp(nf_dd_choose(near, t, NF_DD_ONE));
    return nf_dd_choose(near, z, NF_DD_NAN);
}

/* The angle of (|x|, |y|), or what it leaves of pi. */
NF_LANE nf_dd nf_dd_of_arctan2(nf_dd y, nf_dd x)
{
    nf_dd a = nf_dd_atan_of(nf_dd_signed_like(y, 1), nf_dd_signed_like(x, 1));
    a = nf_dd_choose(x.hi < 0, nf_dd_sub(NF_DD_PI, a), a);
    return nf_dd_signed_like(a, y.hi);
}

/* larger + log(1 + base^-d): NaN where they cancel, or the second is far below. */
#define NF_DD_LOGADD(name, exp, log)                                                               \
    NF_LANE nf_dd nf_dd_of_##name(nf_dd x, nf_dd y)                                                \
    {                                                                                              \
        nf_dd d = nf_dd_sub(x, y), larger = nf_dd_choose(d.hi > 0, x, y);                          \
        bool near = nf_magnitude_of(d.hi) < 300;                                                   \
        d = nf_dd_choose(near, d, NF_DD_ONE);                                                      \
        nf_dd more = log(exp(nf_dd_signed_like(d, -1))), z = nf_dd_add(larger, more);              \
        near = near && nf_magnitude_of(z.hi) > 0x1p-10 * nf_magnitude_of(more.hi);                 \
        return nf_dd_choose(near, z, NF_DD_NAN);                                                   \
    }
NF_LANE nf_dd nf_dd_of_log2p1(nf_dd x)
{
    return nf_dd_mul(nf_dd_of_log1p(x), nf_dd_of(NF_LOG2E, NF_LOG2E_LOW));
}
NF_DD_LOGADD(logaddexp, nf_dd_of_exp, nf_dd_of_log1p)
NF_DD_LOGADD(logaddexp2, nf_dd_of_exp2, nf_dd_of_log2p1)

NF_DD_NEAR_2(hypot, true, nf_dd_of_hypot(x, y))
NF_DD_NEAR_2(pow, x.hi > 0, nf_dd_power_of(nf_dd_mul(y, nf_dd_of_log(x))))
NF_DD_NEAR_2(compound, x.hi > -1, nf_dd_power_of(nf_dd_mul(y, nf_dd_of_log1p(x))))
NF_DD_NEAR_2(rootn, x.hi > 0, nf_dd_power_of(nf_dd_div(nf_dd_of_log(x), y)))
NF_DD_NEAR_2(arctan2, true, nf_dd_of_arctan2(x, y))
NF_DD_NEAR_2(arctan2pi, true, nf_dd_mul(nf_dd_of_arctan2(x, y), nf_dd_of(NF_1_PI, NF_1_PI_LOW)))
NF_DD_NEAR_2(logaddexp, true, nf_dd_of_logaddexp(x, y))
NF_DD_NEAR_2(logaddexp2, true, nf_dd_of_logaddexp2(x, y))

#define NF_DD_STAGE_2(name)                                                                        \
    static void stage_dd_##name(double *restrict hi, double *restrict lo,                          \
                                const double *restrict hi_2, const double *restrict lo_2, int n)   \
    {                                                                                              \
        for (int i = 0; i < n; i++) {                                                              \
            nf_dd z = nf_dd_##name(nf_dd_of(hi[i], lo[i]), nf_dd_of(hi_2[i], lo_2[i]));            \
            hi[i] = z.hi;                                                                          \
            lo[i] = z.lo;                                                                          \
        }                                                                                          \
    }
#define NF_FUNCTION(name, kind, kernel, ...) NF_OF_TWO_##kernel(NF_DD_STAGE_2(name))
#include "nf_functions.def"
#undef NF_FUNCTION
#undef NF_DD_STAGE_2

#endif
