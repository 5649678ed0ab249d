/* SPDX-License-Identifier: BSD-3-Clause */
/* Which functions does the C library give in doubles, and how are the others made of them? */
#ifndef NF_REFERENCE_H
#define NF_REFERENCE_H

#define _GNU_SOURCE /* exp10 */
#include <math.h>

/* ---- functions that the C library has not ---------------------------------------------------- */

#define LN2 0x1.62e42fefa39efp-1
#define LN10 0x1.26bb1bbb55516p+1
#define PI 0x1.921fb54442d18p+1

static double f_exp2m1(double x)
{
    return fabs(x) < 0.5 ? expm1(x * LN2) : exp2(x) - 1;
}
static double f_exp10m1(double x)
{
    return fabs(x) < 0.125 ? expm1(x * LN10) : exp10(x) - 1;
}
static double f_log2p1(double x)
{
    return log1p(x) / LN2;
}
static double f_log10p1(double x)
{
    return log1p(x) / LN10;
}
static double f_asinpi(double x)
{
    return asin(x) / PI;
}
static double f_acospi(double x)
{
    return acos(x) / PI;
}
static double f_atanpi(double x)
{
    return atan(x) / PI;
}
static double f_rsqrt(double x)
{
    return 1 / sqrt(x);
}

/* x = q/2 + r up to a multiple of 2, |r| <= 1/4, exactly. */
static double quarters(double x, int *q)
{
    double r = fmod(x, 2), nearest = rint(2 * r);
    *q = (int)nearest & 3;
    return r - nearest / 2;
}

static double of_quarter(int q, double t)
{
    double s = q & 1 ? cos(t) : sin(t);
    return q & 2 ? -s : s;
}

static double f_sinpi(double x)
{
    int q;
    double r = quarters(x, &q);
    return r == 0 && !(q & 1) ? copysign(0, x) : of_quarter(q, PI * r);
}

static double f_cospi(double x)
{
    int q;
    double r = quarters(x, &q);
    return r == 0 && (q & 1) ? 0 : of_quarter(q + 1, PI * r);
}

static double f_tanpi(double x)
{
    return f_sinpi(x) / f_cospi(x);
}

static double f_sigmoid(double x)
{
    double t = exp(-fabs(x));
    return (x > 0 ? 1 : t) / (1 + t);
}

static double f_softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}
static double f_silu(double x)
{
    return x == -INFINITY ? -0.0 : x * f_sigmoid(x);
}

/* ---- the table ------------------------------------------------------------------------------- */

enum { NONE, POLES, UNDERFLOWS }; /* inf is a pole, not an overflow; 0 is an underflow but at 0 */

static const struct reference {
    const char *name;
    double (*f)(double);
    int kind;
} references[] = {
    {"exp", exp, UNDERFLOWS},
    {"exp2", exp2, UNDERFLOWS},
    {"exp10", exp10, UNDERFLOWS},
    {"expm1", expm1, NONE},
    {"exp2m1", f_exp2m1, NONE},
    {"exp10m1", f_exp10m1, NONE},
    {"log", log, POLES},
    {"log2", log2, POLES},
    {"log10", log10, POLES},
    {"log1p", log1p, POLES},
    {"log2p1", f_log2p1, POLES},
    {"log10p1", f_log10p1, POLES},
    {"sin", sin, NONE},
    {"cos", cos, NONE},
    {"tan", tan, NONE},
    {"sinpi", f_sinpi, NONE},
    {"cospi", f_cospi, NONE},
    {"tanpi", f_tanpi, POLES},
    {"arcsin", asin, NONE},
    {"arccos", acos, NONE},
    {"arctan", atan, NONE},
    {"arcsinpi", f_asinpi, NONE},
    {"arccospi", f_acospi, NONE},
    {"arctanpi", f_atanpi, NONE},
    {"sinh", sinh, NONE},
    {"cosh", cosh, NONE},
    {"tanh", tanh, NONE},
    {"arcsinh", asinh, NONE},
    {"arccosh", acosh, NONE},
    {"arctanh", atanh, POLES},
    {"cbrt", cbrt, NONE},
    {"rsqrt", f_rsqrt, POLES},
    {"sigmoid", f_sigmoid, UNDERFLOWS},
    {"softplus", f_softplus, UNDERFLOWS},
    {"silu", f_silu, UNDERFLOWS},
    {"erf", erf, NONE},
    {"erfc", erfc, UNDERFLOWS},
};

#endif
