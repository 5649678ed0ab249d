/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a long double, whose format is the platform's, as an unpacked number, and back? */
#include "values/nfnp_values.h"
#include <float.h>
#include <math.h>

/* Every step scales by a power of two or takes an integer part: exact in any binary long double. */
nf_unpacked nfnp_from_long_double(long double x)
{
    nf_unpacked u = {.cls = NF_FINITE, .sign = signbit(x) != 0};
    if (isnan(x))
        return (nf_unpacked){.cls = NF_NOT_A_NUMBER, .sign = u.sign};
    if (isinf(x))
        return (nf_unpacked){.cls = NF_INFINITE, .sign = u.sign};
    if (x == 0)
        return (nf_unpacked){.cls = NF_ZERO, .sign = u.sign};
    int exponent;
    long double rest = ldexpl(frexpl(fabsl(x), &exponent), 64);
    u.exp = exponent - 1;
    u.hi = (uint64_t)rest;
    rest = ldexpl(rest - (long double)u.hi, 64);
    u.lo = (uint64_t)rest;
    if (rest != (long double)u.lo)
        u.lo |= 1;
    return u;
}

/* The significand's top `keep` bits (0..127), rounded to nearest, ties to even. */
static unsigned __int128 round_top(nf_unpacked x, int keep)
{
    unsigned __int128 m = (unsigned __int128)x.hi << 64 | x.lo;
    unsigned __int128 half = (unsigned __int128)1 << (127 - keep);
    unsigned __int128 top = keep ? m >> (128 - keep) : 0;
    unsigned __int128 rest =
        m & (2 * half - 1); /* keep == 0: 2 * half is 2^128, the mask all ones */
    return top + (rest > half || (rest == half && (top & 1)));
}

long double nfnp_to_long_double(nf_unpacked x, uint32_t *flags)
{
    long double value = 0;
    if (x.cls == NF_NOT_A_NUMBER)
        value = (long double)NAN;
    else if (x.cls == NF_INFINITE)
        value = (long double)INFINITY;
    if (x.cls == NF_FINITE) {
        int keep = LDBL_MANT_DIG;
        if (x.exp < LDBL_MIN_EXP - 1) /* subnormal: fewer bits above the smallest quantum */
            keep = x.exp < LDBL_MIN_EXP - 1 - keep ? -1 : keep - (LDBL_MIN_EXP - 1 - x.exp);
        unsigned __int128 top = keep < 0 ? 0 : round_top(x, keep);
        value = ldexpl((long double)(uint64_t)(top >> 64), 64) + (long double)(uint64_t)top;
        if (value != 0) /* top counts units of 2^(exp + 1 - keep) */
            value = ldexpl(value, x.exp + 1 - keep);
        if (isinf(value))
            *flags |= NF_OVERFLOW;
    }
    return x.sign && x.cls != NF_NOT_A_NUMBER ? -value : value;
}

/* Posits, takums and fixed-point numbers of up to 64 bits lie well inside the range of any long
 * double wider than binary64; a float of ours has at most 63 significant bits, but any bias. */
bool nfnp_long_double_contains(const nf_format *f)
{
    if (LDBL_MANT_DIG < 64)
        return nf_contains(&nf_binary64, f);
    if (f->family != NF_FLOAT && f->family != NF_TRUNCATED)
        return true;
    return nf_limits_of(f).max_exp < LDBL_MAX_EXP &&
           -f->bias - f->man >= LDBL_MIN_EXP - LDBL_MANT_DIG;
}

bool nfnp_contains_long_double(const nf_format *f)
{
    return LDBL_MANT_DIG == 53 && nf_contains(f, &nf_binary64);
}
