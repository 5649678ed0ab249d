/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the shortest decimal that a format reads back as the same code?
 *
 * The exact value is cut to its first DIGITS decimal digits once.  For every k, the k-digit
 * decimals next to the value are the cut at k digits and that plus one unit; as k grows both move
 * toward the value, and a format reads an interval as one code: so "one of the two reads back" is
 * monotone in k, and bisection finds the least k.  Reading back is nf_from_decimal and nf_encode,
 * the code that nf_parse runs: print and parse cannot disagree. */
#include "bignum.h"
#include "later.h"

enum { DIGITS = 40 };

/* 0.d1 d2 d3 ... * 10^point, d1 != 0; inexact: something not zero follows digit n. */
typedef struct {
    int n, point;
    bool inexact;
    uint8_t digit[DIGITS];
} nf_digits;

/* ---- the exact value as decimal digits --------------------------------------------------------
 */

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

static void exact_digits(nf_digits *d, nf_number_128 x)
{
    uint8_t reversed[3 * 19];
    int n = 0, p = DIGITS - 1 - decimal_exponent(x.exp); /* 40 digits, or 41 */
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
    d->n = n < DIGITS ? n : DIGITS;
    for (int i = 0; i < d->n; i++)
        d->digit[i] = reversed[n - 1 - i];
    for (int i = 0; i < n - d->n; i++)
        d->inexact |= reversed[i] != 0;
    while (!d->inexact && d->digit[d->n - 1] == 0)
        d->n--;
}

/* ---- which decimals read back ------------------------------------------------------------------
 */

typedef struct {
    nf_format format; /* the rounding that reads */
    uint64_t code;
    nf_number_128 value; /* of the code */
    nf_number_128 room;  /* how far a decimal may be from the value; zero: no limit */
} nf_target;

static bool is_less(nf_number_128 a, nf_number_128 b) /* magnitudes, finite */
{
    return a.exp != b.exp ? a.exp < b.exp : a.sig < b.sig;
}

/* At the ends of a format, where everything farther out reads as the end: a decimal must lie as
 * near as on the other side, half a step by a nearest mode and a step by the others. */
static nf_number_128 room_at(const nf_format *f, uint64_t code, nf_number_128 value)
{
    bool magnitude = f->family == NF_FLOAT || f->family == NF_TRUNCATED || !value.sign;
    nf_number_128 next[2] = {nf_decode_128(f, code - 1), nf_decode_128(f, code + 1)};
    nf_number_128 inner = next[!magnitude], outer = next[magnitude], none = {0, 0, NF_ZERO, 0};
    bool largest = outer.cls != NF_FINITE || outer.sign != value.sign || is_less(outer, value);
    bool least = inner.cls != NF_FINITE || inner.sign != value.sign || is_less(value, inner);
    if (!largest && !least)
        return none;
    inner = largest ? inner : outer;
    if (largest && least)
        inner = none;
    inner.sign = !value.sign;
    nf_number_128 room = inner.cls == NF_FINITE ? nf_add_finite_128(value, inner, false) : value;
    room.sign = 0;
    room.exp -= f->rounding == NF_NEAREST_EVEN || f->rounding == NF_NEAREST_AWAY;
    return room;
}

static bool reads_back(const nf_target *t, const nf_digits *d)
{
    nf_number_128 x = nf_from_decimal(d->digit, d->n, d->point - d->n, false);
    x.sign = t->value.sign;
    if (x.exp == t->value.exp && x.sig == t->value.sig)
        return true;
    if (t->room.cls == NF_FINITE) {
        nf_number_128 minus = x;
        minus.sign = !x.sign;
        if (is_less(t->room, nf_add_finite_128(t->value, minus, false)))
            return false;
    }
    nf_env env = {0, 0, 0, 0};
    return nf_encode_128(&t->format, x, &env) == t->code;
}

/* The first k digits of d, plus one unit of the last when `up`. */
static nf_digits cut_digits(const nf_digits *d, int k, bool up)
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

/* Is the value nearer to the cut plus one than to the cut?  A tie goes to the even digit. */
static bool is_upper_half(const nf_digits *d, int k)
{
    if (k >= d->n || d->digit[k] != 5)
        return k < d->n && d->digit[k] > 5;
    return d->inexact || k + 1 < d->n || d->digit[k - 1] % 2;
}

/* The k-digit decimal that reads back and is nearest to the value, if there is one. */
static bool find_nearest(const nf_target *t, const nf_digits *exact, int k, nf_digits *best)
{
    bool upper = is_upper_half(exact, k);
    *best = cut_digits(exact, k, upper);
    if (reads_back(t, best))
        return true;
    *best = cut_digits(exact, k, !upper);
    return reads_back(t, best);
}

static bool find_shortest(const nf_target *t, const nf_digits *exact, nf_digits *best)
{
    int low = 1, high = 3 + t->format.bits / 3; /* most codes are told apart by so many digits */
    high = high < DIGITS ? high : DIGITS;
    if (!find_nearest(t, exact, high, best)) {
        low = high + 1;
        high = DIGITS;
        if (!find_nearest(t, exact, high, best))
            return false;
    }
    while (low < high) { /* `best` has `high` digits */
        int k = (low + high) / 2;
        nf_digits trial;
        if (find_nearest(t, exact, k, &trial)) {
            high = k;
            *best = trial;
        } else {
            low = k + 1;
        }
    }
    return true;
}

static nf_target make_target(const nf_format *f, int rounding, uint64_t code, nf_number_128 value)
{
    nf_target t = {*f, code, value, {0, 0, NF_ZERO, 0}};
    t.format.rounding = (uint8_t)rounding;
    if (f->overflow == NF_OVERFLOW_WRAP) /* what wraps around to the code is not near it */
        t.format.overflow = NF_OVERFLOW_SATURATE;
    t.room = room_at(&t.format, code, value);
    return t;
}

/* A drawn rounding reads nothing back reliably: it prints as nearest-even does.  So does a value
 * that its rounding reads from no decimal but the exact one, and that has more than DIGITS digits:
 * the even codes of NF_TO_ODD. */
static nf_digits shortest(const nf_format *f, uint64_t code, nf_number_128 value)
{
    nf_digits exact, best;
    exact_digits(&exact, value);
    int rounding = f->rounding == NF_STOCHASTIC ? NF_NEAREST_EVEN : f->rounding;
    nf_target t = make_target(f, rounding, code, value);
    if (!find_shortest(&t, &exact, &best)) {
        t = make_target(f, NF_NEAREST_EVEN, code, value);
        find_shortest(&t, &exact, &best);
    }
    return best;
}

/* ---- the layout of Python's repr(float) ---------------------------------------------------------
 */

static char *put_digits(char *p, const nf_digits *d, int from, int to) /* zeros beyond d->n */
{
    for (int i = from; i < to; i++)
        *p++ = (char)('0' + (i < d->n ? d->digit[i] : 0));
    return p;
}

static char *put_exponent(char *p, int exponent)
{
    *p++ = 'e';
    *p++ = exponent < 0 ? '-' : '+';
    int e = exponent < 0 ? -exponent : exponent, unit = 10;
    while (unit * 10 <= e)
        unit *= 10;
    for (; unit; unit /= 10)
        *p++ = (char)('0' + e / unit % 10);
    return p;
}

static char *put_number(char *p, const nf_digits *d)
{
    if (d->point > 16 || d->point < -3) {
        p = put_digits(p, d, 0, 1);
        if (d->n > 1)
            *p++ = '.';
        return put_exponent(put_digits(p, d, 1, d->n), d->point - 1);
    }
    if (d->point <= 0) {
        *p++ = '0';
        *p++ = '.';
        for (int i = d->point; i < 0; i++)
            *p++ = '0';
        return put_digits(p, d, 0, d->n);
    }
    p = put_digits(p, d, 0, d->point);
    *p++ = '.';
    return put_digits(p, d, d->point, d->n > d->point ? d->n : d->point + 1);
}

size_t nf_format_code(const nf_format *f, uint64_t code, char *buffer)
{
    code &= nf_mask(f->bits);
    nf_number_128 x = nf_decode_128(f, code);
    char *p = buffer;
    if (x.sign && x.cls != NF_NOT_A_NUMBER)
        *p++ = '-';
    if (x.cls == NF_FINITE) {
        nf_digits d = shortest(f, code, x);
        p = put_number(p, &d);
    } else {
        const char *word = x.cls == NF_ZERO ? "0.0" : x.cls == NF_INFINITE ? "inf" : "nan";
        memcpy(p, word, 3);
        p += 3;
    }
    *p = 0;
    return (size_t)(p - buffer);
}
