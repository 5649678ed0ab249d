/* SPDX-License-Identifier: BSD-3-Clause */
/* How are exponentials, logarithms, sines and arctangents summed, and where may a series stop?
 *
 * More than 300 lines: all four are one scheme, reduce, sum, undo, with one rule for where to stop. */
#include "primitives.h"

#include "constants.h"

#define CONSTANT(r, name, n) nf_real_constant(r, name, NF_CONSTANT_LIMBS, name##_EXP, n)

void nf_real_pi(nf_real *r, int n)
{
    CONSTANT(r, nf_pi, n);
}

/* Is the term below a quarter of a unit of the sum? */
static bool is_negligible(const nf_real *term, const nf_real *sum, int n)
{
    return term->zero || term->lost || sum->lost ||
           (!sum->zero && term->exp < sum->exp - 64 * n - 2);
}

/* sum += term * x/(i+1) + term * x^2 / ((i+1)(i+2)) + ..., |x| < 1.  Terms halve at least from the
 * first one on: what follows a negligible term is less than it, altogether below half a unit. */
static void exponential_series(nf_real *sum, nf_real *term, const nf_real *x, int i, int n)
{
    while (!is_negligible(term, sum, n)) {
        i++;
        nf_real_mul(term, term, x, n);
        nf_real_div_small(term, term, (uint64_t)i, n);
        nf_real_add(sum, sum, term, n);
    }
    nf_real_widen(sum, 1);
}

/* sum of first * y^k * i! / (i + 2k)!: sines and cosines, y = -x^2, sinh, y = x^2; |y| < 1 */
static void even_series(nf_real *sum, const nf_real *first, const nf_real *y, uint64_t i, int n)
{
    nf_real term = *first;
    *sum = *first;
    for (; !is_negligible(&term, sum, n); i += 2) {
        nf_real_mul(&term, &term, y, n);
        nf_real_div_small(&term, &term, (i + 1) * (i + 2), n);
        nf_real_add(sum, sum, &term, n);
    }
    nf_real_widen(sum, 1);
}

/* x + y x/3 + y^2 x/5 + ...: atan, y = -x^2, and atanh, y = x^2; |y| < 1/4 */
static void inverse_series(nf_real *sum, const nf_real *x, bool alternate, int n)
{
    nf_real y, power = *x, term = *x;
    nf_real_mul(&y, x, x, n);
    y.sign = alternate;
    *sum = *x;
    for (uint64_t i = 3; !is_negligible(&term, sum, n); i += 2) {
        nf_real_mul(&power, &power, &y, n);
        nf_real_div_small(&term, &power, i, n);
        nf_real_add(sum, sum, &term, n);
    }
    nf_real_widen(sum, 1);
}

/* ---- exponentials ---------------------------------------------------------------------------- */

/* 2^k e^x, |x| < 1: the series at x / 2^8, squared eight times. */
static void exp_reduced(nf_real *r, const nf_real *x, int64_t k, int n)
{
    enum { SQUARINGS = 8 };
    nf_real y = *x, sum, one;
    nf_real_integer(&one, 1, n);
    y.exp -= SQUARINGS;
    sum = one;
    exponential_series(&sum, &one, &y, 0, n);
    for (int i = 0; i < SQUARINGS; i++)
        nf_real_mul(&sum, &sum, &sum, n);
    sum.exp += k;
    *r = sum;
}

/* k = x / ln 2, rounded; e^x = 2^k e^(x - k ln 2) */
void nf_real_exp(nf_real *r, const nf_real *x, int n)
{
    nf_real t, ln2;
    CONSTANT(&t, nf_log2e, n);
    nf_real_mul(&t, &t, x, n);
    if (!t.zero && (t.lost || t.exp > 40)) {
        *r = t;
        nf_real_lose(r);
        return;
    }
    int64_t k = nf_real_round(&t, n);
    nf_real_integer(&t, k, n);
    CONSTANT(&ln2, nf_ln2, n);
    nf_real_mul(&t, &t, &ln2, n);
    nf_real_sub(&t, x, &t, n);
    exp_reduced(r, &t, k, n);
}

void nf_real_exp2(nf_real *r, const nf_real *x, int n)
{
    nf_real t, ln2;
    int64_t k = nf_real_round(x, n);
    nf_real_integer(&t, k, n);
    nf_real_sub(&t, x, &t, n);
    if (t.lost && !x->lost) { /* a whole number, and less than its radius beside */
        nf_real_around_one(r, x, n);
        r->exp += k;
        return;
    }
    CONSTANT(&ln2, nf_ln2, n);
    nf_real_mul(&t, &t, &ln2, n);
    exp_reduced(r, &t, k, n);
}

void nf_real_exp10(nf_real *r, const nf_real *x, int n)
{
    nf_real t;
    CONSTANT(&t, nf_ln10, n);
    nf_real_mul(&t, &t, x, n);
    nf_real_exp(r, &t, n);
}

void nf_real_expm1(nf_real *r, const nf_real *x, int n)
{
    nf_real one;
    if (x->zero || x->exp < -1) { /* |x| < 1/4: x + x^2/2 + ... */
        nf_real sum = *x, term = *x;
        exponential_series(&sum, &term, x, 1, n);
        *r = sum;
        return;
    }
    nf_real_integer(&one, 1, n);
    nf_real_exp(r, x, n);
    nf_real_sub(r, r, &one, n);
}

void nf_real_sinh_small(nf_real *r, const nf_real *x, int n)
{
    nf_real y, first = *x;
    nf_real_mul(&y, x, x, n);
    even_series(r, &first, &y, 1, n);
}

/* ---- logarithms ------------------------------------------------------------------------------ */

/* ln(1 + z) = 2 atanh(z / (2 + z)), |z| < 1/2 */
static void log_near(nf_real *r, const nf_real *z, int n)
{
    nf_real u;
    nf_real_integer(&u, 2, n);
    nf_real_add(&u, &u, z, n);
    nf_real_div(&u, z, &u, n);
    inverse_series(r, &u, false, n);
    r->exp++;
}

/* About ln(m), m / 2^64 in [1/2, 1), in units of 2^-62: no claim is made for it.  atanh's series.
 */
static int64_t guess_log(uint64_t m)
{
    const uint64_t one = (uint64_t)1 << 62;
    uint64_t x = m >> 2; /* units of 2^-62 */
    int64_t u = -(int64_t)(((nf_u128)(one - x) << 62) / (one + x));
    int64_t square = (int64_t)((__int128)u * u >> 62), power = u, sum = u;
    for (int i = 3; i < 40; i += 2) {
        power = (int64_t)((__int128)power * square >> 62);
        sum += power / i;
    }
    return 2 * sum;
}

/* x = m 2^k, m in [1/2, 1) or, if that is nearer 1, in [1, 2): with y near ln m,
 * ln x = (k ln 2 + y) + ln(m e^-y), and m e^-y is near 1.  Where k is 0 and m itself is, y is 0. */
void nf_real_log(nf_real *r, const nf_real *x, int n)
{
    nf_real m = *x, z, one, y, ln2;
    if (x->lost || x->zero || x->sign) {
        nf_real_lose(r);
        return;
    }
    bool up = x->limb[n - 1] < 0xB504F333F9DE6484u; /* sqrt 1/2 */
    int64_t k = x->exp - up;
    m.exp = up;
    nf_real_integer(&one, 1, n);
    nf_real_sub(&z, &m, &one, n);
    if (k == 0 && (z.zero || z.exp < -6)) {
        log_near(r, &z, n);
        return;
    }
    CONSTANT(&ln2, nf_ln2, n);
    nf_real_integer(&y, guess_log(m.limb[n - 1]), n);
    y.exp -= 62;
    if (up)
        nf_real_add(&y, &y, &ln2, n);
    y.rad.m = 0; /* whatever y is, ln m = y + ln(m e^-y) */
    y.sign = !y.sign;
    nf_real_exp(&z, &y, n);
    nf_real_mul(&z, &z, &m, n);
    nf_real_sub(&z, &z, &one, n);
    log_near(&z, &z, n);
    nf_real_integer(&one, k, n);
    nf_real_mul(&ln2, &one, &ln2, n);
    nf_real_sub(&y, &ln2, &y, n);
    nf_real_add(r, &y, &z, n);
}

void nf_real_log1p(nf_real *r, const nf_real *x, int n)
{
    if (x->zero || x->exp < -6) {
        log_near(r, x, n);
        return;
    }
    nf_real sum;
    nf_real_integer(&sum, 1, n);
    nf_real_add(&sum, &sum, x, n);
    nf_real_log(r, &sum, n);
}

/* ---- the circle ------------------------------------------------------------------------------ */

void nf_real_sincos(nf_real *s, nf_real *c, const nf_real *x, int n)
{
    nf_real y, one, first = *x;
    nf_real_mul(&y, x, x, n);
    y.sign = true;
    nf_real_integer(&one, 1, n);
    even_series(s, &first, &y, 1, n);
    even_series(c, &one, &y, 0, n);
}

/* Bits at .. at+63 below the point of 2/pi, the first one the highest; 0 before the point. */
static uint64_t two_over_pi(int64_t at)
{
    at -= 1; /* 2/pi = 0.1010...: bit 1 is the top of the table */
    uint64_t word[2];
    int64_t limb = at >= 0 ? at / 64 : -((63 - at) / 64);
    int bits = (int)(at - 64 * limb);
    for (int i = 0; i < 2; i++) {
        int64_t k = limb + i;
        word[i] = k < 0 || k >= NF_FAR_LIMBS ? 0 : nf_2_pi[NF_FAR_LIMBS - 1 - k];
    }
    return bits ? word[0] << bits | word[1] >> (64 - bits) : word[0];
}

/* x = m 2^q, m < 2^128.  Of 2/pi only the bits count that are worth 2^1 and less times 2^-q: those
 * above give multiples of 4.  With a window of n + 3 limbs the product is known to 2^128 units of
 * its last bit.
 *
 *     m * (b1 b0 . b-1 b-2 ...)  =  ... q1 q0 . ffffffff          k = q1 q0, rounded by f */
int nf_reduce_circle(nf_real *r, nf_number_128 x, int n)
{
    uint64_t window[NF_REAL_LIMBS + 3], p[NF_REAL_LIMBS + 5] = {0};
    int count = n + 3;
    int64_t q = (int64_t)x.exp - 127;
    uint64_t m[2] = {(uint64_t)x.sig, (uint64_t)(x.sig >> 64)};
    for (int i = 0; i < count; i++)
        window[count - 1 - i] = two_over_pi(q - 1 + 64 * (int64_t)i);
    for (int j = 0; j < 2; j++) {
        uint64_t carry = 0;
        for (int i = 0; i < count; i++) {
            nf_u128 t = (nf_u128)window[i] * m[j] + p[i + j] + carry;
            p[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        p[count + j] += carry;
    }
    /* p mod 2^(64 count): two bits before the point; then the nearest whole, in two's complement */
    uint64_t *top = &p[count - 1];
    int k = (int)(*top >> 62);
    bool up = *top >> 61 & 1;
    *top &= ~(uint64_t)0 >> 2;
    if (up) {
        bool carry = true;
        *top |= (uint64_t)3 << 62;
        for (int i = 0; i < count; i++) {
            p[i] = ~p[i] + carry;
            carry = carry && p[i] == 0;
        }
        k++;
    }
    nf_real half_pi;
    p[0] = p[1] = 0; /* less than what is not known anyway: 2^128 units, and as much cut off here */
    nf_real_words(r, p + 2, count - 2, 2, 2, n);
    r->sign = up;
    CONSTANT(&half_pi, nf_pi, n);
    half_pi.exp--;
    nf_real_mul(r, r, &half_pi, n);
    r->sign ^= x.sign;
    return (x.sign ? 4 - k : k) & 3;
}

/* About atan(x), x in [0, 1] in units of 2^-62: of w = (x - 1) / (x + 1), pi/4 further on. */
static int64_t guess_atan(uint64_t x)
{
    const uint64_t one = (uint64_t)1 << 62;
    int64_t w = -(int64_t)(((nf_u128)(one - x) << 62) / (one + x)), sum = 0;
    int64_t square = (int64_t)((__int128)w * w >> 62), power = w;
    bool far = x < one / 2 - one / 12;
    if (far)
        power = (int64_t)x, square = (int64_t)((nf_u128)x * x >> 62);
    for (int i = 1; i < 48; i += 2) {
        sum += i % 4 == 1 ? power / i : -(power / i);
        power = (int64_t)((__int128)power * square >> 62);
    }
    return far ? sum : sum + 3622009729038561421; /* pi/4 */
}

/* x in (0, 1]: atan x = y + atan((x - t) / (1 + x t)), t = tan y. */
static void atan_unit(nf_real *r, const nf_real *x, int n)
{
    nf_real y, s, c, u, v;
    if (x->exp < -6) {
        inverse_series(r, x, true, n);
        return;
    }
    uint64_t units = x->exp > 0 ? (uint64_t)1 << 62 : x->limb[n - 1] >> (2 - x->exp);
    nf_real_integer(&y, guess_atan(units), n);
    y.exp -= 62;
    nf_real_sincos(&s, &c, &y, n);
    nf_real_mul(&u, x, &c, n); /* (x c - s) / (c + x s) */
    nf_real_sub(&u, &u, &s, n);
    nf_real_mul(&v, x, &s, n);
    nf_real_add(&v, &v, &c, n);
    nf_real_div(&u, &u, &v, n);
    if (!u.zero && !u.lost)
        inverse_series(&u, &u, true, n);
    nf_real_add(r, &u, &y, n);
}

void nf_real_atan(nf_real *r, const nf_real *x, int n)
{
    nf_real one, y = *x;
    bool sign = x->sign;
    y.sign = false;
    if (x->zero || x->lost) {
        *r = *x;
        return;
    }
    if (y.exp <= 0) {
        atan_unit(r, &y, n);
    } else { /* pi/2 - atan(1/x) */
        nf_real_integer(&one, 1, n);
        nf_real_div(&y, &one, &y, n);
        atan_unit(&y, &y, n);
        nf_real_pi(r, n);
        r->exp--;
        nf_real_sub(r, r, &y, n);
    }
    r->sign = sign;
}
