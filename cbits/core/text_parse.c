/* SPDX-License-Identifier: BSD-3-Clause */
/* Which exact value does a text name? */
#include "bignum.h"
#include "long_results.h"

/* How many digits decide.  Where the value falls is decided at points with up to 64 significant
 * bits (codes), one more (midpoints), or 128 (the fraction that stochastic rounding draws against),
 * none finer than 2^-33020: the least subnormal is 2^-32893 and 127 bits lie below a leading one.
 * Such a point is at least 10^-9941 and ends at 10^-33020: at most 23,080 significant digits, and
 * points of larger size have fewer.  All points therefore lie on the grid of the first
 * KEEP_DIGITS digits of any text, and a text that goes on with something not zero lies strictly
 * between two neighbours of that grid: it compares with every point as the cut text "and a little
 * more" does. */
enum { KEEP_DIGITS = 24576 };
/* Values outside 10^-10100 .. 10^20000 are beyond every format (2^-32893 .. 2^65600): all of them
 * read as the same tiny or huge value.  So the largest whole numbers are 5^20000 * 2^64 (727 limbs)
 * and 5^(10100 + KEEP_DIGITS) (1259 limbs), and NF_BIG_LIMBS is a few limbs more. */
enum { LEAST_POINT = -10100, LARGEST_POINT = 20000, BEYOND = 100000 };

/* 10^k = 5^k * 2^k, and 5^27 fits 64 bits: exact products and quotients in one field. */
static nf_number_128 from_short(uint64_t digits, int exponent)
{
    nf_number_128 x = nf_normalise_128(0, 127, digits), power;
    uint64_t five = 1;
    for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--)
        five *= 5;
    power = nf_normalise_128(0, 127, five);
    x = exponent < 0 ? nf_div_finite_128(x, power) : nf_mul_finite_128(x, power);
    x.exp += exponent;
    return x;
}

static nf_number_128 from_big(nf_big *digits, int exponent, bool more)
{
    if (exponent >= 0) {
        nf_big_mul_pow5(digits, exponent);
        return nf_big_number(digits, exponent, more);
    }
    nf_big power, quotient;
    nf_big_set(&power, 1);
    nf_big_mul_pow5(&power, -exponent);
    int scale = 130 + nf_big_bits(&power) - nf_big_bits(digits); /* quotient: 130 bits or 131 */
    scale = scale < 0 ? 0 : scale;
    nf_big_shl(digits, scale);
    nf_big_divide(&quotient, digits, &power);
    return nf_big_number(&quotient, exponent - scale, more || digits->n);
}

nf_number_128 nf_from_decimal(const uint8_t *digit, int n, int exponent, bool more)
{
    if (exponent + n > LARGEST_POINT || exponent + n < LEAST_POINT)
        return nf_finite_128(0, exponent + n > 0 ? BEYOND : -BEYOND, ((nf_u128)1 << 127) | 1);
    uint64_t chunk = 0, scale = 1;
    nf_big digits;
    digits.n = 0;
    for (int i = 0; i < n; i++) {
        chunk = 10 * chunk + digit[i];
        scale *= 10;
        if (i == n - 1 && n <= 19 && exponent >= -27 && exponent <= 27 && !more)
            return from_short(chunk, exponent);
        if (scale == 10000000000000000000u || i == n - 1) {
            nf_big_mul_small(&digits, scale, chunk);
            chunk = 0;
            scale = 1;
        }
    }
    return from_big(&digits, exponent, more);
}

/* ---- the grammar of Python's float() --------------------------------------------------------- */

typedef struct {
    const char *p, *end;
} nf_cursor;

/* The significant digits read so far, leading zeros left out.  value = digits * 10^exponent */
typedef struct {
    int64_t exponent;
    int n;
    bool more, any; /* a digit not zero was not kept; there was a digit at all */
    uint8_t digit[KEEP_DIGITS];
} nf_decimal;

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Does the rest equal `word` in any case? */
static bool is_word(nf_cursor c, const char *word)
{
    for (; c.p < c.end && *word; c.p++, word++)
        if ((*c.p >= 'A' && *c.p <= 'Z' ? *c.p + ('a' - 'A') : *c.p) != *word)
            return false;
    return c.p == c.end && !*word;
}

static int read_sign(nf_cursor *c)
{
    if (c->p == c->end || (*c->p != '-' && *c->p != '+'))
        return 0;
    return *c->p++ == '-';
}

/* The next digit, after at most one underscore that has digits on both sides; -1: none. */
static int next_digit(nf_cursor *c, bool inside)
{
    if (inside && c->end - c->p >= 2 && *c->p == '_' && is_digit(c->p[1]))
        c->p++;
    return c->p < c->end && is_digit(*c->p) ? *c->p++ - '0' : -1;
}

static void read_digits(nf_cursor *c, nf_decimal *d, bool fraction)
{
    bool inside = false;
    for (int digit; (digit = next_digit(c, inside)) >= 0; inside = true) {
        d->any = true;
        d->exponent -= fraction;
        if (d->n == KEEP_DIGITS) {
            d->more |= digit != 0;
            d->exponent++;
        } else if (d->n || digit) {
            d->digit[d->n++] = (uint8_t)digit;
        }
    }
}

static bool read_exponent(nf_cursor *c, nf_decimal *d)
{
    if (c->p == c->end || (*c->p != 'e' && *c->p != 'E'))
        return true;
    c->p++;
    int sign = read_sign(c);
    int64_t exponent = 0;
    bool inside = false;
    for (int digit; (digit = next_digit(c, inside)) >= 0; inside = true)
        if (exponent < INT64_C(100000000000000000)) /* far beyond the length of any text */
            exponent = 10 * exponent + digit;
    d->exponent += sign ? -exponent : exponent;
    return inside;
}

static nf_number_128 value_of(nf_decimal *d)
{
    if (d->n == 0)
        return nf_special_128(NF_ZERO, 0);
    for (; !d->more && d->digit[d->n - 1] == 0; d->n--)
        d->exponent++;
    int64_t exponent = d->exponent;
    exponent = exponent < -1000000 ? -1000000 : exponent > 1000000 ? 1000000 : exponent;
    return nf_from_decimal(d->digit, d->n, (int)exponent, d->more);
}

bool nf_parse(const char *text, size_t len, nf_unpacked *out)
{
    nf_cursor c = {text, text + len};
    while (c.p < c.end && is_space(*c.p))
        c.p++;
    while (c.p < c.end && is_space(c.end[-1]))
        c.end--;
    int sign = read_sign(&c);
    if (is_word(c, "inf") || is_word(c, "infinity")) {
        *out = nf_export(nf_special_128(NF_INFINITE, sign));
        return true;
    }
    if (is_word(c, "nan") || is_word(c, "nar")) {
        *out = nf_export(nf_special_128(NF_NOT_A_NUMBER, 0));
        return true;
    }
    nf_decimal d;
    d.exponent = d.n = d.more = d.any = 0;
    read_digits(&c, &d, false);
    if (c.p < c.end && *c.p == '.') {
        c.p++;
        read_digits(&c, &d, true);
    }
    if (!d.any || !read_exponent(&c, &d) || c.p != c.end)
        return false;
    nf_number_128 x = value_of(&d);
    x.sign = (uint8_t)sign;
    *out = nf_export(x);
    return true;
}
