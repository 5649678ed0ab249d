/* SPDX-License-Identifier: BSD-3-Clause */
/* How much does each operation on balls lose?  Units are those of the last bit of the result.
 *
 * More than 300 lines: every operation needs the radii and the limbs of the first two parts, which no
 * other file may touch. */
#include "real.h"

#include "core/bignum.h"

/* ---- radii ----------------------------------------------------------------------------------- */

static nf_radius radius(uint64_t m, int64_t shift)
{
    for (; m >> 40; shift += 8)
        m = (m >> 8) + 1;
    return (nf_radius){m, m ? shift : 0};
}

static nf_radius times_power(nf_radius a, int64_t up) /* a * 2^up */
{
    if (a.m == 0 || a.shift + up >= 0)
        return radius(a.m, a.shift + up);
    int64_t down = -(a.shift + up);
    return radius((down < 64 ? a.m >> down : 0) + 1, 0);
}

static nf_radius plus(nf_radius a, nf_radius b)
{
    if (a.m == 0 || b.m == 0)
        return a.m ? a : b;
    if (a.shift < b.shift)
        return plus(b, a);
    int64_t down = a.shift - b.shift;
    return radius(a.m + (down < 64 ? b.m >> down : 0) + (down != 0), a.shift);
}

/* a * t / 2^22, t <= 2^23: series multiply thousands of times, so a factor of 2 each is too much.
 */
static nf_radius times_part(nf_radius a, uint64_t t)
{
    return a.m ? radius((a.m * t >> 22) + 1, a.shift) : a;
}

/* The midpoint in units of 2^-22, rounded up. */
static uint64_t part_of(const nf_real *r, int n)
{
    return (r->limb[n - 1] >> 42) + 1;
}

static nf_radius units(uint64_t count)
{
    return radius(count, 0);
}

/* rad < 2^bits */
static int64_t bits_of(nf_radius a)
{
    return a.m ? a.shift + 64 - nf_clz_64(a.m) : 0;
}

void nf_real_lose(nf_real *r)
{
    r->lost = true;
    r->zero = false;
}

void nf_real_widen(nf_real *r, uint64_t count)
{
    if (!r->zero)
        r->rad = plus(r->rad, units(count));
}

/* Sign, exponent and radius of a result whose limbs are there. */
static void finish(nf_real *r, bool sign, int64_t exp, nf_radius rad, int n)
{
    r->exp = exp;
    r->sign = sign;
    r->zero = false;
    r->rad = rad;
    r->lost = bits_of(rad) > 64 * n - 4;
}

static void set_zero(nf_real *r)
{
    r->exp = 0;
    r->rad = units(0);
    r->sign = r->lost = false;
    r->zero = true;
}

/* Is the result settled by an operand that is lost? */
static bool loses(nf_real *r, const nf_real *a, const nf_real *b)
{
    if (a->lost || b->lost)
        nf_real_lose(r);
    return a->lost || b->lost;
}

/* ---- limbs ----------------------------------------------------------------------------------- */

static int leading_zeros(const uint64_t *x, int n) /* 64 n: all are */
{
    for (int i = n; i-- > 0;)
        if (x[i] != 0)
            return 64 * (n - 1 - i) + nf_clz_64(x[i]);
    return 64 * n;
}

/* to[0..n-1] = the n highest limbs of from[0..count-1] << shift, zeros below; is anything else? */
static bool take_top(uint64_t *to, int n, const uint64_t *from, int count, int shift)
{
    int words = shift / 64, bits = shift % 64, first = count - words - n;
    bool more = false;
    for (int i = 0; i < first - 1; i++)
        more |= from[i] != 0;
    if (first > 0)
        more |= from[first - 1] << bits != 0;
    for (int i = n; i-- > 0;) {
        int at = first + i;
        uint64_t high = at >= 0 && at < count ? from[at] : 0;
        uint64_t low = bits && at >= 1 && at - 1 < count ? from[at - 1] >> (64 - bits) : 0;
        to[i] = high << bits | low;
    }
    return more;
}

/* to = from >> shift; is something lost? */
static bool shift_right(uint64_t *to, const uint64_t *from, int n, int64_t shift)
{
    bool more = false;
    int words = (int)(shift / 64), bits = (int)(shift % 64);
    for (int i = 0; i < words; i++)
        more |= from[i] != 0;
    more |= bits && from[words] << (64 - bits) != 0;
    for (int i = 0; i < n; i++) {
        uint64_t low = i + words < n ? from[i + words] : 0;
        uint64_t high = i + words + 1 < n ? from[i + words + 1] : 0;
        to[i] = bits ? low >> bits | high << (64 - bits) : low;
    }
    return more;
}

static bool add_limbs(uint64_t *to, const uint64_t *a, const uint64_t *b, int n)
{
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
        nf_u128 t = (nf_u128)a[i] + b[i] + carry;
        to[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    return carry;
}

static bool sub_limbs(uint64_t *to, const uint64_t *a, const uint64_t *b, int n)
{
    uint64_t borrow = 0;
    for (int i = 0; i < n; i++) {
        nf_u128 t = (nf_u128)a[i] - b[i] - borrow;
        to[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
    return borrow;
}

static void negate_limbs(uint64_t *x, int n)
{
    bool carry = true;
    for (int i = 0; i < n; i++) {
        x[i] = ~x[i] + carry;
        carry = carry && x[i] == 0;
    }
}

/* ---- from and to numbers --------------------------------------------------------------------- */

static void set_words(nf_real *r, const uint64_t *words, int count, bool sign, int64_t exp,
                      nf_radius rad, int n)
{
    uint64_t top[NF_REAL_LIMBS];
    int zeros = leading_zeros(words, count);
    if (zeros == 64 * count) {
        set_zero(r);
        if (rad.m)
            nf_real_lose(r);
        return;
    }
    bool more = take_top(top, n, words, count, zeros);
    memcpy(r->limb, top, (size_t)n * sizeof *top);
    rad = times_power(rad, zeros + 64 * (int64_t)(n - count)); /* in units of r */
    finish(r, sign, exp - zeros, plus(rad, units(more)), n);
}

void nf_real_words(nf_real *r, const uint64_t *words, int count, int64_t exp, uint64_t rad, int n)
{
    set_words(r, words, count, false, exp, units(rad), n);
}

void nf_real_integer(nf_real *r, int64_t value, int n)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    nf_real_words(r, &size, 1, 64, 0, n);
    r->sign = value < 0;
}

void nf_real_number(nf_real *r, nf_number_128 x, int n)
{
    uint64_t words[2] = {(uint64_t)x.sig, (uint64_t)(x.sig >> 64)};
    nf_real_words(r, words, 2, x.exp + 1, 0, n);
    r->sign = x.sign;
}

void nf_real_constant(nf_real *r, const uint64_t *words, int count, int exp, int n)
{
    memcpy(r->limb, words + count - n, (size_t)n * sizeof *words);
    finish(r, false, exp, units(1), n);
}

void nf_real_resize(nf_real *r, int from, int to)
{
    uint64_t old[NF_REAL_LIMBS];
    if (r->zero || r->lost)
        return;
    memcpy(old, r->limb, (size_t)from * sizeof *old);
    set_words(r, old, from, r->sign, r->exp, r->rad, to);
}

void nf_real_around_one(nf_real *r, const nf_real *x, int n)
{
    nf_radius rad = times_power(x->rad, x->exp); /* twice, in units of 2^(1 - 64 n) */
    nf_real_integer(r, 1, n);
    finish(r, false, 1, rad, n);
}

int64_t nf_real_round(const nf_real *r, int n)
{
    if (r->zero || r->exp < 0)
        return 0;
    uint64_t top = r->limb[n - 1];
    uint64_t whole = r->exp == 0 ? 0 : top >> (64 - r->exp);
    whole += top >> (63 - r->exp) & 1;
    return r->sign ? -(int64_t)whole : (int64_t)whole;
}

/*     limb[n-1]   limb[n-2]   limb[n-3] ... limb[0]       rad < 2^bits
 *     |<-  127 bits ->|  looked at   |<- bits  ->|        a one and a zero there keep value + rad
 *                                                         and value - rad within the 127 bits */
bool nf_real_decided(const nf_real *r, int n, nf_number_128 *out)
{
    int64_t bits = bits_of(r->rad), top = 64 * (n - 2);
    if (r->zero || r->lost || bits > top)
        return false;
    bool one = r->limb[n - 2] & 1, zero = !one;
    for (int64_t i = n - 3; i >= bits / 64; i--) {
        uint64_t mask = i > bits / 64 ? ~(uint64_t)0 : ~(uint64_t)0 << bits % 64;
        one |= (r->limb[i] & mask) != 0;
        zero |= (~r->limb[i] & mask) != 0;
    }
    if (!one || !zero)
        return false;
    nf_u128 sig = (nf_u128)r->limb[n - 1] << 64 | r->limb[n - 2] | 1;
    const int64_t far = 1 << 20; /* beyond every format */
    int64_t exp = r->exp - 1;
    *out = nf_finite_128(r->sign, (int32_t)(exp > far ? far : exp < -far ? -far : exp), sig);
    return true;
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* |a| + |b| or | |a| - |b| |, a of the larger exponent, b moved down to it. */
static void combine(nf_real *r, const nf_real *a, const nf_real *b, bool b_sign, int n)
{
    uint64_t moved[NF_REAL_LIMBS];
    int64_t distance = a->exp - b->exp;
    bool sign = a->sign;
    nf_radius rad = plus(a->rad, times_power(b->rad, -distance));
    if (distance > 64 * n) { /* b is less than a unit */
        memmove(r->limb, a->limb, (size_t)n * sizeof *r->limb);
        finish(r, sign, a->exp, plus(rad, units(1)), n);
        return;
    }
    rad = plus(rad, units(shift_right(moved, b->limb, n, distance)));
    if (sign != b_sign) {
        if (sub_limbs(moved, a->limb, moved, n)) { /* the same exponent, b is larger */
            negate_limbs(moved, n);
            sign = b_sign;
        }
        set_words(r, moved, n, sign, a->exp, rad, n);
        return;
    }
    bool carry = add_limbs(r->limb, a->limb, moved, n);
    if (carry) {
        bool odd = shift_right(r->limb, r->limb, n, 1);
        r->limb[n - 1] |= (uint64_t)1 << 63;
        rad = plus(times_power(rad, -1), units(odd));
    }
    finish(r, sign, a->exp + carry, rad, n);
}

static void add_signed(nf_real *r, const nf_real *a, const nf_real *b, bool b_sign, int n)
{
    if (loses(r, a, b))
        return;
    if (b->zero) {
        if (r != a)
            *r = *a;
    } else if (a->zero) {
        if (r != b)
            *r = *b;
        r->sign = b_sign;
    } else if (a->exp >= b->exp) {
        combine(r, a, b, b_sign, n);
    } else {
        nf_real turned = *b;
        turned.sign = b_sign;
        combine(r, &turned, a, a->sign, n);
    }
}

void nf_real_add(nf_real *r, const nf_real *a, const nf_real *b, int n)
{
    add_signed(r, a, b, b->sign, n);
}

void nf_real_sub(nf_real *r, const nf_real *a, const nf_real *b, int n)
{
    add_signed(r, a, b, !b->sign, n);
}

/* ---- products -------------------------------------------------------------------------------- */

/* Midpoints A and B in [1/2, 1): the error of the product is ra B + rb A + ra rb, twice that if it
 * moves up by one bit, and what is cut off is below one unit. */
static nf_radius radius_of_product(const nf_real *a, const nf_real *b, int n)
{
    nf_radius first = times_part(a->rad, part_of(b, n)), second = times_part(b->rad, part_of(a, n));
    if (a->rad.m && b->rad.m)
        second = plus(second, times_power(b->rad, bits_of(a->rad) - 64 * (int64_t)n));
    return plus(first, second);
}

void nf_real_mul(nf_real *r, const nf_real *a, const nf_real *b, int n)
{
    uint64_t p[2 * NF_REAL_LIMBS];
    if (loses(r, a, b))
        return;
    if (a->zero || b->zero) {
        set_zero(r);
        return;
    }
    memset(p, 0, (size_t)n * sizeof *p);
    for (int i = 0; i < n; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < n; j++) {
            nf_u128 t = (nf_u128)a->limb[i] * b->limb[j] + p[i + j] + carry;
            p[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        p[i + n] = carry;
    }
    int up = !(p[2 * n - 1] >> 63);
    nf_radius rad = times_power(radius_of_product(a, b, n), up);
    bool sign = a->sign ^ b->sign;
    int64_t exp = a->exp + b->exp - up;
    finish(r, sign, exp, plus(rad, units(take_top(r->limb, n, p, 2 * n, up))), n);
}

/* A factor below 2^64: the product moves down by as many bits as k has, or one fewer. */
void nf_real_mul_small(nf_real *r, const nf_real *a, uint64_t k, int n)
{
    uint64_t p[NF_REAL_LIMBS + 1], carry = 0;
    if (a->zero || a->lost) {
        if (r != a)
            *r = *a;
        return;
    }
    for (int i = 0; i < n; i++) {
        nf_u128 t = (nf_u128)a->limb[i] * k + carry;
        p[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    p[n] = carry;
    int zeros = leading_zeros(p, n + 1);
    bool more = take_top(r->limb, n, p, n + 1, zeros);
    uint64_t grows = (uint64_t)(((nf_u128)k << 22) >> (64 - zeros)) + 1; /* k / 2^(64 - zeros) */
    finish(r, a->sign, a->exp + 64 - zeros, plus(times_part(a->rad, grows), units(more)), n);
}

void nf_real_div_small(nf_real *r, const nf_real *a, uint64_t k, int n)
{
    uint64_t q[NF_REAL_LIMBS + 1], rest = 0;
    if (a->zero || a->lost) {
        if (r != a)
            *r = *a;
        return;
    }
    for (int i = n; i >= 0; i--) {
        nf_u128 t = (nf_u128)rest << 64 | (i > 0 ? a->limb[i - 1] : 0);
        q[i] = (uint64_t)(t / k);
        rest = (uint64_t)(t % k);
    }
    int zeros = leading_zeros(q, n + 1);
    bool more = take_top(r->limb, n, q, n + 1, zeros) || rest != 0;
    uint64_t grows = (uint64_t)(((nf_u128)1 << (22 + zeros)) / k) + 1; /* 2^zeros / k */
    finish(r, a->sign, a->exp - zeros, plus(times_part(a->rad, grows), units(more)), n);
}

/* ---- quotients and roots --------------------------------------------------------------------- */

/* Q = A / B in (1/2, 2): |dQ| <= (ra + Q rb) / (B - rb), below 4 ra + 8 rb. */
void nf_real_div(nf_real *r, const nf_real *a, const nf_real *b, int n)
{
    nf_big u, v, q;
    if (loses(r, a, b))
        return;
    if (b->zero) {
        nf_real_lose(r);
        return;
    }
    if (a->zero) {
        set_zero(r);
        return;
    }
    u.n = 2 * n;
    memset(u.limb, 0, (size_t)n * sizeof *u.limb);
    memcpy(u.limb + n, a->limb, (size_t)n * sizeof *u.limb);
    v.n = n;
    memcpy(v.limb, b->limb, (size_t)n * sizeof *v.limb);
    nf_big_divide(&q, &u, &v);
    for (int i = q.n; i <= n; i++)
        q.limb[i] = 0;
    int up = q.limb[n] ? 63 : 64;
    bool sign = a->sign ^ b->sign;
    int64_t exp = a->exp - b->exp + 64 - up;
    nf_radius rad = plus(times_power(a->rad, 2), times_power(b->rad, 3));
    bool more = take_top(r->limb, n, q.limb, n + 1, up) || u.n != 0;
    finish(r, sign, exp, plus(rad, units(more)), n);
}

/* Newton's y' = (y + a / y) / 2, from 32 good bits: a relative error e becomes e^2 / 2.  The steps
 * before the last are mended by the next, so that only the last one's rounding counts; a relative
 * error of a's is halved. */
void nf_real_sqrt(nf_real *r, const nf_real *a, int n)
{
    if (loses(r, a, a))
        return;
    if (a->zero) {
        set_zero(r);
        return;
    }
    int odd = (int)(a->exp & 1);
    nf_real x = *a, y, q;
    x.exp = odd;
    x.rad = units(0);
    x.sign = false;
    nf_number_64 guess = nf_sqrt_finite_64(nf_finite_64(0, odd - 1, a->limb[n - 1]), false);
    nf_real_number(&y, nf_finite_128(0, guess.exp, (nf_u128)guess.sig << 64), n);
    for (int bits = 32; bits < 64 * n + 2; bits *= 2) {
        nf_real_div(&q, &x, &y, n);
        nf_real_add(&y, &y, &q, n);
        y.exp--;
        y.rad = units(0);
    }
    int64_t exp = y.exp + (a->exp - odd) / 2;
    memcpy(r->limb, y.limb, (size_t)n * sizeof *y.limb);
    finish(r, false, exp, plus(a->rad, units(4)), n);
}
