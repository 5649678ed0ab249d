/* SPDX-License-Identifier: BSD-3-Clause */
/* What are the leading decimal digits of a value? */
#include "digits.h"
#include "bignum.h"

/* floor(s * 2^e * 10^p), which fits 192 bits; false: it is exact. */
static bool scaled_floor(nf_big *whole, uint64_t s, int e, int p)
{
    nf_big n;
    e += p;
    nf_big_set(&n, s);
    if (p >= 0) {
        nf_big_mul_pow5(&n, p);
        nf_big_shl(&n, e > 0 ? e : 0);
        int drop = e < 0 ? -e : 0;
        nf_big_set(whole, (nf_u128)nf_big_word(&n, drop + 64) << 64 | nf_big_word(&n, drop));
        whole->limb[2] = nf_big_word(&n, drop + 128);
        whole->n = 3;
        return nf_big_any_below(&n, drop);
    }
    nf_big power;
    nf_big_set(&power, 1);
    nf_big_mul_pow5(&power, -p);
    nf_big_shl(e > 0 ? &n : &power, e > 0 ? e : -e);
    nf_big_divide(whole, &n, &power);
    return n.n != 0;
}

/* x = x / 10^19; returns the remainder. */
static uint64_t divide_by_chunk(nf_big *x)
{
    const uint64_t chunk = 10000000000000000000u;
    uint64_t r = 0;
    for (int i = x->n; i-- > 0;) {
        nf_u128 t = (nf_u128)r << 64 | x->limb[i];
        x->limb[i] = (uint64_t)(t / chunk);
        r = (uint64_t)(t % chunk);
    }
    nf_big_trim(x);
    return r;
}

/* floor(exp * log10(2)): checked for every exp of every format. */
static int decimal_exponent(int exp)
{
    return (int)((exp * INT64_C(1292913986)) >> 32);
}

void nf_exact_digits(nf_digits *d, nf_number_128 x)
{
    uint8_t reversed[3 * 19];
    int n = 0, p = NF_DIGITS - 1 - decimal_exponent(x.exp); /* 40 digits, or 41 */
    nf_big whole;
    d->inexact = scaled_floor(&whole, (uint64_t)(x.sig >> 64), x.exp - 63, p);
    for (nf_big_trim(&whole); whole.n;) {
        uint64_t chunk = divide_by_chunk(&whole);
        for (int i = 0; i < 19; i++, chunk /= 10)
            reversed[n++] = (uint8_t)(chunk % 10);
    }
    while (reversed[n - 1] == 0)
        n--;
    d->point = n - p;
    d->n = n < NF_DIGITS ? n : NF_DIGITS;
    for (int i = 0; i < d->n; i++)
        d->digit[i] = reversed[n - 1 - i];
    for (int i = 0; i < n - d->n; i++)
        d->inexact |= reversed[i] != 0;
    while (!d->inexact && d->digit[d->n - 1] == 0)
        d->n--;
}

nf_digits nf_cut_digits(const nf_digits *d, int k, bool up)
{
    nf_digits r = {k < d->n ? k : d->n, d->point, false, {0}};
    memcpy(r.digit, d->digit, (size_t)r.n);
    while (up && r.n && r.digit[r.n - 1] == 9)
        r.n--;
    if (up && r.n == 0) { /* 99.. becomes 100.. */
        r.digit[r.n++] = 1;
        r.point++;
    } else if (up) {
        r.digit[r.n - 1]++;
    }
    return r;
}

bool nf_is_upper_half(const nf_digits *d, int k)
{
    if (k >= d->n || d->digit[k] != 5)
        return k < d->n && d->digit[k] > 5;
    return d->inexact || k + 1 < d->n || d->digit[k - 1] % 2;
}
