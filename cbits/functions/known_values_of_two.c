/* SPDX-License-Identifier: BSD-3-Clause */
/* Which values of functions of two arguments are limits, exact, or next to an exact number?
 *
 * IEEE 754-2019, 9.2.1, and where it differs (the angle of the origin is NaR) the Posit
 * Standard (2022), 5.6.  Powers and roots are in known_powers.c. */
#include "known_values.h"

/* ---- hypot ----------------------------------------------------------------------------------- */

/* A root of x^2 + y^2 of at most 126 bits: the only one that it can be is checked. */
static bool exact_hypot(nf_number_128 x, nf_number_128 y, nf_number_128 *r)
{
    enum { N = 16 }; /* squares of 128 bits, 400 apart at most, in 1024 */
    nf_real a, b, root, square;
    nf_real_number(&a, x, N);
    nf_real_number(&b, y, N);
    nf_real_mul(&a, &a, &a, N);
    nf_real_mul(&b, &b, &b, N);
    nf_real_add(&a, &a, &b, N);
    b = a;
    nf_real_resize(&b, N, 4);
    nf_real_sqrt(&root, &b, 4);
    nf_u128 sig = (nf_u128)root.limb[3] << 64 | root.limb[2];
    sig = ((sig >> 1) + 1) >> 1 << 2; /* to nearest: a root of 127 bits has no ones below */
    *r = nf_finite_128(0, (int32_t)root.exp - 1, sig);
    if (sig >> 127 == 0) {
        r->sig = (nf_u128)1 << 127;
        r->exp++;
    }
    nf_real_number(&root, *r, N);
    nf_real_mul(&square, &root, &root, N);
    nf_real_sub(&square, &square, &a, N);
    return square.zero;
}

static bool known_hypot(nf_number_128 x, nf_number_128 y, nf_number_128 *r)
{
    if (is_infinite(x) || is_infinite(y))
        return infinity_of(r, false);
    if (is_zero(x) || is_zero(y))
        return known(r, magnitude(is_zero(x) ? y : x));
    if (x.exp - y.exp > 200 || y.exp - x.exp > 200)
        return known(r, nf_nudge(magnitude(x.exp > y.exp ? x : y), true));
    return exact_hypot(x, y, r);
}

/* ---- angles ---------------------------------------------------------------------------------- */

/* Quarters of a turn over 2 (units of pi/4) where 0 or an infinity makes the angle one of them. */
static int quarters_of(nf_number_128 y, nf_number_128 x)
{
    if (is_zero(y) || (is_infinite(x) && !is_infinite(y)))
        return x.sign ? 4 : 0;
    if (is_zero(x) || (is_infinite(y) && !is_infinite(x)))
        return 2;
    if ((is_infinite(x) && is_infinite(y)) || (x.exp == y.exp && x.sig == y.sig))
        return x.sign ? 3 : 1;
    return -1;
}

/* y/x is so small that the angle is y/x, a little less: where that is exact. */
static bool small_angle(nf_number_128 y, nf_number_128 x, nf_number_128 *r)
{
    int64_t e, f;
    uint64_t m = nf_odd_part(y, &e), k = nf_odd_part(x, &f);
    if (m % k != 0)
        return false;
    *r = nf_whole_number(m / k, y.sign);
    int64_t exp = r->exp + e - f;
    r->exp = (int32_t)exp;
    *r = nf_nudge(*r, false);
    return true;
}

static bool known_arctan2(nf_number_128 y, nf_number_128 x, bool over_pi, bool tapered,
                          nf_number_128 *r, nf_env *env)
{
    if (tapered && is_zero(x) && is_zero(y))
        return known(r, nf_invalid_128(env));
    int quarters = quarters_of(y, x);
    if (quarters == 0)
        return zero_of(r, y.sign);
    if (quarters > 0 && over_pi) {
        *r = nf_whole_number((nf_u128)quarters, y.sign);
        r->exp -= 2;
        return true;
    }
    if (quarters > 0)
        return false;
    int64_t distance = (int64_t)y.exp - x.exp;
    if (distance < -200 && !x.sign && !over_pi)
        return small_angle(y, x, r);
    if (distance < -200 && x.sign && over_pi)
        return known(r, nf_nudge(nf_two_to(0, y.sign), false));
    return distance > 200 && over_pi && known(r, nf_nudge(nf_two_to(-1, y.sign), x.sign));
}

/* ---- sums of exponentials -------------------------------------------------------------------- */

/* x + 1, rounded as everything is. */
static nf_number_128 add_one(nf_number_128 x)
{
    nf_number_128 one = nf_two_to(0, 0);
    if (is_zero(x))
        return one;
    if (x.exp < -126)
        return nf_nudge(one, !x.sign);
    if (x.exp > 190)
        return nf_nudge(x, !x.sign);
    x = nf_add_finite_128(x, one, false);
    return x;
}

static bool is_below(nf_number_128 a, nf_number_128 b)
{
    if (is_zero(a) || is_zero(b))
        return is_zero(a) ? !is_zero(b) && !b.sign : a.sign;
    if (a.sign != b.sign)
        return a.sign;
    bool smaller = a.exp != b.exp ? a.exp < b.exp : a.sig < b.sig;
    return a.sign ? b.exp < a.exp || (b.exp == a.exp && b.sig < a.sig) : smaller;
}

static bool is_small(nf_number_128 x)
{
    return is_zero(x) || x.exp < -200;
}

/* high + log(1 + b^(low - high)) */
static bool known_logaddexp(bool two, nf_number_128 x, nf_number_128 y, nf_number_128 *r)
{
    if (is_infinite(x) || is_infinite(y)) {
        bool first = is_infinite(x) && (!x.sign || is_infinite(y));
        nf_number_128 high = first || (is_infinite(y) && y.sign) ? x : y;
        if (is_infinite(x) && is_infinite(y) && x.sign)
            high = y;
        return known(r, high);
    }
    bool below = is_below(x, y);
    nf_number_128 high = below ? y : x, low = below ? x : y;
    bool equal = is_zero(x) ? is_zero(y) : x.cls == y.cls && !below && !is_below(y, x);
    if (equal && two)
        return known(r, add_one(x));
    if (equal) /* x + ln 2 */
        return x.cls == NF_FINITE && x.exp > 200 && known(r, nf_nudge(x, !x.sign));
    if (two && is_small(high) && is_small(low)) { /* 1 + (x + y) / 2 + (x - y)^2 / 11.5... */
        bool negative = low.sign && is_below(magnitude(high), magnitude(low));
        return known(r, nf_nudge(nf_two_to(0, 0), !negative));
    }
    nf_real d, z;
    nf_real_integer(&d, 0, 3);
    if (!is_zero(high))
        nf_real_number(&d, high, 3);
    nf_real_integer(&z, 0, 3);
    if (!is_zero(low))
        nf_real_number(&z, low, 3);
    nf_real_sub(&d, &d, &z, 3);
    bool far = d.exp >= 24;
    if (is_zero(high))
        return far && known(r, nf_tiny(0));
    if (far || nf_real_round(&d, 3) > 202 - (int64_t)high.exp)
        return known(r, nf_nudge(high, !high.sign));
    return false;
}

bool nf_known_value_of_two(nf_op op, nf_number_128 x, nf_number_128 y, bool tapered,
                           nf_number_128 *r, nf_env *env)
{
    switch (op) {
    case NF_OP_hypot: return known_hypot(x, y, r);
    case NF_OP_pow: return nf_known_pow(x, y, tapered, r, env);
    case NF_OP_rootn: return nf_known_rootn(x, y, r, env);
    case NF_OP_compound: return nf_known_compound(x, y, r, env);
    case NF_OP_arctan2: return known_arctan2(x, y, false, tapered, r, env);
    case NF_OP_arctan2pi: return known_arctan2(x, y, true, tapered, r, env);
    default: return known_logaddexp(op == NF_OP_logaddexp2, x, y, r);
    }
}
