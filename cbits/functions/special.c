/* SPDX-License-Identifier: BSD-3-Clause */
/* How are the error function and the gamma function summed, and where may their series stop? */
#include "primitives.h"

#include "constants.h"

#define CONSTANT(r, name, n) nf_real_constant(r, name, NF_CONSTANT_LIMBS, name##_EXP, n)

/* |x|, or |x| / sqrt 2; and its square */
static void argument(nf_real *x, nf_real *square, nf_number_128 from, bool halved, int n)
{
    nf_real two;
    from.sign = 0;
    nf_real_number(x, from, n);
    nf_real_mul(square, x, x, n);
    if (halved) {
        square->exp--;
        nf_real_integer(&two, 2, n);
        nf_real_sqrt(&two, &two, n);
        nf_real_div(x, x, &two, n);
    }
}

/* erf x = 2 / sqrt(pi) e^(-x^2) (x + 2x^3/3 + 4x^5/15 + ...): all terms positive.  From
 * 2k + 1 >= 4 x^2 on they halve at least: what follows a negligible one is less than it. */
static void erf_of(nf_real *r, const nf_real *x, const nf_real *square, int n)
{
    nf_real sum = *x, term = *x, y = *square, e = *square;
    uint64_t enough = square->exp > 12 ? 16384 : (uint64_t)4 << (square->exp > 0 ? square->exp : 0);
    y.exp++;
    for (uint64_t i = 3;; i += 2) {
        nf_real_mul(&term, &term, &y, n);
        nf_real_div_small(&term, &term, i, n);
        nf_real_add(&sum, &sum, &term, n);
        if (sum.lost || (i > enough && term.exp < sum.exp - 64 * n - 2))
            break;
    }
    nf_real_widen(&sum, 1);
    e.sign = true;
    nf_real_exp(&e, &e, n);
    nf_real_mul(&sum, &sum, &e, n);
    CONSTANT(&e, nf_1_sqrtpi, n);
    nf_real_mul(r, &sum, &e, n);
    r->exp++;
}

void nf_real_erf(nf_real *r, nf_number_128 x, bool halved, int n)
{
    nf_real y, square;
    argument(&y, &square, x, halved, n);
    erf_of(r, &y, &square, n);
    r->sign = x.sign;
}

/* erfc x = e^(-x^2) / (x sqrt(pi)) (1 - 1/(2x^2) + 3/(2x^2)^2 - ...), the error below the first
 * term left out and of its sign (DLMF 7.12(ii)).  Terms fall until k = x^2, to about e^(-x^2). */
static void erfc_far(nf_real *r, const nf_real *x, const nf_real *square, int n)
{
    nf_real sum, term, y, e = *square;
    nf_real_integer(&sum, 1, n);
    term = sum;
    nf_real_div(&y, &sum, square, n);
    y.exp--;
    y.sign = true;
    for (uint64_t i = 1; !(term.exp < sum.exp - 64 * n - 2); i += 2) {
        int64_t before = term.exp;
        nf_real_mul(&term, &term, &y, n);
        nf_real_mul_small(&term, &term, i, n);
        nf_real_add(&sum, &sum, &term, n);
        if (term.exp > before + 1 || sum.lost) { /* not to be had with so many limbs */
            nf_real_lose(&sum);
            break;
        }
    }
    nf_real_widen(&sum, 2);
    e.sign = true;
    nf_real_exp(&e, &e, n);
    nf_real_mul(&sum, &sum, &e, n);
    CONSTANT(&e, nf_1_sqrtpi, n);
    nf_real_mul(&sum, &sum, &e, n);
    nf_real_div(r, &sum, x, n);
}

/* 1 - erf x loses 1.45 x^2 bits and a few: so many more are computed. */
void nf_real_erfc(nf_real *r, nf_number_128 x, bool halved, int n)
{
    nf_real y, square, one;
    argument(&y, &square, x, halved, n);
    int64_t size = nf_real_round(&square, n), lost = size + size / 2 + 8;
    if (lost - 16 > 64 * n + size / 16) {
        erfc_far(r, &y, &square, n);
        return;
    }
    int more = (int)(lost / 64) + 1;
    if (n + more > NF_REAL_LIMBS) {
        nf_real_integer(r, 1, n);
        nf_real_lose(r);
        return;
    }
    argument(&y, &square, x, halved, n + more);
    erf_of(&y, &y, &square, n + more);
    nf_real_integer(&one, 1, n + more);
    nf_real_sub(r, &one, &y, n + more);
    nf_real_resize(r, n + more, n);
}

/* ln Gamma(z) = (z - 1/2) ln z - z + ln sqrt(2 pi) + sum B_2k / (2k (2k-1) z^(2k-1)): the error is
 * below the first term left out and of its sign, z > 0 (DLMF 5.11(ii)).  z >= 32 n makes the terms
 * fall to 2^(-64 n) and far below. */
void nf_real_stirling(nf_real *log_gamma, nf_real *product, const nf_real *x, int n)
{
    nf_real z = *x, one, t, y, power, sum;
    nf_real_integer(&one, 1, n);
    nf_real_integer(product, 1, n);
    while (!z.lost && z.exp < 40 && nf_real_round(&z, n) < 32 * n) {
        nf_real_mul(product, product, &z, n);
        nf_real_add(&z, &z, &one, n);
    }
    nf_real_log(&t, &z, n);
    y = one;
    y.exp--;
    nf_real_sub(&y, &z, &y, n);
    nf_real_mul(&sum, &t, &y, n);
    nf_real_sub(&sum, &sum, &z, n);
    CONSTANT(&t, nf_ln_sqrt2pi, n);
    nf_real_add(&sum, &sum, &t, n);
    nf_real_div(&power, &one, &z, n);
    nf_real_mul(&y, &power, &power, n);
    bool done = n > NF_STIRLING_LIMBS;
    for (int k = 0; !done && k < NF_STIRLING_TERMS; k++) {
        nf_real_constant(&t, nf_stirling[k], NF_STIRLING_LIMBS, nf_stirling_exp[k], n);
        nf_real_mul(&t, &t, &power, n);
        t.sign = k % 2 == 1;
        nf_real_add(&sum, &sum, &t, n);
        nf_real_mul(&power, &power, &y, n);
        if (t.exp < sum.exp - 64 * n - 2) {
            nf_real_widen(&sum, 1);
            *log_gamma = sum;
            return;
        }
    }
    nf_real_lose(&sum);
    *log_gamma = sum;
}
