/* SPDX-License-Identifier: BSD-3-Clause */
/* What are quotient and remainder of two whole numbers beyond 128 bits? */
#include "bignum.h"

static void shift_right(nf_big *x, int bits) /* 0..63, nothing falls out */
{
    for (int i = 0; i < x->n && bits; i++)
        x->limb[i] = x->limb[i] >> bits | (i + 1 < x->n ? x->limb[i + 1] << (64 - bits) : 0);
    nf_big_trim(x);
}

/* u[0..n] -= q * v[0..n-1]; returns the borrow out of u[n]. */
static uint64_t sub_multiple(uint64_t *u, const uint64_t *v, int n, uint64_t q)
{
    uint64_t carry = 0, borrow = 0;
    for (int i = 0; i < n; i++) {
        nf_u128 product = (nf_u128)q * v[i] + carry;
        nf_u128 t = (nf_u128)u[i] - (uint64_t)product - borrow;
        u[i] = (uint64_t)t;
        carry = (uint64_t)(product >> 64);
        borrow = (uint64_t)(t >> 64) & 1;
    }
    nf_u128 t = (nf_u128)u[n] - carry - borrow;
    u[n] = (uint64_t)t;
    return (uint64_t)(t >> 64) & 1;
}

/* u[0..n] += v[0..n-1]; returns the carry out of u[n]. */
static uint64_t add_back(uint64_t *u, const uint64_t *v, int n)
{
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
        nf_u128 t = (nf_u128)u[i] + v[i] + carry;
        u[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    u[n] += carry;
    return u[n] < carry;
}

/* One digit of the quotient of u[0..n] by v[0..n-1], whose top bit is set; u becomes the rest.
 * The guess from the two leading digits is at most 2 too large, and is mended by adding back. */
static uint64_t divide_step(uint64_t *u, const uint64_t *v, int n)
{
    nf_u128 head = (nf_u128)u[n] << 64 | u[n - 1];
    uint64_t q = u[n] >= v[n - 1] ? ~(uint64_t)0 : (uint64_t)(head / v[n - 1]);
    uint64_t negative = sub_multiple(u, v, n, q);
    while (negative) {
        q--;
        negative -= add_back(u, v, n);
    }
    return q;
}

void nf_big_divide(nf_big *quotient, nf_big *x, nf_big *divisor)
{
    int n = divisor->n, shift = nf_clz_64(divisor->limb[n - 1]);
    quotient->n = 0;
    if (x->n < n)
        return;
    nf_big_shl(divisor, shift);
    nf_big_shl(x, shift);
    assert(x->n < NF_BIG_LIMBS);
    x->limb[x->n] = 0; /* a leading zero digit, so that every step has n + 1 digits */
    quotient->n = x->n - n + 1;
    for (int i = quotient->n; i-- > 0;)
        quotient->limb[i] = divide_step(x->limb + i, divisor->limb, n);
    x->n = n;
    nf_big_trim(quotient);
    nf_big_trim(x);
    shift_right(x, shift);
    shift_right(divisor, shift);
}
