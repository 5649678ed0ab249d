/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the integers of an operation: the one next to x, the quotient a//b and its remainder? */
#include "long_results.h"

nf_number_128 nf_to_integer(nf_number_128 x, nf_rounding mode)
{
    if (x.cls != NF_FINITE || x.exp >= 127)
        return x;
    /*  sig = iii.fff   i: exp + 1 bits (none when exp < 0), f: dropped */
    nf_u128 whole = x.exp < 0 ? 0 : x.sig >> (127 - x.exp);
    nf_u128 rest = x.exp < 0 ? nf_shr_jam_128(x.sig, -1 - x.exp) : x.sig << x.exp << 1;
    uint64_t dropped = (uint64_t)(rest >> 64) | ((uint64_t)rest != 0);
    nf_env none = {0, 0, 0, 0}; /* the four modes draw nothing */
    whole += nf_round_up(mode, x.sign, whole & 1, dropped, &none);
    return nf_normalise_128(x.sign, 127, whole);
}

/* |a| / |b| = (q + r / divisor) * 2^(exp - 127), bit 127 of q set, 0 <= r < divisor. */
typedef struct {
    nf_u128 q;
    uint64_t r, divisor;
    int exp;
} nf_quotient;

static nf_quotient divide(nf_number_128 a, nf_number_128 b)
{
    uint64_t x = (uint64_t)(a.sig >> 64), y = (uint64_t)(b.sig >> 64);
    bool less = x < y;
    nf_u128 numerator = (nf_u128)x << (less ? 64 : 63);
    nf_u128 q1 = numerator / y, r1 = numerator % y;
    nf_quotient d = {q1 << 64 | (r1 << 64) / y, (uint64_t)((r1 << 64) % y), y,
                     a.exp - b.exp - less};
    return d;
}

/* floor(|a/b|), or that + 1 when `away` and it is not exact, of a quotient of at least 2^127.
 *
 * The integer is q followed by s more bits, s = exp - 127: they are low = floor(r * 2^s / divisor),
 * so
 *     low >= 1                      <=>  r * 2^s >= divisor
 *     low + 1 = 2^s, not exact      <=>  (divisor - r) * 2^s < divisor: the + 1 carries into q   */
static nf_number_128 floor_of_long(nf_quotient d, bool away, int sign)
{
    int s = d.exp - 127;
    if (d.r && away) {
        bool carries = s < 64 && (nf_u128)(d.divisor - d.r) << s < d.divisor;
        if (!carries)
            return nf_finite_128(sign, d.exp, d.q | 1);
        d.q++;
        return d.q ? nf_finite_128(sign, d.exp, d.q)
                   : nf_finite_128(sign, d.exp + 1, (nf_u128)1 << 127);
    }
    bool low = d.r && (s >= 64 || (nf_u128)d.r << s >= d.divisor);
    return nf_finite_128(sign, d.exp, d.q | low);
}

static nf_number_128 floor_divide_finite(nf_number_128 a, nf_number_128 b)
{
    int sign = a.sign ^ b.sign;
    nf_quotient d = divide(a, b);
    if (d.exp >= 127)
        return floor_of_long(d, sign, sign);
    if (d.exp < 0) /* |a| < |b| */
        return nf_normalise_128(sign, 127, sign);
    nf_u128 whole = d.q >> (127 - d.exp);
    bool exact = d.q << d.exp << 1 == 0 && d.r == 0;
    return nf_normalise_128(sign, 127, whole + (sign && !exact));
}

nf_number_128 nf_floor_divide_128(nf_number_128 a, nf_number_128 b, nf_env *env)
{
    if (a.cls == NF_FINITE && b.cls == NF_FINITE)
        return floor_divide_finite(a, b);
    if (a.cls == NF_INFINITE && b.cls == NF_FINITE)
        return nf_invalid_128(env);
    if (a.cls == NF_FINITE && b.cls == NF_INFINITE) /* a/b is just beside 0 */
        return nf_normalise_128(a.sign ^ b.sign, 127, a.sign ^ b.sign);
    return nf_div_128(a, b, env);
}

/* |a| mod |b|, exactly, with the sign of a. */
static nf_number_128 remainder_finite(nf_number_128 a, nf_number_128 b)
{
    if (a.exp < b.exp)
        return a;
    uint64_t divisor = (uint64_t)(b.sig >> 64);
    uint64_t r = (uint64_t)(a.sig >> 64) % divisor;
    for (int left = a.exp - b.exp; left > 0 && r; left -= 64) /* r = r * 2^left mod divisor */
        r = (uint64_t)(((nf_u128)r << (left < 64 ? left : 64)) % divisor);
    return nf_normalise_128(a.sign, b.exp + 64, r);
}

nf_number_128 nf_remainder_128(nf_number_128 a, nf_number_128 b, bool floored, nf_env *env)
{
    if (a.cls == NF_NOT_A_NUMBER || b.cls == NF_NOT_A_NUMBER)
        return nf_special_128(NF_NOT_A_NUMBER, 0);
    if (a.cls == NF_INFINITE || b.cls == NF_ZERO)
        return nf_invalid_128(env);
    bool both = a.cls == NF_FINITE && b.cls == NF_FINITE;
    nf_number_128 r = both ? remainder_finite(a, b) : a;
    if (!floored)
        return r;
    if (r.cls == NF_ZERO)
        return nf_special_128(NF_ZERO, b.sign);
    return r.sign == b.sign ? r : nf_add_128(b, r, false, env);
}

/* -1, 0 or 1 as |a| is below, equal to or above |b|; both finite and not 0. */
static int compare_magnitudes(nf_number_128 a, nf_number_128 b)
{
    if (a.exp != b.exp)
        return a.exp < b.exp ? -1 : 1;
    return (a.sig > b.sig) - (a.sig < b.sig);
}

/*     |a| mod 2|b|     0 ....... |b|/2 ....... |b| ....... 3|b|/2 ....... 2|b|
 *     n, modulo 2          0       0     1      1     1        0      0          ties: n even
 *     subtract             0              |b|                      2|b|                        */
static nf_number_128 ieee_remainder_finite(nf_number_128 a, nf_number_128 b)
{
    nf_number_128 half = b, whole = b, twice = b;
    half.exp--;
    twice.exp++;
    half.sign = whole.sign = twice.sign = a.sign ^ 1; /* to be added */
    nf_number_128 r = remainder_finite(a, twice);
    if (r.cls == NF_ZERO || compare_magnitudes(r, half) <= 0)
        return r;
    nf_number_128 three_halves = nf_add_finite_128(whole, half, false);
    return nf_add_finite_128(r, compare_magnitudes(r, three_halves) < 0 ? whole : twice, false);
}

nf_number_128 nf_ieee_remainder_128(nf_number_128 a, nf_number_128 b, nf_env *env)
{
    if (a.cls != NF_FINITE || b.cls != NF_FINITE)
        return nf_remainder_128(a, b, false, env); /* the same as of the truncated quotient */
    nf_number_128 r = ieee_remainder_finite(a, b);
    return r.cls == NF_ZERO ? nf_special_128(NF_ZERO, a.sign) : r;
}
