/* SPDX-License-Identifier: BSD-3-Clause */
/* What is a real number known to within an error, and how does one compute with it?
 *
 * A ball: a midpoint of n limbs and a radius, which every operation widens by what it loses.
 *
 *     value = (-1)^sign * 0.1xxxxxxx...x * 2^exp,    known to rad units of the last bit
 *                         |<- 64 n    ->|
 *
 * Nobody has to prove how errors grow: the radius is the proof, made anew for every argument.  What
 * remains to be proved by hand are the truncations of series, where they are made.  The number of
 * limbs n is the same for all operands of an operation; results may be operands.
 *
 * A ball whose radius is more than 1/16 of its midpoint says nothing any more: it is lost, as is
 * everything computed from it, and the caller begins again with more limbs. */
#ifndef NF_REAL_H
#define NF_REAL_H

#include "core/core.h"

enum { NF_REAL_LIMBS = 36 };

/* m * 2^shift units, rounded up; m is below 2^40. */
typedef struct {
    uint64_t m;
    int64_t shift;
} nf_radius;

typedef struct {
    int64_t exp;
    nf_radius rad;
    bool sign, zero, lost;        /* zero: exactly 0 */
    uint64_t limb[NF_REAL_LIMBS]; /* little-endian, bit 63 of limb[n - 1] is set */
} nf_real;

void nf_real_integer(nf_real *r, int64_t value, int n);
void nf_real_number(nf_real *r, nf_number_128 x, int n);
/* words[0..count-1], little-endian, worth 2^exp above the highest: +-rad units of the lowest. */
void nf_real_words(nf_real *r, const uint64_t *words, int count, int64_t exp, uint64_t rad, int n);
/* The same value in other limbs; more limbs do not make it better known. */
void nf_real_resize(nf_real *r, int from, int to);
/* A constant of constants.h: its leading bits, and 2^exp. */
void nf_real_constant(nf_real *r, const uint64_t *words, int count, int exp, int n);

void nf_real_add(nf_real *r, const nf_real *a, const nf_real *b, int n);
void nf_real_sub(nf_real *r, const nf_real *a, const nf_real *b, int n);
void nf_real_mul(nf_real *r, const nf_real *a, const nf_real *b, int n);
void nf_real_div(nf_real *r, const nf_real *a, const nf_real *b, int n);
void nf_real_sqrt(nf_real *r, const nf_real *a, int n); /* a >= 0 */
/* k != 0 */
void nf_real_mul_small(nf_real *r, const nf_real *a, uint64_t k, int n);
void nf_real_div_small(nf_real *r, const nf_real *a, uint64_t k, int n);
/* The error is larger by so many units of the last bit (an exact 0 has none). */
void nf_real_widen(nf_real *r, uint64_t units);
/* 1 +- twice the radius of x, |x| < 1: e^t of a t that is 0 as far as x tells. */
void nf_real_around_one(nf_real *r, const nf_real *x, int n);
/* The nearest integer to the midpoint; |r| < 2^62. */
int64_t nf_real_round(const nf_real *r, int n);
void nf_real_lose(nf_real *r);

/* Are the 127 leading bits of the value known, and is there something below them for certain?  Then
 * *out has them, its bit 0 jammed. */
bool nf_real_decided(const nf_real *r, int n, nf_number_128 *out);

#endif
