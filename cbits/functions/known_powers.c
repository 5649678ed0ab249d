/* SPDX-License-Identifier: BSD-3-Clause */
/* Which powers and roots are limits, exact, or next to an exact number?
 *
 * IEEE 754-2019, 9.2.1, and where it differs (0^0 is NaR) the Posit Standard (2022), 5.8. */
#include "known_values.h"

/* The root m^(1/n) if it is whole; m odd. */
static bool whole_root(uint64_t m, uint64_t n, uint64_t *root)
{
    uint64_t low = 1, high = n == 1   ? m
                             : n == 2 ? 0xFFFFFFFF
                                      : 2642245; /* 2^64 and its cube root */
    *root = 1;
    if (m == 1)
        return true;
    while (low < high) { /* low^n <= m < (high + 1)^n */
        uint64_t middle = low + (high - low + 1) / 2;
        nf_u128 p = 1;
        for (uint64_t i = 0; i < n && p <= m; i++)
            p *= middle;
        if (p <= m)
            low = middle;
        else
            high = middle - 1;
    }
    nf_u128 p = 1;
    for (uint64_t i = 0; i < n && p <= m; i++)
        p *= low;
    *root = low;
    return p == m;
}

/* (m 2^e)^(+-k) */
static bool power_of_odd(uint64_t m, int64_t e, uint64_t k, bool inverse, bool sign,
                         nf_number_128 *r)
{
    if (inverse && m != 1)
        return false;
    __int128 scale = (__int128)e * k * (inverse ? -1 : 1);
    const int64_t far = 1 << 21;
    e = scale > far ? far : scale < -far ? -far : (int64_t)scale;
    return nf_exact_power(m, k, e, sign, r);
}

/* x^y, y = t 2^f with t odd: while f < 0 the base must be a square. */
static bool exact_pow(nf_number_128 x, nf_number_128 y, bool sign, nf_number_128 *r)
{
    int64_t e, f;
    uint64_t m = nf_odd_part(x, &e), k = nf_odd_part(y, &f);
    for (; f < 0; f++) {
        if (e % 2 != 0 || !whole_root(m, 2, &m))
            return false;
        e /= 2;
        if (m == 1 && e == 0)
            break;
    }
    if (f > 0)
        k = f + 64 - nf_clz_64(k) > 63 ? (uint64_t)1 << 63 : k << f;
    return power_of_odd(m, e, k, y.sign, sign, r);
}

/* 0 to a negative power: an odd one has the sign of the zero. */
static nf_number_128 pole_of_power(bool odd, bool sign, nf_env *env)
{
    return odd ? nf_pole_by_zero_128(sign, env) : nf_pole_128(0, env);
}

/* y infinite, or x 0 or infinite, y not 0. */
static bool known_pow_limit(nf_number_128 x, nf_number_128 y, bool odd, nf_number_128 *r,
                            nf_env *env)
{
    if (is_infinite(y)) {
        if (x.cls == NF_FINITE && nf_is_one(x))
            return known(r, nf_two_to(0, 0));
        bool large = is_infinite(x) || (x.cls == NF_FINITE && x.exp >= 0);
        return large != y.sign ? infinity_of(r, false) : zero_of(r, false);
    }
    bool sign = x.sign && odd;
    if (is_infinite(x))
        return y.sign ? zero_of(r, sign) : infinity_of(r, sign);
    return y.sign ? known(r, pole_of_power(odd, sign, env)) : zero_of(r, sign);
}

bool nf_known_pow(nf_number_128 x, nf_number_128 y, bool tapered, nf_number_128 *r, nf_env *env)
{
    if (is_zero(y))
        return known(r, tapered && is_zero(x) ? nf_invalid_128(env) : nf_two_to(0, 0));
    bool whole = y.cls == NF_FINITE && nf_is_whole(y);
    bool odd = whole && y.exp <= 126 && (nf_whole_part(y) & 1);
    if (x.cls != NF_FINITE || is_infinite(y))
        return known_pow_limit(x, y, odd, r, env);
    if (x.sign && !whole)
        return known(r, nf_invalid_128(env));
    bool sign = x.sign && odd;
    if (nf_is_one(x))
        return known(r, nf_two_to(0, sign));
    if (exact_pow(x, y, sign, r))
        return true;
    nf_real t;
    nf_real_number(&t, magnitude(x), 3);
    nf_real_log(&t, &t, 3);
    nf_real z;
    nf_real_number(&z, y, 3);
    nf_real_mul(&t, &t, &z, 3);
    return nf_known_exponential(&t, sign, r);
}

static bool is_odd_whole(nf_number_128 n) /* n is whole */
{
    return n.cls == NF_FINITE && n.exp <= 126 && (nf_whole_part(n) & 1);
}

/* x^(1/n), n a whole number or 0 */
bool nf_known_rootn(nf_number_128 x, nf_number_128 n, nf_number_128 *r, nf_env *env)
{
    bool odd = is_odd_whole(n), sign = x.sign && odd;
    if (is_zero(n))
        return known(r, nf_invalid_128(env));
    if (is_zero(x))
        return n.sign ? known(r, pole_of_power(odd, sign, env)) : zero_of(r, sign);
    if (x.sign && !odd)
        return known(r, nf_invalid_128(env));
    if (is_infinite(x))
        return n.sign ? zero_of(r, sign) : infinity_of(r, sign);
    int64_t e;
    uint64_t m = nf_odd_part(x, &e), k = nf_whole_part(n);
    if ((e != 0 && (k > INT64_MAX || e % (int64_t)k != 0)) || (k > 40 && m != 1) ||
        !whole_root(m, k, &m))
        return false;
    return power_of_odd(m, e == 0 ? 0 : e / (int64_t)k, 1, n.sign, sign, r);
}

/* (1 + x)^n */
bool nf_known_compound(nf_number_128 x, nf_number_128 n, nf_number_128 *r, nf_env *env)
{
    if (x.sign && (is_infinite(x) || (x.cls == NF_FINITE && x.exp >= 0 && !nf_is_one(x))))
        return known(r, nf_invalid_128(env));
    if (is_zero(n) || is_zero(x))
        return known(r, nf_two_to(0, 0));
    if (is_infinite(x))
        return n.sign ? zero_of(r, false) : infinity_of(r, false);
    if (x.sign && nf_is_one(x))
        return n.sign ? known(r, nf_pole_128(0, env)) : zero_of(r, false);
    bool far = x.exp > 200; /* x^n (1 + n/x + ...) */
    nf_number_128 sum = far ? x : nf_add_finite_128(x, nf_two_to(0, 0), false);
    int64_t e;
    if (nf_trailing_zeros(sum.sig) >= 64) { /* at most 64 bits, and exact */
        uint64_t m = nf_odd_part(sum, &e);
        if (power_of_odd(m, e, nf_whole_part(n), n.sign, false, r))
            return known(r, far ? nf_nudge(*r, !n.sign) : *r);
    }
    nf_real t, z;
    nf_real_number(&t, x, 3);
    nf_real_log1p(&t, &t, 3);
    nf_real_number(&z, n, 3);
    nf_real_mul(&t, &t, &z, 3);
    return nf_known_exponential(&t, false, r);
}
